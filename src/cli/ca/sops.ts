import { createCipheriv, createHash } from 'crypto';
import type { Environment } from './environment';

/** Manifest of a Secret. */
export interface SecretManifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly data: { readonly [file: string]: string };
}

/** Manifest of a Secret whose data is encrypted by sops. */
export interface SopsManifest extends SecretManifest {
  readonly [field: string]: unknown;
  readonly sops: { readonly [field: string]: unknown };
}

/**
 * Encrypts the data of a Secret for age recipients in the format of sops, which Flux and the sops command decrypt.
 *
 * AES-256-GCM encrypts each value with one data key, and age encrypts the data key for each recipient. The MAC covers only
 * encrypted values, so the order of the other fields does not matter.
 * @see https://github.com/getsops/sops/blob/main/README.rst
 */
export async function sopsEncrypted(secret: SecretManifest, recipients: string[], environment: Environment): Promise<SopsManifest> {
  const dataKey = environment.randomBytes(32);
  const encrypt = (value: string, additionalData: string) => encryptedValue(dataKey, environment.randomBytes(32), value, additionalData);
  const lastmodified = environment.now().toISOString().replace(/\.\d+Z$/, 'Z');
  // sops starts the digest with this fixed prefix when the MAC covers only encrypted values.
  const mac = createHash('sha512').update(createHash('sha256').update('sops').digest());
  const data: { [file: string]: string } = {};
  for (const file of Object.keys(secret.data).sort()) {
    mac.update(secret.data[file]);
    data[file] = encrypt(secret.data[file], `data:${file}:`);
  }
  const digest = mac.digest('hex').toUpperCase();
  return {
    ...secret,
    data,
    sops: {
      age: await Promise.all(recipients.map(async recipient => ({ recipient, enc: await environment.ageEncrypt(recipient, dataKey) }))),
      encrypted_regex: '^(data|stringData)$',
      lastmodified,
      mac: encrypt(digest, lastmodified),
      mac_only_encrypted: true,
      version: '3.13.3',
    },
  };
}

/** Whether a text is an age recipient. */
export async function isAgeRecipient(text: string): Promise<boolean> {
  const { Encrypter } = await import('age-encryption');
  try {
    new Encrypter().addRecipient(text);
    return true;
  } catch {
    return false;
  }
}

function encryptedValue(key: Buffer, iv: Buffer, value: string, additionalData: string): string {
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(additionalData));
  const data = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]).toString('base64');
  return `ENC[AES256_GCM,data:${data},iv:${iv.toString('base64')},tag:${cipher.getAuthTag().toString('base64')},type:str]`;
}
