import { chartPods, operatorPods } from './gateway-pods';
import { merged, partsExcept, partsOf, refuseContradictions } from './own-values';
import { sailFile } from './sail';
import type { ControlPlaneModel } from '../../model/control-plane-model';
import { GatewayService, UNPRIVILEGED } from '../../model/gateway-service';
import type { GatewayWorkloadModel } from '../../model/gateway-workload';
import type { HelmInstallation, InstallFile } from '../../model/install-file';
import { PROXY_STATS } from '../../model/proxy-stats';

/** Lets istiod trust several roots. Otherwise istiod refuses to load a CA whose roots changed. */
export const TWO_ROOTS = { ISTIO_MULTIROOT_MESH: 'true' };
/**
 * Limits a gateway to Gateway objects in its own namespace. Otherwise a Gateway of any namespace could open any Service on port 15443.
 * @see https://istio.io/latest/docs/reference/commands/pilot-discovery/
 */
export const OWN_GATEWAYS = { PILOT_SCOPE_GATEWAY_TO_NAMESPACE: 'true' };
const INGRESS = 'istio-ingressgateway';
const EGRESS = 'istio-egressgateway';

/** Limits the endpoints of a gateway to its own network, so that a request from another cluster never goes on to a third. */
export const NETWORK_VIEW = 'ISTIO_META_REQUESTED_NETWORK_VIEW';

/**
 * Install values in two forms: for `istioctl install`, and for the Helm charts base, istiod and gateway of Istio. A third form, for the
 * Sail operator, is written on request.
 * @throws MESH081 for values of the user that contradict the mesh
 */
export function installFiles(settings: ControlPlaneModel): InstallFile[] {
  refuseContradictions(settings);
  const gateways = installedGateways(settings);
  const namespace = settings.istioNamespace;
  // Where the Sail operator installs istiod, no engine installs it a second time from its charts.
  const istiodBy = (helm: HelmInstallation) => settings.sail ? undefined : helm;
  return [
    { name: 'istio-operator.yml', content: istioOperator(settings, gateways) },
    ...settings.sail ? [sailFile(settings, settings.sail.version, operatorValues(settings), meshConfig(settings))] : [],
    { name: 'base-values.yml', content: baseValues(settings), helm: istiodBy({ chart: 'base', name: 'istio-base', namespace }) },
    {
      name: 'istiod-values.yml',
      content: istiodValues(settings),
      helm: istiodBy({ chart: 'istiod', name: settings.revision ? `istiod-${settings.revision}` : 'istiod', namespace }),
    },
    ...gateways.map(gateway => ({
      name: `${gateway.name}-values.yml`,
      content: gatewayValues(settings, gateway),
      helm: {
        chart: 'gateway',
        name: gateway.name,
        namespace: gateway.namespace,
      },
    })),
  ];
}

/** Gateway that the cluster needs: its pods and the Service in front of them. */
interface InstalledGateway {
  readonly name: string;
  readonly kind: 'ingressGateways' | 'egressGateways';
  readonly namespace: string;
  readonly labels: { [key: string]: string };
  readonly service: GatewayService;
  readonly pods: GatewayWorkloadModel;
  /** Network whose endpoints the gateway sees; undefined for all networks. */
  readonly networkView?: string;
}

function installedGateways(settings: ControlPlaneModel): InstalledGateway[] {
  const { ingressGateway: ingress, egressGateway: egress } = settings;
  return [
    ...ingress ? [
      {
        name: INGRESS,
        kind: 'ingressGateways' as const,
        namespace: ingress.namespace,
        labels: ingress.selector,
        service: ingress.service,
        pods: ingress.workload,
        networkView: settings.cluster,
      },
    ] : [],
    ...egress ? [
      {
        name: egress.name,
        kind: 'egressGateways' as const,
        namespace: egress.namespace,
        labels: egress.selector,
        service: GatewayService.clusterIp(),
        pods: egress._workload,
      },
    ] : [],
  ];
}

