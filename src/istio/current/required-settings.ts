import { NETWORK_VIEW, OWN_GATEWAYS, TWO_ROOTS } from './install';
import type { ControlPlaneModel, IngressGatewayModel } from '../../model/control-plane-model';
import { GATEWAY_PORT } from '../../model/port-number';
import { PROXY_STATS } from '../../model/proxy-stats';
import type { RequiredSetting } from '../../model/required-setting';

/** What of a control plane decides about its required settings. */
export type NeededSettings = Pick<
  ControlPlaneModel,
  'cluster' | 'istioNamespace' | 'clusterDomain' | 'trustDomain' | 'trustDomainAliases' | 'dnsCapture' | 'gatewaysOfAnyNamespace'
  | 'followsRoots' | 'observability'
> & {
  readonly ingressGateway?: Pick<IngressGatewayModel, 'namespace' | 'selector'>;
  readonly egressGateway?: Pick<IngressGatewayModel, 'namespace' | 'selector'>;
};

/** The settings that the install values would set and that imports and exports depend on. */
export function requiredSettings(settings: NeededSettings): RequiredSetting[] {
  return [...meshSettings(settings), ...istiodSettings(settings), ...gatewaySettings(settings)];
}

function meshSettings(settings: NeededSettings): RequiredSetting[] {
  const { istioNamespace: namespace, trustDomain, trustDomainAliases, dnsCapture, followsRoots, observability } = settings;
  const proxy = 'meshConfig.defaultConfig.proxyMetadata';
  return [
    { namespace, setting: 'meshConfig.trustDomain', value: trustDomain, reason: 'other clusters expect identities of this trust domain' },
    ...trustDomainAliases.length > 0 ? [{
      namespace, setting: 'meshConfig.trustDomainAliases', value: trustDomainAliases, reason: 'callers of these trust domains are accepted',
    }] : [],
    ...dnsCapture ? [{
      namespace, setting: `${proxy}.ISTIO_META_DNS_CAPTURE`, value: 'true', reason: 'sidecars resolve imported hosts',
    }] : [],
    ...followsRoots ? [{
      namespace, setting: `${proxy}.PROXY_CONFIG_XDS_AGENT`, value: 'true', reason: 'proxies follow a change of roots without a restart',
    }] : [],
    ...observability ? [{
      namespace,
      setting: 'meshConfig.defaultConfig.proxyStatsMatcher.inclusionRegexps',
      value: PROXY_STATS,
      reason: 'proxies expose the metrics that alerts need',
    }] : [],
  ];
}

function istiodSettings({ istioNamespace: namespace, ...settings }: NeededSettings): RequiredSetting[] {
  const variable = (env: { readonly [name: string]: string }, reason: string) => Object.entries(env).map(
    ([name, value]) => ({ namespace, value, reason, setting: `istiod.env.${name}` }),
  );
  return [
    { namespace, setting: 'istiod.domain', value: settings.clusterDomain, reason: 'exported hosts end in the DNS domain of the cluster' },
    ...settings.gatewaysOfAnyNamespace ? [] : variable(OWN_GATEWAYS, 'a Gateway of another namespace opens no Service to other clusters'),
    ...settings.followsRoots ? variable(TWO_ROOTS, 'istiod accepts a change of roots') : [],
  ];
}

function gatewaySettings({ cluster, ingressGateway: ingress, egressGateway: egress }: NeededSettings): RequiredSetting[] {
  const port = { setting: 'gateway.port', value: GATEWAY_PORT };
  return [
    ...ingress ? [
      { ...port, namespace: ingress.namespace, labels: ingress.selector, reason: 'other clusters connect to this port' },
      {
        setting: `gateway.env.${NETWORK_VIEW}`,
        value: cluster,
        namespace: ingress.namespace,
        labels: ingress.selector,
        reason: 'a request from another cluster ends in this cluster, and never goes on to a third',
      },
    ] : [],
    ...egress ? [{ ...port, namespace: egress.namespace, labels: egress.selector, reason: 'imports leave the cluster by this port' }] : [],
  ];
}
