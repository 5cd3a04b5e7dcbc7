import { GatewayAddress } from './gateway-address';
import { IstioRelease } from './istio-release';
import { ServicePort } from './service-port';
import { VipRange } from './vip-range';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { checkedLocality, dnsLabel, dnsName, serviceHost } from '../names';
import { Mark } from '../objects/mark';

/** A cluster that exports a service: what an importer must know of it, public facts only. */
export interface ExportingCluster {
  /** The name of the cluster. */
  readonly cluster: string;

  /** Where its ingress gateway is reached; at least one address. */
  readonly gateways: GatewayAddress[];

  /**
   * Where the cluster is, as region, region/zone or region/zone/subzone.
   * @default - unknown, so no exporter is preferred
   */
  readonly locality?: string;

  /**
   * The service account that the service's pods run as.
   * @default - the server's identity is not pinned
   */
  readonly serviceAccount?: string;

  /**
   * The trust domain of the cluster.
   * @default "cluster.local"
   */
  readonly trustDomain?: string;

  /**
   * The versions (subsets) that the cluster has.
   * @default - none to be routed by
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
}

/** A service that other clusters export: what is needed to import it. */
export interface IRemoteService {
  /** The name of the Service. */
  readonly name: string;
  /** The namespace of the Service. */
  readonly namespace: string;
  /** The host by which callers know it: `<name>.<namespace>.<suffix>`. */
  readonly host: string;
  /** The DNS domain of the exporting clusters, part of the SNI. */
  readonly clusterDomain: string;
  /** Its ports, by number. */
  readonly ports: ServicePort[];
  /** The clusters that export it, by name. */
  readonly exporters: ExportingCluster[];
  /** The VIPs that were chosen for it; none to take them from the importer's range. */
  readonly addresses: string[];
  /** The Istio release of its exporters, if that is known. */
  readonly istio?: IstioRelease;
  /** The name of the mesh that exports it, if that is known. */
  readonly meshId?: string;
}

const RETIRING = new Mark<() => ExportingCluster[]>('RetiringExporters');

/** Notes which exporters of a service are about to close their exports. */
export function noteRetiringExporters(service: IRemoteService, exporters: () => ExportingCluster[]): void {
  RETIRING.set(service, exporters);
}

/** The exporters of a service that are about to close their exports, as far as the mesh of the service is known. */
export function retiringExporters(service: IRemoteService): ExportingCluster[] {
  return RETIRING.of(service)?.() ?? [];
}

/** The exporters that serve an importing cluster: all but that cluster, whose pods reach the service by its local name. */
export function exportersFor(service: IRemoteService, importingCluster: string | undefined): ExportingCluster[] {
  return service.exporters.filter(exporter => exporter.cluster !== importingCluster);
}

/** The importing cluster as an exporter, where it exports the service itself. */
export function ownExporterOf(service: IRemoteService, importingCluster: string | undefined): ExportingCluster | undefined {
  return service.exporters.find(exporter => exporter.cluster === importingCluster);
}

/** The labels of the pods of a version. */
export function labelsOfVersion(version: string, exporters: ExportingCluster[]): { [key: string]: string } {
  return exporters.map(({ versionLabels }) => versionLabels?.[version]).find(labels => labels !== undefined) ?? { version };
}

/** The versions that at least one of the exporters has, by name. */
export function versionsOf(exporters: ExportingCluster[]): string[] {
  // Most services have no versions, and this is asked for each import of a large mesh.
  if (!exporters.some(exporter => exporter.versions?.length)) {
    return [];
  }
  return [...new Set(exporters.flatMap(exporter => exporter.versions ?? []))].sort();
}

/** The exporters that have a version. */
export function exportersOf(version: string, exporters: ExportingCluster[]): ExportingCluster[] {
  return exporters.filter(exporter => exporter.versions?.includes(version));
}

/** A remote service, described by hand. */
export interface RemoteServiceProps {
  /** The name of the Service in the exporting clusters. */
  readonly name: string;

  /** Its namespace there. */
  readonly namespace: string;

  /** Its ports. */
  readonly ports: ServicePort[];

  /** The clusters that export it; at least one. */
  readonly exporters: ExportingCluster[];

  /**
   * What follows `<name>.<namespace>.` in the host.
   * @default "global"
   */
  readonly suffix?: string;

  /**
   * The DNS domain of the exporting clusters.
   * @default "cluster.local"
   */
  readonly clusterDomain?: string;

  /**
   * The VIPs of the service, the same for every importer.
   * @default - each importer takes them from its range
   */
  readonly addresses?: string[];

  /**
   * The Istio release of the exporters, so that one that cannot be joined is refused.
   * @default - not known, and not checked
   */
  readonly istio?: IstioRelease;

  /**
   * The name of the mesh that exports it.
   * @default - not known
   */
  readonly meshId?: string;
}

/**
 * A service that another cluster exports, described by hand: for teams who import one service from their own repo.
 * Within a `Mesh`, `exportService` returns what `importService` needs.
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
   * @throws MESH001 for invalid names, MESH003 and MESH006 for ports, MESH004 for no ports, exporters or gateways,
   * MESH009 for VIPs that cannot be used
   */
  public constructor(props: RemoteServiceProps) {
    const where = `RemoteService '${props.name}.${props.namespace}'`;
    this.name = dnsLabel(props.name, 'service name', where);
    this.namespace = dnsLabel(props.namespace, 'namespace', where);
    this.host = serviceHost(props.name, props.namespace, props.suffix ?? 'global', where);
    this.clusterDomain = dnsName(props.clusterDomain ?? 'cluster.local', 'cluster domain', where);
    this.ports = ServicePort._all(props.ports, where);
    this.addresses = VipRange._chosen(props.addresses ?? [], where);
    this.istio = props.istio;
    this.meshId = props.meshId;
    this.exporters = [...props.exporters].map(exporter => checkedExporter(exporter, where)).sort((a, b) => a.cluster < b.cluster ? -1 : 1);
    refuseUnclear(this.exporters, where);
    if (this.exporters.length === 0) {
      throw new MeshError({
        code: MeshErrorCode.EMPTY, where, what: 'a remote service without exporters', got: [], expected: 'at least one cluster that exports it', fix: 'add exporters: [{ cluster, gateways }]',
      });
    }
  }
}

/** Throws when exporters are named twice, or only some of them say who the server is: importers could then pin nothing. */
function refuseUnclear(exporters: ExportingCluster[], where: string): void {
  const names = exporters.map(exporter => exporter.cluster);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new MeshError({
      code: MeshErrorCode.DUPLICATE, where, what: 'an exporter listed twice', got: twice, expected: 'each cluster once', fix: 'list all its gateways in one entry',
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
  exporter.versions?.forEach(version => dnsLabel(version, 'version', where));
  if (exporter.gateways.length === 0) {
    throw new MeshError({
      code: MeshErrorCode.EMPTY, where, what: `no gateway of cluster '${exporter.cluster}'`, got: [], expected: 'at least one address', fix: 'add gateways: [GatewayAddress.of("203.0.113.10")]',
    });
  }
  return exporter;
}
