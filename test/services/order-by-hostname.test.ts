import { App, Testing } from 'cdk8s';
import {
  ClusterPriority, EgressGateway, ExportServiceOptions, GatewayAddress, ImportName, ImportPath, ImportServiceOptions, IstioRelease, Mesh,
  MeshCluster, Routing, ServicePort, ServiceVersion,
} from '../../src';
import { reportedCodes } from '../checks/check-case';

const V1 = [ServiceVersion.of('v1')];
const GLOBAL = { namespace: 'foo' };
const LOCAL = { name: ImportName.local() };
const BY_VERSION = { routing: Routing.weights({ v1: 100 }) };
const EGRESS = { via: ImportPath.egressGateway() };
const IN_ORDER = { priority: ClusterPriority.inOrder('beta', 'gamma') };

interface Case {
  readonly name: string;
  /** The gateway of beta, by default a hostname; that of gamma is an address. */
  readonly beta?: string;
  /** Clusters that export the service, with what they say of it. */
  readonly exporters: { readonly [cluster: string]: Partial<ExportServiceOptions> };
  readonly options: ImportServiceOptions;
}

/** The codes of a synth of alpha, which imports the service. */
function codes({ beta = 'gw.beta.example', exporters, options }: Case): string[] {
  const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 });
  const addresses: { [name: string]: string } = { alpha: '203.0.113.1', beta, gamma: '203.0.113.3', delta: '203.0.113.4' };
  const clusters = Object.fromEntries(Object.entries(addresses).map(([name, address]): [string, MeshCluster] => [name, mesh.addCluster(
    name, { ingressGateway: GatewayAddress.of(address), egressGateway: EgressGateway.clusterIp('10.96.0.7') },
  )]));
  const exports = Object.entries(exporters).map(([name, exported]) => clusters[name].exportService('api', {
    namespace: 'shop', ports: [ServicePort.http('http', 8000)], workloadSelector: { app: 'api' }, ...exported,
  }));
  clusters.alpha.importService(exports[0], options);
  return reportedCodes(clusters.alpha);
}

const ALL = { versions: V1 };

test.each<Case>([
  { name: 'its own pods first, by version', exporters: { alpha: ALL, beta: ALL }, options: { ...GLOBAL, ...BY_VERSION } },
  { name: 'clusters in order, by version', exporters: { beta: ALL, gamma: ALL }, options: { ...GLOBAL, ...BY_VERSION, ...IN_ORDER } },
  {
    name: 'a cluster without a share, by version',
    exporters: { beta: ALL, gamma: ALL },
    options: { ...GLOBAL, ...BY_VERSION, priority: ClusterPriority.weights({ beta: 100 }) },
  },
  {
    name: 'clusters in order through the egress gateway, for a version that one of them lacks',
    exporters: { beta: ALL, gamma: ALL, delta: {} },
    options: { ...GLOBAL, ...EGRESS, ...IN_ORDER },
  },
  {
    name: 'a cluster with a hostname behind another one, under a local name',
    exporters: { beta: {}, gamma: {} },
    options: { ...LOCAL, priority: ClusterPriority.inOrder('gamma', 'beta') },
  },
  {
    name: 'a cluster with a hostname and no share, under a local name',
    exporters: { beta: {}, gamma: {} },
    options: { ...LOCAL, priority: ClusterPriority.weights({ gamma: 100 }) },
  },
])('MESH059 is reported for $name: istiod has no such order where a gateway is known by a hostname', row => {
  expect(codes(row)).toEqual(['MESH059']);
});

test.each<Case>([
  { name: 'the same by addresses', beta: '203.0.113.2', exporters: { alpha: ALL, beta: ALL }, options: { ...GLOBAL, ...BY_VERSION } },
  { name: 'any version', exporters: { alpha: ALL, beta: ALL }, options: GLOBAL },
  { name: 'clusters that answer alike', exporters: { beta: ALL, gamma: ALL }, options: { ...GLOBAL, ...BY_VERSION } },
  {
    name: 'own pods that answer like others',
    exporters: { alpha: ALL, beta: ALL },
    options: { ...GLOBAL, ...BY_VERSION, priority: ClusterPriority.spread() },
  },
  { name: 'a version that one cluster has', exporters: { beta: ALL, gamma: {} }, options: { ...GLOBAL, ...BY_VERSION, ...IN_ORDER } },
  {
    name: 'shares',
    exporters: { beta: ALL, gamma: ALL },
    options: {
      ...GLOBAL, ...BY_VERSION, priority: ClusterPriority.weights({ beta: 50, gamma: 50 }),
    },
  },
  {
    name: 'clusters in order through the egress gateway, for a version that all have',
    exporters: { beta: ALL, gamma: ALL },
    options: { ...GLOBAL, ...EGRESS, ...BY_VERSION, ...IN_ORDER },
  },
  { name: 'its own pods first under a local name', exporters: { alpha: ALL, beta: ALL }, options: { ...LOCAL, ...BY_VERSION } },
  { name: 'a hostname that is first under a local name', exporters: { beta: ALL, gamma: ALL }, options: { ...LOCAL, ...IN_ORDER } },
  {
    name: 'a hostname behind another one through the egress gateway, under a local name',
    exporters: { beta: {}, gamma: {} },
    options: { ...LOCAL, ...EGRESS, priority: ClusterPriority.inOrder('gamma', 'beta') },
  },
])('an order that istiod follows is not refused: $name', row => {
  expect(codes(row)).toEqual([]);
});

test('the error names the version, the cluster and a way out', () => {
  const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 });
  const [alpha, beta] = ['alpha', 'beta'].map(name => mesh.addCluster(name, { ingressGateway: GatewayAddress.of(`${name}.example`) }));
  const [, api] = [alpha, beta].map(cluster => cluster.exportService('api', {
    namespace: 'shop', ports: [ServicePort.http('http', 8000)], versions: V1,
  }));
  alpha.importService(api, { ...GLOBAL, ...BY_VERSION });
  expect(() => Testing.synth(alpha)).toThrow(/version v1, with a hostname for alpha, beta.*ClusterPriority\.spread.*ImportName\.local/s);
});
