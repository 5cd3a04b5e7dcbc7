import type { DeclaredImport, Declarations } from './declarations';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import type { EgressGateway } from '../model/egress-gateway';
import { gatewayHostOf } from '../model/remote-service';

interface EgressImport extends DeclaredImport {
  readonly egressGateway: EgressGateway;
}

/**
 * Two services behind one egress gateway whose SNIs are equal and whose exporters differ. An SNI names a Service, not a
 * cluster, so the gateway cannot tell which exporters a connection is for.
 */
export function egressSnis({ imports }: Declarations): Problem[] {
  const first = new Map<string, EgressImport>();
  // On Istio 1.5 the entry itself names the remote gateways.
  const viaEgress = imports.filter((imported): imported is EgressImport => imported.isScoped && imported.egressGateway !== undefined);
  return viaEgress.flatMap(imported => imported.service.ports.flatMap(({ port }) => {
    const { egressGateway: gateway, service, path } = imported;
    const sni = `port ${port} of ${gatewayHostOf(service)}`;
    const key = `${gateway.namespace}/${gateway.name} ${sni}`;
    const other = first.get(key) ?? imported;
    first.set(key, other);
    if (exportersText(other) === exportersText(imported)) {
      return [];
    }
    return [{
      code: MeshErrorCode.EGRESS_SNI,
      where: `egress gateway ${gateway.namespace}/${gateway.name}`,
      path,
      what: `${sni} leads to two sets of exporters`,
      got: [exportersText(other), exportersText(imported)],
      expected: 'one set of exporters for each SNI',
      fix: `import ${other.service.host} and ${service.host} from the same clusters, or one of them directly`,
    }];
  }));
}

function exportersText({ exporters }: DeclaredImport): string {
  return exporters.map(
    ({ cluster, gateways }) => `${cluster} ${gateways.map(({ address, port }) => `${address}:${port}`).join(',')}`,
  ).join('; ');
}
