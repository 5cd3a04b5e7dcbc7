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
  return `${code} ${where}: ${what}${values === '' ? '' : `: ${values}`}; fix: ${fix}`;
}

/** A value as it would be typed, cut short: an error is no place for a file that was passed by mistake. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
