import { MESH_CLUSTER_OPTIONS, MeshClusterOptions } from './cluster-options';
import { RetirementStep } from './retirement';
import { ControlPlane } from '../control-plane/control-plane';
import { takenName } from '../control-plane/gateway-conflicts';
import { ClusterDns } from '../dns/cluster-dns';
import { GlobalDnsOptions } from '../dns/global-dns';
import { RESOLVER_NAME } from '../dns/resolver-config';
import { checkedZone } from '../dns/zone';
import { MeshError, orUndefined } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { GitOps } from '../gitops/git-ops';
import { dialectOf } from '../istio/dialects';
import { refusePolicyOf } from '../istio/import-policies';
import { refuseMix } from '../istio/mix';
import { EgressGateway } from '../model/egress-gateway';
import { GatewayAddress, refuseRepeatedGateways } from '../model/gateway-address';
import { GatewayService } from '../model/gateway-service';
import { ImportPolicy, mergedPolicies } from '../model/import-policy';
import { IstioRelease } from '../model/istio-release';
import { objectMetadata, WantedMetadata } from '../model/object-metadata';
import { VipRange } from '../model/vip-range';
import { checkedLocality, dnsLabel, dnsName, domainName, labels } from '../names';
import { NetworkPolicies } from '../network-policies/network-policies';
import { CommonMetadata } from '../objects/common-metadata';
import type { KialiPeer } from '../observability/kiali';
import { ObservabilityOptions } from '../observability/mesh-observability';
import { checkedOptions } from '../options/checked';
import { MeshTrust } from '../trust/mesh-trust';

/** Settings of a mesh that its clusters use where they name none of their own. */
export interface MeshDefaults {
  readonly meshId: string;
  readonly suffix: string;
  readonly istio: IstioRelease;
  readonly trustDomain: string;
  readonly clusterDomain: string;
  readonly vips: VipRange;
  readonly importDefaults?: ImportPolicy;
  readonly trust?: MeshTrust;
  readonly gitOps?: GitOps;
  readonly hardened: boolean;
  readonly _observability?: ObservabilityOptions;
  readonly _metadata: WantedMetadata;
  /** What Kiali in other clusters shows of each cluster, by name. */
  readonly _kialis: Map<string, KialiPeer>;
}

/** Settings of a cluster: valid, with the defaults of its mesh filled in. */
export interface ClusterSettings {
  readonly name: string;
  readonly mesh: MeshDefaults;
  readonly istio: IstioRelease;
  readonly ingressGateways: GatewayAddress[];
  readonly ingressGatewaySelector: { [key: string]: string };
  /** Ingress gateway that the install values have; undefined for none. */
  readonly ingressGateway?: {
    readonly selector: { [key: string]: string };
    readonly namespace: string;
    readonly service: GatewayService;
  };
  readonly ingressGatewayNamespace: string;
  readonly egressGateway?: EgressGateway;
  readonly istioNamespace: string;
  readonly revision?: string;
  readonly trustDomain: string;
  readonly trustDomainAliases: string[];
  readonly clusterDomain: string;
  readonly locality?: string;
  readonly vips: VipRange;
  /** Policy of imports that say nothing: that of the cluster, then that of the mesh. */
  readonly importDefaults?: ImportPolicy;
  readonly importDefaultsByNamespace: { readonly [namespace: string]: ImportPolicy };
  readonly strictMtls: boolean;
  readonly gatewaysOfAnyNamespace: boolean;
  readonly networkPolicies: NetworkPolicies;
  readonly trust?: MeshTrust;
  readonly dns: ClusterDns;
  readonly globalDns?: GlobalDnsOptions;
  readonly controlPlane: ControlPlane;
  readonly gitOps?: GitOps;
  readonly retire?: RetirementStep;
  readonly observability?: ObservabilityOptions;
  /** Labels and annotations of the objects of the cluster. */
  readonly metadata: CommonMetadata;
}

/**
 * Returns the settings of a cluster, or throws before the cluster exists: a program that catches the error finds the app unchanged.
 */
