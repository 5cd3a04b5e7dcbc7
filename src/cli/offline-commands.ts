import { Command } from 'commander';
import { days, format, repeated } from './command-options';
import { examples } from './help-examples';
import { addKubectlOptions, KubectlArguments, kubectlOptions } from './kubectl-arguments';

/** Commands that read written folders, and change nothing. Each loads its code when it runs. */
export const OFFLINE_COMMANDS = ['explain', 'check', 'diff', 'graph', 'import'];

/** Exit code of a command of folders that could not run. */
export const COULD_NOT_RUN = 2;

const DEFAULT_FOLDER = 'dist';

/** Arguments of `explain`. */
interface ExplainArguments extends KubectlArguments {
  readonly folder?: string[];
  readonly output: string;
  readonly live?: boolean;
  readonly from?: string;
}

/** Arguments of `check`. */
interface CheckArguments extends KubectlArguments {
  readonly pki: string;
  readonly within: number;
  readonly sharedSealingKey?: boolean;
  readonly output: string;
  readonly live?: boolean;
  readonly from?: string[];
  readonly connect: boolean;
}

/** Adds the commands that read written folders. */
export function addOfflineCommands(program: Command, setExitCode: (code: number) => void): void {
  addExplain(program, setExitCode);
  addCheck(program, setExitCode);
  addDiff(program, setExitCode);
  addGraph(program, setExitCode);
}

function addExplain(program: Command, setExitCode: (code: number) => void): void {
  const command = program.command('explain <cluster> <namespace> <host[:port]>')
    .description('show the way of a request, step by step: which file decides, and what could stop it')
    .option('-f, --folder <folder>', `output folder, or CLUSTER=FOLDER; can be repeated (default: "${DEFAULT_FOLDER}")`, repeated)
    .addOption(format(['text', 'json']))
    .option('--live', 'show also what the proxies of the running clusters do with the request')
    .option('--from <pod>', 'with --live: pod that calls (default: the first ready one of the namespace with a sidecar)')
    .addHelpText('after', examples([
      ['istio-mesh explain cluster1 foo httpbin.bar.global:8000', 'the way of http://httpbin.bar.global:8000'],
      ['istio-mesh explain cluster1 back api', 'a short name, as a pod of the namespace writes it'],
      ['istio-mesh explain cluster1 our-team httpbin.bar.global -f dist -f cluster1=../team/dist/our-team', 'several repositories'],
      ['istio-mesh explain cluster1 foo httpbin.bar.global --live --context cluster1=kind-one --context cluster2=kind-two',
        'where the request really ends'],
    ], 'Exit codes: 0 no step stops the request, 1 a step does, 2 the command could not run.'))
    .action(async (cluster: string, namespace: string, target: string, options: ExplainArguments) => {
      const folders = options.folder ?? [DEFAULT_FOLDER];
      refuseWithoutLive(command, options);
      const { context: contexts = [], live, ...others } = options;
      const reach = { ...kubectlOptions(options), contexts };
      setExitCode(live
        ? await explainLiveModule().explainLive(cluster, namespace, target, { ...others, ...reach, folders })
        : explainModule().explain(cluster, namespace, target, { ...others, folders }));
    });
  addKubectlOptions(command);
}

