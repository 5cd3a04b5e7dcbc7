import { spawn } from 'child_process';

/** Exit code and output of a program that ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Settings for a program to run. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Text for the standard input. */
  readonly input?: string;
  /**
   * Seconds after which the program is killed.
   * @default - two minutes
   */
  readonly seconds?: number;
}

/** Runs a program to its end, and returns its exit code. Throws only if the program cannot be started. */
export function attempt(program: string, args: string[], options: RunOptions = {}): Promise<Ended> {
  const { cwd, env, input, seconds = 120 } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, timeout: seconds * 1000, killSignal: 'SIGKILL', stdio: 'pipe' });
    // A program that ends before it reads its input closes the pipe, which is no error here.
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

/** Runs a program and returns its standard output. Throws with its output if it fails. */
export async function run(program: string, args: string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await attempt(program, args, options);
  if (code === 0) {
    return stdout;
  }
  throw new Error(`${program} ${args.join(' ')} ended with ${code ?? 'a signal'}:\n${(stdout + stderr).slice(-4000)}`);
}
