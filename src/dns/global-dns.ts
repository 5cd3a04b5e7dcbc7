import { createHash } from 'crypto';
import { Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { RESOLVER_NAME as NAME, RESOLVER_PORT, resolverCorefile, zoneFile } from './resolver-config';
import { resolverDeployment } from './resolver-deployment';
import { resolverPolicy } from './resolver-policy';
import { checkedZone, dnsServerAddress } from './zone';
import { SERVICE_CATALOG, ServiceCatalog } from '../catalog/catalog';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dialectOf } from '../istio/dialects';
import { refuseForeignVips } from '../model/catalog-origin';
import { DEFAULT_CLUSTER_DOMAIN } from '../model/dns-suffix';
import { ISTIO_RELEASE, IstioRelease } from '../model/istio-release';
import { IRemoteService, REMOTE_SERVICE } from '../model/remote-service';
import { VIP_RANGE, VipRange } from '../model/vip-range';
import { dnsLabel, domainName } from '../names';
import { NETWORK_POLICIES, NetworkPolicies } from '../network-policies/network-policies';
import { addNetworkPolicy } from '../network-policies/policy-object';
import { OwnObject } from '../objects/provenance';
import { checkedProps } from '../options/checked';
import { flag, list, numeric, text } from '../options/kinds';
import { optional, required, schema } from '../options/schema';

/** Options of the resolver of a cluster, for `addCluster`. */
export interface GlobalDnsOptions {
  /**
   * ClusterIP of the resolver's Service. Choose a free address in the service range of the cluster: platforms forward zones to IP
   * addresses only.
   */
  readonly clusterIp: string;

  /**
   * Catalogs of other repositories. The resolver also answers for their services.
   * @default - none
   */
  readonly catalogs?: ServiceCatalog[];

  /**
   * Number of pods.
   * @default 2
   */
  readonly replicas?: number;

  /**
   * CoreDNS image, version 1.12 or later.
   * @default - registry.k8s.io/coredns/coredns:v1.12.4, pinned by its digest
   */
  readonly image?: string;

  /**
   * Whether the platform chooses the user of the pods, as the security context constraints of OpenShift do. They refuse pods with a user
   * outside of the range of the namespace.
   * @default - true with ClusterDns.openShift(); false otherwise, and the user is 65532
   */
  readonly platformUser?: boolean;

  /**
   * NetworkPolicy of the resolver: it answers queries, and connects to nobody.
   * @default - that of the cluster; none outside of a cluster
   */
  readonly networkPolicies?: NetworkPolicies;
}

export const GLOBAL_DNS_OPTIONS = schema<GlobalDnsOptions>({
  clusterIp: required(text),
  catalogs: optional(list(SERVICE_CATALOG)),
  replicas: optional(numeric),
  image: optional(text),
  platformUser: optional(flag),
  networkPolicies: optional(NETWORK_POLICIES),
});

/** Properties of a `GlobalDns`. */
export interface GlobalDnsProps extends GlobalDnsOptions {
  /** Istio release of the cluster. Istio 1.5 has a resolver of its own, istiocoredns. */
  readonly istio: IstioRelease;

  /** Services that the resolver answers for. */
  readonly services: IRemoteService[];

  /**
   * Range of the VIPs of services that have no addresses of their own.
   * @default VipRange.ipv4()
   */
  readonly vips?: VipRange;

  /**
   * Zone that the resolver answers for.
   * @default "global"
   */
  readonly zone?: string;

  /**
   * Namespace of the resolver.
   * @default "istio-system"
   */
  readonly namespace?: string;
}

export const GLOBAL_DNS_PROPS = schema<GlobalDnsProps>({
  ...GLOBAL_DNS_OPTIONS.options,
  istio: required(ISTIO_RELEASE),
  services: required(list(REMOTE_SERVICE)),
  vips: optional(VIP_RANGE),
  zone: optional(text),
  namespace: optional(text),
});

/** The tag tells the version, and the digest decides what runs. */
const IMAGE = 'registry.k8s.io/coredns/coredns:v1.12.4@sha256:986f04c2e15e147d00bdd51e8c51bcef3644b13ff806be7d2ff1b261d6dfbae1';

/**
 * Resolver of remote names for clients without a sidecar, such as VMs and pods outside of the mesh. It is a CoreDNS with one zone, which
 * holds the VIPs that are known at synth. It answers NXDOMAIN for every other name of the zone and forwards nothing, so no name of the
 * mesh reaches public DNS servers. On supported releases it replaces istiocoredns.
 *
 * @example
 * new GlobalDns(chart, 'dns', { istio: IstioRelease.V1_31, clusterIp: '10.96.0.53', services: [httpbin] });
 */
export class GlobalDns extends Construct {
  /** ClusterIP of the resolver's Service. */
  public readonly clusterIp: string;

  private namesAtSynth?: () => RemoteName[];

