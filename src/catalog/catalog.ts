import { readFileSync } from 'fs';
import { Chart } from 'cdk8s';
import { CatalogFile, catalogFile, CatalogService, SCHEMA_VERSION } from './catalog-file';
import { CatalogImport, ForeignImport, importsOf } from './catalog-imports';
import { addProblemsOf, FieldProblems, quoted } from './fields';
import { importsIn } from '../checks/declarations';
import { MeshError, orUndefined } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { shown } from '../errors/problem';
import { dialectOf } from '../istio/dialects';
import { GatewayAddress } from '../model/gateway-address';
import { IstioRelease } from '../model/istio-release';
import { ExportingCluster, IRemoteService, RemoteService } from '../model/remote-service';
import { ServicePort } from '../model/service-port';
import { dnsLabel } from '../names';
import { checkedArgument, checkedOptions } from '../options/checked';
import { chart as chartKind, instance, list, numeric, text } from '../options/kinds';
import { optional, required, schema } from '../options/schema';

/** Facts that an importer requires of a service in a catalog. */
export interface CatalogServiceOptions {
  /** Namespace of the Service in the exporting clusters. */
  readonly namespace: string;

  /**
   * Port numbers that the importer calls. The import fails when the service no longer has one of them.
   * @default - no port is required
   */
  readonly ports?: number[];
}

export const CATALOG_SERVICE_OPTIONS = schema<CatalogServiceOptions>({
  namespace: required(text),
  ports: optional(list(numeric)),
});

/**
 * Catalog of a mesh for other repositories: the services that the mesh exports, public facts only. `MeshApp` writes it as
 * `mesh-catalog.json` beside the folders of the clusters. Another repository imports services from a copy of that file.
 *
 * @example
 * const httpbin = ServiceCatalog.fromFile('mesh-catalog.json').service('httpbin', { namespace: 'bar', ports: [8000] });
 */
export class ServiceCatalog {
  /**
   * Reads a catalog that a `MeshApp` wrote. Fields that this version does not know are ignored, because newer versions of this
   * package may add some.
   * @param path path of the file, relative to the working directory
   * @throws MESH018 for a file that cannot be read, has another schema version, or has missing or invalid fields
   */
  public static fromFile(path: string): ServiceCatalog {
    const { file, services } = contentOf(checkedArgument(text, path, 'path', 'ServiceCatalog.fromFile'));
    return new ServiceCatalog(path, file, services);
  }

  /**
   * Returns the catalog of a repository that exports nothing. It lists the imports of a chart, so that the owners of the mesh know
   * which imports a retirement would cut. Write its text to a file, and pass the file to them for `consumers` of `Mesh`.
   * @param name name of the repository or team
   * @throws MESH001 for an invalid name
   */
  public static ofImports(name: string, chart: Chart): ServiceCatalog {
    checkedArgument(chartKind, chart, 'chart', 'ServiceCatalog.ofImports');
    const imports = importsIn(chart).map(({ service, namespace, exporters }) => ({
      service, importedBy: namespace, exporters: exporters.map(({ cluster }) => cluster),
    }));
    const file: CatalogFile = {
      schemaVersion: SCHEMA_VERSION,
      meshId: dnsLabel(name, 'name', 'ServiceCatalog.ofImports'),
      services: [],
      imports: importsOf(imports),
    };
    return new ServiceCatalog(name, file, []);
  }

  /** @internal */
  public static _of(
    meshId: string,
    suffix: string,
    istio: IstioRelease,
    services: IRemoteService[],
    imports: ForeignImport[],
  ): ServiceCatalog {
    const file: CatalogFile = {
      schemaVersion: SCHEMA_VERSION,
      meshId,
      suffix,
      istio: istio.version,
      services: services.map(service => catalogService(service, istio)),
      imports: importsOf(imports),
    };
    return new ServiceCatalog('of the mesh', file, file.services.map(service => remoteService(service, file)));
  }

  /** Name of the mesh. */
  public readonly meshId: string;

  private constructor(
    private readonly source: string,
    private readonly file: CatalogFile,
    private readonly services: RemoteService[],
  ) {
    this.meshId = file.meshId;
  }

