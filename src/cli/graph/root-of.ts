import type { GraphRoot } from './model';
import { orUndefined } from '../../errors/mesh-error';
import { printable } from '../../errors/printable';
import { shownName } from '../../pki/certificate';
import { clustersOf, readClusterCa, rootsOf } from '../../pki/pki-folder';

/** State of a cluster in the replacement of the root, by a pki/ folder; undefined where the folder does not say. */
export function rootOf(pki: string, cluster: string): GraphRoot | undefined {
  const roots = orUndefined(() => clustersOf(pki).includes(cluster) ? rootsOf(readClusterCa(pki, cluster)) : undefined);
  return roots && {
    phase: roots.step,
    trusted: roots.trusted.map(({ x509, fingerprint, notAfter }) => printable(
      `${shownName(x509.subject)}, SHA-256 ${fingerprint.slice(0, 16)}, until ${notAfter.toISOString().slice(0, 10)}`,
    )),
  };
}
