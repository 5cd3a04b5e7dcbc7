import { Command } from 'commander';
import { addIstioCommands } from './istio-commands';
import { addOfflineCommands, COULD_NOT_RUN, OFFLINE_COMMANDS } from './offline-commands';
import { version } from './package-version';
import { isMeshError } from '../errors/mesh-error';
import { problemText } from '../errors/problem';
import { fileError, isSystemError } from '../files/file-errors';

/**
 * Runs the command `istio-mesh` and returns its exit code.
 *
 * @example
 * process.exitCode = await main(['ca', 'init', '--dir', 'pki']);
 */
export async function main(args: string[]): Promise<number> {
  const program = new Command('istio-mesh')
    .description('Explain, compare and check a mesh by the folders that a synth wrote, and make the CA certificates of its clusters')
    .version(version())
    .exitOverride();
  let exitCode = 0;
  const setExitCode = (code: number) => {
    exitCode = code;
  };
  addOfflineCommands(program, setExitCode);
  addIstioCommands(program, setExitCode);
  addCa(program, args, setExitCode);
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    const failed = OFFLINE_COMMANDS.includes(args[0]) ? COULD_NOT_RUN : 1;
    return exitCodeOf(error as Error & { readonly code?: string; readonly exitCode?: number }, failed);
  }
}

/** Adds the command `ca`. Its code is loaded only where it runs, since it takes most of the time of `--help`. */
function addCa(program: Command, args: string[], setExitCode: (code: number) => void): void {
  const ca = program.command('ca').description(
    'create a root, an intermediate CA for each cluster, and encrypted secrets that can be committed to Git',
  );
  if (args.includes('ca')) {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { addCaCommands } = require('./ca-commands') as typeof import('./ca-commands');
    addCaCommands(ca, setExitCode);
  }
}

/** Exit code for an error of a user, which is printed. Any other error is a bug, and is thrown again. */
function exitCodeOf(error: Error & { readonly code?: string; readonly exitCode?: number }, failed: number): number {
  // Commander has already printed its message. It also throws for --help and --version, with the exit code 0.
  if (error.code?.startsWith('commander.')) {
    return error.exitCode === 0 ? 0 : failed;
  }
  // Not the message of several problems: it says that nothing was written, and a command may have written a key or a cluster.
  if (isMeshError(error)) {
    error.problems.forEach(problem => console.error(problemText(problem)));
    return failed;
  }
  if (isSystemError(error)) {
    console.error(problemText(fileError('istio-mesh', error).problem));
    return failed;
  }
  throw error;
}
