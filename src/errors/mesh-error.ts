import { dirname, sep } from 'path';
import { MeshErrorCode } from './mesh-error-code';

export { MeshErrorCode };

/** One mistake, in words: what, where, what was got, what was expected, and the fix. */
export interface Problem {
  readonly code: MeshErrorCode;
  /** The call or construct where the mistake is made, such as `addCluster('cluster1')`. */
  readonly where: string;
  /** What is wrong, lower case, no final stop. */
  readonly what: string;
  /** The value that was given. */
  readonly got: unknown;
  /** What would have been right. */
  readonly expected: string;
  /** What to change. */
  readonly fix: string;
}

/** The text of a problem, on one line: what a node validation returns. */
export function problemText(p: Problem): string {
  return `${p.code} ${p.where}: ${p.what}: got ${shown(p.got)}, expected ${p.expected}; fix: ${p.fix}`;
}

/** A mistake of the user, told in one line. Its `code` is stable; the wording may improve. */
export class MeshError extends Error {
  public readonly code: MeshErrorCode;

  public constructor(problem: Problem) {
    super(problemText(problem));
    this.name = 'MeshError';
    this.code = problem.code;
    tidyStack(this);
  }
}

/** All mistakes that a whole app shows, each on a line of its own. */
export class MeshErrors extends Error {
  public constructor(public readonly problems: string[]) {
    super(`nothing was written, since there ${problems.length === 1 ? 'is 1 problem' : `are ${problems.length} problems`}:\n${problems.map(p => `  ${p}`).join('\n')}`);
    this.name = 'MeshErrors';
    // Node prints the properties of an error that nobody catches; the message has them already.
    Object.defineProperty(this, 'problems', { enumerable: false });
    tidyStack(this);
  }
}

/** Leaves the lines of the user's own program in a stack: where the mistake is, and nothing of how it was found. */
function tidyStack(error: Error): void {
  const message = `${error.name}: ${error.message}`;
  const frames = (error.stack ?? '').split('\n').filter(line => /^\s+at /.test(line));
  const inside = [dirname(__dirname) + sep, `${sep}node_modules${sep}`, 'node:'];
  error.stack = [message, ...frames.filter(frame => !inside.some(place => frame.includes(place)))].join('\n');
}

/** A value as it would be typed, cut short: an error is no place for a file that was passed by mistake. */
function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value) ?? String(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
