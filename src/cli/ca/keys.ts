import { createCipheriv, createPrivateKey, createPublicKey, KeyObject, pbkdf2Sync } from 'crypto';
import type { Environment, KeyPair } from './environment';
import { ITERATIONS } from './key-derivation';
import { integer, nothing, octetString, oidOf, sequence, toDer } from '../../pki/der';
import { openedKey } from '../../pki/encrypted-key';
import { toPem } from '../../pki/pem';

/**
 * Private key as encrypted PKCS#8 in PEM: PBES2 with PBKDF2 (HMAC-SHA-256) and AES-256-CBC.
 * @see https://www.rfc-editor.org/rfc/rfc8018
 */
export function encryptedKey(key: KeyObject, passphrase: string, environment: Environment): string {
  const salt = environment.randomBytes(16);
  const iv = environment.randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', pbkdf2Sync(passphrase, salt, ITERATIONS, 32, 'sha256'), iv);
  const encrypted = Buffer.concat([cipher.update(key.export({ type: 'pkcs8', format: 'der' })), cipher.final()]);
  const derivation = sequence(
    oidOf('1.2.840.113549.1.5.12'),
    sequence(octetString(salt), integer(ITERATIONS), integer(32), sequence(oidOf('1.2.840.113549.2.9'), nothing())),
  );
  const encryption = sequence(oidOf('2.16.840.1.101.3.4.1.42'), octetString(iv));
  const pbes2 = sequence(oidOf('1.2.840.113549.1.5.13'), sequence(derivation, encryption));
  const pem = toPem('ENCRYPTED PRIVATE KEY', toDer(sequence(pbes2, octetString(encrypted))));
  // A key that cannot be decrypted is lost. This check fails before a certificate depends on the key.
  openedKey(pem, passphrase, 'the new key');
  return pem;
}

/** Octets before the 32 octets of an Ed25519 private key in PKCS#8. @see https://www.rfc-editor.org/rfc/rfc8410#section-7 */
const ED25519_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Key pair of Ed25519 whose private key is these 32 random octets. */
export function ed25519Key(secret: Buffer): KeyPair {
  const privateKey = createPrivateKey({ key: Buffer.concat([ED25519_PREFIX, secret]), format: 'der', type: 'pkcs8' });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

/**
 * Decrypts a private key.
 * @throws MESH035 for a wrong passphrase
 */
export function openKey(pem: string, passphrase: string, file: string): KeyPair {
  const privateKey = openedKey(pem, passphrase, file);
  return { privateKey, publicKey: createPublicKey(privateKey) };
}
