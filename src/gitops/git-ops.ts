import { dnsLabel, dnsName, labels } from '../names';
import { argoCd } from './argo-cd';
import { rolloutSettings } from './argo-cd-rollout';
import type { RolloutSettings } from './argo-cd-settings';
import type { GitOpsEngine } from './engine';
import { flux } from './flux';
import { ociSpec } from './flux-oci';
import { ARGO_CD_OPTIONS, ArgoCdOptions, FLUX_OPTIONS, FluxOptions } from './options';
import { checkedRevision, checkedUrl, engineSettings, invalid } from './settings';
import { checkedOptions } from '../options/checked';
import { instance } from '../options/kinds';

/**
 * A GitOps engine, which applies the folders of a mesh to its clusters. The folder of a cluster is the same for every engine.
 * The order of objects, and differences that the engine must ignore, are set in objects of the engine, which have a folder of
 * their own.
 *
 * @example
 * const gitOps = GitOps.argoCd({ repoUrl: 'https://git.example.com/mesh.git', istioVersion: '1.31.4' });
 * new Mesh(app, 'mesh', { istio: IstioRelease.V1_31, gitOps });
 */
export class GitOps {
  /**
   * Argo CD, with an Application for each cluster in `argocd/<cluster>/`, or in `argocd/` for a hub; with an order of the clusters, one
   * ApplicationSet.
   * @param options the repository, and how Argo CD reaches it and the clusters
   * @returns the engine, for `gitOps` of a mesh or a cluster
   * @throws MESH037 for an invalid path, URL, revision or version, or for options that contradict each other, MESH001 for an invalid
   * name or label
   */
  public static argoCd(options: ArgoCdOptions): GitOps {
    const where = 'GitOps.argoCd';
    const checked = checkedOptions(ARGO_CD_OPTIONS, options, where);
    return new GitOps(argoCd({
      ...engineSettings(checked, where),
      repoUrl: checkedUrl(checked.repoUrl, 'repository URL', where),
      revision: checkedRevision(checked.revision ?? 'HEAD', where),
      namespace: dnsLabel(checked.namespace ?? 'argocd', 'namespace', where),
      project: dnsLabel(checked.project ?? 'default', 'project', where),
      ownProject: checkedOwnProject(checked, where),
      projectNamespaces: (checked.projectNamespaces ?? []).map(name => dnsLabel(name, 'namespace', where)),
      automated: checked.automated ?? true,
      prune: checked.prune ?? true,
      selfHeal: checked.selfHeal ?? true,
      labels: checked.labels && labels(checked.labels, 'labels', where),
      rollout: checkedRollout(checked, where),
    }));
  }

  /**
   * Flux, with Kustomizations and HelmReleases for each cluster in `flux/<cluster>/`, or in `flux/` for a hub.
   * @param options the repository, and how Flux reaches it and the clusters
   * @returns the engine, for `gitOps` of a mesh or a cluster
   * @throws MESH037 for an invalid path, URL or version, or for options that contradict each other, MESH001 for an invalid name
   */
  public static flux(options: FluxOptions = {}): GitOps {
    const where = 'GitOps.flux';
    const checked = checkedOptions(FLUX_OPTIONS, options, where);
    const { oci, source } = checked;
    if (oci !== undefined && source !== undefined) {
      const fix = 'leave source out, which names a GitRepository, or oci';
      throw invalid(where, { fix, what: 'both source and oci are set', got: source });
    }
    return new GitOps(flux({
      // An artifact is made of the folder itself.
      ...engineSettings(checked, where, oci && ''),
      source: dnsLabel(source ?? 'flux-system', 'GitRepository name', where),
      namespace: dnsLabel(checked.namespace ?? 'flux-system', 'namespace', where),
      oci: oci && ociSpec(oci, where),
      decryptionSecret: dnsLabel(checked.decryptionSecret ?? 'sops-age', 'Secret name', where),
      serviceAccountName: checked.serviceAccountName && dnsName(checked.serviceAccountName, 'service account', where),
    }));
  }

  private constructor(private readonly engine: GitOpsEngine) {}

  /** Name of the engine: "Argo CD" or "Flux". */
  public get engineName(): string {
    return this.engine.name;
  }

  /**
   * Engine that the mesh asks for objects and problems.
   * @internal
   */
  public get _engine(): GitOpsEngine {
    return this.engine;
  }
}

/** An AppProject of its own replaces another one, and further namespaces are for it alone. */
function checkedOwnProject({ project, ownProject = false, projectNamespaces }: ArgoCdOptions, where: string): boolean {
  const other = ownProject ? project : projectNamespaces;
  if (other === undefined) {
    return ownProject;
  }
  throw invalid(where, {
    what: ownProject ? 'both project and ownProject are set' : 'projectNamespaces without ownProject',
    got: other,
    fix: ownProject ? 'leave project out, or ownProject' : 'set ownProject: true, or add the namespaces to your AppProject',
  });
}

/** A rollout needs a hub, and decides itself when an Application is synced. */
function checkedRollout({ rollout, hub, automated, selfHeal }: ArgoCdOptions, where: string): RolloutSettings | undefined {
  if (rollout === undefined) {
    return undefined;
  }
  const settings = rolloutSettings(rollout, where);
  const problem = [
    { isWrong: !hub, what: 'rollout without hub', fix: 'set hub: true: one Argo CD must apply the folders of all clusters' },
    { isWrong: automated === false, what: 'rollout with automated: false', fix: 'leave one of them out: a rollout syncs by itself' },
    { isWrong: selfHeal === false, what: 'rollout with selfHeal: false', fix: 'leave one of them out: a rollout restores what was edited' },
  ].find(({ isWrong }) => isWrong);
  if (problem) {
    throw invalid(where, { what: problem.what, fix: problem.fix });
  }
  return settings;
}

/** The kind of options that hold an engine. */
export const GIT_OPS = instance(GitOps, { write: 'GitOps.flux()' });
