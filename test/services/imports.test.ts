import { App, Duration, Testing } from 'cdk8s';
import {
  EgressGateway, GatewayAddress, GatewayService, HeaderMatch, ImportPath, IstioRelease, Mesh, MeshCluster, MeshClusterOptions, Routing,
  ServicePort, ServiceVersion,
} from '../../src';

const HTTP = [ServicePort.http('http', 8000)];
const EJECTION = {
  splitExternalLocalOriginErrors: true,
  consecutiveLocalOriginFailures: 2,
  consecutive5xxErrors: 0,
  interval: '1s',
  baseEjectionTime: '30s',
  maxEjectionPercent: 100,
  minHealthPercent: 1,
};
const QUICK = { tcp: { connectTimeout: '1s', tcpKeepalive: { time: '2s', interval: '1s', probes: 2 } } };

/** A mesh of a caller and as many receivers as have gateways. */
function meshOf(
  receivers: string[],
  caller: MeshClusterOptions = {},
  istio = IstioRelease.V1_31,
): { caller: MeshCluster; receivers: MeshCluster[] } {
  const mesh = new Mesh(new App(), 'mesh', { istio });
  return {
    caller: mesh.addCluster('caller', caller),
    receivers: receivers.map((gateway, i) => mesh.addCluster(`receiver${i + 1}`, { ingressGateway: GatewayAddress.of(gateway) })),
  };
}

function spec(cluster: MeshCluster, kind: string, namespace: string, name: string): any {
  return (Testing.synth(cluster) as any[]).find(
    o => o.kind === kind && o.metadata.namespace === namespace && o.metadata.name === name,
  )?.spec;
}

describe('a direct import', () => {
  test('speaks mutual TLS to the gateway and names the remote Service in the SNI', () => {
    const { caller, receivers: [receiver] } = meshOf(['203.0.113.20']);
    caller.importService(receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP }), { namespace: 'foo' });
    expect(spec(caller, 'DestinationRule', 'foo', 'httpbin-bar')).toEqual({
      host: 'httpbin.bar.global',
      exportTo: ['.'],
      trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL', sni: 'outbound_.8000_._.httpbin.bar.svc.cluster.local' } },
    });
  });

  test('is visible to the importing namespace alone, and pins the declared identity of the server', () => {
    const { caller, receivers: [receiver] } = meshOf(['203.0.113.20']);
    caller.importService(receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP, serviceAccount: 'web' }), { namespace: 'foo' });
    expect(spec(caller, 'ServiceEntry', 'foo', 'httpbin-bar')).toMatchObject(
      { exportTo: ['.'], subjectAltNames: ['spiffe://cluster.local/ns/bar/sa/web'] },
    );
  });

  test('resolves gateway hostnames by DNS, and uses IP addresses directly', () => {
    const resolution = (gateway: string) => {
      const { caller, receivers: [receiver] } = meshOf([gateway]);
      caller.importService(receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP }), { namespace: 'foo' });
      return spec(caller, 'ServiceEntry', 'foo', 'httpbin-bar').resolution;
    };
    expect(resolution('203.0.113.20')).toBe('STATIC');
    expect(resolution('2001:db8::20')).toBe('STATIC');
    expect(resolution('mesh.example.com')).toBe('DNS');
  });

  test('connects to the node port of the install values, unless the address names a port', () => {
    const ports = (address: GatewayAddress) => {
      const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 });
      return mesh.addCluster(
        'c',
        { ingressGateway: address, ingressGatewayService: GatewayService.nodePort({ tlsNodePort: 30443 }) },
      ).ingressGateways[0].port;
    };
    expect(ports(GatewayAddress.of('192.0.2.1'))).toBe(30443);
    expect(ports(GatewayAddress.of('192.0.2.1', { port: 15443 }))).toBe(15443);
  });

  test('connects to the node port of each node of a NodePort gateway', () => {
    const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 });
    const receiver = mesh.addCluster(
      'receiver',
      { ingressGateways: ['192.0.2.1', '192.0.2.2'].map(node => GatewayAddress.of(node, { port: 30443 })) },
    );
    const caller = mesh.addCluster('caller');
    caller.importService(receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP }), { namespace: 'foo' });
    expect(spec(caller, 'ServiceEntry', 'foo', 'httpbin-bar').endpoints)
      .toEqual([{ address: '192.0.2.1', ports: { http: 30443 } }, { address: '192.0.2.2', ports: { http: 30443 } }]);
  });

  test('has an SNI for each port of the service', () => {
    const { caller, receivers: [receiver] } = meshOf(['203.0.113.20']);
    const ports = [ServicePort.grpc('grpc', 9000), ServicePort.http('http', 8000)];
    caller.importService(receiver.exportService('api', { namespace: 'bar', ports }), { namespace: 'foo' });
    expect(
      spec(caller, 'DestinationRule', 'foo', 'api-bar').trafficPolicy.portLevelSettings.map((p: any) => [p.port.number, p.tls.sni]),
    ).toEqual([
      [8000, 'outbound_.8000_._.api.bar.svc.cluster.local'],
      [9000, 'outbound_.9000_._.api.bar.svc.cluster.local'],
    ]);
    expect(spec(caller, 'ServiceEntry', 'foo', 'api-bar').ports.map((p: any) => p.protocol)).toEqual(['HTTP', 'GRPC']);
  });

  test('into two namespaces adds an entry to each', () => {
    const { caller, receivers: [receiver] } = meshOf(['203.0.113.20']);
    const service = receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP });
    const hosts = ['foo', 'baz'].map(namespace => caller.importService(service, { namespace }).serviceEntry!.toJson().metadata);
    expect(hosts).toEqual([{ name: 'httpbin-bar', namespace: 'foo' }, { name: 'httpbin-bar', namespace: 'baz' }]);
  });

  test('limits the connection time to connectTimeout of the cluster', () => {
    const { caller, receivers: [receiver] } = meshOf(['203.0.113.20'], { connectTimeout: Duration.seconds(3) });
    caller.importService(receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP }), { namespace: 'foo' });
    expect(spec(caller, 'DestinationRule', 'foo', 'httpbin-bar').trafficPolicy.connectionPool).toEqual({ tcp: { connectTimeout: '3s' } });
  });

  test('uses the DNS domain and trust domain of the exporting cluster', () => {
    const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31, suffix: 'mesh.example' });
    const receiver = mesh.addCluster('receiver', {
      ingressGateway: GatewayAddress.of('203.0.113.20'),
      clusterDomain: 'k8s.example',
      trustDomain: 'west.example',
      trustDomainAliases: ['cluster.local'],
    });
    const caller = mesh.addCluster('caller');
    caller.importService(receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP, serviceAccount: 'web' }), { namespace: 'foo' });
    expect(spec(caller, 'ServiceEntry', 'foo', 'httpbin-bar')).toMatchObject({
      hosts: ['httpbin.bar.mesh.example'],
      subjectAltNames: ['spiffe://west.example/ns/bar/sa/web'],
    });
    expect(
      spec(caller, 'DestinationRule', 'foo', 'httpbin-bar').trafficPolicy.tls.sni,
    ).toBe('outbound_.8000_._.httpbin.bar.svc.k8s.example');
    expect(spec(receiver, 'Gateway', 'istio-system', 'mesh-httpbin-bar').servers[0].hosts).toEqual(['httpbin.bar.svc.k8s.example']);
  });
});

