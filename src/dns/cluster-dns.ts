import { DnsPlanner, withdrawnPlanner } from './dns-plan';
import { coreDnsPlanner, customPlanner, eksPlanner, openShiftPlanner, rke2Planner } from './dns-plans';
import { kubeDnsPlanner } from './kube-dns-plan';
import { NODE_LOCAL_DNS, NodeLocalDns } from './node-local-dns';
import { StubDomainsReader } from './stub-domains-reader';
import { dnsServerAddress } from './zone';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { PORT_NUMBER, portNumber } from '../model/port-number';
import { checkedOptions } from '../options/checked';
import { instance, list, text } from '../options/kinds';
import { optional, schema } from '../options/schema';

/** Limit of the directive `forward` of CoreDNS. */
const MAX_RESOLVERS = 15;

const SIDECAR_CAPTURE = 'sidecarCapture';
const OPEN_SHIFT = 'openShift';

/** Options of every platform that forwards the zone of remote names. */
export interface ClusterDnsOptions {
  /**
   * IP addresses of the resolvers that the zone is forwarded to.
   * @default - the clusterIP of the cluster's `globalDns`; required on Istio 1.5, where it is the clusterIP of istiocoredns
   */
  readonly resolvers?: string[];
}

export const CLUSTER_DNS_OPTIONS = schema<ClusterDnsOptions>({ resolvers: optional(list(text)) });

/** Options of `ClusterDns.kubeDns` and `ClusterDns.nodeLocal`. */
export interface KubeDnsOptions extends ClusterDnsOptions {
  /**
   * Current content of the key `stubDomains` of ConfigMap kube-system/kube-dns, "{}" when there is none. The domains of others
   * are kept.
   * @default - the content is unknown: instructions for the owner of the platform are written instead of an object
   */
  readonly stubDomains?: string;
}

export const KUBE_DNS_OPTIONS = schema<KubeDnsOptions>({ ...CLUSTER_DNS_OPTIONS.options, stubDomains: optional(text) });

/** Options of platforms whose CoreDNS may have a DNS cache on each node in front of it. */
export interface CachedDnsOptions extends ClusterDnsOptions {
  /**
   * DNS cache on each node. It answers pods in the place of CoreDNS, and asks CoreDNS for the cluster domain alone. The zone is added to
   * the cache as well.
   * @default - the cluster has no such cache
   */
  readonly nodeLocal?: NodeLocalDns;
}

export const CACHED_DNS_OPTIONS = schema<CachedDnsOptions>({ ...CLUSTER_DNS_OPTIONS.options, nodeLocal: optional(NODE_LOCAL_DNS) });

/** Options of `ClusterDns.coreDns`. */
export interface CoreDnsOptions extends CachedDnsOptions {
  /**
   * Current Corefile. Everything in it is kept.
   * @default - the Corefile is unknown: instructions for the owner of the platform are written instead of an object
   */
  readonly corefile?: string;
}

export const CORE_DNS_OPTIONS = schema<CoreDnsOptions>({ ...CACHED_DNS_OPTIONS.options, corefile: optional(text) });

/** Options of `ClusterDns.coreDnsCustom`. */
export interface CoreDnsCustomOptions extends CachedDnsOptions {
  /**
   * Port that CoreDNS listens on, as in the key of its server for the root zone. Gardener's CoreDNS listens on 8053.
   * @default 53
   */
  readonly port?: number;

  /**
   * Current data of ConfigMap coredns-custom as JSON, "{}" when there is none. It is checked for other servers for the zone.
   * @default - keys of others are not checked
   */
  readonly data?: string;
}

export const CORE_DNS_CUSTOM_OPTIONS = schema<CoreDnsCustomOptions>({
  ...CACHED_DNS_OPTIONS.options,
  port: optional(PORT_NUMBER),
  data: optional(text),
});

/** Options of `ClusterDns.eksAddon`. */
export interface EksAddonOptions extends CoreDnsOptions {
  /**
   * Current configuration values of the add-on, as JSON or YAML, "{}" when there are none. All values but the Corefile are kept. If they
   * have a Corefile, it is the current one, and `corefile` is left out.
   * @default - unknown: the file holds the Corefile alone, and a warning says so
   */
  readonly configurationValues?: string;
}

export const EKS_ADDON_OPTIONS = schema<EksAddonOptions>({ ...CORE_DNS_OPTIONS.options, configurationValues: optional(text) });

/** Options of `ClusterDns.openShift`. */
export interface OpenShiftDnsOptions extends ClusterDnsOptions {
  /**
   * Current list `spec.servers` of DNS "default" as JSON, "[]" when it is empty. The servers of others are kept.
   * @default - the list is unknown: instructions for the owner of the platform are written instead of an object
   */
  readonly servers?: string;
}

