import { checkedRange } from './address-range';
import { refuseNodePorts } from './node-port';
import { GATEWAY_PORT, portNumber } from './port-number';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { isDnsLabel } from '../names';
import { checkedOptions } from '../options/checked';
import { flag, instance, list, mapOf, numeric, oneOf, text } from '../options/kinds';
import { optional, required, schema } from '../options/schema';

/** Port and path of the readiness of Istio's gateways. */
const HEALTH_PORT = 15021;
const HEALTH_PATH = '/healthz/ready';

/** Difference of the ports of pods that may not listen on privileged ports to those of their Service. */
export const UNPRIVILEGED = 8000;

/**
 * Nodes that pass on connections from outside of the cluster.
 * @see https://kubernetes.io/docs/tasks/access-application-cluster/create-external-load-balancer/#preserving-the-client-source-ip
 */
export enum ExternalTrafficPolicy {
  /** Every node. A node puts its own address in the place of the client's. */
  CLUSTER = 'Cluster',
  /** Nodes with a pod of the gateway, which sees the address of the client. */
  LOCAL = 'Local',
}

const TRAFFIC_POLICY = oneOf(ExternalTrafficPolicy, { write: 'for instance ExternalTrafficPolicy.LOCAL' });

/** Options of every Service of an ingress gateway. */
export interface GatewayServiceOptions {
  /**
   * Annotations of the Service. They take precedence over the annotations of the load balancer.
   * @default - only the annotations of the load balancer
   */
  readonly annotations?: { [key: string]: string };

  /**
   * Whether the ports 80 and 443 are opened beside 15443, for a gateway that also takes traffic from outside of the mesh.
   * @default false
   */
  readonly webPorts?: boolean;

  /**
   * Other ports of the Service, by name, for a gateway that takes traffic on them from outside of the mesh.
   * @default - none
   */
  readonly extraPorts?: { [name: string]: number };
}

export const GATEWAY_SERVICE_OPTIONS = schema<GatewayServiceOptions>({
  annotations: optional(mapOf(text)),
  webPorts: optional(flag),
  extraPorts: optional(mapOf(numeric)),
});

/** Options of a load balancer. Kubernetes supports source ranges for this type of Service only. */
export interface LoadBalancerServiceOptions extends GatewayServiceOptions {
  /**
   * Address ranges that may connect, in CIDR notation. Best are the egress addresses of the other clusters.
   * @default - every client that reaches the address can connect; mutual TLS is still required
   */
  readonly sourceRanges?: string[];

  /**
   * Nodes that pass on connections. NetworkPolicies of the cluster repeat `sourceRanges` with `LOCAL` only.
   * @default - LOCAL with `gcp()`, whose health check needs it; the default of Kubernetes otherwise, which is CLUSTER
   */
  readonly externalTrafficPolicy?: ExternalTrafficPolicy;
}

export const LOAD_BALANCER_SERVICE_OPTIONS = schema<LoadBalancerServiceOptions>({
  ...GATEWAY_SERVICE_OPTIONS.options,
  sourceRanges: optional(list(text)),
  externalTrafficPolicy: optional(TRAFFIC_POLICY),
});

/** Options of the load balancer of a cloud. */
export interface CloudLoadBalancerOptions extends LoadBalancerServiceOptions {
  /**
   * Whether the load balancer is reachable from the private network only.
   * @default false
   */
  readonly internal?: boolean;
}

export const CLOUD_LOAD_BALANCER_OPTIONS = schema<CloudLoadBalancerOptions>({
  ...LOAD_BALANCER_SERVICE_OPTIONS.options,
  internal: optional(flag),
});

/** Options of a NodePort Service. */
export interface NodePortOptions extends GatewayServiceOptions {
  /** Node port for 15443. Other clusters use it as the port of the gateway. */
  readonly tlsNodePort: number;

  /**
   * Node port for the health check on 15021.
   * @default - chosen by Kubernetes
   */
  readonly statusNodePort?: number;

  /**
   * Range of node ports of the cluster: the flag `--service-node-port-range` of its API server.
   * @default "30000-32767"
   */
  readonly nodePortRange?: string;
}

export const NODE_PORT_OPTIONS = schema<NodePortOptions>({
  ...GATEWAY_SERVICE_OPTIONS.options,
  tlsNodePort: required(numeric),
  statusNodePort: optional(numeric),
  nodePortRange: optional(text),
});

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
   * @throws MESH002 for an invalid source range
   */
  public static loadBalancer(options: LoadBalancerServiceOptions = {}): GatewayService {
    const checked = checkedOptions(LOAD_BALANCER_SERVICE_OPTIONS, options, 'GatewayService.loadBalancer');
    return new GatewayService({ type: 'LoadBalancer' }, checked);
  }

  /**
   * Returns a Network Load Balancer of AWS with pods as targets. The cluster needs the AWS Load Balancer Controller.
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
   * @throws MESH003 for a node port outside of the range of the cluster, MESH006 for one node port twice
   */
  public static nodePort(options: NodePortOptions): GatewayService {
    const checked = checkedOptions(NODE_PORT_OPTIONS, options, 'GatewayService.nodePort');
    refuseNodePorts(checked);
    const { tlsNodePort, statusNodePort } = checked;
    return new GatewayService({ type: 'NodePort', tlsNodePort, statusNodePort }, checked);
  }

  /** Returns a Service that is reachable within the cluster only, for a gateway that is exposed by other means. */
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
   * Ports of the pods behind the ports 80 and 443, of gateways that Helm and istioctl install; none where these are not opened.
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

interface PortSettings {
  readonly name: string;
  readonly port: number;
  readonly targetPort?: number;
  readonly nodePort?: number;
}

function servicePort({ name, port, targetPort = port, nodePort }: PortSettings): { [key: string]: string | number } {
  const result = { name, port, targetPort, protocol: 'TCP' };
  return nodePort === undefined ? result : { ...result, nodePort };
}

/** Returns extra ports in the order of their numbers. */
function checkedExtraPorts(ports: { readonly [name: string]: number }, hasWebPorts: boolean): PortSettings[] {
  const taken: Array<readonly [string, number]> = [['status-port', HEALTH_PORT], ['tls', GATEWAY_PORT]];
  if (hasWebPorts) {
    taken.push(['http2', 80], ['https', 443]);
  }
  for (const [name, port] of Object.entries(ports)) {
    const where = `extraPorts of a GatewayService, '${name}'`;
    if (!isDnsLabel(name) || name.length > 15) {
      throw new MeshError({
        code: MeshErrorCode.INVALID_PORT,
        where,
        what: 'invalid name of a port',
        got: name,
        expected: 'lower-case letters, digits and "-", 15 characters at most',
        fix: 'write a name as the Service of the gateway has it, such as tcp-9443',
      });
    }
    portNumber(port, where);
    const twin = taken.find(([other, number]) => other === name || number === port);
    if (twin) {
      throw new MeshError({
        code: MeshErrorCode.DUPLICATE,
        where,
        what: 'a port that the Service of the gateway has already',
        got: `${name}: ${port}`,
        expected: `another name and number than ${twin[0]}: ${twin[1]}`,
        fix: 'remove it, or correct its name or number',
      });
    }
    taken.push([name, port]);
  }
  return Object.entries(ports).map(([name, port]) => ({ name, port })).sort((a, b) => a.port - b.port);
}

/** The kind of options that hold the Service of an ingress gateway. */
export const GATEWAY_SERVICE = instance(GatewayService, { write: 'GatewayService.loadBalancer()' });
