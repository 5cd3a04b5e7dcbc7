import { MeshErrorCode, Problem } from '../errors/mesh-error';
import { localHost } from '../names';
import type { DeclaredEgress, Declarations } from './declarations';

/**
 * Two services behind one egress gateway whose SNIs are the same, but whose exporters are not. An SNI names a Service,
 * not a cluster, so the gateway could not tell whose connection it holds.
 */
export function egressSnis({ egress }: Declarations): Problem[] {
  const first = new Map<string, DeclaredEgress>();
  return egress.flatMap(declared => declared.dialect.importsAreScoped ? declared.service.ports.flatMap(({ port }) => {
    const { egressGateway, service } = declared;
    const sni = `${port} ${localHost(service)}`;
    const key = `${egressGateway.namespace}/${egressGateway.name} ${sni}`;
    const other = first.get(key) ?? declared;
    first.set(key, other);
    if (exportersText(other) === exportersText(declared)) {return [];}
    return [{
      code: MeshErrorCode.EGRESS_SNI,
      where: `egress gateway ${egressGateway.namespace}/${egressGateway.name}`,
      what: `port ${port} of ${localHost(service)} leads to two sets of exporters`,
      got: [exportersText(other), exportersText(declared)],
      expected: 'one set of exporters for each SNI',
      fix: `import ${other.service.host} and ${service.host} from the same clusters, or one of them direct`,
    }];
  }) : []);
}

function exportersText({ exporters }: DeclaredEgress): string {
  return exporters().map(({ cluster, gateways }) => `${cluster} ${gateways.map(g => `${g.address}:${g.port}`).join(',')}`).join('; ');
}
