import { join } from 'path';
import { LONGEST_NOTICE } from './lost-network';
import { answeredBy, answersOf, text } from '../cluster/answers';
import { Cluster, gatewayAddress } from '../cluster/cluster';
import { connect, sleep, STATE, until } from '../cluster/machine';
import { curlIn, NETS, Rig, withdraw } from '../cluster/rig';
import { FAULT, OVERRIDDEN, SHARES, trafficMesh, USER } from '../cluster/traffic-mesh';
import { must } from '../proof';

/** Hosts of one service: under the global name and under the local name. */
const NAMES = { global: (service: string) => `${service}.back.global`, local: (service: string) => `${service}.back` };

/** What an import says of its requests is what happens to them, under the global and under the local name. */
export async function traffic(rig: Rig): Promise<string> {
  const folder = join(STATE, 'traffic');
  const gateways = Object.fromEntries(Object.entries(NETS).map(([name, net]) => [name, gatewayAddress(net)]));
  trafficMesh({ istio: rig.istio, outdir: folder, gateways });
  for (const cluster of clustersOf(rig)) {
    await cluster.applyFolder(join(folder, cluster.name));
  }
  try {
    const figures: string[] = [];
    for (const [name, hostOf] of Object.entries(NAMES)) {
      const url = (service: string, path = '/env') => `http://${hostOf(service)}:8000${path}`;
      figures.push(`${name} name: ${(await shown(rig, url)).join(', ')}`);
    }
    return figures.join('; ');
  } finally {
    await withdraw(rig, folder, ({ kind }) => kind !== 'Namespace');
  }
}

type Url = (service: string, path?: string) => string;

async function shown(rig: Rig, url: Url): Promise<string[]> {
  const { cluster1 } = rig;
  await answeredBy(cluster1, url('plain'), /^cluster2 v1$/);
  return [
    await timeout(cluster1, url),
    await retries(cluster1, url),
    await hash(cluster1, url),
    await mirror(rig, url),
    await routes(cluster1, url),
    await overridden(cluster1, url),
    await canary(rig, url),
  ];
}

async function timeout(cluster: Cluster, url: Url): Promise<string> {
  const began = Date.now();
  const { code } = await curlIn(cluster, 'team', url('slow', '/delay/3'));
  const took = Date.now() - began;
  must(code === '504' && took > 900 && took < 2500, `a timeout of 1 s: ${code} after ${took} ms`);
  const without = await curlIn(cluster, 'team', url('plain', '/delay/3'));
  must(without.code === '200', `without a timeout: ${without.code}`);
  return `timeout of 1 s: ${code} after ${took} ms, without it 200 after 3 s`;
}

async function retries(cluster: Cluster, url: Url): Promise<string> {
  const without = await answersOf(cluster, url('flaky'), 40);
  const lost = without.get('404') ?? 0;
  must(lost >= 8, `without retries only ${lost} of 40 fail: ${text(without)}`);
  const seen = await answersOf(cluster, url('retried'), 200);
  must(text(seen) === 'cluster2 v1 200', `with retries: ${text(seen)}`);
  return `1 of 2 exporters broken: without retries ${lost} of 40 fail, with 3 retries 0 of 200`;
}

async function hash(cluster: Cluster, url: Url): Promise<string> {
  const pods = new Set<string>();
  for (let user = 0; user < 12; user++) {
    const seen = await answersOf(cluster, url('hashed'), 5, '-H', `${USER}: user-${user}`);
    must(seen.size === 1 && [...seen.keys()].every(who => /^cluster[23] v1$/.test(who)), `user ${user}: ${text(seen)}`);
    [...seen.keys()].forEach(who => pods.add(who));
  }
  must(pods.size === 2, `all users reach ${[...pods].join()}`);
  return 'each of 12 users on one pod, both pods used';
}

