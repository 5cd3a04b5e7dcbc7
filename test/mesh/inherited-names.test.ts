import { ApiObject, App, Duration, Testing } from 'cdk8s';
import {
  AllowedCaller, ClusterPriority, EgressGateway, GatewayAddress, ImportName, ImportPath, IstioRelease, Mesh, RemoteService,
  RemoteServiceEntry, Routing, ServicePort, ServiceVersion,
} from '../../src';
import { selectionOf } from '../../src/checks/selection';
import { mergeCorefile } from '../../src/dns/corefile-merge';
import { errorOf } from '../mistakes/mistake';

/** The one property of every object in JavaScript whose name Kubernetes accepts. */
const INHERITED = 'constructor';
/** A name that sorts like it. */
const ORDINARY = 'constructoz';

/** The objects that are written where namespaces, services, accounts, versions, a protocol and an exporting cluster are named so. */
function written(name: string): unknown[] {
  const app = new App();
  const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31 });
  const importing = mesh.addCluster('importing', {
    egressGateway: EgressGateway.service(),
    ingressGateway: GatewayAddress.of('203.0.113.1'),
    importDefaultsByNamespace: { other: { timeout: Duration.seconds(3) } },
  });
  const exporting = [2, 3].map(n => mesh.addCluster(`exporting${n}`, { ingressGateway: GatewayAddress.of(`203.0.113.${n}`) }));
  const ports = [ServicePort.http('http', 8000)];
  const options = {
    namespace: name,
    ports,
    serviceAccount: name,
    versions: [ServiceVersion.of(name), ServiceVersion.of('v2')],
    workloadSelector: { app: 'a' },
    allow: [AllowedCaller.serviceAccount(name, name), ...['via-egress', 'other'].map(caller => AllowedCaller.namespace(caller))],
  };
  const [service] = exporting.map(cluster => cluster.exportService(name, options));
  new ApiObject(exporting[0], 'service', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: name },
    spec: { selector: { app: 'a' }, ports: [{ name: 'http', port: 8000, appProtocol: name }] },
  });
  const routing = Routing.weights({ v2: 100 });
  importing.importService(service, { namespace: name, priority: ClusterPriority.inOrder('exporting3'), routing });
  importing.importService(service, { namespace: 'via-egress', via: ImportPath.egressGateway() });
  importing.importService(service, {
    name: ImportName.local({ createService: true, selector: { app: 'a' }, versionLabels: { v2: { track: 'two' } }, targetPorts: {} }),
  });
  const [limited] = exporting.map(cluster => cluster.exportService('limited', { ...options, onlyExportedPorts: true, podPorts: {} }));
  importing.importService(limited, { namespace: 'other' });
  const remote = new RemoteService({
    name: 'remote',
    namespace: 'team',
    ports,
    exporters: [name, 'v2'].map((cluster, i) => ({ cluster, gateways: [GatewayAddress.of(`203.0.113.${i + 4}`)] })),
  });
  new RemoteServiceEntry(importing, 'remote', {
    istio: IstioRelease.V1_31, service: remote, namespace: name, priority: ClusterPriority.weights({ v2: 100 }),
  });
  return app.charts.flatMap(chart => Testing.synth(chart));
}

test('a name that every object inherits is a name like any other', () => {
  // VIPs follow from names.
  const withoutVips = (objects: unknown[]) => objects.map(object => JSON.stringify(object).replace(/2[45]\d\.\d+\.\d+\.\d+/g, 'VIP'));
  const ordinary = withoutVips(written(ORDINARY)).map(text => text.split(ORDINARY).join(INHERITED));
  expect(withoutVips(written(INHERITED)).map(text => JSON.parse(text))).toEqual(ordinary.map(text => JSON.parse(text)));
});

test.each(['constructor', 'toString', 'hasOwnProperty'])('%s among install values or overrides is an unknown name', name => {
  const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 });
  expect(errorOf(() => mesh.addCluster('a', { installValues: { [name]: 1 } })))
    .toMatchObject({ code: 'MESH081', message: expect.stringContaining(`Istio has no value '${name}'`) });
  const service = mesh.addCluster('b', { ingressGateway: GatewayAddress.of('203.0.113.2') })
    .exportService('api', { namespace: 'bar', ports: [ServicePort.http('http', 80)] });
  const overrides = { trafficPolicy: { [name]: {} } };
  expect(errorOf(() => mesh.addCluster('c').importService(service, { namespace: 'foo', overrides })))
    .toMatchObject({ code: 'MESH069', message: expect.stringContaining('is an unknown field') });
});

test('a label that pods are not known to have may still be on them, whatever its name', () => {
  expect(selectionOf({ toString: 'a' }, { app: 'a' })).toBe(selectionOf({ tostring: 'a' }, { app: 'a' }));
});

test('a directive that nobody knows is merged with, whatever its name', () => {
  const withDirective = (directive: string) => mergeCorefile(
    `.:53 {\n    ${directive} a b\n    forward . 10.0.0.1\n}\n`, { zone: 'global', resolvers: ['10.96.0.53'] },
  );
  expect(withDirective(INHERITED)).toBe(withDirective(ORDINARY).replace(ORDINARY, INHERITED));
});
