import type { CatalogService } from './catalogs';
import { WrittenCluster } from './cluster';
import { objectAt, objectsIn, textsIn } from '../checks/content';
import { GATEWAY_PORT } from '../model/port-number';

/** Which clusters are behind the addresses of ingress gateways, as far as any file says. */
export class GatewayOwners {
  private readonly owners = new Map<string, Set<string>>();

  /** Remembers that a cluster is behind an address. */
  public add(address: string, port: number, cluster: string): void {
    const key = `${address}:${port}`;
    const clusters = this.owners.get(key) ?? new Set<string>();
    this.owners.set(key, clusters.add(cluster));
  }

  /** The clusters behind an address; none where no file says. */
  public of(address: string, port: number): string[] {
    return [...this.owners.get(`${address}:${port}`) ?? []].sort();
  }

  /** The addresses of a cluster, with their ports. */
  public addressesOf(cluster: string): string[] {
    return [...this.owners].filter(([, clusters]) => clusters.has(cluster)).map(([address]) => address).sort();
  }
}

/** Label of an endpoint that names its cluster, as in the guide. */
const CLUSTER_LABEL = 'cluster';

/** Collects what catalogs, remote endpoints and remote Gateways say of the addresses of gateways. */
export function gatewayOwners(clusters: WrittenCluster[], services: readonly CatalogService[]): GatewayOwners {
  const owners = new GatewayOwners();
  for (const { cluster, gateways } of services.flatMap(({ exporters }) => exporters)) {
    gateways.forEach(({ address, port }) => owners.add(address, port, cluster));
  }
  for (const cluster of clusters) {
    for (const { content } of cluster.of('WorkloadEntry', 'networking.istio.io')) {
      const { address, network, ports } = objectAt(content.spec);
      if (typeof network === 'string' && typeof address === 'string' && network !== 'egress') {
        numbersIn(ports).forEach(port => owners.add(address, port, network));
      }
    }
    for (const { content } of cluster.of('Gateway', 'gateway.networking.k8s.io')) {
      const network = objectAt(content.metadata.labels)['topology.istio.io/network'];
      const ports = objectsIn(objectAt(content.spec).listeners).map(({ port }) => Number(port));
      if (typeof network === 'string') {
        objectsIn(objectAt(content.spec).addresses).forEach(({ value }) => ports.forEach(port => owners.add(String(value), port, network)));
      }
    }
    for (const { content } of cluster.of('ServiceEntry', 'networking.istio.io')) {
      for (const { address, labels, ports } of objectsIn(objectAt(content.spec).endpoints)) {
        const [owner] = textsIn([objectAt(labels)[CLUSTER_LABEL]]);
        if (owner !== undefined && typeof address === 'string') {
          numbersIn(ports).forEach(port => owners.add(address, port, owner));
        }
      }
    }
  }
  return owners;
}

function numbersIn(ports: unknown): number[] {
  const numbers = Object.values(objectAt(ports)).filter((port): port is number => typeof port === 'number');
  return numbers.length > 0 ? [...new Set(numbers)] : [GATEWAY_PORT];
}
