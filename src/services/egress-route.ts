import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { checkedDeclarations } from '../checks/checks';
import { dialectOf } from '../istio/dialects';
import { CLUSTER_PRIORITY, ClusterPriority } from '../model/cluster-priority';
import { KEEPALIVE, Keepalive } from '../model/connections';
import { DEFAULT_CLUSTER_DOMAIN } from '../model/dns-suffix';
import { checkedConnectTimeout } from '../model/durations';
import { EGRESS_GATEWAY, EgressGateway } from '../model/egress-gateway';
import { ExportingCluster } from '../model/exporting-cluster';
import { ISTIO_RELEASE, IstioRelease } from '../model/istio-release';
import { exportersFor, IRemoteService, REMOTE_SERVICE } from '../model/remote-service';
import { objectName, withHash } from '../names';
import { duration } from '../options/cdk8s-kinds';
import { checkedProps } from '../options/checked';
import { text } from '../options/kinds';
import { optional, required, schema } from '../options/schema';

/** Route of one remote service through an egress gateway. */
export interface EgressRouteProps {
  /** Istio release of the importing cluster. */
  readonly istio: IstioRelease;

  /** Service that is imported. */
  readonly service: IRemoteService;

  /** Egress gateway that passes connections on to the remote gateways. */
  readonly egressGateway: EgressGateway;

  /**
   * Name of the importing cluster, whose own export of the service is left out.
   * @default - every exporter is an endpoint
   */
  readonly importingCluster?: string;

  /**
   * Time limit for a connection to a remote gateway, TLS handshake included.
   * @default - 1 second where another gateway can answer instead, 5 seconds otherwise
   */
  readonly connectTimeout?: Duration;

  /**
   * Probes of idle connections to a remote gateway.
   * @default - as for `keepalive` of an import
   */
  readonly keepalive?: Keepalive;

  /**
   * Order in which exporting clusters answer new connections of the egress gateway.
   * @default - no exporter precedes another
   */
  readonly priority?: ClusterPriority;

  /**
   * DNS domain of the importing cluster. Objects for a service of another domain have a name of their own.
   * @default "cluster.local"
   */
  readonly clusterDomain?: string;
}

export const EGRESS_ROUTE_PROPS = schema<EgressRouteProps>({
  istio: required(ISTIO_RELEASE),
  service: required(REMOTE_SERVICE),
  egressGateway: required(EGRESS_GATEWAY),
  importingCluster: optional(text),
  connectTimeout: optional(duration),
  keepalive: optional(KEEPALIVE),
  priority: optional(CLUSTER_PRIORITY),
  clusterDomain: optional(text),
});

/**
 * Objects by which an egress gateway passes the connections of one service on to the remote gateways. A cluster needs one
 * `EgressRoute` for each service, however many namespaces import it, and one `EgressListener` for each egress gateway. On
 * Istio 1.5 the construct adds no object: the `RemoteServiceEntry` names the egress gateway, and that is enough.
 */
export class EgressRoute extends Construct {
  private readonly services = new Map<string, IRemoteService>();

  /**
   * Adds the route of one service through an egress gateway.
   * @param scope chart, or construct in a chart, that the objects are added to
   * @param id id of the construct, unique within `scope`; no object is named by it
   * @param props the service, the egress gateway, and the release of its cluster
   */
  public constructor(scope: Construct, id: string, props: EgressRouteProps) {
    super(scope, id);
    const checked = checkedProps(EGRESS_ROUTE_PROPS, this, props);
    const { istio, service, egressGateway, keepalive, importingCluster, priority } = checked;
    const connectTimeout = checkedConnectTimeout(checked.connectTimeout, `egress route of ${service.host}`);
    const services = this.services;
    services.set(service.host, service);
    dialectOf(istio).egressRoute(this, {
      name: nameOf(service, checked.clusterDomain ?? DEFAULT_CLUSTER_DOMAIN),
      egressGateway,
      priority,
      policy: { connectTimeout, keepalive },
      get services() {
        return [...services.values()].sort((a, b) => a.host < b.host ? -1 : 1);
      },
      get exporters() {
        return sharedExporters([...services.values()], importingCluster);
      },
    });
    if (dialectOf(istio).importsAreScoped) {
      checkedDeclarations(this).egressRoutes.push({ egressGateway, importingCluster, path: this.node.path, services });
    }
  }

  /**
   * Adds a service whose SNIs the route shares: another host for the same Service.
   * @internal
   */
  public _add(service: IRemoteService): void {
    this.services.set(service.host, service);
  }
}

/** Name of the objects of a route. Services of one name and namespace in clusters of different domains have different SNIs. */
function nameOf(service: IRemoteService, clusterDomain: string): string {
  const name = objectName(service.name, service.namespace);
  return service.clusterDomain === clusterDomain ? name : withHash(name, `${name}.${service.clusterDomain}`);
}

/** Exporters of services that share SNIs, with the versions of all of them. A check reports other differences. */
function sharedExporters(services: IRemoteService[], importingCluster?: string): ExportingCluster[] {
  if (services.length === 1) {
    return exportersFor(services[0], importingCluster);
  }
  const shared = new Map<string, ExportingCluster>();
  for (const exporter of services.flatMap(service => exportersFor(service, importingCluster))) {
    const known = shared.get(exporter.cluster);
    const versions = [...new Set([...known?.versions ?? [], ...exporter.versions ?? []])].sort();
    shared.set(exporter.cluster, { ...exporter, ...known, ...versions.length > 0 && { versions } });
  }
  return [...shared.values()].sort((a, b) => a.cluster < b.cluster ? -1 : 1);
}

/** Listener of an egress gateway. */
export interface EgressListenerProps {
  /** Istio release of the cluster. */
  readonly istio: IstioRelease;

  /** Egress gateway that listens. */
  readonly egressGateway: EgressGateway;
}

export const EGRESS_LISTENER_PROPS = schema<EgressListenerProps>({
  istio: required(ISTIO_RELEASE),
  egressGateway: required(EGRESS_GATEWAY),
});

/**
 * Gateway object that opens port 15443 of an egress gateway for every service with an `EgressRoute`. Each egress gateway needs
 * one. On Istio 1.5 the construct adds no object: the install values open the port.
 */
export class EgressListener extends Construct {
  /**
   * Adds the Gateway of an egress gateway.
   * @param scope chart, or construct in a chart, that the objects are added to
   * @param id id of the construct, unique within `scope`; no object is named by it
   * @param props the egress gateway, and the release of its cluster
   */
  public constructor(scope: Construct, id: string, props: EgressListenerProps) {
    super(scope, id);
    const { istio, egressGateway } = checkedProps(EGRESS_LISTENER_PROPS, this, props);
    dialectOf(istio).egressListener(this, egressGateway);
  }
}
