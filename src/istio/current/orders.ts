import { Failover, FailoverEndpoints } from './failover';
import type { ExportingCluster } from '../../model/exporting-cluster';
import type { ImportModel } from '../../model/import-model';
import type { EndpointRanks } from '../endpoints';
import { clusterSubset } from '../http-routes';
import type { TrafficPolicy } from '../wire';

type LoadBalancer = TrafficPolicy['loadBalancer'];

/** Subset of all endpoints in which one cluster answers before the others. */
export interface ClusterSubset {
  readonly name: string;
  readonly loadBalancer: LoadBalancer;
}

/** What the orders of an import are made from. */
type OrderedImport = Pick<ImportModel, 'priority' | 'routing' | 'importingCluster'>;

/** The orders in which the endpoints of an import answer: that of its priority, and one for each cluster that its routing names. */
export class Orders implements EndpointRanks {
  private readonly usual: Failover;
  private readonly byCluster: Array<readonly [string, Failover]>;

  /** @param exporters clusters that serve the import, without the importing cluster */
  public constructor({ priority, routing, importingCluster }: OrderedImport, exporters: ExportingCluster[], endpoints: FailoverEndpoints) {
    this.usual = new Failover(priority, exporters, endpoints);
    this.byCluster = (routing?.clusters ?? []).map(name => {
      const first = { name, isImporting: name === importingCluster };
      return [name, new Failover(priority, exporters, endpoints, first)] as const;
    });
  }

  /** Labels of the endpoints of a cluster. */
  public labelsOf(cluster: string): { [key: string]: string } {
    return Object.assign({}, this.usual.labelsOf(cluster), ...this.byCluster.map(([, order]) => order.labelsOf(cluster)));
  }

  /** Weight of one endpoint of a cluster; undefined where no shares are declared. */
  public weightOf(exporter: ExportingCluster): number | undefined {
    return this.usual.weightOf(exporter);
  }

  /** Settings for the order of the priority; undefined for the default order of Istio. */
  public get loadBalancer(): LoadBalancer {
    return this.usual.loadBalancer;
  }

  /** Subsets for the clusters that the routing names. */
  public get clusterSubsets(): ClusterSubset[] {
    return this.byCluster.map(([cluster, { loadBalancer }]) => ({ name: clusterSubset(cluster), loadBalancer }));
  }
}
