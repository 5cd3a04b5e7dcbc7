import { GitOps } from '../../../src';
import { ArgoCd, ARGOCD_NAMESPACE } from '../cluster/argocd';
import { Flux, FLUX_NAMESPACE } from '../cluster/flux';
import type { GitRepository } from '../cluster/git-repository';
import type { Kube } from '../cluster/kube';
import type { ProofRun } from '../proof';

/** A GitOps engine that applies the folders of all clusters from one cluster, the hub. */
export interface Engine {
  readonly name: string;
  /** Option of the mesh for the engine. */
  readonly gitOps: GitOps;
  /** Output folder with the objects of the engine, which a person applies once. */
  readonly root: string;
  readonly start: () => Promise<void>;
  /** Makes the engine read the repository now, and waits until all clusters have applied a commit. */
  readonly apply: (commit: string) => Promise<void>;
  /** Makes the engine reconcile cluster1 now, if it would do so only after an interval. */
  readonly reconcile: () => Promise<void>;
  /** Deletes the objects of the engine, which leaves the clusters unchanged. */
  readonly removeEngineObjects: () => Promise<void>;
}

/** Makes an engine for a proof. */
export type EngineFactory = (kubes: Kube[], repository: GitRepository, run: ProofRun) => Engine;

export function argocd(kubes: Kube[], repository: GitRepository, { program }: ProofRun): Engine {
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
    apply: async commit => {
      await Promise.all(applications.map(name => engine.refresh(name)));
      await Promise.all(applications.map(name => engine.synced(name, commit, 120)));
    },
    reconcile: async () => undefined,
    removeEngineObjects: async () => {
      await kubes[0].kubectl('delete', 'applications.argoproj.io', '--all', '-n', ARGOCD_NAMESPACE);
    },
  };
}

export function flux(kubes: Kube[], repository: GitRepository, { program }: ProofRun): Engine {
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
      // The same object as from `flux bootstrap`.
      await engine.apply({
        apiVersion: 'source.toolkit.fluxcd.io/v1',
        kind: 'GitRepository',
        metadata: { name: 'flux-system', namespace: FLUX_NAMESPACE },
        spec: { url: repository.url, ref: { branch: repository.branch }, interval: '1m' },
      });
    },
    apply: async commit => {
      await engine.reconcile('GitRepository', 'flux-system');
      for (const step of steps) {
        await engine.ready('Kustomization', step, commit, 120);
      }
    },
    reconcile: () => engine.reconcile('Kustomization', 'cluster1-mesh'),
    removeEngineObjects: async () => {
      await kubes[0].kubectl('delete', 'kustomizations.kustomize.toolkit.fluxcd.io', '--all', '-n', FLUX_NAMESPACE);
    },
  };
}
