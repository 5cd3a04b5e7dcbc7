import type { KeyObject } from 'crypto';
import { join } from 'path';
import type { CaContext } from './context';
import { writeFileAtomically } from './files';
import type { Keyring } from './keyring';
import { isSignedBy, publicKeyOf, recordKeyId, recordOf, RecipientRecord, RecordPlace } from './recipient-record';
import { isThere, readTextIfThere } from '../../files/read';
import { PKI } from '../../pki/pki-folder';

/** What the records show of the recipients that a cluster's CA key was last encrypted for. */
export interface BoundRecipients {
  /** Last genuine record; undefined if there is none. */
  readonly last?: RecipientRecord;
  /** What is wrong with the records, in words; undefined if `last` counts. */
  readonly flaw?: string;
  /** Whether neither a folder nor a record of the cluster exists: every recipient is then an option of the command. */
  readonly isNew: boolean;
}

/** Returns the public key that a record must be signed with; undefined if nobody vouches for the key that the record names. */
export type KeyOfRecord = (record: RecipientRecord) => KeyObject | undefined;

/**
 * Recipients that the records of a cluster show. There are two records: one in the folder of the cluster, in Git, and one in
 * the private folder, outside Git. The second one notices when an older record is restored in Git.
 */
export function boundRecipients(pki: string, cluster: string, keyOf: KeyOfRecord): BoundRecipients {
  const isMissing = !isThere(join(pki, PKI.clusters, cluster));
  const inPrivate = checked(readMemory(pki).get(cluster), cluster, 'private folder', keyOf);
  if (isMissing) {
    const { record, flaw } = inPrivate;
    return record || flaw !== MISSING ? { last: record, flaw: flaw && inPlace(flaw, 'private folder'), isNew: false } : { isNew: true };
  }
  const inCluster = recordInCluster(pki, cluster, keyOf);
  const last = newest(inCluster.record, inPrivate.record);
  const flaw = inCluster.flaw !== undefined ? inPlace(inCluster.flaw, 'cluster folder')
    : inPrivate.flaw !== undefined ? inPlace(inPrivate.flaw, 'private folder') : undefined;
  return { last, flaw, isNew: false };
}

/** Record in the folder of a cluster, or what is wrong with it. */
export function recordInCluster(pki: string, cluster: string, keyOf: KeyOfRecord): Checked {
  return checked(parsed(readTextIfThere(join(pki, PKI.clusters, cluster, PKI.recipients))), cluster, 'cluster folder', keyOf);
}

/** Vouches for the keys whose files the private folder has. It does not open them, so it needs no passphrase. */
export function keysInFolder(keys: Keyring): KeyOfRecord {
  return record => keys.hasRecipientsKey(recordKeyId(record) ?? '') ? publicKeyOf(record) : undefined;
}

/**
 * Vouches for the keys that the passphrase opens.
 * @throws MESH031 or MESH035 for a key file that the passphrase does not open
 */
export async function openedKeys({ pki, keys }: Pick<CaContext, 'pki' | 'keys'>, cluster: string): Promise<KeyOfRecord> {
  const values = [parsed(readTextIfThere(join(pki, PKI.clusters, cluster, PKI.recipients))), readMemory(pki).get(cluster)];
  const records = values.map(recordOf).filter(record => record !== undefined);
  const opened = new Map<string, KeyObject>();
  for (const keyId of new Set(records.map(recordKeyId))) {
    if (keyId !== undefined && keys.hasRecipientsKey(keyId)) {
      opened.set(keyId, (await keys.openRecipientsKey(keyId)).publicKey);
    }
  }
  return record => opened.get(recordKeyId(record) ?? '');
}

/** Writes the record of a cluster into the private folder. */
export function remember(pki: string, record: RecipientRecord): void {
  const memory = readMemory(pki).set(record.cluster, record);
  const sorted = Object.fromEntries([...memory].sort(([one], [other]) => one < other ? -1 : 1));
  const text = `${JSON.stringify(sorted, null, 2)}\n`;
  const path = memoryPath(pki);
  if (readTextIfThere(path) !== text) {
    writeFileAtomically(path, text, 0o600);
  }
}

/** Record, or what is wrong with it. */
export interface Checked {
  readonly record?: RecipientRecord;
  readonly flaw?: string;
}

const MISSING = 'is missing';

function checked(value: unknown, cluster: string, place: RecordPlace, keyOf: KeyOfRecord): Checked {
  if (value === undefined) {
    return { flaw: MISSING };
  }
  const record = recordOf(value);
  if (!record) {
    return { flaw: 'does not have the form of a record' };
  }
  if (record.cluster !== cluster) {
    return { flaw: 'is that of another cluster' };
  }
  const key = keyOf(record);
  if (!key) {
    return { flaw: 'is signed with a key that the private folder does not have' };
  }
  return isSignedBy(record, place, key) ? { record } : { flaw: 'does not have a valid signature' };
}

/** The record of the private folder counts, unless another machine has encrypted for other recipients since. */
function newest(inCluster: RecipientRecord | undefined, inPrivate: RecipientRecord | undefined): RecipientRecord | undefined {
  return inCluster && (!inPrivate || inCluster.number > inPrivate.number) ? inCluster : inPrivate;
}

/** What is wrong with a record, with the place of the record. */
export function inPlace(flaw: string, place: RecordPlace): string {
  return `the record of the recipients in the ${place} ${flaw}`;
}

/** Records in the private folder, by the names of their clusters. */
function readMemory(pki: string): Map<string, unknown> {
  const value = parsed(readTextIfThere(memoryPath(pki)));
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}

function memoryPath(pki: string): string {
  return join(pki, PKI.private, PKI.recipients);
}

/** Value of a JSON text. A text that is not JSON has a value without the form of a record. */
function parsed(text: string | undefined): unknown {
  if (text === undefined) {
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
