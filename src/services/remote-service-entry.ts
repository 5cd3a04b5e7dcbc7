import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { DeclaredEntry } from './declared-entry';
import { checkedDeclarations } from '../checks/checks';
import { DeclaredImport } from '../checks/declarations';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dialectOf } from '../istio/dialects';
import { refuseImport } from '../istio/import-policies';
import { refuseMix, refuseSuffix } from '../istio/mix';
import { refuseForeignVips } from '../model/catalog-origin';
import { CLUSTER_PRIORITY, ClusterPriority } from '../model/cluster-priority';
import { DEFAULT_CLUSTER_DOMAIN, refuseTakenSuffix, suffixOf } from '../model/dns-suffix';
import { EGRESS_GATEWAY, EgressGateway } from '../model/egress-gateway';
import { versionsOf } from '../model/exporting-cluster';
import { IMPORT_POLICY, ImportPolicy, policyIn } from '../model/import-policy';
import { ISTIO_RELEASE, IstioRelease } from '../model/istio-release';
import { gatewayHostOf, IRemoteService, REMOTE_SERVICE } from '../model/remote-service';
import { ROUTING, Routing } from '../model/routing';
import { refuseLongSnis } from '../model/sni-length';
import { VIP_RANGE, VipRange } from '../model/vip-range';
import { dnsLabel, domainName } from '../names';
import { unwrittenScope } from '../objects/unwritten';
import { checkedProps } from '../options/checked';
import { flag, list, text } from '../options/kinds';
import { optional, required, schema } from '../options/schema';

/** ServiceEntry for a remote service in one namespace. */
export interface RemoteServiceEntryProps extends ImportPolicy {
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
   * DNS domain of the importing cluster. A host that would take one of its names is refused.
   * @default "cluster.local"
   */
  readonly clusterDomain?: string;

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

export const REMOTE_SERVICE_ENTRY_PROPS = schema<RemoteServiceEntryProps>({
  ...IMPORT_POLICY.options,
  istio: required(ISTIO_RELEASE),
  service: required(REMOTE_SERVICE),
  namespace: required(text),
  addresses: optional(list(text)),
  vips: optional(VIP_RANGE),
  egressGateway: optional(EGRESS_GATEWAY),
  importingCluster: optional(text),
  clusterDomain: optional(text),
  priority: optional(CLUSTER_PRIORITY),
  routing: optional(ROUTING),
  retire: optional(flag),
});

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
   * Adds the import of one service into one namespace.
   * @param scope chart, or construct in a chart, that the objects are added to
   * @param id id of the construct, unique within `scope`; no object is named by it
   * @param props the service, the importing namespace, and how it is called
   * @throws MESH001 for an invalid namespace or domain and for SNIs of more than 255 characters, MESH008 for a service of a release that
   * cannot share a mesh with `istio` and for a pod of a StatefulSet on Istio 1.5, MESH009 for VIPs that cannot be used and for VIPs of a
   * catalog outside of `vips`, MESH012 when the routing reads headers and no port speaks HTTP, MESH044 for a host that would take a name
   * that means something else
   */
  public constructor(scope: Construct, id: string, props: RemoteServiceEntryProps) {
    super(scope, id);
    const checked = checkedProps(REMOTE_SERVICE_ENTRY_PROPS, this, props);
    const { istio, service, namespace, routing } = checked;
    const where = `import of ${service.host} into ${Chart.of(scope).node.id}/${namespace}`;
    if (service.istio) {
      refuseMix(istio, service.istio, where);
    }
    refuseSuffix(istio, service.host, where);
    refusePod(istio, service, where);
    const clusterDomain = domainName(checked.clusterDomain ?? DEFAULT_CLUSTER_DOMAIN, 'cluster domain', where);
    refuseTakenSuffix(suffixOf(service), [clusterDomain], where);
    const policy = policyIn(checked);
    refuseImport(istio, service, policy, routing, where);
    const sniHost = dialectOf(istio).importsAreScoped ? gatewayHostOf(service) : service.host;
    refuseLongSnis({ host: sniHost, ports: service.ports, versions: versionsOf(service.exporters) }, where);
    const range = checked.vips ?? VipRange.ipv4();
    const chosenAddresses = VipRange._chosen(checked.addresses ?? [], where);
    if (chosenAddresses.length === 0) {
      refuseForeignVips(service, range, where);
    }
    dnsLabel(namespace, 'namespace', where);
    this.host = service.host;
    this.model = new DeclaredEntry(this, checked, policy, range, chosenAddresses);
    const entryScope = checked.retire ? new Construct(unwrittenScope(Chart.of(this)), this.node.path.replace(/\//g, ' ')) : this;
    this.serviceEntry = dialectOf(istio).remoteServiceEntry(this, this.model, entryScope);
    const declared = checkedDeclarations(this);
    if (!checked.retire) {
      declared.imports.push(this.model);
    }
    if (routing) {
      const place = `${Chart.of(this).node.id}/${this.model.namespace}`;
      declared.routings.push({ where: `routing of ${service.host} in ${place}`, path: this.node.path, imported: this.model, routing });
    }
  }

  /** VIPs that the host resolves to in the importing cluster. */
  public get addresses(): string[] {
    return this.model.addresses;
  }
}

/** On Istio 1.5 the SNI follows from the host alone, and the host of a pod is that of no Service. */
function refusePod(istio: IstioRelease, { host, subdomain }: IRemoteService, where: string): void {
  if (subdomain === undefined || dialectOf(istio).importsAreScoped) {
    return;
  }
  throw new MeshError({
    code: MeshErrorCode.RELEASE,
    where,
    what: `Istio ${istio.version} cannot import a pod of a StatefulSet`,
    got: host,
    fix: 'import it into a cluster of a supported release',
  });
}
