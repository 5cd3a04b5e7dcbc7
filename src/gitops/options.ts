import { flag, text } from '../options/kinds';
import { optional, required, schema } from '../options/schema';

/** Options of every engine. */
export interface GitOpsOptions {
  /**
   * Folder of the output within the repository.
   * @default "dist"
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
}

export const ARGO_CD_OPTIONS = schema<ArgoCdOptions>({
  ...GIT_OPS_OPTIONS.options,
  repoUrl: required(text),
  revision: optional(text),
  namespace: optional(text),
  project: optional(text),
});

/** Options of Flux. */
export interface FluxOptions extends GitOpsOptions {
  /**
   * Name of the GitRepository that holds the folder.
   * @default "flux-system" - the GitRepository that `flux bootstrap` creates
   */
  readonly source?: string;

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
}

export const FLUX_OPTIONS = schema<FluxOptions>({
  ...GIT_OPS_OPTIONS.options,
  source: optional(text),
  namespace: optional(text),
  decryptionSecret: optional(text),
});
