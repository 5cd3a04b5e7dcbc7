import { Duration } from 'cdk8s';
import { exporter, httpbin, HTTP, Mistake, remote, testMistakes } from './mistake';
import {
  AllowedCaller, GatewayAddress, StringMatch, ImportPath, IstioRelease, KubeDnsStubDomain, Mesh, RemoteService, Routing,
  ServicePort, ServiceVersion,
} from '../../src';

/** Values that are required and missing, and lists that must not be empty. */
const EMPTY_MISTAKES: Mistake[] = [
  {
    name: 'an export that omits its ports',
    code: 'MESH004',
    hint: 'ServicePort.http',
    mistake: c => c.one.exportService('a', { namespace: 'b' } as any),
  },
  {
    name: 'an export with an empty list of ports',
    code: 'MESH004',
    hint: 'ServicePort.http',
    mistake: c => c.one.exportService('a', { namespace: 'b', ports: [] }),
  },
  {
    name: 'an empty list of gateways',
    code: 'MESH004',
    hint: 'ingressGateways',
    mistake: c => c.mesh.addCluster('c', { ingressGateways: [] }),
  },
  {
    name: 'a remote service without exporters',
    code: 'MESH004',
    hint: 'exporters',
    mistake: () => new RemoteService({ name: 'a', namespace: 'b', ports: HTTP, exporters: [] }),
  },
  {
    name: 'an exporter without gateways',
    code: 'MESH004',
    hint: 'gateways',
    mistake: () => new RemoteService({ name: 'a', namespace: 'b', ports: HTTP, exporters: [{ cluster: 'c', gateways: [] }] }),
  },
  {
    name: 'a stub domain without resolvers',
    code: 'MESH004',
    hint: 'istiocoredns',
    mistake: c => new KubeDnsStubDomain(c.one, 'dns', { resolvers: [] }),
  },
  { name: 'routing without weights', code: 'MESH004', hint: 'v1: 90', mistake: () => Routing.weights({}) },
  {
    name: 'routing without headers',
    code: 'MESH004',
    hint: 'end-user',
    mistake: () => Routing.weights({ v1: 100 }).whenHeaders({}, { v1: 100 }),
  },
  { name: 'an empty header value', code: 'MESH004', hint: 'an empty text', mistake: () => StringMatch.exact('') },
  {
    name: 'an empty list of allowed callers',
    code: 'MESH004',
    hint: 'caller',
    mistake: c => c.one.exportService('a', { namespace: 'b', ports: HTTP, workloadSelector: { app: 'a' }, allow: [] }),
  },
  {
    name: 'an allowed caller without a list',
    code: 'MESH004',
    hint: 'expected a list',
    mistake: c => c.one.exportService('a', {
      namespace: 'b', ports: HTTP, workloadSelector: { app: 'a' }, allow: AllowedCaller.namespace('foo') as any,
    }),
  },
  {
    name: 'an allowed caller that is a text',
    code: 'MESH004',
    hint: 'expected a list',
    mistake: c => c.one.exportService('a', { namespace: 'b', ports: HTTP, workloadSelector: { app: 'a' }, allow: 'foo' as any }),
  },
  { name: 'a selector without labels', code: 'MESH004', hint: 'labels', mistake: () => ServiceVersion.withLabels('v1', {}) },
];

