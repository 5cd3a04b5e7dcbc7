import { Duration } from 'cdk8s';
import { ImportPolicy, LoadBalancing, PathMatch, RetryOn, Routing, ServicePort, StringMatch } from '../../src';

/** Options of an import that say one thing. */
export interface ImportOption {
  /** Name of the option, as the reference names it. */
  readonly option: string;
  readonly options: ImportPolicy & { readonly routing?: Routing };
  /** Port of the service. */
  readonly port: ServicePort;
}

const HTTP = ServicePort.http('http', 8000);
const GRPC = ServicePort.grpc('grpc', 7070);
const TCP = ServicePort.tcp('tcp', 5432);
const VERSION = { v1: 100 };
const all = (action: Parameters<typeof Routing.all>[0]) => ({ routing: Routing.all(action) });
const when = (match: Parameters<Routing['when']>[0]) => ({ routing: Routing.all({}).when(match, { versions: { v2: 100 } }) });

/** Every option of a policy and of a routing, each alone. */
export const IMPORT_OPTIONS: ImportOption[] = [
  { option: 'timeout', options: { timeout: Duration.seconds(1) } },
  {
    option: 'retries',
    options: {
      retries: {
        attempts: 3,
        perTryTimeout: Duration.millis(500),
        on: [RetryOn.SERVER_ERROR],
        statusCodes: [409],
        backoff: Duration.millis(50),
      },
    },
  },
  { option: 'retries.acrossPriorities', options: { retries: { attempts: 2, acrossPriorities: true } } },
  {
    option: 'loadBalancing: roundRobin',
    options: { loadBalancing: LoadBalancing.roundRobin({ duration: Duration.seconds(30), minimumPercent: 5, aggression: 1.5 }) },
  },
  { option: 'loadBalancing: leastRequest', options: { loadBalancing: LoadBalancing.leastRequest() } },
  { option: 'loadBalancing: random', options: { loadBalancing: LoadBalancing.random() }, port: TCP },
  { option: 'loadBalancing: byHeader', options: { loadBalancing: LoadBalancing.byHeader('x-user') } },
  { option: 'loadBalancing: byCookie', options: { loadBalancing: LoadBalancing.byCookie('user', { ttl: Duration.hours(1), path: '/' }) } },
  { option: 'loadBalancing: byQueryParameter', options: { loadBalancing: LoadBalancing.byQueryParameter('user') } },
  { option: 'loadBalancing: bySource', options: { loadBalancing: LoadBalancing.bySource() }, port: TCP },
  { option: 'connectionLimits.maxConnections', options: { connectionLimits: { maxConnections: 100 } }, port: TCP },
  { option: 'connectionLimits.maxPendingRequests', options: { connectionLimits: { maxPendingRequests: 10 } } },
  { option: 'connectionLimits.maxRequests', options: { connectionLimits: { maxRequests: 200 } } },
  { option: 'connectionLimits.maxRequestsPerConnection', options: { connectionLimits: { maxRequestsPerConnection: 1000 } } },
  { option: 'connectionLimits.maxConcurrentStreams', options: { connectionLimits: { maxConcurrentStreams: 50 } }, port: GRPC },
  { option: 'connectionLimits.maxRetries', options: { connectionLimits: { maxRetries: 3 } } },
  { option: 'connectionLimits.idleTimeout', options: { connectionLimits: { idleTimeout: Duration.minutes(5) } } },
  { option: 'connectionLimits.maxConnectionDuration', options: { connectionLimits: { maxConnectionDuration: Duration.minutes(10) } } },
  {
    option: 'errorEjection',
    options: { errorEjection: { consecutiveErrors: 5, baseEjectionTime: Duration.seconds(20), maxEjectionPercent: 50 } },
  },
  { option: 'connectTimeout', options: { connectTimeout: Duration.seconds(3) }, port: TCP },
  { option: 'keepalive', options: { keepalive: { time: Duration.seconds(30), interval: Duration.seconds(5), probes: 2 } }, port: TCP },
  {
    option: 'overrides.trafficPolicy',
    options: {
      overrides: { trafficPolicy: { loadBalancer: { consistentHash: { httpHeaderName: 'x-user', maglev: { tableSize: 1009 } } } } },
    },
  },
  {
    option: 'overrides.httpRoute',
    options: { overrides: { httpRoute: { corsPolicy: { allowOrigins: [{ exact: 'https://a.example' }] } } } },
  },
  { option: 'when.path: exact', options: when({ path: PathMatch.exact('/health') }) },
  { option: 'when.path: prefix', options: when({ path: PathMatch.prefix('/api') }) },
  { option: 'when.path: regex', options: when({ path: PathMatch.regex('/v[0-9]+/.*') }) },
  { option: 'when.method', options: when({ method: 'DELETE' }) },
  { option: 'when.headers', options: when({ headers: { 'end-user': StringMatch.prefix('test-') } }) },
  { option: 'when.query', options: when({ query: { debug: StringMatch.exact('1') } }) },
  { option: 'versions', options: all({ versions: { v1: 90, v2: 10 } }), port: TCP },
  { option: 'clusters', options: all({ clusters: { beta: 95, gamma: 5 } }) },
  { option: 'redirect', options: all({ redirect: { scheme: 'https', host: 'web.example', port: 8443, path: '/', status: 308 } }) },
  {
    option: 'rewrite',
    options: { routing: Routing.all({}).when({ path: PathMatch.prefix('/api') }, { rewrite: { path: '/v2', host: 'web.example' } }) },
  },
  { option: 'mirror', options: all({ versions: VERSION, mirror: { version: 'v2', percent: 10 } }) },
  { option: 'fault', options: all({ fault: { abortStatus: 503, abortPercent: 1, delay: Duration.millis(100), delayPercent: 5 } }) },
  {
    option: 'requestHeaders',
    options: all({ requestHeaders: { set: { 'x-from': 'alpha' }, add: { 'x-via': 'mesh' }, remove: ['x-debug'] } }),
  },
  { option: 'responseHeaders', options: all({ responseHeaders: { remove: ['server'] } }) },
  { option: 'timeout and retries of a rule', options: all({ timeout: Duration.seconds(2), retries: { attempts: 0 } }) },
].map(option => ({ port: HTTP, ...option }));
