import { Duration } from 'cdk8s';
import { checkedTime } from './durations';
import { refuseInvalidRetries, RETRIES, Retries } from './retries';
import {
  FAULT_INJECTION, FaultInjection, HEADER_CHANGES, HeaderChanges, MIRROR, Mirror, REDIRECT, Redirect, refuseInvalidFault,
  refuseInvalidHeaderChanges, refuseInvalidMirror, refuseInvalidRedirect, refuseInvalidRewrite, REWRITE, Rewrite,
} from './route-filters';
import { checkedWeights } from './weights';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dnsLabel } from '../names';
import { duration } from '../options/cdk8s-kinds';
import { mapOf, numeric } from '../options/kinds';
import { optional, schema } from '../options/schema';

/** What happens to the requests of a rule. */
export interface RouteAction {
  /**
   * Percentage of requests for each version, by the name of the version. The sum is 100.
   * @default - any version
   */
  readonly versions?: { [version: string]: number };

  /**
   * Percentage of requests for each cluster, by its name. The sum is 100. When a cluster cannot be connected to, the others answer its
   * share, in the order of the import. The name of the importing cluster stands for its own pods.
   * @default - the clusters in the order of the import
   */
  readonly clusters?: { [cluster: string]: number };

  /**
   * Answer that sends the caller elsewhere. HTTP only.
   * @default - requests are sent on
   */
  readonly redirect?: Redirect;

  /**
   * Change of the path or host of requests. HTTP only.
   * @default - requests keep both
   */
  readonly rewrite?: Rewrite;

  /**
   * Copy of requests to another version or cluster. HTTP only.
   * @default - none
   */
  readonly mirror?: Mirror;

  /**
   * Errors and delays for tests. HTTP only.
   * @default - none
   */
  readonly fault?: FaultInjection;

  /**
   * Time limit of a request with all its retries. HTTP only.
   * @default - that of the import
   */
  readonly timeout?: Duration;

  /**
   * Retries of failed requests. HTTP only.
   * @default - those of the import
   */
  readonly retries?: Retries;

  /**
   * Changes of the headers of requests. HTTP only.
   * @default - none
   */
  readonly requestHeaders?: HeaderChanges;

  /**
   * Changes of the headers of answers. HTTP only.
   * @default - none
   */
  readonly responseHeaders?: HeaderChanges;
}

export const ROUTE_ACTION = schema<RouteAction>({
  versions: optional(mapOf(numeric)),
  clusters: optional(mapOf(numeric)),
  redirect: optional(REDIRECT),
  rewrite: optional(REWRITE),
  mirror: optional(MIRROR),
  fault: optional(FAULT_INJECTION),
  timeout: optional(duration),
  retries: optional(RETRIES),
  requestHeaders: optional(HEADER_CHANGES),
  responseHeaders: optional(HEADER_CHANGES),
});

/** The parts of an action that only HTTP has. */
const HTTP_PARTS = ['redirect', 'rewrite', 'mirror', 'fault', 'timeout', 'retries', 'requestHeaders', 'responseHeaders'] as const;

/** Whether an action has a part that only HTTP has. */
export function actionNeedsHttp(action: RouteAction): boolean {
  return HTTP_PARTS.some(part => action[part] !== undefined);
}

/** Throws for an action that contradicts itself, or that Istio refuses. */
export function refuseInvalidAction(action: RouteAction, where: string): void {
  const { versions, clusters, redirect, rewrite, mirror, fault, timeout, retries, requestHeaders, responseHeaders } = action;
  if (versions && clusters) {
    const fix = 'use rules with conditions, or ClusterPriority for the clusters';
    throw contradiction('versions and clusters in one action', 'either of them', fix, where);
  }
  if (redirect && (versions ?? clusters ?? rewrite ?? mirror ?? fault ?? timeout ?? retries ?? requestHeaders)) {
    throw contradiction('a redirect beside a part that sends requests on', 'the redirect alone', 'remove one of them', where);
  }
  if (versions) {
    checkedWeights(versions, where, '{ v1: 90, v2: 10 }');
  }
  if (clusters) {
    Object.keys(checkedWeights(clusters, where, '{ cluster2: 95, cluster3: 5 }')).forEach(name => dnsLabel(name, 'cluster name', where));
  }
  if (redirect) {
    refuseInvalidRedirect(redirect, where);
  }
  if (rewrite) {
    refuseInvalidRewrite(rewrite, where);
  }
  if (mirror) {
    refuseInvalidMirror(mirror, where);
  }
  if (fault) {
    refuseInvalidFault(fault, where);
  }
  if (timeout) {
    checkedTime(timeout, 'timeout', where);
  }
  if (retries) {
    refuseInvalidRetries(retries, where);
  }
  [requestHeaders, responseHeaders].filter(changes => changes !== undefined).forEach(changes => refuseInvalidHeaderChanges(changes, where));
}

function contradiction(what: string, expected: string, fix: string, where: string): MeshError {
  return new MeshError({ code: MeshErrorCode.ROUTING, where, what, expected, fix });
}
