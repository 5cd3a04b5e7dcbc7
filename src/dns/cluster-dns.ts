import type { PlanFor } from './dns-plan';
import { coreDnsPlan, customPlan, eksPlan, kubeDnsPlan, openShiftPlan, rke2Plan } from './dns-plans';
import { serverAddress } from './server-address';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

const MOST_RESOLVERS = 15;

/** Where the zone is sent. */
export interface ClusterDnsOptions {
  /**
   * The IP addresses of the resolvers that know the zone's names.
   * @default - the clusterIp of the cluster's `globalDns`; on Istio 1.5 it must be given: the clusterIP of istiocoredns
   */
  readonly resolvers?: string[];
}

/** kube-dns, and what is in it now. */
export interface KubeDnsOptions extends ClusterDnsOptions {
  /**
   * The key `stubDomains` of ConfigMap kube-system/kube-dns as it is now, "{}" when there is none: others' domains are kept.
   * @default - unknown: instructions are written, and no object
   */
  readonly stubDomains?: string;
}

/** CoreDNS, and what is in it now. */
export interface CoreDnsOptions extends ClusterDnsOptions {
  /**
   * The Corefile as it is now: everything in it is kept.
   * @default - unknown: instructions are written, and no object
   */
  readonly corefile?: string;
}

/** OpenShift's DNS operator, and what is in it now. */
export interface OpenShiftDnsOptions extends ClusterDnsOptions {
  /**
   * The list `spec.servers` of DNS "default" as it is now, as JSON, "[]" when it is empty: others' servers are kept.
   * @default - unknown: instructions are written, and no object
   */
  readonly servers?: string;
}

/** RKE2's CoreDNS chart, and what is in it now. */
export interface Rke2DnsOptions extends ClusterDnsOptions {
  /**
   * The field `spec.valuesContent` of HelmChartConfig rke2-coredns as it is now. It must list the chart's `servers`, since
   * a list in values takes the place of the chart's own.
   * @default - unknown: instructions are written, and no object
   */
  readonly valuesContent?: string;
}

/**
 * How names of remote services are resolved in a cluster where no sidecar does it: which object of the platform forwards
 * the zone. What others put there is kept, to the byte.
 */
export class ClusterDns {
  /** Sidecars answer for what they import; no DNS of the cluster is touched. The default on supported releases. */
  public static sidecarCapture(): ClusterDns {
    return new ClusterDns('sidecarCapture', [], true);
  }

  /** Nothing is set up: names are resolved by other means, or not at all. */
  public static none(): ClusterDns {
    return new ClusterDns('none', [], false);
  }

  /** GKE's kube-dns: its stub domains. */
  public static kubeDns(options: KubeDnsOptions = {}): ClusterDns {
    return new ClusterDns('kubeDns', checked(options), true, kubeDnsPlan(options.stubDomains));
  }

  /** NodeLocal DNSCache: it reads the stub domains of kube-dns, and takes addresses alone. */
  public static nodeLocal(options: KubeDnsOptions = {}): ClusterDns {
    return new ClusterDns('nodeLocal', checked(options), true, kubeDnsPlan(options.stubDomains));
  }

  /** CoreDNS as kubeadm sets it up: one Corefile in ConfigMap kube-system/coredns. */
  public static coreDns(options: CoreDnsOptions = {}): ClusterDns {
    return new ClusterDns('coreDns', checked(options), true, coreDnsPlan(options.corefile));
  }

  /** CoreDNS with files of its users beside the platform's: AKS and k3s, ConfigMap kube-system/coredns-custom. */
  public static coreDnsCustom(options: ClusterDnsOptions = {}): ClusterDns {
    return new ClusterDns('coreDnsCustom', checked(options), true, customPlan());
  }

  /** CoreDNS as an add-on of EKS: configuration values, which are no object of the cluster. */
  public static eksAddon(options: CoreDnsOptions = {}): ClusterDns {
    return new ClusterDns('eksAddon', checked(options), true, eksPlan(options.corefile));
  }

  /** OpenShift: its DNS operator. */
  public static openShift(options: OpenShiftDnsOptions = {}): ClusterDns {
    return new ClusterDns('openShift', checked(options), true, openShiftPlan(options.servers));
  }

  /** RKE2: the values of its CoreDNS chart. */
  public static rke2(options: Rke2DnsOptions = {}): ClusterDns {
    return new ClusterDns('rke2', checked(options), true, rke2Plan(options.valuesContent));
  }

  private constructor(
    /** The choice, by its name here. */
    public readonly platform: string,
    /** The resolvers that were given. */
    public readonly resolvers: string[],
    private readonly sidecars: boolean,
    private readonly planFor?: PlanFor,
  ) {}

  /**
   * The same platform without the zone, to be committed before another choice is made: nothing prunes what others write to,
   * so the zone would stay. The object is left as others have it; where there is none, instructions say what to take out.
   */
  public withdrawn(): ClusterDns {
    const { planFor } = this;
    return new ClusterDns(this.platform, this.resolvers, this.sidecars, planFor && (zone => {
      const { withdrawn, ...plan } = planFor(zone);
      return { ...plan, ...withdrawn, withdrawn };
    }));
  }

  /**
   * The same with resolvers that were not given.
   * @internal
   */
  public _with(resolvers: string[]): ClusterDns {
    return new ClusterDns(this.platform, resolvers, this.sidecars, this.planFor);
  }

  /**
   * Whether sidecars answer for what they import.
   * @internal
   */
  public get _sidecarsAnswer(): boolean {
    return this.sidecars;
  }

  /**
   * What is written for a platform; undefined when nothing is.
   * @internal
   */
  public get _planFor(): PlanFor | undefined {
    return this.planFor;
  }
}

function checked({ resolvers = [] }: ClusterDnsOptions): string[] {
  resolvers.forEach(resolver => serverAddress(resolver, 'ClusterDns', 'a resolver'));
  if (resolvers.length <= MOST_RESOLVERS) {
    return [...new Set(resolvers)];
  }
  throw new MeshError({
    code: MeshErrorCode.INVALID_ADDRESS, where: 'ClusterDns', what: 'more resolvers than CoreDNS forwards to', got: resolvers.length, expected: `at most ${MOST_RESOLVERS}`, fix: 'give the clusterIP of one Service with several pods',
  });
}
