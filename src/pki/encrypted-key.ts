import { createPrivateKey, KeyObject } from 'crypto';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

/**
 * Opens an encrypted key.
 * @throws MESH035 for a wrong passphrase
 */
export function openedKey(pem: string, passphrase: string, file: string): KeyObject {
  try {
    return createPrivateKey({ key: pem, passphrase });
  } catch {
    throw new MeshError({
      code: MeshErrorCode.PASSPHRASE,
      where: file,
      what: 'the passphrase does not open the key',
      got: 'a passphrase of some other key, or a damaged file',
      expected: 'the passphrase that the key was made with',
      fix: 'correct the file that ISTIO_MESH_PASSPHRASE_FILE names, or what you type',
    });
  }
}
