import { mkdtempSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import type { Part } from './parts';

/** Something that is shown on real components. */
export interface Proof {
  /** The name for `--only`. */
  readonly name: string;
  /** The parts that it runs, built before its time is taken. */
  readonly parts: Part[];
  /** Shows it: returns a figure, or throws with what went wrong. */
  readonly show: (run: ProofRun) => Promise<string>;
}

/** What a proof gets. */
export interface ProofRun {
  /** The path of a part's program, by its name. */
  readonly program: (name: string) => string;
  /** An empty folder of its own, removed afterwards. */
  readonly folder: string;
  /** Tells what is under way. */
  readonly say: (line: string) => void;
}

/** Makes the folder of a proof. */
export function proofFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `proof-${name}-`));
}

/** Throws unless something holds. */
export function must(holds: boolean, otherwise: string): void {
  if (!holds) {
    throw new Error(otherwise);
  }
}

/** Whether all values are the one that is wanted. */
export function all(values: string[], wanted: string): boolean {
  return values.length > 0 && values.every(value => value === wanted);
}
