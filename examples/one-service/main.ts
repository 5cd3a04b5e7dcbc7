import { join } from 'path';
import { Chart } from 'cdk8s';
import { GatewayAddress, IstioRelease, MeshApp, RemoteServiceEntry, ServiceCatalog } from 'cdk8s-istio-multicluster';

// A team that runs in cluster1 imports one service into its own namespace, from its own repository. From the mesh it needs only
// mesh-catalog.json, a copy of the file in the output folder of the mesh. A copy that names other gateways makes the synth fail.
const catalog = ServiceCatalog.fromFile(join(__dirname, 'mesh-catalog.json'), {
  expect: { meshId: 'mesh1', suffix: 'global', trustDomains: ['cluster.local'], gateways: [GatewayAddress.of('203.0.113.20')] },
});
const httpbin = catalog.service('httpbin', { namespace: 'bar', ports: [8000] });

const app = new MeshApp();
const chart = new Chart(app, 'our-team');
const entry = new RemoteServiceEntry(chart, 'httpbin', { istio: IstioRelease.V1_31, service: httpbin, namespace: 'our-team' });
app.synth();
console.error(`our-team calls ${entry.host}, which resolves to ${entry.addresses.join(', ')}`);
