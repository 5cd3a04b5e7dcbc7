import { Command } from 'commander';
import { addCompletionCommands } from './completion-commands';
import { addImportCommand } from './import-command';
import { addIstioCommands } from './istio-commands';
import { addLiveCommands } from './live-commands';
import { addNew } from './new-command';
import { addOfflineCommands } from './offline-commands';
import { version } from './package-version';

/** What a program needs besides its arguments. */
export interface ProgramOptions {
  /** Whether `ca` has its subcommands. Their code takes most of the time of `--help`. */
  readonly hasCa: boolean;
  readonly setExitCode: (code: number) => void;
}

/** The command `istio-mesh` with all its subcommands. */
export function programWith({ hasCa, setExitCode }: ProgramOptions): Command {
  const program = new Command('istio-mesh')
    .description('Begin a repository, explain, compare and check a mesh by the folders that a synth wrote, and make CA certificates')
    .version(version())
    .exitOverride();
  addNew(program);
  addOfflineCommands(program, setExitCode);
  addImportCommand(program, setExitCode);
  addLiveCommands(program, setExitCode);
  addIstioCommands(program, setExitCode);
  const ca = program.command('ca').description(
    'create a root, an intermediate CA for each cluster, and encrypted secrets that can be committed to Git',
  );
  if (hasCa) {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { addCaCommands } = require('./ca-commands') as typeof import('./ca-commands');
    addCaCommands(ca, setExitCode);
  }
  addCompletionCommands(program, () => programWith({ hasCa: true, setExitCode: () => undefined }));
  return program;
}
