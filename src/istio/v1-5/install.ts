import type { ControlPlaneModel } from '../../model/control-plane-model';
import type { InstallFile } from '../../model/install-file';

/** The guide's `values-istio-multicluster-gateways.yaml`. */
export function installFiles(settings: ControlPlaneModel): InstallFile[] {
  const egress = {
    env: { ISTIO_META_REQUESTED_NETWORK_VIEW: 'external' },
    // Without it istioctl 1.5 renders no listener for the egress gateway.
    ...settings.egressGateway && { zvpn: { enabled: true } },
  };
  const trust = {
    ...settings.trustDomain !== 'cluster.local' && { trustDomain: settings.trustDomain },
    ...settings.trustDomainAliases.length > 0 && { trustDomainAliases: settings.trustDomainAliases },
  };
  return [{
    name: 'istio-operator.yml',
    content: {
      apiVersion: 'install.istio.io/v1alpha1',
      kind: 'IstioOperator',
      spec: {
        addonComponents: { istiocoredns: { enabled: true } },
        components: { egressGateways: [{ name: 'istio-egressgateway', enabled: true }] },
        values: {
          global: {
            podDNSSearchNamespaces: ['global', '{{ valueOrDefault .DeploymentMeta.Namespace "default" }}.global'],
            multiCluster: { enabled: true },
            controlPlaneSecurityEnabled: true,
            ...trust,
            ...settings.clusterDomain !== 'cluster.local' && { proxy: { clusterDomain: settings.clusterDomain } },
          },
          security: { selfSigned: false },
          gateways: { 'istio-egressgateway': egress },
        },
      },
    },
  }];
}
