import { createPrivateKey, KeyObject } from 'crypto';
import { readFileSync } from 'fs';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

/** Environment variable with the path of the file that holds the passphrase of the private keys. */
export const PASSPHRASE_FILE = 'ISTIO_MESH_PASSPHRASE_FILE';

/** A file with one PEM block, which is an encrypted key. OpenSSL would try a second block if the first one does not open. */
const ONE_ENCRYPTED_KEY = /^\s*-----BEGIN ENCRYPTED PRIVATE KEY-----(?![\s\S]*-----BEGIN)/;

/** Octets at the start of a file that some editors write before UTF-8 text. */
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Returns the passphrase in the file that the environment names; undefined when the environment names none. This is the only
 * function that reads the file. A byte order mark at its start and one line end at its end, LF or CRLF, are not part of the
 * passphrase.
 *
 * OpenSSL, which opens the keys too, takes the byte order mark and the CR for a part of the passphrase, and reads only the
 * first line. A new key is therefore refused with such a file. An existing key still opens.
 * @throws MESH035 for a file that cannot be read, is not UTF-8 text, or is no file for a new key
 */
export function passphraseFromFile(where: string, forNewKey = false): string | undefined {
  const file = process.env[PASSPHRASE_FILE];
  if (!file) {
    return undefined;
  }
  const text = utf8Text(file, where);
  const mistake = forNewKey ? opensslMistake(text) : undefined;
  if (mistake !== undefined) {
    const expected = 'one line of UTF-8 text without a byte order mark';
    throw unusableFile(where, 'OpenSSL reads another passphrase from the file', mistake, expected);
  }
  return withoutMark(text).replace(/\r?\n$/, '');
}

function utf8Text(file: string, where: string): string {
  try {
    // Without `fatal`, octets that are not UTF-8 all become one character, and different passphrases become equal.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const got = /ENCOD/.test(code) ? 'no UTF-8 text' : code;
    throw unusableFile(where, 'the file cannot be read', got, 'a file that holds only the passphrase');
  }
}

function withoutMark(text: string): string {
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(BYTE_ORDER_MARK.length) : text;
}

/** What makes OpenSSL read another passphrase from a file than this library; undefined if both read the same. */
function opensslMistake(text: string): string | undefined {
  if (text.startsWith(BYTE_ORDER_MARK)) {
    return 'a byte order mark';
  }
  if (text.endsWith('\r\n')) {
    return 'a CRLF line end';
  }
  return text.replace(/\n$/, '').includes('\n') ? 'several lines' : undefined;
}

/** The error does not show the value of the variable: it may be the passphrase itself, set by mistake. */
function unusableFile(where: string, what: string, got: string, expected: string): MeshError {
  return new MeshError({
    code: MeshErrorCode.PASSPHRASE,
    where,
    what: what.replace('the file', `the file that ${PASSPHRASE_FILE} names`),
    got,
    expected,
    fix: `write the passphrase to a file that only you can read, and set ${PASSPHRASE_FILE} to its path`,
  });
}

/**
 * Decrypts a private key.
 * @throws MESH031 for a key that is not encrypted, MESH035 for a wrong passphrase
 */
export function openedKey(pem: string, passphrase: string, file: string): KeyObject {
  // Node opens an unencrypted key without the passphrase. Whoever can write into the folder could then place a key of his own.
  if (!ONE_ENCRYPTED_KEY.test(pem)) {
    throw new MeshError({
      code: MeshErrorCode.PRIVATE_KEY,
      where: file,
      what: 'the file holds no encrypted private key',
      expected: 'a private key that the passphrase encrypts',
      fix: 'find out who wrote the file, and restore it from a backup',
    });
  }
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
