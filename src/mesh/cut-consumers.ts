import type { ServiceCatalog } from '../catalog/catalog';
import type { CatalogImport } from '../catalog/catalog-imports';
import type { Mesh } from './mesh';
import { MeshErrorCode, Problem } from '../errors/mesh-error';
import { ExportedService } from './exported-service';

/** Those who still call a service that a retirement closes, or is about to: in this mesh, and in the repositories that it knows. */
export function cutConsumers(mesh: Mesh): Problem[] {
  return [...ownConsumers(mesh), ...otherConsumers(mesh), ...ownCatalog(mesh)];
}

/** The catalog that this mesh writes says what it exports; who imports that, only those who do can say. */
function ownCatalog(mesh: Mesh): Problem[] {
  const names = mesh.clusters.map(({ clusterName }) => clusterName);
  const isOwn = (catalog: ServiceCatalog) => catalog.meshId === mesh.meshId && catalog._imports.length === 0
    && catalog._services.some(({ host, exporters }) => host.endsWith(`.${mesh.suffix}`) && exporters.some(({ cluster }) => names.includes(cluster)));
  return mesh.consumers.filter(isOwn).map(() => ({
    code: MeshErrorCode.RETIREMENT, where: `consumers of ${mesh.meshId}`, what: 'the catalog of this mesh itself', got: 'what it exports', expected: 'catalogs of those who import it', fix: 'take it out; ask other repositories for their mesh-catalog.json, or for the text of ServiceCatalog.ofImports',
  }));
}

/** An import whose exporters all retire: its entry would lead nowhere, or to a cluster that is about to go. */
function ownConsumers(mesh: Mesh): Problem[] {
  const consumers = mesh.clusters.flatMap(({ clusterName, imports }) => imports.map(imported => ({ clusterName, imported })));
  return consumers.filter(({ imported }) => imported.service instanceof ExportedService).flatMap(({ clusterName, imported }): Problem[] => {
    const others = mesh._everyExportOf(imported.host).filter(({ cluster }) => cluster.clusterName !== clusterName);
    if (others.length === 0 || others.some(({ _retiring }) => !_retiring)) {return [];}
    const retiring = others.map(({ cluster }) => cluster.clusterName);
    return [{
      code: MeshErrorCode.RETIREMENT,
      where: `import of ${imported.host} into ${clusterName}/${imported.namespace}`,
      what: 'the retirement of its exporters would cut it',
      got: `${retiring.join(', ')}, which ${retiring.length === 1 ? 'retires' : 'retire'}`,
      expected: 'an exporter that stays',
      fix: 'export the service from another cluster, or set retire: true on this import first, in a commit of its own',
    }];
  });
}

/** An import of another repository from a cluster that no longer answers for the service. */
function otherConsumers(mesh: Mesh): Problem[] {
  // Clusters of one mesh may be declared in several repositories, under one name: each answers for its own.
  const own = new Set(mesh.clusters.map(({ clusterName }) => clusterName));
  const isOurs = ({ meshId, host }: CatalogImport) => host.endsWith(`.${mesh.suffix}`) && (meshId ?? mesh.meshId) === mesh.meshId;
  return mesh.consumers.flatMap(catalog => catalog._imports.filter(isOurs)
    .flatMap(({ host, exporters, importedBy }): Problem[] => {
      const answering = mesh._exportsOf(host).map(({ cluster }) => cluster.clusterName);
      const cut = exporters.filter(exporter => own.has(exporter) && !answering.includes(exporter));
      if (cut.length === 0) {return [];}
      return [{
        code: MeshErrorCode.RETIREMENT,
        where: `import of ${host} by ${catalog.meshId} (${importedBy})`,
        what: 'another repository still calls what is no longer exported',
        got: `imported from ${exporters.join(', ')}`,
        expected: `${cut.join(', ')} to export it until that repository has followed`,
        fix: `keep the export with retire: true, give ${catalog.meshId} the new mesh-catalog.json, and take its new catalog into consumers`,
      }];
    }));
}
