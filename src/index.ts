// The public surface, in the order of the guide.
export * from './app';
export * from './mesh';
export * from './cluster-props';
export * from './cluster';
export * from './catalog';
export * from './istio/release';
export * from './retirement';
export * from './mesh-error-code';

// Generate intermediate CA certificates
export * from './trust/ca-files';
export * from './trust/cacerts-secret';
export * from './trust/cert-manager-issuer';
export * from './trust/mesh-trust';
export * from './trust/cacerts-delivery';

// Deploy the Istio control plane in each cluster
export * from './control-plane/mesh-namespace';
export * from './control-plane/gateway-service';
export * from './control-plane/install-file';
export * from './control-plane/control-plane';

// Setup DNS
export * from './dns/vip-range';
export * from './dns/kube-dns-stub-domain';
export * from './dns/cluster-dns';
export * from './dns/dns-forwarding';
export * from './dns/global-dns';

// Configure application services
export * from './samples/sleep';
export * from './samples/httpbin';
export * from './services/gateway-address';
export * from './services/service-port';
export * from './services/allowed-caller';
export * from './services/service-export';
export * from './services/exported-service';
export * from './services/remote-service';
export * from './services/remote-service-entry';
export * from './services/imported-service';

// Send remote traffic via an egress gateway
export * from './services/import-path';
export * from './services/egress-gateway';
export * from './services/egress-route';

// Version-aware routing to remote services
export * from './services/service-version';
export * from './services/routing';
export * from './services/version-routing';

// Cleanup, and Uninstalling
export * from './cleanup/cleanup';

// Apply the folders
export * from './gitops/git-ops';
