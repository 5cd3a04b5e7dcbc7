import { GatewayAddress, IstioRelease, Mesh, MeshApp, ServicePort } from '../../src';
import { outputOf } from '../../src/app/output';
import { Output } from '../../src/output/folder-writer';

/** All files of a mesh of eight clusters and some 2,000 files. Two variants differ in every entry, and each has services that the other lacks. */
export function bigOutput(variant: string): Output {
  const app = new MeshApp();
  const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31, suffix: `${variant}.example` });
  const clusters = Array.from(
    { length: 8 },
    (_, i) => mesh.addCluster(`cluster-${i}`, { ingressGateway: GatewayAddress.of(`203.0.113.${i + 1}`) }),
  );
  const services = clusters.flatMap(cluster => Array.from({ length: 16 }, (_, n) => cluster.exportService(n % 4 === 0 ? `${variant}-${cluster.clusterName}-${n}` : `${cluster.clusterName}-${n}`, {
    namespace: 'shop', ports: [ServicePort.http('http', 8000)],
  })));
  clusters.forEach(
    cluster => services.filter(service => service.clusterName !== cluster.clusterName).forEach(
      service => cluster.importService(service, { namespace: 'foo' }),
    ),
  );
  return outputOf(app.node.findAll());
}
