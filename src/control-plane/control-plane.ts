import { refuseSharedPods, refuseTakenName } from './gateway-conflicts';
import { checkedRevision } from './revision';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dialectOf } from '../istio/dialects';
import type { ControlPlaneModel } from '../model/control-plane-model';
import { DEFAULT_CLUSTER_DOMAIN } from '../model/dns-suffix';
import { EGRESS_GATEWAY, EgressGateway } from '../model/egress-gateway';
import { GATEWAY_SERVICE, GatewayService } from '../model/gateway-service';
import type { InstallFile } from '../model/install-file';
import { ISTIO_RELEASE, IstioRelease } from '../model/istio-release';
import { dnsLabel, dnsName, domainName, labels } from '../names';
import { checkedArgument, checkedOptions } from '../options/checked';
import { flag, list, mapOf, text } from '../options/kinds';
import { optional, required, schema } from '../options/schema';

const ISTIO_NAMESPACE = 'istio-system';

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
   * Whether istiod and the proxies accept a change of root certificates. Istio 1.5 does not support it.
   * @default false
   */
  readonly followsRoots?: boolean;
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
  egressGateway: optional(EGRESS_GATEWAY),
  dnsCapture: optional(flag),
  gatewaysOfAnyNamespace: optional(flag),
  followsRoots: optional(flag),
});

/**
 * The guide's "Deploy the Istio control plane in each cluster": install values for one cluster. Install values are no objects of the
 * cluster, so they are written outside of the folder that is applied to the cluster.
 *
 * @example
 * const controlPlane = new ControlPlane({ istio: IstioRelease.V1_31, cluster: 'cluster1' });
 * controlPlane.files().forEach(({ name, content }) => console.log(name, content));
 */
export class ControlPlane {
  private readonly istio: IstioRelease;
  private readonly settings: ControlPlaneModel;

  /**
   * @throws MESH001 for invalid names, domains and labels, MESH008 for a revision, a gateway Service, another namespace or
   * `followsRoots` on Istio 1.5, MESH047 for an egress gateway with the name of another part of Istio, or whose labels the pods of the
   * ingress gateway have too
   */
  public constructor(props: ControlPlaneProps) {
    const checked = checkedOptions(CONTROL_PLANE_PROPS, props, 'ControlPlane');
    this.istio = checked.istio;
    const where = `control plane of '${checked.cluster}'`;
    refuseUnsupportedValues(checked, where);
    this.settings = {
      cluster: dnsLabel(checked.cluster, 'cluster name', where),
      meshId: dnsLabel(checked.meshId ?? 'mesh1', 'mesh ID', where),
      istioNamespace: dnsLabel(checked.istioNamespace ?? ISTIO_NAMESPACE, 'namespace', where),
      clusterDomain: domainName(checked.clusterDomain ?? DEFAULT_CLUSTER_DOMAIN, 'cluster domain', where),
      trustDomain: dnsName(checked.trustDomain ?? 'cluster.local', 'trust domain', where),
      trustDomainAliases: [...checked.trustDomainAliases ?? []].map(alias => dnsName(alias, 'trust domain alias', where)).sort(),
      revision: checkedRevision(checked.istio, checked.revision, where),
      ingressGateway: checked.ingressGateway === false ? undefined : {
        service: checked.ingressGatewayService ?? GatewayService.loadBalancer(),
        selector: labels(checked.ingressGatewaySelector ?? { istio: 'ingressgateway' }, 'ingressGatewaySelector', where),
      },
      egressGateway: checked.egressGateway,
      followsRoots: checkedFollowsRoots(checked, where),
      dnsCapture: checked.dnsCapture ?? true,
      gatewaysOfAnyNamespace: checked.gatewaysOfAnyNamespace ?? false,
    };
    if (checked.egressGateway) {
      refuseTakenName(checked.egressGateway, this.settings, where);
    }
    if (checked.egressGateway && dialectOf(this.istio).importsAreScoped) {
      refuseSharedPods(checked.egressGateway, this.settings, where);
    }
  }

  /**
   * Returns the files of install values: an IstioOperator for istioctl, and on supported releases the same settings as values for
   * Istio's Helm charts.
   */
  public files(): InstallFile[] {
    return dialectOf(this.istio).installFiles(this.settings);
  }

  /**
   * Returns the command that installs the control plane.
   * @param file path of the IstioOperator file
   */
  public installCommand(file: string): string {
    return dialectOf(this.istio).installCommand(checkedArgument(text, file, 'file', 'ControlPlane.installCommand'));
  }

  /**
   * Returns the command that uninstalls the control plane, as in the guide's "Uninstalling".
   * @param file path of the IstioOperator file
   */
  public uninstallCommand(file: string): string {
    return dialectOf(this.istio).uninstallCommand(checkedArgument(text, file, 'file', 'ControlPlane.uninstallCommand'));
  }
}

function checkedFollowsRoots({ istio, followsRoots = false }: ControlPlaneProps, where: string): boolean {
  if (!followsRoots || dialectOf(istio).followsRoots) {
    return followsRoots;
  }
  throw new MeshError({
    code: MeshErrorCode.RELEASE,
    where,
    what: `Istio ${istio.version} trusts only one root, so it cannot follow a change of roots`,
    fix: 'upgrade Istio before you replace the root, and leave rotatable out until then',
  });
}

/** Throws for settings that the install values of the guide do not have. */
function refuseUnsupportedValues({ istio, istioNamespace, ingressGatewayService }: ControlPlaneProps, where: string): void {
  if (dialectOf(istio).installsGatewayServices) {
    return;
  }
  if (ingressGatewayService !== undefined) {
    throw unsupportedValue(istio, where, 'ingressGatewayService', ingressGatewayService.type);
  }
  if (istioNamespace !== undefined && istioNamespace !== ISTIO_NAMESPACE) {
    throw unsupportedValue(istio, where, 'istioNamespace', istioNamespace);
  }
}

function unsupportedValue(istio: IstioRelease, where: string, property: string, got: string): MeshError {
  return new MeshError({
    code: MeshErrorCode.RELEASE,
    where,
    what: `${property} is not part of the guide's install values for Istio ${istio.version}`,
    got,
    fix: `leave ${property} out and set up the gateway by hand, or use a supported release`,
  });
}
