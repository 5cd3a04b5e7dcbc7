import { createPrivateKey } from 'crypto';
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'fs';
import { dirname, join } from 'path';
import { make } from '../pki/make';
import { workplaceWith, Workplace } from '../pki/pki';

const { key, pem } = make();

function der(options: { cipher?: string; passphrase?: string } = {}): Buffer {
  return createPrivateKey(key).export({ type: 'pkcs8', format: 'der', ...options });
}

const ENCRYPTED_DER = der({ cipher: 'aes-256-cbc', passphrase: 'only for this test' });

function write({ pki }: Workplace, path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(pki, path)), { recursive: true });
  writeFileSync(join(pki, path), content);
}

test.each(
  ['private-old', 'private.bak', 'Private', 'private2', 'clusters/private', 'backup/private', 'private-old/private'],
)('verify reports the encrypted keys of %s, which Git does not ignore', async folder => {
  const { ca, pki } = await workplaceWith('cluster1');
  cpSync(join(pki, 'private'), join(pki, folder), { recursive: true });
  const keys = readdirSync(join(pki, 'private')).filter(name => name.endsWith('.pem'));
  const { code, out } = await ca('verify');
  expect(code).toBe(1);
  expect(out.match(/MESH031/g)).toHaveLength(keys.length);
  keys.forEach(name => expect(out).toContain(`MESH031 ${join(pki, folder, name)}: `));
});

test.each([
  { what: 'DER in the folder of a cluster', path: 'clusters/cluster1/key.der', content: der() },
  { what: 'encrypted DER beside the private folder', path: 'private.bak/key', content: ENCRYPTED_DER },
  { what: 'DER in the private folder', path: 'private/key.der', content: der() },
  { what: 'PEM in the private folder', path: 'private/key.pem', content: key },
])('verify reports a key as $what', async ({ path, content }) => {
  const place = await workplaceWith('cluster1');
  write(place, path, content);
  expect(await place.ca('verify')).toEqual({ code: 1, out: expect.stringContaining(`MESH031 ${join(place.pki, path)}: `) });
});

test.each([
  { what: 'encrypted DER in the private folder', path: 'private/key.der', content: ENCRYPTED_DER },
  { what: 'a key in a folder of the private folder', path: 'private/old/key.der', content: ENCRYPTED_DER },
  { what: 'a folder private-old without keys', path: 'private-old/README.md', content: 'The keys are elsewhere.\n' },
  { what: 'a certificate as DER', path: 'clusters/cluster1/ca.der', content: Buffer.from(pem.replace(/-----.*-----/g, ''), 'base64') },
  { what: 'a text that begins with a 0', path: 'notes.txt', content: '0' },
])('verify accepts $what', async ({ path, content }) => {
  const place = await workplaceWith('cluster1');
  write(place, path, content);
  expect((await place.ca('verify')).out).toContain('no problems found');
});
