import { Command, Option } from 'commander';
import { repeated } from './command-options';
import { examples } from './help-examples';
import { addKubectlOptions, KubectlArguments, kubectlOptions } from './kubectl-arguments';

/** Arguments of `import`. */
interface ImportArguments extends KubectlArguments {
  readonly gateway?: string[];
  readonly istio: string;
  readonly suffix?: string;
  readonly out?: string;
  readonly output: string;
}

/** Adds the command `import`. Its code is loaded when it runs. */
export function addImportCommand(program: Command, setExitCode: (code: number) => void): void {
  const command = program.command('import [inputs...]')
    .description('write existing YAML of a mesh as a program: CLUSTER=FOLDER or CLUSTER=FILE; what cannot be expressed is listed');
  addKubectlOptions(command)
    .option('--gateway <cluster=address>', 'address, or address:port, of the ingress gateway of a cluster; can be repeated', repeated)
    .option('--istio <release>', 'release that the program is for', '1.31')
    .option('--suffix <suffix>', 'DNS suffix of the hosts of remote services (default: the one that most hosts have)')
    .option('--out <file>', 'write the program to a file that does not exist yet (default: print it)')
    .addOption(new Option('-o, --output <format>', 'format of the report').choices(['text', 'json']).default('text'))
    .addHelpText('after', examples([
      ['istio-mesh import cluster1=manifests/east cluster2=manifests/west --out main.ts', 'folders and files of two clusters'],
      ['istio-mesh import cluster1/foo=httpbin-bar.yaml cluster2=west.yaml', 'objects without a namespace, as for kubectl apply -n foo'],
      ['istio-mesh import --context cluster1=east --context cluster2=west --out main.ts', 'the live objects of two clusters'],
    ], 'Exit codes: 0 everything is expressed, 1 something is not, and is listed, 2 the command could not run.'))
    .action(async (paths: string[], args: ImportArguments) => {
      const { importManifests } = importModule();
      const { context: contexts = [], gateway: gateways = [], istio, suffix, out, output } = args;
      setExitCode(await importManifests({ ...kubectlOptions(args), paths, contexts, gateways, istio, suffix, out, output }));
    });
}

function importModule(): typeof import('./import/import') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('./import/import');
}
