import type { Declarations } from './declarations';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { retiringExporters } from '../model/remote-service';

/** An import that no other cluster serves: the importing cluster's own pods answer by the local name of the service. */
export function noExporters({ imports }: Declarations): Problem[] {
  // The checks of the mesh report an import whose exporters retire.
  return imports.filter(
    ({ exporters, service }) => exporters.length === 0 && retiringExporters(service).length === 0,
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
