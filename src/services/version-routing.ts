import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { checkedDeclarations } from '../checks/checks';
import { DeclaredRouting } from '../checks/declarations';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dialectOf } from '../istio/dialects';
import { ISTIO_RELEASE, IstioRelease } from '../model/istio-release';
import { REMOTE_SERVICE, exportersFor, IRemoteService } from '../model/remote-service';
import { ROUTING, Routing } from '../model/routing';
import { dnsLabel } from '../names';
import { checkedProps } from '../options/checked';
import { text } from '../options/kinds';
import { optional, required, schema } from '../options/schema';

/** Version routing of one import. */
export interface VersionRoutingProps {
  /** Release of the importing cluster. */
  readonly istio: IstioRelease;

  /** Service that is imported. */
  readonly service: IRemoteService;

  /** Importing namespace. */
  readonly namespace: string;

  /** Versions that callers reach. */
  readonly routing: Routing;

  /**
   * Name of the importing cluster, whose own export of the service is left out.
   * @default - every exporter is an endpoint
   */
  readonly importingCluster?: string;
}

export const VERSION_ROUTING_PROPS = schema<VersionRoutingProps>({
  istio: required(ISTIO_RELEASE),
  service: required(REMOTE_SERVICE),
  namespace: required(text),
  routing: required(ROUTING),
  importingCluster: optional(text),
});

/**
 * The caller's side of the guide's "Version-aware routing to remote services": the versions of an imported service that the
 * importing namespace reaches. It stands beside a `RemoteServiceEntry` for the same service and namespace.
 */
export class VersionRouting extends Construct {
  /**
   * Throws when a routing reads headers and no port of the service speaks HTTP.
   * @internal
   */
  public static _refuseHeaders(service: IRemoteService, routing: Routing, where: string): void {
    if (!routing.usesHeaders || service.ports.some(port => port.isHttp)) {
      return;
    }
    throw new MeshError({
      code: MeshErrorCode.ROUTING,
      where,
      what: 'headers on a service without HTTP',
      got: service.ports.map(({ protocol }) => protocol),
      expected: 'a port that speaks http, http2 or grpc',
      fix: 'route by weights, or declare the protocol that the port speaks',
    });
  }

  /**
   * @throws MESH001 for an invalid namespace
   * @throws MESH012 when the routing reads headers and no port speaks HTTP
   */
  public constructor(scope: Construct, id: string, props: VersionRoutingProps) {
    super(scope, id);
    const checked = checkedProps(VERSION_ROUTING_PROPS, this, props);
    const { istio, service, routing } = checked;
    const where = `routing of ${service.host} in ${Chart.of(scope).node.id}/${checked.namespace}`;
    VersionRouting._refuseHeaders(service, routing, where);
    const model: DeclaredRouting = {
      where,
      service,
      routing,
      namespace: dnsLabel(checked.namespace, 'namespace', where),
      path: this.node.path,
      get exporters() {
        return exportersFor(service, checked.importingCluster);
      },
    };
    dialectOf(istio).versionRouting(this, model);
    checkedDeclarations(this).routings.push(model);
  }
}
