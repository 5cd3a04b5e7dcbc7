import { isIP } from 'net';
import * as ipaddr from 'ipaddr.js';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

/**
 * Returns an address range.
 * @param what what the range is for, such as "source range"
 * @throws MESH002 for a text that is not in CIDR notation
 */
export function checkedRange(range: string, what: string, where: string): string {
  const [address, prefix] = range.split('/');
  if (isIP(address) && /^\d{1,3}$/.test(prefix ?? '') && ipaddr.isValidCIDR(range)) {
    return range;
  }
  throw new MeshError({
    code: MeshErrorCode.INVALID_ADDRESS,
    where,
    what: `invalid ${what}`,
    got: range,
    expected: 'CIDR notation such as 198.51.100.0/24',
    fix: 'write address, "/" and prefix length; a single IPv4 address has the prefix /32',
  });
}
