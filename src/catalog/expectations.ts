import type { CatalogFile } from './catalog-file';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { quoted } from '../errors/printable';
import { FieldProblems } from '../files/fields';
import type { CatalogOrigin } from '../model/catalog-origin';
import { endpointText, GATEWAY_ADDRESS, GatewayAddress } from '../model/gateway-address';
import { GATEWAY_PORT } from '../model/port-number';
import type { RemoteService } from '../model/remote-service';
import { VipRange } from '../model/vip-range';
import { list as listOf, text as textKind } from '../options/kinds';
import { optional, schema } from '../options/schema';

/** Trust domain of an exporter that names none. */
const DEFAULT_TRUST_DOMAIN = 'cluster.local';

const WHERE = 'ServiceCatalog.fromFile';

/** Longest DNS name. A difference is shown in full. */
const MAX_NAME_LENGTH = 255;

/**
 * What the importer of a catalog expects of it. A catalog is a copy of a file of another team. A later copy that differs from what
 * stands here is an error, so the program changes with it, and a reviewer sees the change.
 */
export interface CatalogExpectations {
  /**
   * Name of the mesh.
   * @default - any name
   */
  readonly meshId?: string;

  /**
   * DNS suffix of the hosts.
   * @default - any suffix, except those that take names that mean something else
   */
  readonly suffix?: string;

  /**
   * Gateways that requests may go to, with their ports. No service of the catalog may have another one.
   * @default - any gateway; a warning (MESH046) shows the code that lists the gateways of the catalog
   */
  readonly gateways?: GatewayAddress[];

  /**
   * Trust domains that the exporting clusters may have.
   * @default - any trust domain
   */
  readonly trustDomains?: string[];

  /**
   * VIPs outside of the VIP range of the importer that services of the catalog may have. Make sure that no Service, pod or host that
   * the importing clusters reach has one of them.
   * @default - none: each VIP of the catalog lies within the range
   */
  readonly addresses?: string[];
}

export const CATALOG_EXPECTATIONS = schema<CatalogExpectations>({
  meshId: optional(textKind),
  suffix: optional(textKind),
  gateways: optional(listOf(GATEWAY_ADDRESS)),
  trustDomains: optional(listOf(textKind, MeshErrorCode.CATALOG_DIFFERS)),
  addresses: optional(listOf(textKind)),
});

/**
 * Compares a catalog with what its importer expects, and returns what the importer left open.
 * @throws MESH009 for expected VIPs that cannot be used, MESH045 for a catalog that differs, with all differences
 */
export function comparedCatalog(path: string, file: CatalogFile, services: RemoteService[], expected: CatalogExpectations): CatalogOrigin {
  const gateways = gatewaysOf(services);
  const expectedGateways = given(expected.gateways)?.map(endpointText);
  const addresses = given(expected.addresses) ?? [];
  const differences = new FieldProblems();
  compare('meshId', [file.meshId], given(expected.meshId), differences);
  compare('suffix', given(file.suffix) ?? [], given(expected.suffix), differences);
  compare('gateways', [...gateways.keys()], expectedGateways, differences);
  compare('trustDomains', trustDomainsOf(services), given(expected.trustDomains), differences);
  if (!differences.isEmpty) {
    throw new MeshError({
      code: MeshErrorCode.CATALOG_DIFFERS,
      where: `catalog ${path}`,
      what: `the catalog is not what you expect: ${differences.text}`,
      fix: 'ask the owners of the mesh whether they made the change; if they did, change expect of ServiceCatalog.fromFile too',
    });
  }
  return {
    path,
    expectedAddresses: VipRange._chosen(addresses, WHERE),
    bindingCode: expectedGateways ? undefined : bindingCode(file, services, addresses),
    absentGateways: (expectedGateways ?? []).filter(gateway => !gateways.has(gateway)),
  };
}

/** Adds a problem for values that are not among the expected ones. */
function compare(name: keyof CatalogExpectations, values: string[], expected: string[] | undefined, differences: FieldProblems): void {
  const unexpected = expected === undefined ? [] : values.filter(value => !expected.includes(value));
  if (expected === undefined || unexpected.length === 0) {
    return;
  }
  const list = (texts: string[]) => texts.map(text => quoted(text, MAX_NAME_LENGTH)).join(', ') || 'none';
  differences.add(name, `got ${list(unexpected)}, expected ${list(expected)}`);
}

/** Gateways of services, by address and port in one spelling. */
function gatewaysOf(services: RemoteService[]): Map<string, GatewayAddress> {
  const gateways = services.flatMap(({ exporters }) => exporters.flatMap(exporter => exporter.gateways));
  const byEndpoint = gateways.map(gateway => [endpointText(gateway), gateway] as const);
  return new Map(byEndpoint.sort(([a], [b]) => a < b ? -1 : 1));
}

function trustDomainsOf(services: RemoteService[]): string[] {
  const domains = services.flatMap(({ exporters }) => exporters.map(({ trustDomain }) => trustDomain ?? DEFAULT_TRUST_DOMAIN));
  return [...new Set(domains)].sort();
}

/** The code by which a program binds a catalog as it is now. */
function bindingCode(file: CatalogFile, services: RemoteService[], addresses: string[]): string {
  const list = (items: string[]) => `[${items.join(', ')}]`;
  const texts = (items: string[]) => list(items.map(item => `'${item}'`));
  const options = [
    `meshId: '${file.meshId}'`,
    ...file.suffix === undefined ? [] : [`suffix: '${file.suffix}'`],
    `trustDomains: ${texts(trustDomainsOf(services))}`,
    `gateways: ${list([...gatewaysOf(services).values()].map(gatewayCode))}`,
    ...addresses.length === 0 ? [] : [`addresses: ${texts(addresses)}`],
  ];
  return `{ expect: { ${options.join(', ')} } }`;
}

function gatewayCode({ address, port }: GatewayAddress): string {
  return `GatewayAddress.of('${address}'${port === GATEWAY_PORT ? '' : `, { port: ${port} }`})`;
}

/** One value or several as a list; undefined for an option that is not given. */
function given<T>(option: T | T[] | undefined): T[] | undefined {
  return option === undefined ? undefined : [option].flat() as T[];
}
