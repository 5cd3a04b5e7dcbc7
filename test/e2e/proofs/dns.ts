import { parse } from 'yaml';
import { takeOutOfCorefile } from '../../../src/dns/corefile-merge';
import type { Cluster } from '../cluster/cluster';
import { until } from '../cluster/machine';
import type { RunningPod } from '../cluster/pods';
import { manifest, Rig, synthesized } from '../cluster/rig';
import { run } from '../process';
import { must } from '../proof';

/** Status and addresses in the answer of a DNS server. */
interface Answer {
  readonly status: string;
  readonly addresses: string[];
}

/** A query with its expected answer. */
interface Question extends Answer {
  readonly name: string;
  readonly type: string;
}

/** A pod without a sidecar resolves remote names through the cluster's own DNS. All other names resolve as before. */
export async function dns(rig: Rig): Promise<string> {
  const { cluster1, cluster2 } = rig;
  const folder = synthesized(rig.istio, `${rig.folder}-dns`, { trust: rig.trust(), corefile: cluster1.corefile });
  await cluster1.applyFolder(`${folder}/cluster1`);
  await cluster1.refreshDns();
  const [pod, elsewhere] = [await podWithoutSidecar(cluster1), await podWithoutSidecar(cluster2)];
  const vip = parse(manifest(rig, 'cluster1', 'ServiceEntry.networking.istio.io_direct_catalog-shop.yaml')).spec.addresses[0];
  await until(
    'the DNS of the cluster forwards the zone to the resolver',
    async () => (await ask(cluster1, pod, 'catalog.shop.global', 'A')).status === 'NOERROR',
  );
  const kubernetes = (await cluster1.kube.api('GET', '/api/v1/namespaces/default/services/kubernetes')).spec.clusterIP;
  const questions: Question[] = [
    { name: 'catalog.shop.global', type: 'A', status: 'NOERROR', addresses: [vip] },
    { name: 'catalog.shop.global', type: 'AAAA', status: 'NOERROR', addresses: [] },
    { name: 'nobody.shop.global', type: 'A', status: 'NXDOMAIN', addresses: [] },
    { name: 'kubernetes.default.svc.cluster.local', type: 'A', status: 'NOERROR', addresses: [kubernetes] },
    { name: 'mesh.cluster3.example.com', type: 'A', status: 'NOERROR', addresses: [rig.cluster3.gatewayAddress] },
  ];
  for (const { name, type, status, addresses } of questions) {
    for (const transport of ['+notcp', '+tcp']) {
      const answer = await ask(cluster1, pod, name, type, transport);
      must(
        answer.status === status && answer.addresses.join() === addresses.join(),
        `${name} ${type} ${transport}: ${answer.status} ${answer.addresses.join()} instead of ${status} ${addresses.join()}`,
      );
    }
  }
  const control = await ask(cluster2, elsewhere, 'catalog.shop.global', 'A');
  must(control.addresses.length === 0, 'a cluster without a resolver answers for the zone');
  await sharedKeys(cluster1);
  const version = (await run(rig.program('coredns'), ['-version'])).match(/CoreDNS-(\S+)/)?.[1];
  const asked = questions.length * 2;
  return `CoreDNS ${version}: a pod without a sidecar gets the VIP, NXDOMAIN for unknown names of the zone, `
    + `and the platform's own answers, ${asked} of ${asked} over UDP and TCP; a cluster without a resolver gets no address; `
    + 'keys of another field manager survive apply and clean-up, and the Corefile of the platform is restored';
}

/** Keys of others in shared ConfigMaps survive when the library adds and withdraws its own. */
async function sharedKeys(cluster: Cluster): Promise<void> {
  const read = async (name: string) => (await cluster.kube.api('GET', `/api/v1/namespaces/kube-system/configmaps/${name}`)).data;
  const configMap = (name: string, data: object) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'kube-system' },
    data,
  });
  const merged = await read('coredns');
  must(merged.others === 'a key of somebody else' && merged.Corefile !== cluster.corefile, 'the folder did not change the Corefile alone');
  await cluster.apply([configMap('coredns', { Corefile: takeOutOfCorefile(merged.Corefile, 'global') })]);
  const after = await read('coredns');
  must(after.others === merged.others && after.Corefile === cluster.corefile, 'the Corefile without the zone is not that of the platform');
  await cluster.refreshDns();

  await cluster.apply([configMap('coredns-custom', { 'mine.server': 'corp.example:53 {\n}\n' })], 'platform');
  await cluster.apply([configMap('coredns-custom', { 'istio-global.server': 'global:53 {\n}\n' })]);
  must(
    Object.keys(await read('coredns-custom')).sort().join() === 'istio-global.server,mine.server',
    'a key of others did not survive apply',
  );
  await cluster.apply([configMap('coredns-custom', {})]);
  must(Object.keys(await read('coredns-custom')).join() === 'mine.server', 'clean-up deleted a key of others, or left its own key');
}

async function podWithoutSidecar(cluster: Cluster): Promise<RunningPod> {
  const name = 'no-sidecar';
  const labels = { app: name };
  const container = { name: 'sleep', image: 'docker.io/curlimages/curl:8.16.0', command: ['/bin/sleep', 'infinity'] };
  await cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: name },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  }]);
  return cluster.pods.runDeployment(name, name, []);
}

/** Queries the cluster's DNS from a pod. */
async function ask(cluster: Cluster, pod: RunningPod, name: string, type: string, ...options: string[]): Promise<Answer> {
  const { stdout } = await cluster.inPod(pod, 'dig', `@${cluster.dns}`, '+time=2', '+tries=2', ...options, name, type);
  return {
    status: /status: (\w+)/.exec(stdout)?.[1] ?? 'no answer',
    addresses: [...stdout.matchAll(/^[^;\s]+\s+\d+\s+IN\s+(?:A|AAAA)\s+(\S+)$/gm)].map(([, address]) => address),
  };
}
