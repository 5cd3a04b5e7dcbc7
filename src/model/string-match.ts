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
   * @throws MESH004 for an empty text
   */
  public static exact(value: string): StringMatch {
    return new StringMatch('exact', value);
  }

  /**
   * Matches a text that starts with this one.
   * @throws MESH004 for an empty text
   */
  public static prefix(value: string): StringMatch {
    return new StringMatch('prefix', value);
  }

  /**
   * Matches a text that as a whole matches an RE2 expression.
   * @throws MESH004 for an empty expression, MESH012 for look-around and back-references, which RE2 does not support
   */
  public static regex(value: string): StringMatch {
    return new StringMatch('regex', checkedExpression(value, 'StringMatch.regex'));
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

/** Returns an expression, or throws when RE2 does not know its syntax. */
export function checkedExpression(value: string, where: string): string {
  if (/\(\?[=!<]|\\[1-9]/.test(checkedArgument(text, value, 'value', where))) {
    throw new MeshError({
      code: MeshErrorCode.ROUTING,
      where,
      what: 'an expression that RE2 does not support',
      got: value,
      expected: 'RE2 syntax, without look-around and back-references',
      fix: 'rewrite the expression, or match an exact text or a prefix',
    });
  }
  return value;
}

/** Throws for an empty text, which would match every request or none. */
export function refuseEmpty(value: string, where: string): void {
  if (checkedArgument(text, value, 'value', where) !== '') {
    return;
  }
  throw new MeshError({ code: MeshErrorCode.EMPTY, where, what: 'an empty text', got: value, fix: 'write the text to compare with' });
}
