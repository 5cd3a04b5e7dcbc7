import { isIP } from 'net';
import * as ipaddr from 'ipaddr.js';
import { portNumber } from './port-number';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

/** Settings of a gateway's Service that every kind of it takes. */
export interface GatewayServiceOptions {
  /**
   * Annotations on the Service; they win over those of a ready choice.
   * @default - those of the ready choice
   */
  readonly annotations?: { [key: string]: string };

  /**
   * Whether ports 80 and 443 are opened beside 15443, for a gateway that also takes traffic from outside the mesh.
   * @default false
   */
  readonly webPorts?: boolean;
}

/** Settings of a load balancer; Kubernetes takes source ranges for no other kind of Service. */
export interface LoadBalancerServiceOptions extends GatewayServiceOptions {
  /**
   * Who may connect, in CIDR notation: the egress addresses of the other clusters, ideally.
   * @default - anyone who can reach the address; mutual TLS is still required
   */
  readonly sourceRanges?: string[];
}

/** Settings of a cloud's load balancer. */
export interface CloudLoadBalancerOptions extends LoadBalancerServiceOptions {
  /**
   * Whether it is reached from within the private network only.
   * @default false
   */
  readonly internal?: boolean;
}

/** Settings of a NodePort Service. */
export interface NodePortOptions extends GatewayServiceOptions {
  /** The node port of 15443: what other clusters use as port of this gateway's addresses. */
  readonly tlsNodePort: number;

  /**
   * The node port of the health check on 15021.
   * @default - chosen by Kubernetes
   */
  readonly statusNodePort?: number;
}

/**
 * The Service in front of an ingress gateway. The guide asks for an L4 load balancer and a health check that fits it;
 * the ready choices bring both. The health check is Istio's own readiness, `/healthz/ready` on 15021.
 */
export class GatewayService {
  /** A load balancer of whatever kind the platform makes by default. */
  public static loadBalancer(options: LoadBalancerServiceOptions = {}): GatewayService {
    return new GatewayService('LoadBalancer', options, {});
  }

  /**
   * An AWS Network Load Balancer, made by the AWS Load Balancer Controller, with pods as targets.
   * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/annotations/
   */
  public static awsNlb(options: CloudLoadBalancerOptions = {}): GatewayService {
    const aws = 'service.beta.kubernetes.io/aws-load-balancer-';
    return new GatewayService('LoadBalancer', options, {
      [`${aws}type`]: 'external',
      [`${aws}nlb-target-type`]: 'ip',
      [`${aws}scheme`]: options.internal ? 'internal' : 'internet-facing',
      [`${aws}healthcheck-protocol`]: 'HTTP',
      [`${aws}healthcheck-port`]: '15021',
      [`${aws}healthcheck-path`]: '/healthz/ready',
    });
  }

  /**
   * A passthrough Network Load Balancer of Google Cloud. Nodes without a ready gateway pod are left out by
   * `externalTrafficPolicy: Local`, whose health check GKE sets up itself.
   * @see https://cloud.google.com/kubernetes-engine/docs/concepts/service-load-balancer-parameters
   */
  public static gcp(options: CloudLoadBalancerOptions = {}): GatewayService {
    const kind: { [key: string]: string } = options.internal ? {
      'networking.gke.io/load-balancer-type': 'Internal',
    } : { 'cloud.google.com/l4-rbs': 'enabled' };
    return new GatewayService('LoadBalancer', options, kind, 'Local');
  }

  /**
   * A Standard Load Balancer of Azure, probing the gateway's readiness for 15443.
   * @see https://cloud-provider-azure.sigs.k8s.io/topics/loadbalancer/#custom-load-balancer-health-probe-for-port
   */
  public static azure(options: CloudLoadBalancerOptions = {}): GatewayService {
    const azure = 'service.beta.kubernetes.io/';
    return new GatewayService('LoadBalancer', options, {
      ...options.internal && { [`${azure}azure-load-balancer-internal`]: 'true' },
      [`${azure}port_15443_health-probe_protocol`]: 'http',
      [`${azure}port_15443_health-probe_port`]: '15021',
      [`${azure}port_15443_health-probe_request-path`]: '/healthz/ready',
    });
  }

  /**
   * Node ports, for clusters without load balancers.
   * @throws MESH003 for a node port that is no port
   */
  public static nodePort(options: NodePortOptions): GatewayService {
    return new GatewayService('NodePort', options, {}, undefined, options.tlsNodePort, options.statusNodePort);
  }

  /** A Service within the cluster only, for gateways that something else exposes. */
  public static clusterIp(options: GatewayServiceOptions = {}): GatewayService {
    return new GatewayService('ClusterIP', options, {});
  }

  /** `LoadBalancer`, `NodePort` or `ClusterIP`. */
  public readonly type: string;
  /** The annotations of the Service. */
  public readonly annotations: { [key: string]: string };
  /** Who may connect, in CIDR notation; empty for anyone. */
  public readonly sourceRanges: string[];
  /** `Local` where the health check needs it. */
  public readonly externalTrafficPolicy?: string;

  private constructor(
    type: string, private readonly options: LoadBalancerServiceOptions, annotations: { [key: string]: string },
    externalTrafficPolicy?: string,
    /** @internal */ public readonly _tlsNodePort?: number, private readonly statusNodePort?: number,
  ) {
    this.type = type;
    this.annotations = { ...annotations, ...options.annotations };
    this.sourceRanges = (options.sourceRanges ?? []).map(checkedRange);
    this.externalTrafficPolicy = externalTrafficPolicy;
    [_tlsNodePort, statusNodePort].forEach(port => port !== undefined && portNumber(port, 'GatewayService.nodePort'));
  }

  /**
   * The ports of the Service, as Kubernetes writes them. `webOffset` is added to the container's ports 80 and 443 where
   * the gateway's pods may not listen on privileged ones.
   * @internal
   */
  public _ports(webOffset = 0): Array<{ [key: string]: string | number }> {
    const port = (name: string, number: number, nodePort?: number) => ({
      name, port: number, targetPort: number, protocol: 'TCP', ...nodePort !== undefined && { nodePort },
    });
    return [
      port('status-port', 15021, this.statusNodePort),
      ...this.options.webPorts ? [
        { ...port('http2', 80), targetPort: 80 + webOffset },
        { ...port('https', 443), targetPort: 443 + webOffset },
      ] : [],
      port('tls', 15443, this._tlsNodePort),
    ];
  }
}

function checkedRange(range: string): string {
  const [address, prefix] = range.split('/');
  if (isIP(address) && /^\d{1,3}$/.test(prefix ?? '') && ipaddr.isValidCIDR(range)) {
    return range;
  }
  throw new MeshError({
    code: MeshErrorCode.INVALID_ADDRESS,
    where: 'GatewayService',
    what: 'invalid source range',
    got: range,
    expected: 'CIDR notation such as 198.51.100.0/24',
    fix: 'write address, "/" and prefix length; one address is /32',
  });
}
