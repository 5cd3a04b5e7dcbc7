import { GatewayAddress, IstioRelease, Mesh, MeshApp, ServicePort } from 'cdk8s-istio-multicluster';

const app = new MeshApp();
const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31 });

// The addresses at which other clusters reach the ingress gateways. Replace them with yours.
const cluster1 = mesh.addCluster('cluster1', { ingressGateway: GatewayAddress.of('203.0.113.10') });
const cluster2 = mesh.addCluster('cluster2', { ingressGateway: GatewayAddress.of('mesh.cluster2.example.com') });

const ports = [ServicePort.http('http1', 8000)];
const httpbin = cluster2.exportService('httpbin', { namespace: 'bar', serviceAccount: 'httpbin', ports });
cluster1.importService(httpbin, { namespace: 'foo' });

app.synth();
console.error(app.summary());
