import { ARGO_CD_ROLLOUT, ArgoCdRollout } from './argo-cd-rollout-options';
import { FLUX_OCI, FluxOci } from './flux-oci-options';
import { flag, list, mapOf, text } from '../options/kinds';
import { optional, required, schema } from '../options/schema';

/** Options of every engine. */
export interface GitOpsOptions {
  /**
   * Folder of the output within the repository, or within the OCI artifact of Flux.
   * @default "dist"; the root of an OCI artifact
   */
  readonly path?: string;

  /**
   * Exact version of Istio that the engine installs from Istio's Helm charts, such as "1.31.4". Neither this package nor the
   * engine upgrades Istio by itself.
   * @default - the engine does not install Istio
   */
  readonly istioVersion?: string;

  /**
   * URL of the Helm repository of Istio's charts, or the path of an OCI registry that holds them, such as
   * `oci://gcr.io/istio-release/charts`.
   * @default "https://istio-release.storage.googleapis.com/charts"
   */
  readonly charts?: string;

  /**
   * Whether one engine serves all clusters, and therefore holds credentials of each of them. Argo CD must know each cluster by
   * its name in the mesh; Flux reads the Secret `<cluster>-kubeconfig`.
   * @default false - each cluster runs its own engine, and no engine holds credentials of another cluster
   */
  readonly hub?: boolean;
}

export const GIT_OPS_OPTIONS = schema<GitOpsOptions>({
  path: optional(text),
  istioVersion: optional(text),
  charts: optional(text),
  hub: optional(flag),
});

/** Options of Argo CD. */
export interface ArgoCdOptions extends GitOpsOptions {
  /** URL at which Argo CD reaches the repository. */
  readonly repoUrl: string;

  /**
   * Branch, tag or commit of the repository.
   * @default "HEAD" - the default branch
   */
  readonly revision?: string;

  /**
   * Namespace of Argo CD.
   * @default "argocd"
   */
  readonly namespace?: string;

  /**
   * AppProject of the Applications. It must allow cluster-wide kinds: CRDs, roles and webhooks of Istio.
   * @default "default"
   */
  readonly project?: string;

  /**
   * Whether the Application of each cluster has an AppProject of its own, `mesh-<cluster>`. It allows this repository and the charts, the
   * cluster, the namespaces of its folder, and the kinds that this library and the program write.
   * @default false - the Applications belong to `project`
   */
  readonly ownProject?: boolean;

  /**
   * Further namespaces of the AppProject. Argo CD prunes no object in a namespace that its project does not allow: name a namespace here
   * for the commit in which its last object leaves the program.
   * @default - none
   */
  readonly projectNamespaces?: string[];

  /**
   * Whether Argo CD syncs by itself. Otherwise a person syncs each commit.
   * @default true
   */
  readonly automated?: boolean;

  /**
   * Whether an automated sync prunes objects that left the folder.
   * @default true
   */
  readonly prune?: boolean;

  /**
   * Whether Argo CD restores objects that were edited on the cluster.
   * @default true
   */
  readonly selfHeal?: boolean;

  /**
   * Labels of the Applications, and of the AppProjects.
   * @default - none
   */
  readonly labels?: { [key: string]: string };

  /**
   * Order in which a hub updates the clusters. The Applications are then those of an ApplicationSet, which syncs them: it also restores
   * objects that were edited. The Secrets by which the hub knows the clusters are yours; this library writes none.
   * @default - each Application is synced as soon as the repository changes
   */
  readonly rollout?: ArgoCdRollout;
}

export const ARGO_CD_OPTIONS = schema<ArgoCdOptions>({
  ...GIT_OPS_OPTIONS.options,
  repoUrl: required(text),
  revision: optional(text),
  namespace: optional(text),
  project: optional(text),
  ownProject: optional(flag),
  projectNamespaces: optional(list(text)),
  automated: optional(flag),
  prune: optional(flag),
  selfHeal: optional(flag),
  labels: optional(mapOf(text)),
  rollout: optional(ARGO_CD_ROLLOUT),
});

/** Options of Flux. */
export interface FluxOptions extends GitOpsOptions {
  /**
   * Name of the GitRepository that holds the folder.
   * @default "flux-system" - the GitRepository that `flux bootstrap` creates
   */
  readonly source?: string;

  /**
   * OCI artifact that holds the folder. Each cluster gets an OCIRepository `<cluster>-source`.
   * @default - the GitRepository `source` holds the folder
   */
  readonly oci?: FluxOci;

  /**
   * Namespace of Flux and the GitRepository.
   * @default "flux-system"
   */
  readonly namespace?: string;

  /**
   * Name of the Secret with the age key that decrypts Secrets that sops encrypted.
   * @default "sops-age"
   */
  readonly decryptionSecret?: string;

  /**
   * ServiceAccount in the namespace of Flux, or of the other cluster with `hub`, that the Kustomizations and HelmReleases act as. It needs
   * permissions for all that they apply. The Kustomization of the HelmReleases writes to the namespace of Flux.
   * @default - none; Flux acts with its own permissions
   */
  readonly serviceAccountName?: string;
}

export const FLUX_OPTIONS = schema<FluxOptions>({
  ...GIT_OPS_OPTIONS.options,
  source: optional(text),
  oci: optional(FLUX_OCI),
  namespace: optional(text),
  decryptionSecret: optional(text),
  serviceAccountName: optional(text),
});
