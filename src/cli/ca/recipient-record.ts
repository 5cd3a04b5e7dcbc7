import { createHash, createPublicKey, KeyObject, sign, verify } from 'crypto';
import type { KeyPair } from './environment';
import type { Audience, Recipient } from './recipients';
import { isFingerprint } from './recipients';
import { orUndefined } from '../../errors/mesh-error';
import { isDnsLabel } from '../../names';
import { keyIdOf } from '../../pki/certificate';
import { SCOPES } from '../../pki/ciphertext-files';

/**
 * Where a record is kept. The signature is for one place alone: a record of Git's history, put into the private folder, would
 * make the command forget that the recipients have changed since.
 */
export type RecordPlace = 'cluster folder' | 'private folder';

/** Signed statement of who the key of a cluster's CA was last encrypted for. */
export interface RecipientRecord extends Audience {
  readonly cluster: string;
  /** Number of changes of the recipients of this cluster. The record with the highest number is the last one. */
  readonly number: number;
  /** Digest of the ciphertext that was made for the recipients: see `recordedDigest`. Empty in the private folder. */
  readonly ciphertext: string;
  /** Public half of the key that signed the record: SPKI as DER in base64. */
  readonly key: string;
  /** Ed25519 signature in base64. */
  readonly signature: string;
}

/** What a record states. */
export type RecordContent = Audience & Pick<RecipientRecord, 'cluster' | 'number'>;

/** Signs a record. Ed25519 is deterministic: the same content has the same signature. */
export function signedRecord(
  { cluster, number, namespace, scope, recipients }: RecordContent, place: RecordPlace, { privateKey, publicKey }: KeyPair, ciphertext = '',
): RecipientRecord {
  const content = { cluster, number, namespace, scope, recipients, ciphertext };
  const signature = sign(null, messageOf(content, place), privateKey).toString('base64');
  return { ...content, key: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'), signature };
}

/** Digest of the sealed secret and of the sops secret of a cluster, as values of JSON: line ends and blanks do not matter. */
export function recordedDigest({ sealed, sops }: { readonly sealed?: object; readonly sops?: object }): string {
  return createHash('sha256').update(JSON.stringify([sealed ?? null, sops ?? null])).digest('hex');
}

/** Whether a key signed the record for this place. */
export function isSignedBy(record: RecipientRecord, place: RecordPlace, publicKey: KeyObject): boolean {
  return verify(null, messageOf(record, place), publicKey, Buffer.from(record.signature, 'base64'));
}

/** Public key that a record names; undefined if it is no Ed25519 key. */
export function publicKeyOf({ key }: RecipientRecord): KeyObject | undefined {
  try {
    const publicKey = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' });
    return publicKey.asymmetricKeyType === 'ed25519' ? publicKey : undefined;
  } catch {
    return undefined;
  }
}

/** Record in JSON, as a value; undefined if it has another form. */
export function recordOf(value: unknown): RecipientRecord | undefined {
  return isRecord(value) ? value : undefined;
}

/** Digest of the public key of a record, which is in the name of the key's file. */
export function recordKeyId(record: RecipientRecord): string | undefined {
  const key = publicKeyOf(record);
  return key && orUndefined(() => keyIdOf(key));
}

/**
 * Octets that are signed. The first line keeps them apart from everything else that a key may sign. JSON of lists is
 * unambiguous: no text of one field can become a part of another field.
 */
function messageOf(
  { cluster, number, namespace, scope, recipients, ciphertext }: Omit<RecipientRecord, 'key' | 'signature'>, place: RecordPlace,
): Buffer {
  const named = recipients.map(({ kind, fingerprint, subject = '' }) => [kind, fingerprint, subject]);
  const fields = [cluster, number, namespace, scope, named, ciphertext];
  return Buffer.from(`istio-mesh recipients of a CA key, ${place}\n${JSON.stringify(fields)}`);
}

function isRecord(value: unknown): value is RecipientRecord {
  const record = value as RecipientRecord | null;
  return typeof record === 'object' && record !== null
    && [record.cluster, record.ciphertext, record.key, record.signature].every(isText)
    && isDnsLabel(record.namespace) && SCOPES.includes(record.scope)
    && Number.isSafeInteger(record.number) && record.number > 0
    && Array.isArray(record.recipients) && record.recipients.every(isRecipient);
}

function isRecipient(value: unknown): value is Recipient {
  const recipient = value as Recipient | null;
  return typeof recipient === 'object' && recipient !== null
    && (recipient.kind === 'sealed-secrets' || recipient.kind === 'age')
    && isFingerprint(recipient.fingerprint) && (recipient.subject === undefined || isText(recipient.subject));
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}
