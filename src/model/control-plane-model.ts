import type { EgressGateway } from './egress-gateway';
import type { GatewayService } from './gateway-service';

/** What the install values of a cluster's control plane depend on. */
export interface ControlPlaneModel {
  readonly cluster: string;
  readonly meshId: string;
  readonly istioNamespace: string;
  readonly clusterDomain: string;
  readonly trustDomain: string;
  readonly trustDomainAliases: string[];
  readonly revision?: string;
  /** The ingress gateway; undefined when the cluster exports nothing. */
  readonly ingressGateway?: { readonly service: GatewayService; readonly selector: { [key: string]: string } };
  readonly egressGateway?: EgressGateway;
  /** Whether sidecars answer DNS queries for what they import. */
  readonly dnsCapture: boolean;
  /** Whether istiod and proxies follow a change of roots. */
  readonly followsRoots: boolean;
}
