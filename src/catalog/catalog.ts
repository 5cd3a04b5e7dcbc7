import { Chart } from 'cdk8s';
import { CatalogFile, SCHEMA_VERSION } from './catalog-file';
import { CatalogImport, ForeignImport, importsOf } from './catalog-imports';
import { catalogService, remoteService } from './catalog-services';
import { CATALOG_EXPECTATIONS, CatalogExpectations, comparedCatalog } from './expectations';
import { readCatalog } from './read-catalog';
import { importsIn } from '../checks/declarations';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { shown } from '../errors/problem';
import { noteCatalogOrigin } from '../model/catalog-origin';
import { IstioRelease } from '../model/istio-release';
import { IRemoteService, RemoteService } from '../model/remote-service';
import { dnsLabel, podOf } from '../names';
import { chart as chartKind } from '../options/cdk8s-kinds';
import { checkedArgument, checkedOptions } from '../options/checked';
import { instance, list, numeric, text } from '../options/kinds';
import { optional, required, schema } from '../options/schema';

const WHERE = 'ServiceCatalog.fromFile';

/** Options for reading a catalog. */
export interface ServiceCatalogOptions {
  /**
   * What the importer expects of the catalog.
   * @default - anything is accepted; an import from the catalog is a warning (MESH046)
   */
  readonly expect?: CatalogExpectations;
}

export const SERVICE_CATALOG_OPTIONS = schema<ServiceCatalogOptions>({ expect: optional(CATALOG_EXPECTATIONS) });

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
 * What a catalog tells of a mesh.
 * @internal
 */
export interface CatalogedMesh {
  readonly meshId: string;
  readonly suffix: string;
  readonly istio: IstioRelease;
  readonly services: IRemoteService[];
  readonly imports: ForeignImport[];
}

/**
 * Catalog of a mesh for other repositories: the services that the mesh exports, public facts only. `MeshApp` writes it as
 * `mesh-catalog.json` beside the folders of the clusters. Another repository imports services from a copy of that file.
 *
 * @example
 * const catalog = ServiceCatalog.fromFile('mesh-catalog.json', { expect: { gateways: [GatewayAddress.of('203.0.113.20')] } });
 * const httpbin = catalog.service('httpbin', { namespace: 'bar', ports: [8000] });
 */
export class ServiceCatalog {
  /**
   * Reads a catalog that a `MeshApp` wrote. Fields that this version does not know are ignored, because newer versions of this
   * package may add some.
   * @param path path of the file, relative to the working directory
   * @param options what the importer expects of the catalog
   * @returns the catalog
   * @throws MESH055 for a file that cannot be read, MESH018 for one that has another schema version, or has missing or invalid
   * fields, and MESH045 for a catalog that is not what `expect` says
   */
  public static fromFile(path: string, options: ServiceCatalogOptions = {}): ServiceCatalog {
    const { expect = {} } = checkedOptions(SERVICE_CATALOG_OPTIONS, options, WHERE);
    const { file, services } = readCatalog(checkedArgument(text, path, 'path', WHERE));
    const origin = comparedCatalog(path, file, services, expect);
    services.forEach(service => noteCatalogOrigin(service, origin));
    return new ServiceCatalog(path, file, services);
  }

  /**
   * Returns the catalog of a repository that exports nothing. It lists the imports of a chart, so that the owners of the mesh know
   * which imports a retirement would cut. Write its text to a file, and pass the file to them for `consumers` of `Mesh`.
   * @param name name of the repository or team
   * @param chart chart with the imports
   * @returns a catalog without services
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
  public static _of(mesh: CatalogedMesh): ServiceCatalog {
    const file = fileOf(mesh);
    return new ServiceCatalog('of the mesh', file, file.services.map(service => remoteService(service, file)));
  }

  /**
   * The text of the catalog of a mesh whose checks found no problem.
   * @internal
   */
  public static _textOf(mesh: CatalogedMesh): string {
    return textOf(fileOf(mesh));
  }

  /** Name of the mesh. */
  public readonly meshId: string;

  /** Services by namespace and name. */
  private readonly byNamespace = new Map<string, Map<string, RemoteService>>();

