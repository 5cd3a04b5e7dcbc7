import type { IRemoteService } from './remote-service';
import { vipError } from './vip-pool';
import type { VipRange } from './vip-range';
import { Mark } from '../objects/mark';

/** What an importer says, and does not say, of the catalog that a service comes from. */
export interface CatalogOrigin {
  /** Path of the file. */
  readonly path: string;
  /** VIPs that the importer expects, in any range. */
  readonly expectedAddresses: string[];
  /** Code that binds the gateways of the catalog; undefined when they are bound. */
  readonly bindingCode?: string;
  /** Gateways that the importer expects and the catalog does not have. */
  readonly absentGateways: string[];
}

const ORIGIN = new Mark<CatalogOrigin>('CatalogOrigin');

/** Notes the catalog that a service comes from. */
export function noteCatalogOrigin(service: IRemoteService, origin: CatalogOrigin): void {
  ORIGIN.set(service, origin);
}

/** The catalog that a service comes from; undefined for a service of this program. */
export function catalogOriginOf(service: IRemoteService): CatalogOrigin | undefined {
  return ORIGIN.of(service);
}

/**
 * Refuses a VIP that a catalog names outside of the importer's own range. There it could be the address of a local Service or pod, or
 * of a host outside of the cluster: sidecars would send its traffic to the gateways of the catalog.
 * @throws MESH009 for such a VIP, unless the importer expects it
 */
export function refuseForeignVips(service: IRemoteService, range: VipRange, where: string): void {
  const origin = catalogOriginOf(service);
  const foreign = service.addresses.filter(address => !range._includes(address) && !origin?.expectedAddresses.includes(address));
  if (origin === undefined || foreign.length === 0) {
    return;
  }
  const list = `addresses: [${foreign.map(address => `'${address}'`).join(', ')}]`;
  throw vipError({
    where,
    what: `catalog ${origin.path} gives ${service.host} a VIP outside of the VIP range of the importer`,
    got: foreign,
    expected: `an address in ${range._cidrs.join(' or ')}, outside of its exclusions`,
    fix: `choose addresses on the import; or, if the address is free in your clusters, add ${list} to expect of ServiceCatalog.fromFile`,
  });
}
