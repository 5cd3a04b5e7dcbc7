import { Duration } from 'cdk8s';
import { checkedTime } from './durations';
import { checkedWhole } from './numbers';
import { duration } from '../options/cdk8s-kinds';
import { numeric } from '../options/kinds';
import { optional, required, schema } from '../options/schema';

/**
 * Limits for the connections of each caller to each endpoint: a circuit breaker. What is above a limit waits or gets the answer 503.
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings
 */
export interface ConnectionLimits {
  /**
   * Open connections at most. For HTTP/2 and gRPC, `maxRequests` is the limit that counts.
   * @default - no limit
   */
  readonly maxConnections?: number;

  /**
   * Requests at most that wait for a connection. HTTP only.
   * @default - no limit
   */
  readonly maxPendingRequests?: number;

  /**
   * Open requests at most. HTTP only.
   * @default - no limit
   */
  readonly maxRequests?: number;

  /**
   * Requests at most on one connection before it is replaced. 1 turns keep-alive off. HTTP only.
   * @default - no limit
   */
  readonly maxRequestsPerConnection?: number;

  /**
   * Open streams at most on one connection. HTTP/2 and gRPC only.
   * @default - no limit
   */
  readonly maxConcurrentStreams?: number;

  /**
   * Retries at most that are open at a time. HTTP only.
   * @default - no limit
   */
  readonly maxRetries?: number;

  /**
   * Time without traffic after which a connection is closed.
   * @default - 1 hour
   */
  readonly idleTimeout?: Duration;

  /**
   * Age at which a connection is replaced. HTTP connections are replaced between requests. TCP connections are cut.
   * @default - 60 seconds for HTTP/2 and gRPC, and for HTTP through an egress gateway; no limit otherwise
   */
  readonly maxConnectionDuration?: Duration;
}

export const CONNECTION_LIMITS = schema<ConnectionLimits>({
  maxConnections: optional(numeric),
  maxPendingRequests: optional(numeric),
  maxRequests: optional(numeric),
  maxRequestsPerConnection: optional(numeric),
  maxConcurrentStreams: optional(numeric),
  maxRetries: optional(numeric),
  idleTimeout: optional(duration),
  maxConnectionDuration: optional(duration),
});

/** The limits that only HTTP has. */
export const HTTP_LIMITS: ReadonlyArray<keyof ConnectionLimits> = [
  'maxPendingRequests', 'maxRequests', 'maxRequestsPerConnection', 'maxConcurrentStreams', 'maxRetries',
];

const MAX_INT32 = 2 ** 31 - 1;

/** Throws for limits that Istio refuses. */
export function refuseInvalidLimits(limits: ConnectionLimits, where: string): void {
  for (const [name, value] of Object.entries(limits)) {
    if (value instanceof Duration) {
      checkedTime(value, name, where);
    } else if (value !== undefined) {
      checkedWhole(value as number, { what: name, least: 1, most: MAX_INT32 }, where);
    }
  }
}

/**
 * Ejection of endpoints that answer with errors of the server, in addition to the ejection of those that cannot be connected to. An
 * endpoint is a gateway that stands for a cluster, so errors of one pod count for its whole cluster.
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#OutlierDetection
 */
export interface ErrorEjection {
  /** Answers 5xx in a row after which an endpoint is left out. */
  readonly consecutiveErrors: number;

  /**
   * Time for which an endpoint is left out at first. It grows with each time.
   * @default - 30 seconds
   */
  readonly baseEjectionTime?: Duration;

  /**
   * Percentage of the endpoints that may be left out.
   * @default - 100: the last one is used again when all are left out
   */
  readonly maxEjectionPercent?: number;
}

export const ERROR_EJECTION = schema<ErrorEjection>({
  consecutiveErrors: required(numeric),
  baseEjectionTime: optional(duration),
  maxEjectionPercent: optional(numeric),
});

/** Throws for an ejection that Istio refuses. */
export function refuseInvalidEjection({ consecutiveErrors, baseEjectionTime, maxEjectionPercent }: ErrorEjection, where: string): void {
  checkedWhole(consecutiveErrors, { what: 'number of errors', least: 1, most: MAX_INT32 }, where);
  checkedWhole(maxEjectionPercent ?? 100, { what: 'maxEjectionPercent', least: 1, most: 100 }, where);
  if (baseEjectionTime) {
    checkedTime(baseEjectionTime, 'baseEjectionTime', where);
  }
}

/**
 * Probes by which a proxy notices that the other end of an idle connection is gone. They also keep load balancers and NAT from
 * dropping the connection: those of clouds do so after 4 to 6 minutes without a packet.
 */
export interface Keepalive {
  /** Time without traffic until the first probe. */
  readonly time: Duration;

  /**
   * Time between two probes.
   * @default - 10 seconds
   */
  readonly interval?: Duration;

  /**
   * Probes without an answer after which the connection is closed.
   * @default 3
   */
  readonly probes?: number;
}

export const KEEPALIVE = schema<Keepalive>({ time: required(duration), interval: optional(duration), probes: optional(numeric) });

/** Throws for probes that the system cannot send: it counts whole seconds. */
export function refuseInvalidKeepalive({ time, interval, probes }: Keepalive, where: string): void {
  for (const [name, value] of Object.entries({ time, interval })) {
    if (value) {
      const seconds = value.toMilliseconds({ integral: false }) / 1000;
      checkedWhole(seconds, { what: `${name} of keepalive, in seconds`, least: 1, most: 32767 }, where);
    }
  }
  checkedWhole(probes ?? 1, { what: 'number of keepalive probes', least: 1, most: 127 }, where);
}
