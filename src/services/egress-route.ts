import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { dialectOf } from '../istio/dialects';
import { ClusterPriority } from '../model/cluster-priority';
import { EgressGateway } from '../model/egress-gateway';
import { IstioRelease } from '../model/istio-release';
import { exportersFor, IRemoteService } from '../model/remote-service';

/** The way of one service through an egress gateway. */
export interface EgressRouteProps {
  /** The release of the importing cluster. */
  readonly istio: IstioRelease;

  /** What is imported. */
  readonly service: IRemoteService;

  /** The egress gateway. */
  readonly egressGateway: EgressGateway;

  /**
   * The name of the importing cluster, whose own export of the service is left out.
   * @default - every exporter is an endpoint
   */
  readonly importingCluster?: string;

  /**
   * How long a connection to a remote gateway may take, TLS handshake included.
   * @default - 1 second where several clusters export the service, Istio's 10 seconds otherwise
   */
  readonly connectTimeout?: Duration;

  /**
   * Which cluster answers new connections of the egress gateway.
   * @default - all exporters alike
   */
  readonly priority?: ClusterPriority;
}

/**
 * What the egress gateway needs to pass one service on to the remote gateways: once for each service, however many
 * namespaces import it. Each egress gateway also needs one `EgressListener`. On Istio 1.5 the entry alone does it, and
 * this makes nothing.
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

/** The listener of an egress gateway. */
export interface EgressListenerProps {
  /** The release of the cluster. */
  readonly istio: IstioRelease;

  /** The egress gateway. */
  readonly egressGateway: EgressGateway;
}

/** Opens port 15443 of an egress gateway for services that are routed through it: once for each gateway. */
export class EgressListener extends Construct {
  public constructor(scope: Construct, id: string, props: EgressListenerProps) {
    super(scope, id);
    dialectOf(props.istio).egressListener(this, props.egressGateway);
  }
}
