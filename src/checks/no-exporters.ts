import { MeshErrorCode, Problem } from '../errors/mesh-error';
import type { DeclaredImport, Declarations } from './declarations';
import { ExportedService } from '../mesh/exported-service';

/** An import that no other cluster can serve: its own pods reach the service by its local name. */
export function noExporters({ imports }: Declarations): Problem[] {
  // That the others retire is told by their retirement.
  const retire = ({ service }: DeclaredImport) => service instanceof ExportedService
    && service.cluster.mesh._everyExportOf(service.host).some(({ _retiring }) => _retiring);
  return imports.filter(imported => imported.exporters().length === 0 && !retire(imported)).map(({ where, service }) => ({
    code: MeshErrorCode.NO_EXPORTER,
    where,
    what: 'no other cluster exports the service',
    got: service.exporters.map(exporter => exporter.cluster),
    expected: 'an exporter beside the importing cluster',
    fix: 'call the service by its local name within its own cluster, or export it from another one',
  }));
}
