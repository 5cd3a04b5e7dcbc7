import type { DeclaredLocalImport, Declarations } from './declarations';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { catalogOriginOf } from '../model/catalog-origin';
import type { ExportingCluster } from '../model/exporting-cluster';
import { endpointText } from '../model/gateway-address';

/**
 * Two clusters of one name among imports under local names, one of them from a catalog. The network of a cluster has its name, and
 * Istio sends everything for a network to the gateways that it knows for that name.
 */
export function networkNames({ localImports }: Declarations): Problem[] {
  const first = new Map<string, { readonly imported: DeclaredLocalImport; readonly exporter: ExportingCluster }>();
  return localImports.flatMap(imported => imported.exporters.flatMap((exporter): Problem[] => {
    const other = first.get(exporter.cluster) ?? { imported, exporter };
    first.set(exporter.cluster, other);
    const isForeign = [imported, other.imported].some(({ service }) => catalogOriginOf(service) !== undefined);
    if (!isForeign || gatewaysOf(exporter) === gatewaysOf(other.exporter)) {
      return [];
    }
    return [{
      code: MeshErrorCode.LOCAL_NAME,
      where: imported.where,
      path: imported.path,
      what: `its exporter ${exporter.cluster} has other gateways than that of ${other.imported.localHost}: a name stands for one cluster`,
      got: gatewaysOf(exporter),
      expected: gatewaysOf(other.exporter),
      fix: 'import one of the two services under its global name, or rename one of the clusters',
    }];
  }));
}

function gatewaysOf({ gateways }: ExportingCluster): string {
  return gateways.map(endpointText).sort().join(', ');
}
