import { Testing } from 'cdk8s';
import { EJECTION, HTTP, importingMesh, PATIENCE, QUICK_FAILURE, specOf } from './importing-mesh';
import { EgressGateway, ImportPath, Routing, ServicePort, ServiceVersion, StringMatch } from '../../src';

const ROUTING = Routing.weights({ v2: 10, v1: 90 }).whenHeaders({ 'end-user': StringMatch.exact('jason') }, { v2: 100, v1: 0 });
const VERSIONS = [ServiceVersion.of('v2'), ServiceVersion.of('v1')];

describe('version routing', () => {
  test('gives each version its own SNI, since the SNI of the whole service would reach any version', () => {
    const { caller, receivers: [receiver] } = importingMesh(['203.0.113.20']);
    const service = receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP, versions: VERSIONS });
    caller.importService(service, { namespace: 'foo', routing: ROUTING });
    const subset = (name: string) => ({
      name,
      labels: { cluster: 'receiver1' },
      trafficPolicy: {
        connectionPool: PATIENCE,
        outlierDetection: EJECTION,
        tls: { mode: 'ISTIO_MUTUAL', sni: `outbound_.8000_.${name}_.httpbin.bar.svc.cluster.local` },
      },
    });
    expect(specOf(caller, 'DestinationRule', 'foo/httpbin-bar').subsets).toEqual([subset('v1'), subset('v2')]);
    expect(specOf(receiver, 'DestinationRule', 'bar/mesh.httpbin')).toEqual({
      host: 'httpbin.bar.svc.cluster.local',
      subsets: [{ name: 'v1', labels: { version: 'v1' } }, { name: 'v2', labels: { version: 'v2' } }],
    });
  });

  test('matches headers first, and splits the other requests by weight', () => {
    const { caller, receivers: [receiver] } = importingMesh(['203.0.113.20']);
    const service = receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP, versions: VERSIONS });
    caller.importService(service, { namespace: 'foo', routing: ROUTING });
    const destination = (subset: string) => ({ destination: { host: 'httpbin.bar.global', subset } });
    expect(specOf(caller, 'VirtualService', 'foo/httpbin-bar')).toEqual({
      hosts: ['httpbin.bar.global'],
      exportTo: ['.'],
      http: [
        { match: [{ headers: { 'end-user': { exact: 'jason' } } }], route: [destination('v2')] },
        { route: [{ ...destination('v1'), weight: 90 }, { ...destination('v2'), weight: 10 }] },
      ],
    });
  });

  test('routes each port of a service by its protocol', () => {
    const { caller, receivers: [receiver] } = importingMesh(['203.0.113.20']);
    const ports = [ServicePort.http('http', 80), ServicePort.tcp('tcp', 90), ServicePort.https('https', 443)];
    const service = receiver.exportService('api', { namespace: 'bar', ports, versions: VERSIONS });
    caller.importService(service, { namespace: 'foo', routing: ROUTING });
    const { http, tcp, tls } = specOf(caller, 'VirtualService', 'foo/api-bar');
    expect(http.map((rule: any) => rule.match)).toEqual([[{ headers: { 'end-user': { exact: 'jason' } }, port: 80 }], [{ port: 80 }]]);
    expect(tcp.map((rule: any) => rule.match)).toEqual([[{ port: 90 }]]);
    expect(tls.map((rule: any) => rule.match)).toEqual([[{ port: 443, sniHosts: ['api.bar.global'] }]]);
    const destinationPorts = [...http, ...tcp, ...tls].flatMap(rule => rule.route.map((route: any) => route.destination.port.number));
    expect(destinationPorts).toEqual([80, 80, 80, 90, 90, 443, 443]);
  });

  test('refers to existing subsets of the user, and does not write them', () => {
    const { caller, receivers: [receiver] } = importingMesh(['203.0.113.20']);
    const existing = [ServiceVersion.existing('v1'), ServiceVersion.existing('v2')];
    const service = receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP, versions: existing });
    caller.importService(service, { namespace: 'foo', routing: ROUTING });
    const { subsets } = specOf(caller, 'DestinationRule', 'foo/httpbin-bar');
    expect(subsets.map((subset: any) => subset.name)).toEqual(['v1', 'v2']);
    expect(Testing.synth(receiver).map(({ kind }) => kind)).toEqual(['Gateway']);
  });

  test('of a version that no exporter has is refused with the versions that exist', () => {
    const { caller, receivers: [receiver] } = importingMesh(['203.0.113.20']);
    const service = receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP, versions: [ServiceVersion.of('v1')] });
    caller.importService(service, { namespace: 'foo', routing: ROUTING });
    expect(() => Testing.synth(caller)).toThrow(/MESH012 .*"v2", expected receiver1: v1; fix: add versions: \[ServiceVersion.of\('v2'\)\]/);
  });
});

describe('version routing to two clusters, one of which has v2 only,', () => {
  const gateways = ['203.0.113.20', '203.0.113.30'];
  const { caller, receivers: [first, second] } = importingMesh(gateways, { egressGateway: EgressGateway.service() });
  const service = first.exportService('httpbin', { namespace: 'bar', ports: HTTP, versions: VERSIONS });
  second.exportService('httpbin', { namespace: 'bar', ports: HTTP, versions: [ServiceVersion.of('v2')] });
  caller.importService(service, { namespace: 'foo', routing: ROUTING });
  caller.importService(service, { namespace: 'egress', routing: ROUTING, via: ImportPath.egressGateway() });

  test('labels each endpoint with the versions of its cluster', () => {
    const { endpoints } = specOf(caller, 'ServiceEntry', 'foo/httpbin-bar');
    expect(endpoints.map((endpoint: any) => endpoint.labels)).toEqual([
      { 'cluster': 'receiver1', 'version/v1': 'true', 'version/v2': 'true' },
      { 'cluster': 'receiver2', 'version/v2': 'true' },
    ]);
  });

  test('sends a version to the clusters that have it, and waits for the only one', () => {
    const { subsets } = specOf(caller, 'DestinationRule', 'foo/httpbin-bar');
    expect(subsets.map(({ name, labels, trafficPolicy }: any) => ({
      name, labels, connectionPool: trafficPolicy.connectionPool,
    }))).toEqual([
      { name: 'v1', labels: { 'version/v1': 'true' }, connectionPool: PATIENCE },
      { name: 'v2', labels: { 'version/v2': 'true' }, connectionPool: QUICK_FAILURE },
    ]);
  });

  test('makes the same choice at the egress gateway', () => {
    const { tls } = specOf(caller, 'VirtualService', 'istio-system/mesh-httpbin-bar');
    expect(tls.map((rule: any) => ({ sniHosts: rule.match[0].sniHosts.length, subset: rule.route[0].destination.subset }))).toEqual([
      { sniHosts: 2, subset: undefined },
      { sniHosts: 1, subset: 'v1' },
    ]);
    expect(specOf(caller, 'DestinationRule', 'istio-system/mesh-httpbin-bar').subsets).toEqual([{
      name: 'v1',
      labels: { 'version/v1': 'true' },
      trafficPolicy: { tls: { mode: 'DISABLE' }, connectionPool: PATIENCE, outlierDetection: EJECTION },
    }]);
  });
});
