import { refuseSharedPods, refuseTakenName } from './gateway-conflicts';
import { checkedRevision } from './revision';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dialectOf } from '../istio/dialects';
import type { ControlPlaneModel, IngressGatewayModel } from '../model/control-plane-model';
import { DEFAULT_CLUSTER_DOMAIN } from '../model/dns-suffix';
import { EGRESS_GATEWAY, EgressGateway } from '../model/egress-gateway';
import { GATEWAY_SERVICE, GatewayService } from '../model/gateway-service';
import { GATEWAY_WORKLOAD_OPTIONS, gatewayWorkload, GatewayWorkloadOptions } from '../model/gateway-workload';
import type { InstallFile } from '../model/install-file';
import { ISTIO_RELEASE, IstioRelease } from '../model/istio-release';
import type { RequiredSetting, RequiredSettings } from '../model/required-setting';
import { SAIL_OPERATOR_OPTIONS, SailOperatorOptions } from '../model/sail-operator';
import { dnsLabel, dnsName, domainName, labels } from '../names';
import { checkedArgument, checkedOptions } from '../options/checked';
import { flag, list, mapOf, text } from '../options/kinds';
import { plainObject } from '../options/plain-data';
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
   * Namespace of the ingress gateway. Istio 1.5 does not support it.
   * @default - the namespace of the control plane
   */
  readonly ingressGatewayNamespace?: string;

  /**
   * Pods of the ingress gateway. Istio 1.5 does not support it.
   * @default - 2 to 5 pods on different nodes and zones, of which one can be evicted
   */
  readonly ingressGatewayWorkload?: GatewayWorkloadOptions;

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
   * Whether Istio installs `istio-reader`, by which control planes of other clusters read the API server of this one. This mesh does not
   * use it. Istio has the setting since 1.30.
   * @default true
   */
  readonly readerRbac?: boolean;

  /**
   * Whether istiod and the proxies accept a change of root certificates. Istio 1.5 does not support it.
   * @default false
   */
  readonly followsRoots?: boolean;

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
   * Whether proxies expose the metrics that alerts about gateways and their endpoints need. Istio 1.5 ignores it.
   * @default false
   */
  readonly observability?: boolean;
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
  ingressGatewayNamespace: optional(text),
  ingressGatewayWorkload: optional(GATEWAY_WORKLOAD_OPTIONS),
  egressGateway: optional(EGRESS_GATEWAY),
  dnsCapture: optional(flag),
  gatewaysOfAnyNamespace: optional(flag),
  readerRbac: optional(flag),
  followsRoots: optional(flag),
  installValues: optional(plainObject),
  sailOperator: optional(SAIL_OPERATOR_OPTIONS),
  adopt: optional(flag),
  observability: optional(flag),
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
  private readonly isAdopted: boolean;

  /**
   * @throws MESH001 for invalid names, domains and labels, MESH008 for a revision, a gateway Service, another namespace, pods of a
   * gateway, values of your own, the Sail operator or `followsRoots` on Istio 1.5, and for `readerRbac: false` before 1.30, MESH047 for
   * an egress gateway with the name of another part of Istio, or whose labels the pods of the ingress gateway have too, MESH080 for
   * numbers of pods that contradict each other, MESH081 for values of your own that contradict the mesh, MESH082 for install values of
   * an Istio of somebody else
   */
  public constructor(props: ControlPlaneProps) {
    const checked = checkedOptions(CONTROL_PLANE_PROPS, props, 'ControlPlane');
    this.istio = checked.istio;
    const where = `control plane of '${checked.cluster}'`;
    refuseUnsupportedValues(checked, where);
    refuseValuesOfAdopted(checked, where);
    this.isAdopted = checked.adopt ?? false;
    const istioNamespace = dnsLabel(checked.istioNamespace ?? ISTIO_NAMESPACE, 'namespace', where);
    this.settings = {
      istioNamespace,
      cluster: dnsLabel(checked.cluster, 'cluster name', where),
      meshId: dnsLabel(checked.meshId ?? 'mesh1', 'mesh ID', where),
      clusterDomain: domainName(checked.clusterDomain ?? DEFAULT_CLUSTER_DOMAIN, 'cluster domain', where),
      trustDomain: dnsName(checked.trustDomain ?? 'cluster.local', 'trust domain', where),
      trustDomainAliases: [...checked.trustDomainAliases ?? []].map(alias => dnsName(alias, 'trust domain alias', where)).sort(),
      revision: checkedRevision(checked.istio, checked.revision, where),
      ingressGateway: checked.ingressGateway === false ? undefined : ingressGateway(checked, istioNamespace, where),
      egressGateway: checked.egressGateway,
      readerRbac: checkedReaderRbac(checked, where),
      followsRoots: checkedFollowsRoots(checked, where),
      dnsCapture: checked.dnsCapture ?? true,
      gatewaysOfAnyNamespace: checked.gatewaysOfAnyNamespace ?? false,
      observability: checked.observability ?? false,
      ownValues: checked.installValues,
      sail: checked.sailOperator && { version: checked.sailOperator.version ?? `v${checked.istio.version}-latest` },
    };
    if (checked.egressGateway) {
      refuseTakenName(checked.egressGateway, this.settings, where);
    }
    if (checked.egressGateway && dialectOf(this.istio).importsAreScoped) {
      refuseSharedPods(checked.egressGateway, this.settings, where);
    }
    // Values that contradict the mesh are refused here, not when the files are written.
    this.files();
  }

  /**
   * Returns the files of install values: an IstioOperator for istioctl, and on supported releases the same settings as values for
   * Istio's Helm charts. For an Istio of somebody else, returns the file of required settings.
   */
  public files(): InstallFile[] {
    if (!this.isAdopted) {
      return dialectOf(this.istio).installFiles(this.settings);
    }
    const { cluster, revision } = this.settings;
    const content: RequiredSettings = { cluster, revision, settings: this._requiredSettings };
    return [{ content, name: 'required-settings.yml' }];
  }

  /**
   * Settings that the Istio of somebody else must have; none when the control plane is installed from the install values.
   * @internal
   */
  public get _requiredSettings(): RequiredSetting[] {
    return this.isAdopted ? dialectOf(this.istio).requiredSettings(this.settings) : [];
  }

  /**
   * What `istioctl install` with the install values does to an ingress gateway that already exists; undefined when it keeps the gateway
   * and its web ports.
   * @internal
   */
  public get _loss(): string | undefined {
    const { ingressGateway: gateway } = this.settings;
    if (this.isAdopted || !dialectOf(this.istio).installsGatewayServices) {
      return undefined;
    }
    if (!gateway) {
      return 'removes an istio-ingressgateway that exists already';
    }
    return gateway.service._opensWebPorts ? undefined : 'closes ports 80 and 443 of an istio-ingressgateway that has them';
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

function checkedReaderRbac({ istio, readerRbac = true }: ControlPlaneProps, where: string): boolean {
  if (readerRbac || dialectOf(istio).hasReaderSwitch) {
    return readerRbac;
  }
  throw new MeshError({
    code: MeshErrorCode.RELEASE,
    where,
    what: `Istio ${istio.version} always installs istio-reader`,
    got: 'readerRbac: false',
    fix: 'leave readerRbac out, or upgrade Istio to 1.30 or later',
  });
}

function ingressGateway(props: ControlPlaneProps, istioNamespace: string, where: string): IngressGatewayModel {
  const selector = labels(props.ingressGatewaySelector ?? { istio: 'ingressgateway' }, 'ingressGatewaySelector', where);
  return {
    selector,
    namespace: dnsLabel(props.ingressGatewayNamespace ?? istioNamespace, 'ingress gateway namespace', where),
    service: props.ingressGatewayService ?? GatewayService.loadBalancer(),
    workload: gatewayWorkload(props.ingressGatewayWorkload, { app: 'istio-ingressgateway', ...selector }, where),
  };
}

/** Throws for settings that the install values of the guide do not have. */
function refuseUnsupportedValues(props: ControlPlaneProps, where: string): void {
  const { istio, istioNamespace, ingressGatewayService, ingressGatewayNamespace, egressGateway } = props;
  if (dialectOf(istio).installsGatewayServices) {
    return;
  }
  const unsupported: { [property: string]: string | undefined } = {
    'ingressGatewayService': ingressGatewayService?.type,
    'istioNamespace': istioNamespace === ISTIO_NAMESPACE ? undefined : istioNamespace,
    'ingressGatewayNamespace': ingressGatewayNamespace === ISTIO_NAMESPACE ? undefined : ingressGatewayNamespace,
    'ingressGatewayWorkload': named(props.ingressGatewayWorkload),
    'egressGateway.workload': egressGateway?._hasWorkload ? egressGateway.name : undefined,
    'installValues': named(props.installValues),
    'sailOperator': named(props.sailOperator),
    'adopt': props.adopt ? 'true' : undefined,
  };
  for (const [property, got] of Object.entries(unsupported)) {
    if (got !== undefined) {
      throw unsupportedValue(istio, where, property, got);
    }
  }
}

/** Throws for install values of an Istio that somebody else installs: nobody would read them. */
function refuseValuesOfAdopted({ adopt, ...props }: ControlPlaneProps, where: string): void {
  const { installValues, sailOperator, ingressGatewayWorkload, ingressGatewayService, egressGateway } = props;
  const workload = egressGateway?._hasWorkload ? egressGateway : undefined;
  const values = { installValues, sailOperator, ingressGatewayWorkload, ingressGatewayService, 'egressGateway.workload': workload };
  const given = Object.entries(values).filter(([, value]) => value !== undefined).map(([name]) => name);
  if (adopt && given.length > 0) {
    throw new MeshError({
      code: MeshErrorCode.ADOPTED_ISTIO,
      where,
      what: `adopt means that somebody else installs Istio, so ${given.join(', ')} has no effect`,
      got: given,
      expected: 'no options of install values beside adopt',
      fix: `remove ${given.join(', ')}, or remove adopt and install Istio from the written values`,
    });
  }
}

/** The names of what an object of options sets, for a message. */
function named(options: object | undefined): string | undefined {
  return options && `{ ${Object.keys(options).join(', ')} }`;
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
