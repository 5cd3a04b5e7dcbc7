import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';
import { GatewayAddress, Httpbin, IstioRelease, Mesh, MeshApp, MeshCluster, ServicePort } from '../../../src';
import { missingSettings, objectsIn, openPorts } from '../../../src/cli/check-istio';
import { Cluster } from '../cluster/cluster';
import { STATE, until } from '../cluster/machine';
import { clusterParts, codes, Rig, rigOf, withdraw } from '../cluster/rig';
import { envoyBinary, moduleFolder } from '../parts';
import { attempt } from '../process';
import { all, must, Proof, ProofRun } from '../proof';
import { ownersOperator } from './istioctl-adopt';

const NAME = 'adopted';
const HOST = 'web.example.com';
const SUFFIX = 'adopted.example';
const istio = IstioRelease.V1_31;

/**
 * A cluster with the Istio of somebody else, as plain `istioctl install` makes it, joins the mesh: its owner sets what the page on adoption
 * names, and its gateway still answers on port 80.
 */
export const adoptProof: Proof = {
  name: `adopt-${istio.version}`,
  parts: clusterParts(istio.version),
  async show(run) {
    const rig = await rigOf(istio, run);
    const cluster = await plainCluster(run);
    const before = await web(cluster);
    must(before === '200', `port 80 of the plain Istio answers ${before}`);
    must(await portOf(cluster, 15443) === undefined, 'the plain Istio has port 15443');

    await rig.pki.ca('issue', NAME, '--key-size', '2048', '--trust-domain', 'cluster.local', '--sealing-cert', sealingCertOf(rig));
    await ownerSetsWhatIsMissing(rig, cluster);
    const folder = join(STATE, 'adopt-joined');
    written(rig, folder, await addressOf(cluster));
    const required = parse(readFileSync(join(folder, `install/${NAME}/required-settings.yml`), 'utf8'));
    const objects = objectsIn(await cluster.kube.kubectl('get', 'configmaps,services,deployments,daemonsets', '-A', '-o', 'json'));
    const missing = missingSettings(required, objects);
    must(missing.length === 0, `check-istio finds ${missing.map(({ what }) => what).join('; ')}`);
    must(openPorts(required, objects).some(line => line.endsWith('also opens 80, 443')), 'check-istio does not see 80 and 443');
    await cluster.applyFolder(join(folder, NAME));
    await rig.cluster1.applyFolder(join(folder, 'cluster1'));

    const target = `http://httpbin.shop.${SUFFIX}:8000/headers`;
    await until('the adopted cluster answers', async () => (await codes(rig, 'direct', target, 1))[0] === '200');
    const seen = await codes(rig, 'direct', target, 20);
    const after = await web(cluster);
    await withdraw(rig, folder, ({ metadata }) => metadata.namespace === 'direct');
    must(all(seen, '200'), `the adopted cluster answers ${seen.join(' ')}`);
    must(after === '200', `port 80 answers ${after} after the adoption`);
    return `of ${seen.length} requests from cluster1 to a cluster that plain istioctl installed ${seen.length} are answered, after its `
      + `owner set ${required.settings.length} settings; its gateway answers on port 80 before and after, and keeps 443`;
  },
};

/** A cluster that plain istioctl installed, whose gateway answers for a service on port 80. */
async function plainCluster(run: ProofRun): Promise<Cluster> {
  const sources = await moduleFolder(`istio-${istio.version}`, 'istio.io/istio');
  const cluster = new Cluster(NAME, '10.59', { program: run.program, sources, envoy: await envoyBinary(run.say) });
  await cluster.start();
  const crds = join(await moduleFolder('pki', 'github.com/bitnami-labs/sealed-secrets'), 'helm/sealed-secrets/crds');
  await cluster.prepare([join(crds, 'bitnami.com_sealedsecrets.yaml')]);
  const values = join(STATE, 'adopt-plain.yaml');
  writeFileSync(values, JSON.stringify({ apiVersion: 'install.istio.io/v1alpha1', kind: 'IstioOperator', spec: {} }));
  await cluster.installIstio(values);
  const app = new MeshApp({ outdir: join(STATE, 'adopt-before') });
  addWorkload(new Mesh(app, 'mesh', { istio }).addCluster(NAME));
  app.synth();
  await cluster.applyFolder(join(app.outdir, NAME));
  const server = { port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: [HOST] };
  const destination = { host: 'httpbin.shop.svc.cluster.local', port: { number: 8000 } };
  await cluster.apply([
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'Gateway',
      metadata: { name: 'web', namespace: 'istio-system' },
      spec: { selector: { istio: 'ingressgateway' }, servers: [server] },
    },
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name: 'web', namespace: 'istio-system' },
      spec: { hosts: [HOST], gateways: ['web'], http: [{ route: [{ destination }] }] },
    },
  ]);
  await until('port 80 of the plain Istio answers', async () => await web(cluster) === '200');
  return cluster;
}

