/** Part of what a sidecar is given: fields of the first routes of the host in their order, and of clusters by the name of the subset. */
export interface ExpectedSettings {
  readonly routes?: object[];
  readonly clusters?: { readonly [subset: string]: object };
}

const HTTP_OPTIONS = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

const cluster = (fields: object): ExpectedSettings => ({ clusters: { '': fields } });
const limit = (fields: object) => cluster({ circuitBreakers: { thresholds: [fields] } });
const protocol = (fields: object) => cluster({ typedExtensionProtocolOptions: { [HTTP_OPTIONS]: fields } });
const route = (fields: object): ExpectedSettings => ({ routes: [{ route: fields }] });
const hash = (policy: object): ExpectedSettings => ({ ...route({ hashPolicy: [policy] }), clusters: { '': { lbPolicy: 'RING_HASH' } } });
const match = (...matches: object[]): ExpectedSettings => ({ routes: matches.map(found => ({ match: found })) });

/** What istiod makes of each option of an import, in the form of Envoy's configuration. */
export const EXPECTED: { readonly [option: string]: ExpectedSettings } = {
  'timeout': route({ timeout: '1s' }),
  'retries': route({
    retryPolicy: {
      retryOn: '5xx,retriable-status-codes',
      numRetries: 3,
      perTryTimeout: '0.500s',
      retriableStatusCodes: [409],
      retryBackOff: { baseInterval: '0.050s' },
    },
  }),
  'retries.acrossPriorities': route({
    retryPolicy: { numRetries: 2, retryPriority: { name: 'envoy.retry_priorities.previous_priorities' } },
  }),
  'loadBalancing: roundRobin': cluster({
    roundRobinLbConfig: { slowStartConfig: { slowStartWindow: '30s', aggression: { defaultValue: 1.5 }, minWeightPercent: { value: 5 } } },
  }),
  'loadBalancing: leastRequest': cluster({ lbPolicy: 'LEAST_REQUEST' }),
  'loadBalancing: random': cluster({ lbPolicy: 'RANDOM' }),
  'loadBalancing: byHeader': hash({ header: { headerName: 'x-user' } }),
  'loadBalancing: byCookie': hash({ cookie: { name: 'user', ttl: '3600s', path: '/' } }),
  'loadBalancing: byQueryParameter': hash({ queryParameter: { name: 'user' } }),
  'loadBalancing: bySource': cluster({ lbPolicy: 'RING_HASH' }),
  'connectionLimits.maxConnections': limit({ maxConnections: 100 }),
  'connectionLimits.maxPendingRequests': limit({ maxPendingRequests: 10 }),
  'connectionLimits.maxRequests': limit({ maxRequests: 200 }),
  'connectionLimits.maxRequestsPerConnection': protocol({ commonHttpProtocolOptions: { maxRequestsPerConnection: 1000 } }),
  'connectionLimits.maxConcurrentStreams': protocol({ explicitHttpConfig: { http2ProtocolOptions: { maxConcurrentStreams: 50 } } }),
  'connectionLimits.maxRetries': limit({ maxRetries: 3 }),
  'connectionLimits.idleTimeout': protocol({ commonHttpProtocolOptions: { idleTimeout: '300s' } }),
  'connectionLimits.maxConnectionDuration': protocol({ commonHttpProtocolOptions: { maxConnectionDuration: '600s' } }),
  'errorEjection': cluster({ outlierDetection: { consecutive5xx: 5, baseEjectionTime: '20s', maxEjectionPercent: 50 } }),
  'connectTimeout': cluster({ connectTimeout: '3s' }),
  'keepalive': cluster({
    upstreamConnectionOptions: { tcpKeepalive: { keepaliveTime: 30, keepaliveInterval: 5, keepaliveProbes: 2 } },
  }),
  'overrides.trafficPolicy': { ...route({ hashPolicy: [{ header: { headerName: 'x-user' } }] }), clusters: { '': { lbPolicy: 'MAGLEV' } } },
  'overrides.httpRoute': {
    routes: [{ typedPerFilterConfig: { 'envoy.filters.http.cors': { allowOriginStringMatch: [{ exact: 'https://a.example' }] } } }],
  },
  'when.path: exact': match({ path: '/health' }, { prefix: '/' }),
  'when.path: prefix': match({ path: '/api' }, { prefix: '/api/' }, { prefix: '/' }),
  'when.path: regex': match({ safeRegex: { regex: '/v[0-9]+/.*' } }, { prefix: '/' }),
  'when.method': match({ headers: [{ name: ':method', stringMatch: { exact: 'DELETE' } }] }, { prefix: '/' }),
  'when.headers': match({ headers: [{ name: 'end-user', stringMatch: { prefix: 'test-' } }] }, { prefix: '/' }),
  'when.query': match({ queryParameters: [{ name: 'debug', stringMatch: { exact: '1' } }] }, { prefix: '/' }),
  'versions': { clusters: { v1: {}, v2: {} } },
  'clusters': {
    ...route({ weightedClusters: { clusters: [{ weight: 95 }, { weight: 5 }] } }),
    clusters: { 'cluster-beta': {}, 'cluster-gamma': {} },
  },
  'redirect': {
    routes: [{
      redirect: {
        schemeRedirect: 'https',
        hostRedirect: 'web.example',
        portRedirect: 8443,
        pathRedirect: '/',
        responseCode: 'PERMANENT_REDIRECT',
      },
    }],
  },
  'rewrite': route({ regexRewrite: { pattern: { regex: '^/api' }, substitution: '/v2' }, hostRewriteLiteral: 'web.example' }),
  'mirror': route({ requestMirrorPolicies: [{ runtimeFraction: { defaultValue: { numerator: 100_000, denominator: 'MILLION' } } }] }),
  'fault': {
    routes: [{
      typedPerFilterConfig: {
        'envoy.filters.http.fault': {
          delay: { fixedDelay: '0.100s', percentage: { numerator: 50_000, denominator: 'MILLION' } },
          abort: { httpStatus: 503, percentage: { numerator: 10_000, denominator: 'MILLION' } },
        },
      },
    }],
  },
  'requestHeaders': {
    routes: [{
      requestHeadersToAdd: [
        { header: { key: 'x-from', value: 'alpha' }, appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD' },
        { header: { key: 'x-via', value: 'mesh' } },
      ],
      requestHeadersToRemove: ['x-debug'],
    }],
  },
  'responseHeaders': { routes: [{ responseHeadersToRemove: ['server'] }] },
  'timeout and retries of a rule': route({ timeout: '2s' }),
};
