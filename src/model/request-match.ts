import { PATH_MATCH, PathMatch } from './path-match';
import { STRING_MATCH, StringMatch } from './string-match';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { mapOf, text } from '../options/kinds';
import { optional, schema } from '../options/schema';

/** Condition on an HTTP request. A request must fulfil every part. */
export interface RequestMatch {
  /**
   * Path, without the query.
   * @default - any path
   */
  readonly path?: PathMatch;

  /**
   * HTTP method in capitals, such as GET.
   * @default - any method
   */
  readonly method?: string;

  /**
   * Headers by lower-case name.
   * @default - any headers
   */
  readonly headers?: { [name: string]: StringMatch };

  /**
   * Query parameters by name.
   * @default - any query
   */
  readonly query?: { [name: string]: StringMatch };
}

export const REQUEST_MATCH = schema<RequestMatch>({
  path: optional(PATH_MATCH),
  method: optional(text),
  headers: optional(mapOf(STRING_MATCH)),
  query: optional(mapOf(STRING_MATCH)),
});

/** Throws for a condition that no request fulfils, or that says nothing. */
export function refuseInvalidMatch({ path, method, headers = {}, query = {} }: RequestMatch, where: string): void {
  if (!path && method === undefined && Object.keys(headers).length === 0 && Object.keys(query).length === 0) {
    throw new MeshError({
      code: MeshErrorCode.EMPTY,
      where,
      what: 'a condition that every request fulfils',
      expected: 'a path, a method, headers or a query',
      fix: 'write for instance { headers: { "end-user": StringMatch.exact("jason") } }, or make it the routing of every request',
    });
  }
  refuseInvalidHeaderNames(Object.keys(headers), where);
  if (method !== undefined && !/^[A-Z]+(-[A-Z]+)*$/.test(method)) {
    throw invalidName('HTTP method', method, 'capital letters, as methods are compared exactly', 'write for instance "GET"', where);
  }
  const parameter = Object.keys(query).find(name => name === '' || /[\s&=#?]/.test(name));
  if (parameter !== undefined) {
    throw invalidName('name of a query parameter', parameter, 'a text without white space and &=#?', 'write the name alone', where);
  }
}

/** Throws for names that no header of a request has. */
export function refuseInvalidHeaderNames(names: string[], where: string): void {
  const invalid = names.find(name => !/^[a-z0-9_-]+$/.test(name));
  if (invalid !== undefined) {
    throw invalidName(
      'header name',
      invalid,
      'lower case letters, digits, "-" and "_", since Envoy compares names in lower case',
      'write for instance "end-user"',
      where,
    );
  }
}

function invalidName(what: string, got: string, expected: string, fix: string, where: string): MeshError {
  return new MeshError({ code: MeshErrorCode.INVALID_NAME, where, what: `invalid ${what}`, got, expected, fix });
}

/** Whether every request that fulfils the second condition fulfils the first one, as far as texts show it. */
export function covers(first: RequestMatch, second: RequestMatch): boolean {
  const sameTexts = (some: RequestMatch['headers'], others: RequestMatch['headers']) => Object.entries(some ?? {})
    .every(([name, { kind, value }]) => others?.[name]?.kind === kind && others[name].value === value);
  return (!first.path || first.path._covers(second.path))
    && (first.method === undefined || first.method === second.method)
    && sameTexts(first.headers, second.headers)
    && sameTexts(first.query, second.query);
}
