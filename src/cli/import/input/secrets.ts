import { objectAt } from '../../../checks/content';
import type { Manifest } from '../../../written/manifest';

/** Label of the secrets by which istiod reads the API servers of other clusters. */
const REMOTE_SECRET_LABEL = 'istio/multiCluster';

/** Annotation that names the cluster of such a secret. */
const CLUSTER_ANNOTATION = 'networking.istio.io/cluster';

/**
 * What is kept of an object. Of a Secret that is its name and whose cluster it is for: neither its data, nor the text of its file, nor
 * other annotations, since `kubectl apply` copies the data into one.
 */
export function publicPart(manifest: Manifest): Manifest {
  if (manifest.kind !== 'Secret' || manifest.group !== '') {
    return manifest;
  }
  const { apiVersion, kind, name, namespace, file, content } = manifest;
  const { labels, annotations } = objectAt(content.metadata);
  const cluster = objectAt(annotations)[CLUSTER_ANNOTATION];
  const isRemote = objectAt(labels)[REMOTE_SECRET_LABEL] === 'true' || objectAt(labels)[REMOTE_SECRET_LABEL] === true;
  const metadata = {
    name,
    namespace,
    ...isRemote && { labels: { [REMOTE_SECRET_LABEL]: 'true' } },
    ...isRemote && typeof cluster === 'string' && { annotations: { [CLUSTER_ANNOTATION]: cluster } },
  };
  return { ...manifest, file: { path: file.path, name: file.name, text: '' }, content: { apiVersion, kind, metadata } };
}

/** Whether an object is a secret by which istiod reads the API server of another cluster. */
export function isRemoteSecret({ kind, content }: Manifest): boolean {
  return kind === 'Secret' && objectAt(content.metadata.labels)[REMOTE_SECRET_LABEL] === 'true';
}

/**
 * The cluster whose API server a remote secret is for. Without the annotation, istiod takes the name of the key, which nobody reads here.
 */
export function clusterOfSecret({ name, content }: Manifest): string {
  const cluster: unknown = objectAt(content.metadata.annotations)[CLUSTER_ANNOTATION];
  return typeof cluster === 'string' ? cluster : name.replace(/^istio-remote-secret-/, '');
}