  /**
   * Adds the resolver of the zone: its Deployment, its Service, and what they need.
   * @param scope chart, or construct in a chart, that the objects are added to
   * @param id id of the construct, unique within `scope`; no object is named by it
   * @param props the zone, the names in it, and where the resolver runs
   * @throws MESH001 for an invalid zone or namespace, MESH002 for a clusterIP that clients cannot reach, MESH004 for no pods or no
   * image, MESH008 on Istio 1.5, MESH009 for a VIP of a catalog outside of `vips`, MESH036 for a zone that overlaps the cluster domain
   * or is too long, and MESH044 for a zone whose names mean something else
   */
  public constructor(scope: Construct, id: string, props: GlobalDnsProps) {
    super(scope, id);
    const checked = checkedProps(GLOBAL_DNS_PROPS, this, props);
    const zone = checkedZone(domainName(checked.zone ?? 'global', 'zone', 'GlobalDns'), DEFAULT_CLUSTER_DOMAIN, 'GlobalDns');
    const namespace = dnsLabel(checked.namespace ?? 'istio-system', 'namespace', 'GlobalDns');
    const { clusterIp, replicas = 2, platformUser = false, image = IMAGE } = checked;
    dnsServerAddress(clusterIp, 'clusterIP', 'GlobalDns');
    refuseNoPods(replicas, image);
    const vips = checked.vips ?? VipRange.ipv4();
    servicesIn(zone, checked.catalogs).forEach(service => refuseForeignVips(service, vips, 'GlobalDns'));
    refuseSecondResolver(checked.istio);
    this.clusterIp = clusterIp;

    const corefile = resolverCorefile(zone);
    const data = () => ({ 'Corefile': corefile, 'zone.db': zoneFile(zone, clusterIp, this.hostsIn(zone, checked)) });
    const checksum = createHash('sha256').update(corefile).digest('hex');
    const metadata = { name: NAME, namespace, labels: { app: NAME } };
    const add = (name: string, apiVersion: string, kind: string, content: object) => {
      new OwnObject(this, name, { apiVersion, kind, metadata, ...content }, { isOwnContent: false, isCleanedUp: true });
    };
    add('account', 'v1', 'ServiceAccount', { automountServiceAccountToken: false });
    add('config', 'v1', 'ConfigMap', { data: Lazy.any({ produce: data }) });
    add('service', 'v1', 'Service', { spec: serviceSpec(clusterIp) });
    add('budget', 'policy/v1', 'PodDisruptionBudget', { spec: { maxUnavailable: 1, selector: { matchLabels: { app: NAME } } } });
    add('deployment', 'apps/v1', 'Deployment', { spec: resolverDeployment({ name: NAME, replicas, image, platformUser, checksum }) });
    if (checked.networkPolicies?.isEnabled) {
      addNetworkPolicy(this, 'network-policy', resolverPolicy(NAME, namespace, checked.networkPolicies));
    }
  }

  /**
   * Adds names that are known only at synth.
   * @internal
   */
  public _alsoAnswer(names: () => RemoteName[]): void {
    this.namesAtSynth = names;
  }

  /** VIPs of each host in the zone. Names that are known only at synth win over services, and services over catalogs. */
  private hostsIn(zone: string, { services, catalogs, vips = VipRange.ipv4() }: GlobalDnsProps): Map<string, string[]> {
    const names: RemoteName[] = [...servicesIn(zone, catalogs), ...services, ...this.namesAtSynth?.() ?? []];
    return new Map(names.filter(({ host }) => host.endsWith(`.${zone}`))
      .map(({ host, addresses }) => [host, addresses.length > 0 ? addresses : vips.addressesOf(host)]));
  }
}

/** Services of catalogs whose hosts are in a zone. */
function servicesIn(zone: string, catalogs: ServiceCatalog[] = []): IRemoteService[] {
  return catalogs.flatMap(catalog => catalog._services).filter(({ host }) => host.endsWith(`.${zone}`));
}

/** Host of a remote service, and its VIPs. */
interface RemoteName {
  readonly host: string;
  readonly addresses: string[];
}

function serviceSpec(clusterIp: string): object {
  return {
    clusterIP: clusterIp,
    selector: { app: NAME },
    ports: ['UDP', 'TCP'].map(protocol => ({ name: `dns-${protocol.toLowerCase()}`, port: 53, targetPort: RESOLVER_PORT, protocol })),
  };
}

function refuseNoPods(replicas: number, image: string): void {
  if (Number.isInteger(replicas) && replicas > 0 && image !== '') {
    return;
  }
  throw new MeshError({
    code: MeshErrorCode.EMPTY,
    where: 'GlobalDns',
    what: image === '' ? 'a resolver without an image' : 'a resolver without pods',
    got: image === '' ? undefined : replicas,
    expected: image === '' ? undefined : 'a whole number of pods, at least 1',
    fix: `leave ${image === '' ? 'image' : 'replicas'} out to use the default`,
  });
}

function refuseSecondResolver(istio: IstioRelease): void {
  if (!dialectOf(istio).bringsDnsServer) {
    return;
  }
  throw new MeshError({
    code: MeshErrorCode.RELEASE,
    where: 'GlobalDns',
    what: `Istio ${istio.version} has a resolver of its own, istiocoredns`,
    fix: 'pass the clusterIP of istiocoredns as resolvers of ClusterDns, or use a supported release',
  });
}
