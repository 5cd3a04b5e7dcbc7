import { checkedRevision } from './revision';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dialectOf } from '../istio/dialects';
import type { ControlPlaneModel } from '../model/control-plane-model';
import { EgressGateway } from '../model/egress-gateway';
import { GatewayService } from '../model/gateway-service';
import type { InstallFile } from '../model/install-file';
import { IstioRelease } from '../model/istio-release';
import { dnsLabel, dnsName, labels } from '../names';

/** What a cluster's control plane is installed with. */
export interface ControlPlaneProps {
  /** The release that is installed. */
  readonly istio: IstioRelease;

  /** The name of the cluster. */
  readonly cluster: string;

  /**
   * The name of the mesh, the same in all its clusters.
   * @default "mesh1"
   */
  readonly meshId?: string;

  /**
   * The namespace of the control plane.
   * @default "istio-system"
   */
  readonly istioNamespace?: string;

  /**
   * The DNS domain of the cluster.
   * @default "cluster.local"
   */
  readonly clusterDomain?: string;

  /**
   * The trust domain of the cluster's identities.
   * @default "cluster.local"
   */
  readonly trustDomain?: string;

  /**
   * Trust domains whose identities are taken for the cluster's own.
   * @default - none
   */
  readonly trustDomainAliases?: string[];

  /**
   * The revision of the control plane.
   * @default - the default revision
   */
  readonly revision?: string;

  /**
   * Whether the ingress gateway that other clusters connect to is installed.
   * @default true
   */
  readonly ingressGateway?: boolean;

  /**
   * The Service in front of the ingress gateway; not on Istio 1.5, whose values are the guide's.
   * @default - GatewayService.loadBalancer()
   */
  readonly ingressGatewayService?: GatewayService;

  /**
   * The labels of the ingress gateway's pods.
   * @default - { istio: "ingressgateway" }
   */
  readonly ingressGatewaySelector?: { [key: string]: string };

  /**
   * The egress gateway that traffic to other clusters leaves through.
   * @default - none is installed; on Istio 1.5 the guide's values install one in any case
   */
  readonly egressGateway?: EgressGateway;

  /**
   * Whether sidecars answer DNS queries for what they import; on Istio 1.5 they cannot.
   * @default true
   */
  readonly dnsCapture?: boolean;

  /**
   * Whether istiod and proxies follow a change of roots; not on Istio 1.5.
   * @default false
   */
  readonly followsRoots?: boolean;
}

/**
 * The guide's "Deploy the Istio control plane in each cluster": install values for one cluster. They are no objects of
 * the cluster, so they are kept out of the folder that is applied to it.
 */
export class ControlPlane {
  private readonly settings: ControlPlaneModel;

  /**
   * @throws MESH001 for invalid names, domains and labels
   * @throws MESH008 for a revision, a gateway Service or a namespace of one's own on Istio 1.5
   */
  public constructor(private readonly props: ControlPlaneProps) {
    const where = `control plane of '${props.cluster}'`;
    refuseUnguided(props, where);
    this.settings = {
      cluster: dnsLabel(props.cluster, 'cluster name', where),
      meshId: dnsLabel(props.meshId ?? 'mesh1', 'mesh ID', where),
      istioNamespace: dnsLabel(props.istioNamespace ?? 'istio-system', 'namespace', where),
      clusterDomain: dnsName(props.clusterDomain ?? 'cluster.local', 'cluster domain', where),
      trustDomain: dnsName(props.trustDomain ?? 'cluster.local', 'trust domain', where),
      trustDomainAliases: [...props.trustDomainAliases ?? []].map(alias => dnsName(alias, 'trust domain alias', where)).sort(),
      revision: checkedRevision(props.istio, props.revision, where),
      ingressGateway: props.ingressGateway === false ? undefined : {
        service: props.ingressGatewayService ?? GatewayService.loadBalancer(),
        selector: labels(props.ingressGatewaySelector ?? { istio: 'ingressgateway' }, 'ingressGatewaySelector', where),
      },
      egressGateway: props.egressGateway,
      followsRoots: checkedFollowsRoots(props, where),
      dnsCapture: props.dnsCapture ?? true,
    };
  }

  /**
   * The files of install values: an IstioOperator for istioctl, and on supported releases the same as values for
   * Istio's Helm charts.
   */
  public files(): InstallFile[] {
    return dialectOf(this.props.istio).installFiles(this.settings);
  }

  /** The command that installs the control plane from its IstioOperator file. */
  public installCommand(file: string): string {
    return dialectOf(this.props.istio).installCommand(file);
  }

  /** The command that removes what was installed from its IstioOperator file: the guide's "Uninstalling". */
  public uninstallCommand(file: string): string {
    return dialectOf(this.props.istio).uninstallCommand(file);
  }
}

function checkedFollowsRoots({ istio, followsRoots = false }: ControlPlaneProps, where: string): boolean {
  if (!followsRoots || dialectOf(istio).followsRoots) {
    return followsRoots;
  }
  throw new MeshError({
    code: MeshErrorCode.RELEASE, where, what: `Istio ${istio.version} trusts one root alone`, got: 'a mesh that follows a change of roots', expected: 'a supported release', fix: 'upgrade before the root is replaced, and leave rotatable out until then',
  });
}

/** The guide's install values say nothing of Services and namespaces; what could not be honoured is refused. */
function refuseUnguided(props: ControlPlaneProps, where: string): void {
  const own = props.ingressGatewayService ? 'ingressGatewayService' : (props.istioNamespace ?? 'istio-system') !== 'istio-system' ? 'istioNamespace' : undefined;
  if (own === undefined || dialectOf(props.istio).installsGatewayServices) {
    return;
  }
  throw new MeshError({
    code: MeshErrorCode.RELEASE,
    where,
    what: `${own} is not part of the install values of Istio ${props.istio.version}`,
    got: own === 'istioNamespace' ? props.istioNamespace : props.ingressGatewayService?.type,
    expected: 'the values of the guide',
    fix: `leave ${own} out and set up the gateway's Service beside the guide, or name a supported release`,
  });
}
