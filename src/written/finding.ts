import type { UnreadableDocument } from './manifest';
import { Place, placeText } from './source';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/** Whether a finding cuts or opens something, or deserves a look. */
export type Severity = 'error' | 'warning';

/** A problem of files that were written, with its place. */
export interface Finding extends Problem {
  readonly severity: Severity;
  /** Line that a person would change; undefined where no file is at fault. */
  readonly place?: Place;
}

/** The problem of a document that is no object of Kubernetes. */
export function unreadableProblem({ place, what, expected }: UnreadableDocument): Problem {
  return {
    code: MeshErrorCode.UNREADABLE_MANIFEST,
    where: placeText(place),
    what,
    expected,
    fix: 'correct the file, or move it out of the folder',
  };
}
