import { MeshErrorCode } from '../../errors/mesh-error-code';
import type { Finding } from '../finding';
import { GlobalImport, whereOf } from '../imports';
import { placeOf } from '../manifest';
import type { WrittenMesh } from '../mesh';

/**
 * What the catalogs of the exporters say against the identities that an import accepts. An import that asks for no identity works, and
 * accepts any workload as the server; one that asks for others refuses the server.
 */
export function identityFindings(mesh: WrittenMesh, imported: GlobalImport, accepted: string[]): Finding[] {
  const { cluster, host, entry } = imported;
  const services = mesh.services.filter(service => service.host === host);
  const exporters = services.flatMap(service => service.exporters.map(exporter => ({ service, exporter })));
  const pinned = exporters.flatMap(({ service, exporter: { serviceAccount, trustDomain } }) => (
    serviceAccount === undefined ? [] : [`spiffe://${trustDomain}/ns/${service.namespace}/sa/${serviceAccount}`]
  ));
  const problem = { code: MeshErrorCode.SERVER_IDENTITY, where: whereOf(imported) };
  const expected = [...new Set(pinned)];
  if (cluster.settings.generation === '1.5' || expected.length === 0 || pinned.length < exporters.length && accepted.length === 0) {
    return [];
  }
  if (accepted.length === 0) {
    return [{
      ...problem,
      severity: 'error',
      what: 'the import asks for no identity of the server, so any workload of the mesh can answer',
      expected: expected.join(', '),
      fix: 'run the synth again, or restore subjectAltNames from Git',
      place: placeOf(entry, 'spec'),
    }];
  }
  const refused = expected.filter(identity => !accepted.includes(identity));
  return refused.length === 0 ? [] : [{
    ...problem,
    severity: 'error',
    what: 'the import refuses the identity that the exporter has',
    got: accepted,
    expected: refused.join(', '),
    fix: 'run the synth again, or correct subjectAltNames',
    place: placeOf(entry, 'spec', 'subjectAltNames'),
  }];
}
