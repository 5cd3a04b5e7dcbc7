import { portNumber } from './port-number';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

const WHERE = 'GatewayService.nodePort';

/** Range of Kubernetes' API server without the flag --service-node-port-range. */
const DEFAULT_RANGE = '30000-32767';

/** Node ports of a Service, and the range of the cluster. */
interface NodePorts {
  readonly tlsNodePort: number;
  readonly statusNodePort?: number;
  readonly nodePortRange?: string;
}

/**
 * Throws for node ports that the API server of the cluster refuses.
 * @throws MESH003 for a port outside of the range, and for a range that is none, MESH006 for one port twice
 */
export function refuseNodePorts({ tlsNodePort, statusNodePort, nodePortRange = DEFAULT_RANGE }: NodePorts): void {
  const [from, to] = portRange(nodePortRange);
  const invalid = [tlsNodePort, ...statusNodePort === undefined ? [] : [statusNodePort]].map(port => portNumber(port, WHERE))
    .find(port => port < from || port > to);
  if (invalid !== undefined) {
    throw new MeshError({
      code: MeshErrorCode.INVALID_PORT,
      where: WHERE,
      what: 'a node port outside of the range of the cluster, so the API server refuses the Service',
      got: invalid,
      expected: nodePortRange,
      fix: 'choose a port of the range, or set nodePortRange to the flag --service-node-port-range of the API server; the port of a load '
        + 'balancer in front of the nodes belongs into GatewayAddress.of',
    });
  }
  if (tlsNodePort === statusNodePort) {
    throw new MeshError({
      code: MeshErrorCode.DUPLICATE,
      where: WHERE,
      what: 'one node port for two ports',
      got: tlsNodePort,
      fix: 'choose another statusNodePort, or leave it out',
    });
  }
}

function portRange(range: string): [number, number] {
  const [, from, to] = /^(\d{1,5})-(\d{1,5})$/.exec(range) ?? [];
  if (from !== undefined && Number(from) >= 1 && Number(from) <= Number(to) && Number(to) <= 65535) {
    return [Number(from), Number(to)];
  }
  throw new MeshError({
    code: MeshErrorCode.INVALID_PORT,
    where: WHERE,
    what: 'invalid nodePortRange',
    got: range,
    expected: `the first and the last port, such as ${DEFAULT_RANGE}`,
    fix: 'write the value of the flag --service-node-port-range of the API server',
  });
}
