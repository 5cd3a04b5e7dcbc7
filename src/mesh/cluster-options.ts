import { RETIREMENT_STEP, RetirementStep } from './retirement';
import { CLUSTER_DNS, ClusterDns } from '../dns/cluster-dns';
import { GLOBAL_DNS_OPTIONS, GlobalDnsOptions } from '../dns/global-dns';
import { GIT_OPS, GitOps } from '../gitops/git-ops';
import { EGRESS_GATEWAY, EgressGateway } from '../model/egress-gateway';
import { GATEWAY_ADDRESS, GatewayAddress } from '../model/gateway-address';
import { GATEWAY_SERVICE, GatewayService } from '../model/gateway-service';
import { GATEWAY_WORKLOAD_OPTIONS, GatewayWorkloadOptions } from '../model/gateway-workload';
import { IMPORT_POLICY, ImportPolicy } from '../model/import-policy';
import { ISTIO_RELEASE, IstioRelease } from '../model/istio-release';
import { SAIL_OPERATOR_OPTIONS, SailOperatorOptions } from '../model/sail-operator';
import { VIP_RANGE, VipRange } from '../model/vip-range';
import { NETWORK_POLICIES, NetworkPolicies } from '../network-policies/network-policies';
import { OBSERVABILITY_OPTIONS, ObservabilityOptions } from '../observability/mesh-observability';
import { flag, list, mapOf, text } from '../options/kinds';
import { plainObject } from '../options/plain-data';
import { optional, schema } from '../options/schema';
import { MESH_TRUST, MeshTrust } from '../trust/mesh-trust';

/** Cluster of a mesh. */
export interface MeshClusterOptions {
  /**
   * Istio release of the cluster. Set it while clusters are upgraded one by one.
   * @default - the release of the mesh
   */
  readonly istio?: IstioRelease;

  /**
   * Address at which other clusters reach the ingress gateway. A load balancer gets its address when the gateway is installed:
   * set `ingressGatewayService` first, install the gateway from the written values, then add the address and the exports.
   * @default - none; the cluster cannot export services
   */
  readonly ingressGateway?: GatewayAddress;

  /**
   * Addresses of an ingress gateway that has several. Set either this or `ingressGateway`.
   * @default - `ingressGateway`
   */
  readonly ingressGateways?: GatewayAddress[];

  /**
   * Labels of the pods of the ingress gateway.
   * @default - { istio: "ingressgateway" }
   */
  readonly ingressGatewaySelector?: { [key: string]: string };

  /**
   * Service in front of the ingress gateway, for the install values.
   * @default - GatewayService.loadBalancer()
   */
  readonly ingressGatewayService?: GatewayService;

  /**
   * Namespace of the ingress gateway. Exports put their Gateway objects there. Istio 1.5 does not support it.
   * @default - the namespace of the control plane
   */
  readonly ingressGatewayNamespace?: string;

  /**
   * Pods of the ingress gateway. Istio 1.5 does not support it.
   * @default - 2 to 5 pods on different nodes and zones, of which one can be evicted
   */
  readonly ingressGatewayWorkload?: GatewayWorkloadOptions;

  /**
   * Egress gateway of the cluster, for imports with `ImportPath.egressGateway()`.
   * @default - none; imports connect to remote gateways directly
   */
  readonly egressGateway?: EgressGateway;

  /**
   * Namespace of the control plane, and of the ingress gateway unless `ingressGatewayNamespace` is set.
   * @default "istio-system"
   */
  readonly istioNamespace?: string;

  /**
   * Revision of the control plane. Istio 1.5 has no revisions.
   * @default - the default revision
   */
  readonly revision?: string;

  /**
   * Trust domain of the identities of the cluster.
   * @default - the trust domain of the mesh
   */
  readonly trustDomain?: string;

  /**
   * Trust domains whose identities the cluster accepts as its own. List the trust domains of other clusters that differ.
   * @default - none
   */
  readonly trustDomainAliases?: string[];

  /**
   * DNS domain of the cluster, such as `cluster.local`.
   * @default - the DNS domain of the mesh
   */
  readonly clusterDomain?: string;

  /**
   * Locality of the cluster as region, region/zone or region/zone/subzone. Callers prefer exporters near them.
   * @default - unknown; no exporter is preferred
   */
  readonly locality?: string;

  /**
   * Resolution of the names of remote services, for pods with and without a sidecar.
   * @default - ClusterDns.sidecarCapture(); on Istio 1.5 no object is added: add a KubeDnsStubDomain, as in the guide
   */
  readonly dns?: ClusterDns;

  /**
   * DNS server for the names of remote services in the cluster: for pods without a sidecar, for virtual machines, and as the
   * resolver of `dns`.
   * @default - none
   */
  readonly globalDns?: GlobalDnsOptions;

