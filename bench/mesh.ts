import { GatewayAddress, IstioRelease, Mesh, MeshApp, ServicePort } from 'cdk8s-istio-multicluster';

const CLUSTERS = 20;
const IMPORTS = 500;
/** Exports of each cluster: enough for every cluster to find its imports among the services of the others. */
const EXPORTS_EACH = Math.ceil(IMPORTS / (CLUSTERS - 1));

/** A mesh of 20 clusters, each of which imports 500 services of the others. `added` more services are exported and imported once. */
export function largeMesh(app: MeshApp, added = 0): Mesh {
  const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31 });
  const clusters = Array.from(
    { length: CLUSTERS },
    (_, i) => mesh.addCluster(`cluster-${i}`, { ingressGateway: GatewayAddress.of(`203.0.113.${i + 1}`) }),
  );
  const exported = { namespace: 'shop', serviceAccount: 'web', ports: [ServicePort.http('http', 8000)] };
  const services = clusters.flatMap((cluster, i) => Array.from(
    { length: EXPORTS_EACH },
    (_, n) => cluster.exportService(`service-${i}-${n}`, exported),
  ));
  for (const cluster of clusters) {
    const servicesOfOthers = services.filter(({ clusterName }) => clusterName !== cluster.clusterName);
    servicesOfOthers.slice(0, IMPORTS).forEach(service => cluster.importService(service, { namespace: 'shop' }));
  }
  for (let n = 0; n < added; n++) {
    clusters[0].importService(clusters[1].exportService(`added-${n}`, exported), { namespace: 'shop' });
  }
  return mesh;
}