export const OPEN_SHIFT_DNS_OPTIONS = schema<OpenShiftDnsOptions>({ ...CLUSTER_DNS_OPTIONS.options, servers: optional(text) });

/** Options of `ClusterDns.rke2`. */
export interface Rke2DnsOptions extends CachedDnsOptions {
  /**
   * Current field `spec.valuesContent` of HelmChartConfig rke2-coredns. It must list the `servers` of the chart, since a list in
   * values replaces the list of the chart.
   * @default - the values are unknown: instructions for the owner of the platform are written instead of an object
   */
  readonly valuesContent?: string;
}

export const RKE2_DNS_OPTIONS = schema<Rke2DnsOptions>({ ...CACHED_DNS_OPTIONS.options, valuesContent: optional(text) });

/**
 * DNS platform of a cluster, which forwards the zone of remote names to resolvers for clients without a sidecar. The content of
 * others on the platform is kept, byte for byte.
 *
 * @example
 * mesh.addCluster('cluster1', {
 *   globalDns: { clusterIp: '10.96.0.53' },
 *   dns: ClusterDns.coreDns({ corefile: readFileSync('cluster1.corefile', 'utf8') }),
 * });
 */
export class ClusterDns {
  /**
   * Sidecars answer for imported hosts, and the DNS of the cluster is not changed. The default on supported releases.
   * @returns the choice, for `dns` of a cluster
   */
  public static sidecarCapture(): ClusterDns {
    return new ClusterDns(SIDECAR_CAPTURE, []);
  }

  /**
   * Neither sidecars nor the DNS of the cluster answer for imported hosts.
   * @returns the choice, for `dns` of a cluster
   */
  public static none(): ClusterDns {
    return new ClusterDns('none', []);
  }

  /**
   * kube-dns, as on GKE: a stub domain in ConfigMap kube-system/kube-dns.
   * @param options the resolver, and the current stub domains
   * @returns the platform, for `dns` of a cluster
   * @throws MESH002 for a resolver that clients cannot reach, and for more than 15 resolvers
   */
  public static kubeDns(options: KubeDnsOptions = {}): ClusterDns {
    const checked = checkedOptions(KUBE_DNS_OPTIONS, options, 'ClusterDns.kubeDns');
    return new ClusterDns('kubeDns', checkedResolvers(checked), kubeDnsPlanner(checked.stubDomains, StubDomainsReader.KUBE_DNS));
  }

  /**
   * NodeLocal DNSCache in front of kube-dns, as on GKE. Both read the stub domains. For a cache in front of CoreDNS pass
   * `nodeLocal` to the platform.
   * @param options the resolver, and the current stub domains
   * @returns the platform, for `dns` of a cluster
   * @throws MESH002 for a resolver that clients cannot reach, and for more than 15 resolvers
   */
  public static nodeLocal(options: KubeDnsOptions = {}): ClusterDns {
    const checked = checkedOptions(KUBE_DNS_OPTIONS, options, 'ClusterDns.nodeLocal');
    return new ClusterDns('nodeLocal', checkedResolvers(checked), kubeDnsPlanner(checked.stubDomains, StubDomainsReader.NODE_CACHE));
  }

  /**
   * CoreDNS as kubeadm sets it up: one Corefile in ConfigMap kube-system/coredns.
   * @param options the resolver, and the current Corefile
   * @returns the platform, for `dns` of a cluster
   * @throws MESH002 for a resolver that clients cannot reach, and for more than 15 resolvers
   */
  public static coreDns(options: CoreDnsOptions = {}): ClusterDns {
    const checked = checkedOptions(CORE_DNS_OPTIONS, options, 'ClusterDns.coreDns');
    return new ClusterDns('coreDns', checkedResolvers(checked), coreDnsPlanner(checked.corefile), checked.nodeLocal);
  }

  /**
   * CoreDNS that imports the ConfigMap kube-system/coredns-custom, as on AKS, k3s and Gardener.
   * @param options the resolver, and the current content of the ConfigMap
   * @returns the platform, for `dns` of a cluster
   * @throws MESH002 for a resolver that clients cannot reach, and for more than 15 resolvers; MESH003 for an invalid port
   */
  public static coreDnsCustom(options: CoreDnsCustomOptions = {}): ClusterDns {
    const checked = checkedOptions(CORE_DNS_CUSTOM_OPTIONS, options, 'ClusterDns.coreDnsCustom');
    const port = portNumber(checked.port ?? 53, 'ClusterDns.coreDnsCustom');
    return new ClusterDns('coreDnsCustom', checkedResolvers(checked), customPlanner({ port, data: checked.data }), checked.nodeLocal);
  }

