import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';
import { GatewayAddress, GitOps, IstioRelease, Mesh, MeshApp, ServicePort } from '../../../src';
import { ArgoCd, ARGOCD_NAMESPACE, ARGOCD_PARTS } from '../cluster/argocd';
import { Flux, FLUX_NAMESPACE, FLUX_PARTS } from '../cluster/flux';
import { GitRepository } from '../cluster/git-repository';
import type { Kube } from '../cluster/kube';
import { sleep, until } from '../cluster/machine';
import { clusterParts, curl, Rig, rigOf, url } from '../cluster/rig';
import { must, Proof, ProofRun } from '../proof';

const ISTIO = IstioRelease.V1_31;

/** A commit of our folders becomes traffic between two clusters, by each engine; edits are healed, and a revert takes it away. */
export const gitopsProofs: Proof[] = [
  {
    name: `argocd-${ISTIO.version}`,
    parts: [...clusterParts(ISTIO.version), ...ARGOCD_PARTS],
    show: async run => delivered(await rigOf(ISTIO, run), run, argocd),
  },
  {
    name: `flux-${ISTIO.version}`,
    parts: [...clusterParts(ISTIO.version), ...FLUX_PARTS],
    show: async run => delivered(await rigOf(ISTIO, run), run, flux),
  },
];

/** An engine that serves both clusters, as a hub. */
interface Engine {
  readonly name: string;
  /** What the mesh is told of it. */
  readonly gitOps: GitOps;
  /** The folder that is applied once, by a person or a root. */
  readonly root: string;
  readonly start: () => Promise<void>;
  /** Makes it look at the repository now, and waits until both clusters are as a commit says. */
  readonly follow: (commit: string) => Promise<void>;
  /** Makes it look at a cluster now, where it would do so after its interval. */
  readonly look: () => Promise<void>;
  /** Has it leave the clusters as they are. */
  readonly end: () => Promise<void>;
}

function argocd(kubes: Kube[], repository: GitRepository, { program }: ProofRun): Engine {
  const engine = new ArgoCd(kubes[0], program);
  const applications = kubes.map(({ cluster }) => `mesh-${cluster}`);
  return {
    name: 'Argo CD 3.2.0',
    gitOps: GitOps.argoCd({ repoUrl: repository.url, revision: repository.branch, hub: true }),
    root: 'argocd',
    start: async () => {
      await engine.start();
      for (const kube of kubes) {
        await engine.addCluster(kube);
      }
    },
    follow: async commit => {
      await Promise.all(applications.map(name => engine.refresh(name)));
      await Promise.all(applications.map(name => engine.synced(name, commit, 120)));
    },
    look: async () => undefined,
    end: async () => {
      await kubes[0].kubectl('delete', 'applications.argoproj.io', '--all', '-n', ARGOCD_NAMESPACE);
    },
  };
}

function flux(kubes: Kube[], repository: GitRepository, { program }: ProofRun): Engine {
  const engine = new Flux(kubes[0], program);
  const steps = kubes.flatMap(({ cluster }) => ['trust', 'mesh', 'workloads'].map(step => `${cluster}-${step}`));
  return {
    name: 'Flux (source- and kustomize-controller 1.10.1)',
    gitOps: GitOps.flux({ hub: true }),
    root: 'flux',
    start: async () => {
      await engine.start();
      for (const kube of kubes) {
        await engine.addCluster(kube);
      }
      // As flux bootstrap makes it.
      await engine.apply({
        apiVersion: 'source.toolkit.fluxcd.io/v1',
        kind: 'GitRepository',
        metadata: { name: 'flux-system', namespace: FLUX_NAMESPACE },
        spec: { url: repository.url, ref: { branch: repository.branch }, interval: '1m' },
      });
    },
    follow: async commit => {
      await engine.reconcile('GitRepository', 'flux-system');
      for (const step of steps) {
        await engine.ready('Kustomization', step, commit, 120);
      }
    },
    look: () => engine.reconcile('Kustomization', 'cluster1-mesh'),
    end: async () => {
      await kubes[0].kubectl('delete', 'kustomizations.kustomize.toolkit.fluxcd.io', '--all', '-n', FLUX_NAMESPACE);
    },
  };
}

