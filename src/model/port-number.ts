import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

/** The port on which gateways take traffic of other clusters, by Istio's convention. */
export const GATEWAY_PORT = 15443;

/** Returns the port, or throws when it is no TCP port. */
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
