import { checkedRange } from './address-range';
import { checkedExtraPorts, HEALTH_PORT, PortSettings, servicePort } from './gateway-ports';
import {
  CLOUD_LOAD_BALANCER_OPTIONS, CloudLoadBalancerOptions, GATEWAY_SERVICE_OPTIONS, GatewayServiceOptions, LOAD_BALANCER_SERVICE_OPTIONS,
  LoadBalancerServiceOptions, NODE_PORT_OPTIONS, NodePortOptions,
} from './gateway-service-options';
import { refuseNodePorts } from './node-port';
import { GATEWAY_PORT } from './port-number';
import { checkedOptions } from '../options/checked';
import { instance } from '../options/kinds';

/** Path of the readiness of Istio's gateways. */
const HEALTH_PATH = '/healthz/ready';

/** Difference of the ports of pods that may not listen on privileged ports to those of their Service. */
export const UNPRIVILEGED = 8000;

/** Settings in which the types of Services differ. */
interface ServiceSettings {
  readonly type: 'LoadBalancer' | 'NodePort' | 'ClusterIP';
  readonly annotations?: { [key: string]: string };
  readonly externalTrafficPolicy?: string;
  readonly tlsNodePort?: number;
  readonly statusNodePort?: number;
}

/**
 * Service of an ingress gateway. The guide asks for an L4 load balancer with a suitable health check. The methods for clouds set up both:
 * the health check is the readiness of the gateway, `/healthz/ready` on port 15021.
 *
 * @example
 * mesh.addCluster('cluster1', { ingressGatewayService: GatewayService.awsNlb({ internal: true }) });
 */
export class GatewayService {
  /**
   * Returns a load balancer of the default type of the platform.
   * @param options ports, annotations and source ranges of the Service
   * @returns the Service, for `ingressGatewayService` of a cluster
   * @throws MESH002 for an invalid source range
   */
  public static loadBalancer(options: LoadBalancerServiceOptions = {}): GatewayService {
    const checked = checkedOptions(LOAD_BALANCER_SERVICE_OPTIONS, options, 'GatewayService.loadBalancer');
    return new GatewayService({ type: 'LoadBalancer' }, checked);
  }

  /**
   * Returns a Network Load Balancer of AWS with pods as targets. The cluster needs the AWS Load Balancer Controller.
   * @param options whether it is internal, and ports, annotations and source ranges of the Service
   * @returns the Service, for `ingressGatewayService` of a cluster
   * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/annotations/
   * @throws MESH002 for an invalid source range
   */
  public static awsNlb(options: CloudLoadBalancerOptions = {}): GatewayService {
    const checked = checkedOptions(CLOUD_LOAD_BALANCER_OPTIONS, options, 'GatewayService.awsNlb');
    const prefix = 'service.beta.kubernetes.io/aws-load-balancer-';
    const annotations = {
      [`${prefix}type`]: 'external',
      [`${prefix}nlb-target-type`]: 'ip',
      [`${prefix}scheme`]: checked.internal ? 'internal' : 'internet-facing',
      [`${prefix}healthcheck-protocol`]: 'HTTP',
      [`${prefix}healthcheck-port`]: String(HEALTH_PORT),
      [`${prefix}healthcheck-path`]: HEALTH_PATH,
    };
    return new GatewayService({ type: 'LoadBalancer', annotations }, checked);
  }

  /**
   * Returns a passthrough Network Load Balancer of Google Cloud. With `externalTrafficPolicy: Local`, GKE sets up a health check that
   * leaves out nodes without a ready gateway pod.
   * @param options whether it is internal, and ports, annotations and source ranges of the Service
   * @returns the Service, for `ingressGatewayService` of a cluster
   * @see https://cloud.google.com/kubernetes-engine/docs/concepts/service-load-balancer-parameters
   * @throws MESH002 for an invalid source range
   */
  public static gcp(options: CloudLoadBalancerOptions = {}): GatewayService {
    const checked = checkedOptions(CLOUD_LOAD_BALANCER_OPTIONS, options, 'GatewayService.gcp');
    const internal: { [key: string]: string } = { 'networking.gke.io/load-balancer-type': 'Internal' };
    const external: { [key: string]: string } = { 'cloud.google.com/l4-rbs': 'enabled' };
    const annotations = checked.internal ? internal : external;
    return new GatewayService({ type: 'LoadBalancer', annotations, externalTrafficPolicy: 'Local' }, checked);
  }

