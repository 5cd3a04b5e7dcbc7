import { join } from 'path';
import { IstioRelease } from '../../../src';
import { answeredBy, Answers, answersOf, text } from '../cluster/answers';
import { Cluster, gatewayAddress } from '../cluster/cluster';
import { localNames } from '../cluster/local-names-mesh';
import { connect, sleep, STATE, until } from '../cluster/machine';
import { clusterParts, connections, curlIn, GATEWAY3, NETS, Rig, rigOf, withdraw } from '../cluster/rig';
import { moduleFolder } from '../parts';
import { must, Proof } from '../proof';
import { globalNames } from './global-names';
import { LONGEST_NOTICE } from './lost-network';

/** Services under their own names: callers change nothing, local pods answer first, others when they fail. */
export const localNameProofs: Proof[] = [IstioRelease.V1_30, IstioRelease.V1_31].map(istio => ({
  name: `local-names-${istio.version}`,
  parts: clusterParts(istio.version),
  show: async run => show(await rigOf(istio, run)),
}));

async function show(rig: Rig): Promise<string> {
  const control = await nothingYet(rig);
  const folder = await apply(rig);
  try {
    return [
      control,
      await withoutPods(rig),
      await refusals(rig),
      await guarded(rig),
      await nodePort(rig),
      await localFirst(rig),
      await noLoop(rig),
      await shares(rig),
      await globalNames(rig),
      await hostname(rig),
      await egress(rig),
    ].join('; ');
  } finally {
    await withdraw(rig, folder, ({ apiVersion }) => /^(gateway\.)?networking\./.test(apiVersion));
  }
}

async function apply(rig: Rig): Promise<string> {
  const { cluster1, cluster2, cluster3 } = rig;
  // A gateway that is known by a hostname is told by a Gateway of the Gateway API.
  const crds = join(await moduleFolder(`istio-${rig.istio.version}`, 'sigs.k8s.io/gateway-api'), 'config/crd/standard');
  await cluster1.kube.kubectl('apply', '--server-side', '-k', join(crds, '..')).catch(
    () => cluster1.kube.kubectl('apply', '--server-side', '-f', crds),
  );
  const { spec } = await cluster1.kube.api('GET', '/api/v1/namespaces/istio-system/services/istio-egressgateway');
  const outdir = join(STATE, 'local-names');
  const gateways = Object.fromEntries(Object.entries(NETS).map(([name, net]) => [name, gatewayAddress(net)]));
  const { spec: { ports } } = await cluster2.kube.api('GET', '/api/v1/namespaces/istio-system/services/istio-ingressgateway');
  localNames({
    istio: rig.istio,
    outdir,
    gateways,
    hostname: GATEWAY3,
    egressGateway: spec.clusterIP,
    node: { address: cluster2.nodeAddress, port: ports.find(({ port }: any) => port === 15443).nodePort },
  });
  for (const cluster of [cluster1, cluster2, cluster3]) {
    await cluster.applyFolder(join(outdir, cluster.name));
  }
  return outdir;
}

function url(service: string, port = 8000): string {
  return `http://${service}.back:${port}/env`;
}

/** Before anything is applied, the names do not exist. */
async function nothingYet({ cluster1 }: Rig): Promise<string> {
  const { exit } = await curlIn(cluster1, 'direct', url('api'));
  must(exit === 6, `before the import curl ended with ${exit}, not 6 (cannot resolve)`);
  return 'control: unknown before';
}

async function withoutPods({ cluster1 }: Rig): Promise<string> {
  await answeredBy(cluster1, url('api'), /^cluster[23] v2$/);
  const anyone = await answersOf(cluster1, url('api'), 40);
  must([...anyone.keys()].sort().join() === 'cluster2 v2,cluster3 v2', `a service without local pods: ${text(anyone)}`);
  const exact = await answersOf(cluster1, url('api'), 20, '-H', 'version: one');
  must(text(exact) === 'cluster2 v1 20', `by header to the version of one cluster: ${text(exact)}`);
  const tcp = await answersOf(cluster1, url('shares', 6379), 10);
  must([...tcp.keys()].every(who => /^cluster[23] v1$/.test(who)), `a TCP port with a named target port: ${text(tcp)}`);
  const seen = (await curlIn(cluster1, 'team', 'http://api.back:8000/headers')).body;
  must(seen.includes('spiffe://cluster.local/ns/team/sa/sleep'), 'the server does not see who calls');
  return `without local pods ${text(anyone)}, by header ${text(exact)}, TCP ${text(tcp)}`;
}

