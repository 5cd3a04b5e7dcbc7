import { parse } from 'yaml';
import { IstioRelease } from '../../../src';
import { connect, sleep, until } from '../cluster/machine';
import { bareTls, clusterParts, codes, connections, curl, echo, manifest, Rig, rigOf, steady, synthesized, url } from '../cluster/rig';
import { all, must, Proof } from '../proof';
import { dns } from './dns';
import { failover } from './failover';
import { gatewayPods } from './gateway-pods';
import { statefulPods } from './stateful-pods';
import { traffic } from './traffic';
import { versions } from './versions';

const ENTRY = 'ServiceEntry.networking.istio.io_egress_catalog-shop.yaml';

/** Promises of the guide, shown with real traffic between real clusters of each release. */
export const meshProofs: Proof[] = [IstioRelease.V1_30, IstioRelease.V1_31].flatMap(istio => {
  const proof = (name: string, show: (rig: Rig) => Promise<string>): Proof => ({
    name: `${name}-${istio.version}`,
    parts: clusterParts(istio.version),
    show: async run => show(await rigOf(istio, run)),
  });
  return [
    proof('direct', direct),
    proof('egress', egress),
    proof('versions', versions),
    proof('traffic', traffic),
    proof('exposure', exposure),
    proof('identity', identity),
    proof('stateful-pods', statefulPods),
    proof('dns', dns),
    proof('failover', failover),
    proof('gateway-pods', gatewayPods),
  ];
});

/**
 * Imports answer by the address and by the hostname of a gateway, over HTTP, gRPC and TCP, with one port and with two. A namespace
 * without the import cannot resolve the name.
 */
async function direct(rig: Rig): Promise<string> {
  const targets = [url('catalog'), url('orders'), url('alone'), url('ledger'), url('ledger', '/headers', 9000)];
  for (const target of targets) {
    const seen = await codes(rig, 'direct', target, 10);
    must(all(seen, '200'), `${target} answered ${seen.join(' ')}`);
  }
  const grpc = await echo(rig, 'direct', 'grpc://echo.shop.global:7070', 10);
  must(grpc.length === 10, `of 10 gRPC calls ${grpc.length} were answered by cluster2`);
  const tcp = await echo(rig, 'direct', 'tcp://echo.shop.global:9090', 10);
  must(tcp.length === 10, `of 10 TCP connections ${tcp.length} were answered by cluster2`);
  const notExported = await echo(rig, 'direct', 'tcp://echo.shop.global:9091', 1);
  must(notExported.length === 0, 'a port that is not exported was answered');
  const stranger = await curl(rig, 'stranger', url('catalog'));
  must(
    stranger.exit === 6,
    `a namespace without imports got ${stranger.code}, and curl ended with ${stranger.exit} instead of 6 (cannot resolve)`,
  );
  const requests = targets.length * 10;
  return `${requests} of ${requests} HTTP requests answered over 4 services, 5 ports, an address and a hostname; `
    + '10 of 10 gRPC calls, 10 of 10 TCP connections; a namespace without the import cannot resolve the name';
}

