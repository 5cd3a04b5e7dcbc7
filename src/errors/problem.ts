import { MeshErrorCode } from './mesh-error-code';
import { printable, printableLines, quoted } from './printable';

/** Length at which a value in a message is cut. */
const MAX_VALUE_LENGTH = 120;

/** One mistake of a user, or one warning, as data. */
export interface Problem {
  /** Stable code of the kind of mistake. Its meaning never changes; the wording of the other fields may improve. */
  readonly code: MeshErrorCode;

  /** Call, construct or file where the mistake is made, such as `addCluster('cluster1')`. */
  readonly where: string;

  /** What is wrong: lower case, no final stop. */
  readonly what: string;

  /** What to change. */
  readonly fix: string;

  /**
   * Value that was found.
   * @default - no single value is at fault
   */
  readonly got?: any;

  /**
   * What would have been right.
   * @default - the fix says it
   */
  readonly expected?: string;

  /**
   * Path of the construct in the tree of the app.
   * @default - the mistake is thrown by the call that makes it, or is about a file
   */
  readonly path?: string;
}

/**
 * A problem as text, which is what a validation of a construct returns. Names and values in it come from users and from files of
 * others, so every part is made safe to print.
 */
export function problemText({ code, where, what, got, expected, fix }: Problem): string {
  const values = [
    ...got === undefined ? [] : [`got ${shown(got)}`],
    ...expected === undefined ? [] : [`expected ${printable(expected)}`],
  ].join(', ');
  return `${code} ${printable(where)}: ${printable(what)}${values === '' ? '' : `: ${values}`}; fix: ${printableLines(fix)}`;
}

/** A value in a message, as it would be typed, cut short and safe to print. */
export function shown(value: unknown): string {
  return quoted(value, MAX_VALUE_LENGTH);
}

/** A call with its first argument, as errors name it: `addCluster('cluster1')`. Without types, the argument can be anything. */
export function inCall(call: string, argument: unknown): string {
  return `${call}(${typeof argument === 'string' ? `'${cut(argument)}'` : shown(argument)})`;
}

function cut(text: string): string {
  return printable(text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH - 3)}...` : text);
}
