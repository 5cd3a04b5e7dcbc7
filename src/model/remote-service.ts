import { DEFAULT_CLUSTER_DOMAIN, refuseTakenSuffix, suffixOf } from './dns-suffix';
import { GATEWAY_ADDRESS, GatewayAddress } from './gateway-address';
import { ISTIO_RELEASE, IstioRelease } from './istio-release';
import { SERVICE_PORT, ServicePort } from './service-port';
import { VipRange } from './vip-range';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { checkedLocality, dnsLabel, dnsName, localHost, serviceHost } from '../names';
import { Mark } from '../objects/mark';
import { checkedOptions } from '../options/checked';
import { implementing, list, mapOf, text } from '../options/kinds';
import { optional, required, schema } from '../options/schema';

/** Cluster that exports a service: public facts that an importer needs. */
export interface ExportingCluster {
  /** Name of the cluster. */
  readonly cluster: string;

  /** Addresses of the ingress gateway of the cluster; at least one. */
  readonly gateways: GatewayAddress[];

  /**
   * Locality of the cluster as region, region/zone or region/zone/subzone.
   * @default - unknown; no exporter is preferred
   */
  readonly locality?: string;

  /**
   * Service account of the pods of the service: callers then accept no other identity.
   * @default - callers accept any server of the mesh
   */
  readonly serviceAccount?: string;

  /**
   * Trust domain of the cluster.
   * @default "cluster.local"
   */
  readonly trustDomain?: string;

  /**
   * Versions (subsets) of the service in the cluster.
   * @default - none; importers cannot route by version
   */
  readonly versions?: string[];

  /**
   * Labels of the pods of a version, by its name, for imports under the local name.
   * @default - the label `version` with the name of the version
   */
  readonly versionLabels?: { [version: string]: { [key: string]: string } };

  /**
   * Labels of the pods of the service, for imports under the local name.
   * @default - unknown: such an import names the selector of the Service
   */
  readonly workloadSelector?: { [key: string]: string };

  /**
   * Name of the Service that the gateway opens, part of the SNI, where the export limits its ports (`onlyExportedPorts`).
   * @default - the exported Service itself
   */
  readonly gatewayService?: string;
}

export const EXPORTING_CLUSTER = schema<ExportingCluster>({
  cluster: required(text),
  gateways: required(list(GATEWAY_ADDRESS)),
  locality: optional(text),
  serviceAccount: optional(text),
  trustDomain: optional(text),
  versions: optional(list(text)),
  versionLabels: optional(mapOf(mapOf(text))),
  workloadSelector: optional(mapOf(text)),
  gatewayService: optional(text),
});

/** Service that other clusters export: facts that an import needs. */
export interface IRemoteService {
  /** Name of the Service. */
  readonly name: string;
  /** Namespace of the Service. */
  readonly namespace: string;
  /** Host by which callers reach the service: `<name>.<namespace>.<suffix>`. */
  readonly host: string;
  /** DNS domain of the exporting clusters, part of the SNI. */
  readonly clusterDomain: string;
  /** Ports of the service, by number. */
  readonly ports: ServicePort[];
  /** Clusters that export the service, by name. */
  readonly exporters: ExportingCluster[];
  /** VIPs chosen for the host; empty when each importing cluster takes VIPs from its range. */
  readonly addresses: string[];
  /** Istio release of the exporting clusters; undefined when it is not known. */
  readonly istio?: IstioRelease;
  /** Name of the mesh that exports the service; undefined when it is not known. */
  readonly meshId?: string;
}

/** The kind of arguments that hold a service to import. */
export const REMOTE_SERVICE = implementing<IRemoteService>(
  'a service that exportService returned, a RemoteService or a service of a ServiceCatalog',
  ['name', 'namespace', 'host', 'clusterDomain', 'ports', 'exporters', 'addresses'],
);

const RETIRING = new Mark<() => ExportingCluster[]>('RetiringExporters');

/** Notes which exporters of a service are about to close their exports. */
export function noteRetiringExporters(service: IRemoteService, exporters: () => ExportingCluster[]): void {
  RETIRING.set(service, exporters);
}

/** The exporters of a service that are about to close their exports, as far as the mesh of the service is known. */
export function retiringExporters(service: IRemoteService): ExportingCluster[] {
  return RETIRING.of(service)?.() ?? [];
}

