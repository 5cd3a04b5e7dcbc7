import { isDeepStrictEqual } from 'util';
import { objectAt, objectsIn } from '../../../checks/content';
import { isRecord } from '../../../options/kind';
import { call, data, Expression, object } from '../program/expression';

/** What the program cannot say of a route, in words. */
export class Inexpressible extends Error {}

/** Conditions of a route as `Routing.when` takes them; none where the route is for every request. */
export function conditionsOf(route: any): Expression[] {
  const matches = withoutPrefixPairs(objectsIn(route.match));
  return matches.flatMap(match => {
    const condition = conditionOf(match);
    return condition === undefined ? [] : [condition];
  });
}

/** One match of Istio; undefined for one that names a port alone, as every request fulfils it. */
function conditionOf(match: any): Expression | undefined {
  const { uri, method, headers, queryParams, port, name, ...others } = match;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new Inexpressible(`a condition on ${unknown}`);
  }
  const fields = {
    path: uri === undefined ? undefined : pathMatch(uri),
    method: method === undefined ? undefined : exactMethod(method),
    headers: stringMatches(headers, 'headers'),
    query: stringMatches(queryParams, 'queryParams'),
  };
  return Object.values(fields).every(field => field === undefined) ? undefined : object(fields);
}

function pathMatch(uri: any): Expression {
  const [[kind, value] = ['', '']] = Object.entries(objectAt(uri));
  if (typeof value !== 'string' || !['exact', 'prefix', 'regex', PREFIX].includes(kind)) {
    throw new Inexpressible('a condition on a path of an unknown kind');
  }
  if (kind === 'prefix' && value !== '/') {
    // A prefix of Istio compares characters, and one of this library whole parts of the path.
    return call('PathMatch', 'regex', data(`${value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}.*`));
  }
  return call('PathMatch', kind === PREFIX ? 'prefix' : kind, data(value));
}

/** A prefix that means whole parts of the path. */
const PREFIX = 'prefix of parts';

/** Matches of Istio in which an exact path beside the prefix of the paths below it is one prefix, as this library writes it. */
function withoutPrefixPairs(matches: any[]): any[] {
  return matches.flatMap((match, i) => {
    const next = matches[i + 1];
    const previous = matches[i - 1];
    if (isPair(match, next)) {
      return [{ ...match, uri: { [PREFIX]: match.uri.exact } }];
    }
    return isPair(previous, match) ? [] : [match];
  });
}

function isPair(first: any, second: any): boolean {
  const { uri: exact, ...some } = objectAt(first);
  const { uri: prefix, ...others } = objectAt(second);
  return typeof objectAt(exact).exact === 'string' && objectAt(prefix).prefix === `${exact.exact}/` && isDeepStrictEqual(some, others);
}

function exactMethod(method: unknown): Expression {
  const { exact } = objectAt(method);
  if (typeof exact !== 'string') {
    throw new Inexpressible('a condition on a part of the method');
  }
  return data(exact);
}

function stringMatches(matches: unknown, field: string): Expression | undefined {
  if (matches === undefined) {
    return undefined;
  }
  return object(Object.fromEntries(Object.entries(objectAt(matches)).map(([name, match]) => [name, stringMatch(match, field)])));
}

function stringMatch(match: unknown, field: string): Expression {
  const [[kind, value] = ['', '']] = isRecord(match) ? Object.entries(match) : [];
  if (typeof value !== 'string' || !['exact', 'prefix', 'regex'].includes(kind)) {
    throw new Inexpressible(`a condition on the presence of ${field}`);
  }
  return call('StringMatch', kind, data(value));
}
