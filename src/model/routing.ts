import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

/** How a header's value is compared. */
export class HeaderMatch {
  /** The value is exactly this. */
  public static exact(value: string): HeaderMatch {
    return new HeaderMatch('exact', value);
  }

  /** The value starts with this. */
  public static prefix(value: string): HeaderMatch {
    return new HeaderMatch('prefix', value);
  }

  /**
   * The whole value matches this RE2 expression.
   * @throws MESH012 for look-around and back-references, which RE2 does not have
   */
  public static regex(value: string): HeaderMatch {
    if (/\(\?[=!<]|\\[1-9]/.test(value)) {
      throw new MeshError({
        code: MeshErrorCode.ROUTING,
        where: 'HeaderMatch.regex',
        what: 'an expression that RE2 does not have',
        got: value,
        expected: 'RE2 syntax: no look-around, no back-references',
        fix: 'write it without, or compare by exact or prefix',
      });
    }
    return new HeaderMatch('regex', value);
  }

  private constructor(
    /** `exact`, `prefix` or `regex`. */
    public readonly kind: string,
    /** What is compared with. */
    public readonly value: string,
  ) {
    if (typeof value === 'string' && value !== '') {
      return;
    }
    throw new MeshError({
      code: MeshErrorCode.EMPTY,
      where: `HeaderMatch.${kind}`,
      what: 'an empty header value',
      got: value,
      fix: 'write the value that the header is compared with',
    });
  }
}

/** One rule of a routing: requests with these headers go to these versions. */
export interface RoutingRule {
  /**
   * Headers that a request must have, all of them; names are lower case.
   * @default - every request
   */
  readonly headers?: { [name: string]: HeaderMatch };

  /** Percent of requests by version; they sum to 100. */
  readonly weights: { [version: string]: number };
}

/**
 * Which versions of a remote service a caller reaches: the guide's "Version-aware routing to remote services".
 *
 * ```ts
 * Routing.weights({ v1: 90, v2: 10 }).whenHeaders({ 'end-user': HeaderMatch.exact('jason') }, { v2: 100 })
 * ```
 */
export class Routing {
  /**
   * Requests are spread by these percentages.
   * @throws MESH005 when they are not whole numbers from 0 to 100 that sum to 100
   * @throws MESH004 when there are none
   */
  public static weights(weights: { [version: string]: number }): Routing {
    return new Routing([{ weights: checkedWeights(weights) }]);
  }

  private constructor(
    /** The rules, first match first; the last one takes every request. */
    public readonly rules: RoutingRule[],
  ) {}

  /**
   * The same routing, but requests with these headers go elsewhere. Among several, the one added first wins.
   * @throws MESH004 when there are no headers
   * @throws MESH001 when a header name is not lower case letters, digits and "-"
   * @throws MESH005 as `weights`
   */
  public whenHeaders(headers: { [name: string]: HeaderMatch }, weights: { [version: string]: number }): Routing {
    const names = Object.keys(headers);
    const bad = names.find(name => !/^[a-z0-9_-]+$/.test(name));
    if (bad !== undefined || names.length === 0) {
      throw new MeshError({
        code: bad === undefined ? MeshErrorCode.EMPTY : MeshErrorCode.INVALID_NAME,
        where: 'Routing.whenHeaders',
        what: bad === undefined ? 'no headers' : 'invalid header name',
        got: bad ?? headers,
        expected: 'header names in lower case letters, digits, "-" and "_", as Envoy compares them',
        fix: 'write for instance { "end-user": HeaderMatch.exact("jason") }',
      });
    }
    return new Routing([...this.rules.slice(0, -1), { headers, weights: checkedWeights(weights) }, this.rules[this.rules.length - 1]]);
  }

  /** The versions that the rules name, each once, by name. */
  public get versions(): string[] {
    return [...new Set(this.rules.flatMap(rule => Object.keys(rule.weights)))].sort();
  }

  /** Whether a rule looks at headers, which only HTTP has. */
  public get usesHeaders(): boolean {
    return this.rules.length > 1;
  }
}

function checkedWeights(weights: { [version: string]: number }): { [version: string]: number } {
  const values = Object.values(weights);
  const right = values.every(w => Number.isInteger(w) && w >= 0 && w <= 100) && values.reduce((sum, w) => sum + w, 0) === 100;
  if (!right || values.length === 0) {
    throw new MeshError({
      code: values.length === 0 ? MeshErrorCode.EMPTY : MeshErrorCode.INVALID_WEIGHTS,
      where: 'Routing',
      what: 'weights that cannot be routed',
      got: weights,
      expected: 'whole numbers from 0 to 100 that sum to 100',
      fix: 'write for instance { v1: 90, v2: 10 }',
    });
  }
  return weights;
}
