import type { Place } from './source';
import type { Problem } from '../errors/problem';

/** Whether a finding cuts or opens something, or deserves a look. */
export type Severity = 'error' | 'warning';

/** A problem of files that were written, with its place. */
export interface Finding extends Problem {
  readonly severity: Severity;
  /** Line that a person would change; undefined where no file is at fault. */
  readonly place?: Place;
}
