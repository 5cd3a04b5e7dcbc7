import type { DeclaredImport, Declarations } from './declarations';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { retiringExporters } from '../model/remote-service';

/**
 * An import that no other cluster serves: the importing cluster's own pods answer by the local name of the service. Members of a database
 * need one name in every cluster, so a cluster may import the pods of its own StatefulSet, and reaches them through its own gateway.
 */
export function noExporters({ imports }: Declarations): Problem[] {
  // The checks of the mesh report an import whose exporters retire.
  const isOwnPod = ({ service, ownExporter, egressGateway }: DeclaredImport) => service.subdomain !== undefined
    && ownExporter !== undefined && egressGateway === undefined;
  return imports.filter(
    imported => imported.exporters.length === 0 && retiringExporters(imported.service).length === 0 && !isOwnPod(imported),
  ).map(({ where, path, service }) => ({
    code: MeshErrorCode.NO_EXPORTER,
    where,
    path,
    what: 'no other cluster exports the service',
    got: service.exporters.map(exporter => exporter.cluster),
    expected: 'an exporter beside the importing cluster',
    fix: 'call the service by its local name within its own cluster, or export it from another cluster',
  }));
}