  /**
   * Returns a Standard Load Balancer of Azure that probes the readiness of the gateway for port 15443.
   * @param options whether it is internal, and ports, annotations and source ranges of the Service
   * @returns the Service, for `ingressGatewayService` of a cluster
   * @see https://cloud-provider-azure.sigs.k8s.io/topics/loadbalancer/#custom-load-balancer-health-probe-for-port
   * @throws MESH002 for an invalid source range
   */
  public static azure(options: CloudLoadBalancerOptions = {}): GatewayService {
    const checked = checkedOptions(CLOUD_LOAD_BALANCER_OPTIONS, options, 'GatewayService.azure');
    const prefix = 'service.beta.kubernetes.io/';
    const internal = { [`${prefix}azure-load-balancer-internal`]: 'true' };
    const annotations = {
      ...checked.internal ? internal : {},
      [`${prefix}port_${GATEWAY_PORT}_health-probe_protocol`]: 'http',
      [`${prefix}port_${GATEWAY_PORT}_health-probe_port`]: String(HEALTH_PORT),
      [`${prefix}port_${GATEWAY_PORT}_health-probe_request-path`]: HEALTH_PATH,
    };
    return new GatewayService({ type: 'LoadBalancer', annotations }, checked);
  }

  /**
   * Returns a NodePort Service, for clusters without load balancers.
   * @param options the node ports, and further ports of the Service
   * @returns the Service, for `ingressGatewayService` of a cluster
   * @throws MESH003 for a node port outside of the range of the cluster, MESH006 for one node port twice
   */
  public static nodePort(options: NodePortOptions): GatewayService {
    const checked = checkedOptions(NODE_PORT_OPTIONS, options, 'GatewayService.nodePort');
    refuseNodePorts(checked);
    const { tlsNodePort, statusNodePort } = checked;
    return new GatewayService({ type: 'NodePort', tlsNodePort, statusNodePort }, checked);
  }

  /**
   * Returns a Service that is reachable within the cluster only, for a gateway that is exposed by other means.
   * @param options ports and annotations of the Service
   * @returns the Service, for `ingressGatewayService` of a cluster
   */
  public static clusterIp(options: GatewayServiceOptions = {}): GatewayService {
    const checked = checkedOptions(GATEWAY_SERVICE_OPTIONS, options, 'GatewayService.clusterIp');
    return new GatewayService({ type: 'ClusterIP' }, checked);
  }

  /** Type of the Service: `LoadBalancer`, `NodePort` or `ClusterIP`. */
  public readonly type: string;
  /** Annotations of the Service. */
  public readonly annotations: { [key: string]: string };
  /** Address ranges that may connect, in CIDR notation; empty when every client may connect. */
  public readonly sourceRanges: string[];
  /** External traffic policy of the Service: as chosen, `Local` where the health check requires it, otherwise undefined. */
  public readonly externalTrafficPolicy?: string;
  /**
   * Node port for 15443.
   * @internal
   */
  public readonly _tlsNodePort?: number;

  private readonly statusNodePort?: number;
  private readonly hasWebPorts: boolean;
  private readonly extraPorts: PortSettings[];

  private constructor(settings: ServiceSettings, options: LoadBalancerServiceOptions) {
    this.type = settings.type;
    this.annotations = { ...settings.annotations, ...options.annotations };
    this.sourceRanges = (options.sourceRanges ?? []).map(range => checkedRange(range, 'source range', 'GatewayService'));
    this.externalTrafficPolicy = options.externalTrafficPolicy ?? settings.externalTrafficPolicy;
    this._tlsNodePort = settings.tlsNodePort;
    this.statusNodePort = settings.statusNodePort;
    this.hasWebPorts = options.webPorts ?? false;
    this.extraPorts = checkedExtraPorts(options.extraPorts ?? {}, this.hasWebPorts);
  }

  /**
   * Whether the ports 80 and 443 are open.
   * @internal
   */
  public get _opensWebPorts(): boolean {
    return this.hasWebPorts || [80, 443].every(web => this.extraPorts.some(({ port }) => port === web));
  }

  /**
   * Ports of the pods behind the web ports and the extra ports, of gateways that Helm and istioctl install.
   * @internal
   */
  public get _otherPorts(): number[] {
    const ports = [...this.hasWebPorts ? [80, 443] : [], ...this.extraPorts.map(({ port }) => port)];
    return ports.flatMap(port => port < 1024 ? [port, port + UNPRIVILEGED] : [port]);
  }

  /**
   * Returns the ports of the Service as Kubernetes writes them.
   * @param webOffset difference of the container's ports to 80 and 443, for pods that may not listen on privileged ports
   * @internal
   */
  public _ports(webOffset = 0): Array<{ [key: string]: string | number }> {
    const webPorts = [
      servicePort({ name: 'http2', port: 80, targetPort: 80 + webOffset }),
      servicePort({ name: 'https', port: 443, targetPort: 443 + webOffset }),
    ];
    return [
      servicePort({ name: 'status-port', port: HEALTH_PORT, nodePort: this.statusNodePort }),
      ...this.hasWebPorts ? webPorts : [],
      ...this.extraPorts.map(({ name, port }) => servicePort({ name, port, targetPort: port < 1024 ? port + webOffset : port })),
      servicePort({ name: 'tls', port: GATEWAY_PORT, nodePort: this._tlsNodePort }),
    ];
  }
}

/** The kind of options that hold the Service of an ingress gateway. */
export const GATEWAY_SERVICE = instance(GatewayService, { write: 'GatewayService.loadBalancer()' });
