import type { ClusterPriority } from '../../model/cluster-priority';
import type { ExportingCluster } from '../../model/remote-service';
import type { TrafficPolicy } from '../wire';

/**
 * Which endpoint answers when, told to Istio by labels: `failoverPriority` prefers endpoints that agree with the caller on the
 * labels of a list, in the order of the list. No caller has these labels, so an endpoint without one agrees on all of them, and
 * the one with the last label of the list comes next.
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#LocalityLoadBalancerSetting
 */
export class Failover {
  private readonly ranks = new Map<string, number>();

  /**
   * @param exporters the clusters that serve the import, the importing cluster left out
   * @param hasLocalEndpoints whether endpoints of the importing cluster may answer too
   */
  public constructor(
    private readonly priority: ClusterPriority | undefined,
    private readonly exporters: ExportingCluster[],
    hasLocalEndpoints: boolean,
  ) {
    const isLocalFirst = hasLocalEndpoints && (priority?.isLocalFirst ?? true);
    const wanted = [...new Set(exporters.map(({ cluster }) => this.wantedRank(cluster)))].sort((a, b) => a - b);
    // Ranks without a gap, so that each has a label of its own.
    exporters.forEach(({ cluster }) => this.ranks.set(cluster, wanted.indexOf(this.wantedRank(cluster)) + (isLocalFirst ? 1 : 0)));
  }

  /** Labels of the endpoints of a cluster; none for those that answer first. */
  public labelsOf(cluster: string): { [key: string]: string } {
    const rank = this.rankOf(cluster);
    return rank > 0 ? { [labelOf(rank)]: 'true' } : {};
  }

  /** Weight of one endpoint of a cluster; undefined where no shares are given. */
  public weightOf({ cluster, gateways }: ExportingCluster): number | undefined {
    const shares = this.priority?.shares ?? {};
    if (Object.keys(shares).length === 0) {
      return undefined;
    }
    // A cluster with several gateways divides its share among them; weights are whole numbers, so all are multiplied.
    const common = this.exporters.reduce((product, { gateways: { length } }) => leastCommonMultiple(product, length), 1);
    return Math.max(1, (shares[cluster] ?? 0) * common / gateways.length);
  }

  /** The part of a rule that makes proxies follow the ranks; undefined where Istio's own order is wanted. */
  public get loadBalancer(): TrafficPolicy['loadBalancer'] | undefined {
    const last = Math.max(0, ...this.ranks.values());
    if (last > 0) {
      const labels = Array.from({ length: last }, (_, i) => labelOf(last - i));
      return { localityLbSetting: { enabled: true, failoverPriority: labels } };
    }
    // Otherwise Istio would prefer endpoints of the caller's own locality, whatever their weights.
    return this.priority === undefined ? undefined : { localityLbSetting: { enabled: false } };
  }

  private wantedRank(cluster: string): number {
    return this.priority?._rankOf(cluster) ?? 1;
  }

  private rankOf(cluster: string): number {
    return this.ranks.get(cluster) ?? 0;
  }
}

function labelOf(rank: number): string {
  return `failover/${rank}`;
}

function leastCommonMultiple(a: number, b: number): number {
  const greatestCommonDivisor = (x: number, y: number): number => y === 0 ? x : greatestCommonDivisor(y, x % y);
  return a * b / greatestCommonDivisor(a, b);
}
