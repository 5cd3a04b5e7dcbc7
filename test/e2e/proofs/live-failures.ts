import { join } from 'path';
import { MeshTrust } from '../../../src';
import type { Cluster } from '../cluster/cluster';
import { connect, STATE, until } from '../cluster/machine';
import { pkiIn } from '../cluster/pki';
import { certificatesOf, proxiesOf } from '../cluster/proxy-roots';
import { NETS, Rig, synthesized } from '../cluster/rig';

/** A failure of a running mesh, and what the commands say about it. */
export interface Failure {
  readonly name: string;
  readonly plant: (rig: Rig) => Promise<unknown>;
  readonly withdraw: (rig: Rig) => Promise<unknown>;
  /** Each matches a finding of `check --live`. */
  readonly finds: RegExp[];
  /** Namespace and target of a request in cluster1, and the step at which `explain --live` says that it stops. */
  readonly explained?: { readonly request: [string, string]; readonly stopsAt: string };
}

const CART: [string, string] = ['direct', 'cart.shop.global'];
const CATALOG: [string, string] = ['direct', 'catalog.shop.global'];
const ISTIO = 'networking.istio.io';

/** The failures, each of which a person could cause, or a machine. */
export const FAILURES: Failure[] = [
  {
    name: 'requests go round, by a gateway that knows a remote endpoint',
    plant: ({ cluster2 }) => cluster2.apply([{
      apiVersion: `${ISTIO}/v1`,
      kind: 'WorkloadEntry',
      metadata: { name: 'catalog-elsewhere', namespace: 'shop' },
      spec: {
        address: `${NETS.cluster3}.2.1`,
        ports: { http: 15443 },
        // Gateways pass on to endpoints with mutual TLS alone.
        labels: { 'app': 'catalog', 'security.istio.io/tlsMode': 'istio' },
      },
    }]),
    withdraw: ({ cluster2 }) => cluster2.kube.kubectl('delete', 'workloadentry', 'catalog-elsewhere', '-n', 'shop'),
    finds: [/^MESH108 cluster2, gateway \S+, outbound_\.8000_\._\.catalog\S+: the gateway passes requests on.*10\.63\.2\.1:15443/],
    explained: { request: CATALOG, stopsAt: 'Service' },
  },
  {
    name: 'the roots of two clusters differ',
    plant: foreignRoot,
    withdraw: ownRoot,
    finds: [
      /^MESH032 cluster1 and cluster3: the clusters trust no common root/,
      /^MESH032 gateway mesh\.cluster3\.example\.com:15443 of cluster3: callers do not accept the certificates/,
    ],
  },
  {
    name: 'the CA of a cluster is about to end',
    plant: rig => renewed(rig, '10'),
    withdraw: rig => renewed(rig, '3650'),
    finds: [/^MESH090 gateway 10\.62\.2\.1:15443 of cluster2: the CA .*L=cluster2.* ends soon: "9 days left"/],
  },
  {
    name: 'a gateway is down',
    plant: ({ cluster2 }) => connect(gateway(cluster2), false),
    withdraw: ({ cluster2 }) => connect(gateway(cluster2), true),
    finds: [/^MESH108 gateway 10\.62\.2\.1:15443 of cluster2: nothing answers at the address/],
  },
  {
    name: 'an entry is missing',
    plant: ({ cluster1 }) => cluster1.kube.kubectl('delete', 'serviceentry', 'cart-shop', '-n', 'direct'),
    withdraw: rig => restored(rig, rig.cluster1, 'ServiceEntry.networking.istio.io_direct_cart-shop.yaml'),
    finds: [
      /^MESH107 cluster1, ServiceEntry direct\/cart-shop: the object is not in the cluster/,
      /^MESH109 .*request from direct to cart\.shop\.global:8000: the sidecar of direct\/sleep-\S+ sends requests for the host elsewhere/,
    ],
    explained: { request: CART, stopsAt: 'name' },
  },
  {
    name: 'an entry was edited by hand',
    plant: ({ cluster1 }) => cluster1.kube.kubectl(
      'patch', 'serviceentry', 'cart-shop', '-n', 'direct', '--type=json', '-p',
      '[{"op":"replace","path":"/spec/endpoints/0/address","value":"10.62.9.9"}]',
    ),
    withdraw: rig => restored(rig, rig.cluster1, 'ServiceEntry.networking.istio.io_direct_cart-shop.yaml'),
    finds: [
      /^MESH107 cluster1, ServiceEntry direct\/cart-shop: spec\.endpoints\[0\]\.address is not as.*by kubectl-patch.*"10\.62\.9\.9"/,
      /^MESH109 .*the proxy of direct\/sleep-\S+ does not know this address: \["10\.62\.9\.9:15443"\]/,
    ],
    explained: { request: CART, stopsAt: 'gateway' },
  },
  {
    name: 'an SNI is wrong',
    plant: ({ cluster1 }) => cluster1.kube.kubectl(
      'patch', 'destinationrule', 'catalog-shop', '-n', 'direct', '--type=merge', '-p',
      '{"spec":{"trafficPolicy":{"tls":{"sni":"outbound_.8000_._.catalog.stop.svc.cluster.local"}}}}',
    ),
    withdraw: rig => restored(rig, rig.cluster1, 'DestinationRule.networking.istio.io_direct_catalog-shop.yaml'),
    finds: [
      /^MESH107 cluster1, DestinationRule direct\/catalog-shop: spec\.trafficPolicy\.tls\.sni is not as in the file/,
      /^MESH109 .*the sidecar of direct\/sleep-\S+ sends another SNI: "outbound_\.8000_\._\.catalog\.stop/,
    ],
    explained: { request: CATALOG, stopsAt: 'TLS' },
  },
  {
    name: 'a subset is missing',
    plant: ({ cluster2 }) => cluster2.kube.kubectl('delete', 'destinationrule', 'mesh.cart', '-n', 'shop'),
    withdraw: rig => restored(rig, rig.cluster2, 'DestinationRule.networking.istio.io_shop_mesh.cart.yaml'),
    finds: [
      /^MESH107 cluster2, DestinationRule shop\/mesh\.cart: the object is not in the cluster/,
      /^MESH109 .*the gateway istio-system\/\S+ knows the Service and not the subset v1/,
      /^MESH108 gateway 10\.62\.2\.1:15443 of cluster2: the gateway closes the connection for an SNI that callers send/,
    ],
    explained: { request: CART, stopsAt: 'opened' },
  },
];

