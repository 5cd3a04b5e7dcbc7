import { ExportedService } from './exported-service';
import type { MeshView } from './mesh-view';
import type { ServiceCatalog } from '../catalog/catalog';
import type { CatalogImport } from '../catalog/catalog-imports';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/** Callers that a retirement would cut off: imports of this mesh, and those of the repositories that it knows. */
export function cutConsumers(mesh: MeshView): Problem[] {
  return [...ownConsumers(mesh), ...otherConsumers(mesh), ...ownCatalogs(mesh)];
}

/** The catalog that this mesh writes lists its exports. It does not say who imports them, so it is no consumer. */
function ownCatalogs({ meshId, suffix, clusters, consumers }: MeshView): Problem[] {
  const names = clusters.map(({ clusterName }) => clusterName);
  const isOwn = (catalog: ServiceCatalog) => catalog.meshId === meshId && catalog._imports.length === 0
    && catalog._services.some(
      ({ host, exporters }) => host.endsWith(`.${suffix}`) && exporters.some(({ cluster }) => names.includes(cluster)),
    );
  return consumers.filter(isOwn).map(() => ({
    code: MeshErrorCode.RETIREMENT,
    where: `consumers of ${meshId}`,
    what: 'the catalog of this mesh itself',
    expected: 'catalogs of those who import from it',
    fix: 'remove it; ask other repositories for their mesh-catalog.json, or for the text of ServiceCatalog.ofImports',
  }));
}

/** Imports whose exporters all retire: their entries would lead nowhere, or to clusters that are about to go. */
function ownConsumers({ clusters, registry }: MeshView): Problem[] {
  const imports = clusters.flatMap(cluster => cluster.imports.map(imported => ({ cluster, imported })));
  return imports.filter(({ imported }) => imported.service instanceof ExportedService).flatMap(({ cluster, imported }): Problem[] => {
    const others = registry.all(imported.service.host).filter(({ clusterName }) => clusterName !== cluster.clusterName);
    if (others.length === 0 || others.some(({ _isRetiring }) => !_isRetiring)) {
      return [];
    }
    const retiring = others.map(({ clusterName }) => clusterName);
    return [{
      code: MeshErrorCode.RETIREMENT,
      where: `import of ${imported.host} into ${cluster.clusterName}/${imported.namespace}`,
      path: imported._path,
      what: 'the retirement of its exporters would cut it off',
      got: `${retiring.join(', ')}, which ${retiring.length === 1 ? 'retires' : 'retire'}`,
      expected: 'an exporter that stays',
      fix: 'export the service from another cluster, or set retire: true on this import first, in a commit of its own',
    }];
  });
}

/** Imports of other repositories from clusters that no longer answer for the service. */
function otherConsumers({ meshId, suffix, clusters, consumers, registry }: MeshView): Problem[] {
  // Several repositories may declare clusters of one mesh, under one name: each repository answers for its own clusters.
  const own = new Set(clusters.map(({ clusterName }) => clusterName));
  const isFromHere = (imported: CatalogImport) => imported.host.endsWith(`.${suffix}`) && (imported.meshId ?? meshId) === meshId;
  return consumers.flatMap(catalog => catalog._imports.filter(isFromHere).flatMap(({ host, exporters, importedBy }): Problem[] => {
    const answering = registry.answering(host).map(({ clusterName }) => clusterName);
    const cut = exporters.filter(exporter => own.has(exporter) && !answering.includes(exporter));
    if (cut.length === 0) {
      return [];
    }
    return [{
      code: MeshErrorCode.RETIREMENT,
      where: `import of ${host} by ${catalog.meshId} (${importedBy})`,
      what: 'another repository still calls a service that is no longer exported',
      got: `imported from ${exporters.join(', ')}`,
      expected: `${cut.join(', ')} to export it until that repository has followed`,
      fix: `keep the export with retire: true, give ${catalog.meshId} the new mesh-catalog.json, and add its new catalog to consumers`,
    }];
  }));
}
