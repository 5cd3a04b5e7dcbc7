import * as ipaddr from 'ipaddr.js';
import { CatalogFile, catalogFile, SCHEMA_VERSION } from './catalog-file';
import { remoteService } from './catalog-services';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { quoted } from '../errors/printable';
import { addProblemsOf, FieldProblems } from '../files/fields';
import { addRepeated, ForeignJson, readForeignJson } from '../files/read-json';
import { endpointText } from '../model/gateway-address';
import type { RemoteService } from '../model/remote-service';

const CATALOG: ForeignJson = {
  name: 'catalog',
  code: MeshErrorCode.CATALOG,
  schemaVersion: SCHEMA_VERSION,
  // A service with ten exporters takes about 2 KiB.
  maxBytes: 64 * 1024 * 1024,
  fix: 'copy mesh-catalog.json from the repository of the mesh again, or update this package',
};

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
  return readForeignJson(path, CATALOG, (data, problems) => {
    const file = catalogFile(data, problems);
    // Rules across fields, such as one entry for each exporter, are checked only once each field is valid.
    return file !== undefined && problems.isEmpty ? { file, services: servicesOf(file, problems) } : undefined;
  });
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