/** Declarations that clash with another one. */
const DUPLICATE_MISTAKES: Mistake[] = [
  { name: 'a cluster that is added twice', code: 'MESH006', hint: 'another name', mistake: c => c.mesh.addCluster('cluster1') },
  {
    name: 'a cluster with the name of the folder of install values',
    code: 'MESH006',
    hint: 'install values',
    mistake: c => c.mesh.addCluster('install'),
  },
  { name: 'a service that is exported twice', code: 'MESH006', hint: 'exported twice', mistake: c => [httpbin(c.two), httpbin(c.two)] },
  {
    name: 'a service that is imported twice into one namespace',
    code: 'MESH006',
    hint: "'foo'",
    mistake: c => {
      const service = httpbin(c.two);
      return [1, 2].map(() => c.one.importService(service, { namespace: 'foo' }));
    },
  },
  {
    name: 'a namespace that is added twice',
    code: 'MESH006',
    hint: 'namespace',
    mistake: c => [c.one.addNamespace('foo'), c.one.addNamespace('foo')],
  },
  {
    name: 'two services that differ only in their suffix, imported into one namespace',
    code: 'MESH006',
    hint: 'another namespace',
    mistake: c => ['global', 'corp.example'].map(suffix => {
      const service = new RemoteService({ name: 'a', namespace: 'b', suffix, ports: HTTP, exporters: [exporter('c')] });
      return c.one.importService(service, { namespace: 'foo' });
    }),
  },
  {
    name: 'an exporter outside the mesh with the name of the importing cluster',
    code: 'MESH006',
    hint: 'rename',
    mistake: c => c.one.importService(remote([exporter('cluster1'), exporter('c')]), { namespace: 'foo' }),
  },
  { name: 'an exporter that is listed twice', code: 'MESH006', hint: 'one entry', mistake: () => remote([exporter('c'), exporter('c')]) },
  {
    name: 'two ports with one number',
    code: 'MESH006',
    hint: '8000',
    mistake: c => c.one.exportService('a', { namespace: 'b', ports: [...HTTP, ServicePort.tcp('tcp', 8000)] }),
  },
  {
    name: 'two ports with one name',
    code: 'MESH006',
    hint: '"http"',
    mistake: c => c.one.exportService('a', { namespace: 'b', ports: [...HTTP, ServicePort.tcp('http', 9000)] }),
  },
  {
    name: 'a version that is listed twice',
    code: 'MESH006',
    hint: 'v1',
    mistake: c => c.one.exportService('a', { namespace: 'b', ports: HTTP, versions: [ServiceVersion.of('v1'), ServiceVersion.of('v1')] }),
  },
  {
    name: 'both ingressGateway and ingressGateways',
    code: 'MESH006',
    hint: 'both',
    mistake: c => c.mesh.addCluster('c', { ingressGateway: GatewayAddress.of('a.b'), ingressGateways: [GatewayAddress.of('a.b')] }),
  },
];

/** References to something that the mesh does not have. */
const UNKNOWN_MISTAKES: Mistake[] = [
  { name: 'an unknown cluster', code: 'MESH007', hint: 'cluster1, cluster2', mistake: c => c.mesh.cluster('cluster3') },
  {
    name: 'a service of another mesh',
    code: 'MESH007',
    hint: 'common root',
    mistake: c => {
      const otherMesh = new Mesh(c.app, 'other', { istio: IstioRelease.V1_31 });
      const cluster3 = otherMesh.addCluster('cluster3', { ingressGateway: GatewayAddress.of('203.0.113.30') });
      return c.one.importService(httpbin(cluster3), { namespace: 'foo' });
    },
  },
];

/** Exports and imports whose gateways, routing or workloads do not fit them. */
const GATEWAY_AND_WORKLOAD_MISTAKES: Mistake[] = [
  {
    name: 'an export without an ingress gateway',
    code: 'MESH011',
    hint: 'ingressGateway: GatewayAddress.of',
    mistake: c => httpbin(c.mesh.addCluster('c')),
  },
  {
    name: 'an import through an egress gateway that the cluster does not have',
    code: 'MESH011',
    hint: 'EgressGateway.service()',
    mistake: c => c.one.importService(httpbin(c.two), { namespace: 'foo', via: ImportPath.egressGateway() }),
  },
  {
    name: 'an import path that is a string',
    code: 'MESH011',
    hint: 'ImportPath',
    mistake: c => c.one.importService(httpbin(c.two), { namespace: 'foo', via: 'egress' as any }),
  },
  { name: 'a regular expression that RE2 does not support', code: 'MESH012', hint: 'RE2', mistake: () => StringMatch.regex('(?=a)b') },
  {
    name: 'routing by headers for a TCP service',
    code: 'MESH012',
    hint: 'http',
    mistake: c => {
      const ports = [ServicePort.tcp('tcp', 5432)];
      const service = c.two.exportService('db', { namespace: 'bar', ports, versions: [ServiceVersion.of('v1')] });
      const routing = Routing.weights({ v1: 100 }).whenHeaders({ a: StringMatch.prefix('b') }, { v1: 100 });
      return c.one.importService(service, { namespace: 'foo', routing });
    },
  },
  {
    name: 'a service account of only one of two exporters',
    code: 'MESH013',
    hint: 'for each exporter',
    mistake: () => remote([{ ...exporter('c'), serviceAccount: 'web' }, exporter('d')]),
  },
  {
    name: 'a connectTimeout of zero',
    code: 'MESH027',
    hint: 'Duration.seconds',
    mistake: c => c.mesh.addCluster('c', { importDefaults: { connectTimeout: Duration.millis(0) } }),
  },
  {
    name: 'allow without a workload selector',
    code: 'MESH015',
    hint: 'workloadSelector',
    mistake: c => c.one.exportService('a', { namespace: 'b', ports: HTTP, allow: [AllowedCaller.namespace('foo')] }),
  },
];

testMistakes([...EMPTY_MISTAKES, ...DUPLICATE_MISTAKES, ...UNKNOWN_MISTAKES, ...GATEWAY_AND_WORKLOAD_MISTAKES]);
