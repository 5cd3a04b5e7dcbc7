import { App, Duration } from 'cdk8s';
import {
  AllowedCaller, EgressGateway, GatewayAddress, GatewayService, HeaderMatch, ImportPath, IstioRelease, KubeDnsStubDomain, Mesh, MeshApp, MeshCluster,
  RemoteService, Routing, ExportingCluster, ServicePort, ServiceVersion, VipRange,
} from '../src';
import { MeshError } from '../src/errors/mesh-error';

const HTTP = [ServicePort.http('http', 8000)];

interface Clusters {
  readonly app: App;
  readonly mesh: Mesh;
  readonly one: MeshCluster;
  readonly two: MeshCluster;
}

function clusters(istio = IstioRelease.V1_31): Clusters {
  const app = new MeshApp();
  const mesh = new Mesh(app, 'mesh', { istio });
  const [one, two] = ['cluster1', 'cluster2'].map(name => mesh.addCluster(name, { ingressGateway: GatewayAddress.of('203.0.113.10') }));
  return { app, mesh, one, two };
}

const httpbin = (cluster: MeshCluster) => cluster.exportService('httpbin', { namespace: 'bar', ports: HTTP });

const exporter = (cluster: string) => ({ cluster, gateways: [GatewayAddress.of('203.0.113.30')] });
const remote = (exporters: ExportingCluster[]) => new RemoteService({ name: 'a', namespace: 'b', ports: HTTP, exporters });

