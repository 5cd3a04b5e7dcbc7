import { mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { Chart, Testing } from 'cdk8s';
import { GlobalDns, IstioRelease } from '../../../src';
import { mergeCorefile, serverBlock } from '../../../src/dns/corefile-merge';
import { COREFILES } from '../../dns/corefiles';
import { addHost, cleanUp, prepare } from '../cluster/machine';
import { run } from '../process';
import { must, Proof, ProofRun } from '../proof';

const ZONE = { zone: 'global', resolvers: ['10.96.0.53'] };
const VERSIONS = [['coredns', '1.12.4'], ['coredns-1.15', '1.15.0']];
const judgeOf = (module: string) => ({ name: module.replace('coredns', 'corefile-judge'), module, package: './corefile-judge' });

/** Every Corefile that is written or merged is loaded by CoreDNS, the oldest that is supported and the newest, with each plugin set up. */
export const dnsLoadProof: Proof = {
  name: 'dns-load',
  parts: VERSIONS.map(([module]) => judgeOf(module)),
  async show(proof) {
    const chart = new Chart(Testing.app(), 'chart');
    new GlobalDns(chart, 'dns', { istio: IstioRelease.V1_31, clusterIp: '10.96.0.53', services: [] });
    const { data } = Testing.synth(chart).find(({ kind }) => kind === 'ConfigMap');
    const texts = [...COREFILES.map(({ text }) => mergeCorefile(text, ZONE)), serverBlock(ZONE), data.Corefile];
    const planted = '.:53 {\n    no_such_plugin\n}\n';
    await prepare();
    try {
      for (const [module, version] of VERSIONS) {
        const verdicts = await loaded(proof, judgeOf(module).name, [...texts, planted]);
        must(/Unknown directive/.test(verdicts.pop() ?? ''), `CoreDNS ${version} takes a plugin that does not exist`);
        verdicts.forEach((error, i) => must(error === undefined, `CoreDNS ${version} refuses ${COREFILES[i]?.name ?? texts[i]}: ${error}`));
      }
    } finally {
      await cleanUp();
    }
    return `${texts.length} Corefiles, ${COREFILES.length} of them merged into a platform's own, loaded with every plugin by CoreDNS ${VERSIONS.map(([, version]) => version).join(' and ')}; a planted unknown plugin is refused`;
  },
};

/** Why CoreDNS refuses each of some Corefiles, in a container that looks like a pod to it. */
async function loaded({ folder, program }: ProofRun, judge: string, texts: string[]): Promise<Array<string | undefined>> {
  const own = join(folder, judge.replace(/\W/g, '-'));
  ['upper/var/run', 'work', 'root'].forEach(part => mkdirSync(join(own, part), { recursive: true }));
  const [token, key, certificate] = ['token', 'key.pem', 'cert.pem'].map(file => join(own, file));
  writeFileSync(token, 'token');
  await run(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, '-days', '1', '-subj', '/CN=dns'],
  );
  const secrets = '/var/run/secrets/kubernetes.io/serviceaccount';
  const mounts = [
    [program(judge), '/judge'],
    [token, `${secrets}/token`],
    [certificate, `${secrets}/ca.crt`],
    [certificate, '/cert.pem'],
    [key, '/key.pem'],
  ];
  writeFileSync(join(own, 'mounts'), mounts.map(mount => `${mount.join('\t')}\n`).join(''));
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
