import { generateKeyPair, KeyObject, publicEncrypt, randomBytes } from 'crypto';
import { promisify } from 'util';

/** Private key and its public key. */
export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/**
 * Clock and randomness of `istio-mesh ca`. Functions that need them receive an environment, so that tests can fix both and
 * count the calls.
 *
 * `generateRsaKeyPair`, `publicEncrypt` and `ageEncrypt` draw their randomness inside OpenSSL and inside age-encryption, which
 * accept no seed. They are part of the environment, because their result differs from call to call.
 */
export interface Environment {
  /** Returns the current time. */
  readonly now: () => Date;

  /** Returns octets of a cryptographically secure random generator. */
  readonly randomBytes: (count: number) => Buffer;

  /** Generates an RSA key pair. */
  readonly generateRsaKeyPair: (bits: number) => Promise<KeyPair>;

  /** Encrypts octets with an RSA public key. */
  readonly publicEncrypt: typeof publicEncrypt;

  /** Encrypts octets for an age recipient and returns the armored text. */
  readonly ageEncrypt: (recipient: string, value: Buffer) => Promise<string>;
}

/** Environment of the operating system. */
export const SYSTEM_ENVIRONMENT: Environment = {
  publicEncrypt,
  now: () => new Date(),
  randomBytes: count => randomBytes(count),
  generateRsaKeyPair: bits => promisify(generateKeyPair)('rsa', { modulusLength: bits }),
  ageEncrypt: async (recipient, value) => {
    const { armor, Encrypter } = await import('age-encryption');
    const encrypter = new Encrypter();
    encrypter.addRecipient(recipient);
    return armor.encode(await encrypter.encrypt(value));
  },
};
