import { Argument, Command } from 'commander';
import { examples } from './help-examples';

/** Shells that a script is for. */
const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** Name of the command that the scripts run at each press of the Tab key. */
export const COMPLETE = '__complete';

/**
 * Adds `completion`, which prints a script for a shell, and the hidden command that the script asks for words.
 * @param whole makes the program with all of its subcommands, whose words are completed
 */
export function addCompletionCommands(program: Command, whole: () => Command): void {
  program.command('completion')
    .description('print a script by which a shell completes commands, options, folders and names of clusters')
    .addArgument(new Argument('<shell>', 'shell to print the script for').choices(SHELLS))
    .addHelpText('after', examples([
      ['source <(istio-mesh completion bash)', 'in ~/.bashrc'],
      ['source <(istio-mesh completion zsh)', 'in ~/.zshrc, after compinit'],
      ['istio-mesh completion fish > ~/.config/fish/completions/istio-mesh.fish', 'once, for fish'],
    ]))
    .action((shell: typeof SHELLS[number]) => console.log(scriptsModule().completionScript(shell)));
  program.command(`${COMPLETE} [words...]`, { hidden: true })
    .description('print how the last word can go on; for the scripts of completion')
    .action((words: string[]) => console.log(completeModule().completionText(words, whole())));
}

function scriptsModule(): typeof import('./completion/scripts') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('./completion/scripts');
}

function completeModule(): typeof import('./completion/complete') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('./completion/complete');
}
