import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'fs';
import { join } from 'path';
import { contents, x509 } from './folder-contents';
import { make } from '../pki/make';
import { workplace, workplaceWith } from '../pki/pki';

describe('init and issue', () => {
  test('create a valid chain of a root and an intermediate, and encrypt every private key in a folder that Git ignores', async () => {
    const { ca, read, pki, sealingCert } = workplace();
    expect((await ca('init')).code).toBe(0);
    expect((await ca('issue', 'cluster1', '--sealing-cert', sealingCert)).code).toBe(0);
    const [root, intermediate] = [x509(read('root-cert.pem')), x509(read('clusters/cluster1/ca-cert.pem'))];
    expect(intermediate.verify(root.publicKey)).toBe(true);
    expect(intermediate.subject).toBe('O=Istio\nCN=Intermediate CA\nL=cluster1');
    expect(read('clusters/cluster1/cert-chain.pem')).toBe(read('clusters/cluster1/ca-cert.pem') + read('root-cert.pem'));
    expect(read('private/.gitignore')).toBe('*\n');
    const keys = readdirSync(join(pki, 'private')).filter(name => name.endsWith('.pem'));
    expect(keys.map(name => name.replace(/-.*/, ''))).toEqual(['_recipients', 'cluster1', 'root']);
    expect(keys.map(name => read(`private/${name}`).split('\n')[0])).toEqual(Array(3).fill('-----BEGIN ENCRYPTED PRIVATE KEY-----'));
    const publicTexts = Object.entries(contents(pki)).filter(([path]) => !path.includes('private')).map(([, text]) => text).join();
    expect(publicTexts).not.toContain('PRIVATE KEY');
  });

  test('a second run changes nothing', async () => {
    const { ca, pki, sealingCert } = await workplaceWith('cluster1');
    const before = contents(pki);
    expect((await ca('init')).out).toContain('nothing changed');
    expect((await ca('issue', 'cluster1')).out).toContain('nothing changed');
    expect((await ca('issue', 'cluster1', '--sealing-cert', sealingCert)).out).toContain('nothing changed');
    expect(contents(pki)).toEqual(before);
  });

  test('other encryption options for an existing CA are refused, and the error names reseal', async () => {
    const { ca, folder } = await workplaceWith('cluster1');
    writeFileSync(join(folder, 'other.pem'), make({ name: 'another controller' }).pem);
    const { code, out } = await ca('issue', 'cluster1', '--sealing-cert', join(folder, 'other.pem'));
    expect(code).toBe(1);
    expect(out).toMatch(/MESH030 .*istio-mesh ca reseal cluster1/);
  });

  test('other properties for an existing CA are refused, and the error names renew', async () => {
    const { ca, folder } = await workplaceWith('cluster1');
    for (const options of [
      ['--trust-domain', 'prod.example'],
      ['--organization', 'Other'],
      ['--csr-out', join(folder, 'request.pem')],
      ['--import-cert', '/nowhere'],
    ]) {
      expect(await ca('issue', 'cluster1', ...options)).toEqual(
        { code: 1, out: expect.stringMatching(/MESH030 .*istio-mesh ca renew cluster1/) },
      );
    }
  });

  test('issue without a root creates no root, and the error names init', async () => {
    const { ca, pki } = workplace();
    const { code, out } = await ca('issue', 'cluster1');
    expect([code, out]).toEqual([1, expect.stringMatching(/MESH030 .*run istio-mesh ca init/)]);
    expect(existsSync(join(pki, 'root-cert.pem'))).toBe(false);
  });

  test.each(['clusters', 'private'])('init creates no root if the root certificate is missing and the folder still has %s', async kept => {
    const { ca, pki } = await workplaceWith('cluster1');
    rmSync(join(pki, 'root-cert.pem'));
    rmSync(join(pki, kept === 'clusters' ? 'private' : 'clusters'), { recursive: true });
    const { code, out } = await ca('init');
    expect([code, out]).toEqual([1, expect.stringMatching(/MESH030 .*restore the folder from Git/)]);
  });

  test.each(
    ['Cluster', 'cluster1/', '../clusters/cluster1', '../../outside'],
  )('every command refuses %s as the name of a cluster, and writes no file', async name => {
    const { ca, folder } = await workplaceWith('cluster1');
    const before = contents(folder);
    for (const command of [['issue'], ['renew'], ['reseal'], ['rotate-root', 'introduce', '--cluster']]) {
      expect(await ca(...command, name)).toEqual({ code: 1, out: expect.stringMatching(/MESH0(01|30)/) });
    }
    expect(Object.keys(contents(folder))).toEqual(Object.keys(before));
  });

  test('cluster names may start with the prefixes of the private folder: new-, root-', async () => {
    const { ca, pki } = await workplaceWith();
    for (const cluster of ['new-york', 'root-eu']) {
      await ca('issue', cluster);
    }
    await ca('issue', 'cluster2');
    expect(
      readdirSync(join(pki, 'private')).map(name => name.replace(/-[0-9a-f]{16}.pem$/, '')).sort(),
    ).toEqual(['.gitignore', 'cluster2', 'new-york', 'root', 'root-eu']);
    expect((await ca('verify')).code).toBe(0);
  });

  test('the organization may have letters outside ASCII, and is the same in the root, its intermediates and their renewals', async () => {
    const { ca, read } = workplace();
    await ca('init', '--organization', 'Bücher AG');
    expect((await ca('issue', 'cluster1')).code).toBe(0);
    for (let times = 0; times < 2; times++) {
      expect((await ca('renew', 'cluster1')).code).toBe(0);
    }
    expect(x509(read('clusters/cluster1/ca-cert.pem'))).toMatchObject(
      { subject: expect.stringContaining('O=Bücher AG'), issuer: 'O=Bücher AG\nCN=Root CA' },
    );
  });

  test('permissions and .gitignore of the private folder are restored before a key is written', async () => {
    const { ca, pki, read } = workplace();
    mkdirSync(join(pki, 'private'), { recursive: true, mode: 0o755 });
    writeFileSync(join(pki, 'private', '.gitignore'), '');
    await ca('init');
    expect([read('private/.gitignore'), statSync(join(pki, 'private')).mode & 0o777]).toEqual(['*\n', 0o700]);
  });

  test.each(['Cluster', '-a', 'a/../b', '..'])('issue refuses %s as the name of a cluster', async name => {
    const { ca } = await workplaceWith();
    expect((await ca('issue', '--', name)).out).toMatch(/MESH001|error/);
  });

  test('the certificate has the name constraint, the organization and the namespace of istiod', async () => {
    const { ca, read } = await workplaceWith();
    await ca('issue', 'cluster1', '--trust-domain', 'prod.example', '--organization', 'Bücher & Söhne', '--namespace', 'mesh');
    const certificate = x509(read('clusters/cluster1/ca-cert.pem'));
    expect(certificate.subject).toContain('O=Bücher & Söhne');
    expect(certificate.subjectAltName).toBe('DNS:istiod.mesh.svc');
    expect(certificate.raw.includes(Buffer.from('prod.example'))).toBe(true);
  });
});

