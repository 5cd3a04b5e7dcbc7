import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { dialectOf } from '../istio/dialects';
import { CLUSTER_PRIORITY, ClusterPriority } from '../model/cluster-priority';
import { EGRESS_GATEWAY, EgressGateway } from '../model/egress-gateway';
import { ISTIO_RELEASE, IstioRelease } from '../model/istio-release';
import { REMOTE_SERVICE, exportersFor, IRemoteService } from '../model/remote-service';
import { checkedProps } from '../options/checked';
import { duration, text } from '../options/kinds';
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
   * @default - 1 second where several clusters export the service, Istio's 10 seconds otherwise
   */
  readonly connectTimeout?: Duration;

  /**
   * Order in which exporting clusters answer new connections of the egress gateway.
   * @default - no exporter precedes another
   */
  readonly priority?: ClusterPriority;
}

export const EGRESS_ROUTE_PROPS = schema<EgressRouteProps>({
  istio: required(ISTIO_RELEASE),
  service: required(REMOTE_SERVICE),
  egressGateway: required(EGRESS_GATEWAY),
  importingCluster: optional(text),
  connectTimeout: optional(duration),
  priority: optional(CLUSTER_PRIORITY),
});

/**
 * Objects by which an egress gateway passes the connections of one service on to the remote gateways. A cluster needs one
 * `EgressRoute` for each service, however many namespaces import it, and one `EgressListener` for each egress gateway. On
 * Istio 1.5 the construct adds no object: the `RemoteServiceEntry` names the egress gateway, and that is enough.
 */
export class EgressRoute extends Construct {
  public constructor(scope: Construct, id: string, props: EgressRouteProps) {
    super(scope, id);
    const { istio, service, egressGateway, connectTimeout, priority, importingCluster } = checkedProps(EGRESS_ROUTE_PROPS, this, props);
    dialectOf(istio).egressRoute(this, {
      service,
      egressGateway,
      connectTimeout,
      priority,
      get exporters() {
        return exportersFor(service, importingCluster);
      },
    });
  }
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
  public constructor(scope: Construct, id: string, props: EgressListenerProps) {
    super(scope, id);
    const { istio, egressGateway } = checkedProps(EGRESS_LISTENER_PROPS, this, props);
    dialectOf(istio).egressListener(this, egressGateway);
  }
}
