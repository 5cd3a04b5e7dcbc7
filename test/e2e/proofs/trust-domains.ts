import { rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { toYaml } from '../../../src/output/yaml';
import { answeredBy, answersOf, text } from '../cluster/answers';
import { documents, gatewayAddress } from '../cluster/cluster';
import { localNamesOfTrustDomains } from '../cluster/local-names-mesh';
import { STATE } from '../cluster/machine';
import { curlIn, NETS, Rig } from '../cluster/rig';
import { must } from '../proof';

/**
 * Three clusters, each with a trust domain of its own, a CA that is confined to it by a name constraint, and the others' trust
 * domains as aliases: services under their own and their global names are answered, with the identities of these domains.
 */
export async function trustDomains(rig: Rig): Promise<string> {
  const { cluster1, cluster2, cluster3 } = rig;
  const outdir = join(STATE, 'trust-domains');
  const gateways = Object.fromEntries(Object.entries(NETS).map(([name, net]) => [name, gatewayAddress(net)]));
  localNamesOfTrustDomains({ istio: rig.istio, outdir, gateways, trustDomains: rig.trustDomains! });
  const clusters = [cluster1, cluster2, cluster3];
  for (const cluster of clusters) {
    await cluster.applyFolder(join(outdir, cluster.name));
  }
  try {
    const figures: string[] = [];
    for (const host of ['api.back', 'api.back.global']) {
      const url = `http://${host}:8000`;
      await answeredBy(cluster1, `${url}/env`, /^cluster[23] v1$/);
      const seen = await answersOf(cluster1, `${url}/env`, 30);
      must([...seen.keys()].sort().join() === 'cluster2 v1,cluster3 v1', `${host}: ${text(seen)}`);
      const { body } = await curlIn(cluster1, 'team', `${url}/headers`);
      must(body.includes('spiffe://one.example/ns/team/sa/sleep'), `the server of ${host} does not see the caller: ${body}`);
      const wrong = await answersOf(cluster1, `http://${host.replace('api', 'liar')}:8000/env`, 5);
      must(text(wrong) === '503 5', `a server of ${host} with another identity: ${text(wrong)}`);
      figures.push(`${host} ${text(seen)}, wrong identity ${text(wrong)}`);
    }
    return `trust domains one.example, two.example and three.example with name constraints: ${figures.join('; ')}`;
  } finally {
    for (const cluster of clusters) {
      const rules = documents(await cluster.kube.kubectl('kustomize', join(outdir, cluster.name)))
        .filter(({ apiVersion }) => apiVersion.startsWith('networking.'));
      const file = join(cluster.kube.folder, 'trust-domains.yaml');
      writeFileSync(file, rules.map(rule => toYaml(rule, { sortKeys: false })).join('---\n'));
      await cluster.kube.kubectl('delete', '--ignore-not-found', '-f', file);
      rmSync(file);
    }
  }
}
