import { mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { App, Chart, Testing } from 'cdk8s';
import { GlobalDns, IstioRelease } from '../../../src';
import { mergeCorefile, serverBlock } from '../../../src/dns/corefile-merge';
import { COREFILES } from '../../dns/corefiles';
import { addHost, cleanUp, prepare } from '../cluster/machine';
import { run } from '../process';
import { must, Proof, ProofRun } from '../proof';

const ZONE = { zone: 'global', resolvers: ['10.96.0.53'] };
/** The oldest supported CoreDNS, and the newest. */
const VERSIONS = [{ module: 'coredns', version: '1.12.4' }, { module: 'coredns-1.15', version: '1.15.0' }];
const judgeOf = (module: string) => ({ name: module.replace('coredns', 'corefile-judge'), module, package: './corefile-judge' });

/** The oldest supported CoreDNS and the newest load every Corefile that the library writes or merges, with all its plugins. */
export const dnsLoadProof: Proof = {
  name: 'dns-load',
  parts: VERSIONS.map(({ module }) => judgeOf(module)),
  async show(proof) {
    const chart = new Chart(new App(), 'chart');
    new GlobalDns(chart, 'dns', { istio: IstioRelease.V1_31, clusterIp: '10.96.0.53', services: [] });
    const { data } = Testing.synth(chart).find(({ kind }) => kind === 'ConfigMap');
    const texts = [...COREFILES.map(({ text }) => mergeCorefile(text, ZONE)), serverBlock(ZONE), data.Corefile];
    const planted = '.:53 {\n    no_such_plugin\n}\n';
    await prepare();
    try {
      for (const { module, version } of VERSIONS) {
        const verdicts = await refusalsOf(proof, judgeOf(module).name, [...texts, planted]);
        must(/Unknown directive/.test(verdicts.pop() ?? ''), `CoreDNS ${version} accepts an unknown plugin`);
        verdicts.forEach((error, i) => must(error === undefined, `CoreDNS ${version} refuses ${COREFILES[i]?.name ?? texts[i]}: ${error}`));
      }
    } finally {
      await cleanUp();
    }
    const versions = VERSIONS.map(({ version }) => version).join(' and ');
    return `CoreDNS ${versions}: ${texts.length} Corefiles, ${COREFILES.length} of them merged into a platform's own, `
      + 'are loaded with every plugin; a planted unknown plugin is refused';
  },
};

/** Loads Corefiles in a container with the environment of a pod. Returns for each the reason of a refusal, if any. */
async function refusalsOf({ folder, program }: ProofRun, judge: string, texts: string[]): Promise<Array<string | undefined>> {
  const own = join(folder, judge.replace(/\W/g, '-'));
  ['upper/var/run', 'work', 'root'].forEach(part => mkdirSync(join(own, part), { recursive: true }));
  const [token, key, certificate] = ['token', 'key.pem', 'cert.pem'].map(file => join(own, file));
  writeFileSync(token, 'token');
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=dns'];
  await run('openssl', [...request, '-keyout', key, '-out', certificate]);
  const secrets = '/var/run/secrets/kubernetes.io/serviceaccount';
  const mounts = {
    '/judge': program(judge),
    [`${secrets}/token`]: token,
    [`${secrets}/ca.crt`]: certificate,
    '/cert.pem': certificate,
    '/key.pem': key,
  };
  writeFileSync(join(own, 'mounts'), Object.entries(mounts).map(([path, source]) => `${source}\t${path}\n`).join(''));
  const netns = await addHost(`load-${judge.length}`, ['10.61.0.9']);
  const env = {
    ...process.env,
    KUBERNETES_SERVICE_HOST: '10.61.0.1',
    KUBERNETES_SERVICE_PORT: '443',
    ZONE: 'example.org',
    PORT: '53',
    UPSTREAM: '10.1.1.1',
    OTHER: '10.1.1.2',
  };
  const input = texts.map(text => `${JSON.stringify(text)}\n`).join('');
  const printed = await run('bash', [join(__dirname, '..', 'cluster', 'container.sh'), netns, own, '0', '/judge', 'setup'], { env, input });
  return printed.split('\n').filter(line => line.startsWith('{')).map(line => JSON.parse(line).error);
}
