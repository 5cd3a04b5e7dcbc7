import { join } from 'path';
import { App } from 'cdk8s';
import { EgressGateway, GatewayAddress, Httpbin, IstioRelease, Mesh, MeshTrust, ServicePort, Sleep } from 'cdk8s-istio-multicluster';
import exampleAddresses from './clusters.json';

/** Gateway addresses of the running clusters, in the form of clusters.json. */
type Addresses = typeof exampleAddresses;

/** The guide's two clusters on the newest supported Istio: sleep in cluster1 calls httpbin in cluster2. */
export function guideMesh(app: App, addresses: Addresses = exampleAddresses): Mesh {
  const istio = IstioRelease.V1_31;
  const mesh = new Mesh(app, 'mesh', { istio, trust: MeshTrust.sealedSecrets({ directory: join(__dirname, 'pki') }) });

  const cluster1 = mesh.addCluster('cluster1', {
    ingressGateway: GatewayAddress.of(addresses.cluster1.ingressGateway),
    egressGateway: EgressGateway.service(),
  });
  const cluster2 = mesh.addCluster('cluster2', { ingressGateway: GatewayAddress.of(addresses.cluster2.ingressGateway) });

  cluster1.addNamespace('foo');
  new Sleep(cluster1, 'sleep', { istio, namespace: 'foo' });
  cluster2.addNamespace('bar');
  new Httpbin(cluster2, 'httpbin', { istio, namespace: 'bar' });

  const httpbin = cluster2.exportService(
    'httpbin',
    { namespace: 'bar', serviceAccount: 'httpbin', ports: [ServicePort.http('http1', 8000)] },
  );
  cluster1.importService(httpbin, { namespace: 'foo' });
  return mesh;
}
