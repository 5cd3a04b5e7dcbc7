import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { dialectOf } from '../istio/dialects';
import { ClusterPriority } from '../model/cluster-priority';
import { EgressGateway } from '../model/egress-gateway';
import { IstioRelease } from '../model/istio-release';
import { exportersFor, IRemoteService } from '../model/remote-service';

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

/**
 * Objects by which an egress gateway passes the connections of one service on to the remote gateways. A cluster needs one
 * `EgressRoute` for each service, however many namespaces import it, and one `EgressListener` for each egress gateway. On
 * Istio 1.5 the construct adds no object: the `RemoteServiceEntry` names the egress gateway, and that is enough.
 */
export class EgressRoute extends Construct {
  public constructor(scope: Construct, id: string, props: EgressRouteProps) {
    super(scope, id);
    const { service, egressGateway, connectTimeout } = props;
    dialectOf(props.istio).egressRoute(this, {
      service,
      egressGateway,
      connectTimeout,
      priority: props.priority,
      get exporters() {
        return exportersFor(service, props.importingCluster);
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

/**
 * Gateway object that opens port 15443 of an egress gateway for every service with an `EgressRoute`. Each egress gateway needs
 * one. On Istio 1.5 the construct adds no object: the install values open the port.
 */
export class EgressListener extends Construct {
  public constructor(scope: Construct, id: string, props: EgressListenerProps) {
    super(scope, id);
    dialectOf(props.istio).egressListener(this, props.egressGateway);
  }
}
