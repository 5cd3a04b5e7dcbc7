import { objectAt, objectsIn } from '../../checks/content';
import type { KubernetesFacts } from '../../facts/facts';
import type { LiveObject } from '../kubectl/kubectl';

type Platform = KubernetesFacts['platform'];

/** Marks in the version of the API server. */
const VERSIONS: { readonly [mark: string]: Platform } = { '-eks-': 'eks', '-gke.': 'gke', '+rke2': 'rke2', '+k3s': 'k3s' };

/** Labels of nodes by their prefix. */
const LABELS: { readonly [prefix: string]: Platform } = {
  'eks.amazonaws.com/': 'eks', 'cloud.google.com/gke-': 'gke', 'kubernetes.azure.com/': 'aks', 'node.openshift.io/': 'openshift',
};

/** The platform of a cluster, by its version, its API groups, the labels of its nodes, and what kubeadm leaves. */
export function platformOf(version: LiveObject, groups: LiveObject, nodes: LiveObject[], configMaps: LiveObject[]): Platform {
  const isOpenShift = objectsIn(groups.groups).some(({ name }) => name === 'config.openshift.io');
  if (isOpenShift) {
    return 'openshift';
  }
  const text = String(objectAt(version).gitVersion);
  const [, byVersion] = Object.entries(VERSIONS).find(([mark]) => text.includes(mark)) ?? [];
  const labels = nodes.flatMap(({ metadata }) => Object.keys(objectAt(objectAt(metadata).labels)));
  const [, byLabel] = Object.entries(LABELS).find(([prefix]) => labels.some(label => label.startsWith(prefix))) ?? [];
  const isKubeadm = configMaps.some(({ metadata }) => objectAt(metadata).name === 'kubeadm-config');
  return byVersion ?? byLabel ?? (isKubeadm ? 'kubeadm' : 'other');
}
