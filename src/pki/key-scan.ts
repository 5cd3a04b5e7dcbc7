import { createPrivateKey } from 'crypto';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/** What private keys begin or end with in text, encrypted ones too. */
const MARKS = ['PRIVATE KEY-----', 'PRIVATE KEY BLOCK-----', 'AGE-SECRET-KEY-'];
/** The same within base64, wherever in the encoded text it begins. */
const ENCODED_MARKS = MARKS.flatMap(mark => [0, 1, 2].map(offset => base64Within(mark, offset)));

/** Whether text holds a private key: as PEM, as an age identity, or either of them in base64. */
export function holdsPrivateKey(text: string): boolean {
  return [...MARKS, ...ENCODED_MARKS].some(mark => text.includes(mark));
}

/**
 * The fields of an object that hold a private key: PEM, base64 of PEM however it is folded, and DER in the data of a
 * Secret.
 */
export function privateKeysIn(object: any): string[] {
  const found: string[] = [];
  const look = (value: unknown, path: string): void => {
    if (typeof value === 'string') {
      if (holdsPrivateKey(value) || (/\s/.test(value) && holdsPrivateKey(value.replace(/\s/g, '')))) {
        found.push(path);
      }
      return;
    }
    if (value === null || typeof value !== 'object') {
      return;
    }
    for (const [key, inner] of Object.entries(value)) {
      if (holdsPrivateKey(key)) {
        found.push(path);
      }
      look(inner, path ? `${path}.${key}` : key);
    }
  };
  look(object, '');
  const fields = ['Secret', 'ConfigMap'].includes(object?.kind) ? ['data', 'stringData', 'binaryData'] : [];
  const der = fields.flatMap(
    field => Object.entries(object[field] ?? {}).filter(
      ([, value]) => typeof value === 'string' && isDerKey(value),
    ).map(([key]) => `${field}.${key}`),
  );
  return [...new Set([...found, ...der])];
}

/** The problem of a private key in some place. Nothing of the key is told. */
export function privateKeyProblem(where: string, field: string): Problem {
  return {
    code: MeshErrorCode.PRIVATE_KEY,
    where,
    what: 'a private key would be written in the clear',
    got: `one in ${field}`,
    expected: 'ciphertext, or a reference to where the key is kept',
    fix: 'deliver cacerts by MeshTrust.sealedSecrets(), and keep other keys out of the chart',
  };
}

function isDerKey(base64: string): boolean {
  // A SEQUENCE: every key in DER begins so, and little else does.
  if (!/^\s*M/.test(base64)) {
    return false;
  }
  const key = Buffer.from(base64, 'base64');
  return (['pkcs8', 'pkcs1', 'sec1'] as const).some(type => {
    try {
      createPrivateKey({ key, format: 'der', type });
      return true;
    } catch (error) {
      // An encrypted one is a key too.
      return (error as NodeJS.ErrnoException).code === 'ERR_MISSING_PASSPHRASE';
    }
  });
}

/** The base64 digits that a mark always has when so many octets stand before its group. */
function base64Within(mark: string, offset: number): string {
  const encoded = Buffer.concat([Buffer.alloc(offset), Buffer.from(mark)]).toString('base64').replace(/=+$/, '');
  const before = offset === 0 ? 0 : offset + 1;
  const whole = Math.floor((offset + mark.length) * 8 / 6);
  return encoded.slice(before, whole);
}
