import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'fs';
import { hostname } from 'os';
import { join } from 'path';
import { contents } from './folder-contents';
import { workplaceWith } from '../pki/pki';

test('the next command completes or reverts the change of an interrupted run', async () => {
  const { ca, pki, read } = await workplaceWith('cluster1');
  const folder = join(pki, 'clusters', 'cluster1');
  const before = contents(folder);
  // Interrupted between the two renames: the new folder is complete.
  cpSync(folder, join(pki, 'clusters', '.cluster1.next'), { recursive: true });
  renameSync(folder, join(pki, 'clusters', '.cluster1.old'));
  await ca('issue', 'cluster2');
  expect(contents(folder)).toEqual(before);
  // Interrupted while the new folder was written.
  mkdirSync(join(pki, 'clusters', '.cluster1.next'));
  writeFileSync(join(pki, 'clusters', '.cluster1.next', 'ca-cert.pem'), 'half');
  await ca('issue', 'cluster3');
  expect(contents(folder)).toEqual(before);
  expect(readdirSync(join(pki, 'clusters')).sort()).toEqual(['cluster1', 'cluster2', 'cluster3']);
  expect(read('root-cert.pem')).toContain('BEGIN CERTIFICATE');
});

test('a second run at the same time is refused, and the lock of a run that has ended is removed', async () => {
  const { ca, pki } = await workplaceWith();
  writeFileSync(join(pki, '.lock'), '1');
  expect((await ca('issue', 'cluster1')).out).toMatch(/MESH030 .*another run of istio-mesh ca is changing the folder/);
  writeFileSync(join(pki, '.lock'), `${hostname()} 999999999 token`);
  expect((await ca('issue', 'cluster1')).code).toBe(0);
  expect(existsSync(join(pki, '.lock'))).toBe(false);
});

test.each([
  { file: 'root-cert.pem', text: '' },
  { file: 'root-cert.pem', text: 'text' },
  { file: 'clusters/cluster1/ca-cert.pem', text: 'text' },
  { file: 'clusters/cluster1/sealing-cert.pem', text: '' },
  { file: 'clusters/cluster1/cert-chain.pem', text: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' },
])('no command prints a stack trace if $file holds $text', async ({ file, text }) => {
  const { ca, pki } = await workplaceWith('cluster1');
  writeFileSync(join(pki, file), text);
  const commands = [['status'], ['verify'], ['init'], ['renew', 'cluster1'], ['reseal', 'cluster1'], ['rotate-root', 'introduce']];
  for (const command of commands) {
    const { out } = await ca(...command);
    expect(out).not.toMatch(/    at |TypeError|PEM routines/);
  }
  expect(await ca('verify')).toMatchObject({ code: file.includes('sealing') ? expect.any(Number) : 1 });
});
