import { ApiObject, Chart, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { checked } from '../checks/checks';
import { VipRange } from '../model/vip-range';
import { refuseMix, refuseSuffix } from '../istio/mix';
import { IstioRelease } from '../model/istio-release';
import { dnsLabel } from '../names';
import { EgressGateway } from '../model/egress-gateway';
import { exportersFor } from '../mesh/export-registry';
import { IRemoteService } from '../model/remote-service';

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
  private readonly vips: () => string[];

  /**
   * @throws MESH001 for an invalid namespace, MESH009 for VIPs that cannot be used
   */
  public constructor(scope: Construct, id: string, props: RemoteServiceEntryProps) {
    super(scope, id);
    const { istio, service } = props;
    const where = `import of ${service.host} into ${Chart.of(scope).node.id}/${props.namespace}`;
    if (service.istio) {refuseMix(istio, service.istio, where);}
    refuseSuffix(istio, service.host, where);
    this.host = service.host;
    const range = props.vips ?? VipRange.ipv4();
    const chosen = VipRange._chosen(props.addresses ?? [], where);
    const vips = () => {
      const own = chosen.length > 0 ? chosen : service.addresses;
      return own.length > 0 ? own : range.addressesOf(service.host);
    };
    this.vips = vips;
    this.serviceEntry = istio._dialect.remoteServiceEntry(this, {
      service,
      namespace: dnsLabel(props.namespace, 'namespace', where),
      egressGateway: props.egressGateway,
      connectTimeout: props.connectTimeout,
      get addresses() { return vips(); },
      get exporters() { return exportersFor(service, props.importingCluster); },
    });
    const declared = checked(this);
    if (props.retire) {
      this.serviceEntry.node.scope?.node.tryRemoveChild(this.serviceEntry.node.id);
      declared.retired.push(this.serviceEntry);
      return;
    }
    const { namespace, egressGateway } = props;
    const dialect = istio._dialect;
    const exporters = () => exportersFor(service, props.importingCluster);
    declared.imports.push({
      where, service, namespace, exporters, scoped: dialect.importsAreScoped, viaEgress: egressGateway !== undefined, addresses: vips,
    });
    if (egressGateway) {declared.egress.push({ service, dialect, egressGateway, exporters });}
  }

  /** The VIPs that the host resolves to in the importing cluster. */
  public get addresses(): string[] { return this.vips(); }
}
