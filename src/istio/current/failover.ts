import type { ClusterPriority } from '../../model/cluster-priority';
import type { ExportingCluster } from '../../model/exporting-cluster';
import type { TrafficPolicy } from '../wire';

/**
 * Order in which endpoints answer, expressed by labels. With `failoverPriority` Istio prefers endpoints whose labels equal those of
 * the caller, in the order of the list. No caller has these labels: endpoints without any of them equal the caller and come
 * first, and endpoints with the last label of the list come next.
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#LocalityLoadBalancerSetting
 */
export class Failover {
  private readonly ranks = new Map<string, number>();

  /**
   * @param exporters clusters that serve the import, without the importing cluster
   * @param hasLocalEndpoints whether endpoints of the importing cluster may answer too
   */
  public constructor(
    private readonly priority: ClusterPriority | undefined,
    private readonly exporters: ExportingCluster[],
    hasLocalEndpoints: boolean,
  ) {
    const isLocalFirst = hasLocalEndpoints && (priority?.isLocalFirst ?? true);
    const wanted = [...new Set(exporters.map(({ cluster }) => this.wantedRank(cluster)))].sort((a, b) => a - b);
    // failoverPriority lists one label for each rank, so ranks have no gaps.
    exporters.forEach(({ cluster }) => this.ranks.set(cluster, wanted.indexOf(this.wantedRank(cluster)) + (isLocalFirst ? 1 : 0)));
  }

  /** Labels of the endpoints of a cluster; none for those that answer first. */
  public labelsOf(cluster: string): { [key: string]: string } {
    const rank = this.rankOf(cluster);
    return rank > 0 ? { [labelOf(rank)]: 'true' } : {};
  }

  /** Weight of one endpoint of a cluster; undefined where no shares are declared. */
  public weightOf({ cluster, gateways }: ExportingCluster): number | undefined {
    const shares = this.priority?.shares ?? {};
    if (Object.keys(shares).length === 0) {
      return undefined;
    }
    // A cluster with several gateways divides its share among them. The factor keeps all weights whole numbers.
    const factor = this.exporters.reduce((product, { gateways: { length } }) => leastCommonMultiple(product, length), 1);
    return Math.max(1, (shares[cluster] ?? 0) * factor / gateways.length);
  }

  /** Load balancer settings by which proxies follow the order; undefined where the default order of Istio applies. */
  public get loadBalancer(): TrafficPolicy['loadBalancer'] | undefined {
    const last = Math.max(0, ...this.ranks.values());
    if (last > 0) {
      const labels = Array.from({ length: last }, (_, i) => labelOf(last - i));
      return { localityLbSetting: { enabled: true, failoverPriority: labels } };
    }
    // By default Istio prefers endpoints in the locality of the caller over their weights.
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
