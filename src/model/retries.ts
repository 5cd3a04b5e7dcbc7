import { Duration } from 'cdk8s';
import { checkedTime } from './durations';
import { checkedWhole } from './numbers';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { duration } from '../options/cdk8s-kinds';
import { flag, list, numeric, oneOf } from '../options/kinds';
import { optional, required, schema } from '../options/schema';

/**
 * Failure after which a request is sent again.
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter#x-envoy-retry-on
 */
export enum RetryOn {
  /** Any answer 5xx, or none: the application may have handled the request already. */
  SERVER_ERROR = '5xx',
  /** The answers 502, 503 and 504. */
  GATEWAY_ERROR = 'gateway-error',
  /** No answer: the connection ended, or the time of the attempt. The application may have handled the request already. */
  RESET = 'reset',
  /** The connection ended before the request was sent. */
  RESET_BEFORE_REQUEST = 'reset-before-request',
  /** The connection could not be made. */
  CONNECT_FAILURE = 'connect-failure',
  /** The server refused the HTTP/2 stream. */
  REFUSED_STREAM = 'refused-stream',
  /** The answer 409. */
  RETRIABLE_4XX = 'retriable-4xx',
  /** The gRPC status CANCELLED. */
  GRPC_CANCELLED = 'cancelled',
  /** The gRPC status DEADLINE_EXCEEDED. */
  GRPC_DEADLINE_EXCEEDED = 'deadline-exceeded',
  /** The gRPC status RESOURCE_EXHAUSTED. */
  GRPC_RESOURCE_EXHAUSTED = 'resource-exhausted',
  /** The gRPC status UNAVAILABLE. */
  GRPC_UNAVAILABLE = 'unavailable',
}

/**
 * Retries of failed requests by the sidecar of the caller. A retry prefers another gateway than the attempt before.
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRetry
 */
export interface Retries {
  /** Number of retries after the first attempt, from 0 to 100. 0 turns off the retries that Istio makes by default. */
  readonly attempts: number;

  /**
   * Time limit of each attempt, the first one included.
   * @default - the timeout of the request
   */
  readonly perTryTimeout?: Duration;

  /**
   * Failures after which a request is sent again.
   * @default - those of Istio: connect-failure, refused-stream, unavailable, cancelled, and the answer 503
   */
  readonly on?: RetryOn[];

  /**
   * Status codes from 400 to 511 after which a request is sent again, in addition to `on`.
   * @default - none
   */
  readonly statusCodes?: number[];

  /**
   * Shortest pause before a retry. Pauses grow with each retry, up to ten times the first.
   * @default - 25 ms
   */
  readonly backoff?: Duration;

  /**
   * Whether a retry may reach a cluster that comes later in the order of the import.
   * @default false - only clusters that answer first
   */
  readonly acrossPriorities?: boolean;
}

export const RETRIES = schema<Retries>({
  attempts: required(numeric),
  perTryTimeout: optional(duration),
  on: optional(list(oneOf(RetryOn))),
  statusCodes: optional(list(numeric)),
  backoff: optional(duration),
  acrossPriorities: optional(flag),
});

/** Throws for numbers and durations that Istio refuses, and for settings of retries that are turned off. */
export function refuseInvalidRetries(retries: Retries, where: string): void {
  const { attempts, perTryTimeout, statusCodes = [], backoff, ...rest } = retries;
  checkedWhole(attempts, { what: 'number of retries', least: 0, most: 100 }, where);
  if (attempts === 0 && (perTryTimeout ?? backoff ?? rest.on ?? rest.acrossPriorities ?? retries.statusCodes) !== undefined) {
    throw new MeshError({
      code: MeshErrorCode.INVALID_OPTION,
      where,
      what: 'settings of retries that are turned off',
      got: Object.keys(retries),
      expected: '{ attempts: 0 } alone',
      fix: 'set attempts to 1 or more, or remove the other settings',
    });
  }
  statusCodes.forEach(status => checkedWhole(status, { what: 'status code of retries', least: 400, most: 511 }, where));
  if (perTryTimeout) {
    checkedTime(perTryTimeout, 'time limit of an attempt', where);
  }
  if (backoff) {
    checkedTime(backoff, 'pause before a retry', where);
  }
}
