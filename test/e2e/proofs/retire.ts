import { existsSync, readdirSync } from 'fs';
import { join } from 'path';
import { IstioRelease, RetirementStep } from '../../../src';
import type { Cluster } from '../cluster/cluster';
import { underLoad } from '../cluster/load';
import { connect, until } from '../cluster/machine';
import { answers, bareTls, clusterParts, curl, Rig, rigOf, steady, synthesized, url } from '../cluster/rig';
import { must, Proof } from '../proof';

/** A cluster retires step by step while others call what stays. */
export const retireProofs: Proof[] = [IstioRelease.V1_30, IstioRelease.V1_31].map(istio => ({
  name: `retire-${istio.version}`, parts: clusterParts(istio.version), show: async run => retire(await rigOf(istio, run)),
}));

const SNI = 'outbound_.8000_._.catalog.shop.svc.cluster.local';

async function retire(rig: Rig): Promise<string> {
  const { cluster1, cluster2, cluster3 } = rig;
  let folder = rig.folder;
  const commit = async (name: string, retiring: { readonly alone: boolean; readonly cluster3?: RetirementStep }) => {
    const next = synthesized(rig.istio, `${rig.folder}-${name}`, { trust: rig.trust(), retiring });
    for (const cluster of [cluster1, cluster2, cluster3]) {
      await follow(cluster, folder, next);
    }
    folder = next;
  };
  const closed = async () => !/BEGIN CERTIFICATE/.test(await bareTls(cluster3.gatewayAddress, SNI));
  for (const [namespace, service] of STAYING) {
    await steady(rig, namespace, url(service));
  }
  must(
    (await answers(rig, 'direct', 'catalog.shop.global', 60)).has('cluster3 v1') && !await closed(),
    'cluster3 does not answer before it retires',
  );

  const after: string[] = [];
  const load = await underLoad(rig, STAYING, async now => {
    now.phase = 'imports of what it alone exports';
    await commit('imports', { alone: true });
    await until('its name is gone', async () => (await curl(rig, 'direct', url('alone'))).exit === 6);

    now.phase = 'consumers';
    await commit('consumers', { alone: true, cluster3: RetirementStep.CONSUMERS });
    const told = Date.now();
    for (const namespace of ['direct', 'egress']) {
      // Behind the egress gateway a connection stays with its cluster until it is replaced, a minute old.
      await until(
        `cluster2 alone answers ${namespace}`,
        async () => [...(await answers(rig, namespace, 'catalog.shop.global', 40)).keys()].join() === 'cluster2 v1',
        120,
      );
      after.push(`${namespace} ${((Date.now() - told) / 1000).toFixed(0)} s`);
    }
    must(!await closed(), 'its gateway is closed while consumers may still call');

    now.phase = 'services';
    await commit('services', { alone: true, cluster3: RetirementStep.SERVICES });
    await until('its gateway is closed', closed);

    now.phase = 'control plane';
    await commit('dns', { alone: true, cluster3: RetirementStep.DNS });
    await commit('control-plane', { alone: true, cluster3: RetirementStep.CONTROL_PLANE });
    // What the removal of its charts does.
    for (const name of ['istiod', 'istio-ingressgateway']) {
      await connect(cluster3.pod('istio-system', name).netns, false);
    }

    now.phase = 'CA';
    await commit('ca', { alone: true, cluster3: RetirementStep.CA });
    must(!existsSync(join(folder, 'install', 'cluster3')), 'its install values are still written');
    const left = JSON.parse(
      await cluster3.kube.kubectl('get', 'sealedsecrets,gateways.networking.istio.io', '-n', 'istio-system', '-o', 'json'),
    ).items;
    must(left.length === 0, `these are left of cluster3: ${left.map((item: any) => `${item.kind} ${item.metadata.name}`).join(', ')}`);
    for (const [namespace, service] of STAYING) {
      await steady(rig, namespace, url(service));
    }
  });
  return `cluster3 retires in 6 steps (imports, consumers, services, DNS, control plane, CA), its gateway answering until nobody calls, after ${after.join(', ')}: 0 of ${load.answered} requests to what stays failed`;
}

/** What clusters that stay serve, one of them together with the cluster that retires. */
const STAYING = [['direct', 'catalog'], ['egress', 'catalog'], ['direct', 'cart'], ['egress', 'ledger']] as const;

/** Brings a cluster from one folder to the next, as an engine that prunes does. */
async function follow(cluster: Cluster, from: string, to: string): Promise<void> {
  const files = (folder: string) => existsSync(join(folder, cluster.name)) ? readdirSync(join(folder, cluster.name)).filter(file => file.endsWith('.yaml')) : [];
  const [before, after] = [from, to].map(files);
  await cluster.applyFolder(join(to, cluster.name));
  const gone = before.filter(file => !after.includes(file));
  // Entries before the rules that they need, as waves do.
  for (const file of [...gone].sort((a, b) => Number(b.startsWith('ServiceEntry')) - Number(a.startsWith('ServiceEntry')))) {
    await cluster.kube.kubectl('delete', '--ignore-not-found', '-f', join(from, cluster.name, file));
  }
}
