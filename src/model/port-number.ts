import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { Leaf } from '../options/kind';

/** Port of gateways for traffic from other clusters, by Istio's convention. */
export const GATEWAY_PORT = 15443;

/** The kind of options that hold a port. `portNumber` says which numbers are ports. */
export const PORT_NUMBER = new Leaf<number>(
  'a number',
  value => typeof value === 'number',
  { write: 'the number of a port, such as 8053', code: MeshErrorCode.INVALID_PORT },
);

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
