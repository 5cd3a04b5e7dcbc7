import { isDeepStrictEqual } from 'util';
import { conditionsOf, Inexpressible } from './request-match';
import { actionOf, otherFields, sharesOf, SubsetMeaning } from './route-action';
import { objectAt, objectsIn, textsIn } from '../../../checks/content';
import type { Manifest } from '../../../written/manifest';
import { call, Data, Expression, object } from '../program/expression';

/** The routing of an import, and what applies to all of its requests. */
export interface RoutingDraft {
  readonly routing?: Expression;
  readonly timeout?: Expression;
  readonly retries?: Expression;
  /** Fields of HTTP routes in Istio's words. */
  readonly httpRoute?: { readonly [field: string]: Data };
  /** Why the routes cannot be said; undefined where they are. */
  readonly reason?: string;
}

type Action = ReturnType<typeof actionOf>;

interface Rule {
  readonly conditions: Expression[];
  readonly action: Action;
  readonly others: { readonly [field: string]: Data };
}

/** Reads the routes of a VirtualService for an import with these ports. */
export function routingOf(route: Manifest, ports: ReadonlyArray<{ readonly number: number }>, meaning: SubsetMeaning): RoutingDraft {
  try {
    return readRouting(objectAt(route.content.spec), ports, meaning);
  } catch (error) {
    if (error instanceof Inexpressible) {
      return { reason: error.message };
    }
    throw error;
  }
}

function readRouting(spec: any, ports: ReadonlyArray<{ readonly number: number }>, meaning: SubsetMeaning): RoutingDraft {
  if (textsIn(spec.gateways).some(gateway => gateway !== 'mesh')) {
    throw new Inexpressible('routes of a gateway beside those of sidecars');
  }
  if (textsIn(spec.hosts).length > 1) {
    throw new Inexpressible('one VirtualService for several hosts: an import has one of its own');
  }
  const http = objectsIn(spec.http);
  const rules = ofOnePort(http, ports.length).map((route): Rule => ({
    conditions: conditionsOf(route), action: actionOf(route, meaning), others: otherFields(route),
  }));
  if (rules.length === 0) {
    const [other] = [...objectsIn(spec.tcp), ...objectsIn(spec.tls)];
    const shares = sharesOf(objectsIn(other?.route), meaning);
    return Object.keys(shares).length === 0 ? {} : { routing: routingExpression([{ conditions: [], action: shares, others: {} }]) };
  }
  const last = rules[rules.length - 1];
  if (last.conditions.length > 0) {
    throw new Inexpressible('routes that answer 404 to requests that no condition is for');
  }
  const { rules: own, common } = withoutCommon(rules);
  const httpRoute = rules.every(({ others }) => isDeepStrictEqual(others, last.others)) ? last.others : refuse('settings of single routes');
  const isTrivial = own.length === 1 && Object.values(own[0].action).every(part => part === undefined);
  return { ...common, ...Object.keys(httpRoute).length > 0 && { httpRoute }, ...!isTrivial && { routing: routingExpression(own) } };
}

/** What all rules have in common is an option of the import itself. */
function withoutCommon(rules: Rule[]): { readonly rules: Rule[]; readonly common: Pick<RoutingDraft, 'timeout' | 'retries'> } {
  const sends = rules.filter(({ action }) => action.redirect === undefined);
  const shared = (name: 'timeout' | 'retries') => sends.length > 0 && sends[0].action[name] !== undefined
    && sends.every(({ action }) => isDeepStrictEqual(action[name], sends[0].action[name])) ? sends[0].action[name] : undefined;
  const common = { timeout: shared('timeout'), retries: shared('retries') };
  return {
    common: { ...common.timeout && { timeout: common.timeout }, ...common.retries && { retries: common.retries } },
    rules: rules.map(rule => ({
      ...rule,
      action: { ...rule.action, ...common.timeout && { timeout: undefined }, ...common.retries && { retries: undefined } },
    })),
  };
}

function routingExpression(rules: Rule[]): Expression {
  const base = rules[rules.length - 1].action;
  const start = onlyVersions(base) ? call('Routing', 'weights', base.versions!) : call('Routing', 'all', object(base));
  return rules.slice(0, -1).reduce((routing, { conditions, action }) => conditions.reduce((before, condition) => {
    const headers = onlyHeaders(condition);
    return headers && onlyVersions(action)
      ? call(before, 'whenHeaders', headers, action.versions!) : call(before, 'when', condition, object(action));
  }, routing), start);
}

function onlyVersions(action: Action): boolean {
  return Object.entries(action).every(([name, value]) => (name === 'versions') === (value !== undefined)) && action.versions !== undefined;
}

function onlyHeaders(condition: Expression): Expression | undefined {
  const fields = condition.is === 'object' ? condition.fields : [];
  return fields.length === 1 && fields[0][0] === 'headers' ? fields[0][1] : undefined;
}

/** The HTTP routes of one port, where routes name ports: all ports of an import have the same rules. */
function ofOnePort(http: any[], portCount: number): any[] {
  const portsOfRoute = (route: any): number[] => objectsIn(route.match).flatMap(({ port }) => typeof port === 'number' ? [port] : []);
  const named = [...new Set(http.flatMap(portsOfRoute))];
  if (named.length === 0) {
    return http;
  }
  const groups = named.map(port => http.filter(route => portsOfRoute(route).includes(port)).map(withoutPort));
  if (groups.some(group => !isDeepStrictEqual(group, groups[0])) || groups.length * groups[0].length !== http.length || portCount === 0) {
    throw new Inexpressible('other routes for each port');
  }
  return groups[0];
}

function withoutPort(route: any): any {
  const match = objectsIn(route.match).map(({ port, ...others }) => others).filter(others => Object.keys(others).length > 0);
  const { match: _, ...rest } = route;
  const destinations = objectsIn(route.route).map(({ destination, ...others }) => {
    const { port, ...to } = objectAt(destination);
    return { destination: to, ...others };
  });
  const mirrors = objectsIn(route.mirrors).map(({ destination, ...others }) => {
    const { port, ...to } = objectAt(destination);
    return { destination: to, ...others };
  });
  return {
    ...rest,
    ...match.length > 0 && { match },
    ...route.route !== undefined && { route: destinations },
    ...route.mirrors !== undefined && { mirrors },
  };
}

function refuse(what: string): never {
  throw new Inexpressible(what);
}

