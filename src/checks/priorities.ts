import type { DeclaredImport, DeclaredLocalImport, Declarations } from './declarations';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { gatewayHostOf, notExporting } from '../model/remote-service';

type AnyImport = DeclaredImport | DeclaredLocalImport;

/** Priorities that would do nothing: for clusters that do not export, or lost in the route that imports share at an egress gateway. */
export function priorities({ imports, localImports }: Declarations): Problem[] {
  return [...imports.flatMap(unknownClusters), ...sharedRoutes([...imports, ...localImports])];
}

/** A priority under the global name that names a cluster which does not export the service. The check of local names has its own. */
function unknownClusters(imported: DeclaredImport): Problem[] {
  const { priority, service } = imported;
  const unknown = priority ? notExporting(priority.clusters, service) : [];
  if (unknown.length === 0) {
    return [];
  }
  return [{
    code: MeshErrorCode.NO_EXPORTER,
    where: imported.where,
    path: imported.path,
    what: 'the priority names a cluster that does not export the service',
    got: unknown.join(', '),
    expected: service.exporters.map(({ cluster }) => cluster).join(', '),
    fix: 'correct the name, or export the service from that cluster',
  }];
}

/** Imports of one service through an egress gateway share its route, which follows one priority. */
function sharedRoutes(imports: AnyImport[]): Problem[] {
  const first = new Map<string, AnyImport>();
  return imports.filter(({ egressGateway }) => egressGateway !== undefined).flatMap(imported => {
    const { service, path } = imported;
    const key = gatewayHostOf(service);
    const other = first.get(key) ?? imported;
    first.set(key, other);
    const [expected, got] = [other, imported].map(({ priority }) => JSON.stringify(priority ?? 'none'));
    if (expected === got) {
      return [];
    }
    return [{
      code: MeshErrorCode.EXPORTERS_DISAGREE,
      where: `imports of ${service.name}.${service.namespace} through the egress gateway`,
      path,
      what: 'imports with different priorities share one route',
      got,
      expected,
      fix: 'give all imports of the service through the egress gateway the same priority',
    }];
  });
}
