import { createHash } from 'crypto';
import { isIPv4, isIPv6 } from 'net';
import * as ipaddr from 'ipaddr.js';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/** Rules for the VIPs of each IP family. */
export const IP_FAMILIES = {
  4: {
    defaultCidr: '240.0.0.0/4',
    bits: 32,
    /** Longest prefix of a range: smaller ranges make two hosts with one address too probable. */
    maxPrefix: 24,
    // Istio allocates 240.240.0.0/16 to entries without addresses, and its validation refuses loopback and multicast.
    forbidden: ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '240.0.0.0/32', '240.240.0.0/16', '255.255.255.255/32'],
  },
  6: {
    defaultCidr: 'fd18:35a7:3084::/48',
    bits: 128,
    maxPrefix: 64,
    // The first range holds unspecified and loopback; that and the next ones also hold IPv4 addresses in other spellings.
    forbidden: ['::/96', '::ffff:0:0/96', '::ffff:0:0:0/96', '64:ff9b::/96', '2001:2::/48', '2002::/16', 'fe80::/10', 'ff00::/8'],
  },
} as const;

export type IpFamily = keyof typeof IP_FAMILIES;

/** Hashes of a host that are tried until one is outside of all excluded ranges. */
const MAX_ATTEMPTS = 10_000;

/** Range in CIDR notation, read. */
interface Cidr {
  readonly network: ipaddr.IPv4 | ipaddr.IPv6;
  readonly prefix: number;
}

/** A range that no VIP is in, with its text. */
interface ForbiddenRange extends Cidr {
  readonly text: string;
}

/** The forbidden ranges of each IP family, read by the first use: every VIP that a program or a catalog names is compared with them. */
const FORBIDDEN: { [family in IpFamily]?: ForbiddenRange[] } = {};

/** Returns the range of an address that no VIP can be in; undefined for an address that can be a VIP. */
export function forbiddenRangeOf(address: ipaddr.IPv4 | ipaddr.IPv6): string | undefined {
  const family = address.kind() === 'ipv4' ? 4 : 6;
  return forbiddenRanges(family).find(({ network, prefix }) => address.match(network, prefix))?.text;
}

/** Addresses of one IP family that VIPs are taken from. */
export class VipPool {
  private readonly base: bigint;
  private readonly size: bigint;
  private readonly excluded: Cidr[];

  /** @throws MESH009 for a range that is no CIDR or cannot be used for VIPs */
  public constructor(private readonly family: IpFamily, options: { readonly cidr?: string; readonly exclude?: string[] }) {
    const { defaultCidr, bits } = IP_FAMILIES[family];
    const text = options.cidr ?? defaultCidr;
    const range = readCidr(text, family);
    refuseUnusableRange(text, range, family);
    this.size = 1n << BigInt(bits - range.prefix);
    this.base = toNumber(range.network) / this.size * this.size;
    this.excluded = [
      ...forbiddenRanges(family),
      ...(options.exclude ?? []).map(cidr => readCidr(cidr, family)),
      // The first address of a subnet is the anycast address in IPv6 (RFC 4291, 2.6.1) and the network address in IPv4.
      { network: toAddress(this.base, family), prefix: bits },
    ];
  }

  /**
   * Returns the VIP of a host.
   * @throws MESH009 when the exclusions leave no address
   */
  public addressOf(host: string): string {
    // A host whose hash falls into an excluded range gets another hash. Hosts outside of the range keep their addresses.
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const digest = createHash('sha256').update(`${attempt} ${host}`).digest('hex');
      const address = toAddress(this.base + BigInt(`0x${digest}`) % this.size, this.family);
      if (!this.excludes(address)) {
        return address.toString();
      }
    }
    throw vipError({
      where: 'VipRange',
      what: 'a VIP range without a free address',
      got: host,
      expected: 'exclusions that leave addresses for VIPs',
      fix: 'exclude less, or choose another range',
    });
  }

  /** Whether VIPs may have an address: it is in the range and outside of all exclusions. */
  public includes(text: string): boolean {
    if (this.family === 4 ? !isIPv4(text) : !isIPv6(text)) {
      return false;
    }
    const address = ipaddr.parse(text);
    const offset = toNumber(address) - this.base;
    return offset >= 0n && offset < this.size && !this.excludes(address);
  }

  /** Range in CIDR notation. */
  public get cidr(): string {
    const { bits } = IP_FAMILIES[this.family];
    return `${toAddress(this.base, this.family).toString()}/${bits - this.size.toString(2).length + 1}`;
  }

  private excludes(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
    return this.excluded.some(({ network, prefix }) => address.match(network, prefix));
  }
}

/** Returns the error for a VIP or a range of VIPs. */
export function vipError(problem: Omit<Problem, 'code'>): MeshError {
  return new MeshError({ code: MeshErrorCode.INVALID_VIP, ...problem });
}

function refuseUnusableRange(got: string, { network, prefix }: Cidr, family: IpFamily): void {
  const { maxPrefix } = IP_FAMILIES[family];
  const where = 'VipRange';
  if (prefix > maxPrefix) {
    throw vipError({
      where,
      what: 'a VIP range that is too small',
      got,
      expected: `a prefix of /${maxPrefix} or shorter`,
      fix: 'choose a larger range: in a small range two hosts are likely to have the same VIP',
    });
  }
  if (family === 6 && !network.match(ipaddr.parseCIDR('fc00::/7'))) {
    throw vipError({
      where,
      what: 'an IPv6 VIP range that is not unique local',
      got,
      expected: 'a range within fc00::/7 (RFC 4193)',
      fix: 'choose a /48 that starts with "fd"',
    });
  }
  const unusable = forbiddenRanges(family).find(outer => outer.prefix <= prefix && network.match(outer.network, outer.prefix));
  if (unusable !== undefined) {
    throw vipError({
      where,
      what: 'a VIP range that cannot be used',
      got,
      expected: `a range outside ${unusable.text}`,
      fix: 'leave the range out to use the default',
    });
  }
}

function forbiddenRanges(family: IpFamily): ForbiddenRange[] {
  return FORBIDDEN[family] ??= IP_FAMILIES[family].forbidden.map(range => ({ text: range, ...readCidr(range, family) }));
}

function readCidr(cidr: string, family: IpFamily): Cidr {
  const { bits, defaultCidr } = IP_FAMILIES[family];
  const [address, prefix, rest] = String(cidr).split('/');
  const isAddress = family === 4 ? isIPv4(address) : isIPv6(address);
  if (isAddress && rest === undefined && /^\d{1,3}$/.test(prefix ?? '') && Number(prefix) <= bits) {
    return { network: ipaddr.parse(address), prefix: Number(prefix) };
  }
  throw vipError({
    where: 'VipRange',
    what: `invalid IPv${family} range`,
    got: cidr,
    expected: `CIDR notation such as ${defaultCidr}`,
    fix: 'write address, "/" and prefix length',
  });
}

function toNumber(address: ipaddr.IPv4 | ipaddr.IPv6): bigint {
  return address.toByteArray().reduce((sum, byte) => (sum << 8n) + BigInt(byte), 0n);
}

function toAddress(value: bigint, family: IpFamily): ipaddr.IPv4 | ipaddr.IPv6 {
  const { bits } = IP_FAMILIES[family];
  const bytes = Array.from({ length: bits / 8 }, (_, i) => Number(value >> BigInt(bits - 8 * (i + 1)) & 0xffn));
  return ipaddr.fromByteArray(bytes);
}
