import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

/** Port of gateways for traffic from other clusters, by Istio's convention. */
export const GATEWAY_PORT = 15443;

/**
 * Returns a TCP port.
 * @throws MESH003 for anything but a whole number from 1 to 65535
 */
export function portNumber(port: number, where: string): number {
  if (Number.isInteger(port) && port >= 1 && port <= 65535) {
    return port;
  }
  throw new MeshError({
    code: MeshErrorCode.INVALID_PORT,
    where,
    what: 'invalid port',
    got: port,
    expected: 'a whole number from 1 to 65535',
    fix: 'use the port of the Service, as kubectl shows it',
  });
}
