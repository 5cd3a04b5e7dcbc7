import { isIP } from 'net';
import * as ipaddr from 'ipaddr.js';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

/**
 * The address of a DNS server, as other hosts can reach it.
 * @throws MESH002 for what is no IP address, has a zone, or is of no one host
 */
export function serverAddress(address: string, where: string, what: string): string {
  const range = isIP(address) && !address.includes('%') ? ipaddr.parse(address).range() : 'no IP address';
  if (!['no IP address', 'unspecified', 'loopback', 'multicast', 'broadcast'].includes(range)) {
    return address;
  }
  throw new MeshError({
    code: MeshErrorCode.INVALID_ADDRESS, where, what: `${what} that no host can ask`, got: address, expected: 'an IP address of a host or Service', fix: 'give the clusterIP of the Service that answers, for instance 10.96.0.53',
  });
}
