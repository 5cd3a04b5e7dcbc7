import { App, Chart, Testing } from 'cdk8s';
import {
  ControlPlane, EgressGateway, EgressListener, EgressRoute, GatewayAddress, Httpbin, IstioRelease, KubeDnsStubDomain, MeshNamespace, RemoteService,
  RemoteServiceEntry, Routing, ServiceExport, ServicePort, ServiceVersion, Sleep, VersionRouting, VipRange,
} from '../src';

/** Each step of the guide on its own, in an ordinary chart of an ordinary app. */
const istio = IstioRelease.V1_31;
const service = new RemoteService({
  name: 'httpbin',
  namespace: 'bar',
  ports: [ServicePort.http('http', 8000)],
  exporters: [
    {
      cluster: 'cluster2',
      gateways: [GatewayAddress.of('203.0.113.20')],
      serviceAccount: 'httpbin',
      trustDomain: 'td',
      locality: 'r/z',
      versions: ['v1'],
    },
  ],
});

function kinds(add: (chart: Chart) => void): string[] {
  const chart = new Chart(new App(), 'mine');
  add(chart);
  return (Testing.synth(chart) as any[]).map(o => `${o.kind} ${o.metadata.namespace ? `${o.metadata.namespace}/` : ''}${o.metadata.name}`);
}

test('a namespace of the mesh', () => {
  expect(kinds(c => new MeshNamespace(c, 'a', { istio, name: 'foo' }))).toEqual(['Namespace foo']);
});

test('a namespace for a revision of the control plane', () => {
  const { namespace } = new MeshNamespace(new Chart(new App(), 'c'), 'a', { istio, name: 'foo', revision: 'canary' });
  expect(namespace.toJson().metadata.labels).toEqual({ 'istio.io/rev': 'canary' });
});

test('a namespace is never pruned, unless that is asked for', () => {
  const annotations = (pruneGuard?: boolean) => new MeshNamespace(
    new Chart(new App(), 'c'),
    'a',
    { istio, name: 'foo', pruneGuard },
  ).namespace.toJson().metadata.annotations;
  expect(annotations()).toEqual(
    { 'argocd.argoproj.io/sync-options': 'Prune=confirm,Delete=confirm', 'kustomize.toolkit.fluxcd.io/prune': 'disabled' },
  );
  expect(annotations(false)).toBeUndefined();
});

test('the stub domain of another suffix', () => {
  const dns = new KubeDnsStubDomain(new Chart(new App(), 'c'), 'dns', { domain: 'mesh.example', resolvers: ['10.0.0.10', '10.0.0.11'] });
  expect(JSON.parse(dns.configMap.toJson().data.stubDomains)).toEqual({ 'mesh.example': ['10.0.0.10', '10.0.0.11'] });
});

test('the samples', () => {
  expect(kinds(c => [new Sleep(c, 's', { istio, namespace: 'foo' }), new Httpbin(c, 'h', { istio, namespace: 'bar' })])).toEqual([
    'ServiceAccount foo/sleep', 'Service foo/sleep', 'Deployment foo/sleep', 'ServiceAccount bar/httpbin', 'Service bar/httpbin', 'Deployment bar/httpbin',
  ]);
});

test('the entry for a service that somebody else exports', () => {
  const chart = new Chart(new App(), 'mine');
  const entry = new RemoteServiceEntry(chart, 'httpbin', { istio, service, namespace: 'foo' });
  expect(entry.host).toBe('httpbin.bar.global');
  expect(entry.addresses).toEqual(VipRange.ipv4().addressesOf('httpbin.bar.global'));
  expect(entry.serviceEntry.toJson().spec).toMatchObject(
    { subjectAltNames: ['spiffe://td/ns/bar/sa/httpbin'], endpoints: [{ locality: 'r/z' }] },
  );
  expect((Testing.synth(chart) as any[]).map(o => o.kind).sort()).toEqual(['DestinationRule', 'ServiceEntry']);
});

test('the VIPs that the exporter chose, unless the importer chooses others', () => {
  const chosen = new RemoteService(
    { name: 'a', namespace: 'b', ports: service.ports, exporters: service.exporters, addresses: ['240.0.0.2'] },
  );
  const addresses = (own?: string[]) => new RemoteServiceEntry(
    new Chart(new App(), 'c'),
    'e',
    { istio, service: chosen, namespace: 'foo', addresses: own },
  ).addresses;
  expect(addresses()).toEqual(['240.0.0.2']);
  expect(addresses(['240.0.0.3'])).toEqual(['240.0.0.3']);
});

test('an import that only its own cluster could serve is refused', () => {
  const chart = new Chart(new App(), 'mine');
  new RemoteServiceEntry(chart, 'httpbin', { istio, service, namespace: 'foo', importingCluster: 'cluster2' });
  expect(() => Testing.synth(chart)).toThrow(/MESH014 .*no other cluster exports the service/);
});

test('the way through an egress gateway', () => {
  const egressGateway = EgressGateway.service(
    { name: 'egress', namespace: 'gateways', selector: { app: 'egress' }, clusterDomain: 'k8s.example' },
  );
  expect(kinds(c => [
    new EgressListener(c, 'listener', { istio, egressGateway }),
    new EgressRoute(c, 'route', { istio, service, egressGateway }),
    new RemoteServiceEntry(c, 'entry', { istio, service, namespace: 'foo', egressGateway }),
  ])).toEqual([
    'Gateway gateways/mesh-egress', 'ServiceEntry gateways/mesh-httpbin-bar', 'DestinationRule gateways/mesh-httpbin-bar', 'VirtualService gateways/mesh-httpbin-bar',
    'DestinationRule foo/httpbin-bar', 'ServiceEntry foo/httpbin-bar',
  ]);
  expect(egressGateway.address).toBe('egress.gateways.svc.k8s.example');
});

test('the way through an egress gateway on 1.5, which the entry alone describes', () => {
  const old = IstioRelease.V1_5;
  const egressGateway = EgressGateway.clusterIp('10.0.0.20');
  expect(kinds(c => [
    new EgressListener(c, 'listener', { istio: old, egressGateway }),
    new EgressRoute(c, 'route', { istio: old, service, egressGateway }),
    new RemoteServiceEntry(c, 'entry', { istio: old, service, namespace: 'foo', egressGateway }),
  ])).toEqual(['ServiceEntry foo/httpbin-bar']);
});

test('version routing', () => {
  expect(
    kinds(c => new VersionRouting(c, 'r', { istio, service, namespace: 'foo', routing: Routing.weights({ v1: 100 }) })),
  ).toEqual(['VirtualService foo/httpbin-bar']);
});

test('the receiver\'s side of an export', () => {
  expect(kinds(c => new ServiceExport(c, 'e', { istio, name: 'httpbin', namespace: 'bar', versions: [ServiceVersion.of('v1')] })))
    .toEqual(['Gateway istio-system/mesh-httpbin-bar', 'DestinationRule bar/mesh.httpbin']);
});

test('install values', () => {
  expect(new ControlPlane({ istio, cluster: 'cluster1' }).files().map(f => f.name))
    .toEqual(['istio-operator.yml', 'base-values.yml', 'istiod-values.yml', 'istio-ingressgateway-values.yml']);
});

test.each(['1.5', '1.29', '1.30', '1.31', '1.31.4'])('release %s is known', version => {
  expect(version.startsWith(IstioRelease.of(version).version)).toBe(true);
});
