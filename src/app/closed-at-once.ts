import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/** An object whose file a synth removed. */
interface RemovedObject {
  readonly cluster: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/**
 * Imports that left the output in the same synth as the Gateway of their export. Clusters apply a commit at different times: where the
 * exporting cluster is first, the callers of the import are cut off.
 */
export function closedAtOnce(removed: readonly string[]): Problem[] {
  const objects = removed.flatMap(removedObject);
  const exporters = new Map<string, string[]>();
  objects.filter(({ kind, name }) => kind === 'Gateway' && name.startsWith('mesh-')).forEach(({ cluster, name }) => {
    const service = name.slice('mesh-'.length);
    exporters.set(service, [...exporters.get(service) ?? [], cluster]);
  });
  return objects.filter(({ kind }) => kind === 'ServiceEntry').flatMap(({ cluster, namespace, name }) => {
    const closed = (exporters.get(name) ?? []).filter(exporter => exporter !== cluster);
    return closed.length === 0 ? [] : [{
      code: MeshErrorCode.RETIREMENT,
      where: `import of ${name} into ${cluster}/${namespace}`,
      what: `removed together with its export in ${closed.join(', ')}: callers are cut off where that cluster applies the change first`,
      fix: 'restore both, and remove them in commits of their own: the import with retire: true first, then the export',
    }];
  });
}

/** The object of a file such as `cluster1/ServiceEntry.networking.istio.io_foo_httpbin-bar.yaml`; nothing for other files. */
function removedObject(path: string): RemovedObject[] {
  const match = /^([^/]+)\/([A-Za-z]+)\.networking\.istio\.io_([^_]+)_([^_]+)\.yaml$/.exec(path);
  return match ? [{ cluster: match[1], kind: match[2], namespace: match[3], name: match[4] }] : [];
}
