import { re2Expression } from './re2';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { checkedArgument } from '../options/checked';
import { instance, text } from '../options/kinds';

/**
 * Condition on a text of a request: the value of a header or of a query parameter.
 *
 * @example
 * Routing.weights({ v1: 100 }).whenHeaders({ 'end-user': StringMatch.exact('jason') }, { v2: 100 });
 */
export class StringMatch {
  /**
   * Matches exactly this text.
   * @param value the text
   * @returns the condition
   * @throws MESH004 for an empty text
   */
  public static exact(value: string): StringMatch {
    return new StringMatch('exact', value);
  }

  /**
   * Matches a text that starts with this one.
   * @param value start of the text
   * @returns the condition
   * @throws MESH004 for an empty text
   */
  public static prefix(value: string): StringMatch {
    return new StringMatch('prefix', value);
  }

  /**
   * Matches a text that as a whole matches an RE2 expression.
   * @param value RE2 expression for the whole text
   * @returns the condition
   * @throws MESH004 for an empty expression, MESH012 for an expression that RE2 does not compile, and for one that is too long or too
   * large for istiod or Envoy
   */
  public static regex(value: string): StringMatch {
    return new StringMatch('regex', checkedExpression(value, 'StringMatch.regex', 'StringMatch.exact or StringMatch.prefix'));
  }

  private constructor(
    /** Kind of comparison: `exact`, `prefix` or `regex`. */
    public readonly kind: string,
    /** Text that the text of the request is compared with. */
    public readonly value: string,
  ) {
    refuseEmpty(value, `StringMatch.${kind}`);
  }
}

/** The kind of options that hold a condition on a text. */
export const STRING_MATCH = instance(StringMatch, { write: "StringMatch.exact('jason')" });

/** Returns an RE2 expression that istiod and Envoy accept. */
export function checkedExpression(value: string, where: string, alternative: string): string {
  return re2Expression(checkedArgument(text, value, 'value', where), where, alternative);
}

/** Throws for an empty text, which would match every request or none. */
export function refuseEmpty(value: string, where: string): void {
  if (checkedArgument(text, value, 'value', where) !== '') {
    return;
  }
  throw new MeshError({ code: MeshErrorCode.EMPTY, where, what: 'an empty text', got: value, fix: 'write the text to compare with' });
}
