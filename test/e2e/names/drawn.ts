import { Duration } from 'cdk8s';
import * as fc from 'fast-check';
import { REGEX_PARTS } from './expressions';

/** A text of this length that is made of one letter. */
const long = (length: number) => 'n'.repeat(length);

/** A domain of this length. */
function longDomain(length: number): string {
  return 'd'.repeat(length).replace(/.{39}(?=.{2})/g, part => `${part.slice(1)}.`);
}

/** Mostly a usual value, at times one at the edge of what is valid, or beyond. */
function seldom<T, E>(usual: T[], atTheEdge: fc.Arbitrary<E>): fc.Arbitrary<T | E> {
  return fc.oneof({ arbitrary: fc.constantFrom(...usual), weight: 11 }, { arbitrary: atTheEdge, weight: 1 });
}

const LABEL = fc.oneof(
  fc.constantFrom(
    '0a', '1', 'e3', 'true', 'null', '1e3', '-a', 'a-', 'A', 'a_b',
    'a.b', 'é', '', 'x--y', long(63), long(64), '0x1f', '1-1',
  ),
  fc.string({ unit: fc.constantFrom(...'az09-'), minLength: 1, maxLength: 64 }),
);

const DOMAIN = fc.oneof(
  fc.constantFrom(
    'mesh.1', 'mesh.1a', '1.mesh', '1', 'a.0x7f', 'mesh.18446744073709551616',
    'a..b', 'A.b', 'a_b.c', 'svc.clusterset.local',
  ),
  fc.integer({ min: 100, max: 256 }).map(longDomain),
);

/** Suffixes whose names mean something else, and near misses. */
const TAKEN_SUFFIX = fc.constantFrom(
  'svc', 'a.svc', 'svc.a', 'com', 'com.a', 'co.uk', 'co.a.uk', 'de', 'localhost', 'onion', 'cluster.local', 'local', 'my.cluster.local',
  'k8s.example',
);

const LABELS = fc.dictionary(
  fc.constantFrom('app', 'example.com/app', 'A/b', '', 'a/b/c', 'a_b', '1', '1.2/x', long(63), long(64)),
  fc.constantFrom(
    '', '1', '1e3', 'true', 'yes', '~', 'a_b', 'a.', '-a', 'é', 'a b',
    long(63), long(64), '0o17', '1_000', '12:30:45', '=', '<<',
  ),
  { minKeys: 1, maxKeys: 2 },
);

const PORT_NUMBER = fc.constantFrom(0, 1, 53, 1.5, 15001, 15006, 15008, 15020, 15021, 15053, 15090, 15443, 65535, 65536, -1, NaN);

const ADDRESS = fc.constantFrom(
  '203.0.113.255', '0.0.0.0', '127.0.0.1', '169.254.1.1', '224.0.0.1', '255.255.255.255', '240.0.0.1', '10.0.0.01', '1.2.3', '2001:DB8::1',
  '2001:db8:0:0::1', '::ffff:203.0.113.1', '::1', 'fe80::1', 'fe80::1%eth0', '64:ff9b::1', '::203.0.113.1', 'gateway.example.1',
  'gateway.example', `${longDomain(253)}`, `${longDomain(254)}`, 'a_b.example', 'gateway.example.', '*.example', 'gateway',
);

const TIME = fc.oneof(
  fc.constantFrom(0, 0.5, 1, 1.5, 999, 1000.0001, 1001, 2500, 3_600_000, 3_600_001, 9_223_372_035_999, 9_223_372_036_000, NaN, Infinity),
  fc.nat({ max: 14_400_000 }).map(halves => halves / 2),
).map(milliseconds => Duration.millis(milliseconds));

const DAYS = fc.constantFrom(
  0.0000000001, 1 / 24, 1 / 25, 1 / 288, 1 / 289, 30, 59.5, 60, 61, 365, 106_751, 106_752, 200_000,
).map(Duration.days);

const REGEX = fc.oneof(
  fc.constantFrom(...REGEX_PARTS),
  fc.array(fc.constantFrom(...REGEX_PARTS), { minLength: 1, maxLength: 4 }).map(parts => parts.join('')),
  fc.string({ unit: fc.constantFrom(...'()[]{}?*+|\\^$-,:<>=!Ppa1é'), minLength: 1, maxLength: 10 }),
  fc.integer({ min: 1020, max: 1028 }).map(long),
);

const HEADER_NAME = fc.constantFrom('x_y', '1', '-', 'X-Y', 'x y', 'x.y', ':path', '', long(300));

/** Values of a mesh of two clusters, one of which exports a service that the other imports. */
export const drawnNames = fc.record({
  service: seldom(['api', 'web'], LABEL),
  namespace: seldom(['shop', 'bar'], LABEL),
  importing: seldom(['foo', 'baz'], LABEL),
  cluster: seldom(['c2', 'east'], LABEL),
  suffix: seldom(['global', 'mesh.example.com'], fc.oneof(DOMAIN, TAKEN_SUFFIX)),
  clusterDomain: seldom(['cluster.local', 'k8s.example'], DOMAIN),
  trustDomain: seldom(['cluster.local', 'a.example'], DOMAIN),
  protocol: fc.constantFrom('http', 'http2', 'grpc', 'grpc-web', 'tcp', 'tls', 'https', 'mongo', 'redis', 'mysql'),
  port: seldom([8000, 80], PORT_NUMBER),
  portName: seldom(['http', 'main'], LABEL),
  version: seldom(['v1', 'v2'], LABEL),
  versionLabels: seldom([undefined, { version: 'v1' }], LABELS),
  workloadSelector: seldom([{ app: 'api' }], LABELS),
  serviceAccount: seldom([undefined, 'api'], fc.oneof(LABEL, DOMAIN)),
  onlyExportedPorts: fc.boolean(),
  gateway: seldom(['203.0.113.20', 'gateway.example.com', '2001:db8::20'], ADDRESS),
  gatewayPort: seldom([undefined, 443], PORT_NUMBER),
  connectTimeout: seldom([undefined, Duration.seconds(2)], TIME),
  locality: seldom([undefined, 'europe/a/1'], fc.constantFrom('a', 'a/b/c/d', 'a/', '/', 'a b', '1', 'A_b/.', '*', long(100))),
  revision: seldom([undefined, 'canary'], LABEL),
  egressName: seldom(['istio-egressgateway', 'out'], fc.oneof(LABEL, fc.constantFrom('istiod', 'base', 'istio-ingressgateway'))),
  egressSelector: seldom([{ istio: 'egressgateway' }], LABELS),
  egressIp: seldom([undefined, '10.96.0.9'], ADDRESS),
  kind: fc.constantFrom('direct', 'egress', 'local'),
  header: seldom(['end-user'], HEADER_NAME),
  regex: fc.oneof(fc.constant('v[0-9]+'), REGEX),
  routed: fc.boolean(),
  duration: seldom([undefined, Duration.days(90)], DAYS),
  renewBefore: seldom([Duration.days(30)], DAYS),
  outside: fc.constantFrom('cert-manager', 'external-secrets', 'none'),
  vip: seldom([undefined, '240.1.2.3'], ADDRESS),
});

type Drawn<A> = A extends fc.Arbitrary<infer T> ? T : never;
export type DrawnNames = Drawn<typeof drawnNames>;
