import { answeredBy, answersOf, text } from '../cluster/answers';
import { connect, until } from '../cluster/machine';
import type { Rig } from '../cluster/rig';
import { must } from '../proof';

const BOTH = 'http://both.back.global:8000/env';
const BOTH_TCP = 'http://both.back.global:6379/env';
const SHARES = 'http://shares.back.global:8000/env';

/** The global name follows the same order and shares as the local name: own pods first, then other clusters as declared. */
export async function globalNames(rig: Rig): Promise<string> {
  return [await ownPodsFirst(rig), await shares(rig)].join('; ');
}

async function ownPodsFirst({ cluster1 }: Rig): Promise<string> {
  const figures: string[] = [];
  for (const target of [BOTH, BOTH_TCP]) {
    await answeredBy(cluster1, target, /^cluster1 v1$/);
    const own = await answersOf(cluster1, target, 20);
    must(text(own) === 'cluster1 v1 20', `own pods first at ${target}: ${text(own)}`);
    figures.push(text(own));
  }
  const pod = cluster1.pod('back', 'both-v1');
  await connect(pod.netns, false);
  try {
    for (const target of [BOTH, BOTH_TCP]) {
      await answeredBy(cluster1, target, /^cluster3 v1$/);
      const next = await answersOf(cluster1, target, 10);
      must(text(next) === 'cluster3 v1 10', `own pods lost, at ${target}: ${text(next)}`);
      figures.push(text(next));
    }
  } finally {
    await connect(pod.netns, true);
  }
  for (const target of [BOTH, BOTH_TCP]) {
    await answeredBy(cluster1, target, /^cluster1 v1$/);
  }
  return `global name, HTTP and TCP, own pods first ${figures.slice(0, 2).join(' and ')}, without them ${figures.slice(2).join(' and ')}`;
}

async function shares({ cluster1, cluster2 }: Rig): Promise<string> {
  const count = 300;
  await answeredBy(cluster1, SHARES, /^cluster[23] v1$/);
  const even = await answersOf(cluster1, SHARES, count);
  const first = even.get('cluster2 v1') ?? 0;
  const sigma = Math.sqrt(count * 0.8 * 0.2);
  must(first + (even.get('cluster3 v1') ?? 0) === count && Math.abs(first - 0.8 * count) <= 5 * sigma, `80/20: ${text(even)}`);
  const gateway = cluster2.pod('istio-system', 'istio-ingressgateway');
  await connect(gateway.netns, false);
  try {
    await answeredBy(cluster1, SHARES, /^cluster3 v1$/);
  } finally {
    await connect(gateway.netns, true);
  }
  await until('both clusters answer again', async () => (await answersOf(cluster1, SHARES, 20)).has('cluster2 v1'), 60);
  return `80/20 of ${count} ${text(even)}, all to cluster3 when cluster2 is lost`;
}
