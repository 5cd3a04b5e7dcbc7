import { createPublicKey, KeyObject, X509Certificate } from 'crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'fs';
import { hostname } from 'os';
import { join } from 'path';
import { pki as forgePki } from 'node-forge';
import { intermediateCertificate, rootCertificate } from '../../src/cli/ca/certificates';
import { makeKeys } from '../../src/cli/ca/keys';
import { readCertificates } from '../../src/pki/certificate';
import { keysOf, make, Made } from '../pki/make';
import { workplace, workplaceWith, Workplace } from '../pki/pki';

/** Every file of a folder with its text. */
function contents(folder: string): { [path: string]: string } {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  return Object.fromEntries(
    files.map(entry => [join(entry.parentPath, entry.name), readFileSync(join(entry.parentPath, entry.name), 'utf8')]),
  );
}

const x509 = (pem: string) => new X509Certificate(pem);

describe('init and issue', () => {
  test('make a root and an intermediate whose chain holds, with every private key encrypted in a folder that Git ignores', async () => {
    const { ca, read, pki, sealingCert } = workplace();
    expect((await ca('init')).code).toBe(0);
    expect((await ca('issue', 'cluster1', '--sealing-cert', sealingCert)).code).toBe(0);
    const [root, intermediate] = [x509(read('root-cert.pem')), x509(read('clusters/cluster1/ca-cert.pem'))];
    expect(intermediate.verify(root.publicKey)).toBe(true);
    expect(intermediate.subject).toBe('O=Istio\nCN=Intermediate CA\nL=cluster1');
    expect(read('clusters/cluster1/cert-chain.pem')).toBe(read('clusters/cluster1/ca-cert.pem') + read('root-cert.pem'));
    expect(read('private/.gitignore')).toBe('*\n');
    const keys = readdirSync(join(pki, 'private')).filter(name => name.endsWith('.pem'));
    expect(keys).toHaveLength(2);
    expect(keys.map(name => read(`private/${name}`).split('\n')[0])).toEqual(Array(2).fill('-----BEGIN ENCRYPTED PRIVATE KEY-----'));
    const others = Object.entries(contents(pki)).filter(([path]) => !path.includes('private')).map(([, text]) => text).join();
    expect(others).not.toContain('PRIVATE KEY');
  });

  test('a second run changes nothing', async () => {
    const { ca, pki, sealingCert } = await workplaceWith('cluster1');
    const before = contents(pki);
    expect((await ca('init')).out).toContain('nothing changed');
    expect((await ca('issue', 'cluster1')).out).toContain('nothing changed');
    expect((await ca('issue', 'cluster1', '--sealing-cert', sealingCert)).out).toContain('nothing changed');
    expect(contents(pki)).toEqual(before);
  });

  test('other delivery options for a cluster that is there are refused, with the command that changes them', async () => {
    const { ca, folder } = await workplaceWith('cluster1');
    writeFileSync(join(folder, 'other.pem'), make({ name: 'another controller' }).pem);
    const { code, out } = await ca('issue', 'cluster1', '--sealing-cert', join(folder, 'other.pem'));
    expect(code).toBe(1);
    expect(out).toMatch(/MESH030 .*istio-mesh ca reseal cluster1/);
  });

  test('other wishes for a CA that is there are refused, and not passed over', async () => {
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

  test('a cluster without a root is an error that names init, never a new root', async () => {
    const { ca, pki } = workplace();
    const { code, out } = await ca('issue', 'cluster1');
    expect([code, out]).toEqual([1, expect.stringMatching(/MESH030 .*run istio-mesh ca init/)]);
    expect(existsSync(join(pki, 'root-cert.pem'))).toBe(false);
  });

  test.each(['clusters', 'private'])('a lost root certificate is an error while %s are there: a new root would cut every cluster', async kept => {
    const { ca, pki } = await workplaceWith('cluster1');
    rmSync(join(pki, 'root-cert.pem'));
    rmSync(join(pki, kept === 'clusters' ? 'private' : 'clusters'), { recursive: true });
    const { code, out } = await ca('init');
    expect([code, out]).toEqual([1, expect.stringMatching(/MESH030 .*restore the folder from Git/)]);
  });

  test.each(
    ['Cluster', 'cluster1/', '../clusters/cluster1', '../../outside'],
  )('%s is no cluster in any command: nothing is read or written outside the folder', async name => {
    const { ca, folder } = await workplaceWith('cluster1');
    const before = contents(folder);
    for (const command of [['issue'], ['renew'], ['reseal'], ['rotate-root', 'introduce', '--cluster']]) {
      expect(await ca(...command, name)).toEqual({ code: 1, out: expect.stringMatching(/MESH0(01|30)/) });
    }
    expect(Object.keys(contents(folder))).toEqual(Object.keys(before));
  });

  test('names that begin as ours do are names like others', async () => {
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

  test('an organization with any letters names the root, and every intermediate below it, the same after each renewal', async () => {
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

  test('a private folder that lost its guard, or never had one, gets it before a key', async () => {
    const { ca, pki, read } = workplace();
    mkdirSync(join(pki, 'private'), { recursive: true, mode: 0o755 });
    writeFileSync(join(pki, 'private', '.gitignore'), '');
    await ca('init');
    expect([read('private/.gitignore'), statSync(join(pki, 'private')).mode & 0o777]).toEqual(['*\n', 0o700]);
  });

  test.each([['Cluster'], ['-a'], ['a/../b'], ['..']])('%s is no cluster', async name => {
    const { ca } = await workplaceWith();
    expect((await ca('issue', '--', name)).out).toMatch(/MESH001|error/);
  });

  test('a name constraint, an organization with any letters, and the namespace of istiod go into the certificate', async () => {
    const { ca, read } = await workplaceWith();
    await ca('issue', 'cluster1', '--trust-domain', 'prod.example', '--organization', 'Bücher & Söhne', '--namespace', 'mesh');
    const certificate = x509(read('clusters/cluster1/ca-cert.pem'));
    expect(certificate.subject).toContain('O=Bücher & Söhne');
    expect(certificate.subjectAltName).toBe('DNS:istiod.mesh.svc');
    expect(certificate.raw.includes(Buffer.from('prod.example'))).toBe(true);
  });
});

describe('passphrases', () => {
  test('a wrong one is told, and changes nothing', async () => {
    const { ca, pki, folder } = await workplaceWith('cluster1');
    const before = contents(pki);
    writeFileSync(join(folder, 'passphrase'), 'not this one, sorry\n');
    const { code, out } = await ca('issue', 'cluster2');
    expect([code, out]).toEqual([1, expect.stringContaining('MESH035')]);
    expect(contents(pki)).toEqual(before);
  });

  test('a new key is never encrypted with another passphrase than those that are there: a misspelt one would lose it', async () => {
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

  test('a short one is refused for a new key, and a missing file is told', async () => {
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
  test('renew makes another key and certificate of the same root and shape, and seals it', async () => {
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

  test('reseal makes ciphertext for another certificate, and refuses one that has expired or is none', async () => {
    const { ca, read, folder } = await workplaceWith('cluster1');
    const before = read('clusters/cluster1/cacerts.sealed.json');
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    expect((await ca('reseal', 'cluster1', '--sealing-cert', file('new.pem', make({ name: 'new' }).pem))).code).toBe(0);
    expect(JSON.parse(read('clusters/cluster1/cacerts.sealed.json')).inputs).not.toBe(JSON.parse(before).inputs);
    for (const text of [make({ name: 'old', from: -9, until: -1 }).pem, 'nothing', make({ name: 'small', bits: 1024 }).pem]) {
      expect((await ca('reseal', 'cluster1', '--sealing-cert', file('bad.pem', text))).out).toContain('MESH033');
    }
  });

  test('reseal for nobody is refused', async () => {
    const { ca } = await workplaceWith();
    await ca('issue', 'cluster1');
    expect((await ca('reseal', 'cluster1')).out).toMatch(/MESH033 .*nobody to encrypt for/);
  });
});

describe('a root that signs elsewhere', () => {
  const answer = (root: Made, csr: string): string => {
    const request = forgePki.certificationRequestFromPem(csr);
    expect(request.verify()).toBe(true);
    return make(
      {
        issuer: root,
        pathLength: 0,
        keys: { publicKey: request.publicKey as forgePki.rsa.PublicKey, privateKey: keysOf('unused').privateKey },
      },
    ).pem;
  };

  test('signs a request, and its answer becomes the CA', async () => {
    const { ca, folder, read } = workplace();
    const root = make({ name: 'Organisation root' });
    writeFileSync(join(folder, 'root.pem'), root.pem);
    expect((await ca('init', '--root-cert', join(folder, 'root.pem'))).code).toBe(0);
    expect((await ca('issue', 'cluster1')).out).toMatch(/MESH030 .*--csr-out and --import-cert/);
    expect((await ca('issue', 'cluster1', '--csr-out', join(folder, 'request.pem'))).code).toBe(0);
    writeFileSync(join(folder, 'signed.pem'), answer(root, readFileSync(join(folder, 'request.pem'), 'utf8')));
    expect((await ca('issue', 'cluster1', '--import-cert', join(folder, 'signed.pem'))).code).toBe(0);
    expect(read('clusters/cluster1/cert-chain.pem').endsWith(root.pem)).toBe(true);
    expect((await ca('verify')).out).toContain('nothing wrong');
  });

  test('the answer of another root, or to another request, is refused', async () => {
    const { ca, folder, pki } = workplace();
    const root = make({ name: 'Organisation root' });
    writeFileSync(join(folder, 'root.pem'), root.pem);
    await ca('init', '--root-cert', join(folder, 'root.pem'));
    await ca('issue', 'cluster1', '--csr-out', join(folder, 'request.pem'));
    const signed = (text: string) => {
      writeFileSync(join(folder, 'signed.pem'), text);
      return ca('issue', 'cluster1', '--import-cert', join(folder, 'signed.pem'));
    };
    expect((await signed(answer(make({ name: 'Stranger' }), readFileSync(join(folder, 'request.pem'), 'utf8')))).out).toContain('MESH030');
    expect((await signed(make({ issuer: root, pathLength: 0 }).pem)).out).toContain('MESH030');
    expect((await signed('nothing')).out).toContain('MESH030');
    expect(existsSync(join(pki, 'clusters', 'cluster1'))).toBe(false);
  });

  test('the certificate of another cluster is refused: two clusters would share one key', async () => {
    const { ca, folder, pki } = workplace();
    const root = make({ name: 'Organisation root' });
    writeFileSync(join(folder, 'root.pem'), root.pem);
    await ca('init', '--root-cert', join(folder, 'root.pem'));
    for (const cluster of ['cluster1', 'cluster2']) {
      await ca('issue', cluster, '--csr-out', join(folder, `${cluster}.csr`));
    }
    writeFileSync(join(folder, 'signed.pem'), answer(root, readFileSync(join(folder, 'cluster1.csr'), 'utf8')));
    expect(
      (await ca('issue', 'cluster2', '--import-cert', join(folder, 'signed.pem'))).out,
    ).toMatch(/MESH030 .*for a key of another cluster/);
    await ca('issue', 'cluster1', '--import-cert', join(folder, 'signed.pem'));
    jest.requireActual('fs').cpSync(join(pki, 'clusters', 'cluster1'), join(pki, 'clusters', 'cluster2'), { recursive: true });
    expect((await ca('verify')).out).toMatch(/MESH030 clusters cluster1 and cluster2: both have one CA key/);
  });

  test('a name constraint that was asked for must be in the answer', async () => {
    const { ca, folder } = workplace();
    const root = make({ name: 'Organisation root' });
    writeFileSync(join(folder, 'root.pem'), root.pem);
    await ca('init', '--root-cert', join(folder, 'root.pem'));
    const { out } = await ca('issue', 'cluster1', '--csr-out', join(folder, 'c.csr'), '--trust-domain', 'prod.example');
    expect(out).toContain('permitted;URI:prod.example');
    const request = readFileSync(join(folder, 'c.csr'), 'utf8');
    expect(Buffer.from(request.split('\n').slice(1, -2).join(''), 'base64').includes('prod.example')).toBe(true);
    writeFileSync(join(folder, 'signed.pem'), answer(root, request));
    expect(
      (await ca('issue', 'cluster1', '--trust-domain', 'prod.example', '--import-cert', join(folder, 'signed.pem'))).out,
    ).toMatch(/MESH030 .*a CA without a name constraint/);
  });

  test('a certificate that is no root is refused with what is wrong', async () => {
    const { ca, folder } = workplace();
    writeFileSync(join(folder, 'bad.pem'), make({ name: 'weak', bits: 1024, digest: 'sha1' }).pem);
    const { out } = await ca('init', '--root-cert', join(folder, 'bad.pem'));
    expect(out.match(/MESH029/g)).toHaveLength(2);
  });

  test('another root than the one in use is refused: a root is replaced in steps', async () => {
    const { ca, folder } = await workplaceWith();
    writeFileSync(join(folder, 'root.pem'), make({ name: 'Another' }).pem);
    expect((await ca('init', '--root-cert', join(folder, 'root.pem'))).out).toMatch(/MESH030 .*rotate-root introduce/);
  });
});

describe('rotate-root', () => {
  test('replaces the root in three steps; at each, every cluster trusts what signs for every other', async () => {
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

  test('a step that the clusters are not ready for is refused, and changes nothing', async () => {
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
      /the other clusters: istio-mesh ca rotate-root introduce --cluster cluster2 --dir .*pki$/,
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

  test.each(['introduce', 'switch'])('a lost or empty next root is told by every command after %s: another one would be made, or the old one sign again', async step => {
    const { ca, pki } = await workplaceWith('cluster1');
    for (const taken of step === 'switch' ? ['introduce', 'switch'] : ['introduce']) {
      await ca('rotate-root', taken);
    }
    for (const lost of [() => writeFileSync(join(pki, 'next-root-cert.pem'), ''), () => rmSync(join(pki, 'next-root-cert.pem'))]) {
      lost();
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

  test('renewing keeps a cluster in its step, and a cluster that joins late does not trust a root that was let go', async () => {
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

  test('another root than the one that is being introduced is refused', async () => {
    const { ca, folder } = await workplaceWith('cluster1');
    await ca('rotate-root', 'introduce');
    writeFileSync(join(folder, 'other.pem'), make({ name: 'Another' }).pem);
    expect((await ca('rotate-root', 'introduce', '--root-cert', join(folder, 'other.pem'))).out).toMatch(/MESH034 .*another root/);
  });

  test('a cluster that joins while a root is replaced trusts both, and is signed by the one that signs', async () => {
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

  test('a new root that signs elsewhere is switched to by requests, not before every cluster trusts it', async () => {
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
});

describe('status and verify', () => {
  test('status lists every certificate, and exits with 1 when one ends soon', async () => {
    const { ca } = await workplaceWith('cluster1');
    await ca('issue', 'cluster2', '--days', '10');
    const { code, out } = await ca('status');
    expect(code).toBe(1);
    expect(out).toMatch(/cluster2: ends in \d+ days/);
    expect((await ca('status', '--within', '5')).code).toBe(0);
    const rows = JSON.parse((await ca('status', '--json', '--within', '5')).out);
    expect(rows.map((row: any) => row.what)).toEqual(['root', 'cluster1', 'cluster1, sealing', 'cluster2']);
    expect(rows[1]).toMatchObject(
      { signedBy: 'O=Istio, CN=Root CA', state: 'stable, sealed', fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) },
    );
  });

  test.each<[string, string, (place: Workplace) => void]>([
    ['MESH030', 'a root that is not of this folder', ({ pki }) => {
      const root = make({ name: 'Foreign root' });
      const own = make({ issuer: root, pathLength: 0 });
      Object.entries({ 'ca-cert.pem': own.pem, 'cert-chain.pem': own.pem + root.pem, 'root-cert.pem': root.pem })
        .forEach(([file, text]) => writeFileSync(join(pki, 'clusters', 'cluster1', file), text));
    }],
    [
      'MESH029',
      'a chain that was edited',
      ({ pki, read }) => writeFileSync(join(pki, 'clusters', 'cluster1', 'cert-chain.pem'), read('root-cert.pem')),
    ],
    ['MESH030', 'ciphertext of other files', ({ pki, read }) => {
      const path = 'clusters/cluster1/cacerts.sealed.json';
      writeFileSync(join(pki, path), read(path).replace(/"inputs": "./, '"inputs": "x'));
    }],
    ['MESH030', 'a lost file', ({ pki }) => rmSync(join(pki, 'clusters', 'cluster1', 'root-cert.pem'))],
    ['MESH030', 'a file that is no JSON', ({ pki }) => writeFileSync(join(pki, 'clusters', 'cluster1', 'cacerts.sealed.json'), '{')],
    ['MESH030', 'a run that was ended in the middle', ({ pki }) => mkdirSync(join(pki, 'clusters', '.cluster1.next'))],
    [
      'MESH031',
      'a key outside the private folder',
      ({ pki }) => writeFileSync(join(pki, 'clusters', 'cluster1', 'ca-key.pem'), make().key),
    ],
    ['MESH031', 'a key in the clear', ({ pki }) => writeFileSync(join(pki, 'private', 'cluster1-key.pem'), make().key)],
    ['MESH031', 'a private folder that Git does not ignore', ({ pki }) => writeFileSync(join(pki, 'private', '.gitignore'), '')],
    [
      'MESH030',
      'a root of the folder that is another',
      ({ pki }) => writeFileSync(join(pki, 'root-cert.pem'), make({ name: 'Foreign root' }).pem),
    ],
    [
      'MESH030',
      'a lost key',
      ({ pki }) => readdirSync(join(pki, 'private')).filter(name => name.startsWith('cluster1-')).forEach(
        name => rmSync(join(pki, 'private', name)),
      ),
    ],
  ])('verify tells %s: %s', async (code, _, spoil) => {
    const place = await workplaceWith('cluster1', 'cluster2');
    expect((await place.ca('verify')).code).toBe(0);
    spoil(place);
    const { code: exit, out } = await place.ca('verify');
    expect([exit, out]).toEqual([1, expect.stringContaining(code)]);
  });

  test('verify says aloud that it did not look for keys where there are none', async () => {
    const { ca, pki } = await workplaceWith('cluster1');
    rmSync(join(pki, 'private'), { recursive: true });
    expect((await ca('verify')).out).toContain('the private keys are not here, so they were not looked for');
  });
});

describe('the folder', () => {
  test('what a run left that was ended in the middle is finished, or taken back', async () => {
    const { ca, pki, read } = await workplaceWith('cluster1');
    const own = join(pki, 'clusters', 'cluster1');
    const before = contents(own);
    const { renameSync, cpSync } = jest.requireActual('fs');
    // Ended between the two renames: the new folder is complete.
    cpSync(own, join(pki, 'clusters', '.cluster1.next'), { recursive: true });
    renameSync(own, join(pki, 'clusters', '.cluster1.old'));
    await ca('issue', 'cluster2');
    expect(contents(own)).toEqual(before);
    // Ended while the new folder was written.
    mkdirSync(join(pki, 'clusters', '.cluster1.next'));
    writeFileSync(join(pki, 'clusters', '.cluster1.next', 'ca-cert.pem'), 'half');
    await ca('issue', 'cluster3');
    expect(contents(own)).toEqual(before);
    expect(readdirSync(join(pki, 'clusters')).sort()).toEqual(['cluster1', 'cluster2', 'cluster3']);
    expect(read('root-cert.pem')).toContain('BEGIN CERTIFICATE');
  });

  test('a second run at the same time is refused; what a run left that has ended is not', async () => {
    const { ca, pki } = await workplaceWith();
    writeFileSync(join(pki, '.lock'), '1');
    expect((await ca('issue', 'cluster1')).out).toMatch(/MESH030 .*another run works in the folder/);
    writeFileSync(join(pki, '.lock'), `${hostname()} 999999999 token`);
    expect((await ca('issue', 'cluster1')).code).toBe(0);
    expect(existsSync(join(pki, '.lock'))).toBe(false);
  });
});

describe('certificates', () => {
  test('equal inputs give equal bytes: time and chance are passed in', async () => {
    const [root, own] = [await makeKeys(2048), await makeKeys(2048)];
    const chance = { now: () => new Date('2026-01-02T03:04:05Z'), serial: () => Buffer.alloc(16, 0xff) };
    const made = () => {
      const certificate = rootCertificate(
        { organization: 'Istio', generation: 1, days: 10, key: root.privateKey, publicKey: root.publicKey },
        chance,
      );
      return certificate + intermediateCertificate(
        {
          organization: 'Istio',
          cluster: 'c',
          dnsName: 'istiod.istio-system.svc',
          days: 99,
          publicKey: own.publicKey,
          issuer: { certificate: readCertificates(certificate)[0], key: root.privateKey },
        },
        chance,
      );
    };
    expect(made()).toBe(made());
    const [first, second] = readCertificates(made());
    expect(first.serial[0]).toBeLessThan(0x80);
    expect(second.notAfter).toEqual(first.notAfter);
    expect(second.basicConstraints).toEqual({ ca: true, pathLength: 0, critical: true });
    expect(second.authorityKeyId).toBe(first.subjectKeyId);
    expect((createPublicKey(own.privateKey) as KeyObject).equals(second.publicKey)).toBe(true);
  });
});

test('a request never takes the place of another file', async () => {
  const { ca, read, pki } = await workplaceWith();
  const before = read('root-cert.pem');
  expect((await ca('issue', 'cluster1', '--csr-out', join(pki, 'root-cert.pem'))).out).toMatch(/MESH030 --csr-out/);
  expect(read('root-cert.pem')).toBe(before);
});

test.each(
  [
    ['root-cert.pem', ''],
    ['root-cert.pem', 'text'],
    ['clusters/cluster1/ca-cert.pem', 'text'],
    ['clusters/cluster1/sealing-cert.pem', ''],
    ['clusters/cluster1/cert-chain.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
  ],
)('%s that holds %p is told with a code by every command, and no stack', async (file, text) => {
  const { ca, pki } = await workplaceWith('cluster1');
  writeFileSync(join(pki, file), text);
  for (const command of [['status'], ['verify'], ['init'], ['renew', 'cluster1'], ['reseal', 'cluster1'], ['rotate-root', 'introduce']]) {
    const { out } = await ca(...command);
    expect(out).not.toMatch(/    at |TypeError|PEM routines/);
  }
  expect(await ca('verify')).toMatchObject({ code: file.includes('sealing') ? expect.any(Number) : 1 });
});

test('help and mistakes of usage are told without a stack trace', async () => {
  const { ca } = workplace();
  expect((await ca('--help')).out).toContain('rotate-root');
  expect(await ca('init', '--key-size', '1024')).toEqual({ code: 1, out: expect.stringContaining('Allowed choices are 2048, 3072, 4096') });
  expect(await ca('init', '--days', '0')).toEqual({ code: 1, out: expect.stringContaining('at least 1') });
  expect(await ca('rotate-root', 'sideways')).toEqual({ code: 1, out: expect.stringContaining('introduce, switch, retire') });
  expect(await ca('init', '--root-cert', '/nowhere/at/all')).toEqual(
    { code: 1, out: expect.stringMatching(/^MESH030 --root-cert: a file that cannot be read: got "\/nowhere\/at\/all \(ENOENT\)"/) },
  );
  expect((await ca('--version')).code).toBe(0);
});
