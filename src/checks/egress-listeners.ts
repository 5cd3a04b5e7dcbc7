import { DeclaredImport, DeclaredLocalImport, Declarations, indexed } from './declarations';
import { ForeignServer, gatewaySelection, serversOf, ServiceHosts } from './gateway-servers';
import { placeOf } from './rule-scope';
import type { Selection } from './selection';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import type { EgressGateway } from '../model/egress-gateway';
import { GATEWAY_PORT } from '../model/port-number';
import { gatewayHostOf } from '../model/remote-service';

/**
 * A Gateway of the user's own that takes the listener of an egress gateway on 15443, and with it every import through that gateway: a
 * server for every host of its namespace, a server without TLS, or one with AUTO_PASSTHROUGH, which sends an SNI to the Service of this
 * cluster. A server for every host lets other namespaces route the SNIs of imports.
 */
export function egressListeners(declared: Declarations): Problem[] {
  return problemsOf(declared, 'all');
}

/** The same for Gateways whose selector has labels that the pods of the egress gateway may have or not. */
export function possibleEgressListeners(declared: Declarations): Problem[] {
  return problemsOf(declared, 'unknown');
}

type AnyImport = DeclaredImport | DeclaredLocalImport;

/** The imports through each egress gateway. On Istio 1.5 the install values open the port. */
export function importsByEgressGateway({ imports, localImports }: Declarations): Array<[EgressGateway, AnyImport[]]> {
  const onCurrentReleases: AnyImport[] = [...imports.filter(({ isScoped }) => isScoped), ...localImports];
  const through = onCurrentReleases.filter(({ egressGateway }) => egressGateway !== undefined);
  const groups = indexed(through, ({ egressGateway }) => JSON.stringify([egressGateway!.namespace, egressGateway!.selector]));
  return [...groups.values()].map(group => [group[0].egressGateway!, group]);
}

function problemsOf(declared: Declarations, wanted: Selection): Problem[] {
  const groups = importsByEgressGateway(declared);
  const servers = groups.length === 0 ? [] : serversOf(declared.manifests('Gateway', 'networking.istio.io'));
  return groups.flatMap(([egressGateway, imports]) => {
    const hosts = new ServiceHosts(imports.map(({ service }) => gatewayHostOf(service)));
    return servers.filter(({ gateway }) => gatewaySelection(gateway, egressGateway, declared.istio) === wanted)
      .flatMap(server => problemOf(server, egressGateway, hosts));
  });
}

function problemOf(server: ForeignServer, { namespace, name }: EgressGateway, imported: ServiceHosts): Problem[] {
  const { gateway, hasTls, opensServices } = server;
  const own = ['*', `${namespace}/*`];
  const host = hasTls
    ? server.hosts.find(candidate => own.includes(candidate)) ?? (opensServices ? imported.takenBy(server) : undefined)
    : server.hosts[0];
  if (host === undefined) {
    return [];
  }
  return [{
    code: MeshErrorCode.GATEWAY_HOST,
    where: placeOf('Gateway', gateway),
    path: gateway.path,
    what: `a second Gateway for ${GATEWAY_PORT} of egress gateway ${namespace}/${name}`,
    got: host,
    expected: 'hosts that imports do not need, or another port',
    fix: 'narrow the hosts of the Gateway, choose another port, or let its selector select other pods',
  }];
}
