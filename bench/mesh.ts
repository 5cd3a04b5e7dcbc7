import { GatewayAddress, IstioRelease, Mesh, MeshApp, ServicePort } from 'cdk8s-istio-multicluster';

const CLUSTERS = 20;
const IMPORTS = 500;
/** So many that each cluster finds enough services of others. */
const EXPORTS_EACH = Math.ceil(IMPORTS / (CLUSTERS - 1));

/** A mesh of 20 clusters that each import 500 services of the others; `added` more services are exported and imported once. */
export function largeMesh(app: MeshApp, added = 0): Mesh {
  const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31 });
  const clusters = Array.from(
    { length: CLUSTERS },
    (_, i) => mesh.addCluster(`cluster-${i}`, { ingressGateway: GatewayAddress.of(`203.0.113.${i + 1}`) }),
  );
  const exportFrom = (i: number, name: string) => clusters[i].exportService(name, {
    namespace: 'shop', serviceAccount: 'web', ports: [ServicePort.http('http', 8000)],
  });
  const services = clusters.flatMap((_, i) => Array.from({ length: EXPORTS_EACH }, (__, n) => exportFrom(i, `service-${i}-${n}`)));
  for (const cluster of clusters) {
    services.filter(service => service.clusterName !== cluster.clusterName).slice(0, IMPORTS).forEach(
      service => cluster.importService(service, { namespace: 'shop' }),
    );
  }
  for (let n = 0; n < added; n++) {
    clusters[0].importService(exportFrom(1, `added-${n}`), { namespace: 'shop' });
  }
  return mesh;
}
