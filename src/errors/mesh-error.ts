import { dirname, sep } from 'path';
import { MeshErrorCode } from './mesh-error-code';
import { printable } from './printable';
import { Problem, problemText } from './problem';

/**
 * A mistake of the user, thrown by the call that makes it.
 *
 * jsii knows no classes of errors: in other languages the error of the language's jsii runtime has the same message, which
 * begins with the code.
 * @internal
 */
export class MeshError extends Error {
  /** The mistake as data. */
  public readonly problem: Problem;

  public constructor(problem: Problem) {
    super(problemText(problem));
    this.name = 'MeshError';
    this.problem = problem;
    hide(this, 'problem');
    tidyStack(this);
  }

  /** Stable code of the kind of mistake. */
  public get code(): MeshErrorCode {
    return this.problem.code;
  }

  /** The mistake as a list of one, so that both classes of errors are read alike. */
  public get problems(): Problem[] {
    return [this.problem];
  }
}

/**
 * Every mistake that an app or a folder shows, in one error.
 * @internal
 */
export class MeshErrors extends Error {
  /** The mistakes as data. */
  public readonly problems: Problem[];

  public constructor(problems: Problem[]) {
    const count = problems.length === 1 ? 'there is 1 problem' : `there are ${problems.length} problems`;
    super(`nothing was written: ${count}\n${problems.map(problem => `  ${lineOf(problem)}`).join('\n')}`);
    this.name = 'MeshErrors';
    this.problems = problems;
    hide(this, 'problems');
    tidyStack(this);
  }
}

/**
 * Whether something that was thrown is an error of this library. `instanceof` fails where a program loads two copies of the
 * library.
 * @internal
 */
export function isMeshError(error: unknown): error is MeshError | MeshErrors {
  return error instanceof Error && ['MeshError', 'MeshErrors'].includes(error.name) && 'problems' in error;
}

/** The problems of an error of this library; anything else is thrown again. */
export function problemsOf(error: unknown): Problem[] {
  if (isMeshError(error)) {
    return error.problems;
  }
  throw error;
}

/** What a function returns, or undefined when it throws an error of this library: some other check reports that error. */
export function orUndefined<T>(value: () => T): T | undefined {
  try {
    return value();
  } catch (error) {
    problemsOf(error);
    return undefined;
  }
}

/** A problem as a line of a list, with the construct that it is about. */
function lineOf(problem: Problem): string {
  const { path, where } = problem;
  return problemText(problem) + (path === undefined || path === '' || where.includes(path) ? '' : ` (construct ${printable(path)})`);
}

/** Node prints the enumerable properties of an error that nobody catches, and the message already has them. */
function hide(error: Error, property: string): void {
  Object.defineProperty(error, property, { enumerable: false });
}

/** Keeps only the lines of the user's own program in a stack: they show where the mistake is. */
function tidyStack(error: Error): void {
  const message = `${error.name}: ${error.message}`;
  const frames = (error.stack ?? '').split('\n').filter(line => /^\s+at /.test(line));
  const inside = [dirname(__dirname) + sep, `${sep}node_modules${sep}`, 'node:'];
  error.stack = [message, ...frames.filter(frame => !inside.some(place => frame.includes(place)))].join('\n');
}