describe('a service of two clusters', () => {
  test('has an endpoint for each, and ejects a gateway that cannot be connected to', () => {
    const { caller, receivers } = meshOf(['203.0.113.20', '203.0.113.30']);
    const [service] = receivers.map(r => r.exportService('httpbin', { namespace: 'bar', ports: HTTP }));
    caller.importService(service, { namespace: 'foo' });
    expect(
      spec(caller, 'ServiceEntry', 'foo', 'httpbin-bar').endpoints.map((e: any) => e.address),
    ).toEqual(['203.0.113.20', '203.0.113.30']);
    expect(
      spec(caller, 'DestinationRule', 'foo', 'httpbin-bar').trafficPolicy,
    ).toMatchObject({ outlierDetection: EJECTION, connectionPool: QUICK });
  });

  test('has both endpoints when the second export is declared after the import', () => {
    const { caller, receivers: [first, second] } = meshOf(['203.0.113.20', '203.0.113.30']);
    caller.importService(first.exportService('httpbin', { namespace: 'bar', ports: HTTP }), { namespace: 'foo' });
    second.exportService('httpbin', { namespace: 'bar', ports: HTTP });
    expect(spec(caller, 'ServiceEntry', 'foo', 'httpbin-bar').endpoints).toHaveLength(2);
  });

  test('ejects a dead gateway, even when one cluster has all gateways', () => {
    const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 });
    const receiver = mesh.addCluster(
      'receiver',
      { ingressGateways: ['192.0.2.1', '2001:db8::1'].map(address => GatewayAddress.of(address)) },
    );
    const caller = mesh.addCluster('caller');
    caller.importService(receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP }), { namespace: 'foo' });
    expect(
      spec(caller, 'DestinationRule', 'foo', 'httpbin-bar').trafficPolicy,
    ).toMatchObject({ outlierDetection: EJECTION, connectionPool: QUICK });
  });

  test('never ejects the only gateway', () => {
    const { caller, receivers: [receiver] } = meshOf(['203.0.113.20']);
    caller.importService(receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP }), { namespace: 'foo' });
    expect(spec(caller, 'DestinationRule', 'foo', 'httpbin-bar').trafficPolicy.outlierDetection).toBeUndefined();
  });

  test('carries the locality of each cluster that declares one', () => {
    const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 });
    const [caller, a, b] = ['caller', 'a', 'b'].map(
      name => mesh.addCluster(name, { ingressGateway: GatewayAddress.of(`${name}.example.com`), locality: `region-${name}/zone` }),
    );
    const [service] = [a, b].map(r => r.exportService('httpbin', { namespace: 'bar', ports: HTTP }));
    caller.importService(service, { namespace: 'foo' });
    expect(
      spec(caller, 'ServiceEntry', 'foo', 'httpbin-bar').endpoints.map((e: any) => e.locality),
    ).toEqual(['region-a/zone', 'region-b/zone']);
  });

  test('has the other cluster as its exporter when one of the two imports it', () => {
    const { receivers: [first, second] } = meshOf(['203.0.113.20', '203.0.113.30']);
    const service = first.exportService('httpbin', { namespace: 'bar', ports: HTTP });
    second.exportService('httpbin', { namespace: 'bar', ports: HTTP });
    expect(first.importService(service, { namespace: 'foo' }).servedBy).toEqual(['receiver2']);
  });

  test.each(
    [[['240.0.0.2'], []], [[], ['240.0.0.2']]],
  )('exported with addresses %j and %j is refused, whichever export comes first', (first, second) => {
    const { caller, receivers } = meshOf(['203.0.113.20', '203.0.113.30']);
    receivers.forEach((r, i) => r.exportService('httpbin', { namespace: 'bar', ports: HTTP, addresses: [first, second][i] }));
    expect(() => Testing.synth(caller)).toThrow(/MESH013 .*disagree: addresses/);
  });

  test('reports all differences between its exports in one run', () => {
    const { caller, receivers: [first, second] } = meshOf(['203.0.113.20', '203.0.113.30']);
    const service = first.exportService('httpbin', { namespace: 'bar', ports: HTTP, serviceAccount: 'web', addresses: ['240.0.0.2'] });
    second.exportService('httpbin', { namespace: 'bar', ports: [ServicePort.tcp('http', 8000)], addresses: ['240.0.0.3'] });
    caller.importService(service, { namespace: 'foo' });
    expect(() => Testing.synth(caller)).toThrow(
      /MESH013.*receiver2 and receiver1 disagree: ports[\s\S]*MESH013.*service account[\s\S]*MESH013.*addresses/,
    );
  });
});

