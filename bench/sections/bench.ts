import { execFileSync } from 'child_process';
import { readdirSync, readFileSync } from 'fs';
import { join, relative } from 'path';
import type { MeshSize } from '../mesh';
import type { Programs } from '../programs';

/** What every section of the bench needs. */
export interface Bench {
  readonly programs: Programs;
  /** Folder for outputs, in memory where the machine has such a folder. */
  readonly work: string;
}

/** A mesh, and how often programs that write it are measured. */
export interface MeasuredSize extends MeshSize {
  readonly rounds: number;
}

/** Runs a command outside of the measurement. */
export function run([program, ...args]: string[]): void {
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'], maxBuffer: 2 ** 30 });
}

/** The texts of the files in a folder, by their path. */
export function filesIn(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  const files = entries.map(entry => join(entry.parentPath, entry.name)).sort();
  return new Map(files.map(file => [relative(folder, file), readFileSync(file, 'utf8')]));
}
