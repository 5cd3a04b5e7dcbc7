import type { DeclaredRouting, Declarations } from './declarations';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { exportersOf } from '../model/exporting-cluster';
import { retiringExporters } from '../model/remote-service';

/** A routing to a version that no exporter has, or that disappears with the exporters that retire. */
export function missingVersions({ routings }: Declarations): Problem[] {
  return routings.flatMap(routing => routing.routing.versions
    .filter(version => exportersOf(version, routing.imported.exporters).length === 0)
    .map(version => missing(routing, version)));
}

function missing({ where, path, imported: { service, exporters } }: DeclaredRouting, version: string): Problem {
  const expected = exporters.map(({ cluster, versions }) => `${cluster}: ${versions?.join(', ') || 'no versions'}`).join('; ');
  const problem = { code: MeshErrorCode.ROUTING, where, path, got: version, expected };
  const retiring = exportersOf(version, retiringExporters(service)).map(({ cluster }) => cluster);
  if (retiring.length === 0) {
    return { ...problem, what: 'a version that no exporter has', fix: `add versions: [ServiceVersion.of('${version}')] to the export` };
  }
  return {
    ...problem,
    what: `a version that only ${retiring.join(', ')} has, which retires`,
    fix: 'route to other versions first, in a commit of its own',
  };
}
