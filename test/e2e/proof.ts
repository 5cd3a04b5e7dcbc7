import { mkdtempSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import type { Part } from './parts';

/** A promise of the library that is shown on real components. */
export interface Proof {
  /** Name for `--only`. */
  readonly name: string;
  /** Parts that the proof runs. They are built before the time of the proof starts. */
  readonly parts: Part[];
  /**
   * Programs of the machine that the proof needs, each with an argument by which it prints its version.
   * @default - all that the clusters need, and root
   */
  readonly tools?: string[][];
  /** Runs the proof. Returns its figure, or throws with the reason of the failure. */
  readonly show: (run: ProofRun) => Promise<string>;
}

/** What the runner passes to a proof. */
export interface ProofRun {
  /** Returns the path of a part's program, by its name. */
  readonly program: (name: string) => string;
  /** An empty folder of the proof, which the runner removes afterwards. */
  readonly folder: string;
  /** Prints progress. */
  readonly say: (line: string) => void;
}

/** Creates the folder of a proof. */
export function proofFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `proof-${name}-`));
}

/** Throws an error with the message `otherwise` unless `holds`. */
export function must(holds: boolean, otherwise: string): void {
  if (!holds) {
    throw new Error(otherwise);
  }
}

/** Whether there are values, and all of them are equal to `wanted`. */
export function all(values: string[], wanted: string): boolean {
  return values.length > 0 && values.every(value => value === wanted);
}
