/** What every engine is told. */
export interface GitOpsOptions {
  /**
   * The folder of the output within the repository.
   * @default "dist"
   */
  readonly path?: string;

  /**
   * The exact version of Istio that the engine installs from Istio's Helm charts, such as "1.31.4". It has no default:
   * neither this package nor the engine upgrades Istio by itself.
   * @default - the engine does not install Istio: it is installed by other means
   */
  readonly istioVersion?: string;

  /**
   * The Helm repository of Istio's charts.
   * @default "https://istio-release.storage.googleapis.com/charts"
   */
  readonly charts?: string;

  /**
   * Whether one engine serves all clusters, and so holds credentials of each of them. Argo CD knows a cluster by its name
   * here, Flux by a Secret `<cluster>-kubeconfig`.
   * @default false - each cluster runs its own engine, and none holds credentials of another
   */
  readonly hub?: boolean;
}

/** What Argo CD is told. */
export interface ArgoCdOptions extends GitOpsOptions {
  /** The URL of the repository, as Argo CD reaches it. */
  readonly repoUrl: string;

  /**
   * The branch, tag or commit that is followed.
   * @default "HEAD" - the default branch
   */
  readonly revision?: string;

  /**
   * The namespace of Argo CD.
   * @default "argocd"
   */
  readonly namespace?: string;

  /**
   * The AppProject of the Applications. It must allow what they make: Istio's CRDs, roles and webhooks are cluster-wide.
   * @default "default"
   */
  readonly project?: string;
}

/** What Flux is told. */
export interface FluxOptions extends GitOpsOptions {
  /**
   * The GitRepository that holds the folder.
   * @default "flux-system" - the one that `flux bootstrap` makes
   */
  readonly source?: string;

  /**
   * The namespace of Flux and the GitRepository.
   * @default "flux-system"
   */
  readonly namespace?: string;

  /**
   * The Secret with the age key that opens what sops encrypted.
   * @default "sops-age"
   */
  readonly decryptionSecret?: string;
}