function addWorkload(cluster: MeshCluster): void {
  cluster.addNamespace('shop');
  new Httpbin(cluster, 'httpbin', { istio, namespace: 'shop' });
}

/** The owner delivers the CA, sets what the page on adoption names, and restarts the workloads. */
async function ownerSetsWhatIsMissing(rig: Rig, cluster: Cluster): Promise<void> {
  const folder = join(STATE, 'adopt-trust');
  written(rig, folder);
  await cluster.deliverCa(join(folder, NAME), rig.pki.sealingKey);
  const { kube } = cluster;
  const values = join(STATE, 'adopt-owner.yaml');
  writeFileSync(values, JSON.stringify(ownersOperator(NAME)));
  // Proxies must get certificates of the new istiod alone, so the old one ends first.
  await cluster.end(cluster.pod('istio-system', 'istiod'));
  await kube.kubectl('delete', 'secret', 'istio-ca-secret', '-n', 'istio-system', '--ignore-not-found');
  await cluster.run('istio-system', 'istiod');
  const root = readFileSync(join(rig.pki.folder, 'root-cert.pem'), 'utf8').trim();
  await until('proxies get the root of the mesh', async () => {
    const roots = ['istio-system', 'shop'].map(each => kube.api('GET', `/api/v1/namespaces/${each}/configmaps/istio-ca-root-cert`));
    return (await Promise.all(roots)).every(({ data }) => data?.['root-cert.pem']?.trim() === root);
  });
  const old = [cluster.pod('istio-system', 'istio-ingressgateway'), cluster.pod('shop', 'httpbin')];
  await cluster.installIstio(values);
  await kube.kubectl('rollout', 'restart', 'deployment/httpbin', '-n', 'shop');
  await cluster.run('shop', 'httpbin');
  for (const pod of old) {
    await cluster.end(pod);
  }
}

/** Status of a request to port 80 of the gateway from outside of the mesh. */
async function web(cluster: Cluster): Promise<string> {
  const url = `http://${cluster.nodeAddress}:${await portOf(cluster, 80)}/headers`;
  return (await attempt('curl', ['-s', '-m', '5', '-o', '/dev/null', '-w', '%{http_code}', '-H', `Host: ${HOST}`, url])).stdout;
}

/** Node port of a port of the gateway; undefined when the Service does not have the port. */
async function portOf({ kube }: Cluster, number: number): Promise<number | undefined> {
  const { spec: { ports } } = await kube.api('GET', '/api/v1/namespaces/istio-system/services/istio-ingressgateway');
  return ports.find(({ port }: any) => port === number)?.nodePort;
}

async function addressOf(cluster: Cluster): Promise<GatewayAddress> {
  return GatewayAddress.of(cluster.nodeAddress, { port: await portOf(cluster, 15443) });
}

/** Writes the mesh of cluster1 and the adopted cluster; without an address of its gateway, it exports nothing yet. */
function written(rig: Rig, outdir: string, ingressGateway?: GatewayAddress): void {
  const app = new MeshApp({ outdir });
  const mesh = new Mesh(app, 'mesh', { istio, suffix: SUFFIX, trust: rig.trust() });
  const caller = mesh.addCluster('cluster1');
  const server = mesh.addCluster(NAME, { adopt: true, ingressGateway });
  addWorkload(server);
  if (ingressGateway) {
    const ports = [ServicePort.http('http', 8000)];
    caller.importService(server.exportService('httpbin', { namespace: 'shop', ports, serviceAccount: 'httpbin' }), { namespace: 'direct' });
  }
  app.synth();
}

function sealingCertOf({ pki }: Rig): string {
  return pki.sealingKey.replace(/\.key$/, '.pem');
}
