import { App, Chart, Testing } from 'cdk8s';
import {
  ControlPlane, EgressGateway, EgressListener, EgressRoute, GatewayAddress, Httpbin, IstioRelease, KubeDnsStubDomain, MeshNamespace,
  RemoteService, RemoteServiceEntry, Routing, ServiceExport, ServicePort, ServiceVersion, Sleep, VipRange,
} from '../src';

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

/** Kind, namespace and name of each object that a synth writes for constructs in an ordinary chart of an ordinary app. */
function objectsOf(addConstructs: (chart: Chart) => void): string[] {
  const chart = new Chart(new App(), 'mine');
  addConstructs(chart);
  return Testing.synth(chart).map(({ kind, metadata }) => `${kind} ${[metadata.namespace, metadata.name].filter(Boolean).join('/')}`);
}

test('a mesh namespace works in any chart', () => {
  expect(objectsOf(c => new MeshNamespace(c, 'a', { istio, name: 'foo' }))).toEqual(['Namespace foo']);
});

test('a mesh namespace has the label of its control plane revision', () => {
  const { namespace } = new MeshNamespace(new Chart(new App(), 'c'), 'a', { istio, name: 'foo', revision: 'canary' });
  expect(namespace.toJson().metadata.labels).toEqual({ 'istio.io/rev': 'canary' });
});

test('a mesh namespace is guarded against pruning, unless pruneGuard is false', () => {
  const annotations = (pruneGuard?: boolean) => {
    const { namespace } = new MeshNamespace(new Chart(new App(), 'c'), 'a', { istio, name: 'foo', pruneGuard });
    return namespace.toJson().metadata.annotations;
  };
  expect(annotations()).toEqual(
    { 'argocd.argoproj.io/sync-options': 'Prune=confirm,Delete=confirm', 'kustomize.toolkit.fluxcd.io/prune': 'disabled' },
  );
  expect(annotations(false)).toBeUndefined();
});

test('a stub domain of kube-dns works in any chart, for any suffix', () => {
  const dns = new KubeDnsStubDomain(new Chart(new App(), 'c'), 'dns', { domain: 'mesh.example', resolvers: ['10.0.0.10', '10.0.0.11'] });
  expect(JSON.parse(dns.configMap.toJson().data.stubDomains)).toEqual({ 'mesh.example': ['10.0.0.10', '10.0.0.11'] });
});

test('the samples work in any chart', () => {
  expect(objectsOf(c => [new Sleep(c, 's', { istio, namespace: 'foo' }), new Httpbin(c, 'h', { istio, namespace: 'bar' })])).toEqual([
    'ServiceAccount foo/sleep',
    'Service foo/sleep',
    'Deployment foo/sleep',
    'ServiceAccount bar/httpbin',
    'Service bar/httpbin',
    'Deployment bar/httpbin',
  ]);
});

test('a remote service entry works in any chart, for a service that is described by hand', () => {
  const chart = new Chart(new App(), 'mine');
  const entry = new RemoteServiceEntry(chart, 'httpbin', { istio, service, namespace: 'foo' });
  expect(entry.host).toBe('httpbin.bar.global');
  expect(entry.addresses).toEqual(VipRange.ipv4().addressesOf('httpbin.bar.global'));
  expect(entry.serviceEntry.toJson().spec).toMatchObject(
    { subjectAltNames: ['spiffe://td/ns/bar/sa/httpbin'], endpoints: [{ locality: 'r/z' }] },
  );
  expect(Testing.synth(chart).map(({ kind }) => kind).sort()).toEqual(['DestinationRule', 'ServiceEntry', 'VirtualService']);
});

test('a remote service entry has the VIPs of the exporter, unless the importer chooses others', () => {
  const { ports, exporters } = service;
  const withVip = new RemoteService({ name: 'a', namespace: 'b', ports, exporters, addresses: ['240.0.0.2'] });
  const addressesOf = (addresses?: string[]) => {
    const chart = new Chart(new App(), 'c');
    return new RemoteServiceEntry(chart, 'e', { istio, service: withVip, namespace: 'foo', addresses }).addresses;
  };
  expect(addressesOf()).toEqual(['240.0.0.2']);
  expect(addressesOf(['240.0.0.3'])).toEqual(['240.0.0.3']);
});