function addCheck(program: Command, setExitCode: (code: number) => void): void {
  const command = program.command('check [folders...]')
    .description('find what is wrong in written folders, also where they were edited by hand: imports that cannot work, keys, drift, CAs')
    .option('--pki <folder>', 'folder of istio-mesh ca; it is checked where it exists', 'pki')
    .option('--within <days>', 'days before its end at which a certificate is reported', days, 30)
    .option('--shared-sealing-key', 'accept that the sealed-secrets controllers of several clusters share a key')
    .addOption(format(['table', 'short', 'json', 'sarif']))
    .option('--live', 'check also the running clusters: objects, istiod, proxies, certificates of gateways, roots, settings of Istio')
    .option('--from <cluster/namespace/pod>', 'with --live: pod that calls each import of its namespace; can be repeated', repeated)
    .option('--no-connect', 'with --live: do not connect to gateways from here')
    .addHelpText('after', examples([
      ['istio-mesh check', 'the folder dist, and pki if it exists'],
      ['istio-mesh check dist cluster1=../team/dist/our-team', 'the folders of two repositories together'],
      ['istio-mesh check -o sarif > check.sarif', 'for the code scanning of GitHub'],
      ['istio-mesh check --live --context cluster1=kind-one --context cluster2=kind-two', 'the folder dist, and two running clusters'],
    ], 'Exit codes: 0 no errors, 1 errors, 2 the command could not run. Warnings do not change the exit code.'))
    .action(async (named: string[], options: CheckArguments) => {
      const folders = named.length > 0 ? named : [DEFAULT_FOLDER];
      refuseWithoutLive(command, options);
      const { context = [], from = [], live, ...others } = options;
      setExitCode(live
        ? await checkLiveModule().checkLive({ ...others, ...kubectlOptions(options), from, contexts: context, folders })
        : checkModule().check({ ...others, folders }));
    });
  addKubectlOptions(command);
}

function addDiff(program: Command, setExitCode: (code: number) => void): void {
  program.command('diff [folders...]')
    .description('show what changes for whom: what cuts traffic or opens access first, then objects whose change has no known meaning')
    .option('--against <commit|folder>', 'commit of Git, or a folder, to compare with', 'HEAD')
    .option('--pki <folder>', 'folder of istio-mesh ca, which is compared with that of the commit where it exists', 'pki')
    .option('--yaml', 'compare the text of the files instead of their meaning')
    .addOption(format(['text', 'markdown', 'json']))
    .addHelpText('after', examples([
      ['istio-mesh diff', 'the folder dist against the last commit'],
      ['istio-mesh diff --against origin/main -o markdown', 'for a pull request'],
      ['istio-mesh diff dist --against ../old/dist --yaml', 'the text of two folders'],
    ], 'Exit codes: 0 no differences, 1 differences, 2 the command could not run.'))
    .action((folders: string[], options: { against: string; output: string; pki: string; yaml?: boolean }) => {
      const { diff } = diffModule();
      setExitCode(diff({ ...options, folders: folders.length > 0 ? folders : [DEFAULT_FOLDER] }));
    });
}

function addGraph(program: Command, setExitCode: (code: number) => void): void {
  program.command('graph [folders...]')
    .description('draw the mesh: clusters, the hosts that they open, and who imports them by which path')
    .option('--pki <folder>', 'folder of istio-mesh ca, for the state of the root; it is read where it exists', 'pki')
    .addOption(format(['mermaid', 'html', 'svg']))
    .addHelpText('after', examples([
      ['istio-mesh graph -o html > mesh.html', 'a page to search and click through, in one file that needs no network'],
      ['istio-mesh graph -o svg > mesh.svg', 'a picture for a document'],
      ['istio-mesh graph > mesh.mmd', 'a diagram for Mermaid'],
      ['istio-mesh graph dist cluster1=../team/dist/our-team', 'the folders of two repositories together'],
    ], 'Exit codes: 0 the drawing is printed, 2 the command could not run.'))
    .action((folders: string[], options: { pki: string; output: string }) => {
      const { graph } = graphModule();
      setExitCode(graph({ ...options, folders: folders.length > 0 ? folders : [DEFAULT_FOLDER] }));
    });
}

/** Refuses a cluster or pod without --live: a check that reads no cluster would look like one that did. */
function refuseWithoutLive(command: Command, { live, context, from }: { live?: boolean; context?: string[]; from?: unknown }): void {
  if (!live && (context !== undefined || from !== undefined)) {
    command.error('error: --context and --from need --live');
  }
}

function explainModule(): typeof import('./explain/explain') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('./explain/explain');
}

function explainLiveModule(): typeof import('./live/explain-live') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('./live/explain-live');
}

function checkLiveModule(): typeof import('./live/check-live') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('./live/check-live');
}

function checkModule(): typeof import('./check/check') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('./check/check');
}

function diffModule(): typeof import('./diff/diff') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('./diff/diff');
}

function graphModule(): typeof import('./graph/graph') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('./graph/graph');
}