  /**
   * Range that VIPs of imports are taken from.
   * @default - the range of the mesh
   */
  readonly vips?: VipRange;

  /**
   * Policy of imports of the cluster, option by option where an import and its namespace say nothing. What only HTTP has does not apply
   * to other protocols.
   * @default - the policy of the mesh
   */
  readonly importDefaults?: ImportPolicy;

  /**
   * Policies of imports by the importing namespace, option by option where an import says nothing.
   * @default - `importDefaults`
   */
  readonly importDefaultsByNamespace?: { [namespace: string]: ImportPolicy };

  /**
   * Delivery of the CA certificate and key to the cluster.
   * @default - the delivery of the mesh
   */
  readonly trust?: MeshTrust;

  /**
   * Whether every workload of the cluster accepts nothing but mutual TLS.
   * @default false - PERMISSIVE, the default of Istio; true in a hardened mesh
   */
  readonly strictMtls?: boolean;

  /**
   * Whether Gateway objects of any namespace configure the gateways of this Istio. Set it when teams keep Gateways in namespaces of
   * their own. Then whoever can create a Gateway can open any Service of the cluster to all clusters of the mesh, also Services
   * that nobody exports. Istio 1.5 ignores it, since it has no such setting.
   * @default false - only Gateways in the namespace of the gateway
   */
  readonly gatewaysOfAnyNamespace?: boolean;

  /**
   * NetworkPolicies for the gateways, the resolver and the Job of the clean-up. Istio 1.5 does not support them.
   * @default NetworkPolicies.disabled(); NetworkPolicies.enabled() in a hardened mesh
   */
  readonly networkPolicies?: NetworkPolicies;

  /**
   * Whether Istio installs `istio-reader`, by which control planes of other clusters read the API server of this one. This mesh does not
   * use it. Istio has the setting since 1.30.
   * @default true; false in a hardened mesh
   */
  readonly readerRbac?: boolean;

  /**
   * GitOps engine that applies the folder of the cluster.
   * @default - the engine of the mesh
   */
  readonly gitOps?: GitOps;

  /**
   * Step that the retirement of the cluster has reached. Set the next step in a new commit, once the previous commit is applied in
   * every cluster.
   * @default - the cluster does not retire
   */
  readonly retire?: RetirementStep;

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
   * Alerts for Prometheus and a dashboard for Grafana, about the traffic to other clusters. The cluster needs the CRDs of the Prometheus
   * operator. Istio 1.5 does not support it, since its metrics are others.
   * @default - those of the mesh
   */
  readonly observability?: ObservabilityOptions;

  /**
   * Labels of all objects of this library in the cluster, beside those of the mesh, and stronger than these. Objects that others write to
   * get none. Istio 1.5 does not support it.
   * @default - those of the mesh
   */
  readonly labels?: { [key: string]: string };

  /**
   * Annotations of all objects of this library in the cluster, beside those of the mesh, and stronger than these. Objects that others
   * write to get none. Istio 1.5 does not support it.
   * @default - those of the mesh
   */
  readonly annotations?: { [key: string]: string };
}

export const MESH_CLUSTER_OPTIONS = schema<MeshClusterOptions>({
  istio: optional(ISTIO_RELEASE),
  ingressGateway: optional(GATEWAY_ADDRESS),
  ingressGateways: optional(list(GATEWAY_ADDRESS)),
  ingressGatewaySelector: optional(mapOf(text)),
  ingressGatewayService: optional(GATEWAY_SERVICE),
  ingressGatewayNamespace: optional(text),
  ingressGatewayWorkload: optional(GATEWAY_WORKLOAD_OPTIONS),
  egressGateway: optional(EGRESS_GATEWAY),
  gatewaysOfAnyNamespace: optional(flag),
  networkPolicies: optional(NETWORK_POLICIES),
  readerRbac: optional(flag),
  istioNamespace: optional(text),
  revision: optional(text),
  trustDomain: optional(text),
  trustDomainAliases: optional(list(text)),
  clusterDomain: optional(text),
  locality: optional(text),
  dns: optional(CLUSTER_DNS),
  globalDns: optional(GLOBAL_DNS_OPTIONS),
  vips: optional(VIP_RANGE),
  importDefaults: optional(IMPORT_POLICY),
  importDefaultsByNamespace: optional(mapOf(IMPORT_POLICY)),
  trust: optional(MESH_TRUST),
  strictMtls: optional(flag),
  gitOps: optional(GIT_OPS),
  retire: optional(RETIREMENT_STEP),
  installValues: optional(plainObject),
  sailOperator: optional(SAIL_OPERATOR_OPTIONS),
  adopt: optional(flag),
  observability: optional(OBSERVABILITY_OPTIONS),
  labels: optional(mapOf(text)),
  annotations: optional(mapOf(text)),
});
