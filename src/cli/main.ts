import { COULD_NOT_RUN, OFFLINE_COMMANDS } from './offline-commands';
import { programWith } from './program';
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
  let exitCode = 0;
  const setExitCode = (code: number) => {
    exitCode = code;
  };
  const program = programWith({ hasCa: args.includes('ca'), setExitCode });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    const failed = [...OFFLINE_COMMANDS, 'discover'].includes(args[0]) ? COULD_NOT_RUN : 1;
    return exitCodeOf(error as Error & { readonly code?: string; readonly exitCode?: number }, failed);
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
