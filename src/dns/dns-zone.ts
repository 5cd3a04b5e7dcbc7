import { createHash } from 'crypto';
import { isIPv4 } from 'net';

/** How long an answer may be kept, in seconds. */
const TTL = 30;

/**
 * A zone file with an address for each host of the zone. It is authoritative: a host that is not in it does not exist, and
 * nothing of the zone is ever asked for elsewhere.
 * @param server the address of the name server itself
 */
export function zoneFile(zone: string, server: string, hosts: ReadonlyMap<string, string[]>): string {
  const records = [...hosts].flatMap(
    ([host, addresses]) => [...new Set(addresses)].map(address => `${host}. ${TTL} IN ${isIPv4(address) ? 'A' : 'AAAA'} ${address}`),
  );
  const nameServer = `ns.dns.${zone}`;
  const glue = hosts.has(nameServer) ? [] : [`${nameServer}. ${TTL} IN ${isIPv4(server) ? 'A' : 'AAAA'} ${server}`];
  const content = [`${zone}. ${TTL} IN NS ${nameServer}.`, ...glue, ...records.sort()].map(line => `${line}\n`).join('');
  // The serial number follows from the content, since a synth has no clock; servers here are replaced and never transfer.
  const serial = createHash('sha256').update(content).digest().readUInt32BE(0);
  return `${zone}. ${TTL} IN SOA ${nameServer}. hostmaster.${zone}. ${serial} 7200 1800 86400 ${TTL}\n${content}`;
}
