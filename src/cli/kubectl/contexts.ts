import { Kubectl, KubectlOptions } from './kubectl';
import { MeshError } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { isDnsLabel } from '../../names';

/**
 * The clusters that `--context` names, each as CLUSTER=CONTEXT, or as one name that is both.
 * @throws MESH106 for another text, a cluster that is named twice, and for none
 */
export function clustersOf(contexts: string[], options: KubectlOptions): Kubectl[] {
  const clusters = contexts.map(text => {
    const at = text.indexOf('=');
    const [cluster, context] = at < 0 ? [text, text] : [text.slice(0, at), text.slice(at + 1)];
    if (!isDnsLabel(cluster) || context === '') {
      throw contextError('this names no cluster and context', text, 'CLUSTER=CONTEXT, such as cluster1=kind-cluster1');
    }
    return new Kubectl(cluster, context, options);
  });
  const names = clusters.map(({ cluster }) => cluster);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw contextError('a cluster is named twice', twice, 'each cluster once');
  }
  if (clusters.length === 0) {
    throw contextError('no cluster is named', undefined, '--context CLUSTER=CONTEXT at least once');
  }
  return clusters;
}

function contextError(what: string, got: string | undefined, expected: string): MeshError {
  const fix = 'name each cluster of the mesh with its context: "kubectl config get-contexts" lists the contexts';
  return new MeshError({ code: MeshErrorCode.CLUSTER_ACCESS, where: '--context', what, got, expected, fix });
}
