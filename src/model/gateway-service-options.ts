import { flag, list, mapOf, numeric, oneOf, text } from '../options/kinds';
import { optional, required, schema } from '../options/schema';

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
