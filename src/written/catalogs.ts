import type { SourceFile } from './source';
import { objectAt, objectsIn, textsIn } from '../checks/content';

/** Cluster that exports a service, as a catalog says. */
export interface CatalogExporter {
  readonly cluster: string;
  readonly gateways: { readonly address: string; readonly port: number }[];
  readonly trustDomain: string;
  readonly serviceAccount?: string;
  readonly versions: string[];
}

/** Service of a catalog. */
export interface CatalogService {
  readonly host: string;
  readonly name: string;
  readonly namespace: string;
  readonly clusterDomain: string;
  readonly addresses: string[];
  readonly ports: { readonly name: string; readonly port: number }[];
  readonly exporters: CatalogExporter[];
  readonly file: SourceFile;
}

/** The services of a catalog, as far as it can be read; undefined for a file that is no JSON. */
export function catalogServices(file: SourceFile): CatalogService[] | undefined {
  const data = parsedJson(file.text);
  return data === undefined ? undefined : objectsIn(objectAt(data).services).map(service => serviceOf(service, file));
}

function serviceOf({ host, name, namespace, clusterDomain, addresses, ports, exporters }: any, file: SourceFile): CatalogService {
  return {
    file,
    host: String(host),
    name: String(name),
    namespace: String(namespace),
    clusterDomain: typeof clusterDomain === 'string' ? clusterDomain : 'cluster.local',
    addresses: textsIn(addresses),
    ports: objectsIn(ports).map(({ name: port, port: number }) => ({ name: String(port), port: Number(number) })),
    exporters: objectsIn(exporters).map(exporterOf),
  };
}

function exporterOf({ cluster, gateways, trustDomain, serviceAccount, versions }: any): CatalogExporter {
  return {
    cluster: String(cluster),
    gateways: objectsIn(gateways).map(({ address, port }) => ({ address: String(address), port: Number(port) })),
    trustDomain: typeof trustDomain === 'string' ? trustDomain : 'cluster.local',
    ...typeof serviceAccount === 'string' && { serviceAccount },
    versions: textsIn(versions),
  };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