/** Requests pass the egress gateway inside the mutual TLS of the caller. Without the gateway they fail. */
async function egress(rig: Rig): Promise<string> {
  const { cluster1 } = rig;
  const seen = await codes(rig, 'egress', url('catalog'), 20);
  must(all(seen, '200'), `through the egress gateway: ${seen.join(' ')}`);
  const caller = (await curl(rig, 'egress', url('catalog'))).body;
  must(caller.includes('URI=spiffe://cluster.local/ns/egress/sa/sleep'), `the receiver does not see the caller's identity: ${caller}`);
  const opened = await connections(cluster1, 'egress', 'sleep', /\|8000\|.*\|(catalog|cart|orders|alone|ledger)\.shop\.global$/);
  const passed = await connections(cluster1, 'istio-system', 'istio-egressgateway', /remote-gateways\.internal$/);
  must(opened > 0 && passed >= opened, `the sidecar opened ${opened} connections, the egress gateway ${passed}`);

  await byAddress(rig);

  const gateway = cluster1.pod('istio-system', 'istio-egressgateway');
  await connect(gateway.netns, false);
  const down = await codes(rig, 'egress', url('alone'), 3);
  const others = await codes(rig, 'direct', url('alone'), 3);
  await connect(gateway.netns, true);
  must(!down.includes('200'), `with the egress gateway down: ${down.join(' ')}`);
  must(all(others, '200'), `direct imports meanwhile: ${others.join(' ')}`);
  for (const service of ['alone', 'catalog']) {
    await steady(rig, 'egress', url(service));
  }

  const local = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'catalog', namespace: 'shop' },
    spec: { ports: [{ name: 'http', port: 8000 }], selector: { app: 'none' } },
  };
  await cluster1.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }, local]);
  await sleep(3000);
  const beside = await codes(rig, 'egress', url('catalog'), 10);
  await cluster1.kube.kubectl('delete', 'service', 'catalog', '-n', 'shop');
  must(all(beside, '200'), `beside a local service of the same name: ${beside.join(' ')}`);
  return `51 requests by the name and by the clusterIP of the gateway, ${opened} connections of the sidecar and ${passed} of the gateway; `
    + 'without the gateway 3 of 3 fail and none bypasses it; a local Service of the same name changes nothing';
}

/** Changes the same imports to the clusterIP of the egress gateway, as in the guide, and back to its name. */
async function byAddress(rig: Rig): Promise<void> {
  const { cluster1 } = rig;
  const { spec: { clusterIP } } = await cluster1.kube.api('GET', '/api/v1/namespaces/istio-system/services/istio-egressgateway');
  const folder = synthesized(rig.istio, `${rig.folder}-by-address`, { trust: rig.trust(), egressGateway: clusterIP });
  const entry = manifest({ folder }, 'cluster1', ENTRY);
  must(
    entry.includes(clusterIP) && !manifest(rig, 'cluster1', ENTRY).includes(clusterIP),
    `the entry does not name ${clusterIP}: ${entry}`,
  );
  await cluster1.applyFolder(`${folder}/cluster1`);
  const sidecar = cluster1.pod('egress', 'sleep');
  const endpoints = () => cluster1.inPod(sidecar, 'curl', '-s', '-m', '5', 'http://127.0.0.1:15000/clusters');
  await until(
    'the sidecar has the clusterIP',
    async () => (await endpoints()).stdout.includes(`catalog.shop.global::${clusterIP}:15443::`),
  );
  const before = await connections(cluster1, 'istio-system', 'istio-egressgateway', /remote-gateways\.internal$/);
  const seen = await codes(rig, 'egress', url('catalog'), 20);
  must(all(seen, '200'), `by the clusterIP of the egress gateway: ${seen.join(' ')}`);
  const after = await connections(cluster1, 'istio-system', 'istio-egressgateway', /remote-gateways\.internal$/);
  must(after > before, 'by its clusterIP the egress gateway saw no connection');
  await cluster1.applyFolder(`${rig.folder}/cluster1`);
  await steady(rig, 'egress', url('catalog'));
}

