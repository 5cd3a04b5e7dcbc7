import { App, Chart, Duration, Testing } from 'cdk8s';
import * as fc from 'fast-check';
import { EJECTION, importingMesh, specOf } from './importing-mesh';
import {
  ClusterPriority,
  EgressGateway,
  GatewayAddress,
  ImportName,
  ImportPath,
  ImportServiceOptions,
  IstioRelease,
  LoadBalancing,
  LocalNameImport,
  Mesh,
  MeshCluster,
  PathMatch,
  RemoteServiceEntry,
  RequestMatch,
  RetryOn,
  Routing,
  ServicePort,
  StringMatch,
} from '../../src';
import { covers } from '../../src/model/request-match';

const HTTP = ServicePort.http('http', 8000);
const TCP = ServicePort.tcp('tcp', 5432);

/** Imports a service of two clusters, and returns the synth. */
function imported(options: ImportServiceOptions, ports = [HTTP], gateways = ['203.0.113.1', '203.0.113.2']): () => MeshCluster {
  const { caller, receivers } = importingMesh(gateways);
  const [service] = receivers.map(receiver => receiver.exportService('api', { namespace: 'bar', ports, workloadSelector: { app: 'api' } }));
  caller.importService(service, { namespace: 'foo', ...options });
  return () => {
    Testing.synth(caller);
    return caller;
  };
}

describe('a policy', () => {
  test('comes from the import first, then from its namespace, its cluster and the mesh', () => {
    const mesh = new Mesh(new App(), 'mesh', {
      istio: IstioRelease.V1_31,
      importDefaults: { timeout: Duration.seconds(1), connectTimeout: Duration.seconds(11), retries: { attempts: 1 } },
    });
    const caller = mesh.addCluster('caller', {
      importDefaults: { timeout: Duration.seconds(2), retries: { attempts: 2 } },
      importDefaultsByNamespace: { foo: { timeout: Duration.seconds(3) } },
    });
    const service = mesh
      .addCluster('receiver', { ingressGateway: GatewayAddress.of('203.0.113.1') })
      .exportService('api', { namespace: 'bar', ports: [HTTP] });
    caller.importService(service, { namespace: 'foo' });
    caller.importService(service, { namespace: 'baz', timeout: Duration.seconds(4) });
    const [foo, baz] = ['foo', 'baz'].map(namespace => specOf(caller, 'VirtualService', `${namespace}/api-bar`).http[0]);
    expect([foo.timeout, baz.timeout, foo.retries, baz.retries]).toEqual(['3s', '4s', { attempts: 2 }, { attempts: 2 }]);
    expect(specOf(caller, 'DestinationRule', 'foo/api-bar').trafficPolicy.connectionPool.tcp.connectTimeout).toBe('11s');
  });

  test('of a cluster leaves services without HTTP alone, where an import that asks for HTTP is refused', () => {
    const {
      caller,
      receivers: [receiver],
    } = importingMesh(['203.0.113.1'], { importDefaults: { timeout: Duration.seconds(2) } });
    const database = receiver.exportService('db', { namespace: 'bar', ports: [TCP] });
    expect(JSON.stringify(specOf(importDatabase(caller), 'VirtualService', 'foo/db-bar'))).not.toContain('timeout');
    function importDatabase(cluster: MeshCluster): MeshCluster {
      cluster.importService(database, { namespace: 'foo' });
      return cluster;
    }
  });

  test('applies to the ports that can follow it', () => {
    const caller = imported({ loadBalancing: LoadBalancing.byHeader('x-user'), timeout: Duration.seconds(1) }, [HTTP, TCP])();
    const { portLevelSettings } = specOf(caller, 'DestinationRule', 'foo/api-bar').trafficPolicy;
    expect(portLevelSettings.map(({ loadBalancer }: any) => loadBalancer)).toEqual([
      undefined,
      { consistentHash: { httpHeaderName: 'x-user' } },
    ]);
    expect(specOf(caller, 'VirtualService', 'foo/api-bar')).toMatchObject({
      http: [{ timeout: '1s' }],
      tcp: [{ match: [{ port: 5432 }] }],
    });
  });

  test('with overrides in the place of an alternative loses it, and keeps the rest', () => {
    const overrides = { trafficPolicy: { loadBalancer: { simple: 'RANDOM' }, outlierDetection: { interval: '9s' } } };
    const caller = imported({ loadBalancing: LoadBalancing.byHeader('x-user'), overrides })();
    const { loadBalancer, outlierDetection } = specOf(caller, 'DestinationRule', 'foo/api-bar').trafficPolicy;
    expect(loadBalancer).toEqual({ simple: 'RANDOM' });
    expect(outlierDetection).toEqual({ ...EJECTION, interval: '9s' });
  });

  test('of an import through an egress gateway is at the sidecar; the egress gateway, which imports share, has that of the cluster', () => {
    const {
      caller,
      receivers: [receiver],
    } = importingMesh(['203.0.113.1'], {
      egressGateway: EgressGateway.service(),
      importDefaults: { connectTimeout: Duration.seconds(7) },
    });
    const service = receiver.exportService('api', { namespace: 'bar', ports: [HTTP] });
    caller.importService(service, { namespace: 'foo', via: ImportPath.egressGateway(), connectTimeout: Duration.seconds(9) });
    const timeoutOf = (rule: string) => specOf(caller, 'DestinationRule', rule).trafficPolicy.connectionPool.tcp.connectTimeout;
    expect(['foo/api-bar', 'istio-system/mesh-api-bar'].map(timeoutOf)).toEqual(['9s', '7s']);
  });

  test('reaches every cluster of a replicated service', () => {
    const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 });
    const clusters = ['alpha', 'beta'].map((name, i) => mesh.addCluster(name, { ingressGateway: GatewayAddress.of(`203.0.113.${i + 1}`) }));
    mesh.replicateService('api', {
      namespace: 'bar',
      ports: [HTTP],
      workloadSelector: { app: 'api' },
      clusters,
      timeout: Duration.seconds(2),
    });
    expect(clusters.map(cluster => specOf(cluster, 'VirtualService', 'bar/mesh-import.api').http[0].timeout)).toEqual(['2s', '2s']);
  });

  test('leaves the objects of an import to be read and patched', () => {
    const {
      caller,
      receivers: [receiver],
    } = importingMesh(['203.0.113.1']);
    const service = receiver.exportService('api', { namespace: 'bar', ports: [HTTP] });
    const { destinationRule, virtualService, serviceEntry } = caller.importService(service, { namespace: 'foo' });
    expect([destinationRule, virtualService, serviceEntry].map(object => object?.kind)).toEqual([
      'DestinationRule',
      'VirtualService',
      'ServiceEntry',
    ]);
    destinationRule!.metadata.addLabel('team', 'a');
    expect(Testing.synth(caller).find(({ kind }) => kind === 'DestinationRule').metadata.labels).toHaveProperty('team', 'a');
  });
});

