import { ExportRegistry } from './export-registry';
import { RETIRE } from './retirement';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { ALLOWED_CALLER, AllowedCaller } from '../model/allowed-caller';
import { ExportingCluster } from '../model/exporting-cluster';
import { IstioRelease } from '../model/istio-release';
import { IRemoteService, noteRetiringExporters } from '../model/remote-service';
import { SERVICE_PORT, ServicePort } from '../model/service-port';
import { SERVICE_VERSION, ServiceVersion } from '../model/service-version';
import { VipRange } from '../model/vip-range';
import { dnsLabel, dnsName, exportServiceName, serviceHost } from '../names';
import { flag, list, mapOf, text } from '../options/kinds';
import { optional, required, schema } from '../options/schema';

/** Export of a Service from a cluster of a mesh. */
export interface ExportServiceOptions {
  /** Namespace of the Service. */
  readonly namespace: string;

  /** Exported ports: number and protocol as the Service has them. */
  readonly ports: ServicePort[];

  /**
   * Service account of the pods of the Service: importers then accept no other identity.
   * @default - importers accept any server of the mesh, which is a warning (MESH040)
   */
  readonly serviceAccount?: string;

  /**
   * Whether importers accept any server of the mesh on purpose. Without it, an export without `serviceAccount` is a warning, and an
   * error in a hardened mesh (MESH040). It has no effect with `serviceAccount`.
   * @default false
   */
  readonly anyServer?: boolean;

  /**
   * VIPs for the host, in every importing cluster.
   * @default - each importing cluster takes VIPs from its range
   */
  readonly addresses?: string[];

  /**
   * Versions that importers can route to.
   * @default - none
   */
  readonly versions?: ServiceVersion[];

  /**
   * Labels of the pods of the Service, for `allow`, `strictMtls` and `onlyExportedPorts`.
   * @default - none; required with these
   */
  readonly workloadSelector?: { [key: string]: string };

  /**
   * Callers that may call the service, callers of its own cluster included. The gateway cannot tell callers apart, so the
   * rule stands at the workload.
   * @default - every workload of the mesh; an error in a hardened mesh (MESH066)
   */
  readonly allow?: AllowedCaller[];

  /**
   * Whether importers reach the exported ports alone. A gateway opens every port of a Service, so the export gets a Service of its own
   * for the same pods, with the exported ports, and the gateway opens that one. Needs `workloadSelector`. Importers cannot use the
   * local name then, because its SNI is that of the Service itself. All clusters that export the service must agree.
   * @default false - importers that send the SNI by hand reach every port of the Service, which is a warning (MESH073) where the
   * Service in the same chart has more ports; true in a hardened mesh, save for `replicateService`
   */
  readonly onlyExportedPorts?: boolean;

  /**
   * Ports of the pods for `onlyExportedPorts`, by the name of the exported port: a number, or the name of a container port.
   * @default - those of the Service, where it stands in the same chart; else the number of the exported port
   */
  readonly podPorts?: { [port: string]: string };

  /**
   * Whether the workload accepts nothing but mutual TLS.
   * @default false - what the mesh says
   */
  readonly strictMtls?: boolean;

  /**
   * Whether the export is about to close. Importers and the catalog leave it out, and it still answers callers that have not
   * followed yet. Remove the export once they have.
   * @default false
   */
  readonly retire?: boolean;
}

export const EXPORT_SERVICE_OPTIONS = schema<ExportServiceOptions>({
  namespace: required(text),
  ports: required(list(SERVICE_PORT), MeshErrorCode.EMPTY),
  serviceAccount: optional(text),
  anyServer: optional(flag),
  addresses: optional(list(text)),
  versions: optional(list(SERVICE_VERSION)),
  workloadSelector: optional(mapOf(text)),
  allow: optional(list(ALLOWED_CALLER, MeshErrorCode.EMPTY)),
  onlyExportedPorts: optional(flag),
  podPorts: optional(mapOf(text)),
  strictMtls: optional(flag),
  retire: optional(RETIRE),
});

/** One of several Services that a cluster exports in one call. */
export interface ServiceToExport extends ExportServiceOptions {
  /** Name of the Service. */
  readonly name: string;
}

export const SERVICE_TO_EXPORT = schema<ServiceToExport>({ ...EXPORT_SERVICE_OPTIONS.options, name: required(text) });

