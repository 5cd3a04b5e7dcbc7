import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';
import { GatewayAddress, GitOps, IstioRelease, Mesh, MeshApp, ServicePort } from '../../../src';
import { ARGOCD_PARTS } from '../cluster/argocd';
import { FLUX_PARTS } from '../cluster/flux';
import { GitRepository } from '../cluster/git-repository';
import type { Kube } from '../cluster/kube';
import { sleep, until } from '../cluster/machine';
import { clusterParts, curl, Rig, rigOf, url } from '../cluster/rig';
import { must, Proof, ProofRun } from '../proof';
import { argocd, Engine, EngineFactory, flux } from './gitops-engines';

const ISTIO = IstioRelease.V1_31;

/** By each engine, a commit becomes traffic between two clusters, an edit by hand is reverted, and a revert of the commit is pruned. */
export const gitopsProofs: Proof[] = [
  {
    name: `argocd-${ISTIO.version}`,
    parts: [...clusterParts(ISTIO.version), ...ARGOCD_PARTS],
    show: async run => appliedFromGit(await rigOf(ISTIO, run), run, argocd),
  },
  {
    name: `flux-${ISTIO.version}`,
    parts: [...clusterParts(ISTIO.version), ...FLUX_PARTS],
    show: async run => appliedFromGit(await rigOf(ISTIO, run), run, flux),
  },
];

async function appliedFromGit(rig: Rig, run: ProofRun, makeEngine: EngineFactory): Promise<string> {
  const kubes = [rig.cluster1.kube, rig.cluster2.kube];
  const repository = new GitRepository(makeEngine.name);
  try {
    await repository.start();
    const engine = makeEngine(kubes, repository, run);
    await engine.start();
    const accepted = await objectsAreAccepted(rig, run.folder, kubes[0], engine);
    const call = () => curl(rig, 'stranger', url('internal'));
    must((await call()).exit === 6, 'the service answers before it is exported');

    await repository.commit('feat: a mesh', synthesized(rig, run.folder, engine.gitOps, false));
    await kubes[0].kubectl('apply', '--server-side', '--validate=strict', '-k', join(run.folder, 'dist', engine.root));
    const started = Date.now();
    const commit = await repository.commit('feat: export and import', synthesized(rig, run.folder, engine.gitOps, true));
    await engine.apply(commit);
    await until('the committed import answers', async () => (await call()).code === '200');
    const answered = Date.now();

    const entry = ['serviceentry', 'internal-shop', '-n', 'stranger'];
    const hosts = () => kubes[0].kubectl('get', ...entry, '-o', 'jsonpath={.spec.hosts[0]}');
    const edited = Date.now();
    const edit = ['--type=merge', '-p', '{"spec":{"hosts":["edited.by.hand"]}}', '-o', 'jsonpath={.spec.hosts[0]}'];
    must(await kubes[0].kubectl('patch', ...entry, ...edit) === 'edited.by.hand', 'the edit by hand had no effect');
    await engine.reconcile();
    await until('the edit by hand is reverted', async () => await hosts() === 'internal.shop.global', 90);
    const restored = Date.now();
    await until('the restored import answers', async () => (await call()).code === '200');

    failedSynthChangesNoFile(rig, run.folder, engine.gitOps);
    const reverted = Date.now();
    await engine.apply(await repository.revert());
    must(await kubes[0].kubectl('get', ...entry, '--ignore-not-found', '-o', 'name') === '', 'the entry is not pruned');
    await until('the reverted import no longer answers', async () => (await call()).exit === 6);
    const unresolved = Date.now();
    await clustersOutliveEngine(rig, run, engine, repository);
    const seconds = (from: number, to: number) => `${((to - from) / 1000).toFixed(1)} s`;
    return `${engine.name}, a hub of two clusters, by the objects that the library wrote (${accepted} of them with charts and a sealed CA `
      + 'accepted by the published definitions, a planted unknown field refused): '
      + `commit to 200 in ${seconds(started, answered)}, an edit by hand reverted in ${seconds(edited, restored)}, `
      + `revert to pruned and unknown name in ${seconds(reverted, unresolved)}; a failed synth changes no file; `
      + 'after the objects of the engine are removed, the applied objects stay and the import answers';
  } finally {
    repository.stop();
  }
}

