import type { LocalRequest } from './destination';
import { objectAt } from '../../checks/content';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import type { Finding } from '../finding';
import { LocalImport, whereOf } from '../imports';
import { Manifest, placeOf } from '../manifest';

/** Label of endpoints that take mutual TLS. Sidecars send plain text to others. */
export const TLS_LABEL = 'security.istio.io/tlsMode';

export function noEntries(imported: LocalImport): Finding {
  return {
    ...problemOf(imported),
    what: 'no WorkloadEntry stands for a remote gateway, so only local pods answer',
    expected: 'a WorkloadEntry for each exporting cluster',
    ...imported.rule && { place: placeOf(imported.rule) },
  };
}

export function withoutTls({ imported }: LocalRequest, entry: Manifest): Finding {
  return {
    ...problemOf(imported),
    code: MeshErrorCode.RULE_WITHOUT_TLS,
    what: 'the WorkloadEntry has no label for mutual TLS, so sidecars send plain text and the gateway closes the connection',
    expected: `${TLS_LABEL}: istio`,
    place: placeOf(entry, 'spec', 'labels'),
  };
}

export function notSelected({ imported }: LocalRequest, entry: Manifest, selector: unknown): Finding {
  return {
    ...problemOf(imported),
    what: 'the selector of the Service does not select the WorkloadEntry, so the remote gateway is no endpoint',
    got: objectAt(objectAt(entry.content.spec).labels),
    expected: `the labels ${Object.entries(objectAt(selector)).map(([key, value]) => `${key}: ${value}`).join(', ')}`,
    place: placeOf(entry, 'spec', 'labels'),
  };
}

export function missingSubset(imported: LocalImport, subset: string): Finding {
  return {
    ...problemOf(imported),
    code: MeshErrorCode.ROUTING,
    what: `a route leads to the subset ${subset}, which the DestinationRule does not define`,
    expected: `the subset ${subset}`,
    ...imported.rule && { place: placeOf(imported.rule, 'spec') },
  };
}

export function problemOf(imported: LocalImport) {
  return {
    severity: 'error' as const,
    code: MeshErrorCode.INCOMPLETE_IMPORT,
    where: whereOf(imported),
    fix: 'run the synth again, or restore the objects from Git',
  };
}
