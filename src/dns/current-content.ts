import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { FieldProblems } from '../files/fields';
import { checkJsonStructure } from '../files/json-structure';

/** Code and fix of a problem, in the place of those of the platform. */
export interface Advice {
  readonly code: MeshErrorCode;
  readonly fix: string;
}

/** Error for current content of a platform that cannot take the zone: it is invalid, or the zone is already in it. */
export class CurrentContentError extends Error {
  /**
   * @param reason why the content cannot take the zone
   * @param found the part of the content that is at fault
   * @param advice code and fix of the problem; those of the platform if it is undefined
   */
  public constructor(public readonly reason: string, public readonly found?: string, public readonly advice?: Advice) {
    super(found === undefined ? reason : `${reason}: ${found}`);
  }
}

/** Returns the problem that tells a user about a `CurrentContentError`. Any other error is thrown again. */
export function currentContentProblem(error: unknown, zone: string, where: string, fix: string): Problem {
  if (!(error instanceof CurrentContentError)) {
    throw error;
  }
  const what = `the current content cannot take the zone '${zone}': ${error.reason}`;
  return { code: MeshErrorCode.DNS, where, what, got: error.found, fix, ...error.advice };
}

/** Largest content, in characters: the size of a ConfigMap. */
export const MAX_CONTENT = 1024 * 1024;

/**
 * Refuses content that no object of a cluster holds.
 * @throws CurrentContentError for a text that is too long
 */
export function refuseLargeContent(text: string): void {
  if (text.length > MAX_CONTENT) {
    throw new CurrentContentError(`it has more than ${MAX_CONTENT} characters, which no ConfigMap holds`);
  }
}

/**
 * Reads current content that is JSON.
 * @throws CurrentContentError for any other text, for a key that stands twice in an object, and for a text without bounds
 */
export function readJson(text: string): unknown {
  refuseLargeContent(text);
  const value = parsedJson(text);
  const problems = new FieldProblems();
  checkJsonStructure(text, problems);
  if (!problems.isEmpty) {
    throw new CurrentContentError('it is JSON that its readers can read differently, or that has no bounds', problems.text);
  }
  return value;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CurrentContentError('it is not valid JSON');
  }
}