describe('an import through the egress gateway', () => {
  const GATEWAYS = 'httpbin-bar.remote-gateways.internal';

  function viaEgress(receiverGateways = ['203.0.113.20'], egressGateway = EgressGateway.service()) {
    const { caller, receivers } = meshOf(receiverGateways, { egressGateway });
    const [service] = receivers.map(r => r.exportService('httpbin', { namespace: 'bar', ports: HTTP }));
    caller.importService(service, { namespace: 'foo', via: ImportPath.egressGateway() });
    caller.importService(service, { namespace: 'baz', via: ImportPath.egressGateway() });
    return caller;
  }

  test('has the egress gateway as its only endpoint, so that no caller can bypass it', () => {
    expect(spec(viaEgress(), 'ServiceEntry', 'foo', 'httpbin-bar')).toMatchObject({
      resolution: 'DNS', endpoints: [{ address: 'istio-egressgateway.istio-system.svc.cluster.local', ports: { http: 15443 } }],
    });
    expect(spec(viaEgress(undefined, EgressGateway.clusterIp('10.0.0.20')), 'ServiceEntry', 'foo', 'httpbin-bar')).toMatchObject({
      resolution: 'STATIC', endpoints: [{ address: '10.0.0.20', ports: { http: 15443 } }],
    });
  });

  test('is routed by SNI, without termination of its TLS', () => {
    const caller = viaEgress();
    expect(spec(caller, 'Gateway', 'istio-system', 'mesh-istio-egressgateway').servers)
      .toEqual([{ port: { number: 15443, name: 'tls', protocol: 'TLS' }, tls: { mode: 'PASSTHROUGH' }, hosts: ['*'] }]);
    const sni = 'outbound_.8000_._.httpbin.bar.svc.cluster.local';
    expect(spec(caller, 'VirtualService', 'istio-system', 'mesh-httpbin-bar')).toEqual({
      hosts: [sni],
      gateways: ['mesh-istio-egressgateway'],
      exportTo: ['.'],
      tls: [{ match: [{ port: 15443, sniHosts: [sni] }], route: [{ destination: { host: GATEWAYS, port: { number: 15443 } } }] }],
    });
    expect(spec(caller, 'DestinationRule', 'istio-system', 'mesh-httpbin-bar'))
      .toEqual({ host: GATEWAYS, exportTo: ['.'], trafficPolicy: { tls: { mode: 'DISABLE' } } });
  });

  test('ejects a dead gateway at the egress gateway, the only proxy that knows several', () => {
    const caller = viaEgress(['203.0.113.20', 'mesh.example.com']);
    expect(spec(caller, 'ServiceEntry', 'istio-system', 'mesh-httpbin-bar')).toMatchObject({
      hosts: [GATEWAYS], resolution: 'DNS', location: 'MESH_EXTERNAL', exportTo: ['.'],
    });
    expect(spec(caller, 'DestinationRule', 'istio-system', 'mesh-httpbin-bar').trafficPolicy)
      .toEqual({ tls: { mode: 'DISABLE' }, outlierDetection: EJECTION, connectionPool: QUICK });
    expect(spec(caller, 'DestinationRule', 'foo', 'httpbin-bar').trafficPolicy.outlierDetection).toBeUndefined();
  });

  test('replaces HTTP connections once a minute, since a connection stays with its cluster, and never closes TCP connections', () => {
    const policies = (ports: ServicePort[]) => {
      const { caller, receivers: [receiver] } = meshOf(['203.0.113.20'], { egressGateway: EgressGateway.service() });
      caller.importService(
        receiver.exportService('httpbin', { namespace: 'bar', ports }),
        { namespace: 'foo', via: ImportPath.egressGateway() },
      );
      return spec(caller, 'DestinationRule', 'foo', 'httpbin-bar').trafficPolicy;
    };
    const minute = { tcp: { maxConnectionDuration: '60s' } };
    expect(policies([ServicePort.grpc('grpc', 8000)]).connectionPool).toEqual(minute);
    expect(policies([ServicePort.tcp('tcp', 8000)]).connectionPool).toBeUndefined();
    // Istio reads the duration for a TCP listener from the rule itself, whatever its ports say.
    const mixed = policies([ServicePort.http('http', 8000), ServicePort.tcp('tcp', 9000)]);
    expect(mixed.connectionPool).toBeUndefined();
    expect(mixed.portLevelSettings.map((settings: any) => settings.connectionPool)).toEqual([minute, undefined]);
  });

  test('shares the objects of the egress gateway with imports into other namespaces', () => {
    const names = (Testing.synth(viaEgress()) as any[]).map(o => `${o.kind} ${o.metadata.namespace}/${o.metadata.name}`);
    expect(names.filter(name => name.includes('istio-system'))).toHaveLength(4);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('version routing', () => {
  const routing = Routing.weights({ v2: 10, v1: 90 }).whenHeaders({ 'end-user': HeaderMatch.exact('jason') }, { v2: 100, v1: 0 });
  const versions = [ServiceVersion.of('v2'), ServiceVersion.of('v1')];

  test('gives each version its own SNI, since the SNI of the whole rule reaches any version', () => {
    const { caller, receivers: [receiver] } = meshOf(['203.0.113.20']);
    caller.importService(receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP, versions }), { namespace: 'foo', routing });
    const subset = (name: string) => ({
      name,
      labels: { cluster: 'receiver1' },
      trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL', sni: `outbound_.8000_.${name}_.httpbin.bar.svc.cluster.local` } },
    });
    expect(spec(caller, 'DestinationRule', 'foo', 'httpbin-bar').subsets).toEqual([subset('v1'), subset('v2')]);
    expect(spec(receiver, 'DestinationRule', 'bar', 'mesh.httpbin')).toEqual({
      host: 'httpbin.bar.svc.cluster.local',
      subsets: [{ name: 'v1', labels: { version: 'v1' } }, { name: 'v2', labels: { version: 'v2' } }],
    });
  });

  test('matches headers before it divides by weight', () => {
    const { caller, receivers: [receiver] } = meshOf(['203.0.113.20']);
    caller.importService(receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP, versions }), { namespace: 'foo', routing });
    const to = (subset: string, weight?: number) => ({ destination: { host: 'httpbin.bar.global', subset }, ...weight && { weight } });
    expect(spec(caller, 'VirtualService', 'foo', 'httpbin-bar')).toEqual({
      hosts: ['httpbin.bar.global'],
      exportTo: ['.'],
      http: [{ match: [{ headers: { 'end-user': { exact: 'jason' } } }], route: [to('v2')] }, { route: [to('v1', 90), to('v2', 10)] }],
    });
  });

  test('routes each port of a service by its protocol', () => {
    const { caller, receivers: [receiver] } = meshOf(['203.0.113.20']);
    const ports = [ServicePort.http('http', 80), ServicePort.tcp('tcp', 90), ServicePort.https('https', 443)];
    caller.importService(receiver.exportService('api', { namespace: 'bar', ports, versions }), { namespace: 'foo', routing });
    const { http, tcp, tls } = spec(caller, 'VirtualService', 'foo', 'api-bar');
    expect(http.map((r: any) => r.match)).toEqual([[{ headers: { 'end-user': { exact: 'jason' } }, port: 80 }], [{ port: 80 }]]);
    expect(tcp.map((r: any) => r.match)).toEqual([[{ port: 90 }]]);
    expect(tls.map((r: any) => r.match)).toEqual([[{ port: 443, sniHosts: ['api.bar.global'] }]]);
    expect(
      [...http, ...tcp, ...tls].flatMap((r: any) => r.route.map((d: any) => d.destination.port.number)),
    ).toEqual([80, 80, 80, 90, 90, 443, 443]);
  });

  test('refers to existing subsets without writing them', () => {
    const { caller, receivers: [receiver] } = meshOf(['203.0.113.20']);
    const own = [ServiceVersion.existing('v1'), ServiceVersion.existing('v2')];
    caller.importService(
      receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP, versions: own }),
      { namespace: 'foo', routing },
    );
    expect(spec(caller, 'DestinationRule', 'foo', 'httpbin-bar').subsets.map((s: any) => s.name)).toEqual(['v1', 'v2']);
    expect((Testing.synth(receiver) as any[]).map(o => o.kind)).toEqual(['Gateway']);
  });

  test('sends a version only to clusters that have it, and never ejects the only one', () => {
    const { caller, receivers: [first, second] } = meshOf(['203.0.113.20', '203.0.113.30'], { egressGateway: EgressGateway.service() });
    const service = first.exportService('httpbin', { namespace: 'bar', ports: HTTP, versions });
    second.exportService('httpbin', { namespace: 'bar', ports: HTTP, versions: [ServiceVersion.of('v2')] });
    caller.importService(service, { namespace: 'foo', routing });
    caller.importService(service, { namespace: 'egress', routing, via: ImportPath.egressGateway() });

    const endpoints = spec(caller, 'ServiceEntry', 'foo', 'httpbin-bar').endpoints;
    expect(endpoints.map((e: any) => e.labels)).toEqual([
      { 'cluster': 'receiver1', 'version/v1': 'true', 'version/v2': 'true' }, { 'cluster': 'receiver2', 'version/v2': 'true' },
    ]);
    const subsets = spec(caller, 'DestinationRule', 'foo', 'httpbin-bar').subsets;
    expect(subsets.map((s: any) => [s.name, s.labels, s.trafficPolicy.portLevelSettings[0].outlierDetection])).toEqual([
      ['v1', { 'version/v1': 'true' }, undefined], ['v2', { 'version/v2': 'true' }, EJECTION],
    ]);
    expect(
      spec(caller, 'VirtualService', 'istio-system', 'mesh-httpbin-bar').tls.map(
        (r: any) => [r.match[0].sniHosts.length, r.route[0].destination.subset],
      ),
    )
      .toEqual([[2, undefined], [1, 'v1']]);
    expect(spec(caller, 'DestinationRule', 'istio-system', 'mesh-httpbin-bar').subsets).toEqual([
      {
        name: 'v1',
        labels: { 'version/v1': 'true' },
        trafficPolicy: { portLevelSettings: [{ port: { number: 15443 }, tls: { mode: 'DISABLE' } }] },
      },
    ]);
  });

  test('to a version that no exporter has is refused with the list of versions', () => {
    const { caller, receivers: [receiver] } = meshOf(['203.0.113.20']);
    caller.importService(
      receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP, versions: [ServiceVersion.of('v1')] }),
      { namespace: 'foo', routing },
    );
    expect(() => Testing.synth(caller)).toThrow(/MESH012 .*"v2", expected receiver1: v1; fix: add versions: \[ServiceVersion.of\('v2'\)\]/);
  });
});
