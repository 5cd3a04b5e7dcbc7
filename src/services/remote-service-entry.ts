import { ApiObject, Chart, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { checkedDeclarations } from '../checks/checks';
import { DeclaredImport } from '../checks/declarations';
import { dialectOf } from '../istio/dialects';
import { refuseMix, refuseSuffix } from '../istio/mix';
import { ClusterPriority } from '../model/cluster-priority';
import { EgressGateway } from '../model/egress-gateway';
import { IstioRelease } from '../model/istio-release';
import { exportersFor, IRemoteService, ownExporterOf } from '../model/remote-service';
import { VipRange } from '../model/vip-range';
import { dnsLabel } from '../names';
import { unwrittenScope } from '../objects/unwritten';

/** The entry for a remote service. */
export interface RemoteServiceEntryProps {
  /** The release of the importing cluster. */
  readonly istio: IstioRelease;

  /** What is imported. */
  readonly service: IRemoteService;

  /** The importing namespace, the only one that sees the entry on a supported release. */
  readonly namespace: string;

  /**
   * The VIPs of the host in the importing cluster.
   * @default - those of the service, or from `vips`
   */
  readonly addresses?: string[];

  /**
   * Where VIPs come from when none are given.
   * @default - VipRange.ipv4()
   */
  readonly vips?: VipRange;

  /**
   * The egress gateway that traffic leaves through; on a supported release add an `EgressRoute` for it.
   * @default - sidecars connect to the remote gateways themselves
   */
  readonly egressGateway?: EgressGateway;

  /**
   * The name of the importing cluster, whose own export of the service is left out.
   * @default - every exporter is an endpoint
   */
  readonly importingCluster?: string;

  /**
   * How long a connection to a gateway may take, TLS handshake included.
   * @default - 1 second where several clusters export the service, Istio's 10 seconds otherwise
   */
  readonly connectTimeout?: Duration;

  /**
   * Which cluster answers, where several can.
   * @default - pods of the importing cluster first, where it exports the service itself; then all other clusters alike
   */
  readonly priority?: ClusterPriority;

  /**
   * Whether the import is about to go: the entry is left out, so that nobody calls, and the rules stay until the next commit.
   * @default false
   */
  readonly retire?: boolean;
}

/**
 * The guide's ServiceEntry for a remote service, with the rule that makes it work on a supported release: a
 * DestinationRule that speaks mutual TLS to the remote gateway and names the service in the SNI.
 */
export class RemoteServiceEntry extends Construct {
  /** The ServiceEntry; of an import that retires, it is in no chart. */
  public readonly serviceEntry: ApiObject;
  /** The host by which callers reach the service. */
  public readonly host: string;
  private readonly model: DeclaredImport;

  /**
   * @throws MESH001 for an invalid namespace, MESH009 for VIPs that cannot be used
   */
  public constructor(scope: Construct, id: string, props: RemoteServiceEntryProps) {
    super(scope, id);
    const { istio, service, egressGateway, connectTimeout } = props;
    const where = `import of ${service.host} into ${Chart.of(scope).node.id}/${props.namespace}`;
    if (service.istio) {
      refuseMix(istio, service.istio, where);
    }
    refuseSuffix(istio, service.host, where);
    this.host = service.host;
    const range = props.vips ?? VipRange.ipv4();
    const chosen = VipRange._chosen(props.addresses ?? [], where);
    this.model = {
      where,
      service,
      egressGateway,
      connectTimeout,
      namespace: dnsLabel(props.namespace, 'namespace', where),
      path: this.node.path,
      isScoped: dialectOf(istio).importsAreScoped,
      get addresses() {
        return firstOf(chosen, service.addresses) ?? range.addressesOf(service.host);
      },
      priority: props.priority,
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
  }

  /** VIPs that the host resolves to in the importing cluster. */
  public get addresses(): string[] {
    return this.model.addresses;
  }
}

/** The first list that holds something. */
function firstOf<T>(...lists: T[][]): T[] | undefined {
  return lists.find(list => list.length > 0);
}