function istioOperator(settings: ControlPlaneModel, gateways: InstalledGateway[]): { [key: string]: any } {
  const components = (kind: InstalledGateway['kind'], unused: string) => {
    const wanted = gateways.filter(gateway => gateway.kind === kind).map(gateway => ({
      name: gateway.name,
      enabled: true,
      namespace: gateway.namespace,
      label: { app: gateway.name, ...gateway.labels },
      k8s: {
        ...gateway.networkView !== undefined && { env: [{ name: NETWORK_VIEW, value: gateway.networkView }] },
        ...serviceAnnotations(gateway.service, 'serviceAnnotations'),
        service: { ...serviceSpec(gateway.service), ports: gateway.service._ports(UNPRIVILEGED) },
        ...operatorPods(gateway.name, gateway.pods).k8s,
      },
    }));
    // The profile installs a gateway by default. It is turned off where the cluster does not declare one.
    return wanted.some(gateway => gateway.name === unused) ? wanted : [{ name: unused, enabled: false }, ...wanted];
  };
  const unvalidated = chartsOf(gateways, gateway => operatorPods(gateway.name, gateway.pods).unvalidatedValues);
  return {
    apiVersion: 'install.istio.io/v1alpha1',
    kind: 'IstioOperator',
    metadata: { name: settings.cluster, namespace: settings.istioNamespace },
    spec: {
      // The profile of OpenShift also installs the CNI plugin, without which pods get no sidecar there.
      profile: settings.ownValues?.global?.platform === 'openshift' ? 'openshift' : 'default',
      ...settings.revision && { revision: settings.revision },
      namespace: settings.istioNamespace,
      meshConfig: meshConfig(settings),
      components: {
        ingressGateways: components('ingressGateways', INGRESS),
        egressGateways: components('egressGateways', EGRESS),
      },
      values: merged(
        { ...operatorValues(settings), ...chartsOf(gateways, gateway => operatorPods(gateway.name, gateway.pods).values) },
        partsExcept(settings.ownValues, ['meshConfig']),
      ),
      ...unvalidated && { unvalidatedValues: unvalidated },
    },
  };
}

function operatorValues(settings: ControlPlaneModel): { [key: string]: any } {
  return { global: globalValues(settings), ...pilotEnv(settings, env => ({ pilot: { env } })) };
}

/** Values for the charts of gateways that istioctl has, which are named after the gateways of its profile; nothing without values. */
function chartsOf(gateways: InstalledGateway[], valuesOf: (gateway: InstalledGateway) => object): { [key: string]: any } | undefined {
  const chart = { ingressGateways: INGRESS, egressGateways: EGRESS };
  const entries = gateways.map(gateway => [chart[gateway.kind], valuesOf(gateway)] as const)
    .filter(([, values]) => Object.keys(values).length > 0);
  return entries.length > 0 ? { gateways: Object.fromEntries(entries) } : undefined;
}

function baseValues(settings: ControlPlaneModel): { [key: string]: any } {
  return merged(
    { global: { istioNamespace: settings.istioNamespace, ...readerSwitch(settings) }, defaultRevision: settings.revision ?? 'default' },
    partsOf(settings.ownValues, ['base', 'compatibilityVersion', 'experimental', 'global']),
  );
}

function istiodValues(settings: ControlPlaneModel): { [key: string]: any } {
  // The chart reads what istioctl reads below `pilot` without that name.
  const own = { ...partsExcept(settings.ownValues, ['cni', 'meshConfig', 'pilot', 'ztunnel']), ...settings.ownValues?.pilot };
  const ours = {
    ...settings.revision && { revision: settings.revision },
    global: globalValues(settings),
    meshConfig: meshConfig(settings),
    ...pilotEnv(settings, env => ({ env })),
  };
  return merged(ours, own);
}