/** Returns those of the given clusters that do not export a service. A cluster whose export retires still counts as an exporter. */
export function notExporting(clusters: string[], service: IRemoteService): string[] {
  const exporters = new Set([...service.exporters, ...retiringExporters(service)].map(({ cluster }) => cluster));
  return clusters.filter(cluster => !exporters.has(cluster));
}

/** Exporters that serve an importing cluster: all but that cluster, whose pods reach the service by its local name. */
export function exportersFor(service: IRemoteService, importingCluster: string | undefined): ExportingCluster[] {
  return service.exporters.filter(exporter => exporter.cluster !== importingCluster);
}

/** The importing cluster as an exporter, where it exports the service itself. */
export function ownExporterOf(service: IRemoteService, importingCluster: string | undefined): ExportingCluster | undefined {
  return service.exporters.find(exporter => exporter.cluster === importingCluster);
}

/** Host of the Service that the gateways of the exporters open, which the SNI names. Exporters agree on it. */
export function gatewayHostOf(service: IRemoteService): string {
  const { name, namespace, clusterDomain, exporters } = service;
  return localHost({ name: exporters[0]?.gatewayService ?? name, namespace, clusterDomain });
}

/** The labels of the pods of a version. */
export function labelsOfVersion(version: string, exporters: ExportingCluster[]): { [key: string]: string } {
  const labels = exporters.flatMap(({ versionLabels = {} }) => Object.entries(versionLabels)).find(([name]) => name === version);
  return labels?.[1] ?? { version };
}

/** Versions that at least one of the exporters has, by name. */
export function versionsOf(exporters: ExportingCluster[]): string[] {
  // Every import of a large mesh calls this function, and most services have no versions.
  if (!exporters.some(exporter => exporter.versions?.length)) {
    return [];
  }
  return [...new Set(exporters.flatMap(exporter => exporter.versions ?? []))].sort();
}

/** Exporters that have a version. */
export function exportersOf(version: string, exporters: ExportingCluster[]): ExportingCluster[] {
  return exporters.filter(exporter => exporter.versions?.includes(version));
}

/** Remote service that is described by hand. */
export interface RemoteServiceProps {
  /** Name of the Service in the exporting clusters. */
  readonly name: string;

  /** Namespace of the Service in the exporting clusters. */
  readonly namespace: string;

  /** Ports of the service. */
  readonly ports: ServicePort[];

  /** Clusters that export the service; at least one. */
  readonly exporters: ExportingCluster[];

  /**
   * DNS suffix of the host, which is `<name>.<namespace>.<suffix>`.
   * @default "global"
   */
  readonly suffix?: string;

  /**
   * DNS domain of the exporting clusters.
   * @default "cluster.local"
   */
  readonly clusterDomain?: string;

  /**
   * VIPs of the host, the same in every importing cluster.
   * @default - each importing cluster takes VIPs from its range
   */
  readonly addresses?: string[];

  /**
   * Istio release of the exporting clusters. An import into a cluster of a release that cannot share a mesh with it is refused.
   * @default - unknown; the releases are not compared
   */
  readonly istio?: IstioRelease;

  /**
   * Name of the mesh that exports the service.
   * @default - unknown
   */
  readonly meshId?: string;
}

export const REMOTE_SERVICE_PROPS = schema<RemoteServiceProps>({
  name: required(text),
  namespace: required(text),
  ports: required(list(SERVICE_PORT), MeshErrorCode.EMPTY),
  exporters: required(list(EXPORTING_CLUSTER)),
  suffix: optional(text),
  clusterDomain: optional(text),
  addresses: optional(list(text)),
  istio: optional(ISTIO_RELEASE),
  meshId: optional(text),
});

/**
 * Service of another cluster, described by hand: for a team that imports a service into a repository without the `Mesh` that
 * exports it. Within a `Mesh`, `exportService` returns the service to pass to `importService`.
 *
 * @example
 * const httpbin = new RemoteService({
 *   name: 'httpbin',
 *   namespace: 'bar',
 *   ports: [ServicePort.http('http', 8000)],
 *   exporters: [{ cluster: 'cluster2', gateways: [GatewayAddress.of('203.0.113.20')] }],
 * });
 */
export class RemoteService implements IRemoteService {
  public readonly name: string;
  public readonly namespace: string;
  public readonly host: string;
  public readonly clusterDomain: string;
  public readonly ports: ServicePort[];
  public readonly exporters: ExportingCluster[];
  public readonly addresses: string[];
  public readonly istio?: IstioRelease;
  public readonly meshId?: string;

