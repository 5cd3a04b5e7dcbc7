import { CONTROL_PLANE_PROPS, ControlPlaneProps } from './control-plane-props';
import { refuseSharedPods, refuseTakenName } from './gateway-conflicts';
import { checkedRevision } from './revision';
import {
  checkedFollowsRoots, checkedReaderRbac, ISTIO_NAMESPACE, refuseUnsupportedValues, refuseValuesOfAdopted,
} from './unsupported-values';
import { dialectOf } from '../istio/dialects';
import type { ControlPlaneModel, IngressGatewayModel } from '../model/control-plane-model';
import { DEFAULT_CLUSTER_DOMAIN } from '../model/dns-suffix';
import { GatewayService } from '../model/gateway-service';
import { gatewayWorkload } from '../model/gateway-workload';
import type { InstallFile } from '../model/install-file';
import type { IstioRelease } from '../model/istio-release';
import type { RequiredSetting, RequiredSettings } from '../model/required-setting';
import { dnsLabel, dnsName, domainName, labels } from '../names';
import { checkedArgument, checkedOptions } from '../options/checked';
import { text } from '../options/kinds';

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
   * Describes the control plane of one cluster. It is no construct: it adds no object to a chart.
   * @param props the cluster, its release and its settings
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
   * @returns the files, each with its name and its content as data
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
   * @returns a command line for a shell; the path is inserted as it is
   */
  public installCommand(file: string): string {
    return dialectOf(this.istio).installCommand(checkedArgument(text, file, 'file', 'ControlPlane.installCommand'));
  }

  /**
   * Returns the command that uninstalls the control plane, as in the guide's "Uninstalling".
   * @param file path of the IstioOperator file
   * @returns a command line for a shell; the path is inserted as it is
   */
  public uninstallCommand(file: string): string {
    return dialectOf(this.istio).uninstallCommand(checkedArgument(text, file, 'file', 'ControlPlane.uninstallCommand'));
  }
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