export function clusterSettings(mesh: MeshDefaults, name: string, options: MeshClusterOptions): ClusterSettings {
  const where = `addCluster('${name}')`;
  const props = checkedOptions(MESH_CLUSTER_OPTIONS, options, where);
  const istio = props.istio ?? mesh.istio;
  refuseMix(istio, mesh.istio, where);
  const gateways = ingressGateways(props, where).map(gateway => withNodePort(gateway, props.ingressGatewayService));
  refuseRepeatedGateways(gateways, where);
  const istioNamespace = dnsLabel(props.istioNamespace ?? 'istio-system', 'namespace', where);
  const clusterDomain = domainName(props.clusterDomain ?? mesh.clusterDomain, 'cluster domain', where);
  checkedZone(mesh.suffix, clusterDomain, where);
  const trustDomain = dnsName(props.trustDomain ?? mesh.trustDomain, 'trust domain', where);
  const ingressGatewaySelector = labels(props.ingressGatewaySelector ?? { istio: 'ingressgateway' }, 'ingressGatewaySelector', where);
  const egressGateway = props.egressGateway?._in({ namespace: istioNamespace, clusterDomain });
  if (props.globalDns && egressGateway?.name === RESOLVER_NAME && egressGateway.namespace === istioNamespace) {
    throw takenName(RESOLVER_NAME, [RESOLVER_NAME], where);
  }
  const trust = props.trust ?? mesh.trust;
  const dns = props.dns ?? ClusterDns.sidecarCapture();
  const networkPolicies = checkedPolicies(props.networkPolicies, mesh.hardened, istio, where);
  // A load balancer has no address before it is installed: asking for its Service or its pods is enough to get the gateway.
  const hasIngressGateway = gateways.length > 0 || (props.ingressGatewayService ?? props.ingressGatewayWorkload) !== undefined;
  const ingressGatewayNamespace = dnsLabel(props.ingressGatewayNamespace ?? istioNamespace, 'ingress gateway namespace', where);
  return {
    name,
    mesh,
    istio,
    ingressGatewaySelector,
    ...hasIngressGateway && {
      ingressGateway: {
        selector: ingressGatewaySelector,
        namespace: ingressGatewayNamespace,
        service: props.ingressGatewayService ?? GatewayService.loadBalancer(),
      },
    },
    ingressGatewayNamespace,
    egressGateway,
    istioNamespace,
    clusterDomain,
    trustDomain,
    ingressGateways: gateways,
    revision: props.revision,
    trustDomainAliases: [...props.trustDomainAliases ?? []],
    locality: props.locality === undefined ? undefined : checkedLocality(props.locality, where),
    vips: props.vips ?? mesh.vips,
    importDefaults: checkedPolicy(mergedPolicies(props.importDefaults, mesh.importDefaults), istio, where),
    importDefaultsByNamespace: policiesByNamespace(props.importDefaultsByNamespace ?? {}, istio, where),
    strictMtls: props.strictMtls ?? mesh.hardened,
    gatewaysOfAnyNamespace: props.gatewaysOfAnyNamespace ?? false,
    networkPolicies,
    trust,
    dns,
    globalDns: props.globalDns,
    gitOps: props.gitOps ?? mesh.gitOps,
    retire: props.retire,
    observability: props.observability ?? mesh._observability,
    metadata: metadataOf(mesh, props, istio, where),
    controlPlane: new ControlPlane({
      istio,
      istioNamespace,
      clusterDomain,
      trustDomain,
      ingressGatewaySelector,
      egressGateway,
      cluster: name,
      meshId: mesh.meshId,
      dnsCapture: dns._sidecarsAnswer,
      followsRoots: trust && orUndefined(() => trust._delivery.followsRoots(name)),
      trustDomainAliases: props.trustDomainAliases,
      revision: props.revision,
      gatewaysOfAnyNamespace: props.gatewaysOfAnyNamespace,
      ingressGatewayService: props.ingressGatewayService,
      readerRbac: props.readerRbac ?? (mesh.hardened && dialectOf(istio).hasReaderSwitch ? false : undefined),
      ingressGatewayNamespace: props.ingressGatewayNamespace,
      ingressGatewayWorkload: props.ingressGatewayWorkload,
      installValues: props.installValues,
      sailOperator: props.sailOperator,
      adopt: props.adopt,
      observability: (props.observability ?? mesh._observability) !== undefined,
      ingressGateway: hasIngressGateway,
    }),
  };
}

