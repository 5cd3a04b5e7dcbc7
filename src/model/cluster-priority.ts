import { checkedWeights } from './weights';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dnsLabel } from '../names';
import { checkedArgument } from '../options/checked';
import { instance, list, mapOf, numeric, text } from '../options/kinds';
import { ownValue } from '../options/own-value';

/**
 * Which cluster answers an import that several clusters can answer. A cluster that cannot be connected to is left for 30 seconds,
 * and the others answer meanwhile; an application that answers 5xx never takes its cluster out.
 *
 * @example
 * cluster1.importService(api, { name: ImportName.local(), priority: ClusterPriority.inOrder('cluster2', 'cluster3') });
 */
export class ClusterPriority {
  /**
   * Pods of the importing cluster first, then all other clusters alike.
   * @returns the priority
   */
  public static localFirst(): ClusterPriority {
    return new ClusterPriority(true, [], {});
  }

  /**
   * All endpoints alike: each local pod counts as much as each remote gateway.
   * @returns the priority
   */
  public static spread(): ClusterPriority {
    return new ClusterPriority(false, [], {});
  }

  /**
   * Pods of the importing cluster first, then the clusters in this order. Clusters that are not named come last.
   * @param clusters names of exporting clusters; the first answers first
   * @returns the priority
   * @throws MESH001 for an invalid name, MESH004 for no cluster, MESH006 for a cluster named twice
   */
  public static inOrder(...clusters: string[]): ClusterPriority {
    const where = 'ClusterPriority.inOrder';
    checkedArgument(list(text), clusters, 'clusters', where);
    const twice = clusters.find((name, i) => clusters.indexOf(name) !== i);
    if (clusters.length === 0 || twice !== undefined) {
      throw new MeshError({
        code: twice === undefined ? MeshErrorCode.EMPTY : MeshErrorCode.DUPLICATE,
        where,
        what: twice === undefined ? 'no cluster' : 'a cluster named twice',
        got: twice,
        expected: 'names of exporting clusters, each once',
        fix: "write for instance ClusterPriority.inOrder('cluster2', 'cluster3')",
      });
    }
    return new ClusterPriority(true, clusters.map(name => dnsLabel(name, 'cluster name', where)), {});
  }

  /**
   * Pods of the importing cluster first, then the clusters by these shares in percent. When a cluster fails, the others take its
   * share. A cluster with 0, or without a share, answers only when all others fail.
   * @param shares whole numbers from 0 to 100 that sum to 100, by the name of the exporting cluster
   * @returns the priority
   * @throws MESH005 for shares that are not whole numbers from 0 to 100 that sum to 100, MESH004 for none
   */
  public static weights(shares: { [cluster: string]: number }): ClusterPriority {
    const where = 'ClusterPriority.weights';
    const checked = checkedArgument(mapOf(numeric), shares, 'shares', where);
    Object.keys(checked).forEach(name => dnsLabel(name, 'cluster name', where));
    return new ClusterPriority(true, [], checkedWeights(checked, where, '{ cluster2: 80, cluster3: 20 }'));
  }

  private constructor(
    /** Whether pods of the importing cluster answer before other clusters. */
    public readonly isLocalFirst: boolean,
    /** Clusters in the order in which they answer; empty when no order is given. */
    public readonly order: string[],
    /** Shares in percent by cluster; empty when no shares are given. */
    public readonly shares: { [cluster: string]: number },
  ) {}

  /** The clusters that the priority names, in order. */
  public get clusters(): string[] {
    return [...new Set([...this.order, ...Object.keys(this.shares)])].sort();
  }

  /**
   * Rank of a remote cluster: rank 1 answers first, rank 2 when every cluster of rank 1 fails.
   * @internal
   */
  public _rankOf(cluster: string): number {
    if (this.order.length > 0) {
      return (this.order.includes(cluster) ? this.order.indexOf(cluster) : this.order.length) + 1;
    }
    return Object.keys(this.shares).length > 0 && !ownValue(this.shares, cluster) ? 2 : 1;
  }
}

/** The kind of options that hold a priority. */
export const CLUSTER_PRIORITY = instance(ClusterPriority, { write: 'ClusterPriority.localFirst()' });