  /**
   * @throws MESH001 for invalid names, MESH003 for invalid ports, MESH004 for no ports, exporters or gateways, MESH006 for ports or
   * exporters listed twice, MESH009 for VIPs that cannot be used, MESH013 for a service account that only some exporters have,
   * MESH044 for a suffix whose hosts would take names that mean something else
   */
  public constructor(props: RemoteServiceProps) {
    const checked = checkedOptions(REMOTE_SERVICE_PROPS, props, 'RemoteService');
    const where = `RemoteService '${checked.name}.${checked.namespace}'`;
    this.name = dnsLabel(checked.name, 'service name', where);
    this.namespace = dnsLabel(checked.namespace, 'namespace', where);
    this.host = serviceHost(checked.name, checked.namespace, checked.suffix ?? 'global', where);
    this.clusterDomain = dnsName(checked.clusterDomain ?? DEFAULT_CLUSTER_DOMAIN, 'cluster domain', where);
    refuseTakenSuffix(suffixOf(this.host), [this.clusterDomain], where);
    this.ports = ServicePort._all(checked.ports, where);
    this.addresses = VipRange._chosen(checked.addresses ?? [], where);
    this.istio = checked.istio;
    this.meshId = checked.meshId;
    this.exporters = checked.exporters.map(exporter => checkedExporter(exporter, where)).sort((a, b) => a.cluster < b.cluster ? -1 : 1);
    refuseContradictions(this.exporters, where);
    if (this.exporters.length === 0) {
      throw new MeshError({
        code: MeshErrorCode.EMPTY,
        where,
        what: 'a remote service needs at least one exporter',
        fix: 'add exporters: [{ cluster, gateways }]',
      });
    }
  }
}

/**
 * Throws when an exporter is listed twice, or when only some exporters have a service account: importers could then not pin the
 * identity of the server.
 */
function refuseContradictions(exporters: ExportingCluster[], where: string): void {
  const names = exporters.map(exporter => exporter.cluster);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new MeshError({
      code: MeshErrorCode.DUPLICATE,
      where,
      what: 'an exporter is listed twice',
      got: twice,
      fix: 'list all gateways of a cluster in one entry',
    });
  }
  const gatewayServices = [...new Set(exporters.map(({ gatewayService }) => gatewayService))];
  if (gatewayServices.length > 1) {
    throw new MeshError({
      code: MeshErrorCode.EXPORTERS_DISAGREE,
      where,
      what: 'exporters open different Services for one host, and callers send one SNI',
      got: exporters.map(({ cluster, gatewayService }) => `${cluster}: ${gatewayService ?? 'the exported Service'}`),
      fix: 'name the same gatewayService for each exporter, or none',
    });
  }
  const pinned = exporters.filter(exporter => exporter.serviceAccount !== undefined).map(exporter => exporter.cluster);
  if (pinned.length !== 0 && pinned.length !== exporters.length) {
    throw new MeshError({
      code: MeshErrorCode.EXPORTERS_DISAGREE,
      where,
      what: 'only some exporters declare a service account',
      got: pinned,
      expected: names.join(', '),
      fix: 'declare serviceAccount for each exporter, or for none',
    });
  }
}

/** Returns the exporter, or throws when a part of it is invalid. */
function checkedExporter(exporter: ExportingCluster, where: string): ExportingCluster {
  dnsLabel(exporter.cluster, 'cluster name', where);
  if (exporter.serviceAccount !== undefined) {
    dnsName(exporter.serviceAccount, 'service account', where);
  }
  if (exporter.trustDomain !== undefined) {
    dnsName(exporter.trustDomain, 'trust domain', where);
  }
  if (exporter.locality !== undefined) {
    checkedLocality(exporter.locality, where);
  }
  if (exporter.gatewayService !== undefined) {
    dnsLabel(exporter.gatewayService, 'gateway Service', where);
  }
  exporter.versions?.forEach(version => dnsLabel(version, 'version', where));
  if (exporter.gateways.length === 0) {
    throw new MeshError({
      code: MeshErrorCode.EMPTY,
      where,
      what: `cluster '${exporter.cluster}' has no gateway address`,
      fix: 'add gateways: [GatewayAddress.of("203.0.113.10")]',
    });
  }
  return exporter;
}
