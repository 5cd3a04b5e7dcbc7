import { join } from 'path';
import { parse } from 'yaml';
import { EgressGateway, GatewayAddress, ImportPath, Mesh, MeshApp, Routing, ServicePort, ServiceVersion } from '../../../src';
import { Cluster, documents } from '../cluster/cluster';
import { sleep, STATE, until } from '../cluster/machine';
import { bareTls, codes, curl, manifest, Rig, steady, url } from '../cluster/rig';
import { all, must } from '../proof';

const NETWORKING = 'networking.istio.io/v1';
const HOSTILE = 'hostile';
const IMPORT_ROUTES = 'VirtualService.networking.istio.io_direct_catalog-shop.yaml';
const LISTENER = 'Gateway.networking.istio.io_istio-system_mesh-istio-egressgateway.yaml';
const RELAYED = 'relay.example';

/**
 * Objects of a namespace without any right in the mesh: each attack works on a cluster without what this library writes against it,
 * and fails with it.
 */
export async function hijack(rig: Rig): Promise<string> {
  for (const cluster of [rig.cluster1, rig.cluster2, rig.cluster3]) {
    await cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: HOSTILE } }]);
  }
  return [await routesOfImport(rig), await gatewayOfAnyNamespace(rig), await relay(rig), await portsOfExport(rig)].join('; ');
}

function hostile(kind: string, name: string, spec: object) {
  return { apiVersion: NETWORKING, kind, metadata: { name, namespace: HOSTILE }, spec };
}

async function remove(cluster: Cluster, kind: string, name: string, namespace = HOSTILE): Promise<void> {
  await cluster.kube.kubectl('delete', `${kind}.networking.istio.io`, name, '-n', namespace, '--ignore-not-found');
}

/** A VirtualService of another namespace for an imported host, which answers the requests itself. */
async function routesOfImport(rig: Rig): Promise<string> {
  const { cluster1 } = rig;
  const answer = { hosts: ['catalog.shop.global'], http: [{ directResponse: { status: 418 } }] };
  await cluster1.apply([hostile('VirtualService', 'capture', answer)]);
  await sleep(3000);
  const kept = await codes(rig, 'direct', url('catalog'), 10);
  must(all(kept, '200'), `with a VirtualService of another namespace for the host: ${kept.join(' ')}`);

  await remove(cluster1, 'virtualservices', 'catalog-shop', 'direct');
  await until('the import without a VirtualService is captured', async () => (await curl(rig, 'direct', url('catalog'))).code === '418');
  await cluster1.apply([parse(manifest(rig, 'cluster1', IMPORT_ROUTES))]);
  await until('the import has its VirtualService again', async () => (await curl(rig, 'direct', url('catalog'))).code === '200');
  await remove(cluster1, 'virtualservices', 'capture');
  await steady(rig, 'direct', url('catalog'));
  return 'VirtualService of another namespace: 10 of 10 answered by the service, 418 by the attacker without our VirtualService';
}

/** A Gateway of another namespace. The variant of these clusters leaves the setting out in cluster3 alone. */
async function gatewayOfAnyNamespace({ cluster2, cluster3 }: Rig): Promise<string> {
  const sni = 'outbound_.8000_._.hidden.shop.svc.cluster.local';
  const opening = hostile('Gateway', 'opening', {
    selector: { istio: 'ingressgateway' },
    servers: [{
      port: { number: 15443, name: 'tls', protocol: 'TLS' },
      tls: { mode: 'AUTO_PASSTHROUGH' },
      hosts: ['hidden.shop.svc.cluster.local'],
    }],
  });
  const hidden = (app: string) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'hidden', namespace: 'shop' },
    spec: { selector: { app }, ports: [{ name: 'http', port: 8000, targetPort: 8080 }] },
  });
  const shown = async (cluster: Cluster) => /BEGIN CERTIFICATE/.test(await bareTls(cluster.gatewayAddress, sni));
  await cluster2.apply([hidden('internal'), opening]);
  await cluster3.apply([hidden('alone'), opening]);
  await until('a Gateway of any namespace opens a Service where istiod is not limited', () => shown(cluster3));
  must(!await shown(cluster2), 'a Gateway of another namespace opened a Service');
  const kept = /BEGIN CERTIFICATE/.test(await bareTls(cluster2.gatewayAddress, 'outbound_.8000_._.catalog.shop.svc.cluster.local'));
  must(kept, 'an export is closed beside it');
  for (const cluster of [cluster2, cluster3]) {
    await remove(cluster, 'gateways', 'opening');
    await cluster.kube.kubectl('delete', 'service', 'hidden', '-n', 'shop');
  }
  return 'Gateway of another namespace: nothing opens, a Service opens where istiod lacks PILOT_SCOPE_GATEWAY_TO_NAMESPACE';
}

