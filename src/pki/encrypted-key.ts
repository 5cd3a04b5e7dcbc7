import { createPrivateKey, KeyObject } from 'crypto';
import { readFileSync } from 'fs';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

/** Environment variable with the path of the file that holds the passphrase of the private keys. */
export const PASSPHRASE_FILE = 'ISTIO_MESH_PASSPHRASE_FILE';

/**
 * Returns the passphrase in the file that the environment names; undefined when the environment names none.
 * @throws MESH035 for a file that cannot be read, or is not UTF-8 text
 */
export function passphraseFromFile(where: string): string | undefined {
  const file = process.env[PASSPHRASE_FILE];
  if (!file) {
    return undefined;
  }
  try {
    // Without `fatal`, octets that are not UTF-8 all become one character, and different passphrases become equal.
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file)).replace(/\r?\n$/, '');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    // The message does not show the value of the variable: it may be the passphrase itself, set by mistake.
    throw new MeshError({
      code: MeshErrorCode.PASSPHRASE,
      where,
      what: `the file that ${PASSPHRASE_FILE} names cannot be read`,
      got: /ENCOD/.test(code) ? 'no UTF-8 text' : code,
      expected: 'a file that holds only the passphrase',
      fix: `write the passphrase to a file that only you can read, and set ${PASSPHRASE_FILE} to its path`,
    });
  }
}

/**
 * Decrypts a private key.
 * @throws MESH035 for a wrong passphrase
 */
export function openedKey(pem: string, passphrase: string, file: string): KeyObject {
  try {
    return createPrivateKey({ key: pem, passphrase });
  } catch {
    throw new MeshError({
      code: MeshErrorCode.PASSPHRASE,
      where: file,
      what: 'the passphrase does not open the key, or the file is damaged',
      expected: 'the passphrase that the key was encrypted with',
      fix: `correct the file that ${PASSPHRASE_FILE} names, or what you type`,
    });
  }
}
