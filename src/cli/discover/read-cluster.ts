import { dnsFacts } from './dns';
import { chosenGateways, GatewayChoice, gatewayFacts } from './gateways';
import { chosenIstiod, istioFacts } from './istio';
import { platformOf } from './platform';
import { exportedServices } from './services';
import { objectAt } from '../../checks/content';
import type { FactsOfCluster } from '../../facts/facts';
import { Kubectl, LiveObject } from '../kubectl/kubectl';

/** ConfigMaps of the DNS, and what shows that kubeadm made the cluster. */
const SYSTEM_CONFIG_MAPS = ['coredns', 'coredns-custom', 'kube-dns', 'node-local-dns', 'nodelocaldns', 'kubeadm-config'];

/** What is asked for beside the defaults. */
export interface Wanted extends GatewayChoice {
  /** Services to list, as `namespace/name`. */
  readonly exports: string[];
  /** Revision of the control plane, where a cluster has several. */
  readonly revision?: string;
}

/** Facts of a cluster, and what a user should know about them. */
export interface ReadCluster {
  readonly facts: FactsOfCluster;
  readonly notes: string[];
}

/**
 * Reads the facts of a cluster. No Secret is read.
 * @throws NoAccess where kubectl fails
 */
export async function readCluster(kubectl: Kubectl, wanted: Wanted): Promise<ReadCluster> {
  // A cluster that cannot be reached is told once.
  const version = await kubectl.raw('read the version of the API server', '/version');
  const all = '--all-namespaces';
  const [groups, nodes, services, istiods, gateways, configMaps, systemSets] = await Promise.all([
    kubectl.raw('read the API groups', '/apis'),
    kubectl.get('read nodes', 'nodes'),
    kubectl.get('read services', 'services', all),
    kubectl.get('read the Deployments of istiod', 'deployments.apps', all, '--selector=app=istiod'),
    kubectl.get('read gateways of Istio', 'gateways.networking.istio.io', all),
    kubectl.get('read ConfigMaps of kube-system', 'configmaps', ...SYSTEM_CONFIG_MAPS, '--namespace=kube-system'),
    kubectl.get('read DaemonSets of kube-system', 'daemonsets.apps', '--namespace=kube-system'),
  ]);
  const istiod = chosenIstiod(istiods, wanted.revision);
  const chosen = chosenGateways(services, gateways, wanted);
  const platform = platformOf(version, groups, nodes, configMaps);
  const [istioMaps, workloads, openShiftDns, helmConfigs] = await Promise.all([
    istiod ? istioConfigMaps(kubectl, istiod) : [],
    chosen.ingress ? gatewayWorkloads(kubectl, chosen.ingress) : [],
    platform === 'openshift' ? kubectl.get('read the DNS of OpenShift', 'dnses.operator.openshift.io', 'default') : [],
    platform === 'rke2'
      ? kubectl.get('read the values of rke2-coredns', 'helmchartconfigs.helm.cattle.io', 'rke2-coredns', '--namespace=kube-system')
      : [],
  ]);
  const { facts: found, notes } = gatewayFacts(chosen, nodes, workloads);
  const exported = exportedServices(services, gateways, wanted.exports);
  return {
    notes: [...istiod?.notes ?? [], ...notes, ...exported.notes],
    facts: {
      kubernetes: { version: String(objectAt(version).gitVersion ?? 'unknown'), platform },
      ...istiod && { istio: istioFacts(istiod, istioMaps) },
      ...found,
      dns: dnsFacts({ platform, configMaps, services, systemSets, openShiftDns, helmConfigs }),
      services: exported.services,
    },
  };
}

function istioConfigMaps(kubectl: Kubectl, { namespace, configMap }: { readonly namespace: string; readonly configMap: string }) {
  const names = [configMap, 'istio-ca-root-cert'];
  return kubectl.get('read ConfigMaps of Istio', 'configmaps', ...names, `--namespace=${namespace}`);
}

function gatewayWorkloads(kubectl: Kubectl, { metadata }: LiveObject): Promise<LiveObject[]> {
  return kubectl.get('read the pods of the ingress gateway', 'deployments.apps,daemonsets.apps', `--namespace=${metadata.namespace}`);
}
