import { ApiObject, Chart, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { checkedDeclarations } from '../checks/checks';
import { DeclaredImport, DeclaredRouting } from '../checks/declarations';
import { dialectOf } from '../istio/dialects';
import { refuseMix, refuseSuffix } from '../istio/mix';
import { ClusterPriority } from '../model/cluster-priority';
import { EgressGateway } from '../model/egress-gateway';
import { IstioRelease } from '../model/istio-release';
import { exportersFor, IRemoteService, ownExporterOf } from '../model/remote-service';
import { refuseHeadersWithoutHttp, Routing } from '../model/routing';
import { VipRange } from '../model/vip-range';
import { dnsLabel } from '../names';
import { unwrittenScope } from '../objects/unwritten';

/** ServiceEntry for a remote service in one namespace. */
export interface RemoteServiceEntryProps {
  /** Istio release of the importing cluster. */
  readonly istio: IstioRelease;

  /** Service that is imported. */
  readonly service: IRemoteService;

  /** Importing namespace. On supported releases no other namespace sees the entry. */
  readonly namespace: string;

  /**
   * VIPs of the host in the importing cluster.
   * @default - the VIPs of the service; if it has none, VIPs from `vips`
   */
  readonly addresses?: string[];

  /**
   * Range that VIPs are taken from when neither `addresses` nor the service names any.
   * @default - VipRange.ipv4()
   */
  readonly vips?: VipRange;

  /**
   * Egress gateway that connections leave through. On supported releases it also needs an `EgressRoute`.
   * @default - sidecars connect to the remote gateways directly
   */
  readonly egressGateway?: EgressGateway;

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
   * Order in which clusters answer, where several can.
   * @default - pods of the importing cluster first, where it exports the service itself; then the other clusters, none before another
   */
  readonly priority?: ClusterPriority;

  /**
   * Versions that callers reach: the guide's "Version-aware routing to remote services".
   * @default - any version, by the load balancing of the receiving cluster
   */
  readonly routing?: Routing;

  /**
   * Whether the import retires. The ServiceEntry is left out, so that no caller finds the host any more. The DestinationRule stays, so
   * that open connections keep mutual TLS; remove the construct in the next commit.
   * @default false
   */
  readonly retire?: boolean;
}

/**
 * ServiceEntry by which one namespace calls a remote service: "Configure application services" of the guide. On supported
 * releases a DestinationRule joins it, which makes sidecars speak mutual TLS to the remote gateway and name the service in the
 * SNI. Within a `Mesh`, `importService` adds both.
 * @see https://istio.io/v1.5/docs/setup/install/multicluster/gateways/#configure-the-example-services
 *
 * @example
 * new RemoteServiceEntry(chart, 'httpbin', { istio: IstioRelease.V1_31, service: httpbin, namespace: 'foo' });
 */
export class RemoteServiceEntry extends Construct {
  /** ServiceEntry object. For an import that retires, it is not part of the chart and is not written. */
  public readonly serviceEntry: ApiObject;
  /** Host by which callers reach the service. */
  public readonly host: string;
  private readonly model: DeclaredImport;

  /**
   * @throws MESH001 for an invalid namespace, MESH008 for a service of a release that cannot share a mesh with `istio`, MESH009 for
   * VIPs that cannot be used, MESH012 when the routing reads headers and no port speaks HTTP
   */
  public constructor(scope: Construct, id: string, props: RemoteServiceEntryProps) {
    super(scope, id);
    const { istio, service, egressGateway, connectTimeout } = props;
    const where = `import of ${service.host} into ${Chart.of(scope).node.id}/${props.namespace}`;
    if (service.istio) {
      refuseMix(istio, service.istio, where);
    }
    refuseSuffix(istio, service.host, where);
    refuseHeadersWithoutHttp(service, props.routing, where);
    this.host = service.host;
    const range = props.vips ?? VipRange.ipv4();
    const ownAddresses = VipRange._chosen(props.addresses ?? [], where);
    this.model = {
      where,
      service,
      egressGateway,
      connectTimeout,
      namespace: dnsLabel(props.namespace, 'namespace', where),
      path: this.node.path,
      isScoped: dialectOf(istio).importsAreScoped,
      get addresses() {
        return firstOf(ownAddresses, service.addresses) ?? range.addressesOf(service.host);
      },
      priority: props.priority,
      routing: props.routing,
      get ownExporter() {
        return ownExporterOf(service, props.importingCluster);
      },
      get exporters() {
        return exportersFor(service, props.importingCluster);
      },
    };
    const entryScope = props.retire ? new Construct(unwrittenScope(Chart.of(this)), this.node.path.replace(/\//g, ' ')) : this;
    this.serviceEntry = dialectOf(istio).remoteServiceEntry(this, this.model, entryScope);
    const declared = checkedDeclarations(this);
    if (!props.retire) {
      declared.imports.push(this.model);
    }
    if (props.routing) {
      declared.routings.push(this.routingModel(props.routing));
    }
  }

  /** VIPs that the host resolves to in the importing cluster. */
  public get addresses(): string[] {
    return this.model.addresses;
  }

  /** Routing of the import, whose versions are checked at synth. */
  private routingModel(routing: Routing): DeclaredRouting {
    const { model } = this;
    const { service, namespace, path } = model;
    return {
      where: `routing of ${service.host} in ${Chart.of(this).node.id}/${namespace}`,
      service,
      namespace,
      routing,
      path,
      get exporters() {
        return model.exporters;
      },
    };
  }
}

/** First list that is not empty. */
function firstOf<T>(...lists: T[][]): T[] | undefined {
  return lists.find(list => list.length > 0);
}
