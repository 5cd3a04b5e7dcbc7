import { Construct } from 'constructs';
import { dialectOf } from '../istio/dialects';
import { IstioRelease } from '../model/istio-release';
import { ExportingCluster, IRemoteService } from '../model/remote-service';
import { dnsLabel } from '../names';

/** Gateways of a remote cluster that are known by a hostname. */
export interface RemoteGatewayProps {
  /** Release of the importing cluster. */
  readonly istio: IstioRelease;

  /** A service that the remote cluster exports. */
  readonly service: IRemoteService;

  /** Name of the remote cluster, one of the exporters of the service. */
  readonly cluster: string;

  /**
   * Namespace of the object.
   * @default "istio-system"
   */
  readonly namespace?: string;
}

/**
 * The gateways of a remote cluster for imports under a local name, once for each cluster whose gateway is known by a hostname: a
 * Gateway of the Gateway API with the class `istio-remote`. The importing cluster needs the CRDs of the Gateway API.
 */
export class RemoteGateway extends Construct {
  /** @throws MESH001 for an invalid name or namespace */
  public constructor(scope: Construct, id: string, props: RemoteGatewayProps) {
    super(scope, id);
    const where = `gateway of '${props.cluster}'`;
    const cluster = dnsLabel(props.cluster, 'cluster name', where);
    const namespace = dnsLabel(props.namespace ?? 'istio-system', 'namespace', where);
    const exporter = (): ExportingCluster => props.service.exporters.find(
      candidate => candidate.cluster === cluster,
    ) ?? { cluster, gateways: [] };
    dialectOf(props.istio).remoteGateway(this, namespace, exporter, cluster);
  }
}
