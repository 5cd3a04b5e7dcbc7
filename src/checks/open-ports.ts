import { objectsIn } from './content';
import type { DeclaredExport, Declarations } from './declarations';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/**
 * Ports of an exported Service that nobody exports and that the gateway opens all the same: with AUTO_PASSTHROUGH, every port of a
 * Service but UDP ports can be reached by a workload of the mesh that sends the SNI by hand.
 */
export function openPorts(declared: Declarations): Problem[] {
  return declared.exports.flatMap(exported => {
    const more = morePorts(declared, exported);
    return more.length === 0 ? [] : [{
      code: MeshErrorCode.OPEN_PORTS,
      where: `export of ${exported.name}.${exported.namespace} from ${declared.chart.node.id}`,
      path: exported.path,
      what: 'the gateway also opens ports of the Service that are not exported',
      got: more,
      fix: 'set onlyExportedPorts: true, or restrict the callers of these ports at the workload',
    }];
  });
}

function morePorts(declared: Declarations, exported: DeclaredExport): number[] {
  if (exported.gatewayHost !== exported.localHost || exported.ports.length === 0) {
    return [];
  }
  const ports = objectsIn(declared.serviceAt(exported)?.spec.ports);
  return ports.filter(({ port, protocol }) => protocol !== 'UDP' && !exported.ports.some(own => own.port === port)).map(({ port }) => port);
}
