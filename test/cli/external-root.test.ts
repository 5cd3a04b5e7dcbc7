import { cpSync, existsSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { pki as forgePki } from 'node-forge';
import { keysOf, make, Made } from '../pki/make';
import { Workplace, workplace, workplaceWith } from '../pki/pki';

/** Signs a certificate request as an external root does, without a name constraint. */
function signedBy(root: Made, csr: string): string {
  const request = forgePki.certificationRequestFromPem(csr);
  expect(request.verify()).toBe(true);
  return make(
    {
      issuer: root,
      pathLength: 0,
      keys: { publicKey: request.publicKey as forgePki.rsa.PublicKey, privateKey: keysOf('unused').privateKey },
    },
  ).pem;
}

/** Working directory whose root is external. */
async function workplaceOfExternalRoot(): Promise<Workplace & { readonly root: Made }> {
  const place = workplace();
  const root = make({ name: 'Organisation root' });
  writeFileSync(join(place.folder, 'root.pem'), root.pem);
  expect((await place.ca('init', '--root-cert', join(place.folder, 'root.pem'))).code).toBe(0);
  return { ...place, root };
}

test('an external root signs a request, and the signed certificate becomes the CA', async () => {
  const { ca, folder, read, root } = await workplaceOfExternalRoot();
  expect((await ca('issue', 'cluster1')).out).toMatch(/MESH030 .*--csr-out and --import-cert/);
  expect((await ca('issue', 'cluster1', '--csr-out', join(folder, 'request.pem'))).code).toBe(0);
  writeFileSync(join(folder, 'signed.pem'), signedBy(root, readFileSync(join(folder, 'request.pem'), 'utf8')));
  expect((await ca('issue', 'cluster1', '--import-cert', join(folder, 'signed.pem'))).code).toBe(0);
  expect(read('clusters/cluster1/cert-chain.pem').endsWith(root.pem)).toBe(true);
  expect((await ca('verify')).out).toContain('no problems found');
});

test('a certificate of another root, or for another request, is refused', async () => {
  const { ca, folder, pki, root } = await workplaceOfExternalRoot();
  await ca('issue', 'cluster1', '--csr-out', join(folder, 'request.pem'));
  const signed = (text: string) => {
    writeFileSync(join(folder, 'signed.pem'), text);
    return ca('issue', 'cluster1', '--import-cert', join(folder, 'signed.pem'));
  };
  expect((await signed(signedBy(make({ name: 'Stranger' }), readFileSync(join(folder, 'request.pem'), 'utf8')))).out).toContain('MESH030');
  expect((await signed(make({ issuer: root, pathLength: 0 }).pem)).out).toContain('MESH030');
  expect((await signed('nothing')).out).toContain('MESH030');
  expect(existsSync(join(pki, 'clusters', 'cluster1'))).toBe(false);
});

test('a certificate for the key of another cluster is refused, and verify finds a shared key', async () => {
  const { ca, folder, pki, root } = await workplaceOfExternalRoot();
  for (const cluster of ['cluster1', 'cluster2']) {
    await ca('issue', cluster, '--csr-out', join(folder, `${cluster}.csr`));
  }
  writeFileSync(join(folder, 'signed.pem'), signedBy(root, readFileSync(join(folder, 'cluster1.csr'), 'utf8')));
  expect(
    (await ca('issue', 'cluster2', '--import-cert', join(folder, 'signed.pem'))).out,
  ).toMatch(/MESH030 .*for a key of another cluster/);
  await ca('issue', 'cluster1', '--import-cert', join(folder, 'signed.pem'));
  cpSync(join(pki, 'clusters', 'cluster1'), join(pki, 'clusters', 'cluster2'), { recursive: true });
  expect((await ca('verify')).out).toMatch(/MESH030 clusters cluster1 and cluster2: both have one CA key/);
});

test('a certificate without the requested name constraint is refused', async () => {
  const { ca, folder, root } = await workplaceOfExternalRoot();
  const { out } = await ca('issue', 'cluster1', '--csr-out', join(folder, 'c.csr'), '--trust-domain', 'prod.example');
  expect(out).toContain('permitted;URI:prod.example');
  const request = readFileSync(join(folder, 'c.csr'), 'utf8');
  expect(Buffer.from(request.split('\n').slice(1, -2).join(''), 'base64').includes('prod.example')).toBe(true);
  writeFileSync(join(folder, 'signed.pem'), signedBy(root, request));
  expect(
    (await ca('issue', 'cluster1', '--trust-domain', 'prod.example', '--import-cert', join(folder, 'signed.pem'))).out,
  ).toMatch(/MESH030 .*a CA without a name constraint/);
});

test('a root certificate with problems is refused, and the error lists all of them', async () => {
  const { ca, folder } = workplace();
  writeFileSync(join(folder, 'bad.pem'), make({ name: 'weak', bits: 1024, pathLength: 0 }).pem);
  const { out } = await ca('init', '--root-cert', join(folder, 'bad.pem'));
  expect(out.match(/MESH029/g)).toHaveLength(2);
});

test('a root that strict verifiers refuse is taken over with a warning, by init, introduce and verify', async () => {
  const { ca, folder } = workplace();
  writeFileSync(join(folder, 'old.pem'), make({ name: 'Old root', keyUsage: 'absent', digest: 'sha1' }).pem);
  writeFileSync(join(folder, 'next.pem'), make({ name: 'Next root', serial: '00' }).pem);
  const warned = async (count: number, ...command: string[]) => {
    const { code, out } = await ca(...command);
    expect([code, out.match(/warning: MESH053/g)?.length ?? 0]).toEqual([0, count]);
  };
  await warned(2, 'init', '--root-cert', join(folder, 'old.pem'));
  await warned(2, 'verify');
  await warned(1, 'rotate-root', 'introduce', '--root-cert', join(folder, 'next.pem'));
  await warned(3, 'verify');
});

test('init refuses another root than the one in use, and the error names rotate-root', async () => {
  const { ca, folder } = await workplaceWith();
  writeFileSync(join(folder, 'root.pem'), make({ name: 'Another' }).pem);
  expect((await ca('init', '--root-cert', join(folder, 'root.pem'))).out).toMatch(/MESH030 .*rotate-root introduce/);
});

test('a certificate request never overwrites another file', async () => {
  const { ca, read, pki } = await workplaceWith();
  const before = read('root-cert.pem');
  expect((await ca('issue', 'cluster1', '--csr-out', join(pki, 'root-cert.pem'))).out).toMatch(/MESH030 --csr-out/);
  expect(read('root-cert.pem')).toBe(before);
});