async function refusals({ cluster1 }: Rig): Promise<string> {
  const wrong = await answersOf(cluster1, url('liar'), 5);
  must(text(wrong) === '503 5', `a server with another identity: ${text(wrong)}`);
  const closed = await answersOf(cluster1, url('hidden'), 5);
  must(text(closed) === '503 5', `a service that is not exported: ${text(closed)}`);
  return 'wrong identity 503, not exported 503';
}

/** A service that takes mutual TLS alone, and one caller. */
async function guarded({ cluster1 }: Rig): Promise<string> {
  await answeredBy(cluster1, url('guarded'), /^cluster2 v1$/);
  const allowed = await answersOf(cluster1, url('guarded'), 5);
  must(text(allowed) === 'cluster2 v1 5', `the allowed caller: ${text(allowed)}`);
  const other = await Promise.all(Array.from({ length: 5 }, () => curlIn(cluster1, 'direct', url('guarded'))));
  must(other.every(({ code }) => code === '403'), `a caller that is not allowed: ${other.map(({ code }) => code).join(' ')}`);
  return 'strict mutual TLS with one allowed caller: 5 of 5, another 403';
}

async function nodePort({ cluster1 }: Rig): Promise<string> {
  await answeredBy(cluster1, url('by-port'), /^cluster2 v1$/);
  const seen = await answersOf(cluster1, url('by-port'), 10);
  must(text(seen) === 'cluster2 v1 10', `by the node port of a gateway: ${text(seen)}`);
  return `by node port ${text(seen)}`;
}

/** Local pods first; off the network under load; the next cluster in order; then back. */
async function localFirst({ cluster1, cluster3 }: Rig): Promise<string> {
  await answeredBy(cluster1, url('both'), /^cluster1 v1$/);
  const local = await answersOf(cluster1, url('both'), 40);
  must(text(local) === 'cluster1 v1 40', `local first: ${text(local)}`);

  const pod = cluster1.pod('back', 'both-v1');
  let lost = Infinity;
  const failed: Array<{ readonly client: number; readonly began: number }> = [];
  const others: Answers = new Map();
  const end = Date.now() + 12_000;
  const client = async (id: number) => {
    while (Date.now() < end) {
      const began = Date.now();
      const who = text(await answersOf(cluster1, url('both'), 1));
      if (began > lost && !who.startsWith('cluster')) {
        failed.push({ client: id, began: began - lost });
      } else if (began > lost) {
        others.set(who, (others.get(who) ?? 0) + 1);
      }
    }
  };
  const cut = sleep(2000).then(async () => {
    lost = Date.now();
    await connect(pod.netns, false);
  });
  await Promise.all([cut, ...[0, 1, 2].map(client)]);
  const most = Math.max(...[0, 1, 2].map(id => failed.filter(failure => failure.client === id).length));
  must(most <= 1, `local pods lost: ${most} requests of one client failed: ${JSON.stringify(failed)}`);
  must(
    failed.every(({ began }) => began < LONGEST_NOTICE),
    `a request failed that began ${Math.max(...failed.map(({ began }) => began))} ms after the loss`,
  );
  const second = await answersOf(cluster1, url('both'), 20);
  must(text(second) === 'cluster3 v1 20', `the first remote cluster in order: ${text(second)}`);

  const gateway = cluster3.pod('istio-system', 'istio-ingressgateway');
  await connect(gateway.netns, false);
  await answeredBy(cluster1, url('both'), /^cluster2 v1$/);
  const third = await answersOf(cluster1, url('both'), 20);
  await connect(gateway.netns, true);
  await connect(pod.netns, true);
  const returned = Date.now();
  must(text(third) === 'cluster2 v1 20', `the second remote cluster in order: ${text(third)}`);
  await answeredBy(cluster1, url('both'), /^cluster1 v1$/);
  const back = Date.now() - returned;
  must(back < 35_000, `back to local pods after ${back} ms`);
  const requests = [...others.values()].reduce((sum, count) => sum + count, failed.length);
  return `local first ${text(local)}; local pods lost under load: ${failed.length} of ${requests} requests, `
    + `then ${text(second)}, then ${text(third)}, back after ${Math.round(back / 1000)} s`;
}

