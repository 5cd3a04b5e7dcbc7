import { DEFAULT_CLUSTER_DOMAIN } from './dns-suffix';
import { GATEWAY_WORKLOAD_OPTIONS, gatewayWorkload, GatewayWorkloadModel, GatewayWorkloadOptions } from './gateway-workload';
import { inOneSpelling, isRoutedAddress } from './ip-address';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dnsLabel, domainName, labels, localHost } from '../names';
import { checkedArgument, checkedOptions } from '../options/checked';
import { instance, mapOf, text } from '../options/kinds';
import { optional, schema } from '../options/schema';

/** Options of an `EgressGateway` that differs from Istio's own. */
export interface EgressGatewayOptions {
  /**
   * Name of the egress gateway's Service. It is not the name of another part of Istio, such as `istiod`.
   * @default "istio-egressgateway"
   */
  readonly name?: string;

  /**
   * Namespace of the egress gateway.
   * @default - the namespace of the cluster's control plane; "istio-system" outside of a cluster
   */
  readonly namespace?: string;

  /**
   * Labels of the egress gateway's pods. The pods of the ingress gateway differ in one of them at least.
   * @default - { istio: "egressgateway" }
   */
  readonly selector?: { [key: string]: string };

  /**
   * DNS domain of the cluster that the egress gateway is in.
   * @default - the DNS domain of the cluster; "cluster.local" outside of a cluster
   */
  readonly clusterDomain?: string;

  /**
   * Pods of the egress gateway, for the install values. Istio 1.5 does not support it.
   * @default - 2 to 5 pods on different nodes and zones, of which one can be evicted
   */
  readonly workload?: GatewayWorkloadOptions;
}

export const EGRESS_GATEWAY_OPTIONS = schema<EgressGatewayOptions>({
  name: optional(text),
  namespace: optional(text),
  selector: optional(mapOf(text)),
  clusterDomain: optional(text),
  workload: optional(GATEWAY_WORKLOAD_OPTIONS),
});

/**
 * Dedicated egress gateway of a cluster, for imports through `ImportPath.egressGateway()`.
 *
 * @example
 * mesh.addCluster('cluster1', { egressGateway: EgressGateway.service() });
 */
export class EgressGateway {
  /**
   * Returns an egress gateway that is reached by the DNS name of its Service, so no address is needed.
   * @param options name, namespace, labels and pods of the gateway
   * @returns the egress gateway, for `egressGateway` of a cluster
   * @throws MESH001 for an invalid name, namespace, domain or label, MESH004 for a selector without labels,
   * MESH080 for numbers of pods that contradict each other
   */
  public static service(options: EgressGatewayOptions = {}): EgressGateway {
    return new EgressGateway(undefined, checkedOptions(EGRESS_GATEWAY_OPTIONS, options, 'EgressGateway.service'));
  }

  /**
   * Returns an egress gateway that is reached by the clusterIP of its Service, as in the guide (`CLUSTER1_EGW_ADDR`).
   * @param address clusterIP of the Service, an IPv4 or IPv6 address
   * @param options name, namespace, labels and pods of the gateway
   * @returns the egress gateway, for `egressGateway` of a cluster
   * @throws MESH001 for an invalid name, namespace, domain or label, MESH002 for a text that is no address of a Service, MESH004 for a
   * selector without labels, MESH080 for numbers of pods that contradict each other
   */
  public static clusterIp(address: string, options: EgressGatewayOptions = {}): EgressGateway {
    const where = 'EgressGateway.clusterIp';
    if (!isRoutedAddress(checkedArgument(text, address, 'address', where))) {
      throw new MeshError({
        code: MeshErrorCode.INVALID_ADDRESS,
        where,
        what: 'a clusterIP that no Service has',
        got: address,
        expected: 'an IPv4 or IPv6 address of a Service, as the column CLUSTER-IP of kubectl shows it',
        fix: 'use EgressGateway.service(), which needs no address',
      });
    }
    return new EgressGateway(inOneSpelling(address), checkedOptions(EGRESS_GATEWAY_OPTIONS, options, where));
  }

  /** ClusterIP or DNS name of the egress gateway's Service. */
  public readonly address: string;
  /** Whether the address is a DNS name. */
  public readonly isHostname: boolean;
  /** Name of the egress gateway's Service. */
  public readonly name: string;
  /** Namespace of the egress gateway. */
  public readonly namespace: string;
  /** Labels of the egress gateway's pods. */
  public readonly selector: { [key: string]: string };
  /**
   * Pods of the egress gateway.
   * @internal
   */
  public readonly _workload: GatewayWorkloadModel;

  private constructor(private readonly clusterIp: string | undefined, private readonly options: EgressGatewayOptions) {
    const where = 'EgressGateway';
    const clusterDomain = options.clusterDomain ?? DEFAULT_CLUSTER_DOMAIN;
    this.name = dnsLabel(options.name ?? 'istio-egressgateway', 'egress gateway name', where);
    this.namespace = dnsLabel(options.namespace ?? 'istio-system', 'egress gateway namespace', where);
    this.selector = labels(options.selector ?? { istio: 'egressgateway' }, 'selector', where);
    this._workload = gatewayWorkload(options.workload, { app: this.name, ...this.selector }, where);
    this.isHostname = clusterIp === undefined;
    const host = localHost({ ...this, clusterDomain: domainName(clusterDomain, 'cluster domain', where) });
    this.address = clusterIp ?? domainName(host, 'host', where);
  }

  /**
   * Whether the pods of the egress gateway are declared.
   * @internal
   */
  public get _hasWorkload(): boolean {
    return this.options.workload !== undefined;
  }

  /**
   * Returns the same egress gateway with the namespace and domain of a cluster as defaults.
   * @internal
   */
  public _in(cluster: { readonly namespace: string; readonly clusterDomain: string }): EgressGateway {
    return new EgressGateway(this.clusterIp, { ...cluster, ...this.options });
  }
}

/** The kind of options that hold an egress gateway. */
export const EGRESS_GATEWAY = instance(EgressGateway, { write: 'EgressGateway.service()' });
