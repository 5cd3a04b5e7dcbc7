import { createCipheriv, createPublicKey, generateKeyPair, KeyObject, pbkdf2Sync, randomBytes } from 'crypto';
import { promisify } from 'util';
import { integer, nothing, octetString, oidOf, sequence, toDer } from '../../pki/der';
import { openedKey } from '../../pki/encrypted-key';
import { toPem } from '../../pki/pem';

/** Sizes of keys in bits that can be asked for. */
export const KEY_SIZES = ['2048', '3072', '4096'];
/** How often the passphrase is hashed: OWASP's figure for PBKDF2 with SHA-256. */
const ITERATIONS = 600_000;

/** A pair of keys. */
export interface Keys {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** Makes an RSA key. */
export async function makeKeys(bits: number): Promise<Keys> {
  return promisify(generateKeyPair)('rsa', { modulusLength: bits });
}

/** A private key as encrypted PKCS#8: PBES2 with PBKDF2 (HMAC-SHA-256) and AES-256-CBC, RFC 8018. */
export function encryptedKey(key: KeyObject, passphrase: string): string {
  const [salt, iv] = [randomBytes(16), randomBytes(16)];
  const cipher = createCipheriv('aes-256-cbc', pbkdf2Sync(passphrase, salt, ITERATIONS, 32, 'sha256'), iv);
  const encrypted = Buffer.concat([cipher.update(key.export({ type: 'pkcs8', format: 'der' })), cipher.final()]);
  const derivation = sequence(
    oidOf('1.2.840.113549.1.5.12'),
    sequence(octetString(salt), integer(ITERATIONS), integer(32), sequence(oidOf('1.2.840.113549.2.9'), nothing())),
  );
  const encryption = sequence(oidOf('2.16.840.1.101.3.4.1.42'), octetString(iv));
  const pbes2 = sequence(oidOf('1.2.840.113549.1.5.13'), sequence(derivation, encryption));
  const pem = toPem('ENCRYPTED PRIVATE KEY', toDer(sequence(pbes2, octetString(encrypted))));
  // A key that cannot be opened again is lost: it is opened once before anything relies on it.
  openedKey(pem, passphrase, 'the new key');
  return pem;
}

/**
 * Opens an encrypted key.
 * @throws MESH035 for a wrong passphrase
 */
export function openKey(pem: string, passphrase: string, file: string): Keys {
  const privateKey = openedKey(pem, passphrase, file);
  return { privateKey, publicKey: createPublicKey(privateKey) };
}
