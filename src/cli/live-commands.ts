import { Command } from 'commander';
import { repeated } from './command-options';
import { examples } from './help-examples';
import { addKubectlOptions, KubectlArguments, kubectlOptions } from './kubectl-arguments';

const DEFAULT_FILE = 'clusters.json';

/** Arguments of `discover`. */
interface DiscoverArguments extends KubectlArguments {
  readonly export?: string[];
  readonly ingressGateway?: string;
  readonly egressGateway?: string;
  readonly revision?: string;
  readonly out: string;
}

/** Adds the command `discover`, which reads running clusters. Its code is loaded when it runs. */
export function addLiveCommands(program: Command, setExitCode: (code: number) => void): void {
  const command = program.command('discover')
    .description('write public facts of running clusters to a file for ClusterFacts: gateways, DNS, Istio, exported Services, roots');
  addKubectlOptions(command)
    .option('--export <namespace/name>', 'Service that is to be exported; can be repeated (default: those that a Gateway opens)', repeated)
    .option('--ingress-gateway <namespace/name>', 'Service of the ingress gateway, where it has no label of Istio')
    .option('--egress-gateway <namespace/name>', 'Service of the egress gateway, where it has no label of Istio')
    .option('--revision <name>', 'revision of the control plane, where a cluster has several')
    .option('--out <file>', 'file to write, or - for the standard output', DEFAULT_FILE)
    .addHelpText('after', examples([
      ['istio-mesh discover --context cluster1=kind-one --context cluster2=kind-two', 'two clusters, by the contexts of kubectl'],
      ['istio-mesh discover --context cluster2 --export bar/httpbin', 'a cluster whose context has its name, and a Service to be exported'],
    ], 'Exit codes: 0 all clusters are read, 1 some are not, and keep their entries in the file, 2 the command could not run.'))
    .action(async (args: DiscoverArguments) => {
      const { discover } = discoverModule();
      const { out, ingressGateway, egressGateway, revision } = args;
      setExitCode(await discover({
        ...kubectlOptions(args), contexts: args.context ?? [], exports: args.export ?? [], out, ingressGateway, egressGateway, revision,
      }));
    });
}

function discoverModule(): typeof import('./discover/discover') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('./discover/discover');
}
