import { DnsPlanner, withdrawnPlanner } from './dns-plan';
import { coreDnsPlanner, customPlanner, eksPlanner, kubeDnsPlanner, openShiftPlanner, rke2Planner } from './dns-plans';
import { dnsServerAddress } from './zone';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { checkedOptions } from '../options/checked';
import { instance, list, text } from '../options/kinds';
import { optional, schema } from '../options/schema';

/** Limit of the directive `forward` of CoreDNS. */
const MAX_RESOLVERS = 15;

const SIDECAR_CAPTURE = 'sidecarCapture';

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

/** Options of `ClusterDns.coreDns` and `ClusterDns.eksAddon`. */
export interface CoreDnsOptions extends ClusterDnsOptions {
  /**
   * Current Corefile. Everything in it is kept.
   * @default - the Corefile is unknown: instructions for the owner of the platform are written instead of an object
   */
  readonly corefile?: string;
}

export const CORE_DNS_OPTIONS = schema<CoreDnsOptions>({ ...CLUSTER_DNS_OPTIONS.options, corefile: optional(text) });

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
export interface Rke2DnsOptions extends ClusterDnsOptions {
  /**
   * Current field `spec.valuesContent` of HelmChartConfig rke2-coredns. It must list the `servers` of the chart, since a list in
   * values replaces the list of the chart.
   * @default - the values are unknown: instructions for the owner of the platform are written instead of an object
   */
  readonly valuesContent?: string;
}

export const RKE2_DNS_OPTIONS = schema<Rke2DnsOptions>({ ...CLUSTER_DNS_OPTIONS.options, valuesContent: optional(text) });

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
  /** Sidecars answer for imported hosts, and the DNS of the cluster is not changed. The default on supported releases. */
  public static sidecarCapture(): ClusterDns {
    return new ClusterDns(SIDECAR_CAPTURE, []);
  }

  /** Neither sidecars nor the DNS of the cluster answer for imported hosts. */
  public static none(): ClusterDns {
    return new ClusterDns('none', []);
  }

  /**
   * kube-dns, as on GKE: a stub domain in ConfigMap kube-system/kube-dns.
   * @throws MESH002 for a resolver that clients cannot reach, and for more than 15 resolvers
   */
  public static kubeDns(options: KubeDnsOptions = {}): ClusterDns {
    const checked = checkedOptions(KUBE_DNS_OPTIONS, options, 'ClusterDns.kubeDns');
    return new ClusterDns('kubeDns', checkedResolvers(checked), kubeDnsPlanner(checked.stubDomains));
  }

  /**
   * NodeLocal DNSCache, which reads the stub domains of kube-dns.
   * @throws MESH002 for a resolver that clients cannot reach, and for more than 15 resolvers
   */
  public static nodeLocal(options: KubeDnsOptions = {}): ClusterDns {
    const checked = checkedOptions(KUBE_DNS_OPTIONS, options, 'ClusterDns.nodeLocal');
    return new ClusterDns('nodeLocal', checkedResolvers(checked), kubeDnsPlanner(checked.stubDomains));
  }

  /**
   * CoreDNS as kubeadm sets it up: one Corefile in ConfigMap kube-system/coredns.
   * @throws MESH002 for a resolver that clients cannot reach, and for more than 15 resolvers
   */
  public static coreDns(options: CoreDnsOptions = {}): ClusterDns {
    const checked = checkedOptions(CORE_DNS_OPTIONS, options, 'ClusterDns.coreDns');
    return new ClusterDns('coreDns', checkedResolvers(checked), coreDnsPlanner(checked.corefile));
  }

  /**
   * CoreDNS that imports the ConfigMap kube-system/coredns-custom, as on AKS and k3s.
   * @throws MESH002 for a resolver that clients cannot reach, and for more than 15 resolvers
   */
  public static coreDnsCustom(options: ClusterDnsOptions = {}): ClusterDns {
    const checked = checkedOptions(CLUSTER_DNS_OPTIONS, options, 'ClusterDns.coreDnsCustom');
    return new ClusterDns('coreDnsCustom', checkedResolvers(checked), customPlanner());
  }

  /**
   * CoreDNS as an add-on of EKS. Its configuration values are not an object of the cluster, so a file beside the install values
   * holds them.
   * @throws MESH002 for a resolver that clients cannot reach, and for more than 15 resolvers
   */
  public static eksAddon(options: CoreDnsOptions = {}): ClusterDns {
    const checked = checkedOptions(CORE_DNS_OPTIONS, options, 'ClusterDns.eksAddon');
    return new ClusterDns('eksAddon', checkedResolvers(checked), eksPlanner(checked.corefile));
  }

  /**
   * DNS operator of OpenShift: a server in DNS "default".
   * @throws MESH002 for a resolver that clients cannot reach, and for more than 15 resolvers
   */
  public static openShift(options: OpenShiftDnsOptions = {}): ClusterDns {
    const checked = checkedOptions(OPEN_SHIFT_DNS_OPTIONS, options, 'ClusterDns.openShift');
    return new ClusterDns('openShift', checkedResolvers(checked), openShiftPlanner(checked.servers));
  }

  /**
   * CoreDNS chart of RKE2: a server in the values of HelmChartConfig rke2-coredns.
   * @throws MESH002 for a resolver that clients cannot reach, and for more than 15 resolvers
   */
  public static rke2(options: Rke2DnsOptions = {}): ClusterDns {
    const checked = checkedOptions(RKE2_DNS_OPTIONS, options, 'ClusterDns.rke2');
    return new ClusterDns('rke2', checkedResolvers(checked), rke2Planner(checked.valuesContent));
  }

  private constructor(
    /** Name of the platform, which is the name of the method that returned it, such as `coreDns`. */
    public readonly platform: string,
    /** IP addresses of the resolvers that were passed; empty for the resolver of the cluster's `globalDns`. */
    public readonly resolvers: string[],
    private readonly planFor?: DnsPlanner,
  ) {}

  /**
   * Returns the same platform without the zone. Commit it before you select another platform: nothing prunes an object that others
   * write to, so the zone would stay. The object is written with the content of others only. Where the current content is unknown,
   * the instructions say what to remove.
   */
  public withdrawn(): ClusterDns {
    return new ClusterDns(this.platform, this.resolvers, this.planFor && withdrawnPlanner(this.planFor));
  }

  /**
   * Returns the same platform with other resolvers.
   * @internal
   */
  public _with(resolvers: string[]): ClusterDns {
    return new ClusterDns(this.platform, resolvers, this.planFor);
  }

  /**
   * Whether sidecars answer for imported hosts.
   * @internal
   */
  public get _sidecarsAnswer(): boolean {
    return this.planFor !== undefined || this.platform === SIDECAR_CAPTURE;
  }

  /**
   * Makes the plan for a zone; undefined when the DNS of the cluster is not changed.
   * @internal
   */
  public get _planFor(): DnsPlanner | undefined {
    return this.planFor;
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