  private constructor(
    private readonly source: string,
    private readonly file: CatalogFile,
    private readonly services: RemoteService[],
  ) {
    this.meshId = file.meshId;
    for (const service of services) {
      const inNamespace = this.byNamespace.get(service.namespace) ?? new Map<string, RemoteService>();
      this.byNamespace.set(service.namespace, inNamespace.set(service.name, service));
    }
  }

  /**
   * Returns a service of the catalog, to pass to an import.
   * @param name name of the Service
   * @param options namespace of the Service, and the ports that the importer calls
   * @returns the service
   * @throws MESH019 when the catalog does not have the service, or the service no longer has one of the ports
   */
  public service(name: string, options: CatalogServiceOptions): IRemoteService {
    const { namespace, ports = [] } = checkedOptions(CATALOG_SERVICE_OPTIONS, options, `catalog ${this.source}`);
    const service = this.byNamespace.get(namespace)?.get(name);
    if (!service) {
      throw this.notExported(name, namespace);
    }
    this.refuseMissingPorts(service, ports);
    return service;
  }

  /**
   * Returns the pods of a StatefulSet of the catalog, by ordinal, to pass to `importServices`. One pod is also a service of the catalog,
   * by its name: `service('db-0', ...)`.
   * @param statefulSet name of the StatefulSet
   * @param options namespace of the StatefulSet, and the ports that the importer calls
   * @returns the pods as services, sorted by ordinal
   * @throws MESH019 when the catalog has no pod of the StatefulSet, or a pod no longer has one of the ports
   */
  public podsOf(statefulSet: string, options: CatalogServiceOptions): IRemoteService[] {
    const { namespace, ports = [] } = checkedOptions(CATALOG_SERVICE_OPTIONS, options, `catalog ${this.source}`);
    const ordinalOf = ({ name }: IRemoteService) => podOf(name)?.ordinal ?? 0;
    const pods = this.services.filter(
      ({ name, namespace: own, subdomain }) => subdomain !== undefined && own === namespace && podOf(name)?.statefulSet === statefulSet,
    );
    if (pods.length === 0) {
      throw this.notExported(statefulSet, namespace);
    }
    pods.forEach(pod => this.refuseMissingPorts(pod, ports));
    return pods.sort((a, b) => ordinalOf(a) - ordinalOf(b));
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

  /**
   * Returns the text of the catalog file: JSON with a final newline, the same for the same mesh. Each service and import has a line of its
   * own, so that branches that change different services rarely conflict in Git.
   * @returns the text
   */
  public toText(): string {
    return textOf(this.file);
  }

  private notExported(name: unknown, namespace: string): MeshError {
    return new MeshError({
      code: MeshErrorCode.EXPORT_GONE,
      where: `catalog ${this.source}`,
      what: `${typeof name === 'string' ? name : shown(name)}.${namespace} is not exported`,
      expected: this.services.map(known => `${known.name}.${known.namespace}`).join(', ') || undefined,
      fix: 'correct the name, remove the import, or ask the owners of the mesh',
    });
  }

  private refuseMissingPorts(service: IRemoteService, ports: number[]): void {
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
  }
}

function fileOf({ meshId, suffix, istio, services, imports }: CatalogedMesh): CatalogFile {
  return {
    schemaVersion: SCHEMA_VERSION,
    meshId,
    suffix,
    istio: istio.version,
    services: services.map(service => catalogService(service, istio)),
    imports: importsOf(imports),
  };
}

function textOf(file: CatalogFile): string {
  const fields = Object.entries(file).filter(([, value]) => value !== undefined).map(([name, value]) => {
    const shownValue = Array.isArray(value) && value.length > 0
      ? `[\n${value.map(entry => `    ${JSON.stringify(entry)}`).join(',\n')}\n  ]`
      : JSON.stringify(value);
    return `  ${JSON.stringify(name)}: ${shownValue}`;
  });
  return `{\n${fields.join(',\n')}\n}\n`;
}

/** The kind of options that hold a catalog. */
export const SERVICE_CATALOG = instance(ServiceCatalog, { write: "ServiceCatalog.fromFile('mesh-catalog.json')" });
