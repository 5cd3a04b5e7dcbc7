import { durationExpression } from './durations';
import { Inexpressible } from './request-match';
import { objectAt, objectsIn, textsIn } from '../../../checks/content';
import { RetryOn } from '../../../model/retries';
import { constant, data, Data, Expression, list, object } from '../program/expression';

/** What the subsets of an import stand for. */
export interface SubsetMeaning {
  readonly host: string;
  /** Cluster that a subset stands for; undefined where it stands for a version. */
  readonly clusterOf: (subset: string) => string | undefined;
}

type Fields = { [name: string]: Expression | undefined };

const KNOWN_FIELDS = [
  'match', 'name', 'route', 'redirect', 'rewrite', 'mirror', 'mirrors', 'mirrorPercentage', 'fault', 'timeout', 'retries', 'headers',
];

/** The fields of a route that no option says, which overrides say in Istio's words. */
export function otherFields(route: any): { readonly [field: string]: Data } {
  return Object.fromEntries(Object.entries<Data>(route).filter(([name]) => !KNOWN_FIELDS.includes(name)));
}

/** What a route does, as `Routing.all` and `Routing.when` take it. */
export function actionOf(route: any, meaning: SubsetMeaning): Fields {
  return {
    ...route.redirect === undefined && sharesOf(objectsIn(route.route), meaning),
    redirect: redirectOf(route.redirect),
    rewrite: rewriteOf(route.rewrite),
    mirror: mirrorOf(route, meaning),
    fault: faultOf(route.fault),
    timeout: timeOf(route.timeout, 'timeout'),
    retries: retriesOf(route.retries),
    requestHeaders: headersOf(route.headers, 'request'),
    responseHeaders: headersOf(route.headers, 'response'),
  };
}

/** Percentages by version or by cluster; none where all requests go to the whole host. */
export function sharesOf(destinations: any[], meaning: SubsetMeaning): Fields {
  const shares = destinations.map(({ destination, weight, headers, ...others }) => {
    const { host, subset } = objectAt(destination);
    if (host !== meaning.host) {
      throw new Inexpressible(`a route to ${String(host)}, which is not the imported host: `
        + 'ImportName.local() routes among local and remote pods');
    }
    if (headers !== undefined || Object.keys(others).length > 0) {
      throw new Inexpressible(`${headers === undefined ? Object.keys(others)[0] : 'headers'} of a single destination`);
    }
    return { subset: typeof subset === 'string' ? subset : undefined, weight: Number(weight ?? (destinations.length === 1 ? 100 : 0)) };
  });
  if (shares.every(({ subset }) => subset === undefined)) {
    return {};
  }
  const total = shares.reduce((sum, { weight }) => sum + weight, 0);
  if (shares.some(({ subset }) => subset === undefined) || shares.some(({ weight }) => !Number.isInteger(weight * 100 / total))) {
    throw new Inexpressible('shares that are no whole percentages of versions');
  }
  const clusters = shares.map(({ subset }) => meaning.clusterOf(subset!));
  const isByCluster = clusters.every(cluster => cluster !== undefined);
  if (!isByCluster && clusters.some(cluster => cluster !== undefined)) {
    throw new Inexpressible('versions and clusters in one route');
  }
  const byName: { [name: string]: number } = {};
  shares.forEach(({ subset, weight }, i) => {
    const name = clusters[i] ?? subset!;
    byName[name] = (byName[name] ?? 0) + weight * 100 / total;
  });
  return { [isByCluster ? 'clusters' : 'versions']: data(byName) };
}

function redirectOf(redirect: unknown): Expression | undefined {
  if (redirect === undefined) {
    return undefined;
  }
  const { uri, authority, port, scheme, redirectCode, ...others } = objectAt(redirect);
  refuseOthers(others, 'redirect');
  return object({ host: given(authority), path: given(uri), port: given(port), scheme: given(scheme), status: given(redirectCode) });
}

function rewriteOf(rewrite: unknown): Expression | undefined {
  if (rewrite === undefined) {
    return undefined;
  }
  const { uri, authority, uriRegexRewrite, ...others } = objectAt(rewrite);
  refuseOthers(others, 'rewrite');
  const replaced = uriRegexRewrite === undefined ? uri : simpleRewrite(objectAt(uriRegexRewrite));
  return object({ path: given(replaced), host: given(authority) });
}

