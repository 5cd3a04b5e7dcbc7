import { DEFAULT_CLUSTER_DOMAIN, refuseTakenSuffix, suffixOf } from './dns-suffix';
import { checkedExporter, EXPORTING_CLUSTER, ExportingCluster, refuseContradictions, versionsOf } from './exporting-cluster';
import { ISTIO_RELEASE, IstioRelease } from './istio-release';
import { SERVICE_PORT, ServicePort } from './service-port';
import { refuseLongSnis } from './sni-length';
import { VipRange } from './vip-range';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dnsLabel, domainName, exportServiceName, localHost, serviceHost } from '../names';
import { Mark } from '../objects/mark';
import { checkedOptions } from '../options/checked';
import { implementing, list, text } from '../options/kinds';
import { optional, required, schema } from '../options/schema';

/** Service that other clusters export: facts that an import needs. */
export interface IRemoteService {
  /** Name of the Service. */
  readonly name: string;
  /** Namespace of the Service. */
  readonly namespace: string;
  /**
   * Host by which callers reach the service: `<name>.<namespace>.<suffix>`, or `<name>.<subdomain>.<namespace>.<suffix>` for a pod of a
   * StatefulSet.
   */
  readonly host: string;
  /** Governing Service of a StatefulSet, where the service is one of its pods; undefined otherwise. */
  readonly subdomain?: string;
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
  { write: 'such a service; a class of Python that implements IRemoteService declares its facts with @property' },
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

/**
 * Exporters that serve an importing cluster: all but that cluster, whose pods reach the service by its local name. Where all others
 * retire, they still count: the rules of a retiring import stay as they were until the import is removed.
 */
export function exportersFor(service: IRemoteService, importingCluster: string | undefined): ExportingCluster[] {
  const isOther = ({ cluster }: ExportingCluster) => cluster !== importingCluster;
  const staying = service.exporters.filter(isOther);
  return staying.length > 0 ? staying : retiringExporters(service).filter(isOther);
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

/** Remote service that is described by hand. */
export interface RemoteServiceProps {
  /** Name of the Service in the exporting clusters. */
  readonly name: string;

  /** Namespace of the Service in the exporting clusters. */
  readonly namespace: string;

  /**
   * Governing Service (`serviceName`) of a StatefulSet, where the service is one of its pods and `name` the name of the pod. The host is
   * then `<name>.<subdomain>.<namespace>.<suffix>`, and the `gatewayService` of exporters is by default the one of `exportStatefulSet`.
   * @default - the service is a Service
   */
  readonly subdomain?: string;

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
  subdomain: optional(text),
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
  public readonly subdomain?: string;
  public readonly clusterDomain: string;
  public readonly ports: ServicePort[];
  public readonly exporters: ExportingCluster[];
  public readonly addresses: string[];
  public readonly istio?: IstioRelease;
  public readonly meshId?: string;

  /**
   * Describes a service of other clusters.
   * @param props name, ports and exporters of the service
   * @throws MESH001 for invalid names and SNIs of more than 255 characters, MESH003 for invalid ports, MESH004 for no ports, exporters or
   * gateways, MESH006 for ports or exporters listed twice, MESH009 for VIPs that cannot be used, MESH013 for a service account that only
   * some exporters have, MESH044 for a suffix whose hosts would take names that mean something else
   */
  public constructor(props: RemoteServiceProps) {
    const checked = checkedOptions(REMOTE_SERVICE_PROPS, props, 'RemoteService');
    const where = `RemoteService '${checked.name}.${checked.namespace}'`;
    this.name = dnsLabel(checked.name, 'service name', where);
    this.namespace = dnsLabel(checked.namespace, 'namespace', where);
    this.subdomain = checked.subdomain === undefined ? undefined : dnsLabel(checked.subdomain, 'governing Service', where);
    this.host = serviceHost(this, checked.suffix ?? 'global', where);
    this.clusterDomain = domainName(checked.clusterDomain ?? DEFAULT_CLUSTER_DOMAIN, 'cluster domain', where);
    refuseTakenSuffix(suffixOf(this), [this.clusterDomain], where);
    this.ports = ServicePort._all(checked.ports, where);
    this.addresses = VipRange._chosen(checked.addresses ?? [], where);
    this.istio = checked.istio;
    this.meshId = checked.meshId;
    this.exporters = checked.exporters.map(exporter => checkedExporter(this.withGatewayService(exporter), where))
      .sort((a, b) => a.cluster < b.cluster ? -1 : 1);
    refuseContradictions(this.exporters, where);
    refuseLongSnis({ host: gatewayHostOf(this), ports: this.ports, versions: versionsOf(this.exporters) }, where);
    if (this.exporters.length === 0) {
      throw new MeshError({
        code: MeshErrorCode.EMPTY,
        where,
        what: 'a remote service needs at least one exporter',
        fix: 'add exporters: [{ cluster, gateways }]',
      });
    }
  }

  /** The gateway of an exporter opens a Service of its own for each pod of a StatefulSet. */
  private withGatewayService(exporter: ExportingCluster): ExportingCluster {
    const gatewayService = exporter.gatewayService ?? exportServiceName(this.name);
    return this.subdomain === undefined ? exporter : { ...exporter, gatewayService };
  }
}
