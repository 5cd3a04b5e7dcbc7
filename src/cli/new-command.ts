import type { Command } from 'commander';
import { examples } from './help-examples';

/** Adds the command `new`. Its code is loaded when it runs. */
export function addNew(program: Command): void {
  program.command('new [folder]')
    .description('write a GitOps repository: a program of two clusters, its test, and pipelines for GitHub and GitLab')
    .option('--package <file>', 'tarball of this package for the new repository, where the package is not in a registry')
    .addHelpText('after', examples([
      ['istio-mesh new mesh', 'the folder mesh, which must not exist or be empty'],
      ['istio-mesh new', 'the current folder, such as an empty clone'],
    ], 'Exit codes: 0 the repository is written, 1 it is not.'))
    .action((folder: string | undefined, options: { package?: string }) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const { newRepository } = require('./new/new') as typeof import('./new/new');
      newRepository(folder ?? '.', options.package);
    });
}
