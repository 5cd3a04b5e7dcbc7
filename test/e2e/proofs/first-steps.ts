import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'fs';
import { join } from 'path';
import { Httpbin, IstioRelease, Mesh, MeshApp, Sleep } from '../../../src';
import { commandsOf } from '../../doc-blocks';
import { programOfReadme } from '../../readme';
import type { Cluster } from '../cluster/cluster';
import { kubeconfigOf, TOKEN } from '../cluster/kube';
import { reportLoadBalancers } from '../cluster/load-balancers';
import { STATE, until } from '../cluster/machine';
import { clusterParts, codes, curl, Rig, rigOf, withdraw } from '../cluster/rig';
import { onlyFile, packagedFor } from '../package/built';
import { CLEAN_ENVIRONMENT } from '../pipelines/environment';
import { attempt } from '../process';
import { all, must, Proof, ProofRun } from '../proof';

const README = 'README.md';
const OWN = 'test/e2e/proofs/first-steps.ts';
const TARBALL = 'cdk8s-istio-multicluster-0.0.0.tgz';
const TARGET = 'http://httpbin.bar.global:8000/headers';
const istio = IstioRelease.V1_31;

/** What diff says: the first program has an address from no cluster. */
const MOVED = /requests of foo to httpbin\.bar\.global:8000 go to the gateways 10\.62\.2\.1:15443, before mesh\.cluster2/;

/**
 * The section "The first five minutes" of the README, as it stands there, for two running clusters: the last command is followed by
 * `kubectl apply`, and a request is answered.
 */
export const firstStepsProof: Proof = {
  name: `first-steps-${istio.version}`,
  parts: clusterParts(istio.version),
  async show(run) {
    // The first block of the section makes the package, and so does this.
    must(commandsOf(OWN, README, 'npm ci').includes('npm pack'), 'the README does not pack the package');
    const tarball = onlyFile(await packagedFor('js', run.say), '.tgz');
    const rig = await rigOf(istio, run);
    const clusters = [rig.cluster1, rig.cluster2];
    await workloads(rig);
    await reportLoadBalancers(clusters);
    const before = await curl(rig, 'foo', TARGET);
    must(before.exit === 6, `before the first step, the name resolves: ${before.code}`);

    const work = join(run.folder, 'work');
    mkdirSync(work);
    cpSync(tarball, join(work, TARBALL));
    const env = userOf(run, clusters);
    const began = Date.now();
    const made = await shell(work, env, commandsOf(OWN, README, `npx --yes -p ./${TARBALL} istio-mesh new mesh --package ${TARBALL}`));
    const mesh = join(work, 'mesh');
    writeFileSync(join(mesh, 'main.ts'), programOfReadme('The first five minutes'));
    const shown = await shell(mesh, env, commandsOf(OWN, README, 'npm start                                   # writes dist/'));
    const seconds = Math.round((Date.now() - began) / 1000);
    must(made.includes('clusters.json: 2 of 2 clusters read'), `discover printed ${made}`);
    must(MOVED.test(shown), `diff printed ${shown}`);
    must(readFileSync(join(mesh, 'mesh.html'), 'utf8').includes('Istio mesh of 2 clusters'), 'graph drew no page');

    for (const { name, kube } of clusters) {
      await kube.kubectl('apply', '--server-side', '-k', join(mesh, 'dist', name));
    }
    await until('httpbin answers', async () => (await curl(rig, 'foo', TARGET)).code === '200');
    const seen = await codes(rig, 'foo', TARGET, 10);
    must(all(seen, '200'), `httpbin answers ${seen.join(' ')}`);
    await withdrawn(rig, join(mesh, 'dist'));
    return `the commands and the program of the README, from istio-mesh new to istio-mesh graph, took ${seconds} s; after kubectl apply, `
      + `${seen.length} of ${seen.length} requests from foo to ${TARGET} are answered, and none was before`;
  },
};

/** What runs in the clusters of a user before the first step: a caller and a server. */
async function workloads({ cluster1, cluster2 }: Rig): Promise<void> {
  const app = new MeshApp({ outdir: join(STATE, 'first-steps') });
  const mesh = new Mesh(app, 'mesh', { istio });
  const [caller, server] = [cluster1, cluster2].map(({ name }) => mesh.addCluster(name));
  caller.addNamespace('foo');
  new Sleep(caller, 'sleep', { istio, namespace: 'foo' });
  server.addNamespace('bar');
  new Httpbin(server, 'httpbin', { istio, namespace: 'bar' });
  app.synth();
  for (const cluster of [cluster1, cluster2]) {
    await cluster.applyFolder(join(app.outdir, cluster.name));
  }
}

/** Environment of a user: contexts of both clusters, and kubectl on the path. */
function userOf({ folder, program }: ProofRun, clusters: readonly Cluster[]): NodeJS.ProcessEnv {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  symlinkSync(program('kubectl'), join(bin, 'kubectl'));
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, kubeconfigOf(clusters.map(({ kube }, i) => ({ name: ['kind-one', 'kind-two'][i], kube, token: TOKEN }))));
  const identity = { GIT_AUTHOR_NAME: 'user', GIT_AUTHOR_EMAIL: 'user@example.com' };
  const committer = { GIT_COMMITTER_NAME: 'user', GIT_COMMITTER_EMAIL: 'user@example.com' };
  return { ...CLEAN_ENVIRONMENT, ...identity, ...committer, KUBECONFIG: kubeconfig, PATH: `${bin}:${CLEAN_ENVIRONMENT.PATH}` };
}

/** Runs the lines of a block in one shell, and returns what they print. `istio-mesh diff` ends with 1, since there are differences. */
async function shell(cwd: string, env: NodeJS.ProcessEnv, block: string): Promise<string> {
  const differs = (line: string) => `{ ${line.replace(/#.*/, '')}; } || [ $? = 1 ]`;
  const lines = block.trim().split('\n').map(line => /istio-mesh diff\b/.test(line) ? differs(line) : line);
  const { code, stdout, stderr } = await attempt('sh', ['-e', '-c', lines.join('\n')], { cwd, env, seconds: 600 });
  must(code === 0, `the README's commands ended with ${code}: ${(stdout + stderr).slice(-3000)}`);
  return stdout + stderr;
}

/** Removes what the first steps made, since other proofs share the clusters. */
async function withdrawn(rig: Rig, folder: string): Promise<void> {
  const isOwn = ({ metadata: { name, namespace } }: any) => ['foo', 'bar'].includes(namespace) || name === 'mesh-httpbin-bar';
  await withdraw(rig, folder, isOwn);
  for (const [cluster, namespace, name] of [[rig.cluster1, 'foo', 'sleep'], [rig.cluster2, 'bar', 'httpbin']] as const) {
    await cluster.kube.kubectl('delete', 'deployment', name, '-n', namespace);
    await cluster.end(cluster.pod(namespace, name));
  }
}
