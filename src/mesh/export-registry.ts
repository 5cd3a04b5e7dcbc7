import { MeshErrorCode, problemText } from '../errors/mesh-error';
import type { ExportedService } from './exported-service';
import type { IRemoteService, ServiceExporter } from '../model/remote-service';

/** The exporters that serve an importing cluster: all but itself, whose pods reach the service by its local name. */
export function exportersFor(service: IRemoteService, importingCluster: string | undefined): ServiceExporter[] {
  return service.exporters.filter(exporter => exporter.cluster !== importingCluster);
}

/**
 * What exporters of one host disagree on. Importers see one service: one SNI for each port, one set of identities, one
 * VIP, so these must be the same everywhere.
 */
export function exporterDisagreements(exports: ExportedService[]): string[] {
  const first = exports[0];
  const facts: Array<[string, (e: ExportedService) => unknown, string]> = [
    ['ports', e => e.ports.map(p => `${p.name} ${p.port} ${p.protocol}`), 'declare the same ports in each exportService'],
    ['cluster domain', e => e.clusterDomain, 'export it under another name where the cluster domain differs: it is part of the SNI'],
    ['declared service account', e => e._own.serviceAccount === undefined ? 'none' : 'one', 'declare serviceAccount in each exportService, or in none'],
    ['addresses', e => e._addresses, 'declare the same addresses in each exportService'],
  ];
  return facts.flatMap(([what, fact, fix]) => exports
    .filter(other => JSON.stringify(fact(other)) !== JSON.stringify(fact(first)))
    .map(other => problemText({
      code: MeshErrorCode.EXPORTERS_DISAGREE,
      where: `exports of ${first.host}`,
      what: `${other.cluster.clusterName} and ${first.cluster.clusterName} disagree: ${what}`,
      got: fact(other),
      expected: JSON.stringify(fact(first)),
      fix,
    })));
}
