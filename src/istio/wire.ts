import type * as networking from '../../imports/networking.istio.io';
import type * as security from '../../imports/security.istio.io';

/**
 * Specs of the kinds of Istio as they are written in YAML, derived from the CRDs of Istio: a field that Istio does not know does
 * not compile. The generated classes serve as types only. At run time specs are plain data, which keeps a synth of 10,000
 * imports fast.
 */
type Wire<T> =
  T extends string ? `${T}` :
    T extends ReadonlyArray<infer U> ? Array<Wire<U>> :
      T extends object ? { -readonly [K in keyof T as WireName<K>]: Wire<T[K]> } : T;

/** The generator writes `consecutive5XxErrors` for the field `consecutive5xxErrors`. */
type WireName<K> = K extends 'consecutive5XxErrors' ? 'consecutive5xxErrors' : K;

export type ServiceEntrySpec = Wire<networking.ServiceEntrySpec>;
export type ServiceEntryEndpoint = NonNullable<ServiceEntrySpec['endpoints']>[number];
export type DestinationRuleSpec = Wire<networking.DestinationRuleSpec>;
export type TrafficPolicy = NonNullable<DestinationRuleSpec['trafficPolicy']>;
export type Subset = NonNullable<DestinationRuleSpec['subsets']>[number];
export type VirtualServiceSpec = Wire<networking.VirtualServiceSpec>;
export type HttpRoute = NonNullable<VirtualServiceSpec['http']>[number];
export type TcpRoute = NonNullable<VirtualServiceSpec['tcp']>[number];
export type TlsRoute = NonNullable<VirtualServiceSpec['tls']>[number];
export type GatewaySpec = Wire<networking.GatewaySpec>;
export type WorkloadEntrySpec = Wire<networking.WorkloadEntrySpec>;
export type AuthorizationPolicySpec = Wire<security.AuthorizationPolicySpec>;
export type PeerAuthenticationSpec = Wire<security.PeerAuthenticationSpec>;

/** Specs by the name of the kind. */
export interface IstioKinds {
  readonly ServiceEntry: ServiceEntrySpec;
  readonly DestinationRule: DestinationRuleSpec;
  readonly VirtualService: VirtualServiceSpec;
  readonly Gateway: GatewaySpec;
  readonly WorkloadEntry: WorkloadEntrySpec;
  readonly AuthorizationPolicy: AuthorizationPolicySpec;
  readonly PeerAuthentication: PeerAuthenticationSpec;
}