/** What a new user gets wrong, the code it is answered with, and a word of the answer that leads on. */
const MISTAKES: Array<[string, (c: Clusters) => unknown, string, string]> = [
  // names
  ['a cluster name in capitals', c => c.mesh.addCluster('Cluster1'), 'MESH001', '"Cluster1"'],
  ['a namespace with an underscore', c => c.one.addNamespace('my_ns'), 'MESH001', 'RFC 1123'],
  [
    'a service name with its namespace',
    c => c.one.exportService('httpbin.bar', { namespace: 'bar', ports: HTTP }),
    'MESH001',
    'service name',
  ],
  ['importing into a namespace that is no name', c => c.one.importService(httpbin(c.two), { namespace: 'Foo' }), 'MESH001', 'namespace'],
  [
    'a suffix that starts with a dot',
    c => new Mesh(c.app, 'other', { istio: IstioRelease.V1_31, suffix: '.global' }),
    'MESH001',
    'DNS suffix',
  ],
  [
    'a service account as an identity',
    c => c.one.exportService('a', { namespace: 'b', ports: HTTP, serviceAccount: 'spiffe://x' }),
    'MESH001',
    'service account',
  ],
  ['a locality with wildcards', c => c.mesh.addCluster('c', { locality: 'europe/*' }), 'MESH001', 'region'],
  [
    'a header name in capitals',
    () => Routing.weights({ v1: 100 }).whenHeaders({ 'End-User': HeaderMatch.exact('x') }, { v1: 100 }),
    'MESH001',
    'lower case',
  ],
  ['a label that is no label', () => EgressGateway.service({ selector: { 'a b': 'c' } }), 'MESH001', 'label'],
  ['a label key with a bad prefix', () => EgressGateway.service({ selector: { 'A_/b': 'c' } }), 'MESH001', 'label'],
  // addresses
  ['a gateway as URL', () => GatewayAddress.of('https://203.0.113.10'), 'MESH002', 'EXTERNAL-IP'],
  ['a gateway with its port', () => GatewayAddress.of('203.0.113.10:15443'), 'MESH002', '{ port }'],
  ['a gateway that is an incomplete IP address', () => GatewayAddress.of('203.0.113'), 'MESH002', '"203.0.113"'],
  ['an IPv6 gateway in brackets', () => GatewayAddress.of('[2001:db8::1]'), 'MESH002', 'alone'],
  ['a gateway on loopback', () => GatewayAddress.of('127.0.0.1'), 'MESH002', 'reach'],
  ['a gateway at a VIP', () => GatewayAddress.of('240.0.0.2'), 'MESH002', 'reach'],
  ['a gateway on one link of one machine', () => GatewayAddress.of('fe80::1%eth0'), 'MESH002', 'reach'],
  [
    'a gateway by a name that only its own cluster knows',
    () => GatewayAddress.of('istio-ingressgateway.istio-system.svc.cluster.local'),
    'MESH002',
    'other clusters',
  ],
  ['a gateway as text', c => c.mesh.addCluster('c', { ingressGateway: '203.0.113.10' as any }), 'MESH002', 'GatewayAddress.of'],
  [
    'an egress gateway clusterIP that is a name',
    () => EgressGateway.clusterIp('istio-egressgateway'),
    'MESH002',
    'EgressGateway.service()',
  ],
  [
    'a stub domain resolver that is a name',
    c => new KubeDnsStubDomain(c.one, 'dns', { resolvers: ['istiocoredns'] }),
    'MESH002',
    'clusterIP',
  ],
  ['a source range without prefix', () => GatewayService.loadBalancer({ sourceRanges: ['198.51.100.7'] }), 'MESH002', '/32'],
  // ports
  ['a port that is too high', () => ServicePort.http('http', 70000), 'MESH003', '65535'],
  ['a port that is text', () => ServicePort.http('http', '80' as unknown as number), 'MESH003', 'whole number'],
  ['a UDP service', () => ServicePort.of('udp', 'dns', 53), 'MESH003', 'UDP'],
  ['a node port that is no port', () => GatewayService.nodePort({ tlsNodePort: 0 }), 'MESH003', '65535'],
  ['ports as numbers', c => c.one.exportService('a', { namespace: 'b', ports: [8000] as any }), 'MESH003', 'ServicePort.http'],
  // emptiness
  ['no ports at all', c => c.one.exportService('a', { namespace: 'b' } as any), 'MESH004', 'ServicePort.http'],
  ['a service without ports', c => c.one.exportService('a', { namespace: 'b', ports: [] }), 'MESH004', 'ServicePort.http'],
  ['no addresses in a list of gateways', c => c.mesh.addCluster('c', { ingressGateways: [] }), 'MESH004', 'ingressGateways'],
  [
    'a remote service without exporters',
    () => new RemoteService({ name: 'a', namespace: 'b', ports: HTTP, exporters: [] }),
    'MESH004',
    'exporters',
  ],
  [
    'an exporter without gateways',
    () => new RemoteService({ name: 'a', namespace: 'b', ports: HTTP, exporters: [{ cluster: 'c', gateways: [] }] }),
    'MESH004',
    'gateways',
  ],
  ['no stub domain resolvers', c => new KubeDnsStubDomain(c.one, 'dns', { resolvers: [] }), 'MESH004', 'istiocoredns'],
  ['routing without weights', () => Routing.weights({}), 'MESH004', 'v1: 90'],
  ['routing without headers', () => Routing.weights({ v1: 100 }).whenHeaders({}, { v1: 100 }), 'MESH004', 'end-user'],
  ['an empty header value', () => HeaderMatch.exact(''), 'MESH004', 'header value'],
  [
    'allow that lets nobody in',
    c => c.one.exportService('a', { namespace: 'b', ports: HTTP, workloadSelector: { app: 'a' }, allow: [] }),
    'MESH004',
    'caller',
  ],
  ['a selector without labels', () => ServiceVersion.withLabels('v1', {}), 'MESH004', 'labels'],
  // weights
  ['weights that do not sum to 100', () => Routing.weights({ v1: 90, v2: 20 }), 'MESH005', 'sum to 100'],
  ['a weight below zero', () => Routing.weights({ v1: 110, v2: -10 }), 'MESH005', '0 to 100'],
  ['a weight that is a fraction', () => Routing.weights({ v1: 99.5, v2: 0.5 }), 'MESH005', 'whole numbers'],
  // twice
  ['a cluster twice', c => c.mesh.addCluster('cluster1'), 'MESH006', 'another name'],
  ['a cluster named as the folder of install values', c => c.mesh.addCluster('install'), 'MESH006', 'install values'],
  ['a service exported twice', c => [httpbin(c.two), httpbin(c.two)], 'MESH006', 'exported twice'],
  ['a service imported twice into one namespace', c => {
    const service = httpbin(c.two);
    return [1, 2].map(() => c.one.importService(service, { namespace: 'foo' }));
  }, 'MESH006', '\'foo\''],
  ['a namespace twice', c => [c.one.addNamespace('foo'), c.one.addNamespace('foo')], 'MESH006', 'namespace'],
  ['two services of one name, of two suffixes, in one namespace', c => ['global', 'corp.example'].map(suffix => c.one.importService(new RemoteService({
    name: 'a', namespace: 'b', suffix, ports: HTTP, exporters: [exporter('c')],
  }), { namespace: 'foo' })), 'MESH006', 'another namespace'],
  [
    'an exporter that has the importer\'s name and is another',
    c => c.one.importService(remote([exporter('cluster1'), exporter('c')]), { namespace: 'foo' }),
    'MESH006',
    'rename',
  ],
  ['an exporter twice', () => remote([exporter('c'), exporter('c')]), 'MESH006', 'one entry'],
  [
    'two ports of one number',
    c => c.one.exportService('a', { namespace: 'b', ports: [...HTTP, ServicePort.tcp('tcp', 8000)] }),
    'MESH006',
    '8000',
  ],
  [
    'two ports of one name',
    c => c.one.exportService('a', { namespace: 'b', ports: [...HTTP, ServicePort.tcp('http', 9000)] }),
    'MESH006',
    '"http"',
  ],
  [
    'a version twice',
    c => c.one.exportService('a', { namespace: 'b', ports: HTTP, versions: [ServiceVersion.of('v1'), ServiceVersion.of('v1')] }),
    'MESH006',
    'v1',
  ],
  [
    'both forms of gateway addresses',
    c => c.mesh.addCluster('c', { ingressGateway: GatewayAddress.of('a.b'), ingressGateways: [GatewayAddress.of('a.b')] }),
    'MESH006',
    'both',
  ],
  // unknown
  ['an unknown cluster', c => c.mesh.cluster('cluster3'), 'MESH007', 'cluster1, cluster2'],
  ['a service of another mesh', c => {
    const other = new Mesh(c.app, 'other', { istio: IstioRelease.V1_31 }).addCluster(
      'cluster3',
      { ingressGateway: GatewayAddress.of('203.0.113.30') },
    );
    return c.one.importService(httpbin(other), { namespace: 'foo' });
  }, 'MESH007', 'common root'],
  // release
  ['no release', c => new Mesh(c.app, 'other', {} as any), 'MESH008', 'IstioRelease.V1_31'],
  ['a release between the guide and today', () => IstioRelease.of('1.12'), 'MESH008', '1.31'],
  ['a release that is no version', () => IstioRelease.of('latest'), 'MESH008', 'latest'],
  ['1.5 in a mesh of today', c => c.mesh.addCluster('old', { istio: IstioRelease.V1_5 }), 'MESH008', 'SNI'],
  [
    'a suffix of one\'s own on 1.5',
    c => new Mesh(c.app, 'old', { istio: IstioRelease.V1_5, suffix: 'mesh.example' }),
    'MESH008',
    '"mesh.example"',
  ],
  [
    'a Service for the gateway on 1.5',
    () => clusters(IstioRelease.V1_5).mesh.addCluster('c', { ingressGatewayService: GatewayService.azure() }),
    'MESH008',
    'ingressGatewayService',
  ],
  [
    'a namespace of one\'s own for Istio 1.5',
    () => clusters(IstioRelease.V1_5).mesh.addCluster('c', { istioNamespace: 'mesh' }),
    'MESH008',
    'istioNamespace',
  ],
  ['a service of another suffix on 1.5', () => {
    const service = new RemoteService({ name: 'a', namespace: 'b', suffix: 'corp.example', ports: HTTP, exporters: [exporter('c')] });
    return clusters(IstioRelease.V1_5).one.importService(service, { namespace: 'foo' });
  }, 'MESH008', 'a.b.corp.example'],
  ['a revision on 1.5', () => clusters(IstioRelease.V1_5).mesh.addCluster('c', { revision: 'canary' }), 'MESH008', 'revision'],
  // VIPs
  [
    'a VIP on loopback',
    c => c.one.importService(httpbin(c.two), { namespace: 'foo', addresses: ['127.255.0.3'] }),
    'MESH009',
    '127.0.0.0/8',
  ],
  [
    'a VIP from the range that Istio hands out',
    c => c.one.importService(httpbin(c.two), { namespace: 'foo', addresses: ['240.240.1.1'] }),
    'MESH009',
    '240.240.0.0/16',
  ],
  [
    'a VIP on loopback, written as IPv6',
    c => c.one.exportService('a', { namespace: 'b', ports: HTTP, addresses: ['::ffff:127.0.0.1'] }),
    'MESH009',
    '::ffff',
  ],
  [
    'a VIP with a zone',
    c => c.one.exportService('a', { namespace: 'b', ports: HTTP, addresses: ['fd00::1%eth0'] }),
    'MESH009',
    'IP address',
  ],
  [
    'a VIP that is a range',
    c => c.one.exportService('a', { namespace: 'b', ports: HTTP, addresses: ['240.0.0.0/4'] }),
    'MESH009',
    'IP address',
  ],
  ['a VIP range that is no range', () => VipRange.ipv4({ cidr: '240.0.0.0' }), 'MESH009', 'CIDR'],
  ['an IPv6 range as IPv4', () => VipRange.ipv4({ cidr: 'fd00::/48' }), 'MESH009', 'IPv4'],
  ['a VIP range of multicast', () => VipRange.ipv4({ cidr: '230.0.0.0/8' }), 'MESH009', '224.0.0.0/4'],
  ['a VIP range that is too small', () => VipRange.ipv4({ cidr: '240.0.0.0/30' }), 'MESH009', '/24'],
  ['an IPv6 VIP range that others own', () => VipRange.ipv6({ cidr: '2001:db8::/48' }), 'MESH009', 'fc00::/7'],
  ['an IPv6 VIP range with too few bits', () => VipRange.ipv6({ cidr: 'fd00::/96' }), 'MESH009', '/64'],
  ['exclusions that leave no VIP', () => VipRange.ipv4({ exclude: ['240.0.0.0/4'] }).addressesOf('a.b.global'), 'MESH009', 'exclude less'],
  // gateways and workloads
  ['an export without an ingress gateway', c => httpbin(c.mesh.addCluster('c')), 'MESH011', 'ingressGateway: GatewayAddress.of'],
  [
    'an egress import without an egress gateway',
    c => c.one.importService(httpbin(c.two), { namespace: 'foo', via: ImportPath.egressGateway() }),
    'MESH011',
    'EgressGateway.service()',
  ],
  ['an import path as text', c => c.one.importService(httpbin(c.two), { namespace: 'foo', via: 'egress' as any }), 'MESH011', 'ImportPath'],
  ['an expression that RE2 does not have', () => HeaderMatch.regex('(?=a)b'), 'MESH012', 'RE2'],
  ['headers on a TCP service', c => {
    const service = c.two.exportService(
      'db',
      { namespace: 'bar', ports: [ServicePort.tcp('tcp', 5432)], versions: [ServiceVersion.of('v1')] },
    );
    return c.one.importService(
      service,
      { namespace: 'foo', routing: Routing.weights({ v1: 100 }).whenHeaders({ a: HeaderMatch.prefix('b') }, { v1: 100 }) },
    );
  }, 'MESH012', 'http'],
  [
    'an identity for one exporter of two',
    () => remote([{ ...exporter('c'), serviceAccount: 'web' }, exporter('d')]),
    'MESH013',
    'for each exporter',
  ],
  ['a connectTimeout of nothing', c => c.mesh.addCluster('c', { connectTimeout: Duration.millis(0) }), 'MESH027', 'Duration.seconds'],
  [
    'allow without saying which pods',
    c => c.one.exportService('a', { namespace: 'b', ports: HTTP, allow: [AllowedCaller.namespace('foo')] }),
    'MESH015',
    'workloadSelector',
  ],
];

