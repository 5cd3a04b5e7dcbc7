import type { InstallFile } from '../model/install-file';

/** A cluster as the Kiali of another cluster shows it. */
export interface KialiPeer {
  readonly cluster: string;
  /** Namespace of the control plane, in which the Kiali of the cluster is expected. */
  readonly namespace: string;
  /** URL of the Kiali of the cluster; undefined when nobody said it. */
  readonly url?: string;
}

/**
 * Returns values for Kiali: the other clusters of the mesh, without credentials for them. Kiali shows them, and links to their own Kiali.
 * The same values are the `spec` of a Kiali object and the values of the Helm chart `kiali-server`.
 * @see https://kiali.io/docs/configuration/multi-cluster/
 */
export function kialiFile(peers: KialiPeer[]): InstallFile {
  const sorted = [...peers].sort((a, b) => a.cluster < b.cluster ? -1 : 1);
  const urls = sorted.flatMap(({ cluster, namespace, url }) => url === undefined ? [] : [
    { cluster_name: cluster, instance_name: 'kiali', namespace, url },
  ]);
  return {
    name: 'kiali-values.yml',
    content: {
      clustering: {
        // Kiali would otherwise look for secrets with credentials.
        autodetect_secrets: { enabled: false },
        clusters: sorted.map(({ cluster }) => ({ name: cluster, accessible: false })),
        ...urls.length > 0 && { kiali_urls: urls },
      },
    },
  };
}
