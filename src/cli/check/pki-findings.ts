import { existsSync } from 'fs';
import { join } from 'path';
import { objectAt } from '../../checks/content';
import { orUndefined } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { CACERTS, clustersOf, PKI, readClusterCa } from '../../pki/pki-folder';
import type { Finding } from '../../written/finding';
import { placeOf } from '../../written/manifest';
import type { WrittenMesh } from '../../written/mesh';
import type { Environment } from '../ca/environment';
import { Keyring } from '../ca/keyring';
import { expiringWithin, statusRows } from '../ca/status';
import { verifyProblems, verifyWarnings } from '../ca/verify';

/** Where the CAs are, and what counts as soon. */
export interface PkiOptions {
  /** Folder of `istio-mesh ca`. */
  readonly pki: string;
  /** Days before its end at which a certificate is reported. */
  readonly within: number;
  readonly sharedSealingKey?: boolean;
}

/** What `ca verify` finds, certificates that expire soon, and ciphertext in the folders that is not that of the pki/ folder. */
export function pkiFindings(mesh: WrittenMesh, { pki, within, sharedSealingKey }: PkiOptions, environment: Environment): Finding[] {
  if (!existsSync(pki)) {
    return [];
  }
  const keys = new Keyring(pki, environment, () => Promise.reject(new Error('no check opens a key')));
  const place = { file: join(pki, PKI.root), line: 1 };
  // A folder that verify refuses as a whole has no rows.
  const rows = orUndefined(() => expiringWithin(statusRows({ pki, environment }), within)) ?? [];
  return [
    ...verifyProblems({ pki, keys, environment }, { sharedSealingKey }).map(
      (problem): Finding => ({ ...problem, severity: 'error', place }),
    ),
    ...(orUndefined(() => verifyWarnings(pki)) ?? []).map((problem): Finding => ({ ...problem, severity: 'warning', place })),
    ...rows.filter(({ daysLeft }) => daysLeft >= 0).map(({ what, daysLeft }): Finding => ({
      severity: 'warning',
      code: MeshErrorCode.EXPIRING_CA,
      where: `${pki}, ${what}`,
      what: 'the certificate expires soon',
      got: `${daysLeft} days left`,
      expected: `more than ${within} days`,
      fix: what.includes('root')
        ? 'replace the root: docs/how-to/replace-the-root.md'
        : `run istio-mesh ${what.endsWith(', sealing') ? 'ca reseal with a new sealing certificate' : `ca renew ${what}`}`,
      place: { file: clustersOf(pki).includes(what) ? join(pki, PKI.clusters, what, PKI.caCert) : place.file, line: 1 },
    })),
    ...staleSecrets(mesh, pki),
  ];
}

/** Sealed secrets in the folders whose ciphertext is not that of the pki/ folder. */
function staleSecrets(mesh: WrittenMesh, pki: string): Finding[] {
  return clustersOf(pki).flatMap(name => {
    const sealed = orUndefined(() => readClusterCa(pki, name))?.sealed;
    const secret = mesh.clusters.get(name)?.of('SealedSecret', 'bitnami.com').find(manifest => manifest.name === CACERTS);
    const written = objectAt(objectAt(secret?.content.spec).encryptedData);
    if (sealed === undefined || secret === undefined || isSame(written, sealed.encryptedData)) {
      return [];
    }
    return [{
      severity: 'error' as const,
      code: MeshErrorCode.FOLDER_DRIFT,
      where: `${name}, SealedSecret ${secret.namespace}/${secret.name}`,
      what: `the ciphertext is not that of ${join(pki, PKI.clusters, name, PKI.sealed)}`,
      fix: 'run the synth again, and commit both folders together',
      place: placeOf(secret, 'spec', 'encryptedData'),
    }];
  });
}

function isSame(one: { readonly [key: string]: unknown }, other: { readonly [key: string]: unknown }): boolean {
  return JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());
}