/** A service that is not exported answers no caller through the gateway, not even a workload of the mesh that sends its SNI by hand. */
async function exposure(rig: Rig): Promise<string> {
  const importByHand = async (service: string) => {
    const host = `${service}.by.hand`;
    await rig.cluster1.apply([
      {
        apiVersion: 'networking.istio.io/v1',
        kind: 'ServiceEntry',
        metadata: { name: service, namespace: 'stranger' },
        spec: {
          hosts: [host],
          exportTo: ['.'],
          location: 'MESH_INTERNAL',
          resolution: 'STATIC',
          addresses: [service === 'internal' ? '240.1.1.1' : '240.1.1.2'],
          ports: [{ name: 'http', number: 8000, protocol: 'HTTP' }],
          endpoints: [{ address: rig.cluster2.gatewayAddress, ports: { http: 15443 } }],
        },
      },
      {
        apiVersion: 'networking.istio.io/v1',
        kind: 'DestinationRule',
        metadata: { name: service, namespace: 'stranger' },
        spec: {
          host,
          exportTo: ['.'],
          trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL', sni: `outbound_.8000_._.${service}.shop.svc.cluster.local` } },
        },
      },
    ]);
    return `http://${host}:8000/headers`;
  };
  const [exported, internal] = [await importByHand('catalog'), await importByHand('internal')];
  await until('the exported service by hand', async () => (await curl(rig, 'stranger', exported)).code === '200');
  // The entry reaches the sidecar by a separate push. Before that, the sidecar cannot resolve the name.
  await until('the name of the other service by hand', async () => (await curl(rig, 'stranger', internal)).exit === 0);
  const seen = await codes(rig, 'stranger', internal, 5);
  await rig.cluster1.kube.kubectl('delete', 'serviceentry,destinationrule', '--all', '-n', 'stranger');
  must(all(seen, '503'), `a service that is not exported answered ${seen.join(' ')}`);

  const sni = (service: string) => `outbound_.8000_._.${service}.shop.svc.cluster.local`;
  const shown = await bareTls(rig.cluster2.gatewayAddress, sni('catalog'));
  must(/BEGIN CERTIFICATE/.test(shown) && !/HTTP\/1/.test(shown), 'the control shows no server certificate for an exported service');
  must(/alert|error/i.test(shown), 'a client without a certificate is not refused');
  const hidden = await bareTls(rig.cluster2.gatewayAddress, sni('internal'));
  must(/no peer certificate available/.test(hidden), 'a service that is not exported shows its certificate');
  return 'service that is not exported: 5 of 5 requests with its SNI by hand answer 503; exported service with its SNI by hand: 200; '
    + 'a client without a certificate of the mesh gets no answer';
}

/**
 * The caller refuses a server with another identity, the server refuses a caller that is not allowed, and an export keeps its host
 * when another Gateway claims it.
 */
async function identity(rig: Rig): Promise<string> {
  const allowed = await codes(rig, 'direct', url('orders'), 5);
  const refused = await codes(rig, 'egress', url('orders'), 5);
  must(all(allowed, '200') && all(refused, '403'), `allowed callers got ${allowed.join(' ')}, others ${refused.join(' ')}`);

  const entry = parse(manifest(rig, 'cluster1', 'ServiceEntry.networking.istio.io_direct_catalog-shop.yaml'));
  await rig.cluster1.apply([{ ...entry, spec: { ...entry.spec, subjectAltNames: ['spiffe://cluster.local/ns/shop/sa/impostor'] } }]);
  await until('a server of another identity is refused', async () => (await curl(rig, 'direct', url('catalog'))).code === '503');
  await rig.cluster1.apply([entry]);
  await until('the right identity is accepted again', async () => (await curl(rig, 'direct', url('catalog'))).code === '200');

  const gateway = parse(manifest(rig, 'cluster2', 'Gateway.networking.istio.io_istio-system_mesh-cart-shop.yaml'));
  await rig.cluster2.apply([{ ...gateway, metadata: { name: 'another-team', namespace: 'istio-system' } }]);
  await sleep(3000);
  const kept = await codes(rig, 'direct', url('cart'), 10);
  await rig.cluster2.kube.kubectl('delete', 'gateways.networking.istio.io', 'another-team', '-n', 'istio-system');
  must(all(kept, '200'), `with two Gateways for one host: ${kept.join(' ')}`);
  return 'another service account 503, the declared one 200; a caller outside allow 403, within it 200; '
    + 'a second Gateway for the host changes nothing';
}
