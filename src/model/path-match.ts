import { checkedExpression } from './string-match';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { checkedArgument } from '../options/checked';
import { instance, text } from '../options/kinds';

/** Condition on the path of a request, without its query. */
export class PathMatch {
  /**
   * Matches exactly this path.
   * @param path path that begins with `/`
   * @returns the condition
   * @throws MESH001 for a text that is no path
   */
  public static exact(path: string): PathMatch {
    return new PathMatch('exact', checkedPath(path, 'PathMatch.exact'));
  }

  /**
   * Matches a path and all paths below it: `/api` matches `/api` and `/api/users`, and not `/apiary`. The meaning is that of the Gateway
   * API. A prefix in a VirtualService of Istio compares characters instead, so the manifest has a match for each of the two.
   * @param path path that begins with `/`
   * @returns the condition
   * @see https://gateway-api.sigs.k8s.io/reference/spec/#pathmatchtype
   * @throws MESH001 for a text that is no path
   */
  public static prefix(path: string): PathMatch {
    const checked = checkedPath(path, 'PathMatch.prefix');
    return new PathMatch('prefix', checked === '/' ? checked : checked.replace(/\/$/, ''));
  }

  /**
   * Matches a path that as a whole matches an RE2 expression.
   * @param expression RE2 expression for the whole path
   * @returns the condition
   * @throws MESH012 for an expression that RE2 does not support
   */
  public static regex(expression: string): PathMatch {
    return new PathMatch('regex', checkedExpression(expression, 'PathMatch.regex', 'PathMatch.exact or PathMatch.prefix'));
  }

  private constructor(
    /** Kind of comparison: `exact`, `prefix` or `regex`. */
    public readonly kind: string,
    /** Path or expression that the path of the request is compared with. */
    public readonly value: string,
  ) {}

  /**
   * Whether every path that the other condition matches is matched by this one, as far as texts show it.
   * @internal
   */
  public _covers(other: PathMatch | undefined): boolean {
    if (this.kind === 'prefix' && this.value === '/') {
      return true;
    }
    if (other === undefined) {
      return false;
    }
    if (this.kind === 'prefix' && other.kind !== 'regex') {
      return other.value === this.value || other.value.startsWith(`${this.value}/`);
    }
    return this.kind === other.kind && this.value === other.value;
  }
}

/** The kind of options that hold a condition on a path. */
export const PATH_MATCH = instance(PathMatch, { write: "PathMatch.prefix('/api')" });

/** Returns a path of a URL, or throws for a text that is none. */
export function checkedPath(path: string, where: string): string {
  if (/^\/[^\s?#]*$/.test(checkedArgument(text, path, 'path', where))) {
    return path;
  }
  throw new MeshError({
    code: MeshErrorCode.INVALID_NAME,
    where,
    what: 'an invalid path',
    got: path,
    expected: 'a text that starts with "/", without query, fragment and white space',
    fix: 'write for instance "/api"',
  });
}
