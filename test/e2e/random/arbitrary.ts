import * as fc from 'fast-check';
import { HOMES, HeaderDeclaration, Home, KIND_NAMES, PriorityDeclaration, STEPS, Step } from './declaration';

/**
 * What a random mesh is drawn from. Whatever is drawn can be settled into a valid declaration (`settle.ts`): a cluster, service
 * or version is chosen by a number that counts around what there is. So shrinking may leave out and simplify any part, and
 * never meets a mesh that nobody could declare.
 */
export interface DrawnMesh {
  readonly suffix: string;
  readonly clusters: DrawnCluster[];
  readonly services: DrawnService[];
  readonly imports: DrawnImport[];
  readonly hostile: boolean;
}

export type DrawnCluster = Drawn<typeof cluster>;
export type DrawnService = Drawn<typeof service>;
export type DrawnExport = Drawn<typeof exported>;
export type DrawnImport = Drawn<typeof imported>;
export type DrawnRouting = Drawn<typeof routing>;
type Drawn<A> = A extends fc.Arbitrary<infer T> ? T : never;

/** The first value is the simplest: shrinking goes towards it. */
function oneOf<T>(...values: T[]): fc.Arbitrary<T> {
  return fc.constantFrom(...values);
}

function seldom<T>(...values: T[]): fc.Arbitrary<T | undefined> {
  const rare = fc.constantFrom<T | undefined>(...values);
  return fc.oneof({ withCrossShrink: true }, { arbitrary: fc.constant(undefined), weight: 9 }, { arbitrary: rare, weight: 1 });
}

const SELDOM_TRUE = seldom(true).map(value => value ?? false);

/** One of what there is. */
const CHOICE = fc.nat({ max: 5039 });

const cluster = fc.record({
  release: seldom('1.29', '1.30', '1.31'),
  domain: oneOf('cluster.local', 'cluster.local', 'cluster.local', 'k8s.example', 'svc.internal'),
  trustDomain: oneOf('cluster.local', 'cluster.local', 'a.example', 'b.example'),
  aliases: fc.subarray(['old.example', 'cluster.local', 'a.example'], { maxLength: 2 }),
  istioNamespace: oneOf('istio-system', 'istio-system', 'mesh-system'),
  selector: oneOf<{ [key: string]: string } | undefined>(undefined, undefined, { 'app': 'east-west', 'mesh.example/tier': 'edge' }),
  revision: seldom('canary', '1-31-0'),
  locality: oneOf(undefined, undefined, 'europe/a/1', 'europe/b', 'america'),
  families: oneOf([4], [4], [4], [6], [4, 6]),
  ownRange: fc.boolean(),
  gateways: fc.array(oneOf('ipv4', 'ipv4', 'hostname', 'ipv6', 'shared'), { maxLength: 3 }),
  gatewayPort: seldom(443, 30443),
  nodePort: seldom(31443),
  egress: oneOf(undefined, 'service', 'own service', 'clusterIp'),
  connectTimeoutMs: seldom(2500, 5000),
  strictMtls: SELDOM_TRUE,
  retire: seldom<Step>(...STEPS),
});

const PROTOCOLS = ['http', 'http', 'http2', 'grpc', 'tcp', 'tls', 'https', 'mongo', 'redis', 'mysql'];
/** Ports of the sidecar itself, on which it can call no HTTP. */
const SIDECAR_PORTS = [15001, 15006, 15021, 15090];
/** Ports that mean something to Istio among them. */
const PORTS = [8000, 80, 443, 8080, 9000, 3306, 6379, 27017, 15443, 1, 65535, ...SIDECAR_PORTS];

const port = fc.record({ protocol: oneOf(...PROTOCOLS), port: oneOf(...PORTS), named: fc.boolean() }).map(
  drawn => SIDECAR_PORTS.includes(drawn.port) && ['http', 'http2', 'grpc'].includes(drawn.protocol) ? { ...drawn, protocol: 'tcp' } : drawn,
);

