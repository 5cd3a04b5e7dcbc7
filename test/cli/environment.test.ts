import { rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { contents } from './folder-contents';
import { unpredictableCalls, unpredictableCallsIn } from './unpredictable-calls';
import { Environment, KeyPair, SYSTEM_ENVIRONMENT } from '../../src/cli/ca/environment';
import { init } from '../../src/cli/ca/init';
import { issue, reseal } from '../../src/cli/ca/issue';
import { Keyring } from '../../src/cli/ca/keyring';
import { Workplace, workplace } from '../pki/pki';

// The environment that the command has, with keys of its own.
jest.unmock('../../src/cli/ca/environment');

const RECIPIENT = 'age1mmf2z2cfuc0tktz7yks2k3ymempyc3adwktue07vnf0a0t9mgykqdcfsg8';
const SECRET_FILES = ['ca-cert.pem', 'ca-key.pem', 'cert-chain.pem', 'root-cert.pem'];
// Numbers of random octets.
const [LOCK_TOKEN, SALT, KEY_IV, SERIAL_NUMBER] = [16, 16, 16, 16];
const RECIPIENTS_KEY = 32;
const [SESSION_KEY, DATA_KEY, VALUE_IV, MAC_IV] = [32, 32, 32, 32];
const OPTIONS = { organization: 'Istio', keySize: 2048, days: 30 };

type PublicEncrypt = Environment['publicEncrypt'];

/** Environment whose clock stands still, whose random octets are a counter, and whose keys are given. */
function fixedEnvironment(now: Date, keys: KeyPair[]): jest.Mocked<Environment> {
  let counter = 0;
  const remaining = [...keys];
  return {
    now: jest.fn(() => now),
    randomBytes: jest.fn((count: number) => Buffer.alloc(count, counter++)),
    generateRsaKeyPair: jest.fn(async (_bits: number) => remaining.shift()!),
    publicEncrypt: jest.fn<ReturnType<PublicEncrypt>, Parameters<PublicEncrypt>>((_key, value) => Buffer.concat([value as Buffer])),
    ageEncrypt: jest.fn(async (recipient: string, value: Buffer) => `${recipient} ${value.toString('hex')}`),
  };
}

/** Creates a root and the CA of a cluster in a new pki/ folder. */
async function createCas(environment: Environment, { pki, sealingCert }: Workplace): Promise<void> {
  const keys = new Keyring(pki, environment, async () => 'only for this test');
  const context = { pki, keys, environment, print: () => undefined };
  await init(context, OPTIONS);
  await issue(context, 'cluster1', { ...OPTIONS, sealingCert });
  // Jest cannot load age-encryption, which validates a recipient that is passed as an option.
  writeFileSync(join(pki, 'clusters', 'cluster1', 'age-recipients.txt'), `${RECIPIENT}\n`);
  await reseal(context, ['cluster1'], { acceptRecipients: [RECIPIENT] });
}

describe('environment', () => {
  const place = workplace();
  const now = new Date();
  let keys: KeyPair[];

  beforeAll(async () => {
    keys = [await SYSTEM_ENVIRONMENT.generateRsaKeyPair(2048), await SYSTEM_ENVIRONMENT.generateRsaKeyPair(2048)];
  });

  beforeEach(() => rmSync(place.pki, { recursive: true, force: true }));

  test('equal environments give equal files', async () => {
    await createCas(fixedEnvironment(now, keys), place);
    const first = contents(place.pki);
    rmSync(place.pki, { recursive: true });
    await createCas(fixedEnvironment(now, keys), place);
    expect(contents(place.pki)).toEqual(first);
    expect(Object.keys(first)).toEqual(expect.arrayContaining(
      ['cacerts.sealed.json', 'cacerts.sops.json'].map(file => join(place.pki, 'clusters', 'cluster1', file)),
    ));
  });

  test('keys, salts, initialization vectors, session keys and serial numbers are drawn from the environment, each once', async () => {
    const environment = fixedEnvironment(now, keys);
    await createCas(environment, place);
    expect(environment.generateRsaKeyPair.mock.calls).toEqual([[2048], [2048]]);
    const octets = {
      init: [LOCK_TOKEN, SALT, KEY_IV, SERIAL_NUMBER],
      issue: [LOCK_TOKEN, SALT, KEY_IV, SERIAL_NUMBER, ...SECRET_FILES.map(() => SESSION_KEY), RECIPIENTS_KEY, SALT, KEY_IV],
      reseal: [LOCK_TOKEN, ...SECRET_FILES.map(() => SESSION_KEY), DATA_KEY, ...SECRET_FILES.map(() => VALUE_IV), MAC_IV],
    };
    expect(environment.randomBytes.mock.calls.flat()).toEqual([...octets.init, ...octets.issue, ...octets.reseal]);
    expect(environment.publicEncrypt).toHaveBeenCalledTimes(2 * SECRET_FILES.length);
    expect(environment.ageEncrypt).toHaveBeenCalledTimes(1);
  });
});

describe('source scan', () => {
  test('only the environment of the command draws randomness and reads the clock', () => {
    const calls = unpredictableCallsIn(join(__dirname, '..', '..', 'src'));
    expect(calls.filter(({ file }) => file !== join('cli', 'ca', 'environment.ts'))).toEqual([]);
    expect(calls.map(({ expression }) => expression)).toEqual(expect.arrayContaining(['new Date()', 'encrypter.encrypt']));
  });

  test.each([
    "import { randomBytes } from 'crypto';",
    "import { createHash, randomUUID as id } from 'node:crypto';",
    "import { generateKeyPairSync } from 'crypto';",
    "import { publicEncrypt } from 'crypto';",
    "import * as crypto from 'crypto';",
    "import crypto from 'crypto';",
    "import crypto = require('crypto');",
    "export { randomBytes } from 'crypto';",
    "import { performance } from 'perf_hooks';",
    "import { mkdtempSync } from 'fs';",
    "const { randomBytes } = require('crypto');",
    "const loaded = import('node:crypto');",
    'const id = crypto.randomUUID();',
    'const octets = globalThis.crypto.getRandomValues(new Uint8Array(16));',
    'const serial = Math.random();',
    "const serial = Math['random']();",
    'const draw = Math.random;',
    'const { random } = Math;',
    'const at = new Date();',
    'const at = new Date;',
    'const at = Date();',
    'const at = Date.now();',
    'const at = globalThis.Date.now();',
    'const clock = { now: Date.now };',
    'const started = performance.now();',
    'const started = process.hrtime();',
    'const text = await new Encrypter().encrypt(value);',
    'const keys = forge.pki.rsa.generateKeyPair(2048);',
  ])('finds %s', text => {
    expect(unpredictableCalls(text)).not.toEqual([]);
  });

  test.each([
    "import { createHash, createCipheriv } from 'crypto';",
    "import type { KeyObject } from 'crypto';",
    'const octets = environment.randomBytes(16);',
    'const at = environment.now();',
    'const at = new Date(certificate.validTo);',
    'const day = Math.floor(milliseconds / 1000);',
    'const isDate = value instanceof Date;',
    'function expires(at: Date): Date | undefined { return at; }',
  ])('does not find %s', text => {
    expect(unpredictableCalls(text)).toEqual([]);
  });
});
