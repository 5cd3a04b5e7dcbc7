import { overriddenRoute } from './overrides';
import type { HttpRoute } from './wire';
import { istioDuration } from '../model/durations';
import type { ImportPolicy } from '../model/import-policy';
import type { PathMatch } from '../model/path-match';
import type { RequestMatch } from '../model/request-match';
import type { Retries } from '../model/retries';
import type { RouteAction } from '../model/route-action';
import type { FaultInjection, Mirror, Redirect, Rewrite } from '../model/route-filters';
import type { RoutingRule } from '../model/routing';
import type { StringMatch } from '../model/string-match';

type Destination = NonNullable<HttpRoute['route']>[number];
type Match = NonNullable<HttpRoute['match']>[number];

/** Where an HTTP route leads, and what applies to its requests. */
export interface HttpRouteTarget {
  /** Host whose subsets are versions and clusters. */
  readonly destination: string;
  /** Port of the requests; undefined where the host has one port, and routes need not name it. */
  readonly port?: number;
  readonly destinations: Destination[];
  readonly policy?: ImportPolicy;
}

/** HTTP route of a rule. */
export function httpRoute({ match, action }: RoutingRule, target: HttpRouteTarget): HttpRoute {
  const { policy } = target;
  const matches = matchesOf(match, target.port);
  if (action.redirect) {
    return {
      ...matches,
      redirect: redirect(action.redirect),
      ...headers(action),
    };
  }
  const timeout = action.timeout ?? policy?.timeout;
  const retries = action.retries ?? policy?.retries;
  const route: HttpRoute = {
    ...matches,
    route: target.destinations,
    ...action.rewrite && { rewrite: rewrite(action.rewrite, match?.path) },
    ...action.mirror && { mirrors: [mirror(action.mirror, target)] },
    ...action.fault && { fault: fault(action.fault) },
    ...timeout && { timeout: istioDuration(timeout) },
    ...retries && { retries: retry(retries) },
    ...headers(action),
  };
  return overriddenRoute(route, policy?.overrides);
}

function matchesOf(match: RequestMatch | undefined, port: number | undefined): Pick<HttpRoute, 'match'> {
  const { path, method, headers: byHeader, query } = match ?? {};
  const common: Match = {
    ...method !== undefined && { method: { exact: method } },
    ...byHeader && { headers: stringMatches(byHeader) },
    ...query && { queryParams: stringMatches(query) },
    ...port !== undefined && { port },
  };
  const matches = path ? urisOf(path).map(uri => ({ uri, ...common })) : [common];
  return matches.length === 1 && Object.keys(matches[0]).length === 0 ? {} : { match: matches };
}

/** Matches of Istio for a path. A prefix of Istio compares characters, so that `/api` would match `/apiary` too. */
function urisOf({ kind, value }: PathMatch): Array<NonNullable<Match['uri']>> {
  return kind === 'prefix' && value !== '/' ? [{ exact: value }, { prefix: `${value}/` }] : [{ [kind]: value }];
}

function stringMatches(matches: { readonly [name: string]: StringMatch }): { [name: string]: { [kind: string]: string } } {
  return Object.fromEntries(Object.entries(matches).map(([name, { kind, value }]) => [name, { [kind]: value }]));
}

/**
 * Istio replaces what its own match found. A prefix of this library has two matches of Istio, so an expression says what is replaced: the
 * prefix, together with the next "/" where the new path ends with one.
 */
function rewrite({ path, host }: Rewrite, match: PathMatch | undefined): NonNullable<HttpRoute['rewrite']> {
  const authority = host !== undefined && { authority: host };
  if (path === undefined) {
    return { ...authority };
  }
  if (match?.kind !== 'prefix') {
    return { uri: path, ...authority };
  }
  const prefix = match.value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const [found, replacement] = prefix === '/'
    ? ['^/', path.endsWith('/') ? path : `${path}/`]
    : [`^${prefix}${path.endsWith('/') ? '/?' : ''}`, path];
  return { uriRegexRewrite: { match: found, rewrite: replacement.replace(/\\/g, '\\\\') }, ...authority };
}

function redirect({ host, path, port, scheme, status }: Redirect): NonNullable<HttpRoute['redirect']> {
  return {
    ...scheme !== undefined && { scheme },
    ...host !== undefined && { authority: host },
    ...port !== undefined && { port },
    ...path !== undefined && { uri: path },
    ...status !== undefined && { redirectCode: status },
  };
}

function mirror({ version, cluster, percent }: Mirror, { destination: host, port }: HttpRouteTarget) {
  return {
    destination: { host, subset: version ?? clusterSubset(cluster!), ...port !== undefined && { port: { number: port } } },
    percentage: { value: percent ?? 100 },
  };
}

function fault({ abortStatus, abortPercent, delay, delayPercent }: FaultInjection): NonNullable<HttpRoute['fault']> {
  return {
    ...delay && { delay: { fixedDelay: istioDuration(delay), percentage: { value: delayPercent ?? 100 } } },
    ...abortStatus !== undefined && { abort: { httpStatus: abortStatus, percentage: { value: abortPercent ?? 100 } } },
  };
}

function retry(retries: Retries): NonNullable<HttpRoute['retries']> {
  const { attempts, perTryTimeout, on = [], statusCodes = [], backoff, acrossPriorities } = retries;
  const conditions = [...on, ...statusCodes.map(String)];
  return {
    attempts,
    ...perTryTimeout && { perTryTimeout: istioDuration(perTryTimeout) },
    ...conditions.length > 0 && { retryOn: conditions.join(',') },
    ...backoff && { backoff: istioDuration(backoff) },
    ...acrossPriorities && { retryRemoteLocalities: true },
  };
}

function headers({ requestHeaders, responseHeaders }: RouteAction): Pick<HttpRoute, 'headers'> {
  return requestHeaders || responseHeaders
    ? { headers: { ...requestHeaders && { request: { ...requestHeaders } }, ...responseHeaders && { response: { ...responseHeaders } } } }
    : {};
}

/** Name of the subset that prefers a cluster. */
export function clusterSubset(cluster: string): string {
  return `cluster-${cluster}`;
}
