import type { MeshCluster } from './cluster';
import { VipRange } from '../model/vip-range';
import { IstioRelease } from '../model/istio-release';
import { dnsLabel, dnsName, serviceHost } from '../names';
import { RetirementStep } from './retirement';
import { checkedRetire } from './retirement-order';
import { IRemoteService, ServiceExporter } from '../model/remote-service';
import { ServiceExportOptions } from '../services/service-export';
import { ServicePort } from '../model/service-port';

/** An export from a cluster of a mesh. */
export interface ExportServiceProps extends ServiceExportOptions {
  /** The namespace of the Service. */
  readonly namespace: string;

  /** Its ports: number and protocol as the Service has them. */
  readonly ports: ServicePort[];

  /**
   * The service account that its pods run as: importers then accept no other identity.
   * @default - the server's identity is not pinned
   */
  readonly serviceAccount?: string;

  /**
   * VIPs for the host, in every importing cluster.
   * @default - each importing cluster takes them from its range
   */
  readonly addresses?: string[];

  /**
   * Whether it is about to go: importers and the catalog leave it out, and it goes on answering those who have not
   * followed yet. Remove the export once they have.
   * @default false
   */
  readonly retire?: boolean;
}

/** A service that a cluster exports, as `exportService` returns it: hand it to `importService` of another cluster. */
export class ExportedService implements IRemoteService {
  /** @internal */
  public static _of(cluster: MeshCluster, name: string, props: ExportServiceProps): ExportedService {
    return new ExportedService(cluster, name, props);
  }

  public readonly name: string;
  public readonly namespace: string;
  public readonly host: string;
  public readonly clusterDomain: string;
  public readonly istio?: IstioRelease;
  public readonly ports: ServicePort[];
  /** The cluster that exports it. */
  public readonly cluster: MeshCluster;

  /** @internal */
  public readonly _own: ServiceExporter;
  /** @internal */
  public readonly _addresses: string[];
  /**
   * Whether importers leave it out.
   * @internal
   */
  public readonly _retiring: boolean;

  private constructor(cluster: MeshCluster, name: string, props: ExportServiceProps) {
    const where = `${cluster.clusterName}.exportService('${name}')`;
    this.cluster = cluster;
    this.name = dnsLabel(name, 'service name', where);
    this.namespace = dnsLabel(props.namespace, 'namespace', where);
    this.host = serviceHost(name, props.namespace, cluster.mesh.suffix, where);
    this.clusterDomain = cluster.clusterDomain;
    this.istio = cluster.istio;
    this.ports = ServicePort._all(props.ports, where);
    this._retiring = checkedRetire(props.retire, where) || cluster._hasReached(RetirementStep.CONSUMERS);
    this._addresses = [...VipRange._chosen(props.addresses ?? [], where)].sort();
    this._own = {
      cluster: cluster.clusterName,
      gateways: cluster.ingressGateways,
      locality: cluster.locality,
      serviceAccount: props.serviceAccount === undefined ? undefined : dnsName(props.serviceAccount, 'service account', where),
      trustDomain: cluster.trustDomain,
      versions: (props.versions ?? []).map(version => version.name).sort(),
    };
  }

  /** Every cluster of the mesh that exports the service, by name; one that retires, as long as there is another, is left out. */
  public get exporters(): ServiceExporter[] {
    return [...this.cluster.mesh._exportersOf(this.host)];
  }

  /**
   * The clusters that have a version of the service, and retire.
   * @internal
   */
  public _retiringWith(version: string): string[] {
    return this.cluster.mesh._exportsOf(this.host).filter(exported => exported._retiring && exported._own.versions?.includes(version))
      .map(({ cluster }) => cluster.clusterName);
  }

  /** The VIPs chosen for the host. */
  public get addresses(): string[] {
    return this.cluster.mesh._exportsOf(this.host).find(exported => exported._addresses.length > 0)?._addresses ?? [];
  }
}
