import { spawn } from 'child_process';

/** How a program ended, and what it printed. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where and how a program runs. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** What it reads from its standard input. */
  readonly input?: string;
  /** After so many seconds it is ended: nothing here may wait for ever. Two minutes when not said. */
  readonly seconds?: number;
}

/** Runs a program to its end, however that is. Throws only when it cannot be started. */
export function attempt(program: string, args: string[], options: RunOptions = {}): Promise<Ended> {
  const { cwd, env, input, seconds = 120 } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, timeout: seconds * 1000, killSignal: 'SIGKILL', stdio: 'pipe' });
    // A program that ends without reading closes its end.
    child.stdin.on('error', () => undefined).end(input);
    const printed = { stdout: '', stderr: '' };
    child.stdout.on('data', chunk => {
      printed.stdout += chunk;
    });
    child.stderr.on('data', chunk => {
      printed.stderr += chunk;
    });
    child.on('error', error => reject(new Error(`${program} cannot be started: ${error.message}`)));
    child.on('close', code => resolve({ code, ...printed }));
  });
}

/** Runs a program and returns what it printed; throws with its output when it fails. */
export async function run(program: string, args: string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await attempt(program, args, options);
  if (code === 0) {
    return stdout;
  }
  throw new Error(`${program} ${args.join(' ')} ended with ${code ?? 'a signal'}:\n${(stdout + stderr).slice(-4000)}`);
}