describe('an import is refused', () => {
  const REFUSALS: Array<{ name: string; code: string; options: ImportServiceOptions; port?: ServicePort; gateways?: string[] }> = [
    { name: 'with a timeout for TCP', code: 'MESH068', options: { timeout: Duration.seconds(1) }, port: TCP },
    { name: 'with retries for TCP', code: 'MESH068', options: { retries: { attempts: 1 } }, port: TCP },
    { name: 'with a hash of headers for TCP', code: 'MESH068', options: { loadBalancing: LoadBalancing.byHeader('x') }, port: TCP },
    { name: 'with limits of requests for TCP', code: 'MESH068', options: { connectionLimits: { maxRequests: 1 } }, port: TCP },
    { name: 'with an ejection for errors for TCP', code: 'MESH068', options: { errorEjection: { consecutiveErrors: 1 } }, port: TCP },
    { name: 'with overrides of routes for TCP', code: 'MESH068', options: { overrides: { httpRoute: { timeout: '1s' } } }, port: TCP },
    { name: 'with a redirect for TCP', code: 'MESH012', options: { routing: Routing.all({ redirect: { path: '/' } }) }, port: TCP },
    { name: 'with a timeout of zero', code: 'MESH027', options: { timeout: Duration.millis(0) } },
    { name: 'with half a retry', code: 'MESH057', options: { retries: { attempts: 0.5 } } },
    { name: 'with settings of no retries', code: 'MESH057', options: { retries: { attempts: 0, on: [RetryOn.RESET] } } },
    { name: 'with retries after an unknown status', code: 'MESH057', options: { retries: { attempts: 1, statusCodes: [600] } } },
    { name: 'with a limit of zero', code: 'MESH057', options: { connectionLimits: { maxConnections: 0 } } },
    { name: 'with keepalives of half a second', code: 'MESH057', options: { keepalive: { time: Duration.millis(500) } } },
    { name: 'with more than all ejected', code: 'MESH057', options: { errorEjection: { consecutiveErrors: 1, maxEjectionPercent: 101 } } },
    ...['tls', 'portLevelSettings', 'tunnel'].map(field => ({
      name: `with overrides of ${field}`,
      code: 'MESH069',
      options: { overrides: { trafficPolicy: { [field]: {} } } },
    })),
    ...['match', 'route', 'redirect', 'directResponse', 'delegate', 'name'].map(field => ({
      name: `with overrides of ${field}`,
      code: 'MESH069',
      options: { overrides: { httpRoute: { [field]: {} } } },
    })),
    {
      name: 'with an unknown field of Istio',
      code: 'MESH069',
      options: { overrides: { trafficPolicy: { connectionPool: { tcp: { maxConnection: 1 } } } } },
    },
    { name: 'with a value of another type', code: 'MESH069', options: { overrides: { httpRoute: { timeout: 3 } } } },
    {
      name: 'with fields that exclude each other',
      code: 'MESH069',
      options: { overrides: { trafficPolicy: { loadBalancer: { simple: 'RANDOM', consistentHash: { useSourceIp: true } } } } },
    },
    {
      name: 'with overrides that are no plain data',
      code: 'MESH057',
      options: { overrides: { httpRoute: { timeout: (() => '') as any } } },
    },
    { name: 'with a routing to an unknown cluster', code: 'MESH012', options: { routing: Routing.all({ clusters: { other: 100 } }) } },
    {
      name: 'with a routing by cluster behind a hostname',
      code: 'MESH059',
      options: { routing: Routing.all({ clusters: { receiver1: 100 } }) },
      gateways: ['gateway.example.com', '203.0.113.2'],
    },
  ];

  test.each(REFUSALS)('$name', ({ code, options, port = HTTP, gateways }) => {
    expect(() => imported(options, [port], gateways)()).toThrow(code);
  });

  test('with a policy or a routing by path on Istio 1.5', () => {
    const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_5 });
    const [one, two] = ['one', 'two'].map((name, i) => mesh.addCluster(name, { ingressGateway: GatewayAddress.of(`203.0.113.${i + 1}`) }));
    const service = two.exportService('api', { namespace: 'bar', ports: [HTTP] });
    const byPath = Routing.all({}).when({ path: PathMatch.exact('/') }, {});
    for (const options of [{ timeout: Duration.seconds(1) }, { routing: byPath }]) {
      expect(() => one.importService(service, { namespace: 'foo', ...options })).toThrow('MESH008');
    }
    expect(() => mesh.addCluster('three', { importDefaults: { timeout: Duration.seconds(1) } })).toThrow('MESH008');
  });

  test('with a timeout for TCP by the constructs of a service team', () => {
    const {
      receivers: [receiver],
    } = importingMesh(['203.0.113.1']);
    const service = receiver.exportService('db', { namespace: 'bar', ports: [TCP], workloadSelector: { app: 'db' } });
    const props = { istio: IstioRelease.V1_31, service, timeout: Duration.seconds(1) };
    expect(() => new RemoteServiceEntry(new Chart(new App(), 'c'), 'i', { ...props, namespace: 'foo' })).toThrow('MESH068');
    expect(() => new LocalNameImport(new Chart(new App(), 'c'), 'i', { ...props, selector: { app: 'db' } })).toThrow('MESH068');
  });

  test('with a default of the mesh that Istio refuses, at the mesh', () => {
    const importDefaults = { connectTimeout: Duration.millis(0) };
    expect(() => new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31, importDefaults })).toThrow(/MESH027 .*importDefaults/);
  });

  test.each([
    ['trafficPolicy.tls', 'TLS, the SNI and the identity of an import come from the export'],
    ['httpRoute.route', 'the exporters are the destinations'],
  ])('with overrides of %s, and the reason', (field, reason) => {
    const [part, name] = field.split('.');
    expect(() => imported({ overrides: { [part]: { [name]: {} } } })).toThrow(new RegExp(`^MESH069 .*cannot set ${name}.*${reason}`));
  });

  test('with a routing by cluster through an egress gateway', () => {
    const {
      caller,
      receivers: [receiver],
    } = importingMesh(['203.0.113.1'], { egressGateway: EgressGateway.service() });
    const service = receiver.exportService('api', { namespace: 'bar', ports: [HTTP] });
    const routing = Routing.all({ clusters: { receiver1: 100 } });
    caller.importService(service, { namespace: 'foo', via: ImportPath.egressGateway(), routing });
    expect(() => Testing.synth(caller)).toThrow(/MESH012 .*a routing by cluster through an egress gateway/);
  });

  test('with overrides that changed since another import had them', () => {
    const overrides: { httpRoute: { [field: string]: string } } = { httpRoute: { timeout: '3s' } };
    imported({ overrides });
    overrides.httpRoute.name = 'mine';
    expect(() => imported({ overrides })).toThrow('MESH069');
  });

  test('with a field that its release does not know, and taken by the next one', () => {
    const options = {
      namespace: 'foo',
      overrides: { trafficPolicy: { connectionPool: { http: { http2KeepAlive: { interval: '5s' } } } } },
    };
    const importOn = (istio: IstioRelease) => () => {
      const mesh = new Mesh(new App(), 'mesh', { istio });
      const service = mesh
        .addCluster('b', { ingressGateway: GatewayAddress.of('203.0.113.1') })
        .exportService('api', { namespace: 'bar', ports: [HTTP] });
      return mesh.addCluster('a').importService(service, options);
    };
    expect(importOn(IstioRelease.V1_30)).toThrow(
      /MESH069 .*overrides.trafficPolicy.connectionPool.http.http2KeepAlive is an unknown field/,
    );
    expect(importOn(IstioRelease.V1_31)).not.toThrow();
  });
});

