import { MeshErrorCode } from './mesh-error-code';

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

/** A problem as one line of text, which is what a validation of a construct returns. */
export function problemText({ code, where, what, got, expected, fix }: Problem): string {
  const values = [
    ...got === undefined ? [] : [`got ${shown(got)}`],
    ...expected === undefined ? [] : [`expected ${expected}`],
  ].join(', ');
  return `${code} ${escaped(where)}: ${what}${values === '' ? '' : `: ${values}`}; fix: ${fix}`;
}

/** A value as it would be typed, cut short: an error is no place for a file that was passed by mistake. */
export function shown(value: unknown): string {
  return printable(typed(value));
}

/** A call with its first argument, as errors name it: `addCluster('cluster1')`. Without types, the argument can be anything. */
export function inCall(call: string, argument: unknown): string {
  return `${call}(${typeof argument === 'string' ? `'${printable(argument)}'` : shown(argument)})`;
}

const MAX_SHOWN = 120;

/** Control characters, and characters that change the direction or the lines of a text: none of them reaches a log. */
const UNPRINTABLE = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

function printable(text: string): string {
  return escaped(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN - 3)}...` : text);
}

function escaped(text: string): string {
  return text.replace(UNPRINTABLE, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function typed(value: unknown): string {
  if (typeof value === 'function') {
    return value.name === '' ? 'a function' : `the function ${value.name}`;
  }
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // Constructs refer to each other in circles, and a bigint has no JSON.
    return typeof value === 'object' && value !== null ? `an object of class ${value.constructor?.name}` : String(value);
  }
}
