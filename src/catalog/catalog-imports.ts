import type { IRemoteService } from '../model/remote-service';

/** Import of a service that another mesh or repository exports. */
export interface ForeignImport {
  readonly service: IRemoteService;
  /** Names of the clusters that serve the import. */
  readonly exporters: string[];
  /** Cluster and namespace of the import, as far as they are known. */
  readonly importedBy: string;
}

/** Import in a catalog. */
export interface CatalogImport {
  readonly host: string;
  /** Name of the mesh that exports the service, if it is known. */
  readonly meshId?: string;
  readonly exporters: string[];
  readonly importedBy: string;
}

/** Imports in the form of a catalog, by host; undefined when there are none. */
export function importsOf(imports: ForeignImport[]): CatalogImport[] | undefined {
  const inCatalog = imports.map(({ service: { host, meshId }, exporters, importedBy }) => ({ host, meshId, exporters, importedBy }));
  const byHost = (a: CatalogImport, b: CatalogImport) => `${a.host} ${a.importedBy}` < `${b.host} ${b.importedBy}` ? -1 : 1;
  return inCatalog.length > 0 ? inCatalog.sort(byHost) : undefined;
}
