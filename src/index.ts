// The public surface, in the order of the guide. What it does not list is internal.
export { MeshApp, type MeshAppProps } from './app/mesh-app';
export { Mesh } from './mesh/mesh';
export { type MeshProps, type ReplicateServiceOptions } from './mesh/mesh-options';
export { MeshCluster } from './mesh/cluster';
export type { MeshClusterOptions } from './mesh/cluster-options';
export { ClusterFacts, type ClusterFactsOptions, type DiscoveredServiceOptions } from './mesh/cluster-facts';
export type { ClusterFactsExpectations } from './mesh/facts-expectations';
export { type CatalogServiceOptions, ServiceCatalog, type ServiceCatalogOptions } from './catalog/catalog';
export type { CatalogExpectations } from './catalog/expectations';
export { IstioRelease } from './model/istio-release';
export { RetirementStep } from './mesh/retirement';
export type { Problem } from './errors/problem';
export { MeshErrorCode } from './errors/mesh-error-code';
export { MeshErrorCodes } from './model/mesh-error-codes';
export { isMeshError } from './errors/mesh-error';
export { MeshError, MeshErrors } from './errors/error-classes';

// Generate intermediate CA certificates
export { CaFiles } from './trust/ca-files';
export { CacertsForm, CacertsSecret, type CacertsSecretProps } from './trust/cacerts-secret';
export { CertManagerIssuer, type CertManagerIssuerOptions, type ExternalIssuerOptions } from './trust/cert-manager-issuer';
export {
  type CertManagerTrustOptions,
  type ExternalSecretTrustOptions,
  MeshTrust,
  type MeshTrustOptions,
  type PkiTrustOptions,
  type PlainTrustOptions,
  type SealedSecretsTrustOptions,
} from './trust/mesh-trust';
export { CacertsDelivery, type CacertsDeliveryProps } from './trust/cacerts-delivery';

// Deploy the Istio control plane in each cluster
export { PodSecurityLevel, type PodSecurityOptions } from './control-plane/pod-security';
export { MeshNamespace, type MeshNamespaceOptions, type MeshNamespaceProps } from './control-plane/mesh-namespace';
export { GatewayService } from './model/gateway-service';
export {
  type CloudLoadBalancerOptions,
  ExternalTrafficPolicy,
  type GatewayServiceOptions,
  type LoadBalancerServiceOptions,
  type NodePortOptions,
} from './model/gateway-service-options';
export type { ContainerResources, GatewayWorkloadOptions } from './model/gateway-workload';
export type { SailOperatorOptions } from './model/sail-operator';
export type { HelmInstallation, InstallFile } from './model/install-file';
export { NetworkPolicies, type NetworkPoliciesOptions } from './network-policies/network-policies';
export { ControlPlane } from './control-plane/control-plane';
export { type ControlPlaneProps } from './control-plane/control-plane-props';

// Setup DNS
export { type DualStackVipRangeOptions, VipRange, type VipRangeOptions } from './model/vip-range';
export { KubeDnsStubDomain, type KubeDnsStubDomainProps } from './dns/kube-dns-stub-domain';
export {
  type CachedDnsOptions,
  ClusterDns,
  type ClusterDnsOptions,
  type CoreDnsCustomOptions,
  type CoreDnsOptions,
  type EksAddonOptions,
  type KubeDnsOptions,
  type OpenShiftDnsOptions,
  type Rke2DnsOptions,
} from './dns/cluster-dns';
export { NodeLocalDns, type NodeLocalCorefileOptions } from './dns/node-local-dns';
export { DnsForwarding, type DnsForwardingProps } from './dns/dns-forwarding';
export { GlobalDns, type GlobalDnsOptions, type GlobalDnsProps } from './dns/global-dns';

// Configure application services
export type { SampleProps } from './samples/sample-workload';
export { Sleep } from './samples/sleep';
export { Httpbin } from './samples/httpbin';
export { GatewayAddress, type GatewayAddressOptions } from './model/gateway-address';
export { ServicePort } from './model/service-port';
export { AllowedCaller, type AllowedCallerOptions } from './model/allowed-caller';
export { ServiceExport, type ServiceExportProps } from './services/service-export';
export { ExportedService, type ExportServiceOptions, type ServiceToExport } from './mesh/exported-service';
export { ExportedStatefulSet, type ExportStatefulSetOptions } from './mesh/exported-stateful-set';
export { type ExportingCluster } from './model/exporting-cluster';
export { type IRemoteService, RemoteService, type RemoteServiceProps } from './model/remote-service';
export { RemoteServiceEntry, type RemoteServiceEntryProps } from './services/remote-service-entry';
export { ImportedService, type ImportServiceOptions } from './mesh/imported-service';
export type { ImportServicesOptions } from './mesh/import-services-options';

// Replicate services under one name
export { ImportName, type LocalNameOptions } from './model/import-name';
export { ClusterPriority } from './model/cluster-priority';
export { LocalNameImport, type LocalNameImportProps } from './services/local-name-import';
export { RemoteGateway, type RemoteGatewayProps } from './services/remote-gateway';

// Send remote traffic via an egress gateway
export { ImportPath } from './model/import-path';
export { EgressGateway, type EgressGatewayOptions } from './model/egress-gateway';
export { EgressListener, type EgressListenerProps, EgressRoute, type EgressRouteProps } from './services/egress-route';

// Version-aware routing to remote services
export { ServiceVersion } from './model/service-version';
export { Routing, type RoutingRule } from './model/routing';
export { PathMatch } from './model/path-match';
export { StringMatch } from './model/string-match';
export { type RequestMatch } from './model/request-match';
export { type RouteAction } from './model/route-action';
export type { FaultInjection, HeaderChanges, Mirror, Redirect, Rewrite } from './model/route-filters';

// Policies on imports
export { type ImportPolicy } from './model/import-policy';
export { type Retries, RetryOn } from './model/retries';
export { type HashCookie, LoadBalancing, type WarmUp } from './model/load-balancing';
export type { ConnectionLimits, ErrorEjection, Keepalive } from './model/connections';
export { type IstioOverrides } from './model/istio-overrides';

// Cleanup, and Uninstalling
export { Cleanup, type CleanupOptions, type CleanupProps } from './cleanup/cleanup';

// Watch the mesh
export { MeshObservability, type MeshObservabilityProps, type ObservabilityOptions } from './observability/mesh-observability';

// Apply the folders
export { GitOps } from './gitops/git-ops';
export type { ArgoCdRollout } from './gitops/argo-cd-rollout-options';
export type { FluxCosign, FluxCosignIdentity, FluxOci } from './gitops/flux-oci-options';
export { FluxOciProvider } from './gitops/flux-provider';
export type { ArgoCdOptions, FluxOptions, GitOpsOptions } from './gitops/options';
