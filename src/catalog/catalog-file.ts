import type { CatalogImport } from './catalog-imports';
import { FieldProblems, list, map, number, object, optional, printableText, text, valid } from '../files/fields';
import { refuseTakenSuffix } from '../model/dns-suffix';
import { GatewayAddress } from '../model/gateway-address';
import { portNumber } from '../model/port-number';
import { ServicePort } from '../model/service-port';
import { VipRange } from '../model/vip-range';
import { checkedLocality, dnsLabel, dnsName, domainName, labels } from '../names';

/** Version of the format. A reader refuses any other version. */
export const SCHEMA_VERSION = 1;

/** Port of a service in a catalog. */
export interface CatalogPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  /** SNI that callers send, for people and other tools: this library derives it from the other fields. */
  readonly sni?: string;
}

/** Gateway address of an exporting cluster in a catalog. */
export interface CatalogGateway {
  readonly address: string;
  readonly port: number;
}

/** Exporting cluster in a catalog. */
export interface CatalogExporter {
  readonly cluster: string;
  readonly gateways: CatalogGateway[];
  readonly locality?: string;
  readonly trustDomain?: string;
  readonly serviceAccount?: string;
  readonly versions?: string[];
  readonly versionLabels?: { [version: string]: { [key: string]: string } };
  readonly workloadSelector?: { [key: string]: string };
  readonly gatewayService?: string;
}

/** Exported service in a catalog. */
export interface CatalogService {
  readonly name: string;
  readonly namespace: string;
  /** Governing Service of a StatefulSet, where `name` is one of its pods. */
  readonly subdomain?: string;
  /** Host for callers, for people and other tools: this library derives it from the other fields. */
  readonly host: string;
  readonly clusterDomain: string;
  readonly addresses: string[];
  readonly ports: CatalogPort[];
  readonly exporters: CatalogExporter[];
}

/** Content of `mesh-catalog.json`. */
export interface CatalogFile {
  readonly schemaVersion: number;
  readonly meshId: string;
  /** DNS suffix of the hosts; absent in a catalog without services. */
  readonly suffix?: string;
  /** Istio release of the mesh; absent in a catalog without services. */
  readonly istio?: string;
  readonly services: CatalogService[];
  readonly imports?: CatalogImport[];
}

const label = (what: string) => valid(text, value => dnsLabel(value, what, 'catalog'));
const name = (what: string) => valid(text, value => dnsName(value, what, 'catalog'));
const domain = (what: string) => valid(text, value => domainName(value, what, 'catalog'));
const port = valid(number, value => portNumber(value, 'catalog'));
const dnsSuffix = valid(domain('DNS suffix'), value => refuseTakenSuffix(value, [], 'catalog'));
const podLabels = valid(map(text), value => labels(value, 'the labels of pods', 'catalog'));
const labelsByVersion = valid(map(podLabels), value => Object.keys(value).forEach(version => dnsLabel(version, 'version', 'catalog')));

// Fields are in the order in which a catalog is written.
const PORT = object<CatalogPort>({
  name: label('port name'),
  port,
  protocol: valid(text, value => ServicePort.of(value, 'port', 1)),
  sni: optional(printableText),
});

const GATEWAY = object<CatalogGateway>({
  address: valid(text, value => GatewayAddress.of(value)),
  port,
});

const EXPORTER = object<CatalogExporter>({
  cluster: label('cluster name'),
  gateways: list(GATEWAY),
  locality: optional(valid(text, value => checkedLocality(value, 'catalog'))),
  trustDomain: optional(name('trust domain')),
  serviceAccount: optional(name('service account')),
  versions: optional(list(label('version'))),
  versionLabels: optional(labelsByVersion),
  workloadSelector: optional(podLabels),
  gatewayService: optional(label('gateway Service')),
});

const SERVICE = object<CatalogService>({
  name: label('service name'),
  namespace: label('namespace'),
  subdomain: optional(label('governing Service')),
  host: domain('host'),
  clusterDomain: domain('cluster domain'),
  addresses: list(valid(text, value => VipRange._chosen([value], 'catalog'))),
  ports: list(PORT),
  exporters: list(EXPORTER),
});

const IMPORT = object<CatalogImport>({
  host: domain('host'),
  meshId: optional(label('mesh ID')),
  exporters: list(label('cluster name')),
  importedBy: printableText,
});

const FILE = object<CatalogFile>({
  schemaVersion: number,
  meshId: label('mesh ID'),
  suffix: optional(dnsSuffix),
  istio: optional(printableText),
  services: list(SERVICE),
  imports: optional(list(IMPORT)),
});

/** Content of a catalog file field by field. Adds a problem for each missing field, wrong type and invalid value. */
export function catalogFile(data: unknown, problems: FieldProblems): CatalogFile | undefined {
  const file = FILE(data, '', problems);
  for (const field of ['suffix', 'istio'] as const) {
    if (file?.services?.length && file[field] === undefined) {
      problems.add(field, 'is missing, expected a string in a catalog with services');
    }
  }
  return file;
}