/** With the pods of all clusters gone, requests end with an error, and no gateway sends to another one. */
async function noLoop({ cluster1, cluster2, cluster3 }: Rig): Promise<string> {
  const clusters = [cluster1, cluster2, cluster3];
  const remote = async (cluster: Cluster) => {
    const { stdout } = await cluster.inPod(
      cluster.pod('istio-system', 'istio-ingressgateway'),
      'curl',
      '-s',
      '-m',
      '5',
      'http://127.0.0.1:15000/clusters',
    );
    const endpoints = [
      ...stdout.matchAll(/^outbound_\.8000_\._\.both\.back[^:]*::([0-9.]+:\d+)::cx_total/gm),
    ].map(([, address]) => address);
    must(endpoints.length > 0, `the gateway of ${cluster.name} does not know the service`);
    return endpoints.filter(address => address.endsWith(':15443'));
  };
  for (const cluster of clusters) {
    const found = await remote(cluster);
    must(found.length === 0, `the gateway of ${cluster.name} knows remote gateways: ${found.join(', ')}`);
    await connect(cluster.pod('back', 'both-v1').netns, false);
  }
  await sleep(2000);
  const before = Date.now();
  const nobody = await answersOf(cluster1, url('both'), 5);
  const took = (Date.now() - before) / 5;
  for (const cluster of clusters) {
    await connect(cluster.pod('back', 'both-v1').netns, true);
  }
  must([...nobody.keys()].every(who => !who.startsWith('cluster')), `with all pods gone: ${text(nobody)}`);
  await answeredBy(cluster1, url('both'), /^cluster1 v1$/);
  return `all pods gone: ${text(nobody)}, ${Math.round(took)} ms each, no gateway knows another`;
}

/** 80 and 20 percent within five sigma, and the part of a cluster that fails goes to the other. */
async function shares({ cluster1, cluster2 }: Rig): Promise<string> {
  const count = 300;
  const even = await answersOf(cluster1, url('shares'), count);
  const first = even.get('cluster2 v1') ?? 0;
  const sigma = Math.sqrt(count * 0.8 * 0.2);
  must(first + (even.get('cluster3 v1') ?? 0) === count && Math.abs(first - 0.8 * count) <= 5 * sigma, `80/20: ${text(even)}`);
  const gateway = cluster2.pod('istio-system', 'istio-ingressgateway');
  await connect(gateway.netns, false);
  await answeredBy(cluster1, url('shares'), /^cluster3 v1$/);
  const rest = await answersOf(cluster1, url('shares'), 30);
  await connect(gateway.netns, true);
  must(text(rest) === 'cluster3 v1 30', `the share of a cluster that fails: ${text(rest)}`);
  await until('both clusters answer again', async () => (await answersOf(cluster1, url('shares'), 20)).has('cluster2 v1'), 60);
  return `80/20 of ${count}: ${text(even)}; with cluster2 lost ${text(rest)}`;
}

async function hostname({ cluster1 }: Rig): Promise<string> {
  await answeredBy(cluster1, url('named'), /^cluster3 v1$/);
  const seen = await answersOf(cluster1, url('named'), 10);
  must(text(seen) === 'cluster3 v1 10', `a gateway by its hostname: ${text(seen)}`);
  return `by hostname ${text(seen)}`;
}

async function egress({ cluster1 }: Rig): Promise<string> {
  await answeredBy(cluster1, url('out'), /^cluster2 v1$/);
  const before = await connections(cluster1, 'istio-system', 'istio-egressgateway', /out-back\.remote-gateways\.internal$/);
  const seen = await answersOf(cluster1, url('out'), 20);
  must(text(seen) === 'cluster2 v1 20', `through the egress gateway: ${text(seen)}`);
  must(before > 0, 'the egress gateway opened no connection');
  const gateway = cluster1.pod('istio-system', 'istio-egressgateway');
  await connect(gateway.netns, false);
  const down = await answersOf(cluster1, url('out'), 3);
  await connect(gateway.netns, true);
  must([...down.keys()].every(who => !who.startsWith('cluster')), `with the egress gateway down: ${text(down)}`);
  await answeredBy(cluster1, url('out'), /^cluster2 v1$/);
  return `through egress ${text(seen)}, with it down ${text(down)}`;
}
