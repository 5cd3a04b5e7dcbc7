import { Duration } from 'cdk8s';
import {
  CONNECTION_LIMITS, ConnectionLimits, ERROR_EJECTION, ErrorEjection, HTTP_LIMITS, KEEPALIVE, Keepalive, refuseInvalidEjection,
  refuseInvalidKeepalive, refuseInvalidLimits,
} from './connections';
import { checkedConnectTimeout, checkedTime } from './durations';
import { ISTIO_OVERRIDES, IstioOverrides } from './istio-overrides';
import { LOAD_BALANCING, LoadBalancing } from './load-balancing';
import type { IRemoteService } from './remote-service';
import { refuseInvalidRetries, RETRIES, Retries } from './retries';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { duration } from '../options/cdk8s-kinds';
import { optional, schema } from '../options/schema';

/**
 * How callers reach an imported service: time limits, retries, limits of connections and the choice of an endpoint. Supported releases
 * only.
 */
export interface ImportPolicy {
  /**
   * Time limit of a request with all its retries. HTTP only.
   * @default - no limit
   */
  readonly timeout?: Duration;

  /**
   * Retries of failed requests. HTTP only.
   * @default - the 2 retries that Istio makes
   */
  readonly retries?: Retries;

  /**
   * Choice among the endpoints that answer first.
   * @default - LoadBalancing.leastRequest()
   */
  readonly loadBalancing?: LoadBalancing;

  /**
   * Limits for connections and open requests: a circuit breaker.
   * @default - no limits, except for the age of connections
   */
  readonly connectionLimits?: ConnectionLimits;

  /**
   * Ejection of clusters that answer with errors of the server.
   * @default - only gateways that cannot be connected to are ejected
   */
  readonly errorEjection?: ErrorEjection;

  /**
   * Time limit for a connection to a remote gateway, TLS handshake included.
   * @default - 1 second where another endpoint can answer instead, 5 seconds otherwise
   */
  readonly connectTimeout?: Duration;

  /**
   * Probes of idle connections to a remote gateway.
   * @default - after 2 seconds, 2 probes a second apart, where another endpoint can answer instead; after 60 seconds, 3 probes 10 seconds
   * apart, otherwise
   */
  readonly keepalive?: Keepalive;

  /**
   * Settings in the words of Istio, for what the other options do not say.
   * @default - none
   */
  readonly overrides?: IstioOverrides;
}

export const IMPORT_POLICY = schema<ImportPolicy>({
  timeout: optional(duration),
  retries: optional(RETRIES),
  loadBalancing: optional(LOAD_BALANCING),
  connectionLimits: optional(CONNECTION_LIMITS),
  errorEjection: optional(ERROR_EJECTION),
  connectTimeout: optional(duration),
  keepalive: optional(KEEPALIVE),
  overrides: optional(ISTIO_OVERRIDES),
});

const NAMES = Object.keys(IMPORT_POLICY.options) as Array<keyof ImportPolicy>;

/** The policy within options that have other options too; undefined when they say nothing of it. */
export function policyIn(options: ImportPolicy): ImportPolicy | undefined {
  const given = NAMES.filter(name => options[name] !== undefined);
  return given.length === 0 ? undefined : Object.fromEntries(given.map(name => [name, options[name]]));
}

/** The policy within options that have other options too, and the other options. */
export function splitPolicy<T extends ImportPolicy>(options: T): [ImportPolicy, Omit<T, keyof ImportPolicy>] {
  const others = Object.entries(options).filter(([name]) => !(name in IMPORT_POLICY.options));
  return [policyIn(options) ?? {}, Object.fromEntries(others) as Omit<T, keyof ImportPolicy>];
}

/** Policies as one: each option comes from the first that has it. */
export function mergedPolicies(...policies: Array<ImportPolicy | undefined>): ImportPolicy | undefined {
  const given = policies.filter(policy => policy !== undefined);
  return given.length === 0 ? undefined : Object.assign({}, ...given.reverse()) as ImportPolicy;
}

/** Throws for values that Istio refuses. */
export function refuseInvalidPolicy(policy: ImportPolicy, where: string): void {
  const { timeout, retries, connectionLimits, errorEjection, connectTimeout, keepalive } = policy;
  if (timeout) {
    checkedTime(timeout, 'timeout', where);
  }
  if (retries) {
    refuseInvalidRetries(retries, where);
  }
  if (connectionLimits) {
    refuseInvalidLimits(connectionLimits, where);
  }
  if (errorEjection) {
    refuseInvalidEjection(errorEjection, where);
  }
  checkedConnectTimeout(connectTimeout, where);
  if (keepalive) {
    refuseInvalidKeepalive(keepalive, where);
  }
}

/** Throws when an import asks for what only HTTP has, and no port of the service speaks HTTP. */
export function refusePolicyWithoutHttp(service: IRemoteService, policy: ImportPolicy, where: string): void {
  const asked = service.ports.some(({ isHttp }) => isHttp) ? [] : httpOptionsOf(policy);
  if (asked.length === 0) {
    return;
  }
  throw new MeshError({
    code: MeshErrorCode.NEEDS_HTTP,
    where,
    what: 'options that only HTTP has, on a service without HTTP',
    got: asked,
    expected: `options for the protocols ${[...new Set(service.ports.map(({ protocol }) => protocol))].join(', ')}`,
    fix: 'remove them, or declare the protocol that the port speaks, such as ServicePort.http',
  });
}

/** The part of a default that applies to a service: what only HTTP has does not where no port speaks HTTP. */
export function applicablePolicy(service: IRemoteService, policy: ImportPolicy | undefined): ImportPolicy | undefined {
  if (policy === undefined || service.ports.some(({ isHttp }) => isHttp)) {
    return policy;
  }
  const { timeout, retries, errorEjection, loadBalancing, connectionLimits, overrides, ...rest } = policy;
  const limits = Object.entries(connectionLimits ?? {}).filter(([name]) => !(HTTP_LIMITS as readonly string[]).includes(name));
  return {
    ...rest,
    ...loadBalancing && !loadBalancing.needsHttp && { loadBalancing },
    ...limits.length > 0 && { connectionLimits: Object.fromEntries(limits) },
    ...overrides?.trafficPolicy && { overrides: overrides.httpRoute ? { trafficPolicy: overrides.trafficPolicy } : overrides },
  };
}

function httpOptionsOf({ timeout, retries, loadBalancing, connectionLimits = {}, errorEjection, overrides }: ImportPolicy): string[] {
  return [
    ...timeout ? ['timeout'] : [],
    ...retries ? ['retries'] : [],
    ...loadBalancing?.needsHttp ? ['loadBalancing'] : [],
    ...HTTP_LIMITS.filter(name => connectionLimits[name] !== undefined).map(name => `connectionLimits.${name}`),
    ...errorEjection ? ['errorEjection'] : [],
    ...overrides?.httpRoute ? ['overrides.httpRoute'] : [],
  ];
}
