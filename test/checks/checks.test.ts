import { ApiObject, App, Testing } from 'cdk8s';
import {
  EgressGateway, ExportServiceOptions, GatewayAddress, ImportPath, IstioRelease, Mesh, MeshCluster, RemoteService, ServicePort, ServiceVersion,
} from '../../src';

const HTTP = [ServicePort.http('http', 8000)];

interface Pair {
  readonly mesh: Mesh;
  readonly caller: MeshCluster;
  readonly receiver: MeshCluster;
}

/** cluster `receiver` exports httpbin.bar, `caller` imports it into foo. */
function pair(exported: Partial<ExportServiceOptions> = {}, istio = IstioRelease.V1_31): Pair {
  const mesh = new Mesh(new App(), 'mesh', { istio });
  const caller = mesh.addCluster('caller', { ingressGateway: GatewayAddress.of('203.0.113.10'), egressGateway: EgressGateway.service() });
  const receiver = mesh.addCluster('receiver', { ingressGateway: GatewayAddress.of('203.0.113.20') });
  caller.importService(receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP, ...exported }), { namespace: 'foo' });
  return { mesh, caller, receiver };
}

let counter = 0;
function add(cluster: MeshCluster, apiVersion: string, kind: string, place: string, content: object): void {
  const [namespace, name] = place.split('/');
  new ApiObject(cluster, `own-${counter++}`, { apiVersion, kind, metadata: { name, namespace }, ...content });
}
const istioObject = (cluster: MeshCluster, kind: string, place: string, spec: object) => add(
  cluster,
  'networking.istio.io/v1',
  kind,
  place,
  { spec },
);
const service = (cluster: MeshCluster, spec: object, metadata: object = {}) => new ApiObject(cluster, `own-${counter++}`, {
  apiVersion: 'v1', kind: 'Service', metadata: { name: 'httpbin', namespace: 'bar', ...metadata }, spec,
});

function found(cluster: MeshCluster): string[] {
  try {
    Testing.synth(cluster);
    return [];
  } catch (error) {
    return (error as Error).message.match(/MESH\d+/g) ?? [(error as Error).message];
  }
}

const MUTUAL = { mode: 'ISTIO_MUTUAL', sni: 'outbound_.8000_._.httpbin.bar.svc.cluster.local' };

