import type { OwnedEndpoint } from './subsets';
import { objectAt, objectsIn } from '../../../checks/content';
import type { Manifest } from '../../../written/manifest';
import { call, data, Expression } from '../program/expression';

/** Label by which this library orders endpoints. */
const RANK = /^failover\/(\d+)$/;

/** An endpoint of a cluster, as far as the order of clusters counts. */
export interface RankedEndpoint {
  readonly owner: string;
  readonly labels: { readonly [key: string]: string };
  readonly weight?: number;
}

/** The endpoints of an entry, as far as their order counts. */
export function ranked(endpoints: readonly OwnedEndpoint[]): RankedEndpoint[] {
  return endpoints.map(({ endpoint: { labels, weight }, owner }) => ({ owner, labels, weight }));
}

/**
 * The order in which clusters answer; undefined for the default.
 * @param endpoints those of other clusters
 */
export function priorityOf(endpoints: readonly RankedEndpoint[], rule: Manifest | undefined, hasLocal: boolean): Expression | undefined {
  const clusters = [...new Set(endpoints.map(({ owner }) => owner))];
  const rankOf = (cluster: string) => Math.max(0, ...endpoints.filter(({ owner }) => owner === cluster)
    .flatMap(({ labels }) => Object.keys(labels)).map(label => Number(RANK.exec(label)?.[1] ?? 0)));
  const first = Math.min(...clusters.map(rankOf));
  if (endpoints.some(({ weight }) => weight !== undefined)) {
    return sharesOf(endpoints, cluster => rankOf(cluster) === first);
  }
  const last = Math.max(...clusters.map(rankOf));
  if (clusters.length > 0 && last > first) {
    const inOrder = [...clusters].sort((a, b) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1));
    const named = inOrder.filter((cluster, i) => rankOf(cluster) < last || i === inOrder.length - 1 && rankOf(inOrder[i - 1]) < last);
    return call('ClusterPriority', 'inOrder', ...named.map(data));
  }
  return isSpread(rule) && (!hasLocal || last === 0) ? call('ClusterPriority', 'spread') : undefined;
}

function sharesOf(endpoints: readonly RankedEndpoint[], isFirst: (cluster: string) => boolean): Expression | undefined {
  const clusters = [...new Set(endpoints.map(({ owner }) => owner))].sort();
  const sums = clusters.map(cluster => isFirst(cluster)
    ? endpoints.filter(({ owner }) => owner === cluster).reduce((sum, { weight = 1 }) => sum + weight, 0) : 0);
  const total = sums.reduce((sum, share) => sum + share, 0);
  const shares = sums.map(share => share * 100 / total);
  return shares.every(Number.isInteger)
    ? call('ClusterPriority', 'weights', data(Object.fromEntries(clusters.map((cluster, i) => [cluster, shares[i]])))) : undefined;
}

/** Whether a rule turns off that near endpoints are preferred. */
export function isSpread(rule: Manifest | undefined): boolean {
  const { trafficPolicy } = objectAt(rule?.content.spec);
  const [ofPort] = objectsIn(objectAt(trafficPolicy).portLevelSettings);
  const { loadBalancer } = objectAt(ofPort ?? trafficPolicy);
  return objectAt(objectAt(loadBalancer).localityLbSetting).enabled === false;
}
