import { App } from 'cdk8s';
import { GatewayAddress, IstioRelease, Mesh, ServicePort } from 'cdk8s-istio-multicluster';
import addresses from './clusters.json';

/**
 * Three clusters that each run the service `api` in namespace `back`. Callers keep `http://api.back:8000` in every cluster: local
 * pods answer, and the other clusters do when the local pods fail.
 */
export function replicated(app: App, istio = IstioRelease.V1_31): Mesh {
  const mesh = new Mesh(app, 'mesh', { istio });
  const clusters = Object.entries(addresses).map(
    ([name, address]) => mesh.addCluster(name, { ingressGateway: GatewayAddress.of(address) }),
  );
  mesh.replicateService('api', {
    clusters,
    namespace: 'back',
    ports: [ServicePort.http('http', 8000)],
    serviceAccount: 'api',
    workloadSelector: { app: 'api' },
  });
  return mesh;
}
