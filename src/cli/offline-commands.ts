import { Command, Option } from 'commander';

/** Commands that read written folders, and change nothing. Each loads its code when it runs. */
export const OFFLINE_COMMANDS = ['explain', 'check', 'diff', 'graph'];

/** Exit code of a command of folders that could not run. */
export const COULD_NOT_RUN = 2;

const DEFAULT_FOLDER = 'dist';

/** Adds the commands that read written folders. */
export function addOfflineCommands(program: Command, setExitCode: (code: number) => void): void {
  addExplain(program, setExitCode);
}

function addExplain(program: Command, setExitCode: (code: number) => void): void {
  program.command('explain <cluster> <namespace> <host[:port]>')
    .description('show the way of a request, step by step: which file decides, and what could stop it')
    .option('-f, --folder <folder>', `output folder, or CLUSTER=FOLDER; can be repeated (default: "${DEFAULT_FOLDER}")`, repeated)
    .addOption(format(['text', 'json']))
    .addHelpText('after', examples([
      ['istio-mesh explain cluster1 foo httpbin.bar.global:8000', 'the way of http://httpbin.bar.global:8000'],
      ['istio-mesh explain cluster1 back api', 'a short name, as a pod of the namespace writes it'],
      ['istio-mesh explain cluster1 our-team httpbin.bar.global -f dist -f cluster1=../team/dist/our-team', 'several repositories'],
    ], 'Exit codes: 0 no step stops the request, 1 a step does, 2 the command could not run.'))
    .action((cluster: string, namespace: string, target: string, options: { folder?: string[]; output: string }) => {
      const { explain } = explainModule();
      setExitCode(explain(cluster, namespace, target, { ...options, folders: options.folder ?? [DEFAULT_FOLDER] }));
    });
}

/** The option for the format of the output. */
function format(choices: string[]): Option {
  return new Option('-o, --output <format>', 'format of the output').choices(choices).default(choices[0]);
}

/** Examples for the help of a command. */
function examples(lines: [string, string][], exitCodes: string): string {
  return `\nExamples:\n${lines.map(([command, what]) => `  # ${what}\n  ${command}`).join('\n')}\n\n${exitCodes}`;
}

/** Parser of an option that can be repeated. */
function repeated(text: string, previous: string[] = []): string[] {
  return [...previous, text];
}

function explainModule(): typeof import('./explain/explain') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('./explain/explain');
}
