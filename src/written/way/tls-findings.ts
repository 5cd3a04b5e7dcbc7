import type { ImportRequest } from './destination';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import type { Finding } from '../finding';
import { whereOf } from '../imports';
import { Manifest, placeOf } from '../manifest';
import { serviceSni, sniText } from '../sni';
import type { TlsPolicy } from '../tls-policy';

/** What is wrong with the TLS settings of an import under a global name: mutual TLS that is gone, or an SNI of something else. */
export function tlsFindings(
  { imported, port, mesh }: ImportRequest,
  rule: Manifest | undefined,
  policy: TlsPolicy,
  subset: string,
): Finding[] {
  const { host, entry } = imported;
  const where = whereOf(imported);
  const place = rule ? placeOf(rule, ...policy.path) : placeOf(entry, 'spec', 'hosts');
  const service = mesh.services.find(candidate => candidate.host === host);
  const [name, exporting] = host.split('.');
  const expected = sniText({ port, subset, host: `${name}.${exporting}.svc.${service?.clusterDomain ?? 'cluster.local'}` });
  const restore = 'run the synth again, or restore the rule from Git';
  if (rule === undefined || policy.mode !== 'ISTIO_MUTUAL') {
    return [{
      severity: 'error',
      code: MeshErrorCode.RULE_WITHOUT_TLS,
      where,
      place,
      what: rule === undefined
        ? 'no DestinationRule sets mutual TLS, so sidecars send plain text and the gateway closes the connection'
        : 'the DestinationRule sets no mutual TLS, so the gateway closes the connection',
      ...rule && { got: policy.mode ?? 'no tls' },
      expected: `ISTIO_MUTUAL with the SNI ${expected}`,
      fix: restore,
    }];
  }
  const sni = serviceSni(policy.sni);
  // A Service of an export that limits its ports has a name of its own.
  const isExpectedHost = sni !== undefined && (service === undefined || sni.host.endsWith(`.${exporting}.svc.${service.clusterDomain}`));
  const namesService = sni !== undefined && (sni.host.startsWith(`${name}.`) || sni.host.startsWith(`mesh-export-${name}`.slice(0, 52)));
  if (sni !== undefined && sni.port === port && sni.subset === subset && isExpectedHost && namesService) {
    return [];
  }
  return [{
    severity: 'error',
    code: MeshErrorCode.WRONG_SNI,
    where,
    place,
    what: policy.sni === undefined ? 'the DestinationRule sets no SNI' : 'the SNI leads elsewhere than the import',
    got: policy.sni ?? 'no sni',
    expected,
    fix: restore,
  }];
}