test.each(MISTAKES)('%s is refused where it is made', (_, mistake, code, hint) => {
  const error = thrown(() => mistake(clusters()));
  expect(error).toBeInstanceOf(MeshError);
  expect(error.code).toBe(code);
  expect(error.message).toMatch(new RegExp(`^${code} .+: .+; fix: .+$`));
  expect(error.message).toContain(hint);
});

test.each<[string, (c: Clusters) => unknown, (c: Clusters) => unknown]>([
  [
    'an export',
    c => c.one.exportService('a', { namespace: 'b', ports: HTTP, allow: [] }),
    c => c.one.exportService('a', { namespace: 'b', ports: HTTP }),
  ],
  ['a cluster', c => c.mesh.addCluster('c', { revision: 'A' }), c => c.mesh.addCluster('c')],
  ['a namespace', c => c.one.addNamespace('A'), c => c.one.addNamespace('a')],
  [
    'an import',
    c => c.one.importService(remote([exporter('c')]), { namespace: 'foo', addresses: ['127.0.0.1'] }),
    c => c.one.importService(remote([exporter('c')]), { namespace: 'foo' }),
  ],
])('%s that was refused leaves nothing behind, and can be declared again', (_, wrong, right) => {
  const c = clusters();
  const before = c.app.node.findAll().length;
  expect(() => wrong(c)).toThrow(MeshError);
  expect(c.app.node.findAll().length).toBe(before);
  expect(() => right(c)).not.toThrow();
});

test('a value that is long is cut short in the error', () => {
  expect(thrown(() => GatewayAddress.of('x'.repeat(10_000))).message.length).toBeLessThan(600);
  expect(thrown(() => IstioRelease.of('9'.repeat(10_000))).message.length).toBeLessThan(600);
});

function thrown(f: () => unknown): MeshError {
  try {
    f();
  } catch (error) {
    return error as MeshError;
  }
  throw new Error('nothing was refused');
}
