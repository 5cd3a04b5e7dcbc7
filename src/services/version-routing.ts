import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { exportersOf } from '../istio/endpoints';
import { IstioRelease } from '../model/istio-release';
import { MeshError, MeshErrorCode, Problem, problemText } from '../errors/mesh-error';
import { dnsLabel } from '../names';
import { ExportedService } from '../mesh/exported-service';
import { exportersFor } from '../mesh/export-registry';
import { IRemoteService, ServiceExporter } from '../model/remote-service';
import { Routing } from '../model/routing';

/** Version routing of one import. */
export interface VersionRoutingProps {
  /** The release of the importing cluster. */
  readonly istio: IstioRelease;

  /** What is imported. */
  readonly service: IRemoteService;

  /** The importing namespace. */
  readonly namespace: string;

  /** Which versions callers reach. */
  readonly routing: Routing;

  /**
   * The name of the importing cluster, whose own export of the service is left out.
   * @default - every exporter is an endpoint
   */
  readonly importingCluster?: string;
}

/**
 * The caller's side of the guide's "Version-aware routing to remote services": which versions of an imported service
 * the importing namespace reaches. It stands beside a `RemoteServiceEntry` for the same service and namespace.
 */
export class VersionRouting extends Construct {
  /**
   * Throws when a routing looks at headers, and the service has none.
   * @internal
   */
  public static _refuseHeaders(service: IRemoteService, routing: Routing, where: string): void {
    if (routing.usesHeaders && !service.ports.some(port => port.isHttp)) {
      throw new MeshError(problem(where, 'headers on a service without HTTP', service.ports.map(p => p.protocol),
        'a port that speaks http, http2 or grpc', 'route by weights, or declare the port by what it speaks'));
    }
  }

  /**
   * @throws MESH001 for an invalid namespace
   * @throws MESH012 when headers are asked for and no port speaks HTTP
   */
  public constructor(scope: Construct, id: string, props: VersionRoutingProps) {
    super(scope, id);
    const { service, routing } = props;
    const where = `routing of ${service.host} in ${Chart.of(scope).node.id}/${props.namespace}`;
    VersionRouting._refuseHeaders(service, routing, where);
    props.istio._dialect.versionRouting(this, {
      service,
      routing,
      namespace: dnsLabel(props.namespace, 'namespace', where),
      get exporters() { return exportersFor(service, props.importingCluster); },
    });
    this.node.addValidation({
      validate: () => routing.versions
        .filter(version => exportersOf(version, exportersFor(service, props.importingCluster)).length === 0)
        .map(version => problemText(missing(where, version, service, exportersFor(service, props.importingCluster)))),
    });
  }
}

/** A version that nobody has, or that goes with the only exporters that have it. */
function missing(where: string, version: string, service: IRemoteService, exporters: ServiceExporter[]): Problem {
  const has = exporters.map(e => `${e.cluster}: ${e.versions?.join(', ') || 'no versions'}`).join('; ');
  const retiring = service instanceof ExportedService ? service._retiringWith(version) : [];
  if (retiring.length === 0) {return problem(where, 'a version that no exporter has', version, has, `add versions: [ServiceVersion.of('${version}')] to the export`);}
  return problem(where, `a version that goes with ${retiring.join(', ')}`, version, has, 'route to other versions first, in a commit of its own');
}

function problem(where: string, what: string, got: unknown, expected: string, fix: string): Problem {
  return { code: MeshErrorCode.ROUTING, where, what, got, expected, fix };
}
