import { Testing } from 'cdk8s';
import {
  GatewayAddress, ImportName, ImportServicesOptions, IRemoteService, IstioRelease, Mesh, MeshApp, ServicePort,
} from '../../src';

const PORTS = [ServicePort.http('http', 8000)];

function meshOf() {
  const mesh = new Mesh(new MeshApp({ outdir: 'unused' }), 'mesh', { istio: IstioRelease.V1_31 });
  const receiver = mesh.addCluster('receiver', { ingressGateway: GatewayAddress.of('203.0.113.20') });
  const caller = mesh.addCluster('caller', {});
  const services: IRemoteService[] = ['orders', 'catalog'].map(name => receiver.exportService(name, { namespace: 'shop', ports: PORTS }));
  return { caller, services };
}

test('each service is imported into each namespace, as by importService', () => {
  const [one, other] = [meshOf(), meshOf()];
  const imported = one.caller.importServices(one.services, { namespaces: ['foo', 'bar'] });
  expect(imported.map(({ host, namespace }) => `${host} ${namespace}`)).toEqual([
    'orders.shop.global foo', 'orders.shop.global bar', 'catalog.shop.global foo', 'catalog.shop.global bar',
  ]);
  other.services.forEach(service => ['foo', 'bar'].forEach(namespace => other.caller.importService(service, { namespace })));
  expect(Testing.synth(one.caller)).toEqual(Testing.synth(other.caller));
});

test('one namespace, or a local name, needs no list of namespaces', () => {
  const { caller, services } = meshOf();
  expect(caller.importServices(services, { namespace: 'foo' }).map(({ namespace }) => namespace)).toEqual(['foo', 'foo']);
  const local = caller.importServices(services, { name: ImportName.local({ createService: true, selector: { app: 'x' } }) });
  expect(local.map(({ host }) => host)).toEqual(['orders.shop.svc.cluster.local', 'catalog.shop.svc.cluster.local']);
});

test('VIPs can be chosen for one service in several namespaces', () => {
  const { caller, services } = meshOf();
  const [orders] = services;
  const imported = caller.importServices([orders], { namespaces: ['foo', 'bar'], addresses: ['240.0.0.9'] });
  expect(imported.map(({ addresses }) => addresses)).toEqual([['240.0.0.9'], ['240.0.0.9']]);
});

test.each<[string, string, (services: IRemoteService[]) => IRemoteService[], ImportServicesOptions]>([
  ['no services', 'MESH004', () => [], { namespaces: ['foo'] }],
  ['no namespaces', 'MESH004', services => services, { namespaces: [] }],
  ['neither namespace nor namespaces', 'MESH004', services => services, {}],
  ['both namespace and namespaces', 'MESH006', services => services, { namespace: 'foo', namespaces: ['bar'] }],
  ['a namespace twice', 'MESH006', services => services, { namespaces: ['foo', 'bar', 'foo'] }],
  ['a service twice', 'MESH006', ([orders]) => [orders, orders], { namespaces: ['foo'] }],
  ['one list of VIPs for two services', 'MESH009', services => services, { namespaces: ['foo'], addresses: ['240.0.0.9'] }],
  ['namespaces for a local name', 'MESH043', services => services, { namespaces: ['foo'], name: ImportName.local() }],
  ['every namespace', 'MESH001', services => services, { namespaces: ['*'] }],
])('an import of %s is refused, and nothing is imported', (_, code, chosen, options) => {
  const { caller, services } = meshOf();
  expect(() => caller.importServices(chosen(services), options)).toThrow(code);
  expect(caller.imports).toEqual([]);
});

test('an import into every namespace is refused with the reason', () => {
  const { caller, services } = meshOf();
  const [orders] = services;
  expect(() => caller.importService(orders, { namespace: '*' })).toThrow(/each of them, also those to come.*list them in namespaces/s);
});