function gateway(cluster: Cluster): string {
  return cluster.pod('istio-system', 'istio-ingressgateway').netns;
}

/** Applies a file of the folder again, as an engine does. */
async function restored({ folder }: Rig, { name, kube }: Cluster, file: string): Promise<void> {
  await kube.kubectl('apply', '--server-side', '--force-conflicts', '-f', join(folder, name, file));
}

/** Delivers the CA of a folder to a cluster, as its sealed-secrets controller and kubelet do. */
async function ca(cluster: Cluster, folder: string, sealingKey: string): Promise<void> {
  await cluster.deliverCa(join(folder, cluster.name), sealingKey);
  await cluster.pods.refresh(cluster.pod('istio-system', 'istiod'), 'cacerts');
}

/** Folder of the CAs of somebody else, which trust no other root; `-both` follows in the name of the folder that trusts the mesh's, too. */
const FOREIGN = join(STATE, 'foreign');
const foreignFolder = ({ folder }: Rig) => `${folder}-foreign`;

/** cluster3 gets a CA of another root. A running istiod goes from one root to another over both. */
async function foreignRoot(rig: Rig): Promise<void> {
  const foreign = await pkiIn(FOREIGN);
  await foreign.ca('init', '--key-size', '2048', '--organization', 'Somebody else');
  for (const cluster of Object.keys(NETS)) {
    await foreign.ca('issue', cluster, '--key-size', '2048', '--sealing-cert', foreign.sealingCert);
  }
  // A MeshTrust reads its folder once.
  const trust = () => MeshTrust.sealedSecrets({ directory: foreign.folder, sharedSealingKey: true, rotatable: true });
  const alone = synthesized(rig.istio, foreignFolder(rig), { trust: trust() });
  await foreign.ca('rotate-root', 'introduce', '--root-cert', join(rig.pki.folder, 'root-cert.pem'));
  synthesized(rig.istio, `${foreignFolder(rig)}-both`, { trust: trust() });
  await bothRoots(rig);
  await ca(rig.cluster3, alone, foreign.sealingKey);
}

/** cluster3 gets its CA of the mesh again. */
async function ownRoot(rig: Rig): Promise<void> {
  await bothRoots(rig);
  await ca(rig.cluster3, rig.folder, rig.pki.sealingKey);
}

/** The proxies of cluster3 trust both roots. */
async function bothRoots(rig: Rig): Promise<void> {
  await ca(rig.cluster3, `${foreignFolder(rig)}-both`, join(FOREIGN, 'sealing.key'));
  await until('proxies of cluster3 trust both roots', async () => {
    const found = await Promise.all(proxiesOf([rig.cluster3]).map(certificatesOf));
    return found.every(({ trusted }) => trusted.length === 2);
  }, 150);
}

/** cluster2 gets a new CA that is valid for some days. */
async function renewed(rig: Rig, days: string): Promise<void> {
  await rig.pki.ca('renew', 'cluster2', '--key-size', '2048', '--days', days);
  await ca(rig.cluster2, synthesized(rig.istio, `${rig.folder}-renewed`, { trust: rig.trust() }), rig.pki.sealingKey);
}
