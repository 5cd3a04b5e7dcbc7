import { constants, createCipheriv, X509Certificate } from 'crypto';
import type { Environment } from './environment';

/**
 * Encrypts a value for the sealed-secrets controller that holds the private key of a certificate.
 *
 * The result in base64: the length of the wrapped key in two octets, a session key wrapped with RSA-OAEP, and the value
 * encrypted with AES-256-GCM. The OAEP label binds the ciphertext to the scope. The nonce is zero, which is safe because each
 * session key encrypts one value only.
 * @param label see `labelOf`
 * @see https://github.com/bitnami-labs/sealed-secrets/blob/main/pkg/crypto/crypto.go
 */
export function seal(certificate: string, label: string, value: string, environment: Environment): string {
  const sessionKey = environment.randomBytes(32);
  const wrappedKey = environment.publicEncrypt(
    {
      key: new X509Certificate(certificate).publicKey,
      padding: constants.RSA_PKCS1_OAEP_PADDING,
      oaepHash: 'sha256',
      oaepLabel: label === '' ? undefined : Buffer.from(label),
    },
    sessionKey,
  );
  const cipher = createCipheriv('aes-256-gcm', sessionKey, Buffer.alloc(12));
  const ciphertext = Buffer.concat([cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(wrappedKey.length);
  return Buffer.concat([length, wrappedKey, ciphertext]).toString('base64');
}

/** OAEP label of a Secret that is sealed in a scope. */
export function labelOf(scope: string, namespace: string, name: string): string {
  switch (scope) {
    case 'strict':
      return `${namespace}/${name}`;
    case 'namespace-wide':
      return namespace;
    default:
      return '';
  }
}
