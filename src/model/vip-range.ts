import { createHash } from 'crypto';
import { isIPv4, isIPv6 } from 'net';
import * as ipaddr from 'ipaddr.js';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

/** Where VIPs of one IP family come from. */
export interface VipRangeOptions {
  /**
   * The range, in CIDR notation.
   * @default - 240.0.0.0/4 (class E, as the guide suggests) for IPv4, fd18:35a7:3084::/48 (a unique local range) for IPv6
   */
  readonly cidr?: string;

  /**
   * Ranges within it that are taken, in CIDR notation: pods or services of a cluster that use class E, for instance.
   * @default - none; what Istio hands out itself (240.240.0.0/16, 2001:2::/48) is always left out
   */
  readonly exclude?: string[];
}

/** VIPs of both IP families. */
export interface DualStackVipRangeOptions {
  /**
   * The IPv4 part.
   * @default - 240.0.0.0/4
   */
  readonly ipv4?: VipRangeOptions;

  /**
   * The IPv6 part.
   * @default - fd18:35a7:3084::/48
   */
  readonly ipv6?: VipRangeOptions;
}

/**
 * The range from which remote services get their virtual IPs, the guide's `addresses`.
 *
 * A VIP is a hash of the host, so it needs no memory: adding or removing a service never moves another, and separate
 * repositories agree on it without talking. docs/concepts/vips.md has the odds of two hosts meeting on one address.
 */
export class VipRange {
  /**
   * One IPv4 address for each service.
   * @throws MESH009 when a range is no CIDR, holds fewer than 256 addresses, or cannot carry VIPs
   */
  public static ipv4(options: VipRangeOptions = {}): VipRange {
    return new VipRange([new Pool(4, options)]);
  }

  /**
   * One IPv6 address for each service, from a unique local range (RFC 4193) of a /64 or larger.
   * @throws MESH009 when a range is no CIDR, is not unique local, or leaves fewer than 64 bits to the hash
   */
  public static ipv6(options: VipRangeOptions = {}): VipRange {
    return new VipRange([new Pool(6, options)]);
  }

  /** One address of each family for each service, for dual-stack clusters. */
  public static dualStack(options: DualStackVipRangeOptions = {}): VipRange {
    return new VipRange([new Pool(4, options.ipv4 ?? {}), new Pool(6, options.ipv6 ?? {})]);
  }

  /**
   * Returns addresses that a user chose as VIPs, or throws when Envoy or Istio could not use one of them.
   * @see https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry-addresses
   * @internal
   */
  public static _chosen(addresses: string[], where: string): string[] {
    return addresses.map(text => {
      const family = isIPv4(text) ? 4 : isIPv6(text) && !text.includes('%') ? 6 : undefined;
      if (!family) {
        throw vipError(
          where,
          'a VIP that is no IP address',
          text,
          'an IPv4 or IPv6 address',
          'write the address alone, or leave it out to get one',
        );
      }
      const address = ipaddr.parse(text);
      const forbidden = RULES[family].forbidden.find(range => address.match(ipaddr.parseCIDR(range)));
      if (forbidden) {
        throw vipError(
          where,
          'a VIP that cannot be used',
          text,
          `an address outside ${forbidden}`,
          'take one from 240.0.0.0/4, or leave it out to get one',
        );
      }
      // One spelling for each address, so that two hosts on one are seen.
      return address.toString();
    });
  }

  private readonly known = new Map<string, string[]>();

  private constructor(private readonly pools: Pool[]) {}

  /**
   * The VIPs of a host: the same for the same range and host, always and everywhere.
   * @throws MESH009 when the exclusions leave no address
   */
  public addressesOf(host: string): string[] {
    // Every importing cluster asks for the same hosts, several times in a synth.
    const known = this.known.get(host) ?? this.pools.map(pool => pool.addressOf(host));
    this.known.set(host, known);
    return [...known];
  }
}

