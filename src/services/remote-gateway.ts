import { Construct } from 'constructs';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dialectOf } from '../istio/dialects';
import { ISTIO_RELEASE, IstioRelease } from '../model/istio-release';
import { IRemoteService, REMOTE_SERVICE, retiringExporters } from '../model/remote-service';
import { dnsLabel } from '../names';
import { checkedProps } from '../options/checked';
import { text } from '../options/kinds';
import { optional, required, schema } from '../options/schema';

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

export const REMOTE_GATEWAY_PROPS = schema<RemoteGatewayProps>({
  istio: required(ISTIO_RELEASE),
  service: required(REMOTE_SERVICE),
  cluster: required(text),
  namespace: optional(text),
});

/**
 * The gateways of a remote cluster for imports under a local name, once for each cluster whose gateway is known by a hostname: a
 * Gateway of the Gateway API with the class `istio-remote`. The importing cluster needs the CRDs of the Gateway API.
 */
export class RemoteGateway extends Construct {
  /**
   * Adds the Gateway of a remote cluster whose gateway is known by a hostname.
   * @param scope chart, or construct in a chart, that the objects are added to
   * @param id id of the construct, unique within `scope`; no object is named by it
   * @param props the exporting cluster, and where its Gateway stands
   * @throws MESH001 for an invalid name or namespace, MESH014 for a cluster that does not export the service
   */
  public constructor(scope: Construct, id: string, props: RemoteGatewayProps) {
    super(scope, id);
    const { istio, service, ...checked } = checkedProps(REMOTE_GATEWAY_PROPS, this, props);
    const where = `gateway of '${checked.cluster}'`;
    const cluster = dnsLabel(checked.cluster, 'cluster name', where);
    const namespace = dnsLabel(checked.namespace ?? 'istio-system', 'namespace', where);
    const exporters = [...service.exporters, ...retiringExporters(service)];
    const exporter = exporters.find(candidate => candidate.cluster === cluster);
    if (exporter === undefined) {
      throw new MeshError({
        code: MeshErrorCode.NO_EXPORTER,
        where,
        what: `the cluster does not export ${service.name}.${service.namespace}`,
        got: cluster,
        expected: exporters.map(candidate => candidate.cluster).join(', '),
        fix: 'name a cluster that exports the service',
      });
    }
    dialectOf(istio).remoteGateway(this, namespace, exporter);
  }
}
