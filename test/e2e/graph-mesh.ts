import { EgressGateway, GatewayAddress, ImportPath, IstioRelease, Mesh, MeshApp, ServicePort } from 'cdk8s-istio-multicluster';

/** Size of the mesh that the proof of the graph draws. */
export const CLUSTERS = 50;
export const SERVICES = 1000;

/** Clusters that import each service. */
const IMPORTERS = 4;

/** Declares a mesh in which every fifth cluster imports through its egress gateway, and every tenth service has two exporters. */
export function manyServices(app: MeshApp): Mesh {
  const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31 });
  const clusters = Array.from({ length: CLUSTERS }, (_, i) => mesh.addCluster(`cluster${i + 1}`, {
    ingressGateway: GatewayAddress.of(`198.18.0.${i + 1}`),
    ...i % 5 === 0 && { egressGateway: EgressGateway.service() },
  }));
  for (let n = 0; n < SERVICES; n++) {
    const owner = n % CLUSTERS;
    const options = { namespace: `team${owner % 40 + 1}`, ports: [ServicePort.http('http', 8000)] };
    const service = clusters[owner].exportService(`service${n + 1}`, options);
    if (n % 10 === 0) {
      clusters[(owner + 1) % CLUSTERS].exportService(`service${n + 1}`, options);
    }
    for (let i = 0; i < IMPORTERS; i++) {
      const importer = (owner + 2 + i * (1 + n % 7)) % CLUSTERS;
      clusters[importer].importService(service, {
        namespace: `team${importer % 40 + 1}`,
        ...importer % 5 === 0 && i % 2 === 0 && { via: ImportPath.egressGateway() },
      });
    }
  }
  return mesh;
}