test('a remote service entry is refused in the only cluster that exports its service', () => {
  const chart = new Chart(new App(), 'mine');
  new RemoteServiceEntry(chart, 'httpbin', { istio, service, namespace: 'foo', importingCluster: 'cluster2' });
  expect(() => Testing.synth(chart)).toThrow(/MESH014 .*no other cluster exports the service/);
});

test('an egress route works in any chart', () => {
  const egressGateway = EgressGateway.service(
    { name: 'egress', namespace: 'gateways', selector: { app: 'egress' }, clusterDomain: 'k8s.example' },
  );
  expect(objectsOf(c => [
    new EgressListener(c, 'listener', { istio, egressGateway }),
    new EgressRoute(c, 'route', { istio, service, egressGateway }),
    new RemoteServiceEntry(c, 'entry', { istio, service, namespace: 'foo', egressGateway }),
  ])).toEqual([
    'Gateway gateways/mesh-egress',
    'ServiceEntry gateways/mesh-httpbin-bar',
    'DestinationRule gateways/mesh-httpbin-bar',
    'VirtualService gateways/mesh-httpbin-bar',
    'DestinationRule foo/httpbin-bar',
    'VirtualService foo/httpbin-bar',
    'ServiceEntry foo/httpbin-bar',
  ]);
  expect(egressGateway.address).toBe('egress.gateways.svc.k8s.example');
});

test('an egress route on 1.5 has no objects beside the entry', () => {
  const v15 = IstioRelease.V1_5;
  const egressGateway = EgressGateway.clusterIp('10.0.0.20');
  expect(objectsOf(c => [
    new EgressListener(c, 'listener', { istio: v15, egressGateway }),
    new EgressRoute(c, 'route', { istio: v15, service, egressGateway }),
    new RemoteServiceEntry(c, 'entry', { istio: v15, service, namespace: 'foo', egressGateway }),
  ])).toEqual(['ServiceEntry foo/httpbin-bar']);
});

test('an import has one VirtualService, with or without a routing', () => {
  const objects = ['DestinationRule foo/httpbin-bar', 'VirtualService foo/httpbin-bar', 'ServiceEntry foo/httpbin-bar'];
  const routing = Routing.weights({ v1: 100 });
  expect(objectsOf(c => new RemoteServiceEntry(c, 'r', { istio, service, namespace: 'foo' }))).toEqual(objects);
  expect(objectsOf(c => new RemoteServiceEntry(c, 'r', { istio, service, namespace: 'foo', routing }))).toEqual(objects);
});

test('version routing on 1.5 has the rules of the guide', () => {
  const routing = Routing.weights({ v1: 100 });
  expect(objectsOf(c => new RemoteServiceEntry(c, 'r', { istio: IstioRelease.V1_5, service, namespace: 'foo', routing }))).toEqual([
    'ServiceEntry foo/httpbin-bar', 'DestinationRule foo/httpbin-bar', 'DestinationRule foo/mesh-httpbin-bar',
    'VirtualService foo/httpbin-bar',
  ]);
});

test('a service export works in any chart', () => {
  expect(objectsOf(c => new ServiceExport(c, 'e', { istio, name: 'httpbin', namespace: 'bar', versions: [ServiceVersion.of('v1')] })))
    .toEqual(['Gateway istio-system/mesh-httpbin-bar', 'DestinationRule bar/mesh.httpbin']);
});

test('the install values of a control plane need no mesh', () => {
  expect(new ControlPlane({ istio, cluster: 'cluster1' }).files().map(f => f.name))
    .toEqual(['istio-operator.yml', 'base-values.yml', 'istiod-values.yml', 'istio-ingressgateway-values.yml']);
});

test.each(['1.5', '1.29', '1.30', '1.31', '1.31.4'])('IstioRelease.of knows %s', version => {
  expect(version.startsWith(IstioRelease.of(version).version)).toBe(true);
});
