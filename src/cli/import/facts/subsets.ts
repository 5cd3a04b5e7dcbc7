import type { EntryFacts, RemoteEndpoint, SubsetFacts } from './entry-facts';
import { clusterSubset } from '../../../istio/http-routes';
import { selects } from '../../../written/cluster';
import { subsetLabelsOf, subsetsOf } from '../../../written/tls-policy';

/** An endpoint, and the cluster behind it. */
export interface OwnedEndpoint {
  readonly endpoint: RemoteEndpoint;
  readonly owner: string;
}

/** The cluster that a subset stands for; undefined where it stands for a version. */
export function clusterOfSubset(
  { name, labels }: SubsetFacts, endpoints: readonly OwnedEndpoint[], isVersion: (subset: string, cluster: string) => boolean,
): string | undefined {
  const owners = [...new Set(endpoints.map(({ owner }) => owner))].sort();
  const byName = owners.find(owner => clusterSubset(owner) === name);
  if (byName !== undefined && Object.keys(labels).length === 0) {
    return byName;
  }
  const selected = [...new Set(endpoints.filter(({ endpoint }) => selects(labels, endpoint.labels)).map(({ owner }) => owner))];
  const isOne = owners.length > 1 && selected.length === 1 && Object.keys(labels).length > 0 && !labels[`version/${name}`];
  return isOne && !isVersion(name, selected[0]) ? selected[0] : undefined;
}

/** The clusters that have a version, by the endpoints that its subset selects. */
export function clustersOfVersion(subset: SubsetFacts, facts: EntryFacts, endpoints: readonly OwnedEndpoint[]): string[] {
  const all = [...new Set(endpoints.map(({ owner }) => owner))];
  if (facts.egress === undefined || facts.egressObjects.length === 0) {
    return [...new Set(endpoints.filter(({ endpoint }) => selects(subset.labels, endpoint.labels)).map(({ owner }) => owner))];
  }
  // The egress gateway has subsets for versions that only some of the clusters have.
  const rule = facts.egressObjects.find(({ kind }) => kind === 'DestinationRule');
  if (rule === undefined || !subsetsOf(rule).includes(subset.name)) {
    return all;
  }
  const labels = subsetLabelsOf(rule, subset.name) ?? {};
  return [...new Set(endpoints.filter(({ endpoint }) => selects(labels, endpoint.labels)).map(({ owner }) => owner))];
}
