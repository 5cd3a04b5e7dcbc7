import { existsSync, readFileSync } from 'fs';
import { join } from 'path';
import { Command } from 'commander';
import { addCaCommands } from './ca-commands';
import { MeshError, MeshErrors } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

/** The command `istio-mesh`. */
export async function main(args: string[]): Promise<number> {
  const program = new Command('istio-mesh').description(
    'What a mesh needs beside its manifests: the root of trust, and a CA for each cluster',
  ).version(version()).exitOverride();
  let exitCode = 0;
  addCaCommands(program, code => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    const { code } = error as { code?: string };
    // Commander has said what is wrong; asking for help is not wrong.
    if (code?.startsWith('commander.')) {
      return (error as { exitCode: number }).exitCode;
    }
    if (error instanceof MeshError || error instanceof MeshErrors) {
      console.error(error.message);
      return 1;
    }
    // What the system says of files and folders is a user's matter, not a bug.
    if (code !== undefined) {
      console.error(
        `${MeshErrorCode.PKI} istio-mesh: the system refuses: got ${(error as Error).message}, expected folders and files that can be read and written; fix: see to their owner, rights and free space`,
      );
      return 1;
    }
    throw error;
  }
}

function version(): string {
  // Beside the sources, or beside the compiled library.
  const files = ['../../package.json', '../../../package.json'].map(path => join(__dirname, path));
  return JSON.parse(readFileSync(files.find(existsSync)!, 'utf8')).version;
}
