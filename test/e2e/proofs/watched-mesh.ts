import { GatewayAddress, ImportName, IstioRelease, Mesh, MeshApp, ServicePort } from '../../../src';

/** A mesh with alerts: cluster1 imports a service under its global name and one under its local name, and exports the latter too. */
export function watchedMesh(istio: IstioRelease): Mesh {
  const mesh = new Mesh(new MeshApp(), 'mesh', { istio, observability: {} });
  const [cluster1, cluster2] = ['cluster1', 'cluster2'].map((name, i) => mesh.addCluster(name, {
    ingressGateway: GatewayAddress.of(`203.0.113.1${i}`),
  }));
  const ports = [ServicePort.http('http', 80)];
  const api = { ports, namespace: 'back', serviceAccount: 'api', workloadSelector: { app: 'api' } };
  cluster1.exportService('api', api);
  cluster1.importService(cluster2.exportService('api', api), { name: ImportName.local({ selector: { app: 'api' } }) });
  cluster1.importService(cluster2.exportService('web', { namespace: 'shop', ports }), { namespace: 'shop' });
  return mesh;
}
