import { Testing } from 'cdk8s';
import { EJECTION, HTTP, importingMesh, PATIENCE, QUICK_FAILURE, specOf } from './importing-mesh';
import { EgressGateway, ImportPath, MeshCluster, ServicePort } from '../../src';

const GATEWAYS = 'httpbin-bar.remote-gateways.internal';

/** A cluster that imports httpbin through its egress gateway into namespaces `foo` and `baz`. */
function callerThroughEgress(gateways = ['203.0.113.20'], egressGateway = EgressGateway.service()): MeshCluster {
  const { caller, receivers } = importingMesh(gateways, { egressGateway });
  const [service] = receivers.map(receiver => receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP }));
  caller.importService(service, { namespace: 'foo', via: ImportPath.egressGateway() });
  caller.importService(service, { namespace: 'baz', via: ImportPath.egressGateway() });
  return caller;
}

describe('an import through the egress gateway', () => {
  test('has the egress gateway as its only endpoint, so that traffic cannot bypass it', () => {
    expect(specOf(callerThroughEgress(), 'ServiceEntry', 'foo/httpbin-bar')).toMatchObject({
      resolution: 'DNS',
      endpoints: [{ address: 'istio-egressgateway.istio-system.svc.cluster.local', ports: { http: 15443 } }],
    });
    const byClusterIp = callerThroughEgress(undefined, EgressGateway.clusterIp('10.0.0.20'));
    expect(specOf(byClusterIp, 'ServiceEntry', 'foo/httpbin-bar')).toMatchObject({
      resolution: 'STATIC',
      endpoints: [{ address: '10.0.0.20', ports: { http: 15443 } }],
    });
  });

  test('is routed by SNI at the egress gateway, which does not terminate its TLS', () => {
    const caller = callerThroughEgress();
    expect(specOf(caller, 'Gateway', 'istio-system/mesh-istio-egressgateway').servers)
      .toEqual([{ port: { number: 15443, name: 'tls', protocol: 'TLS' }, tls: { mode: 'PASSTHROUGH' }, hosts: ['./*'] }]);
    const sni = 'outbound_.8000_._.httpbin.bar.svc.cluster.local';
    expect(specOf(caller, 'VirtualService', 'istio-system/mesh-httpbin-bar')).toEqual({
      hosts: [sni],
      gateways: ['mesh-istio-egressgateway'],
      exportTo: ['.'],
      tls: [{ match: [{ port: 15443, sniHosts: [sni] }], route: [{ destination: { host: GATEWAYS, port: { number: 15443 } } }] }],
    });
    expect(specOf(caller, 'DestinationRule', 'istio-system/mesh-httpbin-bar'))
      .toEqual({
        host: GATEWAYS, exportTo: ['.'], trafficPolicy: { tls: { mode: 'DISABLE' }, outlierDetection: EJECTION, connectionPool: PATIENCE },
      });
  });

  test('ejects a dead ingress gateway at the egress gateway; the sidecar waits for it, since it sees one endpoint', () => {
    const caller = callerThroughEgress(['203.0.113.20', 'mesh.example.com']);
    expect(specOf(caller, 'ServiceEntry', 'istio-system/mesh-httpbin-bar')).toMatchObject({
      hosts: [GATEWAYS],
      resolution: 'DNS',
      location: 'MESH_EXTERNAL',
      exportTo: ['.'],
    });
    expect(specOf(caller, 'DestinationRule', 'istio-system/mesh-httpbin-bar').trafficPolicy)
      .toEqual({ tls: { mode: 'DISABLE' }, outlierDetection: EJECTION, connectionPool: QUICK_FAILURE });
    const { connectionPool } = specOf(caller, 'DestinationRule', 'foo/httpbin-bar').trafficPolicy;
    expect(connectionPool).toEqual({ tcp: { maxConnectionDuration: '60s' } });
  });

  test('replaces HTTP connections after a minute, since each stays with one cluster, and never closes TCP connections', () => {
    const trafficPolicyOf = (ports: ServicePort[]) => {
      const { caller, receivers: [receiver] } = importingMesh(['203.0.113.20'], { egressGateway: EgressGateway.service() });
      const service = receiver.exportService('httpbin', { namespace: 'bar', ports });
      caller.importService(service, { namespace: 'foo', via: ImportPath.egressGateway() });
      return specOf(caller, 'DestinationRule', 'foo/httpbin-bar').trafficPolicy;
    };
    const oneMinute = { tcp: { maxConnectionDuration: '60s' } };
    expect(trafficPolicyOf([ServicePort.grpc('grpc', 8000)]).connectionPool).toEqual(oneMinute);
    expect(trafficPolicyOf([ServicePort.tcp('tcp', 8000)]).connectionPool).toBeUndefined();
    // Istio takes the duration for a TCP listener from the rule itself, not from the settings of a port.
    const mixed = trafficPolicyOf([ServicePort.http('http', 8000), ServicePort.tcp('tcp', 9000)]);
    expect(mixed.connectionPool).toBeUndefined();
    expect(mixed.portLevelSettings.map((setting: any) => setting.connectionPool)).toEqual([oneMinute, undefined]);
  });

  test('shares the objects of the egress gateway with imports into other namespaces', () => {
    const names = Testing.synth(callerThroughEgress()).map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`);
    expect(names.filter(name => name.includes('istio-system'))).toHaveLength(4);
    expect(new Set(names).size).toBe(names.length);
  });
});
