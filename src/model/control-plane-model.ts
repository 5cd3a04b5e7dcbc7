import type { EgressGateway } from './egress-gateway';
import type { GatewayService } from './gateway-service';
import type { GatewayWorkloadModel } from './gateway-workload';

/** Ingress gateway of a cluster. */
export interface IngressGatewayModel {
  readonly namespace: string;
  readonly selector: { [key: string]: string };
  readonly service: GatewayService;
  readonly workload: GatewayWorkloadModel;
}

/** Settings of a cluster's control plane: valid, with all defaults filled in. Dialects make install values from them. */
export interface ControlPlaneModel {
  readonly cluster: string;
  readonly meshId: string;
  readonly istioNamespace: string;
  readonly clusterDomain: string;
  readonly trustDomain: string;
  readonly trustDomainAliases: string[];
  /** Revision of the control plane; undefined for the default revision. */
  readonly revision?: string;
  /** Ingress gateway; undefined when the cluster exports nothing. */
  readonly ingressGateway?: IngressGatewayModel;
  /** Egress gateway; undefined when none is installed. */
  readonly egressGateway?: EgressGateway;
  /** Whether sidecars answer DNS queries for imported hosts. */
  readonly dnsCapture: boolean;
  /** Whether Gateways of any namespace configure the gateways of the cluster, instead of those beside the gateway alone. */
  readonly gatewaysOfAnyNamespace: boolean;
  /** Whether `istio-reader` is installed, by which control planes of other clusters read the API server. */
  readonly readerRbac: boolean;
  /** Whether istiod and the proxies accept a change of root certificates. */
  readonly followsRoots: boolean;
  /** Whether proxies expose the metrics that alerts need. */
  readonly observability: boolean;
  /** Values of the user for Istio's charts, as istioctl names them. */
  readonly ownValues?: { readonly [key: string]: any };
  /** Object for the Sail operator; undefined when none is written. */
  readonly sail?: { readonly version: string };
}