function gatewayValues(settings: ControlPlaneModel, gateway: InstalledGateway): { [key: string]: any } {
  return {
    name: gateway.name,
    ...settings.revision && { revision: settings.revision },
    labels: { app: gateway.name, ...gateway.labels },
    ...gateway.networkView !== undefined && { env: { [NETWORK_VIEW]: gateway.networkView } },
    service: { ...serviceAnnotations(gateway.service, 'annotations'), ...serviceSpec(gateway.service), ports: gateway.service._ports() },
    ...chartPods(gateway.pods),
    ...ownGatewayValues(settings),
  };
}

/** What the values of the user mean for the chart `gateway`. istiod injects the image of its proxy, so the chart needs no registry. */
function ownGatewayValues({ ownValues }: ControlPlaneModel): { [key: string]: any } {
  const { platform, imagePullSecrets, imagePullPolicy } = ownValues?.global ?? {};
  return {
    ...platform !== undefined && { platform },
    ...imagePullPolicy !== undefined && { imagePullPolicy },
    // Istio's own values list names, and the chart takes the list as Kubernetes writes it.
    ...Array.isArray(imagePullSecrets) && { imagePullSecrets: imagePullSecrets.map(name => ({ name })) },
    ...partsOf(ownValues, ['compatibilityVersion']),
  };
}

/** Environment variables of istiod, or nothing where it needs none. */
function pilotEnv(settings: ControlPlaneModel, place: (env: { [name: string]: string }) => object): object {
  const env = { ...settings.followsRoots && TWO_ROOTS, ...!settings.gatewaysOfAnyNamespace && OWN_GATEWAYS };
  return Object.keys(env).length > 0 ? place(env) : {};
}

function meshConfig(settings: ControlPlaneModel): { [key: string]: any } {
  const proxyMetadata = {
    // Sidecars answer DNS queries for imported names, so the DNS of the cluster need not know them.
    ...settings.dnsCapture && { ISTIO_META_DNS_CAPTURE: 'true' },
    // The agent of each proxy subscribes to the roots, so a change of roots needs no restart.
    ...settings.followsRoots && { PROXY_CONFIG_XDS_AGENT: 'true' },
  };
  const defaultConfig = {
    ...Object.keys(proxyMetadata).length > 0 && { proxyMetadata },
    ...settings.observability && { proxyStatsMatcher: { inclusionRegexps: PROXY_STATS } },
  };
  const ours = {
    trustDomain: settings.trustDomain,
    ...settings.trustDomainAliases.length > 0 && { trustDomainAliases: settings.trustDomainAliases },
    ...Object.keys(defaultConfig).length > 0 && { defaultConfig },
  };
  return merged(ours, settings.ownValues?.meshConfig);
}

function globalValues(settings: ControlPlaneModel): { [key: string]: any } {
  return {
    istioNamespace: settings.istioNamespace,
    meshID: settings.meshId,
    multiCluster: { clusterName: settings.cluster },
    ...readerSwitch(settings),
    // istiod names local Services by this domain. With another domain, gateways would not find exported hosts.
    ...settings.clusterDomain !== 'cluster.local' && { proxy: { clusterDomain: settings.clusterDomain } },
  };
}

/** The chart base makes the ServiceAccount of istio-reader, and the chart istiod its role, so both need the setting. */
function readerSwitch({ readerRbac }: ControlPlaneModel): object {
  return readerRbac ? {} : { enableReaderRBAC: false };
}

function serviceSpec(service: GatewayService): { [key: string]: any } {
  return {
    type: service.type,
    ...service.sourceRanges.length > 0 && { loadBalancerSourceRanges: service.sourceRanges },
    ...service.externalTrafficPolicy && { externalTrafficPolicy: service.externalTrafficPolicy },
  };
}

function serviceAnnotations(service: GatewayService, field: string): { [key: string]: any } {
  return Object.keys(service.annotations).length > 0 ? { [field]: service.annotations } : {};
}
