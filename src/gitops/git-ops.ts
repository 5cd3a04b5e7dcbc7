import { dnsLabel } from '../names';
import { argoCd } from './argo-cd';
import type { GitOpsEngine } from './engine';
import { flux } from './flux';
import { ArgoCdOptions, FluxOptions } from './options';
import { checkedRevision, checkedUrl, common } from './settings';

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
