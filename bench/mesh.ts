import { GatewayAddress, IstioRelease, Mesh, MeshApp, MeshClusterOptions, ServicePort } from 'cdk8s-istio-multicluster';

/** A mesh of clusters that each import services of the others. */
export interface MeshSize {
  readonly clusters: number;
  /** Imports of each cluster. */
  readonly imports: number;
}

const SERVICE = { namespace: 'shop', serviceAccount: 'web', ports: [ServicePort.http('http', 8000)] };

/** What else a mesh has. */
export interface MeshExtras {
  /** Services that are exported and imported once, beside the others. */
  readonly added?: number;
  /** Options of each cluster, by its number. */
  readonly options?: (cluster: number) => MeshClusterOptions;
}

/** Declares a mesh. Each cluster exports just enough for every cluster to find its imports among the services of the others. */
export function declareMesh(app: MeshApp, size: MeshSize, { added = 0, options }: MeshExtras = {}): Mesh {
  const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31 });
  const clusters = Array.from(
    { length: size.clusters },
    (_, i) => mesh.addCluster(`cluster-${i}`, { ingressGateway: GatewayAddress.of(gatewayOf(i)), ...options?.(i) }),
  );
  const exportsEach = Math.ceil(size.imports / (size.clusters - 1));
  const services = clusters.flatMap((cluster, i) => Array.from(
    { length: exportsEach },
    (_, n) => cluster.exportService(`service-${i}-${n}`, SERVICE),
  ));
  for (const cluster of clusters) {
    const servicesOfOthers = services.filter(({ clusterName }) => clusterName !== cluster.clusterName);
    servicesOfOthers.slice(0, size.imports).forEach(service => cluster.importService(service, { namespace: 'shop' }));
  }
  for (let n = 0; n < added; n++) {
    clusters[0].importService(clusters[1].exportService(`added-${n}`, SERVICE), { namespace: 'shop' });
  }
  return mesh;
}

/** Address of the gateway of a cluster, from the range for benchmarks (RFC 2544). */
export function gatewayOf(cluster: number): string {
  return `198.18.${cluster >> 8}.${cluster & 255}`;
}
