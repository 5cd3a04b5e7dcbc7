import { EGRESS_GATEWAY, EgressGateway } from '../model/egress-gateway';
import { GATEWAY_SERVICE, GatewayService } from '../model/gateway-service';
import { GATEWAY_WORKLOAD_OPTIONS, GatewayWorkloadOptions } from '../model/gateway-workload';
import { ISTIO_RELEASE, IstioRelease } from '../model/istio-release';
import { SAIL_OPERATOR_OPTIONS, SailOperatorOptions } from '../model/sail-operator';
import { flag, list, mapOf, text } from '../options/kinds';
import { plainObject } from '../options/plain-data';
import { optional, required, schema } from '../options/schema';

/** Properties of a `ControlPlane`. */
export interface ControlPlaneProps {
  /** Istio release that is installed. */
  readonly istio: IstioRelease;

  /** Name of the cluster. */
  readonly cluster: string;

  /**
   * Name of the mesh. It must be the same in all clusters of the mesh.
   * @default "mesh1"
   */
  readonly meshId?: string;

  /**
   * Namespace of the control plane.
   * @default "istio-system"
   */
  readonly istioNamespace?: string;

  /**
   * DNS domain of the cluster.
   * @default "cluster.local"
   */
  readonly clusterDomain?: string;

  /**
   * Trust domain of the identities of the cluster's workloads.
   * @default "cluster.local"
   */
  readonly trustDomain?: string;

  /**
   * Other trust domains whose identities count as identities of the cluster itself.
   * @default - none
   */
  readonly trustDomainAliases?: string[];

  /**
   * Revision of the control plane.
   * @default - the default revision
   */
  readonly revision?: string;

  /**
   * Whether the ingress gateway that other clusters connect to is installed.
   * @default true
   */
  readonly ingressGateway?: boolean;

  /**
   * Service of the ingress gateway. Istio 1.5 does not support it, since its install values are those of the guide.
   * @default - GatewayService.loadBalancer()
   */
  readonly ingressGatewayService?: GatewayService;

  /**
   * Labels of the ingress gateway's pods.
   * @default - { istio: "ingressgateway" }
   */
  readonly ingressGatewaySelector?: { [key: string]: string };

  /**
   * Namespace of the ingress gateway. Istio 1.5 does not support it.
   * @default - the namespace of the control plane
   */
  readonly ingressGatewayNamespace?: string;

  /**
   * Pods of the ingress gateway. Istio 1.5 does not support it.
   * @default - 2 to 5 pods on different nodes and zones, of which one can be evicted
   */
  readonly ingressGatewayWorkload?: GatewayWorkloadOptions;

  /**
   * Egress gateway for traffic to other clusters.
   * @default - no egress gateway; on Istio 1.5 the install values of the guide always have one
   */
  readonly egressGateway?: EgressGateway;

  /**
   * Whether sidecars answer DNS queries for imported hosts. Istio 1.5 does not support it.
   * @default true
   */
  readonly dnsCapture?: boolean;

  /**
   * Whether Gateway objects of any namespace configure the gateways of this Istio. Set it when teams keep Gateways in namespaces of
   * their own. Then whoever can create a Gateway can open any Service of the cluster to all clusters of the mesh, also Services
   * that nobody exports. Istio 1.5 ignores it, since it has no such setting.
   * @default false - only Gateways in the namespace of the gateway
   */
  readonly gatewaysOfAnyNamespace?: boolean;

  /**
   * Whether Istio installs `istio-reader`, by which control planes of other clusters read the API server of this one. This mesh does not
   * use it. Istio has the setting since 1.30.
   * @default true
   */
  readonly readerRbac?: boolean;

  /**
   * Whether istiod and the proxies accept a change of root certificates. Istio 1.5 does not support it.
   * @default false
   */
  readonly followsRoots?: boolean;

  /**
   * Values of your own for Istio's charts, as `values` of an IstioOperator names them: `global`, `meshConfig`, `pilot` and others. They
   * are added to the install values key by key. A value that contradicts the mesh is refused. Istio 1.5 does not support it.
   * @default - none
   */
  readonly installValues?: { [key: string]: any };

  /**
   * Writes an object for the Sail operator, which then installs istiod. Istio 1.5 does not support it.
   * @default - none is written
   */
  readonly sailOperator?: SailOperatorOptions;

  /**
   * Whether somebody else installs and upgrades Istio in the cluster. No install values are written then, only the settings that this
   * Istio must have, in `required-settings.yml`. Istio 1.5 does not support it.
   * @default false
   */
  readonly adopt?: boolean;

  /**
   * Whether proxies expose the metrics that alerts about gateways and their endpoints need. Istio 1.5 ignores it.
   * @default false
   */
  readonly observability?: boolean;
}

export const CONTROL_PLANE_PROPS = schema<ControlPlaneProps>({
  istio: required(ISTIO_RELEASE),
  cluster: required(text),
  meshId: optional(text),
  istioNamespace: optional(text),
  clusterDomain: optional(text),
  trustDomain: optional(text),
  trustDomainAliases: optional(list(text)),
  revision: optional(text),
  ingressGateway: optional(flag),
  ingressGatewayService: optional(GATEWAY_SERVICE),
  ingressGatewaySelector: optional(mapOf(text)),
  ingressGatewayNamespace: optional(text),
  ingressGatewayWorkload: optional(GATEWAY_WORKLOAD_OPTIONS),
  egressGateway: optional(EGRESS_GATEWAY),
  dnsCapture: optional(flag),
  gatewaysOfAnyNamespace: optional(flag),
  readerRbac: optional(flag),
  followsRoots: optional(flag),
  installValues: optional(plainObject),
  sailOperator: optional(SAIL_OPERATOR_OPTIONS),
  adopt: optional(flag),
  observability: optional(flag),
});