/** Each check, what it catches, and what comes near and is right. */
const CHECKS: Array<[string, string, (p: Pair) => void, (p: Pair) => void]> = [
  ['MESH016', 'two objects of one name',
    p => ['a', 'b'].forEach(() => add(p.caller, 'v1', 'ConfigMap', 'x/same', {})),
    p => [
      ['v1', 'ConfigMap', 'x/a'],
      ['v1', 'ConfigMap', 'y/a'],
      ['v1', 'Secret', 'x/a'],
      ['other.example/v1', 'ConfigMap', 'x/a'],
    ].forEach(o => add(p.caller, o[0], o[1], o[2], {}))],
  ['MESH020', 'a second entry for an imported host',
    p => istioObject(p.caller, 'ServiceEntry', 'other/mine', { hosts: ['httpbin.bar.global'] }),
    p => [
      istioObject(p.caller, 'ServiceEntry', 'other/mine', { hosts: ['httpbin.bar.global'], exportTo: ['.'] }),
      istioObject(p.caller, 'ServiceEntry', 'foo/mine', { hosts: ['elsewhere.example.com'] }),
    ]],
  ['MESH021', 'a rule for an imported host without TLS',
    p => istioObject(p.caller, 'DestinationRule', 'foo/mine', { host: 'httpbin.bar.global', trafficPolicy: { connectionPool: {} } }),
    p => [
      istioObject(p.caller, 'DestinationRule', 'foo/mine', { host: 'httpbin.bar.global', trafficPolicy: { tls: MUTUAL } }),
      istioObject(p.caller, 'DestinationRule', 'foo/wildcard', { host: '*.global' }),
      istioObject(p.caller, 'DestinationRule', 'other/mine', { host: 'httpbin.bar.global', exportTo: ['.'] }),
    ]],
  ['MESH021', 'a rule whose mutual TLS names no service',
    p => istioObject(
      p.caller,
      'DestinationRule',
      'foo/mine',
      { host: 'httpbin.bar.global', trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } } },
    ),
    p => istioObject(
      p.caller,
      'DestinationRule',
      'foo/mine',
      { host: 'other.bar.global', trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } } },
    )],
  ['MESH021', 'a subset and a port that lose the TLS of their rule',
    p => istioObject(p.caller, 'DestinationRule', 'foo/mine', {
      host: 'httpbin.bar.global',
      trafficPolicy: { tls: MUTUAL },
      subsets: [
        { name: 'a', trafficPolicy: { portLevelSettings: [{ port: { number: 8000 } }] } },
      ],
    }),
    p => istioObject(p.caller, 'DestinationRule', 'foo/mine', {
      host: 'httpbin.bar.global', trafficPolicy: { tls: MUTUAL }, subsets: [{ name: 'a' }, { name: 'b', trafficPolicy: { tls: MUTUAL } }],
    })],
  [
    'MESH022',
    'a headless Service',
    p => service(p.receiver, { clusterIP: 'None', ports: [{ port: 8000 }] }),
    p => service(p.receiver, { clusterIP: '10.0.0.9', ports: [{ port: 8000 }] }),
  ],
  [
    'MESH022',
    'an ExternalName Service',
    p => service(p.receiver, { type: 'ExternalName', externalName: 'a.example' }),
    p => service(p.receiver, { type: 'NodePort', ports: [{ port: 8000 }] }),
  ],
  [
    'MESH022',
    'a port that the Service does not have',
    p => service(p.receiver, { ports: [{ port: 80, targetPort: 8000 }] }),
    p => service(p.receiver, { ports: [{ port: 8000, targetPort: 80 }] }),
  ],
  [
    'MESH022',
    'a UDP port',
    p => service(p.receiver, { ports: [{ port: 8000, protocol: 'UDP' }] }),
    p => service(p.receiver, { ports: [{ port: 8000, protocol: 'TCP' }, { port: 53, protocol: 'UDP' }] }),
  ],
  ['MESH022', 'a Service that its namespace hides', p => service(
    p.receiver,
    { ports: [{ port: 8000 }] },
    { annotations: { 'networking.istio.io/exportTo': '.,shop' } },
  ),
  p => service(p.receiver, { ports: [{ port: 8000 }] }, { annotations: { 'networking.istio.io/exportTo': '., istio-system' } })],
  ['MESH025', 'a second Gateway for an exported host',
    p => istioObject(
      p.receiver,
      'Gateway',
      'istio-system/mine',
      { servers: [{ port: { number: 15443 }, hosts: ['bar/httpbin.bar.svc.cluster.local'] }] },
    ),
    p => istioObject(p.receiver, 'Gateway', 'istio-system/mine', {
      servers: [
        { port: { number: 443 }, hosts: ['httpbin.bar.svc.cluster.local'] },
        { port: { number: 15443 }, hosts: ['other.bar.svc.cluster.local'] },
      ],
    })],
  ['MESH026', 'mutual TLS turned off around an export',
    p => add(p.receiver, 'security.istio.io/v1', 'PeerAuthentication', 'bar/off', { spec: { mtls: { mode: 'DISABLE' } } }),
    p => [
      add(
        p.receiver,
        'security.istio.io/v1',
        'PeerAuthentication',
        'bar/some',
        { spec: { selector: { matchLabels: { app: 'other' } }, mtls: { mode: 'DISABLE' } } },
      ),
      add(p.receiver, 'security.istio.io/v1', 'PeerAuthentication', 'bar/on', { spec: { mtls: { mode: 'PERMISSIVE' } } }),
      add(p.receiver, 'security.istio.io/v1', 'PeerAuthentication', 'other/off', { spec: { mtls: { mode: 'DISABLE' } } }),
    ]],
  ['MESH014', 'a cluster of the mesh that does not export what is imported from it',
    p => p.caller.importService(byHand('nothing', 'receiver'), { namespace: 'foo' }),
    p => p.caller.importService(byHand('nothing', 'elsewhere'), { namespace: 'foo' })],
  ['MESH010', 'two hosts on one VIP',
    p => ['a', 'b'].forEach(name => p.caller.importService(byHand(name, 'elsewhere'), { namespace: 'foo', addresses: ['240.0.0.2'] })),
    p => ['a', 'b'].forEach(
      (name, i) => p.caller.importService(byHand(name, 'elsewhere'), { namespace: 'foo', addresses: [`240.0.0.${i + 2}`] }),
    )],
  ['MESH028', 'two clusters behind one gateway',
    p => p.mesh.addCluster('third', { ingressGateway: GatewayAddress.of('203.0.113.20') }),
    p => p.mesh.addCluster('third', { ingressGateway: GatewayAddress.of('203.0.113.20', { port: 15444 }) })],
  ['MESH025', 'a wildcard Gateway that covers an export',
    p => istioObject(
      p.receiver,
      'Gateway',
      'istio-system/cross-network-gateway',
      { servers: [{ port: { number: 15443 }, hosts: ['*.local'] }] },
    ),
    p => istioObject(
      p.receiver,
      'Gateway',
      'istio-system/cross-network-gateway',
      { servers: [{ port: { number: 15443 }, hosts: ['*.other.svc.cluster.local'] }] },
    )],
  ['MESH013', 'two descriptions of one host',
    p => ['a', 'b'].forEach(cluster => p.caller.importService(byHand('x', cluster), { namespace: cluster })),
    p => ['a', 'b'].forEach(namespace => p.caller.importService(byHand('x', 'elsewhere'), { namespace }))],
  ['MESH023', 'one SNI with two sets of exporters behind one egress gateway',
    p => ['global', 'mesh.example'].forEach(
      (suffix, i) => p.caller.importService(
        byHand('a', `elsewhere${i}`, suffix),
        { namespace: `foo${i}`, via: ImportPath.egressGateway() },
      ),
    ),
    p => ['global', 'mesh.example'].forEach(
      (suffix, i) => p.caller.importService(
        byHand(`a${i}`, `elsewhere${i}`, suffix),
        { namespace: 'foo', via: ImportPath.egressGateway() },
      ),
    )],
];

