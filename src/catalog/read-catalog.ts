import { statSync } from 'fs';
import * as ipaddr from 'ipaddr.js';
import { CatalogFile, catalogFile, SCHEMA_VERSION } from './catalog-file';
import { remoteService } from './catalog-services';
import { addProblemsOf, FieldProblems } from './fields';
import { checkJsonStructure } from './json-structure';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { quoted } from '../errors/printable';
import { withFileErrors } from '../files/file-errors';
import { readText } from '../files/read';
import { endpointText } from '../model/gateway-address';
import type { RemoteService } from '../model/remote-service';

/** Largest file that is read. A service with ten exporters takes about 2 KiB. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Content of a catalog file. */
export interface ReadCatalog {
  readonly file: CatalogFile;
  readonly services: RemoteService[];
}

/**
 * Reads a catalog.
 * @throws MESH018 for a file that is no catalog, with all problems of its fields, MESH055 for a file that cannot be read
 */
export function readCatalog(path: string): ReadCatalog {
  const text = textOf(path);
  const data = parsedJson(path, text);
  refuseOtherSchema(path, data);
  const problems = new FieldProblems();
  checkJsonStructure(text, problems);
  const file = problems.isEmpty ? catalogFile(data, problems) : undefined;
  // Rules across fields, such as one entry for each exporter, are checked only once each field is valid.
  const services = file !== undefined && problems.isEmpty ? servicesOf(file, problems) : [];
  if (file === undefined || !problems.isEmpty) {
    throw catalogError(path, `the catalog has missing or invalid fields: ${problems.text}`);
  }
  return { file, services };
}

/** Services of a file whose fields are all valid. */
function servicesOf(file: CatalogFile, problems: FieldProblems): RemoteService[] {
  addRepeated(file.services, ({ name, namespace }) => `${name}.${namespace}`, 'services', problems);
  return file.services.flatMap((described, i) => {
    const path = `services[${i}]`;
    addRepeated(described.addresses, address => ipaddr.parse(address).toString(), `${path}.addresses`, problems);
    described.exporters.forEach(({ gateways, versions = [] }, at) => {
      addRepeated(gateways, endpointText, `${path}.exporters[${at}].gateways`, problems);
      addRepeated(versions, String, `${path}.exporters[${at}].versions`, problems);
    });
    const service = addProblemsOf(() => remoteService(described, file), path, problems);
    if (service !== undefined && described.host !== service.host) {
      problems.add(`${path}.host`, `got ${quoted(described.host, 255)}, expected ${quoted(service.host, 255)}`);
    }
    return service === undefined ? [] : [service];
  });
}

/** Adds a problem for each item of a list that stands in it before. */
function addRepeated<T>(items: T[], keyOf: (item: T) => string, path: string, problems: FieldProblems): void {
  const seen = new Set<string>();
  items.map(keyOf).forEach((key, i) => {
    if (seen.has(key)) {
      problems.add(`${path}[${i}]`, `got ${quoted(key)} again, expected each entry once`);
    }
    seen.add(key);
  });
}

function textOf(path: string): string {
  const stats = withFileErrors(path, () => statSync(path));
  // A device or pipe has no size, and reading it may never end.
  if (!stats.isFile() && !stats.isDirectory()) {
    throw catalogError(path, 'the catalog cannot be read: it is no file');
  }
  if (stats.isFile() && stats.size > MAX_BYTES) {
    throw catalogError(path, `the catalog cannot be read: it is larger than ${MAX_BYTES} bytes`);
  }
  return readText(path);
}

function parsedJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw catalogError(path, `the catalog cannot be read: ${quoted((error as Error).message, 200)}`);
  }
}

function refuseOtherSchema(path: string, data: unknown): void {
  const version = typeof data === 'object' && data !== null && 'schemaVersion' in data ? data.schemaVersion : undefined;
  if (typeof version === 'number' && version !== SCHEMA_VERSION) {
    throw catalogError(path, `schemaVersion: this version of the package does not read schema ${version}, expected ${SCHEMA_VERSION}`);
  }
}

function catalogError(path: string, what: string): MeshError {
  return new MeshError({
    code: MeshErrorCode.CATALOG,
    where: `catalog ${path}`,
    what,
    fix: 'copy mesh-catalog.json from the repository of the mesh again, or update this package',
  });
}
