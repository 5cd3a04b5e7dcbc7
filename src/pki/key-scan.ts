import { encodedIn } from './encoded-texts';
import { isKeyOctets } from './key-octets';
import { holdsKeyText, privateJwkField, SHORTEST_KEY } from './key-texts';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/** How often a key can be encoded: a Secret can hold a kubeconfig that holds a key, and the Secret itself can be encoded. */
const MAX_DEPTH = 4;

/**
 * Whether text holds a private key in any form: as text, as DER or a store in base64 or hexadecimal digits, or one of them encoded up
 * to four times.
 */
export function holdsPrivateKey(text: string): boolean {
  return holdsKey(text, MAX_DEPTH);
}

/** Whether the octets of a file hold a private key in any form. */
export function holdsPrivateKeyOctets(octets: Buffer): boolean {
  return octetsHoldKey(octets, MAX_DEPTH);
}

/** Returns the paths of the fields of an object that hold a private key, as a value, a name, or the fields of a JSON Web Key. */
export function privateKeysIn(object: unknown): string[] {
  const found = new Set<string>();
  findKeys(object, '', found);
  return [...found];
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

function findKeys(value: unknown, path: string, found: Set<string>): void {
  if (typeof value === 'string') {
    if (value.length >= SHORTEST_KEY && holdsPrivateKey(value)) {
      found.add(path);
    }
  } else if (typeof value === 'object' && value !== null) {
    findKeysInFields(value as Fields, path, found);
  }
}

function findKeysInFields(fields: Fields, path: string, found: Set<string>): void {
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    if (name.length >= SHORTEST_KEY && holdsPrivateKey(name)) {
      found.add(path);
    }
    // Most values are short texts and numbers, which need no path.
    if (typeof value === 'string' ? value.length >= SHORTEST_KEY : typeof value === 'object') {
      findKeys(value, path === '' ? name : `${path}.${name}`, found);
    }
  }
  const jwkField = 'kty' in fields ? privateJwkField(fields) : undefined;
  if (jwkField !== undefined) {
    found.add(path === '' ? jwkField : `${path}.${jwkField}`);
  }
}

/** Whether a text holds a key, or encodes one up to a number of times. */
function holdsKey(text: string, depth: number): boolean {
  return text.length >= SHORTEST_KEY
    && (holdsKeyText(text) || (depth > 0 && encodedIn(text).some(octets => octetsHoldKey(octets, depth - 1))));
}

function octetsHoldKey(octets: Buffer, depth: number): boolean {
  // UTF-16 has a zero beside each letter.
  return isKeyOctets(octets) || holdsKey(octets.toString('latin1').replace(/\0/g, ''), depth);
}
