import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

/** Longest expression that istiod accepts, in bytes of UTF-8. */
const MAX_BYTES = 1024;

/** Size of the compiled program above which Envoy refuses an expression: `re2.max_program_size.error_level` of Istio's bootstrap. */
const MAX_PROGRAM_SIZE = 32_768;

/**
 * Returns an expression for Envoy, which compiles it with RE2.
 * @param where the call that takes the expression
 * @param alternative what to use instead of an expression
 * @see https://github.com/google/re2/wiki/Syntax
 * @throws MESH004 for an empty expression, MESH012 for one that istiod or Envoy refuses
 */
export function re2Expression(expression: string, where: string, alternative: string): string {
  if (expression === '') {
    throw new MeshError({
      code: MeshErrorCode.EMPTY,
      where,
      what: 'an empty expression',
      got: expression,
      fix: 'write the expression that the whole value must match',
    });
  }
  const reason = refusalOf(expression);
  if (reason === undefined) {
    return expression;
  }
  throw new MeshError({
    code: MeshErrorCode.ROUTING,
    where,
    what: `an expression that RE2 does not compile: ${reason}`,
    got: expression,
    expected: `RE2 syntax, without look-around and back-references, ${MAX_BYTES} bytes at most`,
    fix: `rewrite the expression, or use ${alternative}`,
  });
}

/** Why istiod or Envoy refuses an expression; undefined when they accept it. */
function refusalOf(expression: string): string | undefined {
  const bytes = Buffer.byteLength(expression);
  if (bytes > MAX_BYTES) {
    return `it has ${bytes} bytes`;
  }
  try {
    const size = re2().compile(expression).programSize();
    return size > MAX_PROGRAM_SIZE ? `its program has ${size} instructions, and Envoy runs ${MAX_PROGRAM_SIZE} at most` : undefined;
  } catch (error) {
    return (error as Error).message.replace('error parsing regexp: ', '');
  }
}

/** Returns the compiler. It is loaded on first use: most programs have no expressions. */
function re2(): typeof import('re2js').RE2JS {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return (require('re2js') as typeof import('re2js')).RE2JS;
}