/** What holds for each IP family: Istio's own ranges, and addresses that are no host's. */
const RULES = {
  4: {
    cidr: '240.0.0.0/4',
    bits: 32,
    maxPrefix: 24,
    // Istio allocates 240.240.0.0/16 to entries without addresses; loopback and multicast are refused by its validation.
    forbidden: ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '240.0.0.0/32', '240.240.0.0/16', '255.255.255.255/32'],
  },
  6: {
    cidr: 'fd18:35a7:3084::/48',
    bits: 128,
    maxPrefix: 64,
    forbidden: ['::/127', '::ffff:0:0/96', '2001:2::/48', 'fe80::/10', 'ff00::/8'],
  },
} as const;

/** One family's range and what is left out of it. */
class Pool {
  private readonly base: bigint;
  private readonly size: bigint;
  private readonly taken: Array<[ipaddr.IPv4 | ipaddr.IPv6, number]>;

  public constructor(private readonly family: 4 | 6, options: VipRangeOptions) {
    const rules = RULES[family];
    const cidr = options.cidr ?? rules.cidr;
    const [network, prefix] = parse(cidr, family);
    if (prefix > rules.maxPrefix) {
      throw vipError('VipRange', 'a VIP range that is too small', cidr, `a prefix of /${rules.maxPrefix} or shorter`,
        'choose a larger range: a small one makes two hosts meet on one address');
    }
    if (family === 6 && !network.match(ipaddr.parseCIDR('fc00::/7'))) {
      throw vipError(
        'VipRange',
        'an IPv6 VIP range that is not unique local',
        cidr,
        'a range within fc00::/7 (RFC 4193)',
        'choose a /48 that starts with "fd"',
      );
    }
    const useless = rules.forbidden.map(range => parse(range, family)).find(
      ([address, bits]) => bits <= prefix && network.match(address, bits),
    );
    if (useless) {
      throw vipError(
        'VipRange',
        'a VIP range that cannot be used',
        cidr,
        `a range outside ${useless.join('/')}`,
        'leave it out, to use 240.0.0.0/4',
      );
    }
    this.size = 1n << BigInt(rules.bits - prefix);
    this.base = toNumber(network) / this.size * this.size;
    this.taken = [...rules.forbidden, ...options.exclude ?? []].map(range => parse(range, family));
    // The base address of a subnet is its anycast address in IPv6 (RFC 4291, 2.6.1) and its network address in IPv4.
    this.taken.push([fromNumber(this.base, family), rules.bits]);
  }

  public addressOf(host: string): string {
    // A hash that falls into a taken range is hashed again: an exclusion moves nobody outside it.
    for (let attempt = 0; attempt < 10_000; attempt++) {
      const digest = createHash('sha256').update(`${attempt} ${host}`).digest('hex');
      const address = fromNumber(this.base + BigInt(`0x${digest}`) % this.size, this.family);
      if (!this.taken.some(range => address.match(range))) {
        return address.toString();
      }
    }
    throw vipError(
      'VipRange',
      'a VIP range without a free address',
      host,
      'exclusions that leave room',
      'exclude less, or choose another range',
    );
  }
}

function parse(cidr: string, family: 4 | 6): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  const [address, prefix, rest] = String(cidr).split('/');
  const fits = family === 4 ? isIPv4(address) : isIPv6(address);
  if (!fits || rest !== undefined || !/^\d{1,3}$/.test(prefix ?? '') || Number(prefix) > RULES[family].bits) {
    throw vipError(
      'VipRange',
      `no IPv${family} range`,
      cidr,
      `CIDR notation such as ${RULES[family].cidr}`,
      'write address, "/" and prefix length',
    );
  }
  return [ipaddr.parse(address), Number(prefix)];
}

function toNumber(address: ipaddr.IPv4 | ipaddr.IPv6): bigint {
  return address.toByteArray().reduce((sum, byte) => (sum << 8n) + BigInt(byte), 0n);
}

function fromNumber(value: bigint, family: 4 | 6): ipaddr.IPv4 | ipaddr.IPv6 {
  const bytes = Array.from({ length: RULES[family].bits / 8 }, (_, i) => Number(value >> BigInt(RULES[family].bits - 8 * (i + 1)) & 0xffn));
  return ipaddr.fromByteArray(bytes);
}

function vipError(where: string, what: string, got: string, expected: string, fix: string): MeshError {
  return new MeshError({ code: MeshErrorCode.INVALID_VIP, where, what, got, expected, fix });
}
