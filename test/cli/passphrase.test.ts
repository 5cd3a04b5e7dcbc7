import { existsSync, mkdirSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { PassThrough } from 'stream';
import { contents } from './folder-contents';
import { SYSTEM_ENVIRONMENT } from '../../src/cli/ca/environment';
import { init } from '../../src/cli/ca/init';
import { Keyring } from '../../src/cli/ca/keyring';
import { passphrase, typedPassphrase } from '../../src/cli/passphrase';
import { passphraseFromFile } from '../../src/pki/encrypted-key';
import { CaFiles } from '../../src/trust/ca-files';
import { Workplace, workplace, workplaceWith } from '../pki/pki';

const PASSPHRASE = 'only for this test';
const MARK = '\uFEFF';

/** Terminal at which somebody types these texts, each as an answer to the next prompt. */
function typing(...answers: string[]) {
  const input = new PassThrough();
  const output = new PassThrough();
  const remaining = [...answers];
  output.on('data', shown => {
    if (/: $/.test(String(shown))) {
      setImmediate(() => input.write(remaining.shift() ?? ''));
    }
  });
  return { input, output };
}

/** Runs `ca init` with a passphrase that somebody types. */
function initTyping({ pki }: Workplace, ...answers: string[]): Promise<void> {
  const keys = new Keyring(pki, SYSTEM_ENVIRONMENT, forNewKey => typedPassphrase(forNewKey, typing(...answers)));
  const context = { pki, keys, environment: SYSTEM_ENVIRONMENT, print: () => undefined };
  return init(context, { organization: 'Istio', keySize: 2048, days: 30 });
}

describe('at the prompt', () => {
  test.each([
    { what: 'Ctrl-D', answers: ['\x04'] },
    { what: 'Ctrl-C', answers: ['\x03'] },
    { what: 'Ctrl-C after some letters', answers: ['only for\x03'] },
    { what: 'Ctrl-D when the passphrase is to be repeated', answers: [`${PASSPHRASE}\r`, '\x04'] },
    { what: 'Ctrl-C when the passphrase is to be repeated', answers: [`${PASSPHRASE}\r`, '\x03'] },
  ])('$what ends the command with an error, and leaves no lock and no file', async ({ answers }) => {
    const place = workplace();
    await expect(initTyping(place, ...answers)).rejects.toThrow(/MESH035 .*the input ended before a passphrase was typed/);
    expect(existsSync(place.pki)).toBe(false);
  });

  test('the end of the input is an error in a folder that existed, too, and changes nothing in it', async () => {
    const place = await workplaceWith('cluster1');
    mkdirSync(join(place.folder, 'empty'));
    const before = contents(place.pki);
    const { input, output } = typing();
    input.end();
    const keys = new Keyring(place.pki, SYSTEM_ENVIRONMENT, forNewKey => typedPassphrase(forNewKey, { input, output }));
    await expect(keys.create('cluster2', 2048)).rejects.toThrow('MESH035');
    await expect(initTyping({ ...place, pki: join(place.folder, 'empty') }, '\x04')).rejects.toThrow('MESH035');
    expect(contents(place.pki)).toEqual(before);
    expect(existsSync(join(place.folder, 'empty'))).toBe(true);
  });

  test('two equal passphrases are taken, and are not shown', async () => {
    const place = workplace();
    const terminal = typing(`${PASSPHRASE}\r`, `${PASSPHRASE}\r`);
    const shown: string[] = [];
    terminal.output.on('data', text => shown.push(String(text)));
    expect(await typedPassphrase(true, terminal)).toBe(PASSPHRASE);
    expect(shown.join('')).toBe('Passphrase of the private keys: \nRepeat the passphrase: \n');
    await initTyping(place, `${PASSPHRASE}\r`, `${PASSPHRASE}\r`);
    expect((await place.ca('issue', 'cluster1')).code).toBe(0);
  });

  test('two passphrases that differ are refused', async () => {
    await expect(typedPassphrase(true, typing(`${PASSPHRASE}\r`, 'another one, sorry\r'))).rejects.toThrow(/MESH035 .*differ/);
  });
});

describe('in a file', () => {
  const before = process.env.ISTIO_MESH_PASSPHRASE_FILE;
  const place = workplace();
  const file = join(place.folder, 'passphrase-form');

  beforeEach(() => {
    process.env.ISTIO_MESH_PASSPHRASE_FILE = file;
  });

  afterAll(() => {
    rmSync(place.folder, { recursive: true });
    if (before === undefined) {
      delete process.env.ISTIO_MESH_PASSPHRASE_FILE;
    } else {
      process.env.ISTIO_MESH_PASSPHRASE_FILE = before;
    }
  });

  test.each([
    { form: 'one line', text: PASSPHRASE },
    { form: 'a final LF', text: `${PASSPHRASE}\n` },
    { form: 'a final CRLF', text: `${PASSPHRASE}\r\n`, newKey: 'a CRLF line end' },
    { form: 'a byte order mark', text: MARK + PASSPHRASE, newKey: 'a byte order mark' },
    { form: 'a byte order mark and a final LF', text: `${MARK}${PASSPHRASE}\n`, newKey: 'a byte order mark' },
    { form: 'a byte order mark and a final CRLF', text: `${MARK}${PASSPHRASE}\r\n`, newKey: 'a byte order mark' },
  ])('with $form, every reader reads the same passphrase, and a new key needs one that OpenSSL reads, too', async ({ text, newKey }) => {
    const { pki } = await workplaceWith('cluster1');
    writeFileSync(file, text);
    expect(await passphrase(false)).toBe(PASSPHRASE);
    // The synth reads the key of the cluster by the same file.
    expect(CaFiles.fromPki(pki, 'cluster1')._bundle.caKey).toContain('BEGIN PRIVATE KEY');
    if (newKey === undefined) {
      expect(await passphrase(true)).toBe(PASSPHRASE);
    } else {
      await expect(passphrase(true)).rejects.toThrow(
        `MESH035 istio-mesh: OpenSSL reads another passphrase from the file that ISTIO_MESH_PASSPHRASE_FILE names: got "${newKey}"`,
      );
    }
  });

  test.each([
    { what: 'blanks around it', text: ` ${PASSPHRASE} \n`, expected: ` ${PASSPHRASE} ` },
    { what: 'a byte order mark within it', text: `only${MARK}for this test\n`, expected: `only${MARK}for this test` },
    { what: 'a CR within it', text: 'only for\rthis test\n', expected: 'only for\rthis test' },
    { what: 'letters outside ASCII', text: 'nur für diesen Test\n', expected: 'nur für diesen Test' },
  ])('$what are a part of the passphrase, for a new key, too', ({ text, expected }) => {
    writeFileSync(file, text);
    expect([false, true].map(forNewKey => passphraseFromFile('test', forNewKey))).toEqual([expected, expected]);
  });

  test('several lines open an existing key, and are refused for a new one', () => {
    writeFileSync(file, `${PASSPHRASE}\nsecond line\n`);
    expect(passphraseFromFile('test')).toBe(`${PASSPHRASE}\nsecond line`);
    expect(() => passphraseFromFile('test', true)).toThrow(/MESH035 .*got "several lines"/);
  });

  test('UTF-16, as some shells write it, is refused', () => {
    writeFileSync(file, Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(PASSPHRASE, 'utf16le')]));
    expect(() => passphraseFromFile('test')).toThrow(/MESH035 .*no UTF-8 text/);
  });
});

test('a key that is not encrypted is never opened, nor one that stands beside an encrypted key', async () => {
  const { pki, ca, read } = await workplaceWith('cluster1');
  const name = Object.keys(contents(join(pki, 'private'))).find(path => /\/cluster1-/.test(path))!;
  const encrypted = read(`private/${name.split('/').pop()}`);
  const { privateKey } = await SYSTEM_ENVIRONMENT.generateRsaKeyPair(2048);
  const clear = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const broken = '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n';
  for (const text of [clear, clear + encrypted, encrypted + clear, broken + clear]) {
    writeFileSync(name, text);
    expect(await ca('rotate-root', 'introduce')).toEqual({ code: 1, out: expect.stringContaining('MESH031') });
  }
  writeFileSync(name, encrypted);
  expect((await ca('renew', 'cluster1')).code).toBe(0);
});
