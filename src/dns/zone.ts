import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { domainsOverlap, refuseTakenSuffix } from '../model/dns-suffix';
import { isHostAddress } from '../model/ip-address';

/** Zone of remote names, and the resolvers that the DNS of a cluster forwards it to. */
export interface ForwardedZone {
  /** DNS name of the zone without a final dot, such as "global". */
  readonly zone: string;
  /** IP addresses of the resolvers. */
  readonly resolvers: string[];
}

/** Longest name of a zone: the names of hosts in it add a few characters, and a DNS name has 253 at most. */
const MAX_LENGTH = 242;

/**
 * Returns a zone of remote names.
 * @throws MESH036 for a zone that is too long, or that overlaps the cluster domain, MESH044 for a zone whose names mean something else
 */
export function checkedZone(zone: string, clusterDomain: string, where: string): string {
  if (zone.length > MAX_LENGTH) {
    throw invalidZone(where, zone, 'a zone that leaves no room for names in it', `at most ${MAX_LENGTH} characters`);
  }
  if (domainsOverlap(zone, clusterDomain)) {
    throw invalidZone(where, zone, 'a zone that overlaps the cluster domain', `neither ${clusterDomain} nor a zone above or below it`);
  }
  refuseTakenSuffix(zone, [], where);
  return zone;
}

function invalidZone(where: string, got: string, what: string, expected: string): MeshError {
  const fix = "choose another suffix, such as 'global' or a domain that you own";
  return new MeshError({ code: MeshErrorCode.DNS, where, what, got, expected, fix });
}

/** Whether a name is a zone, or lies in it. Every name lies in the zone ".". */
export function isWithin(name: string, zone: string): boolean {
  return zone === '.' || name === zone || name.endsWith(`.${zone}`);
}

/** Zone that a key of a server block serves: "global" for the key `dns://Global.:53`, "." for the root zone. */
export function zoneOf(key: string): string {
  const host = key.replace(/^[a-z]+:\/\//i, '').replace(/:[^:\]]*$/, '').toLowerCase();
  return host === '.' || host === '' ? '.' : host.replace(/\.$/, '');
}

/** Whether a key of a server block is for plain DNS, and not for DNS over TLS, HTTPS or gRPC. */
export function isPlainDns(key: string): boolean {
  return !/^(?!dns:)[a-z]+:\/\//i.test(key);
}

/** Port of a key of a server block of plain DNS: "53" unless the key names another one. */
export function portOf(key: string): string {
  return /:([^:\]/]+)$/.exec(key.replace(/^[a-z]+:\/\//i, ''))?.[1] ?? '53';
}

/**
 * Returns the address of a DNS server.
 * @param server what the address is in the call of the user, such as "resolver"
 * @throws MESH002 for a text that is no IP address, an address with a zone, and an address that clients cannot reach
 */
export function dnsServerAddress(address: string, server: string, where: string): string {
  if (isHostAddress(address)) {
    return address;
  }
  throw new MeshError({
    code: MeshErrorCode.INVALID_ADDRESS,
    where,
    what: `invalid address of a ${server}`,
    got: address,
    expected: 'an IP address of a Service or host that clients can reach',
    fix: 'use the clusterIP of the Service of the resolver, such as 10.96.0.53',
  });
}
