import { LiveCluster } from './live-cluster';
import type { LiveMesh } from './walk';
import { MeshError } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import type { WrittenMesh } from '../../written/mesh';
import { clustersOf } from '../kubectl/contexts';
import type { KubectlOptions } from '../kubectl/kubectl';

/** How a command reaches the running clusters of a mesh. */
export interface LiveOptions extends KubectlOptions {
  readonly contexts: string[];
}

/**
 * The running clusters that are named, each beside its folder.
 * @throws MESH106 for contexts that are none, and for a cluster that no folder is for, MESH008 for a cluster on Istio 1.5
 */
export function liveMesh(mesh: WrittenMesh, { contexts, ...options }: LiveOptions): LiveMesh {
  const clusters = clustersOf(contexts, options).map(kubectl => {
    const written = mesh.clusters.get(kubectl.cluster);
    if (written === undefined) {
      throw new MeshError({
        code: MeshErrorCode.CLUSTER_ACCESS,
        where: `--context ${kubectl.cluster}`,
        what: 'no folder is for this cluster',
        expected: `one of ${[...mesh.clusters.keys()].join(', ')}`,
        fix: 'correct the name, or name the folder of the cluster',
      });
    }
    if (written.settings.generation === '1.5') {
      throw new MeshError({
        code: MeshErrorCode.RELEASE,
        where: `--context ${kubectl.cluster}`,
        what: 'proxies of Istio 1.5 tell less, and --live does not read them',
        fix: 'leave --live out, or upgrade the cluster to a supported release',
      });
    }
    return new LiveCluster(kubectl, written);
  });
  return new Map(clusters.map(cluster => [cluster.name, cluster]));
}
