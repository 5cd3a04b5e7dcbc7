import { createHash } from 'crypto';
import { isIPv4 } from 'net';

/** Time for which clients may cache an answer, in seconds. */
const TTL = 30;

/** Time after which the resolver looks at its zone file again, in seconds. */
const RELOAD_INTERVAL = 10;

/** Name of all objects of the resolver. */
export const RESOLVER_NAME = 'mesh-dns';

/** Port that the pods of the resolver listen on. The Service has port 53, which needs privileges in a pod. */
export const RESOLVER_PORT = 1053;

/** Corefile of the resolver. It forwards nothing: names of the zone must not reach public DNS servers. */
export function resolverCorefile(zone: string): string {
  const directives = [
    'errors',
    'health :8080 {',
    '    lameduck 5s',
    '}',
    'ready :8181',
    'prometheus :9153',
    'loadbalance',
    // The serial number of a zone file is a digest, so CoreDNS notices a change without a new pod.
    `file /etc/coredns/zone.db ${zone} {`,
    `    reload ${RELOAD_INTERVAL}s`,
    '}',
  ];
  return `${zone}:${RESOLVER_PORT} {\n${directives.map(line => `    ${line}\n`).join('')}}\n`;
}

/**
 * Zone file with the addresses of each host. A host that is not in the file does not exist.
 * @param serverAddress IP address of the resolver itself
 */
export function zoneFile(zone: string, serverAddress: string, hosts: ReadonlyMap<string, string[]>): string {
  const records = [...hosts].flatMap(([host, addresses]) => [...new Set(addresses)].map(address => addressRecord(host, address)));
  const nameServer = `ns.dns.${zone}`;
  const nameServerRecords = hosts.has(nameServer) ? [] : [addressRecord(nameServer, serverAddress)];
  const content = [`${zone}. ${TTL} IN NS ${nameServer}.`, ...nameServerRecords, ...records.sort()].map(line => `${line}\n`).join('');
  // Equal programs must give equal files, so the serial number is a digest and not the time. No secondary server compares it.
  const serial = createHash('sha256').update(content).digest().readUInt32BE(0);
  return `${zone}. ${TTL} IN SOA ${nameServer}. hostmaster.${zone}. ${serial} 7200 1800 86400 ${TTL}\n${content}`;
}

function addressRecord(host: string, address: string): string {
  return `${host}. ${TTL} IN ${isIPv4(address) ? 'A' : 'AAAA'} ${address}`;
}
