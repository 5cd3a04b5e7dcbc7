import type { Declarations } from './declarations';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { CatalogOrigin, catalogOriginOf } from '../model/catalog-origin';

/**
 * Warnings for catalogs that a chart imports from, once for each catalog: the program does not say which gateways it expects in the
 * catalog, so a later copy could lead callers anywhere, or it still allows gateways that are gone.
 */
export function unboundCatalogs({ imports, localImports }: Declarations): Problem[] {
  const services = [...imports, ...localImports].map(({ service }) => service);
  return [...new Set(services.map(catalogOriginOf))].flatMap(origin => origin === undefined ? [] : warningsOf(origin));
}

function warningsOf({ path, bindingCode, absentGateways }: CatalogOrigin): Problem[] {
  const where = `catalog ${path}`;
  if (bindingCode !== undefined) {
    return [{
      code: MeshErrorCode.GATEWAYS_NOT_BOUND,
      where,
      what: 'the program does not say which gateways it expects, so another copy of the catalog could lead callers to others',
      fix: `pass to ServiceCatalog.fromFile: ${bindingCode}`,
    }];
  }
  return absentGateways.length === 0 ? [] : [{
    code: MeshErrorCode.GATEWAYS_NOT_BOUND,
    where,
    what: 'the program expects gateways that the catalog does not have',
    got: absentGateways.join(', '),
    fix: 'remove them from expect: whoever gets one of these addresses later could stand in the catalog unseen',
  }];
}