/** Labels and annotations of the objects of a cluster. Objects of Istio 1.5 are those of the guide. */
function metadataOf(mesh: MeshDefaults, own: WantedMetadata, istio: IstioRelease, where: string): CommonMetadata {
  const { metadata: outside } = dialectOf(istio).api;
  if (outside.labels) {
    return objectMetadata(mesh.meshId, [mesh._metadata, own], where);
  }
  const wanted = [mesh._metadata, own].flatMap(({ labels: l, annotations: a }) => [l && 'labels', a && 'annotations']).filter(Boolean);
  if (wanted.length > 0) {
    throw new MeshError({
      code: MeshErrorCode.RELEASE,
      where,
      what: `${wanted[0]} for Istio ${istio.version}, whose objects are those of the guide`,
      got: wanted.join(', '),
      fix: 'leave them out, or use a supported release',
    });
  }
  return outside;
}

/** A hardened mesh refuses Istio 1.5 itself, so the default needs no check. */
function checkedPolicies(given: NetworkPolicies | undefined, hardened: boolean, istio: IstioRelease, where: string): NetworkPolicies {
  if (given?.isEnabled && !dialectOf(istio).canBeHardened) {
    throw new MeshError({
      code: MeshErrorCode.RELEASE,
      where,
      what: `NetworkPolicies for Istio ${istio.version}, whose ports differ`,
      got: 'NetworkPolicies.enabled()',
      fix: 'leave networkPolicies out and write policies by hand, or use a supported release',
    });
  }
  return given ?? (hardened ? NetworkPolicies.enabled() : NetworkPolicies.disabled());
}

function checkedPolicy(policy: ImportPolicy | undefined, istio: IstioRelease, where: string): ImportPolicy | undefined {
  refusePolicyOf(istio, policy, undefined, `${where}: importDefaults`);
  return policy;
}

function policiesByNamespace(
  policies: { readonly [namespace: string]: ImportPolicy },
  istio: IstioRelease,
  where: string,
): { readonly [namespace: string]: ImportPolicy } {
  for (const [namespace, policy] of Object.entries(policies)) {
    dnsLabel(namespace, 'namespace', `${where}: importDefaultsByNamespace`);
    refusePolicyOf(istio, policy, undefined, `${where}: importDefaultsByNamespace['${namespace}']`);
  }
  return policies;
}

function ingressGateways(props: MeshClusterOptions, where: string): GatewayAddress[] {
  if (props.ingressGateways === undefined) {
    return props.ingressGateway ? [props.ingressGateway] : [];
  }
  if (props.ingressGateway === undefined && props.ingressGateways.length > 0) {
    return props.ingressGateways;
  }
  throw new MeshError({
    code: props.ingressGateway ? MeshErrorCode.DUPLICATE : MeshErrorCode.EMPTY,
    where,
    what: props.ingressGateway ? 'both ingressGateway and ingressGateways are set' : 'ingressGateways is an empty list',
    got: props.ingressGateways.map(gateway => gateway.address),
    expected: 'ingressGateway, or ingressGateways with at least one address',
    fix: 'remove one of the two options; a cluster without exports needs neither',
  });
}

/** The gateway at the node port of its Service, unless the user named a port: a load balancer in front of it has its own. */
function withNodePort(gateway: GatewayAddress, service: GatewayService | undefined): GatewayAddress {
  const port = service?._tlsNodePort;
  return port === undefined || gateway._portWasChosen ? gateway : GatewayAddress.of(gateway.address, { port });
}