describe('passphrases', () => {
  test('a wrong passphrase is an error, and changes nothing', async () => {
    const { ca, pki, folder } = await workplaceWith('cluster1');
    const before = contents(pki);
    writeFileSync(join(folder, 'passphrase'), 'not this one, sorry\n');
    const { code, out } = await ca('issue', 'cluster2');
    expect([code, out]).toEqual([1, expect.stringContaining('MESH035')]);
    expect(contents(pki)).toEqual(before);
  });

  test('a new key is never encrypted with a passphrase that does not open the existing keys', async () => {
    const { ca, pki, folder } = await workplaceWith('cluster1');
    const before = contents(pki);
    writeFileSync(join(folder, 'passphrase'), 'not this one, sorry\n');
    for (const command of [
      ['rotate-root', 'introduce'],
      ['issue', 'cluster2', '--csr-out', join(folder, 'request.pem')],
      ['renew', 'cluster1'],
    ]) {
      expect(await ca(...command)).toEqual({ code: 1, out: expect.stringContaining('MESH035') });
    }
    expect(contents(pki)).toEqual(before);
  });

  test('a passphrase that is short, long or no UTF-8 is refused, and so is a missing file', async () => {
    const { ca, folder, pki } = workplace('short');
    expect((await ca('init')).out).toMatch(/MESH035 .*too short/);
    writeFileSync(join(folder, 'passphrase'), 'a'.repeat(1025));
    expect((await ca('init')).out).toMatch(/MESH035 .*too long/);
    writeFileSync(join(folder, 'passphrase'), Buffer.alloc(20, 0xe9));
    expect((await ca('init')).out).toMatch(/MESH035 .*no UTF-8/);
    rmSync(join(folder, 'passphrase'));
    expect((await ca('init')).out).toMatch(/MESH035 .*cannot be read: got "ENOENT"/);
    expect(existsSync(join(pki, 'root-cert.pem'))).toBe(false);
  });
});