const version = fc.record({ name: oneOf('v1', 'v2', 'v3'), labels: oneOf('version', 'version', 'own', 'existing') });

const NO_VERSIONS: Array<Drawn<typeof version>> = [];

const exported = fc.record({
  cluster: CHOICE,
  account: oneOf('server', 'server', 'other.account'),
  versions: fc.option(fc.uniqueArray(version, { selector: ({ name }) => name, maxLength: 3 }), { freq: 2, nil: NO_VERSIONS }),
  pods: fc.integer({ min: 1, max: 2 }),
  guarded: SELDOM_TRUE,
  retire: SELDOM_TRUE,
});

const NAMES = ['api', 'api', 'web', 'api-v2', 'a', '0a', 'x--y', 'back-office', 'n'.repeat(63)];
const NAMESPACES = ['shop', 'shop', 'bar', 'v2-shop', 'team--a', 'b', 'm'.repeat(63)];

const service = fc.record({
  name: oneOf(...NAMES),
  namespace: oneOf(...NAMESPACES),
  ports: fc.uniqueArray(port, { selector: ({ port: number }) => number, minLength: 1, maxLength: 4 }),
  extraPorts: fc.subarray(['admin', 'udp']),
  onlyPorts: fc.boolean(),
  pinned: fc.boolean(),
  addresses: SELDOM_TRUE,
  foreign: oneOf(false, false, false, false, true),
  exports: fc.array(exported, { minLength: 1, maxLength: 4, size: 'max' }),
});

const weights = fc.array(fc.record({ version: CHOICE, share: fc.integer({ min: 0, max: 100 }) }), { minLength: 1, maxLength: 3 });

const HEADERS: Array<Omit<HeaderDeclaration, 'name'>> = [
  { kind: 'exact', value: 'jason', example: 'jason' },
  { kind: 'exact', value: 'y', example: 'y' },
  { kind: 'exact', value: '1e3', example: '1e3' },
  { kind: 'prefix', value: 'ja', example: 'jasper' },
  { kind: 'regex', value: 'v[0-9]+\\.x', example: 'v12.x' },
];

const header = fc.record({ name: oneOf('end-user', 'x-canary'), match: oneOf(...HEADERS) });

const rule = fc.record({ headers: fc.uniqueArray(header, { selector: ({ name }) => name, minLength: 1, maxLength: 2 }), weights });

const routing = fc.record({
  weights,
  rules: fc.array(rule, { maxLength: 2 }),
});

const priority = fc.record({ kind: oneOf<PriorityDeclaration['kind']>('spread', 'inOrder', 'weights'), choice: CHOICE });

const imported = fc.record({
  cluster: CHOICE,
  /** Whether it goes into a cluster that exports the service itself, if one can. */
  besideExport: oneOf(false, false, true),
  service: CHOICE,
  namespace: oneOf('foo', 'foo', 'baz', 'shop', 'bar'),
  kind: oneOf(...KIND_NAMES),
  handle: CHOICE,
  home: oneOf<Home>(...HOMES),
  routing: fc.option(routing, { freq: 2, nil: undefined }),
  priority: fc.option(priority, { freq: 3, nil: undefined }),
  addresses: SELDOM_TRUE,
  retire: SELDOM_TRUE,
});

/** A random mesh. The sizes are drawn evenly: fast-check's own bias is to small ones. */
export const drawnMesh: fc.Arbitrary<DrawnMesh> = fc.record({
  suffix: oneOf('global', 'global', 'mesh.example', 'svc-mesh.corp.example'),
  clusters: fc.array(cluster, { minLength: 2, maxLength: 6, size: 'max' }),
  services: fc.array(service, { minLength: 1, maxLength: 5, size: 'max' }),
  imports: fc.array(imported, { minLength: 1, maxLength: 14, size: 'max' }),
  hostile: fc.boolean(),
});
