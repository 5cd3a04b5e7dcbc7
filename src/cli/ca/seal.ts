import { constants, createCipheriv, publicEncrypt, randomBytes, X509Certificate } from 'crypto';

/** For whom ciphertext is: the name and namespace of the secret, the namespace, or any secret of the cluster. */
export const SCOPES = ['strict', 'namespace-wide', 'cluster-wide'];

/**
 * Encrypts a value for the sealed-secrets controller that holds the key of a certificate.
 *
 * The format: two octets of length, a session key by RSA-OAEP, and the value by AES-256-GCM. The label binds it to where
 * it may be opened. A nonce of zeros is right here, since no session key is used twice.
 * @see https://github.com/bitnami-labs/sealed-secrets/blob/main/pkg/crypto/crypto.go
 */
export function seal(certificate: string, label: string, value: string): string {
  const key = randomBytes(32);
  const wrapped = publicEncrypt({
    key: new X509Certificate(certificate).publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256', oaepLabel: label === '' ? undefined : Buffer.from(label),
  }, key);
  const cipher = createCipheriv('aes-256-gcm', key, Buffer.alloc(12));
  const sealed = Buffer.concat([cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(wrapped.length);
  return Buffer.concat([length, wrapped, sealed]).toString('base64');
}

/** What a scope binds ciphertext to. */
export function labelOf(scope: string, namespace: string, name: string): string {
  return scope === 'strict' ? `${namespace}/${name}` : scope === 'namespace-wide' ? namespace : '';
}
