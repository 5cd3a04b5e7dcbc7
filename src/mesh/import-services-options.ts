import { IMPORT_SERVICE_OPTIONS, ImportServiceOptions } from './imported-service';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { list, text } from '../options/kinds';
import { optional, schema } from '../options/schema';

/**
 * Import of several services, or into several namespaces, in one call. The options are those of `importService`, for each of the
 * imports; `addresses` is for one service alone.
 */
export interface ImportServicesOptions extends ImportServiceOptions {
  /**
   * Importing namespaces, each with an import of its own for each service. There is no value for all namespaces: an import for everybody
   * would give each namespace of the cluster, also those to come, the host, its VIP and a way to the other cluster.
   * @default - `namespace`
   */
  readonly namespaces?: string[];
}

export const IMPORT_SERVICES_OPTIONS = schema<ImportServicesOptions>({
  ...IMPORT_SERVICE_OPTIONS.options,
  namespaces: optional(list(text, MeshErrorCode.EMPTY)),
});
