import { join } from 'path';
import type { Environment } from './environment';
import { recoverFolders, removeUnfinishedFiles } from './files';
import { withFolderLock } from './folder-lock';
import type { Keyring } from './keyring';
import { refuseOutputFolder } from './output-folder';
import { orUndefined } from '../../errors/mesh-error';
import { readTextIfThere } from '../../files/read';
import { certificatesOf, keyIdOf } from '../../pki/certificate';
import { clustersOf, PKI } from '../../pki/pki-folder';

/** Dependencies of the commands below `ca`. */
export interface CaContext {
  /** Path of the pki/ folder. */
  readonly pki: string;
  readonly keys: Keyring;
  readonly environment: Environment;
  /** Prints a line for the user. */
  readonly print: (line: string) => void;
}

/**
 * Runs a command that changes the pki/ folder: under the lock of the folder, and after the repair of what an interrupted run
 * left.
 * @throws MESH030 if another run holds the lock, or if a synth writes to the folder
 */
export async function changePkiFolder<T>(context: CaContext, work: () => Promise<T>): Promise<T> {
  const { pki, keys, environment } = context;
  refuseOutputFolder(pki);
  return withFolderLock(pki, environment, async () => {
    recoverFolders(join(pki, PKI.clusters));
    [pki, join(pki, PKI.private), join(pki, PKI.retired)].forEach(removeUnfinishedFiles);
    keys.protectFolder();
    markCertifiedKeys(context);
    return work();
  });
}

/** Marks the keys of all certificates in the folder: a run may have ended between writing a certificate and marking its key. */
function markCertifiedKeys({ pki, keys }: CaContext): void {
  const intermediates = clustersOf(pki).map(cluster => join(pki, PKI.clusters, cluster, PKI.caCert));
  for (const path of [...intermediates, join(pki, PKI.root), join(pki, PKI.nextRoot)]) {
    const text = readTextIfThere(path);
    // The command that needs an unreadable certificate reports it.
    const certificate = text === undefined ? undefined : orUndefined(() => certificatesOf(text, path)[0]);
    if (certificate) {
      keys.markCertified(keyIdOf(certificate.publicKey));
    }
  }
}
