import { App, Duration } from 'cdk8s';
import { EJECTION, HTTP, importingMesh, PATIENCE, specOf } from './importing-mesh';
import { GatewayAddress, GatewayService, IstioRelease, Mesh, ServicePort } from '../../src';

describe('a direct import', () => {
  test('uses mutual TLS to the gateway, and names the remote Service in the SNI', () => {
    const { caller, receivers: [receiver] } = importingMesh(['203.0.113.20']);
    caller.importService(receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP }), { namespace: 'foo' });
    expect(specOf(caller, 'DestinationRule', 'foo/httpbin-bar')).toEqual({
      host: 'httpbin.bar.global',
      exportTo: ['.'],
      trafficPolicy: {
        connectionPool: PATIENCE,
        outlierDetection: EJECTION,
        tls: { mode: 'ISTIO_MUTUAL', sni: 'outbound_.8000_._.httpbin.bar.svc.cluster.local' },
      },
    });
  });

  test('is visible in its namespace only, and accepts only the identity that the export declares', () => {
    const { caller, receivers: [receiver] } = importingMesh(['203.0.113.20']);
    const service = receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP, serviceAccount: 'web' });
    caller.importService(service, { namespace: 'foo' });
    const expected = { exportTo: ['.'], subjectAltNames: ['spiffe://cluster.local/ns/bar/sa/web'] };
    expect(specOf(caller, 'ServiceEntry', 'foo/httpbin-bar')).toMatchObject(expected);
  });

  test('resolves the hostname of a gateway by DNS, and uses an address as it is', () => {
    const resolutionOf = (gateway: string) => {
      const { caller, receivers: [receiver] } = importingMesh([gateway]);
      caller.importService(receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP }), { namespace: 'foo' });
      return specOf(caller, 'ServiceEntry', 'foo/httpbin-bar').resolution;
    };
    expect(resolutionOf('203.0.113.20')).toBe('STATIC');
    expect(resolutionOf('2001:db8::20')).toBe('STATIC');
    expect(resolutionOf('mesh.example.com')).toBe('DNS');
  });

  test('calls the node port of the receiver\'s install values, unless the gateway address has a port', () => {
    const portOf = (ingressGateway: GatewayAddress) => {
      const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 });
      const ingressGatewayService = GatewayService.nodePort({ tlsNodePort: 30443 });
      return mesh.addCluster('c', { ingressGateway, ingressGatewayService }).ingressGateways[0].port;
    };
    expect(portOf(GatewayAddress.of('192.0.2.1'))).toBe(30443);
    expect(portOf(GatewayAddress.of('192.0.2.1', { port: 15443 }))).toBe(15443);
  });

  test('has an endpoint for each node of a NodePort gateway', () => {
    const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 });
    const ingressGateways = ['192.0.2.1', '192.0.2.2'].map(node => GatewayAddress.of(node, { port: 30443 }));
    const receiver = mesh.addCluster('receiver', { ingressGateways });
    const caller = mesh.addCluster('caller');
    caller.importService(receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP }), { namespace: 'foo' });
    expect(specOf(caller, 'ServiceEntry', 'foo/httpbin-bar').endpoints)
      .toEqual([{ address: '192.0.2.1', ports: { http: 30443 } }, { address: '192.0.2.2', ports: { http: 30443 } }]);
  });

  test('of several ports has an SNI for each port', () => {
    const { caller, receivers: [receiver] } = importingMesh(['203.0.113.20']);
    const ports = [ServicePort.grpc('grpc', 9000), ServicePort.http('http', 8000)];
    caller.importService(receiver.exportService('api', { namespace: 'bar', ports }), { namespace: 'foo' });
    const { portLevelSettings } = specOf(caller, 'DestinationRule', 'foo/api-bar').trafficPolicy;
    expect(portLevelSettings.map((setting: any) => ({ port: setting.port.number, sni: setting.tls.sni }))).toEqual([
      { port: 8000, sni: 'outbound_.8000_._.api.bar.svc.cluster.local' },
      { port: 9000, sni: 'outbound_.9000_._.api.bar.svc.cluster.local' },
    ]);
    expect(specOf(caller, 'ServiceEntry', 'foo/api-bar').ports.map((port: any) => port.protocol)).toEqual(['HTTP', 'GRPC']);
  });

  test('into two namespaces has an entry in each', () => {
    const { caller, receivers: [receiver] } = importingMesh(['203.0.113.20']);
    const service = receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP });
    const entries = ['foo', 'baz'].map(namespace => caller.importService(service, { namespace }).serviceEntry!.toJson().metadata);
    expect(entries).toMatchObject([{ name: 'httpbin-bar', namespace: 'foo' }, { name: 'httpbin-bar', namespace: 'baz' }]);
  });

  test('waits for a connection no longer than the connectTimeout of its cluster', () => {
    const { caller, receivers: [receiver] } = importingMesh(['203.0.113.20'], { importDefaults: { connectTimeout: Duration.seconds(3) } });
    caller.importService(receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP }), { namespace: 'foo' });
    expect(specOf(caller, 'DestinationRule', 'foo/httpbin-bar').trafficPolicy.connectionPool.tcp.connectTimeout).toBe('3s');
  });

  test('uses the cluster domain and the trust domain of the exporting cluster', () => {
    const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31, suffix: 'mesh.example' });
    const receiver = mesh.addCluster('receiver', {
      ingressGateway: GatewayAddress.of('203.0.113.20'),
      clusterDomain: 'k8s.example',
      trustDomain: 'west.example',
      trustDomainAliases: ['cluster.local'],
    });
    const caller = mesh.addCluster('caller');
    caller.importService(receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP, serviceAccount: 'web' }), { namespace: 'foo' });
    expect(specOf(caller, 'ServiceEntry', 'foo/httpbin-bar')).toMatchObject({
      hosts: ['httpbin.bar.mesh.example'],
      subjectAltNames: ['spiffe://west.example/ns/bar/sa/web'],
    });
    const { tls } = specOf(caller, 'DestinationRule', 'foo/httpbin-bar').trafficPolicy;
    expect(tls.sni).toBe('outbound_.8000_._.httpbin.bar.svc.k8s.example');
    expect(specOf(receiver, 'Gateway', 'istio-system/mesh-httpbin-bar').servers[0].hosts).toEqual(['httpbin.bar.svc.k8s.example']);
  });
});