describe('near misses are accepted:', () => {
  const ACCEPTED: Array<{ name: string; options: ImportServiceOptions; port?: ServicePort }> = [
    { name: 'what TCP has', options: { loadBalancing: LoadBalancing.bySource(), connectionLimits: { maxConnections: 1 } }, port: TCP },
    { name: 'no retries', options: { retries: { attempts: 0 } } },
    { name: 'a timeout of a millisecond', options: { timeout: Duration.millis(1) } },
    { name: 'a cluster that exports', options: { routing: Routing.all({ clusters: { receiver1: 0, receiver2: 100 } }) } },
    { name: 'clusters for TCP', options: { routing: Routing.all({ clusters: { receiver1: 50, receiver2: 50 } }) }, port: TCP },
    {
      name: 'an override of a header with a slash in its name',
      options: { overrides: { httpRoute: { headers: { request: { set: { 'a/b': 'c' } } } } } },
    },
    {
      name: 'an order and clusters',
      options: { priority: ClusterPriority.inOrder('receiver2'), routing: Routing.all({ clusters: { receiver1: 100 } }) },
    },
  ];

  test.each(ACCEPTED)('$name', ({ options, port = HTTP }) => {
    expect(() => imported(options, [port])()).not.toThrow();
  });

  test('the importing cluster itself, under a local name', () => {
    const routing = Routing.all({ clusters: { caller: 95, receiver2: 5 } });
    const caller = imported({ namespace: undefined, name: ImportName.local({ selector: { app: 'api' } }), routing })();
    const { subsets } = specOf(caller, 'DestinationRule', 'bar/mesh-import.api');
    expect(
      subsets.map(({ name, trafficPolicy: { loadBalancer } }: any) => [name, loadBalancer.localityLbSetting.failoverPriority]),
    ).toEqual([
      ['cluster-caller', ['failover-caller/1']],
      ['cluster-receiver2', ['failover-receiver2/1', 'failover-receiver2/0=true']],
    ]);
    const tls = { mode: 'ISTIO_MUTUAL', sni: 'outbound_.8000_._.api.bar.svc.cluster.local' };
    // The SNI that sidecars choose by themselves would name the subset, which no gateway opens.
    expect(subsets.map(({ trafficPolicy }: any) => trafficPolicy.tls)).toEqual([tls, tls]);
  });
});

