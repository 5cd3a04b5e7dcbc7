import { createCipheriv, createHash, randomBytes } from 'crypto';

/**
 * Encrypts the data of a Secret as sops does, for age recipients: any sops opens it, such as the one in Flux.
 *
 * Each value by AES-256-GCM with a key that is wrapped for each recipient; the MAC is over the encrypted values alone, so
 * the order of the other fields in the file does not matter.
 * @see https://github.com/getsops/sops/blob/main/README.rst
 */
export async function sopsEncrypted(
  secret: { readonly [key: string]: any },
  recipients: string[],
  now: Date,
): Promise<{ [key: string]: any }> {
  const key = randomBytes(32);
  const lastmodified = now.toISOString().replace(/\.\d+Z$/, 'Z');
  // What sops begins the digest with when it covers encrypted values alone: the SHA-256 of its name.
  const mac = createHash('sha512').update(createHash('sha256').update('sops').digest());
  const data: { [file: string]: string } = {};
  for (const file of Object.keys(secret.data).sort()) {
    mac.update(secret.data[file]);
    data[file] = encrypted(key, secret.data[file], `data:${file}:`);
  }
  const digest = mac.digest('hex').toUpperCase();
  return {
    ...secret,
    data,
    sops: {
      age: await Promise.all(recipients.map(async recipient => ({ recipient, enc: await wrapped(key, recipient) }))),
      encrypted_regex: '^(data|stringData)$',
      lastmodified,
      mac: encrypted(key, digest, lastmodified),
      mac_only_encrypted: true,
      version: '3.13.3',
    },
  };
}

/**
 * Whether text is an age recipient.
 */
export async function isRecipient(text: string): Promise<boolean> {
  const { Encrypter } = await import('age-encryption');
  try {
    new Encrypter().addRecipient(text);
    return true;
  } catch {
    return false;
  }
}

async function wrapped(key: Buffer, recipient: string): Promise<string> {
  const { armor, Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return armor.encode(await encrypter.encrypt(key));
}

function encrypted(key: Buffer, value: string, additionalData: string): string {
  const iv = randomBytes(32);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(additionalData));
  const ciphertext = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
  return `ENC[AES256_GCM,data:${ciphertext.toString('base64')},iv:${iv.toString('base64')},tag:${cipher.getAuthTag().toString('base64')},type:str]`;
}