  /**
   * CoreDNS as an add-on of EKS. Its configuration values are not an object of the cluster, so a file beside the install values
   * holds them.
   * @param options the resolver, and the current configuration of the add-on
   * @returns the platform, for `dns` of a cluster
   * @throws MESH002 for a resolver that clients cannot reach, and for more than 15 resolvers
   */
  public static eksAddon(options: EksAddonOptions = {}): ClusterDns {
    const checked = checkedOptions(EKS_ADDON_OPTIONS, options, 'ClusterDns.eksAddon');
    return new ClusterDns('eksAddon', checkedResolvers(checked), eksPlanner(checked), checked.nodeLocal);
  }

  /**
   * DNS operator of OpenShift: a server in DNS "default".
   * @param options the resolver, and the current servers of the DNS operator
   * @returns the platform, for `dns` of a cluster
   * @throws MESH002 for a resolver that clients cannot reach, and for more than 15 resolvers
   */
  public static openShift(options: OpenShiftDnsOptions = {}): ClusterDns {
    const checked = checkedOptions(OPEN_SHIFT_DNS_OPTIONS, options, 'ClusterDns.openShift');
    return new ClusterDns(OPEN_SHIFT, checkedResolvers(checked), openShiftPlanner(checked.servers));
  }

  /**
   * CoreDNS chart of RKE2: a server in the values of HelmChartConfig rke2-coredns.
   * @param options the resolver, and the current values of the chart
   * @returns the platform, for `dns` of a cluster
   * @throws MESH002 for a resolver that clients cannot reach, and for more than 15 resolvers
   */
  public static rke2(options: Rke2DnsOptions = {}): ClusterDns {
    const checked = checkedOptions(RKE2_DNS_OPTIONS, options, 'ClusterDns.rke2');
    return new ClusterDns('rke2', checkedResolvers(checked), rke2Planner(checked.valuesContent, checked.nodeLocal), checked.nodeLocal);
  }

  private constructor(
    /** Name of the platform, which is the name of the method that returned it, such as `coreDns`. */
    public readonly platform: string,
    /** IP addresses of the resolvers that were passed; empty for the resolver of the cluster's `globalDns`. */
    public readonly resolvers: string[],
    private readonly planFor?: DnsPlanner,
    private readonly nodeLocal?: NodeLocalDns,
    private readonly isWithdrawn = false,
  ) {}

  /**
   * Returns the same platform without the zone. Commit it before you select another platform: nothing prunes an object that others
   * write to, so the zone would stay. The object is written with the content of others only. Where the current content is unknown,
   * the instructions say what to remove.
   * @returns the platform without the zone, for `dns` of a cluster
   */
  public withdrawn(): ClusterDns {
    return new ClusterDns(this.platform, this.resolvers, this.planFor, this.nodeLocal, true);
  }

  /**
   * Returns the same platform with other resolvers.
   * @internal
   */
  public _with(resolvers: string[]): ClusterDns {
    return new ClusterDns(this.platform, resolvers, this.planFor, this.nodeLocal, this.isWithdrawn);
  }

  /**
   * Whether sidecars answer for imported hosts.
   * @internal
   */
  public get _sidecarsAnswer(): boolean {
    return this.planFor !== undefined || this.platform === SIDECAR_CAPTURE;
  }

  /**
   * Whether the DNS operator and the security context constraints of OpenShift are in the cluster.
   * @internal
   */
  public get _isOpenShift(): boolean {
    return this.platform === OPEN_SHIFT;
  }

  /**
   * Makes the plans for a zone: one for the platform and one for a cache in front of it. None when the DNS of the cluster is not changed.
   * @internal
   */
  public get _planners(): DnsPlanner[] {
    const planners = [this.planFor, this.nodeLocal?._planFor].filter(planFor => planFor !== undefined);
    return this.isWithdrawn ? planners.map(withdrawnPlanner) : planners;
  }
}

function checkedResolvers({ resolvers = [] }: ClusterDnsOptions): string[] {
  resolvers.forEach(resolver => dnsServerAddress(resolver, 'resolver', 'ClusterDns'));
  if (resolvers.length <= MAX_RESOLVERS) {
    return [...new Set(resolvers)];
  }
  throw new MeshError({
    code: MeshErrorCode.INVALID_ADDRESS,
    where: 'ClusterDns',
    what: 'more resolvers than CoreDNS forwards to',
    got: resolvers.length,
    expected: `at most ${MAX_RESOLVERS}`,
    fix: 'use the clusterIP of one Service with several pods',
  });
}

/** The kind of options that hold a DNS platform. */
export const CLUSTER_DNS = instance(ClusterDns, { write: 'ClusterDns.sidecarCapture()' });
