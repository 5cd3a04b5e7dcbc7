import type { ClusterPriority } from '../../model/cluster-priority';
import type { ExportingCluster } from '../../model/exporting-cluster';
import { ownValue } from '../../options/own-value';
import type { TrafficPolicy } from '../wire';

/** Cluster that answers before all others. */
export interface FirstCluster {
  readonly name: string;
  /** Whether it is the importing cluster, whose endpoints have no labels. */
  readonly isImporting: boolean;
}

/** How the endpoints of an import stand for its clusters. */
export interface FailoverEndpoints {
  /** Whether endpoints of the importing cluster may answer too. */
  readonly hasLocal: boolean;
  /** Number of endpoints among which the share of a cluster is divided; by default one for each gateway address. */
  readonly partsOf?: (exporter: ExportingCluster) => number;
  /** Label that all remote endpoints have, and no local one, in the place of the label of the first rank. */
  readonly remoteLabel?: string;
}

/**
 * Order in which endpoints answer, expressed by labels. With `failoverPriority` Istio prefers endpoints whose labels equal those of
 * the caller, in the order of the list. No caller has these labels: endpoints without any of them equal the caller and come
 * first, and endpoints with the last label of the list come next.
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#LocalityLoadBalancerSetting
 */
export class Failover {
  private readonly ranks = new Map<string, number>();

  private readonly isFirstRemote: boolean;

  /**
   * @param exporters clusters that serve the import, without the importing cluster
   * @param first cluster that answers before all others; undefined for the order of the priority
   */
  public constructor(
    private readonly priority: ClusterPriority | undefined,
    private readonly exporters: ExportingCluster[],
    private readonly endpoints: FailoverEndpoints,
    private readonly first?: FirstCluster,
  ) {
    this.isFirstRemote = first !== undefined && !first.isImporting;
    const isLocalFirst = first?.isImporting || endpoints.hasLocal && (priority?.isLocalFirst ?? true);
    const others = exporters.map(({ cluster }) => cluster).filter(cluster => cluster !== first?.name);
    const wanted = [...new Set(others.map(cluster => this.wantedRank(cluster)))].sort((a, b) => a - b);
    // failoverPriority lists one label for each rank, so ranks have no gaps.
    others.forEach(cluster => this.ranks.set(cluster, wanted.indexOf(this.wantedRank(cluster)) + (isLocalFirst ? 1 : 0)));
  }

  /** Labels of the endpoints of a cluster; none for those that answer first. */
  public labelsOf(cluster: string): { [key: string]: string } {
    if (this.isFirstRemote && cluster === this.first?.name) {
      return { [this.labelOf(0)]: 'true' };
    }
    const rank = this.rankOf(cluster);
    return rank > 0 ? { [this.labelOf(rank)]: 'true' } : {};
  }

  /** Weight of one endpoint of a cluster; undefined where no shares are declared. */
  public weightOf(exporter: ExportingCluster): number | undefined {
    const shares = this.priority?.shares ?? {};
    if (Object.keys(shares).length === 0) {
      return undefined;
    }
    // A cluster with several endpoints divides its share among them. The factor keeps all weights whole numbers.
    const factor = this.exporters.reduce((product, candidate) => leastCommonMultiple(product, this.partsOf(candidate)), 1);
    return Math.max(1, (ownValue(shares, exporter.cluster) ?? 0) * factor / this.partsOf(exporter));
  }

  /** Load balancer settings by which proxies follow the order; undefined where the default order of Istio applies. */
  public get loadBalancer(): TrafficPolicy['loadBalancer'] | undefined {
    const last = Math.max(0, ...this.ranks.values());
    const labels = Array.from({ length: last }, (_, i) => this.labelOf(last - i));
    const { remoteLabel } = this.endpoints;
    if (remoteLabel !== undefined && last > 0) {
      labels[last - 1] = remoteLabel;
    }
    if (this.isFirstRemote) {
      // A label with a value is compared with that value: only endpoints of the first cluster have it.
      labels.push(`${this.labelOf(0)}=true`);
    }
    if (labels.length > 0) {
      return { localityLbSetting: { enabled: true, failoverPriority: labels } };
    }
    // By default Istio prefers endpoints in the locality of the caller over their weights.
    return this.priority === undefined ? undefined : { localityLbSetting: { enabled: false } };
  }

  private partsOf(exporter: ExportingCluster): number {
    return this.endpoints.partsOf?.(exporter) ?? exporter.gateways.length;
  }

  private wantedRank(cluster: string): number {
    return this.priority?._rankOf(cluster) ?? 1;
  }

  private rankOf(cluster: string): number {
    return this.ranks.get(cluster) ?? 0;
  }

  /** Each order has labels of its own. */
  private labelOf(rank: number): string {
    return `failover${this.first ? `-${this.first.name}` : ''}/${rank}`;
  }
}

function leastCommonMultiple(a: number, b: number): number {
  const greatestCommonDivisor = (x: number, y: number): number => y === 0 ? x : greatestCommonDivisor(y, x % y);
  return a * b / greatestCommonDivisor(a, b);
}
