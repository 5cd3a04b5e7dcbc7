import { Duration } from 'cdk8s';
import { RetirementStep } from './retirement';
import { ClusterDns } from '../dns/cluster-dns';
import { GlobalDnsOptions } from '../dns/global-dns';
import { GitOps } from '../gitops/git-ops';
import { EgressGateway } from '../model/egress-gateway';
import { GatewayAddress } from '../model/gateway-address';
import { GatewayService } from '../model/gateway-service';
import { IstioRelease } from '../model/istio-release';
import { VipRange } from '../model/vip-range';
import { MeshTrust } from '../trust/mesh-trust';

/** A cluster of a mesh. */
export interface MeshClusterOptions {
  /**
   * Its Istio release, where clusters are upgraded one by one.
   * @default - that of the mesh
   */
  readonly istio?: IstioRelease;

  /**
   * Where other clusters reach its ingress gateway. A load balancer gets its address when it is installed: leave this
   * out until then, give `ingressGatewayService`, and install from the values; exports come after.
   * @default - none: the cluster exports nothing
   */
  readonly ingressGateway?: GatewayAddress;

  /**
   * The same, for a gateway with several addresses. Give one of the two.
   * @default - `ingressGateway`
   */
  readonly ingressGateways?: GatewayAddress[];

  /**
   * The labels of the ingress gateway's pods.
   * @default - { istio: "ingressgateway" }
   */
  readonly ingressGatewaySelector?: { [key: string]: string };

  /**
   * The Service in front of the ingress gateway, for the install values.
   * @default - GatewayService.loadBalancer()
   */
  readonly ingressGatewayService?: GatewayService;

  /**
   * The egress gateway, for imports through it.
   * @default - none
   */
  readonly egressGateway?: EgressGateway;

  /**
   * The namespace of the control plane and the ingress gateway.
   * @default "istio-system"
   */
  readonly istioNamespace?: string;

  /**
   * The revision of the control plane; not on Istio 1.5.
   * @default - the default revision
   */
  readonly revision?: string;

  /**
   * The trust domain of its identities.
   * @default - that of the mesh
   */
  readonly trustDomain?: string;

  /**
   * Trust domains whose identities it takes for its own; name those of other clusters that differ.
   * @default - none
   */
  readonly trustDomainAliases?: string[];

  /**
   * Its DNS domain.
   * @default - that of the mesh
   */
  readonly clusterDomain?: string;

  /**
   * Where it is, as region, region/zone or region/zone/subzone: callers prefer exporters near them.
   * @default - unknown
   */
  readonly locality?: string;

  /**
   * How names of remote services are resolved where no sidecar does it.
   * @default - ClusterDns.sidecarCapture(); on Istio 1.5 nothing is made: add a KubeDnsStubDomain, as in the guide
   */
  readonly dns?: ClusterDns;

  /**
   * A DNS server for remote names in the cluster, for pods without a sidecar, VMs and the resolver of `dns`.
   * @default - none
   */
  readonly globalDns?: GlobalDnsOptions;

  /**
   * Where the VIPs of its imports come from.
   * @default - the range of the mesh
   */
  readonly vips?: VipRange;

  /**
   * How long a connection from here to the gateway of another cluster may take, TLS handshake included.
   * @default - 1 second where several clusters export the service, Istio's 10 seconds otherwise
   */
  readonly connectTimeout?: Duration;

  /**
   * How its CA reaches it, where that differs from the mesh.
   * @default - that of the mesh
   */
  readonly trust?: MeshTrust;

  /**
   * Whether every workload of the cluster refuses plain text.
   * @default false - Istio's own default, PERMISSIVE
   */
  readonly strictMtls?: boolean;

  /**
   * What applies its folder, where that differs from the mesh.
   * @default - that of the mesh
   */
  readonly gitOps?: GitOps;

  /**
   * How far its retirement has come. Move on by one step in each commit, once the commit before is applied everywhere.
   * @default - it stays
   */
  readonly retire?: RetirementStep;
}
