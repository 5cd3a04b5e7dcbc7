import { istioDuration } from '../../model/durations';
import type { ImportPolicy } from '../../model/import-policy';
import type { ServicePort } from '../../model/service-port';
import { overriddenPolicy } from '../overrides';
import type { TrafficPolicy } from '../wire';

type ConnectionPool = NonNullable<TrafficPolicy['connectionPool']>;
type Tcp = NonNullable<ConnectionPool['tcp']>;
type LoadBalancer = TrafficPolicy['loadBalancer'];

/** Endpoints that a traffic policy is for. */
export interface PolicyTarget {
  /** Whether connections go to remote gateways. Otherwise they go to an egress gateway of the same cluster, which goes on. */
  readonly isDirect: boolean;
  /** Whether another endpoint can answer when one cannot be connected to. */
  readonly hasAlternative: boolean;
  /** Whether connections may be replaced after some time. */
  readonly replacesConnections: boolean;
}

/** Age at which HTTP connections are replaced between requests. */
const CONNECTION_AGE = '60s';

/** Time limit for a connection where another endpoint can answer, and where none can. */
const CONNECT_TIMEOUT = { withAlternative: '1s', alone: '5s' };

/**
 * Probes of idle connections. Where another endpoint can answer, a lost gateway is noticed within 4 seconds. Where none can, probes keep
 * load balancers and NAT from dropping idle connections, which those of clouds do after 4 to 6 minutes.
 */
const KEEPALIVE = { withAlternative: { time: '2s', interval: '1s', probes: 2 }, alone: { time: '60s', interval: '10s', probes: 3 } };

/**
 * Ejection of gateways that cannot be connected to. Only failed connections count, so an application that answers 500 never ejects its
 * cluster. It is written where there is one endpoint too, which it does not change: otherwise `defaultTrafficPolicy` of the mesh, which
 * fills in what a rule leaves out, could add another ejection.
 */
const CONNECTION_EJECTION = {
  splitExternalLocalOriginErrors: true,
  consecutiveLocalOriginFailures: 2,
  consecutive5xxErrors: 0,
  interval: '1s',
  baseEjectionTime: '30s',
  maxEjectionPercent: 100,
  // When every gateway is ejected, for example after an outage of the caller's network, proxies try all of them again
  // instead of failing for 30 seconds.
  minHealthPercent: 1,
};

/** Traffic policy of a port, without its TLS. */
export function portPolicy(port: ServicePort, policy: ImportPolicy | undefined, target: PolicyTarget, order: LoadBalancer): TrafficPolicy {
  const loadBalancer = { ...balancing(port, policy), ...order };
  return overriddenPolicy({
    ...connectionPool(port, policy, target),
    outlierDetection: ejection(port, policy),
    ...Object.keys(loadBalancer).length > 0 && { loadBalancer },
  }, policy?.overrides);
}

/** Traffic policy of connections that an egress gateway makes to remote gateways: it sees TLS, and no requests. */
export function passthroughPolicy(policy: Pick<ImportPolicy, 'connectTimeout' | 'keepalive'>, hasAlternative: boolean): TrafficPolicy {
  return { connectionPool: { tcp: remoteConnections(policy, hasAlternative) }, outlierDetection: { ...CONNECTION_EJECTION } };
}

function connectionPool(port: ServicePort, policy: ImportPolicy | undefined, target: PolicyTarget): Pick<TrafficPolicy, 'connectionPool'> {
  const limits = policy?.connectionLimits ?? {};
  const { maxConnections, idleTimeout } = limits;
  const tcp: Tcp = {
    ...target.isDirect ? remoteConnections(policy ?? {}, target.hasAlternative) : ownConnections(policy ?? {}),
    ...maxConnectionAge(port, policy, target),
    ...maxConnections !== undefined && { maxConnections },
    ...idleTimeout && !port.isHttp && { idleTimeout: istioDuration(idleTimeout) },
  };
  const http = port.isHttp ? httpLimits(limits) : {};
  const pool = { ...Object.keys(tcp).length > 0 && { tcp }, ...Object.keys(http).length > 0 && { http } };
  return Object.keys(pool).length > 0 ? { connectionPool: pool } : {};
}

function remoteConnections(policy: Pick<ImportPolicy, 'connectTimeout' | 'keepalive'>, hasAlternative: boolean): Tcp {
  const kind = hasAlternative ? 'withAlternative' : 'alone';
  return { connectTimeout: CONNECT_TIMEOUT[kind], tcpKeepalive: { ...KEEPALIVE[kind] }, ...ownConnections(policy) };
}

/** Settings of connections that the user declares. */
function ownConnections({ connectTimeout, keepalive }: Pick<ImportPolicy, 'connectTimeout' | 'keepalive'>): Tcp {
  return {
    ...connectTimeout && { connectTimeout: istioDuration(connectTimeout) },
    ...keepalive && {
      tcpKeepalive: {
        time: istioDuration(keepalive.time),
        interval: keepalive.interval ? istioDuration(keepalive.interval) : KEEPALIVE.alone.interval,
        probes: keepalive.probes ?? KEEPALIVE.alone.probes,
      },
    },
  };
}

/**
 * A gateway passes on connections and not requests: a connection stays with its pod for as long as requests keep it open. HTTP/2 and gRPC
 * need one connection for all requests, and an egress gateway chooses the cluster too, so such connections are replaced between requests.
 * TCP connections are not replaced, because Istio would close them during a transfer.
 */
function maxConnectionAge(port: ServicePort, policy: ImportPolicy | undefined, { isDirect, replacesConnections }: PolicyTarget): Tcp {
  const declared = policy?.connectionLimits?.maxConnectionDuration;
  if (declared) {
    return { maxConnectionDuration: istioDuration(declared) };
  }
  const needsAge = isDirect ? port.isHttp2 : port.isHttp;
  return needsAge && replacesConnections ? { maxConnectionDuration: CONNECTION_AGE } : {};
}

function httpLimits(limits: NonNullable<ImportPolicy['connectionLimits']>): NonNullable<ConnectionPool['http']> {
  const { maxPendingRequests, maxRequests, maxRequestsPerConnection, maxConcurrentStreams, maxRetries, idleTimeout } = limits;
  return {
    ...maxPendingRequests !== undefined && { http1MaxPendingRequests: maxPendingRequests },
    ...maxRequests !== undefined && { http2MaxRequests: maxRequests },
    ...maxRequestsPerConnection !== undefined && { maxRequestsPerConnection },
    ...maxConcurrentStreams !== undefined && { maxConcurrentStreams },
    ...maxRetries !== undefined && { maxRetries },
    ...idleTimeout && { idleTimeout: istioDuration(idleTimeout) },
  };
}

function ejection(port: ServicePort, policy: ImportPolicy | undefined): TrafficPolicy['outlierDetection'] {
  const { errorEjection } = policy ?? {};
  if (!errorEjection || !port.isHttp) {
    return { ...CONNECTION_EJECTION };
  }
  const { consecutiveErrors, baseEjectionTime, maxEjectionPercent } = errorEjection;
  return {
    ...CONNECTION_EJECTION,
    consecutive5xxErrors: consecutiveErrors,
    ...baseEjectionTime && { baseEjectionTime: istioDuration(baseEjectionTime) },
    ...maxEjectionPercent !== undefined && { maxEjectionPercent },
  };
}

function balancing(port: ServicePort, policy: ImportPolicy | undefined): NonNullable<LoadBalancer> {
  const { loadBalancing } = policy ?? {};
  return loadBalancing && (port.isHttp || !loadBalancing.needsHttp) ? { ...loadBalancing._settings } : {};
}
