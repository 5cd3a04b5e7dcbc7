import { dnsLabel } from '../names';
import { argoCd } from './argo-cd';
import type { GitOpsEngine } from './engine';
import { flux } from './flux';
import { checkedRevision, checkedUrl, common } from './settings';

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

/**
 * What applies the folders of a mesh to its clusters: the objects of an engine, in a folder of their own. The folders of
 * clusters are the same whoever applies them; all that an engine must know (order, guards, what it must not fight over)
 * stands in its own objects.
 */
export class GitOps {
  /**
   * Argo CD: an Application for each cluster, in `argocd/<cluster>/`, or `argocd/` for a hub.
   * @throws MESH037 for a path, URL, revision or version that cannot be one
   * @throws MESH001 for an invalid name
   */
  public static argoCd(options: ArgoCdOptions): GitOps {
    const where = 'GitOps.argoCd';
    return new GitOps(argoCd({
      ...common(options, where),
      repoUrl: checkedUrl(options.repoUrl, 'repository URL', where),
      revision: checkedRevision(options.revision ?? 'HEAD', where),
      namespace: dnsLabel(options.namespace ?? 'argocd', 'namespace', where),
      project: dnsLabel(options.project ?? 'default', 'project', where),
    }));
  }

  /**
   * Flux: Kustomizations and HelmReleases for each cluster, in `flux/<cluster>/`, or `flux/` for a hub.
   * @throws MESH037 for a path, URL or version that cannot be one
   * @throws MESH001 for an invalid name
   */
  public static flux(options: FluxOptions = {}): GitOps {
    const where = 'GitOps.flux';
    const name = (value: string | undefined, standard: string, what: string) => dnsLabel(value ?? standard, what, where);
    return new GitOps(flux({
      ...common(options, where),
      source: name(options.source, 'flux-system', 'GitRepository name'),
      namespace: name(options.namespace, 'flux-system', 'namespace'),
      decryptionSecret: name(options.decryptionSecret, 'sops-age', 'Secret name'),
    }));
  }

  private constructor(private readonly engine: GitOpsEngine) {}

  /** The engine, by its name: "Argo CD" or "Flux". */
  public get engineName(): string {
    return this.engine.name;
  }

  /** @internal */
  public get _engine(): GitOpsEngine {
    return this.engine;
  }
}