describe('rules of a routing', () => {
  const to = { versions: { v1: 100 } };

  test.each<{ name: string; earlier: RequestMatch; later: RequestMatch }>([
    { name: 'the same', earlier: { method: 'GET' }, later: { method: 'GET' } },
    { name: 'a path below', earlier: { path: PathMatch.prefix('/api') }, later: { path: PathMatch.prefix('/api/v1/') } },
    { name: 'the path itself', earlier: { path: PathMatch.prefix('/api') }, later: { path: PathMatch.exact('/api') } },
    { name: 'any path', earlier: { path: PathMatch.prefix('/') }, later: { path: PathMatch.regex('/a+') } },
    { name: 'one condition more', earlier: { method: 'GET' }, later: { method: 'GET', headers: { a: StringMatch.exact('b') } } },
  ])('that never apply are refused: $name', ({ earlier, later }) => {
    expect(() => Routing.all(to).when(earlier, to).when(later, to)).toThrow(/MESH012 .*rule 1 takes its requests/);
    expect(covers(later, earlier)).toBe(JSON.stringify(earlier) === JSON.stringify(later));
  });

  test.each<{ name: string; earlier: RequestMatch; later: RequestMatch }>([
    { name: 'a path with the same letters', earlier: { path: PathMatch.prefix('/api') }, later: { path: PathMatch.exact('/apiary') } },
    { name: 'a path above', earlier: { path: PathMatch.prefix('/api/v1') }, later: { path: PathMatch.prefix('/api') } },
    { name: 'another value', earlier: { query: { a: StringMatch.exact('1') } }, later: { query: { a: StringMatch.prefix('1') } } },
    { name: 'a name of every object', earlier: { headers: { constructor: StringMatch.exact('a') } }, later: { method: 'GET' } },
  ])('that apply are taken: $name', ({ earlier, later }) => {
    expect(() => Routing.all(to).when(earlier, to).when(later, to)).not.toThrow();
  });

  const match = fc.record({
    path: fc.option(
      fc.oneof(
        fc.constantFrom('/', '/a', '/a/b', '/ab').map(path => PathMatch.prefix(path)),
        fc.constantFrom('/', '/a', '/a/b', '/ab').map(path => PathMatch.exact(path)),
      ),
      { nil: undefined },
    ),
    method: fc.option(fc.constantFrom('GET', 'PUT'), { nil: undefined }),
  });

  /** Whether a request fulfils a condition, by the meaning that the documents give. */
  const fulfils = ({ path, method }: RequestMatch, request: { readonly path: string; readonly method: string }) => {
    const isBelow = path?.kind === 'prefix' && (path.value === '/' || request.path.startsWith(`${path.value}/`));
    return (method ?? request.method) === request.method && (!path || path.value === request.path || isBelow);
  };

  test('a condition covers another exactly when every request that fulfils the second fulfils the first', () => {
    const requests = ['/', '/a', '/a/b', '/a/b/c', '/ab', '/ab/c', '/x', '/a/x'].flatMap(path =>
      ['GET', 'PUT', 'HEAD'].map(method => ({ path, method })),
    );
    fc.assert(
      fc.property(match, match, (first, second) => {
        const isCovered = requests.filter(request => fulfils(second, request)).every(request => fulfils(first, request));
        expect(covers(first, second)).toBe(isCovered);
      }),
    );
  });

  test.each([
    { name: 'versions and clusters', action: { versions: { v1: 100 }, clusters: { a: 100 } }, code: 'MESH012' },
    { name: 'a redirect that is sent on', action: { redirect: { path: '/' }, versions: { v1: 100 } }, code: 'MESH012' },
    { name: 'a redirect to nowhere', action: { redirect: {} }, code: 'MESH004' },
    { name: 'a redirect by another status', action: { redirect: { path: '/', status: 200 } }, code: 'MESH057' },
    { name: 'a rewrite of a path that no condition names', action: { rewrite: { path: '/v2' } }, code: 'MESH012' },
    { name: 'a mirror to two targets', action: { mirror: { version: 'v1', cluster: 'a' } }, code: 'MESH004' },
    { name: 'a mirror of nothing', action: { mirror: { version: 'v1', percent: 0 } }, code: 'MESH005' },
    { name: 'a fault without effect', action: { fault: {} }, code: 'MESH004' },
    { name: 'a percentage without a delay', action: { fault: { abortStatus: 500, delayPercent: 5 } }, code: 'MESH004' },
    { name: 'a change of the host by a header', action: { requestHeaders: { set: { Host: 'x' } } }, code: 'MESH057' },
    { name: 'a header over two lines', action: { responseHeaders: { set: { a: 'b\r\nc: d' } } }, code: 'MESH057' },
    { name: 'percentages that do not sum to 100', action: { clusters: { a: 50 } }, code: 'MESH005' },
  ])('with $name are refused', ({ action, code }) => {
    expect(() => Routing.all(action)).toThrow(code);
  });

  test.each([
    { match: PathMatch.prefix('/api'), path: '/v2', found: '^/api', rewritten: '/v2' },
    { match: PathMatch.prefix('/api'), path: '/', found: '^/api/?', rewritten: '/' },
    { match: PathMatch.prefix('/a.b'), path: '/v2/', found: '^/a\\.b/?', rewritten: '/v2/' },
    { match: PathMatch.prefix('/'), path: '/v2', found: '^/', rewritten: '/v2/' },
  ])('rewrite $match.value to $path', ({ match: path, path: to2, found, rewritten }) => {
    const caller = imported({ routing: Routing.all({}).when({ path }, { rewrite: { path: to2 } }) })();
    expect(specOf(caller, 'VirtualService', 'foo/api-bar').http[0].rewrite).toEqual({
      uriRegexRewrite: { match: found, rewrite: rewritten },
    });
  });
});
