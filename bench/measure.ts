import { execFileSync } from 'child_process';
import { rmSync } from 'fs';
import { join } from 'path';

/** What one run of a program took. */
export interface Measured {
  /** Seconds on the clock. */
  readonly wall: number;
  /** Seconds of CPU, of the user and of the system. */
  readonly cpu: number;
  /** Largest resident memory in MiB. */
  readonly memory: number;
}

/** A program that takes its turn with others. */
export interface Turn {
  readonly name: string;
  /** Command, with its arguments. */
  readonly command: string[];
  /** Folder that the command writes, which is removed after each run. */
  readonly outdir?: string;
  /** What is done before each run, outside of the measurement. */
  readonly before?: () => void;
}

/** Runs programs in turns, so that other load on the machine affects all of them. Each of them has run before, uncounted. */
export function inTurns(turns: Turn[], rounds: number): Map<string, Measured[]> {
  const results = new Map(turns.map(({ name }): [string, Measured[]] => [name, []]));
  for (let round = 0; round < rounds; round++) {
    turns.forEach(turn => results.get(turn.name)!.push(measure(turn)));
  }
  return results;
}

function measure({ command, outdir, before }: Turn): Measured {
  const clear = () => outdir !== undefined && rmSync(outdir, { recursive: true, force: true });
  clear();
  before?.();
  const result: Measured = JSON.parse(execFileSync('python3', [join(__dirname, 'measured.py'), ...command], { encoding: 'utf8' }));
  clear();
  return result;
}

/** Median of a value of several runs. */
export function medianOf(runs: Measured[], value: keyof Measured): number {
  return median(runs.map(run => run[value]));
}

/** Median of the ratios to another program, each of one round. */
export function ratioOf(runs: Measured[], others: Measured[], value: keyof Measured): number {
  return median(runs.map((run, i) => run[value] / others[i][value]));
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