/** The new path of an expression as this library writes it for a prefix; another one has no option. */
function simpleRewrite({ match, rewrite }: any): string {
  if (typeof match !== 'string' || typeof rewrite !== 'string' || !/^\^\//.test(match) || /\\\d/.test(rewrite)) {
    throw new Inexpressible('a rewrite by an expression');
  }
  const path = rewrite.replace(/\\\\/g, '\\');
  return match === '^/' && path !== '/' ? path.replace(/\/$/, '') : path;
}

function mirrorOf({ mirror, mirrors, mirrorPercentage }: any, { host, clusterOf }: SubsetMeaning): Expression | undefined {
  const all = mirror === undefined ? objectsIn(mirrors) : [{ destination: mirror, percentage: mirrorPercentage }];
  if (all.length === 0) {
    return undefined;
  }
  const [{ destination, percentage }] = all;
  const { host: to, subset } = objectAt(destination);
  if (all.length > 1 || to !== host || typeof subset !== 'string') {
    throw new Inexpressible('a mirror to something else than one version or cluster of the import');
  }
  const percent = Number(objectAt(percentage).value ?? 100);
  const cluster = clusterOf(subset);
  return object({
    ...cluster === undefined ? { version: data(subset) } : { cluster: data(cluster) }, percent: percent === 100 ? undefined : data(percent),
  });
}

function faultOf(fault: unknown): Expression | undefined {
  if (fault === undefined) {
    return undefined;
  }
  const { delay, abort, ...others } = objectAt(fault);
  refuseOthers(others, 'fault');
  const percent = (part: unknown) => {
    const { percentage } = objectAt(part);
    return percentage === undefined || objectAt(percentage).value === 100 ? undefined : data(Number(objectAt(percentage).value));
  };
  if (abort !== undefined && typeof objectAt(abort).httpStatus !== 'number') {
    throw new Inexpressible('a fault other than a delay or an HTTP status');
  }
  return object({
    abortStatus: given(objectAt(abort).httpStatus),
    abortPercent: percent(abort),
    delay: timeOf(objectAt(delay).fixedDelay, 'delay'),
    delayPercent: percent(delay),
  });
}

/** Retries as an import has them. */
export function retriesOf(retries: unknown): Expression | undefined {
  if (retries === undefined) {
    return undefined;
  }
  const { attempts, perTryTimeout, retryOn, backoff, retryRemoteLocalities, ...others } = objectAt(retries);
  refuseOthers(others, 'retries');
  const conditions = typeof retryOn === 'string' ? retryOn.split(',').map(condition => condition.trim()) : [];
  const codes = conditions.filter(condition => /^\d+$/.test(condition)).map(Number);
  const on = conditions.filter(condition => !/^\d+$/.test(condition)).map(retryConstant);
  return object({
    attempts: data(Number(attempts)),
    perTryTimeout: timeOf(perTryTimeout, 'perTryTimeout'),
    on: on.length > 0 ? list(on) : undefined,
    statusCodes: codes.length > 0 ? data(codes) : undefined,
    backoff: timeOf(backoff, 'backoff'),
    acrossPriorities: retryRemoteLocalities === true ? data(true) : undefined,
  });
}

function retryConstant(condition: string): Expression {
  const name = Object.entries(RetryOn).find(([, value]) => value === condition)?.[0];
  if (name === undefined) {
    throw new Inexpressible(`retries on '${condition}'`);
  }
  return constant('RetryOn', name);
}

function headersOf(headers: unknown, of: 'request' | 'response'): Expression | undefined {
  const changes = objectAt(headers)[of];
  if (changes === undefined) {
    return undefined;
  }
  const { set, add, remove, ...others } = objectAt(changes);
  refuseOthers(others, 'headers');
  return object({
    set: set === undefined ? undefined : data(objectAt(set)),
    add: add === undefined ? undefined : data(objectAt(add)),
    remove: remove === undefined ? undefined : data(textsIn(remove)),
  });
}

function timeOf(time: unknown, field: string): Expression | undefined {
  const duration = durationExpression(time);
  if (time !== undefined && duration === undefined) {
    throw new Inexpressible(`the ${field} ${String(time)}`);
  }
  return duration;
}

function given(value: unknown): Expression | undefined {
  return typeof value === 'string' || typeof value === 'number' ? data(value) : undefined;
}

function refuseOthers(others: object, part: string): void {
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new Inexpressible(`${part}.${unknown}`);
  }
}
