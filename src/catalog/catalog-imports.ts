import type { IRemoteService } from '../model/remote-service';

/** An import of a service that another mesh or repository exports. */
export interface ForeignImport {
  readonly service: IRemoteService;
  /** The clusters that serve it. */
  readonly exporters: string[];
  /** Cluster and namespace, as far as they are known. */
  readonly importedBy: string;
}

/** An import as a catalog has it. */
export interface CatalogImport {
  readonly host: string;
  readonly exporters: string[];
  readonly importedBy: string;
  /** The mesh that exports it, if that is known. */
  readonly meshId?: string;
}

/** Imports as a catalog lists them, by host; undefined when there is none. */
export function importsOf(imports: ForeignImport[]): CatalogImport[] | undefined {
  const all = imports.map(({ service, exporters, importedBy }) => ({ host: service.host, meshId: service.meshId, exporters, importedBy }));
  return all.length > 0 ? all.sort((a, b) => `${a.host} ${a.importedBy}` < `${b.host} ${b.importedBy}` ? -1 : 1) : undefined;
}