function byHand(name: string, cluster: string, suffix = 'global'): RemoteService {
  return new RemoteService(
    { name, namespace: 'shop', suffix, ports: HTTP, exporters: [{ cluster, gateways: [GatewayAddress.of('203.0.113.30')] }] },
  );
}

test.each(CHECKS)('%s catches %s, and nothing that comes near', (code, _, wrong, right) => {
  const bad = pair();
  wrong(bad);
  expect(found(bad.caller)).toEqual([code]);
  const good = pair();
  right(good);
  expect(found(good.caller)).toEqual([]);
});

test('MESH012 catches a version by reference that the rule at hand does not define', () => {
  const withRule = (subset: string) => {
    const p = pair({ versions: [ServiceVersion.existing('v1')] });
    istioObject(p.receiver, 'DestinationRule', 'bar/mine', { host: 'httpbin.bar.svc.cluster.local', subsets: [{ name: subset }] });
    return found(p.caller);
  };
  expect([withRule('v2'), withRule('v1')]).toEqual([['MESH012'], []]);
  expect(found(pair({ versions: [ServiceVersion.existing('v1')] }).caller)).toEqual([]);
});

test('MESH024 catches a receiver that does not accept the trust domain of its caller', () => {
  const withAliases = (aliases: string[]) => {
    const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 });
    const caller = mesh.addCluster('caller', { trustDomain: 'a.example' });
    const receiver = mesh.addCluster(
      'receiver',
      { ingressGateway: GatewayAddress.of('203.0.113.20'), trustDomain: 'b.example', trustDomainAliases: aliases },
    );
    caller.importService(receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP }), { namespace: 'foo' });
    return found(caller);
  };
  expect([withAliases([]), withAliases(['a.example'])]).toEqual([['MESH024'], []]);
});

test('on 1.5, where every namespace sees every import, MESH013 catches one host with two VIPs or two ways', () => {
  const imported = (second: object) => {
    const p = pair({}, IstioRelease.V1_5);
    p.caller.importService(p.receiver.exports[0], { namespace: 'second', ...second });
    return found(p.caller);
  };
  expect(
    [imported({ addresses: ['240.0.0.9'] }), imported({ via: ImportPath.egressGateway() }), imported({})],
  ).toEqual([['MESH013'], ['MESH013'], []]);
});

test('on 1.5 a rule needs mutual TLS, but no SNI, and any namespace may break an import', () => {
  const withRule = (tls: object, place: string) => {
    const p = pair({}, IstioRelease.V1_5);
    istioObject(p.caller, 'DestinationRule', place, { host: 'httpbin.bar.global', trafficPolicy: { tls } });
    return found(p.caller);
  };
  expect([withRule({ mode: 'DISABLE' }, 'other/mine'), withRule({ mode: 'ISTIO_MUTUAL' }, 'foo/mine')]).toEqual([['MESH021'], []]);
});
