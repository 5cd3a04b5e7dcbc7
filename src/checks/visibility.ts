import { textsIn } from './content';
import type { ForeignManifest } from './declarations';

/**
 * Whether a namespace sees an Istio object: the namespace of the object does, others as `exportTo` says, all by default.
 * @see https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry-export_to
 */
export function isVisibleIn(namespace: string, manifest: ForeignManifest): boolean {
  const exportTo = manifest.spec.exportTo === undefined ? ['*'] : textsIn(manifest.spec.exportTo);
  const own = manifest.metadata.namespace;
  return exportTo.some(target => target === '*' || target === namespace || target === '.' && own === namespace);
}
