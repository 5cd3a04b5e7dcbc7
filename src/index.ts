// The public surface, in the order of the guide.
export * from './app/mesh-app';
export * from './mesh/mesh';
export * from './mesh/cluster-props';
export * from './mesh/cluster';
export * from './catalog/catalog';
export * from './model/istio-release';
export * from './mesh/retirement';
export * from './errors/mesh-error-code';

// Generate intermediate CA certificates
export * from './trust/ca-files';
export * from './trust/cacerts-secret';
export * from './trust/cert-manager-issuer';
export * from './trust/mesh-trust';
export * from './trust/cacerts-delivery';

// Deploy the Istio control plane in each cluster
export * from './control-plane/mesh-namespace';
export * from './model/gateway-service';
export * from './model/install-file';
export * from './control-plane/control-plane';

// Setup DNS
export * from './model/vip-range';
export * from './dns/kube-dns-stub-domain';
export * from './dns/cluster-dns';
export * from './dns/dns-forwarding';
export * from './dns/global-dns';

// Configure application services
export * from './samples/sleep';
export * from './samples/httpbin';
export * from './model/gateway-address';
export * from './model/service-port';
export * from './model/allowed-caller';
export * from './services/service-export';
export * from './mesh/exported-service';
export * from './model/remote-service';
export * from './services/remote-service-entry';
export * from './mesh/imported-service';

// Send remote traffic via an egress gateway
export * from './model/import-path';
export * from './model/egress-gateway';
export * from './services/egress-route';

// Version-aware routing to remote services
export * from './model/service-version';
export * from './model/routing';
export * from './services/version-routing';

// Cleanup, and Uninstalling
export * from './cleanup/cleanup';

// Apply the folders
export * from './gitops/git-ops';
