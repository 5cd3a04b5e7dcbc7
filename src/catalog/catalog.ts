import { readFileSync } from 'fs';
import { Chart } from 'cdk8s';
import { CatalogImport, ForeignImport, importsOf } from './catalog-imports';
import { importsIn } from '../checks/declarations';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dialectOf } from '../istio/dialects';
import { GatewayAddress } from '../model/gateway-address';
import { IstioRelease } from '../model/istio-release';
import { IRemoteService, RemoteService } from '../model/remote-service';
import { ServicePort } from '../model/service-port';
import { dnsLabel } from '../names';

const SCHEMA_VERSION = 1;

/** What an importer expects of a service in a catalog. */
export interface CatalogServiceOptions {
  /** The namespace of the Service in the exporting clusters. */
  readonly namespace: string;

  /**
   * The port numbers that you call: the import breaks when the export no longer has one of them.
   * @default - any ports
   */
  readonly ports?: number[];
}

/**
 * What a mesh lets other repositories know of it: the services that it exports, public facts only. A `MeshApp` writes it
 * as `mesh-catalog.json` beside the cluster folders; another repository reads a copy of that file, and nothing else
 * couples the two.
 */
export class ServiceCatalog {
  /**
   * Reads a catalog that a `MeshApp` wrote.
   * @param path the file, relative to the working directory
   * @throws MESH018 when there is no such file, or it is not a catalog, or of a newer schema, or says something invalid
   */
  public static fromFile(path: string): ServiceCatalog {
    return new ServiceCatalog(path, parsed(path));
  }

  /**
   * The catalog of a repository that exports nothing: what its chart imports, so that the owners of the mesh know whom a
   * retirement would cut (`consumers` of `Mesh`). Write its text to a file, and give them that.
   * @param name the name of the repository or team
   * @throws MESH001 for an invalid name
   */
  public static ofImports(name: string, chart: Chart): ServiceCatalog {
    const imports = importsIn(chart).map(({ service, namespace, exporters }) => ({
      service, importedBy: namespace, exporters: exporters.map(({ cluster }) => cluster),
    }));
    return new ServiceCatalog(
      name,
      {
        schemaVersion: SCHEMA_VERSION,
        meshId: dnsLabel(name, 'name', 'ServiceCatalog.ofImports'),
        services: [],
        imports: importsOf(imports),
      },
    );
  }

  /** @internal */
  public static _of(
    meshId: string,
    suffix: string,
    istio: IstioRelease,
    services: IRemoteService[],
    imports: ForeignImport[],
  ): ServiceCatalog {
    return new ServiceCatalog('the mesh', dataOf(meshId, suffix, istio, services, imports));
  }

  /** The name of the mesh. */
  public readonly meshId: string;

  private readonly services: RemoteService[];

  private constructor(private readonly source: string, private readonly data: any) {
    this.meshId = data.meshId;
    try {
      this.services = data.services.map((service: any) => serviceOf(service, data));
    } catch (error) {
      // Whatever is wrong within it, the catalog is what to mend.
      throw catalogError(source, 'this catalog says something invalid', (error as Error).message, 'what a MeshApp writes');
    }
  }

  /**
   * A service of the catalog, to be imported.
   * @param name the name of the Service
   * @throws MESH019 when the catalog does not export it, or no longer with a port that you call
   */
  public service(name: string, options: CatalogServiceOptions): IRemoteService {
    const service = this.services.find(s => s.name === name && s.namespace === options.namespace);
    if (!service) {
      throw gone(this.source, `${name}.${options.namespace} is not exported`, `${name}.${options.namespace}`,
        this.services.map(s => `${s.name}.${s.namespace}`).join(', ') || 'an export (there is none)', 'correct the name, remove the import, or ask the owners of the mesh');
    }
    const missing = (options.ports ?? []).filter(port => !service.ports.some(p => p.port === port));
    if (missing.length > 0) {
      throw gone(this.source, `${service.host} no longer has a port that you call`, missing, service.ports.map(p => p.port).join(', '),
        'call one of its ports, and list that');
    }
    return service;
  }

  /**
   * What its owners import from elsewhere.
   * @internal
   */
  public get _imports(): CatalogImport[] {
    return this.data.imports ?? [];
  }

  /** @internal */
  public get _services(): IRemoteService[] {
    return this.services;
  }

  /** The catalog as it is written: JSON with a final newline, the same for the same mesh. */
  public toText(): string {
    return `${JSON.stringify(this.data, undefined, 2)}\n`;
  }
}

function dataOf(meshId: string, suffix: string, istio: IstioRelease, services: IRemoteService[], imports: ForeignImport[]): any {
  return {
    schemaVersion: SCHEMA_VERSION,
    meshId,
    suffix,
    istio: istio.version,
    services: services.map(service => ({
      name: service.name,
      namespace: service.namespace,
      host: service.host,
      clusterDomain: service.clusterDomain,
      addresses: service.addresses,
      ports: service.ports.map(({ name, port, protocol }) => ({ name, port, protocol, sni: dialectOf(istio).sni(service, port) })),
      exporters: service.exporters.map(({ cluster, gateways, locality, serviceAccount, trustDomain, versions }) => ({
        cluster,
        gateways: gateways.map(({ address, port }) => ({ address, port })),
        locality,
        trustDomain,
        serviceAccount,
        versions: versions && versions.length > 0 ? versions : undefined,
      })),
    })),
    imports: importsOf(imports),
  };
}

function serviceOf(service: any, catalog: any): RemoteService {
  return new RemoteService({
    name: service.name,
    namespace: service.namespace,
    suffix: catalog.suffix,
    clusterDomain: service.clusterDomain,
    addresses: service.addresses,
    istio: knownRelease(catalog.istio),
    meshId: catalog.meshId,
    ports: service.ports.map((port: any) => ServicePort.of(port.protocol, port.name, port.port)),
    exporters: service.exporters.map((exporter: any) => ({
      ...exporter,
      gateways: exporter.gateways.map((gateway: any) => GatewayAddress.of(gateway.address, { port: gateway.port })),
    })),
  });
}

/** The release of the catalog's mesh; undefined for one that is newer than this package. */
function knownRelease(version: string): IstioRelease | undefined {
  try {
    return IstioRelease.of(version);
  } catch {
    return undefined;
  }
}

function parsed(path: string): any {
  let data: any;
  try {
    data = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw catalogError(path, 'this catalog cannot be read', (error as Error).message, 'a file that a MeshApp wrote as mesh-catalog.json');
  }
  const wrongImport = (data?.imports ?? []).find?.(
    (i: any) => typeof i?.host !== 'string' || typeof i.importedBy !== 'string' || !Array.isArray(i.exporters),
  );
  if (data?.schemaVersion !== SCHEMA_VERSION || !Array.isArray(data.services) || !Array.isArray(data.imports ?? []) || wrongImport) {
    throw catalogError(
      path,
      'this is no catalog that this version reads',
      data?.schemaVersion,
      `schemaVersion ${SCHEMA_VERSION} and services`,
    );
  }
  return data;
}

function catalogError(source: string, what: string, got: unknown, expected: string): MeshError {
  return new MeshError({
    code: MeshErrorCode.CATALOG, where: `catalog ${source}`, what, got, expected, fix: 'copy mesh-catalog.json from the mesh\'s repository again, or update this package',
  });
}

function gone(source: string, what: string, got: unknown, expected: string, fix: string): MeshError {
  return new MeshError({ code: MeshErrorCode.EXPORT_GONE, where: `catalog ${source}`, what, got, expected, fix });
}