/** What an export takes from its cluster. */
export interface ExportingClusterFacts {
  readonly name: string;
  readonly istio: IstioRelease;
  readonly suffix: string;
  readonly clusterDomain: string;
  /** The cluster as importers need it, without what is of one service. */
  readonly exporter: ExportingCluster;
  /** Whether the whole cluster retires. */
  readonly isRetiring: boolean;
  /** Whether the retirement of the cluster has closed its exports. */
  readonly isClosed: boolean;
}

/** An export as its handle is made from it. */
export interface DescribedExport extends ExportServiceOptions {
  readonly name: string;
  /** Governing Service of a StatefulSet, where the export is one of its pods. */
  readonly subdomain?: string;
  /** The call that exports, as errors name it. */
  readonly where: string;
}

/**
 * A service that a cluster exports, as `exportService` returns it, or a pod that `exportStatefulSet` exports: pass it to `importService`
 * of another cluster.
 */
export class ExportedService implements IRemoteService {
  /** @internal */
  public static _of(registry: ExportRegistry, cluster: ExportingClusterFacts, described: DescribedExport): ExportedService {
    return new ExportedService(registry, cluster, described);
  }

  public readonly name: string;
  public readonly namespace: string;
  public readonly host: string;
  public readonly subdomain?: string;
  public readonly clusterDomain: string;
  public readonly istio?: IstioRelease;
  /** Undefined: importers of the same mesh need no name of it. */
  public readonly meshId?: string;
  public readonly ports: ServicePort[];
  /** Name of the cluster that exports the service. */
  public readonly clusterName: string;

  /** @internal */
  public readonly _exporter: ExportingCluster;
  /** @internal */
  public readonly _chosenAddresses: string[];
  /** @internal */
  public readonly _allow?: AllowedCaller[];
  /** @internal */
  public readonly _anyServer: boolean;
  /** @internal */
  public readonly _isRetiring: boolean;
  /** @internal */
  public readonly _isOpen: boolean;

  private readonly registry: ExportRegistry;

  private constructor(registry: ExportRegistry, cluster: ExportingClusterFacts, { name, subdomain, where, ...options }: DescribedExport) {
    this.registry = registry;
    this.clusterName = cluster.name;
    this.name = dnsLabel(name, subdomain === undefined ? 'service name' : 'pod name', where);
    this.namespace = dnsLabel(options.namespace, 'namespace', where);
    this.subdomain = subdomain;
    this.host = serviceHost(this, cluster.suffix, where);
    this.clusterDomain = cluster.clusterDomain;
    this.istio = cluster.istio;
    this.ports = ServicePort._all(options.ports, where);
    this._isRetiring = (options.retire ?? false) || cluster.isRetiring;
    this._isOpen = !cluster.isClosed;
    this._allow = options.allow;
    this._anyServer = options.anyServer ?? false;
    this._chosenAddresses = [...VipRange._chosen(options.addresses ?? [], where)].sort();
    this._exporter = {
      ...cluster.exporter,
      serviceAccount: options.serviceAccount === undefined ? undefined : dnsName(options.serviceAccount, 'service account', where),
      versions: (options.versions ?? []).map(version => version.name).sort(),
      ...hasOwnLabels(options.versions) && { versionLabels: labelsByVersion(options.versions ?? []) },
      ...options.workloadSelector && { workloadSelector: options.workloadSelector },
      ...options.onlyExportedPorts && { gatewayService: exportServiceName(this.name) },
    };
    noteRetiringExporters(
      this,
      () => this.registry.all(this.host).filter(({ _isRetiring }) => _isRetiring).map(({ _exporter }) => _exporter),
    );
  }

  /** Clusters of the mesh that export the service, by name. A cluster that retires is left out while another one exports it. */
  public get exporters(): ExportingCluster[] {
    return [...this.registry.announced(this.host)];
  }

  /** VIPs chosen for the host. */
  public get addresses(): string[] {
    const exports = this.registry.all(this.host);
    return exports.find(({ _isOpen, _chosenAddresses }) => _isOpen && _chosenAddresses.length > 0)?._chosenAddresses ?? [];
  }

  /**
   * Whether a mesh exports the service.
   * @internal
   */
  public _isIn(registry: ExportRegistry): boolean {
    return this.registry === registry;
  }
}

/** Whether a version has other labels than the usual one. */
function hasOwnLabels(versions: ServiceVersion[] = []): boolean {
  return versions.some(({ name, podLabels }) => podLabels !== undefined && JSON.stringify(podLabels) !== JSON.stringify({ version: name }));
}

function labelsByVersion(versions: ServiceVersion[]): { [version: string]: { [key: string]: string } } {
  return Object.fromEntries(versions.flatMap(({ name, podLabels }) => podLabels ? [[name, podLabels]] : []));
}
