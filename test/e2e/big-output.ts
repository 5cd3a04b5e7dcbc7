import { GatewayAddress, IstioRelease, Mesh, MeshApp, ServicePort } from '../../src';
import { outputOf } from '../../src/app/output';
import type { OutputFiles } from '../../src/output/output-files';

/**
 * All files of a mesh of eight clusters, about 2,000 files. Two variants differ in every entry, and each has services that the other
 * does not have.
 */
export function bigOutput(variant: string): OutputFiles {
  const app = new MeshApp();
  const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31, suffix: `${variant}.example` });
  const clusters = Array.from(
    { length: 8 },
    (_, i) => mesh.addCluster(`cluster-${i}`, { ingressGateway: GatewayAddress.of(`203.0.113.${i + 1}`) }),
  );
  const exported = { namespace: 'shop', ports: [ServicePort.http('http', 8000)] };
  const services = clusters.flatMap(cluster => Array.from({ length: 12 }, (_, n) => {
    const name = `${cluster.clusterName}-${n}`;
    return cluster.exportService(n % 4 === 0 ? `${variant}-${name}` : name, exported);
  }));
  for (const cluster of clusters) {
    const servicesOfOthers = services.filter(({ clusterName }) => clusterName !== cluster.clusterName);
    servicesOfOthers.forEach(service => cluster.importService(service, { namespace: 'foo' }));
  }
  return outputOf(app.node.findAll());
}
