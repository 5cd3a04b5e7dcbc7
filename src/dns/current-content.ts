import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

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

/**
 * Reads current content that is JSON.
 * @throws CurrentContentError for any other text
 */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CurrentContentError('it is not valid JSON');
  }
}

/** Returns the package `yaml`. Most programs never need it, so it is loaded by the first call and not by an import. */
export function yamlPackage(): typeof import('yaml') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('yaml');
}
