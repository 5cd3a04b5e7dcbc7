import { existsSync, readFileSync } from 'fs';
import { join } from 'path';
import { Command } from 'commander';
import { addCaCommands } from './ca-commands';
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
    .description('Create the CA certificates of a mesh: a root, and an intermediate CA for each cluster')
    .version(version())
    .exitOverride();
  let exitCode = 0;
  addCaCommands(program, code => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    return exitCodeOf(error as Error & { readonly code?: string; readonly exitCode?: number });
  }
}

/** Exit code for an error of a user, which is printed. Any other error is a bug, and is thrown again. */
function exitCodeOf(error: Error & { readonly code?: string; readonly exitCode?: number }): number {
  // Commander has already printed its message. It also throws for --help and --version, with the exit code 0.
  if (error.code?.startsWith('commander.')) {
    return error.exitCode ?? 1;
  }
  // Not the message of several problems: it says that nothing was written, and a command may have written a key or a cluster.
  if (isMeshError(error)) {
    error.problems.forEach(problem => console.error(problemText(problem)));
    return 1;
  }
  if (isSystemError(error)) {
    console.error(problemText(fileError('istio-mesh', error).problem));
    return 1;
  }
  throw error;
}

function version(): string {
  // The first path is relative to the sources, the second one to the compiled library.
  const files = ['../../package.json', '../../../package.json'].map(path => join(__dirname, path));
  return JSON.parse(readFileSync(files.find(existsSync)!, 'utf8')).version;
}
