import { existsSync, readdirSync } from 'fs';
import { join } from 'path';
import { IstioRelease, RetirementStep } from '../../../src';
import type { Cluster } from '../cluster/cluster';
import { Target, underLoad } from '../cluster/load';
import { connect, until } from '../cluster/machine';
import { answers, bareTls, clusterParts, curl, Rig, rigOf, steady, synthesized, url } from '../cluster/rig';
import { must, Proof } from '../proof';

/** A cluster retires step by step, while callers use the services that stay. */
export const retireProofs: Proof[] = [IstioRelease.V1_30, IstioRelease.V1_31].map(istio => ({
  name: `retire-${istio.version}`, parts: clusterParts(istio.version), show: async run => retire(await rigOf(istio, run)),
}));

const SNI = 'outbound_.8000_._.catalog.shop.svc.cluster.local';

async function retire(rig: Rig): Promise<string> {
  const { cluster1, cluster2, cluster3 } = rig;
  let folder = rig.folder;
  const commit = async (name: string, retiring: { readonly alone: boolean; readonly cluster3?: RetirementStep }) => {
    const next = synthesized(rig.istio, `${rig.folder}-retire-${name}`, { trust: rig.trust(), retiring });
    for (const cluster of [cluster1, cluster2, cluster3]) {
      await applyAndPrune(cluster, folder, next);
    }
    folder = next;
  };
  const closed = async () => !/BEGIN CERTIFICATE/.test(await bareTls(cluster3.gatewayAddress, SNI));
  for (const { namespace, service } of STAYING) {
    await steady(rig, namespace, url(service));
  }
  must(
    (await answers(rig, 'direct', 'catalog.shop.global', 60)).has('cluster3 v1') && !await closed(),
    'cluster3 does not answer before it retires',
  );

  const timesToMove: string[] = [];
  const load = await underLoad(rig, STAYING, async now => {
    now.phase = 'imports of the service that only cluster3 exports';
    await commit('imports', { alone: true });
    await until('callers cannot resolve its name', async () => (await curl(rig, 'direct', url('alone'))).exit === 6);

    now.phase = 'consumers';
    await commit('consumers', { alone: true, cluster3: RetirementStep.CONSUMERS });
    const committed = Date.now();
    for (const namespace of ['direct', 'egress']) {
      // Through the egress gateway, a connection leads to one cluster until it is replaced after a minute.
      await until(
        `cluster2 alone answers ${namespace}`,
        async () => [...(await answers(rig, namespace, 'catalog.shop.global', 40)).keys()].join() === 'cluster2 v1',
        120,
      );
      timesToMove.push(`${namespace} ${((Date.now() - committed) / 1000).toFixed(0)} s`);
    }
    must(!await closed(), 'its gateway is closed while consumers may still call');

    now.phase = 'services';
    await commit('services', { alone: true, cluster3: RetirementStep.SERVICES });
    await until('its gateway is closed', closed);

    now.phase = 'control plane';
    await commit('dns', { alone: true, cluster3: RetirementStep.DNS });
    await commit('control-plane', { alone: true, cluster3: RetirementStep.CONTROL_PLANE });
    // The removal of its charts has this effect.
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
    for (const { namespace, service } of STAYING) {
      await steady(rig, namespace, url(service));
    }
  });
  return 'cluster3 retires in 6 steps (imports, consumers, services, DNS, control plane, CA), and its gateway answers until it gets no '
    + `more calls, after ${timesToMove.join(', ')}: 0 of ${load.answered} requests to the services that stay failed`;
}

/** Services of the clusters that stay. The cluster that retires exports `catalog` too. */
const STAYING: Target[] = [
  { namespace: 'direct', service: 'catalog' },
  { namespace: 'egress', service: 'catalog' },
  { namespace: 'direct', service: 'cart' },
  { namespace: 'egress', service: 'ledger' },
];

/** Applies the next folder to a cluster, and deletes the objects that it no longer has, as an engine that prunes does. */
async function applyAndPrune(cluster: Cluster, from: string, to: string): Promise<void> {
  const [before, after] = [from, to].map(folder => manifestsIn(join(folder, cluster.name)));
  await cluster.applyFolder(join(to, cluster.name));
  const removed = before.filter(file => !after.includes(file));
  // Entries go before the rules that they need, as the waves of an engine order them.
  const isEntry = (name: string) => name.startsWith('ServiceEntry');
  for (const file of [...removed.filter(isEntry), ...removed.filter(name => !isEntry(name))]) {
    await cluster.kube.kubectl('delete', '--ignore-not-found', '-f', join(from, cluster.name, file));
  }
}

function manifestsIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter(file => file.endsWith('.yaml')) : [];
}