describe('renew and reseal', () => {
  test('renew creates a new key and a certificate with the same properties', async () => {
    const { ca, read, pki } = await workplaceWith();
    await ca('issue', 'cluster1', '--trust-domain', 'prod.example', '--organization', 'Own');
    const before = x509(read('clusters/cluster1/ca-cert.pem'));
    expect((await ca('renew', 'cluster1')).code).toBe(0);
    const after = x509(read('clusters/cluster1/ca-cert.pem'));
    expect(after.subject).toBe(before.subject);
    expect(after.raw.includes(Buffer.from('prod.example'))).toBe(true);
    expect(after.publicKey.equals(before.publicKey)).toBe(false);
    expect(readdirSync(join(pki, 'private')).filter(name => name.startsWith('cluster1-'))).toHaveLength(2);
  });

  test('reseal encrypts for a new sealing certificate, and refuses one that is expired, invalid or weak', async () => {
    const { ca, read, folder } = await workplaceWith('cluster1');
    const before = read('clusters/cluster1/cacerts.sealed.json');
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const { pem } = make({ name: 'new' });
    const accept = ['--accept-recipient', x509(pem).fingerprint256];
    expect((await ca('reseal', 'cluster1', '--sealing-cert', file('new.pem', pem), ...accept)).code).toBe(0);
    expect(JSON.parse(read('clusters/cluster1/cacerts.sealed.json')).inputs).not.toBe(JSON.parse(before).inputs);
    for (const text of [make({ name: 'old', from: -9, until: -1 }).pem, 'nothing', make({ name: 'small', bits: 1024 }).pem]) {
      expect((await ca('reseal', 'cluster1', '--sealing-cert', file('bad.pem', text))).out).toContain('MESH033');
    }
  });

  test('reseal without a recipient is refused', async () => {
    const { ca } = await workplaceWith();
    await ca('issue', 'cluster1');
    expect((await ca('reseal', 'cluster1')).out).toMatch(/MESH033 .*there is no recipient to encrypt for/);
  });
});

test('help and usage errors are printed without a stack trace', async () => {
  const { ca } = workplace();
  expect((await ca('--help')).out).toContain('rotate-root');
  expect(await ca('init', '--key-size', '1024')).toEqual({ code: 1, out: expect.stringContaining('Allowed choices are 2048, 3072, 4096') });
  expect(await ca('init', '--days', '0')).toEqual({ code: 1, out: expect.stringContaining('at least 1') });
  expect(await ca('rotate-root', 'sideways')).toEqual({ code: 1, out: expect.stringContaining('introduce, switch, retire') });
  expect(await ca('init', '--root-cert', '/nowhere/at/all')).toEqual(
    { code: 1, out: expect.stringMatching(/^MESH055 --root-cert: .*got "ENOENT at \/nowhere\/at\/all"/) },
  );
  expect((await ca('--version')).code).toBe(0);
});
