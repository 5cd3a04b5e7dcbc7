import { re2Expression } from './re2';
import type { IRemoteService } from './remote-service';
import { checkedWeights } from './weights';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { checkedArgument } from '../options/checked';
import { instance, mapOf, numeric, text } from '../options/kinds';

/**
 * Condition on the value of a request header.
 *
 * @example
 * Routing.weights({ v1: 100 }).whenHeaders({ 'end-user': HeaderMatch.exact('jason') }, { v2: 100 });
 */
export class HeaderMatch {
  /**
   * Matches a header with exactly this value.
   * @throws MESH004 for an empty value
   */
  public static exact(value: string): HeaderMatch {
    return new HeaderMatch('exact', value);
  }

  /**
   * Matches a header whose value starts with this text.
   * @throws MESH004 for an empty text
   */
  public static prefix(value: string): HeaderMatch {
    return new HeaderMatch('prefix', value);
  }

  /**
   * Matches a header whose whole value matches an RE2 expression.
   * @throws MESH004 for an empty expression, MESH012 for an expression that RE2 does not compile, and for one that
   * is too long or too large for istiod or Envoy
   */
  public static regex(value: string): HeaderMatch {
    const where = 'HeaderMatch.regex';
    re2Expression(checkedArgument(text, value, 'value', where), where, 'HeaderMatch.exact or HeaderMatch.prefix');
    return new HeaderMatch('regex', value);
  }

  private constructor(
    /** Kind of comparison: `exact`, `prefix` or `regex`. */
    public readonly kind: string,
    /** Text that the value of the header is compared with. */
    public readonly value: string,
  ) {
    if (checkedArgument(text, value, 'value', `HeaderMatch.${kind}`) !== '') {
      return;
    }
    throw new MeshError({
      code: MeshErrorCode.EMPTY,
      where: `HeaderMatch.${kind}`,
      what: 'an empty header value',
      got: value,
      fix: 'write the text that the value of the header is compared with',
    });
  }
}

const HEADER_MATCH = instance(HeaderMatch, { write: "HeaderMatch.exact('jason')" });

/** Rule of a routing: requests with certain headers reach certain versions. */
export interface RoutingRule {
  /**
   * Headers that a request must have, by lower-case name. A request must have all of them.
   * @default - the rule applies to every request
   */
  readonly headers?: { [name: string]: HeaderMatch };

  /** Percentage of requests for each version, by the name of the version. The sum is 100. */
  readonly weights: { [version: string]: number };
}

/**
 * Versions of a remote service that a caller reaches: the guide's "Version-aware routing to remote services".
 *
 * @example
 * Routing.weights({ v1: 90, v2: 10 }).whenHeaders({ 'end-user': HeaderMatch.exact('jason') }, { v2: 100 });
 */
export class Routing {
  /**
   * Returns a routing that distributes requests by percentages.
   * @param weights whole numbers from 0 to 100 that sum to 100, by the name of the version
   * @throws MESH004 for no weights, MESH005 for weights that are no whole numbers from 0 to 100 or do not sum to 100
   */
  public static weights(weights: { [version: string]: number }): Routing {
    return new Routing([{ weights: versionWeights(weights) }]);
  }

  private constructor(
    /** Rules in the order in which they are matched. The last rule matches every request. */
    public readonly rules: RoutingRule[],
  ) {}

  /**
   * Returns the same routing with another rule for requests with certain headers. If a request matches several rules, the first one that
   * was added applies.
   * @throws MESH001 for a header name with other characters than lower-case letters, digits, "-" and "_", MESH004 for no headers or no
   * weights, MESH005 for weights that are no whole numbers from 0 to 100 or do not sum to 100
   */
  public whenHeaders(headers: { [name: string]: HeaderMatch }, weights: { [version: string]: number }): Routing {
    const checked = checkedArgument(mapOf(HEADER_MATCH), headers, 'headers', 'Routing.whenHeaders');
    refuseInvalidHeaders(checked);
    const ruleForAll = this.rules[this.rules.length - 1];
    return new Routing([...this.rules.slice(0, -1), { headers: checked, weights: versionWeights(weights) }, ruleForAll]);
  }

  /** Names of all versions in the rules, sorted. */
  public get versions(): string[] {
    return [...new Set(this.rules.flatMap(rule => Object.keys(rule.weights)))].sort();
  }

  /** Whether a rule has headers, which only HTTP requests have. */
  public get usesHeaders(): boolean {
    return this.rules.length > 1;
  }
}

/** The kind of options that hold a routing. */
export const ROUTING = instance(Routing, { write: 'Routing.weights({ v1: 90, v2: 10 })' });

function versionWeights(weights: { [version: string]: number }): { [version: string]: number } {
  return checkedWeights(checkedArgument(mapOf(numeric), weights, 'weights', 'Routing'), 'Routing', '{ v1: 90, v2: 10 }');
}

function refuseInvalidHeaders(headers: { [name: string]: HeaderMatch }): void {
  const where = 'Routing.whenHeaders';
  const fix = 'write for instance { "end-user": HeaderMatch.exact("jason") }';
  const names = Object.keys(headers);
  if (names.length === 0) {
    throw new MeshError({ code: MeshErrorCode.EMPTY, where, what: 'no headers', fix });
  }
  const invalid = names.find(name => !/^[a-z0-9_-]+$/.test(name));
  if (invalid !== undefined) {
    throw new MeshError({
      code: MeshErrorCode.INVALID_NAME,
      where,
      what: 'invalid header name',
      got: invalid,
      expected: 'lower case letters, digits, "-" and "_", since Envoy compares names in lower case',
      fix,
    });
  }
}

/** Throws when a routing reads headers and no port of the service speaks HTTP. */
export function refuseHeadersWithoutHttp(service: IRemoteService, routing: Routing | undefined, where: string): void {
  if (!routing?.usesHeaders || service.ports.some(port => port.isHttp)) {
    return;
  }
  throw new MeshError({
    code: MeshErrorCode.ROUTING,
    where,
    what: 'headers on a service without HTTP',
    got: service.ports.map(({ protocol }) => protocol),
    expected: 'a port that speaks http, http2 or grpc',
    fix: 'route by weights, or declare the protocol that the port speaks',
  });
}
