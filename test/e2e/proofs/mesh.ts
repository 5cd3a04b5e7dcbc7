import { parse } from 'yaml';
import { IstioRelease } from '../../../src';
import { connect, sleep, until } from '../cluster/machine';
import { answers, bareTls, clusterParts, codes, connections, curl, manifest, Rig, rigOf, steady } from '../cluster/rig';
import { must, Proof } from '../proof';

const url = (service: string, path = '/headers', port = 8000) => `http://${service}.shop.global:${port}${path}`;
const all = (values: string[], wanted: string) => values.every(value => value === wanted);

/** What the guide promises, seen with real traffic on real clusters: each claim for each release. */
export const meshProofs: Proof[] = [IstioRelease.V1_30, IstioRelease.V1_31].flatMap(istio => {
  const proof = (name: string, show: (rig: Rig) => Promise<string>): Proof => ({
    name: `${name}-${istio.version}`, parts: clusterParts(istio.version), show: async run => show(await rigOf(istio, run)),
  });
  return [
    proof('direct', direct), proof('egress', egress), proof('versions', versions), proof('exposure', exposure), proof('identity', identity), proof('failover', failover),
  ];
});

/** Imports answer: by address and by hostname, HTTP and TCP, one port and two. A namespace that imported nothing does not know the name. */
async function direct(rig: Rig): Promise<string> {
  const targets = [url('catalog'), url('orders'), url('alone'), url('ledger'), url('ledger', '/headers', 9000)];
  for (const target of targets) {
    const seen = await codes(rig, 'direct', target, 10);
    must(all(seen, '200'), `${target} answered ${seen.join(' ')}`);
  }
  const stranger = await curl(rig, 'stranger', url('catalog'));
  must(stranger.exit === 6, `a namespace that imported nothing got ${stranger.code}, curl ended with ${stranger.exit} instead of 6 (cannot resolve)`);
  return `${targets.length * 10} of ${targets.length * 10} requests answered over 4 services, 5 ports, an address and a hostname; a namespace without the import cannot resolve`;
}

/** Everything goes through the egress gateway, end to end in the caller's own mutual TLS; without the gateway nothing goes. */
async function egress(rig: Rig): Promise<string> {
  const { cluster1 } = rig;
  const seen = await codes(rig, 'egress', url('catalog'), 20);
  must(all(seen, '200'), `through the egress gateway: ${seen.join(' ')}`);
  const caller = (await curl(rig, 'egress', url('catalog'))).body;
  must(caller.includes('URI=spiffe://cluster.local/ns/egress/sa/sleep'), `the receiver does not see the caller's identity: ${caller}`);
  const opened = await connections(cluster1, 'egress', 'sleep', /\|8000\|.*\|(catalog|cart|orders|alone|ledger)\.shop\.global$/);
  const passed = await connections(cluster1, 'istio-system', 'istio-egressgateway', /remote-gateways\.internal$/);
  must(opened > 0 && passed >= opened, `the sidecar opened ${opened} connections, the egress gateway ${passed}`);

  const gateway = cluster1.pod('istio-system', 'istio-egressgateway');
  await connect(gateway.netns, false);
  const down = await codes(rig, 'egress', url('alone'), 3);
  const others = await codes(rig, 'direct', url('alone'), 3);
  await connect(gateway.netns, true);
  must(!down.includes('200'), `with the egress gateway down: ${down.join(' ')}`);
  must(all(others, '200'), `direct imports meanwhile: ${others.join(' ')}`);
  for (const service of ['alone', 'catalog']) {await steady(rig, 'egress', url(service));}

  const local = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'catalog', namespace: 'shop' }, spec: { ports: [{ name: 'http', port: 8000 }], selector: { app: 'none' } } };
  await cluster1.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }, local]);
  await sleep(3000);
  const beside = await codes(rig, 'egress', url('catalog'), 10);
  await cluster1.kube.kubectl('delete', 'service', 'catalog', '-n', 'shop');
  must(all(beside, '200'), `beside a local service of the same name: ${beside.join(' ')}`);
  return `31 requests through the gateway, ${opened} connections of the sidecar and ${passed} of the gateway; with it down 3 of 3 fail and none bypasses; a local service of the same name changes nothing`;
}

/** Weights within five sigma, headers exact; direct and through the egress gateway. */
async function versions(rig: Rig): Promise<string> {
  const figures: string[] = [];
  for (const namespace of ['direct', 'egress']) {
    const spread = await answers(rig, namespace, 'cart.shop.global', 400);
    const [v1, v2] = ['cluster2 v1', 'cluster2 v2'].map(who => spread.get(who) ?? 0);
    must(v1 + v2 === 400, `${namespace}: ${v1 + v2} of 400 answered`);
    must(Math.abs(v2 - 40) <= 30, `${namespace}: ${v2} of 400 went to v2, expected 40 within 30 (five sigma)`);
    const jason = await answers(rig, namespace, 'cart.shop.global', 50, '-H', 'end-user: jason');
    must(jason.get('cluster2 v2') === 50, `${namespace}: of 50 requests by header, to v2 went ${jason.get('cluster2 v2')}`);
    figures.push(`${namespace} ${v1}/${v2}`);
  }
  return `90/10 of 400 requests: ${figures.join(', ')}; by header 50 of 50 exact`;
}

