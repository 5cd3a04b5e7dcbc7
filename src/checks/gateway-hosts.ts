import { Declarations, indexed } from './declarations';
import { ForeignServer, gatewaySelection, serversOf, ServiceHosts } from './gateway-servers';
import { placeOf } from './rule-scope';
import type { Selection } from './selection';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { GATEWAY_PORT } from '../model/port-number';

/**
 * A Gateway of the user's own for the pods of an ingress gateway that takes the place of an export on 15443. Of two Gateways with one
 * host, the younger loses its server; a server without TLS takes the whole port; a wildcard with AUTO_PASSTHROUGH doubles SNIs,
 * for which Envoy refuses the listener.
 */
export function gatewayHosts(declared: Declarations): Problem[] {
  return problemsOf(declared, 'all');
}

/** The same for Gateways whose selector has labels that the pods of the ingress gateway may have or not. */
export function possibleGatewayHosts(declared: Declarations): Problem[] {
  return problemsOf(declared, 'unknown');
}

function problemsOf(declared: Declarations, wanted: Selection): Problem[] {
  const servers = declared.exports.length === 0 ? [] : serversOf(declared.manifests('Gateway', 'networking.istio.io'));
  if (servers.length === 0) {
    return [];
  }
  const byGateway = indexed(declared.exports, ({ gateway }) => JSON.stringify(gateway));
  return [...byGateway.values()].flatMap(exports => {
    const hosts = new ServiceHosts(exports.map(({ gatewayHost }) => gatewayHost));
    const [{ gateway: pods }] = exports;
    return servers.filter(({ gateway }) => gatewaySelection(gateway, pods, declared.istio) === wanted)
      .flatMap(server => problemOf(server, hosts));
  });
}

function problemOf(server: ForeignServer, exported: ServiceHosts): Problem[] {
  const { gateway, hasTls } = server;
  const host = hasTls ? exported.takenBy(server) : server.hosts[0];
  if (host === undefined) {
    return [];
  }
  return [{
    code: MeshErrorCode.GATEWAY_HOST,
    where: placeOf('Gateway', gateway),
    path: gateway.path,
    what: hasTls ? `a second Gateway for exported hosts on ${GATEWAY_PORT}` : `a server without TLS on ${GATEWAY_PORT}`,
    got: host,
    expected: hasTls ? 'one Gateway for each host and port' : 'a port of its own',
    fix: hasTls
      ? 'remove the host from the Gateway, or let its selector select other pods: exportService already opens the host'
      : 'choose another port, or let the selector of the Gateway select other pods',
  }];
}
