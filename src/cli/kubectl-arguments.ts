import { Command } from 'commander';
import { repeated } from './command-options';
import type { KubectlOptions } from './kubectl/kubectl';

/** Arguments by which a command reaches clusters. */
export interface KubectlArguments {
  readonly context?: string[];
  readonly kubectl: string;
  readonly kubeconfig?: string;
}

/** Adds the options by which a command reaches clusters. */
export function addKubectlOptions(command: Command): Command {
  return command
    .option('--context <cluster=context>', 'cluster and its context of kubectl; can be repeated', repeated)
    .option('--kubectl <program>', 'program that reads the clusters', 'kubectl')
    .option('--kubeconfig <file>', 'file of contexts (default: the one that kubectl finds)');
}

/** The options of kubectl among the arguments of a command. */
export function kubectlOptions({ kubectl, kubeconfig }: KubectlArguments): KubectlOptions {
  return { kubectl, kubeconfig };
}
