import { isIPv4, isIPv6 } from 'net';
import * as ipaddr from 'ipaddr.js';
import { forbiddenRangeOf, VipPool, vipError } from './vip-pool';
import { checkedArgument, checkedOptions } from '../options/checked';
import { instance, list, text } from '../options/kinds';
import { optional, schema } from '../options/schema';

/** Options of the VIPs of one IP family. */
export interface VipRangeOptions {
  /**
   * Range of the VIPs in CIDR notation.
   * @default - 240.0.0.0/4 for IPv4 (class E, as the guide suggests), fd18:35a7:3084::/48 for IPv6 (unique local)
   */
  readonly cidr?: string;

  /**
   * Ranges in CIDR notation that no VIP is taken from, for instance the range of pods or Services that use class E.
   * @default - none; the ranges of Istio's own VIPs (240.240.0.0/16, 2001:2::/48) are always excluded
   */
  readonly exclude?: string[];
}

export const VIP_RANGE_OPTIONS = schema<VipRangeOptions>({ cidr: optional(text), exclude: optional(list(text)) });

/** Options of the VIPs of both IP families. */
export interface DualStackVipRangeOptions {
  /**
   * Options of the IPv4 addresses.
   * @default - addresses from 240.0.0.0/4
   */
  readonly ipv4?: VipRangeOptions;

  /**
   * Options of the IPv6 addresses.
   * @default - addresses from fd18:35a7:3084::/48
   */
  readonly ipv6?: VipRangeOptions;
}

export const DUAL_STACK_VIP_RANGE_OPTIONS = schema<DualStackVipRangeOptions>({
  ipv4: optional(VIP_RANGE_OPTIONS),
  ipv6: optional(VIP_RANGE_OPTIONS),
});

/**
 * Range of the virtual IPs (VIPs) of remote services, which the guide calls `addresses`.
 *
 * A VIP is derived from a hash of the host. An added or removed service therefore never changes the VIP of another one, and separate
 * repositories give a host the same VIP. docs/concepts/vips.md states how probable it is that two hosts have the same VIP.
 *
 * @example
 * const vips = VipRange.ipv4({ exclude: ['250.0.0.0/8'] });
 * const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31, vips });
 */
export class VipRange {
  /**
   * Returns a range that gives each service one IPv4 address.
   * @param options the range, and what is left out of it
   * @returns the range, for `vips` of a mesh or a cluster
   * @throws MESH009 for a range that is no CIDR, has fewer than 256 addresses, or cannot be used for VIPs
   */
  public static ipv4(options: VipRangeOptions = {}): VipRange {
    return new VipRange([new VipPool(4, checkedOptions(VIP_RANGE_OPTIONS, options, 'VipRange.ipv4'))]);
  }

  /**
   * Returns a range that gives each service one IPv6 address, from a unique local range (RFC 4193).
   * @param options the range, and what is left out of it
   * @returns the range, for `vips` of a mesh or a cluster
   * @throws MESH009 for a range that is no CIDR, is not unique local, or is smaller than a /64
   */
  public static ipv6(options: VipRangeOptions = {}): VipRange {
    return new VipRange([new VipPool(6, checkedOptions(VIP_RANGE_OPTIONS, options, 'VipRange.ipv6'))]);
  }

  /**
   * Returns a range that gives each service an IPv4 and an IPv6 address, for dual-stack clusters.
   * @param options the range of each family, and what is left out of it
   * @returns the range, for `vips` of a mesh or a cluster
   * @throws MESH009 for a range that `ipv4` or `ipv6` would refuse
   */
  public static dualStack(options: DualStackVipRangeOptions = {}): VipRange {
    const { ipv4 = {}, ipv6 = {} } = checkedOptions(DUAL_STACK_VIP_RANGE_OPTIONS, options, 'VipRange.dualStack');
    return new VipRange([new VipPool(4, ipv4), new VipPool(6, ipv6)]);
  }

  /**
   * Returns VIPs that a user chose, in one spelling for each address, so that two hosts with one address are found.
   * @see https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry-addresses
   * @throws MESH009 for a text that is no IP address, and for an address that Envoy or Istio cannot use
   * @internal
   */
  public static _chosen(addresses: string[], where: string): string[] {
    return addresses.map(address => chosenVip(address, where));
  }

  private readonly cache = new Map<string, string[]>();

  private constructor(private readonly pools: VipPool[]) {}

  /**
   * Returns the VIPs of a host. They depend on the range and the host only.
   * @param host host of the service, such as `httpbin.bar.global`
   * @returns one address for each IP family of the range
   * @throws MESH009 when the exclusions leave no address
   */
  public addressesOf(host: string): string[] {
    checkedArgument(text, host, 'host', 'VipRange.addressesOf');
    // A synth asks for the same hosts many times: once for each importing cluster and check.
    const addresses = this.cache.get(host) ?? this.pools.map(pool => pool.addressOf(host));
    this.cache.set(host, addresses);
    return [...addresses];
  }

  /**
   * Whether VIPs may have an address.
   * @internal
   */
  public _includes(address: string): boolean {
    return this.pools.some(pool => pool.includes(address));
  }

  /**
   * The ranges in CIDR notation, one for each IP family.
   * @internal
   */
  public get _cidrs(): string[] {
    return this.pools.map(({ cidr }) => cidr);
  }
}

/** The kind of options that hold a range of VIPs. */
export const VIP_RANGE = instance(VipRange, { write: 'VipRange.ipv4()' });

function chosenVip(chosen: string, where: string): string {
  const isIpv6 = isIPv6(chosen) && !chosen.includes('%');
  if (!isIPv4(chosen) && !isIpv6) {
    throw vipError({
      where,
      what: 'a VIP that is no IP address',
      got: chosen,
      expected: 'an IPv4 or IPv6 address without prefix length and zone',
      fix: 'write the address alone, or leave it out to get a VIP from the range',
    });
  }
  const address = ipaddr.parse(chosen);
  const forbidden = forbiddenRangeOf(address);
  if (forbidden !== undefined) {
    throw vipError({
      where,
      what: 'a VIP that cannot be used',
      got: chosen,
      expected: `an address outside ${forbidden}`,
      fix: 'choose an address in 240.0.0.0/4, or leave it out to get a VIP from the range',
    });
  }
  return address.toString();
}