/** A VirtualService of another namespace that sends an SNI of its own through the egress gateway. */
async function relay(rig: Rig): Promise<string> {
  const { cluster1 } = rig;
  const { address } = cluster1.pod('istio-system', 'istio-egressgateway');
  const relayed = async () => /BEGIN CERTIFICATE/.test(await bareTls(address, RELAYED, 'h2'));
  await cluster1.apply([hostile('VirtualService', 'relay', {
    hosts: [RELAYED],
    gateways: ['istio-system/mesh-istio-egressgateway'],
    tls: [{
      match: [{ port: 15443, sniHosts: [RELAYED] }],
      route: [{ destination: { host: 'istiod.istio-system.svc.cluster.local', port: { number: 15012 } } }],
    }],
  })]);
  await sleep(3000);
  must(!await relayed(), 'the egress gateway takes a route of another namespace');

  const listener = parse(manifest(rig, 'cluster1', LISTENER));
  const [server] = listener.spec.servers;
  await cluster1.apply([{ ...listener, spec: { ...listener.spec, servers: [{ ...server, hosts: ['*'] }] } }]);
  await until('an egress listener for every namespace relays', relayed);
  await cluster1.apply([listener]);
  await until('the egress listener relays no more', async () => !await relayed());
  await remove(cluster1, 'virtualservices', 'relay');
  await steady(rig, 'egress', url('catalog'));
  return 'route of another namespace through the egress gateway: nothing is relayed, an SNI is with hosts ["*"]';
}

/** An export of one port of a Service with two, as it is and limited to its ports; then called by version, also through egress. */
async function portsOfExport(rig: Rig): Promise<string> {
  const { cluster1, cluster2 } = rig;
  const opens = async (sni: string) => /BEGIN CERTIFICATE/.test(await bareTls(cluster2.gatewayAddress, `${sni}.shop.svc.cluster.local`));
  must(await opens('outbound_.9000_._.catalog'), 'the control: an export without onlyExportedPorts opens one port alone');

  const outdir = join(STATE, 'exported-ports');
  exportInternal(rig, outdir);
  for (const cluster of [cluster1, cluster2]) {
    await cluster.applyFolder(join(outdir, cluster.name));
  }
  await until('the exported port is open', () => opens('outbound_.8000_._.mesh-export-internal'));
  for (const closed of ['outbound_.9000_._.mesh-export-internal', 'outbound_.9000_._.internal', 'outbound_.8000_._.internal']) {
    must(!await opens(closed), `an export of one port opens ${closed}`);
  }
  await until('the import of it answers', async () => (await curl(rig, 'stranger', url('internal'))).code === '200');
  const direct = await codes(rig, 'stranger', url('internal'), 10);
  must(all(direct, '200'), `a service that is exported with its ports alone: ${direct.join(' ')}`);
  const egress = await until('the import through the egress gateway', async () => {
    const seen = await codes(rig, 'egress', url('internal'), 5);
    return all(seen, '200') && seen;
  });
  for (const cluster of [cluster1, cluster2]) {
    const rules = documents(await cluster.kube.kubectl('kustomize', join(outdir, cluster.name)))
      .filter(({ metadata }) => /(^|[.-])internal(-|$)/.test(metadata.name));
    for (const { kind, apiVersion, metadata } of rules) {
      const resource = apiVersion.includes('/') ? `${kind}.${apiVersion.split('/')[0]}` : kind;
      await cluster.kube.kubectl('delete', resource.toLowerCase(), metadata.name, '-n', metadata.namespace);
    }
  }
  return `onlyExportedPorts: the other port is closed, and open without it; by version ${direct.length} of ${direct.length} direct, `
    + `${egress.length} of ${egress.length} through egress`;
}

function exportInternal({ istio, trustDomains, cluster1, cluster2 }: Rig, outdir: string): void {
  const app = new MeshApp({ outdir });
  const mesh = new Mesh(app, 'mesh', { istio });
  const [one, two] = [cluster1, cluster2].map(({ name, gatewayAddress }) => mesh.addCluster(name, {
    ingressGateway: GatewayAddress.of(gatewayAddress),
    trustDomain: trustDomains?.[name],
    trustDomainAliases: Object.values(trustDomains ?? {}).filter(domain => domain !== trustDomains?.[name]),
    egressGateway: name === 'cluster1' ? EgressGateway.service() : undefined,
  }));
  const internal = two.exportService('internal', {
    namespace: 'shop',
    ports: [ServicePort.http('http', 8000)],
    serviceAccount: 'internal',
    workloadSelector: { app: 'internal' },
    versions: [ServiceVersion.of('v1')],
    onlyExportedPorts: true,
    podPorts: { http: '8080' },
  });
  one.importService(internal, { namespace: 'stranger', routing: Routing.weights({ v1: 100 }) });
  one.importService(internal, { namespace: 'egress', via: ImportPath.egressGateway() });
  app.synth();
}