/** A service that is not exported answers nobody through the gateway, not even a mesh workload that names its SNI by hand. */
async function exposure(rig: Rig): Promise<string> {
  const byHand = async (service: string) => {
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
        spec: { host, exportTo: ['.'], trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL', sni: `outbound_.8000_._.${service}.shop.svc.cluster.local` } } },
      },
    ]);
    return `http://${host}:8000/headers`;
  };
  const [exported, internal] = [await byHand('catalog'), await byHand('internal')];
  await until('the exported service by hand', async () => (await curl(rig, 'stranger', exported)).code === '200');
  // Its entry reaches the sidecar by a push of its own: until then the name does not even resolve.
  await until('the name of the other service by hand', async () => (await curl(rig, 'stranger', internal)).exit === 0);
  const seen = await codes(rig, 'stranger', internal, 5);
  await rig.cluster1.kube.kubectl('delete', 'serviceentry,destinationrule', '--all', '-n', 'stranger');
  must(all(seen, '503'), `a service that is not exported answered ${seen.join(' ')}`);

  const sni = (service: string) => `outbound_.8000_._.${service}.shop.svc.cluster.local`;
  const shown = await bareTls(rig.cluster2.gatewayAddress, sni('catalog'));
  must(/BEGIN CERTIFICATE/.test(shown) && !/HTTP\/1/.test(shown), 'the control shows no server certificate for an exported service');
  must(/alert|error/i.test(shown), 'a client without a certificate is not refused');
  const hidden = await bareTls(rig.cluster2.gatewayAddress, sni('internal'));
  must(/no peer certificate available/.test(hidden), 'a service that is not exported shows a certificate to anybody');
  return 'not exported: 5 of 5 requests with its SNI by hand answer 503, exported by the same hand 200; without a mesh certificate no request gets through';
}

/** A server with another identity is refused by the caller, a caller that is not allowed by the server, and an older export keeps its host. */
async function identity(rig: Rig): Promise<string> {
  const allowed = await codes(rig, 'direct', url('orders'), 5);
  const refused = await codes(rig, 'egress', url('orders'), 5);
  must(all(allowed, '200') && all(refused, '403'), `allowed callers got ${allowed.join(' ')}, others ${refused.join(' ')}`);

  const entry = parse(manifest(rig, 'cluster1', 'ServiceEntry.networking.istio.io_direct_catalog-shop.yaml'));
  await rig.cluster1.apply([{ ...entry, spec: { ...entry.spec, subjectAltNames: ['spiffe://cluster.local/ns/shop/sa/impostor'] } }]);
  await until('a server of another identity is refused', async () => (await curl(rig, 'direct', url('catalog'))).code === '503');
  await rig.cluster1.apply([entry]);
  await until('the right identity is taken again', async () => (await curl(rig, 'direct', url('catalog'))).code === '200');

  const gateway = parse(manifest(rig, 'cluster2', 'Gateway.networking.istio.io_istio-system_mesh-cart-shop.yaml'));
  await rig.cluster2.apply([{ ...gateway, metadata: { name: 'another-team', namespace: 'istio-system' } }]);
  await sleep(3000);
  const kept = await codes(rig, 'direct', url('cart'), 10);
  await rig.cluster2.kube.kubectl('delete', 'gateways.networking.istio.io', 'another-team', '-n', 'istio-system');
  must(all(kept, '200'), `with two Gateways for one host: ${kept.join(' ')}`);
  return 'another service account 503, the declared one 200; a caller outside allow 403, within it 200; a second Gateway for the host changes nothing';
}

/** One of two exporting clusters drops off the network under load: at most one request of each client fails, none that begins 2 s later. */
async function failover(rig: Rig): Promise<string> {
  const figures: string[] = [];
  for (const namespace of ['direct', 'egress']) {
    await until(`both clusters answer in ${namespace}`, async () => (await answers(rig, namespace, 'catalog.shop.global', 40)).size === 2);
    const errors = await curl(rig, namespace, url('catalog', '/status/500?n=[1-20]'), '-o', '/dev/null');
    must(errors.code.endsWith('500'), `an application error came as ${errors.code}`);
    const after = await answers(rig, namespace, 'catalog.shop.global', 40);
    must(after.size === 2, `an application that answers 500 was ejected: ${[...after.keys()].join(', ')}`);

    let lost = Infinity;
    const failures: Array<{ client: number; began: number }> = [];
    let requests = 0;
    const end = Date.now() + 14_000;
    const client = async (id: number) => {
      while (Date.now() < end) {
        const began = Date.now();
        const { code } = await curl(rig, namespace, url('catalog', '/env'));
        if (began > lost) {requests++;}
        if (code !== '200') {failures.push({ client: id, began: began - lost });}
      }
    };
    const gateway = rig.cluster2.pod('istio-system', 'istio-ingressgateway');
    const cut = sleep(3000).then(async () => {
      lost = Date.now();
      await connect(gateway.netns, false);
    });
    await Promise.all([cut, ...[0, 1, 2].map(client)]);
    await connect(gateway.netns, true);
    for (const everyone of ['direct', 'egress']) {await steady(rig, everyone, url('cart'));}
    const perClient = [0, 1, 2].map(id => failures.filter(failure => failure.client === id).length);
    must(Math.max(...perClient) <= 1, `${namespace}: failed requests per client ${perClient.join(', ')}`);
    must(failures.every(failure => failure.began < 2000), `${namespace}: a request failed that began ${Math.max(...failures.map(f => f.began))} ms after the loss`);
    figures.push(`${namespace} ${failures.length} of ${requests} requests lost, at most one a client`);
  }
  return `${figures.join('; ')}; 500s eject nobody`;
}
