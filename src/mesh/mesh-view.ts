import type { MeshCluster } from './cluster';
import type { ExportRegistry } from './export-registry';
import type { ServiceCatalog } from '../catalog/catalog';

/** A mesh as its checks read it. */
export interface MeshView {
  readonly meshId: string;
  readonly suffix: string;
  /** The clusters, by name. */
  readonly clusters: MeshCluster[];
  /** Catalogs of other repositories that import from the mesh. */
  readonly consumers: ServiceCatalog[];
  readonly registry: ExportRegistry;
}