async function delivered(rig: Rig, run: ProofRun, make: typeof argocd): Promise<string> {
  const kubes = [rig.cluster1.kube, rig.cluster2.kube];
  const repository = new GitRepository(make.name);
  try {
    await repository.start();
    const engine = make(kubes, repository, run);
    await engine.start();
    const kinds = await objectsAreTaken(rig, run.folder, kubes[0], engine);
    const call = () => curl(rig, 'stranger', url('internal'));
    must((await call()).exit === 6, 'the service is called before it is exported');

    await repository.commit('feat: a mesh', synthesized(rig, run.folder, engine.gitOps, false));
    await kubes[0].kubectl('apply', '--server-side', '--validate=strict', '-k', join(run.folder, 'dist', engine.root));
    const started = Date.now();
    const commit = await repository.commit('feat: export and import', synthesized(rig, run.folder, engine.gitOps, true));
    await engine.follow(commit);
    await until('the committed import answers', async () => (await call()).code === '200');
    const answered = Date.now();

    const entry = ['serviceentry', 'internal-shop', '-n', 'stranger'];
    const hosts = () => kubes[0].kubectl('get', ...entry, '-o', 'jsonpath={.spec.hosts[0]}');
    const edited = Date.now();
    const edit = ['--type=merge', '-p', '{"spec":{"hosts":["edited.by.hand"]}}', '-o', 'jsonpath={.spec.hosts[0]}'];
    must(await kubes[0].kubectl('patch', ...entry, ...edit) === 'edited.by.hand', 'the edit by hand did nothing');
    await engine.look();
    await until('the edit by hand is healed', async () => await hosts() === 'internal.shop.global', 90);
    const healed = Date.now();
    await until('the healed import answers', async () => (await call()).code === '200');

    failedSynth(rig, run.folder, engine.gitOps);
    const reverted = Date.now();
    await engine.follow(await repository.revert());
    must(await kubes[0].kubectl('get', ...entry, '--ignore-not-found', '-o', 'name') === '', 'the entry is not pruned');
    await until('a reverted import no longer answers', async () => (await call()).exit === 6);
    const gone = Date.now();
    await handedOver(rig, run, engine, repository);
    const seconds = (from: number, to: number) => `${((to - from) / 1000).toFixed(1)} s`;
    return `${engine.name}, a hub of two clusters, by the objects that the library wrote (${kinds} of them with charts and a sealed CA taken by the published definitions, a planted unknown field refused): commit to 200 in ${seconds(started, answered)}, an edit by hand healed in ${seconds(edited, healed)}, revert to pruned and unknown name in ${seconds(reverted, gone)}; a failed synth leaves the folder as it was; with its own objects gone, what it applied stays and answers`;
  } finally {
    repository.stop();
  }
}

/** An engine whose own objects are removed takes nothing with them: another can take over. */
async function handedOver(rig: Rig, { folder }: ProofRun, engine: Engine, repository: GitRepository): Promise<void> {
  await engine.follow(await repository.commit('feat: export and import again', synthesized(rig, folder, engine.gitOps, true)));
  await engine.end();
  const call = () => curl(rig, 'stranger', url('internal'));
  // What it took would be known to sidecars by then.
  await sleep(3000);
  must((await call()).code === '200', 'the import went with its engine');
  for (const cluster of [rig.cluster1, rig.cluster2]) {
    const own = join(folder, 'dist', cluster.name);
    // Later proofs go on with the clusters as they were.
    const files = readdirSync(own).filter(file => file.endsWith('.yaml') && !file.startsWith('Namespace_'));
    for (const file of files) {
      await cluster.kube.kubectl('delete', '-f', join(own, file));
    }
  }
  await until('the import no longer answers', async () => (await call()).exit === 6);
}

/** Every object of the engine, with charts and a CA, is taken by the real definitions; a field that does not exist is not. */
async function objectsAreTaken(rig: Rig, folder: string, kube: Kube, { root, gitOps }: Engine): Promise<number> {
  const options = { hub: true, istioVersion: `${ISTIO.version}.4` };
  const app = new MeshApp({ outdir: join(folder, 'everything') });
  const more = root === 'flux' ? GitOps.flux(options) : GitOps.argoCd({ ...options, repoUrl: 'https://git.example.com/mesh.git' });
  must(more.engineName === gitOps.engineName, 'another engine is looked at');
  new Mesh(app, 'mesh', { istio: ISTIO, gitOps: more, trust: rig.trust() }).addCluster(
    'cluster1',
    { ingressGateway: GatewayAddress.of('203.0.113.1') },
  );
  app.synth();
  const files = readdirSync(
    join(app.outdir, root),
    { recursive: true, withFileTypes: true },
  ).map(entry => join(entry.parentPath, entry.name))
    .filter(file => file.endsWith('.yaml'));
  for (const file of files) {
    const object = parse(readFileSync(file, 'utf8'));
    const refusal = await kube.refusalOf(object);
    must(refusal === '', `${file}: ${refusal}`);
    must(
      /noSuchField/.test(await kube.refusalOf({ ...object, spec: { ...object.spec, noSuchField: 1 } })),
      `${file}: a field that does not exist is taken`,
    );
  }
  return files.length;
}

/** The folder of a repository: a mesh of two clusters that shares a service, or none. */
function synthesized(rig: Rig, folder: string, gitOps: GitOps, shares: boolean, retire = false): string {
  const app = new MeshApp({ outdir: join(folder, 'dist') });
  const mesh = new Mesh(app, 'mesh', { istio: ISTIO, gitOps });
  const [one, two] = [rig.cluster1, rig.cluster2].map(({ name, gatewayAddress }) => mesh.addCluster(name, {
    ingressGateway: GatewayAddress.of(gatewayAddress),
  }));
  if (shares) {
    const internal = two.exportService(
      'internal',
      { namespace: 'shop', serviceAccount: 'internal', ports: [ServicePort.http('http', 8000)], retire },
    );
    one.importService(internal, { namespace: 'stranger' });
  }
  app.synth();
  return folder;
}

/** A synth that finds something wrong leaves nothing to commit. */
function failedSynth(rig: Rig, folder: string, gitOps: GitOps): void {
  const all = () => {
    const files = readdirSync(join(folder, 'dist'), { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
    return files.map(entry => join(entry.parentPath, entry.name)).sort().map(file => `${file}\n${readFileSync(file, 'utf8')}`).join('');
  };
  const before = all();
  let message = '';
  try {
    synthesized(rig, folder, gitOps, true, true);
  } catch (error) {
    message = (error as Error).message;
  }
  must(/MESH038/.test(message), `the synth did not fail as planned: ${message}`);
  must(all() === before, 'a failed synth changed the folder');
}
