import { textsIn } from './content';
import type { Declarations } from './declarations';
import { isVisibleIn } from './visibility';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/** A ServiceEntry of the user's own for an imported host: Istio merges the endpoints of both entries, in no defined order. */
export function duplicateHosts(declared: Declarations): Problem[] {
  return declared.manifests('ServiceEntry', 'networking.istio.io').flatMap(entry => {
    const hosts = [...new Set(textsIn(entry.spec.hosts))];
    return hosts.flatMap(host => declared.importsOf(host))
      .filter(({ namespace, isScoped }) => !isScoped || isVisibleIn(namespace, entry))
      .map(({ service, namespace }) => ({
        code: MeshErrorCode.DUPLICATE_HOST,
        where: `ServiceEntry ${entry.metadata.namespace}/${entry.metadata.name}`,
        path: entry.path,
        what: `a second entry for a host that namespace '${namespace}' imports`,
        got: service.host,
        expected: 'one entry for each host and namespace',
        fix: 'remove the entry or the import; exportTo: ["."] keeps an entry within its own namespace',
      }));
  });
}
