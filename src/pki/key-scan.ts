import { createPrivateKey } from 'crypto';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/** Text at the beginning or end of every private key, encrypted ones too. */
const MARKS = ['PRIVATE KEY-----', 'PRIVATE KEY BLOCK-----', 'AGE-SECRET-KEY-'];
/** The marks in base64, for each of the three positions that a mark can have in a group of three octets. */
const ENCODED_MARKS = MARKS.flatMap(mark => [0, 1, 2].map(offset => base64Within(mark, offset)));

/** Fields of Kubernetes objects that may hold DER in base64. */
const DATA_FIELDS = ['data', 'stringData', 'binaryData'];

/** Whether text holds a private key: as PEM, as an age identity, or one of them in base64. */
export function holdsPrivateKey(text: string): boolean {
  return [...MARKS, ...ENCODED_MARKS].some(mark => text.includes(mark));
}

/**
 * Returns the paths of the fields of an object that hold a private key: PEM, PEM in base64 with or without line breaks, and
 * DER in the data of a Secret or ConfigMap.
 */
export function privateKeysIn(object: unknown): string[] {
  return [...new Set([...textKeysIn(object, ''), ...isMap(object) ? derKeysIn(object) : []])];
}

/** Returns the problem of a private key in an object or file. The problem shows no part of the key. */
export function privateKeyProblem(where: string, field: string): Problem {
  return {
    code: MeshErrorCode.PRIVATE_KEY,
    where,
    what: 'a private key would be written in the clear',
    got: `one in ${field}`,
    expected: 'ciphertext, or a reference to where the key is kept',
    fix: 'deliver cacerts with MeshTrust.sealedSecrets(), and keep other keys out of the chart',
  };
}

/** Map or list of an object, with its fields by name or number. */
interface Fields {
  readonly [key: string]: unknown;
}

function isMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

/** Returns the paths below a path that hold a key as text, as a value or as the name of a field. */
function textKeysIn(value: unknown, path: string): string[] {
  if (typeof value === 'string') {
    const holdsKey = holdsPrivateKey(value) || (/\s/.test(value) && holdsPrivateKey(value.replace(/\s/g, '')));
    return holdsKey ? [path] : [];
  }
  if (!isMap(value)) {
    return [];
  }
  return Object.entries(value).flatMap(([key, inner]) => {
    const below = textKeysIn(inner, path ? `${path}.${key}` : key);
    return holdsPrivateKey(key) ? [path, ...below] : below;
  });
}

/** Returns the paths of the data fields of a Secret or ConfigMap that hold a key as DER. */
function derKeysIn(object: Fields): string[] {
  if (object.kind !== 'Secret' && object.kind !== 'ConfigMap') {
    return [];
  }
  return DATA_FIELDS.flatMap(field => Object.entries(object[field] ?? {})
    .filter(([, value]) => typeof value === 'string' && isDerKey(value))
    .map(([key]) => `${field}.${key}`));
}

function isDerKey(base64: string): boolean {
  // Every key in DER begins with the tag of a SEQUENCE, which is an M in base64: most other data needs no attempt to parse it.
  if (!/^\s*M/.test(base64)) {
    return false;
  }
  const key = Buffer.from(base64, 'base64');
  return (['pkcs8', 'pkcs1', 'sec1'] as const).some(type => {
    try {
      createPrivateKey({ key, format: 'der', type });
      return true;
    } catch (error) {
      // Node reports an encrypted key by this error.
      return (error as NodeJS.ErrnoException).code === 'ERR_MISSING_PASSPHRASE';
    }
  });
}

/** Returns the base64 digits of a mark that do not depend on the octets around it, when `offset` octets precede it in its group. */
function base64Within(mark: string, offset: number): string {
  const encoded = Buffer.concat([Buffer.alloc(offset), Buffer.from(mark)]).toString('base64').replace(/=+$/, '');
  const first = offset === 0 ? 0 : offset + 1;
  const end = Math.floor((offset + mark.length) * 8 / 6);
  return encoded.slice(first, end);
}