/** Removing the objects of an engine removes no applied object, so that another engine can replace it. */
async function clustersOutliveEngine(rig: Rig, { folder }: ProofRun, engine: Engine, repository: GitRepository): Promise<void> {
  await engine.apply(await repository.commit('feat: export and import again', synthesized(rig, folder, engine.gitOps, true)));
  await engine.removeEngineObjects();
  const call = () => curl(rig, 'stranger', url('internal'));
  // After this time, sidecars would know of removed objects.
  await sleep(3000);
  must((await call()).code === '200', 'the import was removed with the objects of the engine');
  for (const cluster of [rig.cluster1, rig.cluster2]) {
    const own = join(folder, 'dist', cluster.name);
    // Later proofs expect the clusters without these objects.
    const files = readdirSync(own).filter(file => file.endsWith('.yaml') && !file.startsWith('Namespace_'));
    for (const file of files) {
      await cluster.kube.kubectl('delete', '-f', join(own, file));
    }
  }
  await until('the import no longer answers', async () => (await call()).exit === 6);
}

/**
 * The real definitions accept every object of the engine, with charts and a CA, and refuse an unknown field.
 * @returns the number of objects
 */
async function objectsAreAccepted(rig: Rig, folder: string, kube: Kube, { root, gitOps }: Engine): Promise<number> {
  const options = { hub: true, istioVersion: `${ISTIO.version}.4` };
  const argo = { ...options, repoUrl: 'https://git.example.com/mesh.git' };
  const rollout = { label: 'stage', order: ['canary', 'production'], maxUpdate: '25%' };
  const forms = root === 'flux'
    ? [GitOps.flux(options), GitOps.flux({ ...options, oci: { url: 'oci://registry.example.com/mesh' } })]
    : [GitOps.argoCd(argo), GitOps.argoCd({ ...argo, rollout })];
  let count = 0;
  for (const [i, form] of forms.entries()) {
    must(form.engineName === gitOps.engineName, 'the objects are those of another engine');
    const app = new MeshApp({ outdir: join(folder, `everything-${i}`) });
    const mesh = new Mesh(app, 'mesh', { istio: ISTIO, gitOps: form, trust: rig.trust() });
    mesh.addCluster('cluster1', { ingressGateway: GatewayAddress.of('203.0.113.1') });
    app.synth();
    for (const file of filesBelow(join(app.outdir, root)).filter(name => name.endsWith('.yaml'))) {
      const object = parse(readFileSync(file, 'utf8'));
      const refusal = await kube.refusalOf(object);
      must(refusal === '', `${file}: ${refusal}`);
      const refusalOfField = await kube.refusalOf({ ...object, spec: { ...object.spec, noSuchField: 1 } });
      must(/noSuchField/.test(refusalOfField), `${file}: an unknown field is accepted`);
      count++;
    }
  }
  return count;
}

/** Writes a mesh of two clusters, with or without an imported service, and returns the folder for the repository. */
function synthesized(rig: Rig, folder: string, gitOps: GitOps, shares: boolean, retire = false): string {
  const app = new MeshApp({ outdir: join(folder, 'dist') });
  const mesh = new Mesh(app, 'mesh', { istio: ISTIO, gitOps });
  const [one, two] = [rig.cluster1, rig.cluster2].map(({ name, gatewayAddress }) => mesh.addCluster(name, {
    ingressGateway: GatewayAddress.of(gatewayAddress),
  }));
  if (shares) {
    const ports = [ServicePort.http('http', 8000)];
    const internal = two.exportService('internal', { namespace: 'shop', serviceAccount: 'internal', ports, retire });
    one.importService(internal, { namespace: 'stranger' });
  }
  app.synth();
  return folder;
}

/** A synth that reports a problem changes no file. */
function failedSynthChangesNoFile(rig: Rig, folder: string, gitOps: GitOps): void {
  const content = () => filesBelow(join(folder, 'dist')).map(file => `${file}\n${readFileSync(file, 'utf8')}`).join('');
  const before = content();
  let message = '';
  try {
    synthesized(rig, folder, gitOps, true, true);
  } catch (error) {
    message = (error as Error).message;
  }
  must(/MESH038/.test(message), `the synth did not fail as expected: ${message}`);
  must(content() === before, 'a failed synth changed the folder');
}

function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  return entries.map(entry => join(entry.parentPath, entry.name)).sort();
}
