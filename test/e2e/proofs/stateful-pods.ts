import { join } from 'path';
import { gatewayAddress } from '../cluster/cluster';
import { connect, STATE, until } from '../cluster/machine';
import { connections, curl, NETS, Rig, withdraw } from '../cluster/rig';
import { CALLERS, PODS, statefulSetMesh } from '../cluster/stateful-set-mesh';
import { must } from '../proof';

/** Protocols over which the pods answer, each with its port. */
const PORTS = { tcp: 5432, http: 8000 };
const TIMES = 20;

/**
 * Each host of an exported StatefulSet is answered by its own pod, over TCP and HTTP, direct and through the egress gateway; while a pod
 * is cut off, no other pod answers for it, and the others answer as before.
 */
export async function statefulPods(rig: Rig): Promise<string> {
  const control = await nothingYet(rig);
  const folder = join(STATE, 'stateful-pods');
  statefulSetMesh({
    istio: rig.istio,
    outdir: folder,
    gateways: { cluster1: gatewayAddress(NETS.cluster1), cluster2: gatewayAddress(NETS.cluster2) },
  });
  for (const cluster of [rig.cluster1, rig.cluster2]) {
    await cluster.applyFolder(join(folder, cluster.name));
  }
  try {
    return [control, await eachItsOwn(rig), await oneCutOff(rig)].join('; ');
  } finally {
    await withdraw(rig, folder, ({ apiVersion }) => /^(networking|security)\.istio\.io\//.test(apiVersion));
  }
}

function url(pod: string, port: number): string {
  return `http://${pod}.db.data.global:${port}/env`;
}

/** The pod that answers, or the status code. */
async function answer(rig: Rig, namespace: string, target: string): Promise<string> {
  const { code, body } = await curl(rig, namespace, target);
  return code === '200' ? /"HTTPBIN_ENV_ANSWER": "([^"]+)"/.exec(body)?.[1] ?? '200' : code;
}

async function answersOf(rig: Rig, namespace: string, target: string, times: number): Promise<string[]> {
  const answers: string[] = [];
  for (let i = 0; i < times; i++) {
    answers.push(await answer(rig, namespace, target));
  }
  return answers;
}

/** A namespace that does not import the pods cannot resolve them, before and after. */
async function nothingYet(rig: Rig): Promise<string> {
  const { exit } = await curl(rig, 'direct', url('db-0', PORTS.tcp));
  must(exit === 6, `without an import curl ended with ${exit}, not 6 (cannot resolve)`);
  return 'control: unknown without an import';
}

async function eachItsOwn(rig: Rig): Promise<string> {
  for (const namespace of Object.values(CALLERS)) {
    for (const pod of PODS) {
      for (const [protocol, port] of Object.entries(PORTS)) {
        await until(`${pod} answers ${namespace} over ${protocol}`, async () => await answer(rig, namespace, url(pod, port)) === pod, 60);
        const answers = await answersOf(rig, namespace, url(pod, port), TIMES);
        must(answers.every(who => who === pod), `${pod} over ${protocol} from ${namespace}: ${answers.join(' ')}`);
      }
    }
  }
  const stranger = await curl(rig, 'direct', url('db-0', PORTS.tcp));
  must(stranger.exit === 6, `a namespace without the import got ${stranger.code}, and curl ended with ${stranger.exit} instead of 6`);
  const passed = await connections(rig.cluster1, 'istio-system', 'istio-egressgateway', /db-[01]-data\.remote-gateways\.internal$/);
  must(passed > 0, 'the egress gateway opened no connection');
  const count = Object.keys(CALLERS).length * PODS.length * Object.keys(PORTS).length * TIMES;
  return `${count} of ${count} requests answered by the named pod, over TCP and HTTP, direct and through the egress gateway`;
}

async function oneCutOff(rig: Rig): Promise<string> {
  const [first, second] = PODS;
  const { netns } = rig.cluster2.pod('data', first);
  await connect(netns, false);
  const down = await answersOf(rig, CALLERS.direct, url(first, PORTS.tcp), 3);
  const others = await answersOf(rig, CALLERS.direct, url(second, PORTS.tcp), TIMES);
  await connect(netns, true);
  must(down.every(who => !PODS.includes(who)), `while ${first} was cut off: ${down.join(' ')}`);
  must(others.every(who => who === second), `${second} meanwhile: ${others.join(' ')}`);
  await until(`${first} answers again`, async () => await answer(rig, CALLERS.direct, url(first, PORTS.tcp)) === first, 60);
  return `with ${first} cut off: ${down.join(' ')}, ${second} ${TIMES} of ${TIMES}`;
}
