import { createPrivateKey, createPublicKey, generateKeyPair, KeyObject } from 'crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { promisify } from 'util';

/** As many keys as most files of tests need. */
const SIZE = 24;
const BITS = 2048;

/** Environment variable with the file of the keys. */
const FILE = 'MESH_TEST_KEYS';

/**
 * Generates RSA keys for all files of tests, before they run: a key takes a tenth of a second, and no key belongs into the repository.
 */
export default async function setup(): Promise<void> {
  if (process.env[FILE] !== undefined) {
    // Jest watches, and runs tests again.
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'mesh-test-keys-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const generated = Array.from({ length: SIZE }, () => promisify(generateKeyPair)('rsa', { modulusLength: BITS }));
  const keys = (await Promise.all(generated)).map(({ privateKey }) => privateKey.export({ type: 'pkcs8', format: 'pem' }));
  process.env[FILE] = join(folder, 'keys.json');
  writeFileSync(process.env[FILE], JSON.stringify(keys), { mode: 0o600 });
}

let keys: string[] | undefined;

/**
 * Returns a key that no other call in the same file of tests returned; undefined when there is none of this size. Proofs on real components
 * generate all of their keys.
 */
export function unusedKeyPair(bits: number): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } | undefined {
  const file = process.env[FILE];
  keys ??= file === undefined ? [] : JSON.parse(readFileSync(file, 'utf8')) as string[];
  const key = bits === BITS ? keys.pop() : undefined;
  if (key === undefined) {
    return undefined;
  }
  const privateKey = createPrivateKey(key);
  return { privateKey, publicKey: createPublicKey(privateKey) };
}