/** Requests that the pod of a version has received; 0 before the first one, when Envoy has no endpoint there. */
async function received({ cluster2 }: Rig, version: string): Promise<number> {
  const pod = cluster2.pod('back', `traffic-${version}`);
  const { stdout } = await cluster2.inPod(pod, 'curl', '-s', '-m', '5', 'http://127.0.0.1:15000/clusters');
  const counts = [...stdout.matchAll(/^inbound\|8080\|.*::rq_total::(\d+)$/gm)].map(([, count]) => Number(count));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function mirror(rig: Rig, url: Url): Promise<string> {
  const before = await received(rig, 'v2');
  const seen = await answersOf(rig.cluster1, url('mirrored'), 20);
  must(text(seen) === 'cluster2 v1 20', `mirrored requests are answered by ${text(seen)}`);
  let copies = 0;
  await until('the mirror has the copies', async () => {
    copies = await received(rig, 'v2') - before;
    return copies >= 20;
  });
  must(copies === 20, `20 requests, ${copies} copies`);
  return '20 of 20 requests seen at the mirror';
}

async function routes(cluster: Cluster, url: Url): Promise<string> {
  const who = await answersOf(cluster, url('routed', '/who'), 10);
  must(text(who) === 'cluster2 v2 10', `by path prefix, rewritten: ${text(who)}`);
  const others = await answersOf(cluster, url('routed'), 10);
  must(text(others) === 'cluster2 v1 10', `other paths: ${text(others)}`);
  const near = await answersOf(cluster, url('routed', '/whom'), 5);
  must(text(near) === '404 5', `a path with the same letters: ${text(near)}`);
  const fault = await answersOf(cluster, url('routed', '/anything'), 5, '-X', 'DELETE');
  must(text(fault) === `${FAULT} 5`, `a fault by method: ${text(fault)}`);
  const put = await answersOf(cluster, url('routed', '/anything'), 5, '-X', 'PUT');
  must(text(put) === '200 5', `another method: ${text(put)}`);
  const redirect = await curlIn(cluster, 'team', url('routed', '/old'), '-D', '-');
  must(redirect.code === '308' && /^location: .*\/new\r?$/im.test(redirect.body), `a redirect: ${redirect.code} ${redirect.body}`);
  return 'routes by path and method exact, 5 of 5 faults, a redirect';
}

async function overridden(cluster: Cluster, url: Url): Promise<string> {
  const { body } = await curlIn(cluster, 'team', url('overridden'), '-D', '-');
  must(new RegExp(`^${OVERRIDDEN.name}: ${OVERRIDDEN.value}\\r?$`, 'im').test(body), `the overridden header is missing: ${body}`);
  const plain = await curlIn(cluster, 'team', url('plain'), '-D', '-');
  must(!plain.body.toLowerCase().includes(OVERRIDDEN.name), 'an import without overrides has the header');
  return 'overrides merged';
}

/** Percentages of clusters within five sigma. When the loss of a cluster is noticed, the other one answers its share: no request fails. */
async function canary({ cluster1, cluster3 }: Rig, url: Url): Promise<string> {
  const seen = await answersOf(cluster1, url('canary'), 300);
  const [two, three] = ['cluster2 v1', 'cluster3 v1'].map(who => seen.get(who) ?? 0);
  const expected = 300 * SHARES.cluster3 / 100;
  must(two + three === 300 && Math.abs(three - expected) <= 35, `80/20 of 300: ${text(seen)}`);
  const gateway = cluster3.pod('istio-system', 'istio-ingressgateway');
  await connect(gateway.netns, false);
  await sleep(LONGEST_NOTICE);
  const alone = await answersOf(cluster1, url('canary'), 40);
  await connect(gateway.netns, true);
  must(text(alone) === 'cluster2 v1 40', `with cluster3 lost: ${text(alone)}`);
  await until('cluster3 answers again', async () => (await answersOf(cluster1, url('canary'), 20)).has('cluster3 v1'), 90);
  return `80/20 of 300 requests ${two}/${three}, with one cluster lost 40 of 40`;
}

function clustersOf({ cluster1, cluster2, cluster3 }: Rig): Cluster[] {
  return [cluster1, cluster2, cluster3];
}
