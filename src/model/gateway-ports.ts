import { GATEWAY_PORT, portNumber } from './port-number';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { isDnsLabel } from '../names';

/** Port of the readiness of Istio's gateways. */
export const HEALTH_PORT = 15021;

/** Port of the Service of a gateway. */
export interface PortSettings {
  readonly name: string;
  readonly port: number;
  readonly targetPort?: number;
  readonly nodePort?: number;
}

/** Returns a port as Kubernetes writes it. */
export function servicePort({ name, port, targetPort = port, nodePort }: PortSettings): { [key: string]: string | number } {
  const result = { name, port, targetPort, protocol: 'TCP' };
  return nodePort === undefined ? result : { ...result, nodePort };
}

/**
 * Returns extra ports in the order of their numbers.
 * @throws MESH003 for an invalid name or number, MESH006 for a port that the gateway has already
 */
export function checkedExtraPorts(ports: { readonly [name: string]: number }, hasWebPorts: boolean): PortSettings[] {
  const taken: Array<readonly [string, number]> = [['status-port', HEALTH_PORT], ['tls', GATEWAY_PORT]];
  if (hasWebPorts) {
    taken.push(['http2', 80], ['https', 443]);
  }
  for (const [name, port] of Object.entries(ports)) {
    const where = `extraPorts of a GatewayService, '${name}'`;
    if (!isDnsLabel(name) || name.length > 15) {
      throw new MeshError({
        code: MeshErrorCode.INVALID_PORT,
        where,
        what: 'invalid name of a port',
        got: name,
        expected: 'lower-case letters, digits and "-", 15 characters at most',
        fix: 'write a name as the Service of the gateway has it, such as tcp-9443',
      });
    }
    portNumber(port, where);
    const twin = taken.find(([other, number]) => other === name || number === port);
    if (twin) {
      throw new MeshError({
        code: MeshErrorCode.DUPLICATE,
        where,
        what: 'a port that the Service of the gateway has already',
        got: `${name}: ${port}`,
        expected: `another name and number than ${twin[0]}: ${twin[1]}`,
        fix: 'remove it, or correct its name or number',
      });
    }
    taken.push([name, port]);
  }
  return Object.entries(ports).map(([name, port]) => ({ name, port })).sort((a, b) => a.port - b.port);
}