  /**
   * Returns a service of the catalog, to pass to an import.
   * @param name name of the Service
   * @throws MESH019 when the catalog does not have the service, or the service no longer has one of the ports
   */
  public service(name: string, options: CatalogServiceOptions): IRemoteService {
    const { namespace, ports = [] } = checkedOptions(CATALOG_SERVICE_OPTIONS, options, `catalog ${this.source}`);
    const service = this.services.find(candidate => candidate.name === name && candidate.namespace === namespace);
    if (!service) {
      throw new MeshError({
        code: MeshErrorCode.EXPORT_GONE,
        where: `catalog ${this.source}`,
        what: `${typeof name === 'string' ? name : shown(name)}.${namespace} is not exported`,
        expected: this.services.map(known => `${known.name}.${known.namespace}`).join(', ') || undefined,
        fix: 'correct the name, remove the import, or ask the owners of the mesh',
      });
    }
    const missing = ports.filter(number => !service.ports.some(({ port }) => port === number));
    if (missing.length > 0) {
      throw new MeshError({
        code: MeshErrorCode.EXPORT_GONE,
        where: `catalog ${this.source}`,
        what: `${service.host} no longer has a port that you call`,
        got: missing,
        expected: service.ports.map(({ port }) => port).join(', '),
        fix: 'call one of these ports, and list it in ports',
      });
    }
    return service;
  }

  /**
   * Imports from other meshes and repositories.
   * @internal
   */
  public get _imports(): CatalogImport[] {
    return this.file.imports ?? [];
  }

  /** @internal */
  public get _services(): IRemoteService[] {
    return this.services;
  }

  /** Returns the text of the catalog file: JSON with a final newline, the same for the same mesh. */
  public toText(): string {
    return `${JSON.stringify(this.file, undefined, 2)}\n`;
  }
}

function catalogService(service: IRemoteService, istio: IstioRelease): CatalogService {
  return {
    name: service.name,
    namespace: service.namespace,
    host: service.host,
    clusterDomain: service.clusterDomain,
    addresses: service.addresses,
    ports: service.ports.map(({ name, port, protocol }) => ({ name, port, protocol, sni: dialectOf(istio).sni(service, port) })),
    exporters: service.exporters.map(exporter => ({
      cluster: exporter.cluster,
      gateways: exporter.gateways.map(({ address, port }) => ({ address, port })),
      locality: exporter.locality,
      trustDomain: exporter.trustDomain,
      serviceAccount: exporter.serviceAccount,
      versions: exporter.versions?.length ? exporter.versions : undefined,
      versionLabels: exporter.versionLabels,
      workloadSelector: exporter.workloadSelector,
    })),
  };
}

function remoteService(service: CatalogService, { suffix, istio, meshId }: CatalogFile): RemoteService {
  const { name, namespace, clusterDomain, addresses } = service;
  return new RemoteService({
    name,
    namespace,
    suffix,
    clusterDomain,
    addresses,
    meshId,
    // A release that is newer than this package is unknown here.
    istio: istio === undefined ? undefined : orUndefined(() => IstioRelease.of(istio)),
    ports: service.ports.map(port => ServicePort.of(port.protocol, port.name, port.port)),
    exporters: service.exporters.map((exporter): ExportingCluster => ({
      ...exporter,
      gateways: exporter.gateways.map(({ address, port }) => GatewayAddress.of(address, { port })),
    })),
  });
}

/** Content of a file, with its services. Throws one error with all problems of the file. */
function contentOf(path: string): { readonly file: CatalogFile; readonly services: RemoteService[] } {
  const data = parsedJson(path);
  refuseOtherSchema(path, data);
  const problems = new FieldProblems();
  const file = catalogFile(data, problems);
  // Rules across fields, such as one entry for each exporter, are checked only once each field is valid.
  const services = file !== undefined && problems.isEmpty
    ? file.services.map((service, i) => addProblemsOf(() => remoteService(service, file), `services[${i}]`, problems))
    : [];
  if (file === undefined || !problems.isEmpty) {
    throw catalogError(path, `the catalog has missing or invalid fields: ${problems.text}`);
  }
  return { file, services: services.filter((service): service is RemoteService => service !== undefined) };
}

function parsedJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
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

/** The kind of options that hold a catalog. */
export const SERVICE_CATALOG = instance(ServiceCatalog, { write: "ServiceCatalog.fromFile('mesh-catalog.json')" });
