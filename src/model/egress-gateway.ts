import { isIP } from 'net';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dnsLabel, dnsName, labels } from '../names';

/** Which egress gateway it is, where that differs from Istio's own. */
export interface EgressGatewayOptions {
  /**
   * The name of its Service.
   * @default "istio-egressgateway"
   */
  readonly name?: string;

  /**
   * Its namespace.
   * @default - that of the cluster's control plane, "istio-system" without a cluster
   */
  readonly namespace?: string;

  /**
   * The labels of its pods.
   * @default - { istio: "egressgateway" }
   */
  readonly selector?: { [key: string]: string };

  /**
   * The DNS domain of its cluster.
   * @default - that of the cluster, "cluster.local" without one
   */
  readonly clusterDomain?: string;
}

/** The dedicated egress gateway of a cluster. */
export class EgressGateway {
  /**
   * By the name of its Service, so there is no address to look up.
   * @throws MESH001 for an invalid name, namespace, domain or label
   */
  public static service(options: EgressGatewayOptions = {}): EgressGateway {
    return new EgressGateway(undefined, options);
  }

  /**
   * By the clusterIP of its Service, as the guide does (`CLUSTER1_EGW_ADDR`).
   * @throws MESH002 when it is no IP address
   * @throws MESH001 as `service`
   */
  public static clusterIp(address: string, options: EgressGatewayOptions = {}): EgressGateway {
    if (!isIP(address)) {
      throw new MeshError({
        code: MeshErrorCode.INVALID_ADDRESS,
        where: 'EgressGateway.clusterIp',
        what: 'a clusterIP that is no IP address',
        got: address,
        expected: 'an IPv4 or IPv6 address',
        fix: 'use EgressGateway.service(), which needs no address',
      });
    }
    return new EgressGateway(address, options);
  }

  /** The clusterIP, or the DNS name of the Service. */
  public readonly address: string;
  /** Whether the address is a DNS name. */
  public readonly isHostname: boolean;
  /** The name of its Service. */
  public readonly name: string;
  /** Its namespace. */
  public readonly namespace: string;
  /** The labels of its pods. */
  public readonly selector: { [key: string]: string };

  private constructor(private readonly clusterIp: string | undefined, private readonly options: EgressGatewayOptions) {
    const where = 'EgressGateway';
    this.name = dnsLabel(options.name ?? 'istio-egressgateway', 'egress gateway name', where);
    this.namespace = dnsLabel(options.namespace ?? 'istio-system', 'egress gateway namespace', where);
    this.selector = labels(options.selector ?? { istio: 'egressgateway' }, 'selector', where);
    this.address = clusterIp ?? `${this.name}.${this.namespace}.svc.${dnsName(
      options.clusterDomain ?? 'cluster.local',
      'cluster domain',
      where,
    )}`;
    this.isHostname = clusterIp === undefined;
  }

  /**
   * The same gateway in a cluster, whose namespace and domain hold where none were named.
   * @internal
   */
  public _in(cluster: { readonly namespace: string; readonly clusterDomain: string }): EgressGateway {
    return new EgressGateway(this.clusterIp, { ...cluster, ...this.options });
  }
}
