import type { ControlPlaneModel } from '../../model/control-plane-model';
import type { InstallFile } from '../../model/install-file';

/** Install values of the guide: `values-istio-multicluster-gateways.yaml`. */
export function installFiles(settings: ControlPlaneModel): InstallFile[] {
  const egress = {
    env: { ISTIO_META_REQUESTED_NETWORK_VIEW: 'external' },
    // istioctl 1.5 renders a listener for the egress gateway only with this setting.
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
