import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { pki as forgePki } from 'node-forge';
import { contents, x509 } from './folder-contents';
import { readCertificates } from '../../src/pki/certificate';
import { keysOf, make } from '../pki/make';
import { workplaceWith } from '../pki/pki';

test('three steps replace the root, and every cluster trusts the signing root of every other cluster after each of them', async () => {
  const { ca, read, pki } = await workplaceWith('cluster1', 'cluster2');
  const old = read('root-cert.pem');
  expect((await ca('rotate-root', 'introduce')).code).toBe(0);
  const next = read('next-root-cert.pem');
  expect(x509(next).subject).toBe('O=Istio\nCN=Root CA G2');
  expect(read('clusters/cluster1/root-cert.pem')).toBe(old + next);
  expect((await ca('verify')).code).toBe(0);
  expect((await ca('rotate-root', 'switch')).code).toBe(0);
  expect(read('clusters/cluster2/root-cert.pem')).toBe(old + next);
  expect(x509(read('clusters/cluster2/ca-cert.pem')).verify(x509(next).publicKey)).toBe(true);
  expect((await ca('verify')).code).toBe(0);
  expect((await ca('rotate-root', 'retire')).code).toBe(0);
  expect([read('root-cert.pem'), read('clusters/cluster1/root-cert.pem')]).toEqual([next, next]);
  expect(existsSync(join(pki, 'next-root-cert.pem'))).toBe(false);
  expect(readdirSync(join(pki, 'retired'))).toHaveLength(1);
  expect((await ca('verify')).code).toBe(0);
  await ca('rotate-root', 'introduce');
  expect(x509(read('next-root-cert.pem')).subject).toBe('O=Istio\nCN=Root CA G3');
});

test('a step that the state of the clusters does not allow is refused, and changes nothing', async () => {
  const { ca, pki } = await workplaceWith('cluster1', 'cluster2');
  const refused = async (...step: string[]) => {
    const before = contents(pki);
    const { code, out } = await ca('rotate-root', ...step);
    expect([code, out]).toEqual([1, expect.stringContaining('MESH034')]);
    expect(contents(pki)).toEqual(before);
  };
  await refused('switch');
  await refused('retire');
  expect((await ca('rotate-root', '--cluster', 'cluster1', 'introduce')).out).toMatch(
    /in the other clusters: run istio-mesh ca rotate-root introduce --cluster cluster2 --dir .*pki$/,
  );
  await refused('switch');
  await refused('retire');
  await refused('introduce', '--cluster', 'nobody');
  await ca('rotate-root', 'introduce');
  await refused('retire');
  expect((await ca('rotate-root', 'switch', '--cluster', 'cluster1')).out).toMatch(/rotate-root switch --cluster cluster2 --dir .*pki$/);
  await refused('introduce');
  await refused('retire');
  await ca('rotate-root', 'switch');
  await ca('rotate-root', 'retire');
  expect(await ca('rotate-root', 'retire')).toEqual({ code: 0, out: expect.stringContaining('nothing changed') });
  await refused('switch');
});

test.each([
  { last: 'introduce', steps: ['introduce'] },
  { last: 'switch', steps: ['introduce', 'switch'] },
])('after $last, every command refuses a folder whose next root is missing or empty', async ({ steps }) => {
  const { ca, pki } = await workplaceWith('cluster1');
  for (const step of steps) {
    await ca('rotate-root', step);
  }
  for (const loseNextRoot of [() => writeFileSync(join(pki, 'next-root-cert.pem'), ''), () => rmSync(join(pki, 'next-root-cert.pem'))]) {
    loseNextRoot();
    const before = contents(pki);
    for (const command of [
      ['rotate-root', 'introduce'],
      ['rotate-root', 'retire'],
      ['issue', 'cluster2'],
      ['renew', 'cluster1'],
      ['verify'],
    ]) {
      expect(await ca(...command)).toEqual({ code: 1, out: expect.stringMatching(/MESH030 .*restore/) });
    }
    expect(contents(pki)).toEqual(before);
  }
});

test('renew keeps a cluster in its step, and a new cluster does not trust a root that another cluster has retired', async () => {
  const { ca, read } = await workplaceWith('cluster1', 'cluster2');
  await ca('rotate-root', 'introduce');
  await ca('rotate-root', 'switch');
  await ca('rotate-root', 'retire', '--cluster', 'cluster1');
  const roots = read('clusters/cluster1/root-cert.pem');
  const own = read('clusters/cluster1/ca-cert.pem');
  await ca('rotate-root', 'switch');
  expect([read('clusters/cluster1/root-cert.pem'), read('clusters/cluster1/ca-cert.pem')]).toEqual([roots, own]);
  await ca('renew', 'cluster1');
  await ca('issue', 'cluster3');
  expect([read('clusters/cluster1/root-cert.pem'), read('clusters/cluster3/root-cert.pem')]).toEqual([roots, roots]);
  expect((await ca('verify')).code).toBe(0);
});

test('introduce refuses another root than the one being introduced', async () => {
  const { ca, folder } = await workplaceWith('cluster1');
  await ca('rotate-root', 'introduce');
  writeFileSync(join(folder, 'other.pem'), make({ name: 'Another' }).pem);
  expect((await ca('rotate-root', 'introduce', '--root-cert', join(folder, 'other.pem'))).out).toMatch(/MESH034 .*another root/);
});

test('a cluster that joins during a replacement trusts both roots, and the root that signs other clusters signs it', async () => {
  const { ca, read } = await workplaceWith('cluster1');
  await ca('rotate-root', 'introduce');
  await ca('issue', 'cluster2');
  expect(x509(read('clusters/cluster2/ca-cert.pem')).verify(x509(read('root-cert.pem')).publicKey)).toBe(true);
  await ca('rotate-root', 'switch', '--cluster', 'cluster1');
  await ca('issue', 'cluster3');
  expect(x509(read('clusters/cluster3/ca-cert.pem')).verify(x509(read('next-root-cert.pem')).publicKey)).toBe(true);
  expect(readCertificates(read('clusters/cluster3/root-cert.pem'))).toHaveLength(2);
  expect((await ca('verify')).code).toBe(0);
});

test('an external new root signs by certificate requests, after every cluster trusts it', async () => {
  const { ca, folder, read } = await workplaceWith('cluster1', 'cluster2');
  const next = make({ name: 'Next organisation root' });
  writeFileSync(join(folder, 'next.pem'), next.pem);
  await ca('rotate-root', 'introduce', '--root-cert', join(folder, 'next.pem'), '--cluster', 'cluster1');
  await ca('renew', 'cluster1', '--csr-out', join(folder, 'request.pem'));
  const request = forgePki.certificationRequestFromPem(readFileSync(join(folder, 'request.pem'), 'utf8'));
  const keys = { publicKey: request.publicKey as forgePki.rsa.PublicKey, privateKey: keysOf('unused').privateKey };
  writeFileSync(join(folder, 'signed.pem'), make({ issuer: next, pathLength: 0, keys }).pem);
  expect((await ca('renew', 'cluster1', '--import-cert', join(folder, 'signed.pem'))).out).toMatch(/MESH034 cluster 'cluster2'/);
  await ca('rotate-root', 'introduce');
  expect((await ca('rotate-root', 'switch')).out).toMatch(/MESH034 .*--csr-out/);
  expect((await ca('renew', 'cluster1', '--import-cert', join(folder, 'signed.pem'))).code).toBe(0);
  expect(read('clusters/cluster1/cert-chain.pem').endsWith(next.pem)).toBe(true);
});
