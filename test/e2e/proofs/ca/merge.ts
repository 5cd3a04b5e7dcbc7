import { existsSync } from 'fs';
import { join } from 'path';
import { leafOf } from './chains';
import { RUN_BLOCKS } from '../../../doc-blocks';
import { PageShell } from '../../page-shell';
import { attempt } from '../../process';
import { must, Proof } from '../../proof';

const OWN = 'test/e2e/proofs/ca/merge.ts';
const PAGE = 'docs/how-to/merge-two-meshes.md';
const IDENTITY = 'spiffe://cluster.local/ns/foo/sa/sleep';

/**
 * The commands of the page merge two meshes, whose roots have the same name. After each step OpenSSL verifies a workload certificate of
 * each cluster by the roots of each other one.
 */
export const mergeProof: Proof = {
  name: 'ca-merge',
  parts: [],
  async show({ folder }) {
    const sides = { north: join(folder, 'north'), south: join(folder, 'south') };
    const north = new PageShell(OWN, PAGE, sides.north);
    const south = new PageShell(OWN, PAGE, sides.south);
    const clusters = { cluster1: 'north', cluster2: 'north', cluster3: 'south', cluster4: 'south' } as const;
    for (const [side, names] of [[north, ['cluster1', 'cluster2']], [south, ['cluster3', 'cluster4']]] as const) {
      await side.shell('npx istio-mesh ca init && git init -q && git config user.email mesh@example.com && git config user.name mesh');
      for (const name of names) {
        await side.sealingCert(`${name}-sealing.pem`);
        await side.shell(`npx istio-mesh ca issue ${name} --sealing-cert ${name}-sealing.pem`);
      }
      await side.shell('git add pki && git commit -qm before');
    }
    await north.shell('cp ../south/pki/root-cert.pem south-root.pem && cp south-root.pem ../south/south-root.pem');
    await south.shell('cp ../north/pki/root-cert.pem north-root.pem');

    let verified = 0;
    /** Verifies each certificate by the roots of each cluster, and expects all of them to hold, or none between the meshes. */
    const judged = async (step: string, crosses: boolean) => {
      for (const [name, side] of Object.entries(clusters)) {
        const leaf = await leafOf(sides[side], join(sides[side], 'pki'), name, IDENTITY);
        for (const [other, otherSide] of Object.entries(clusters)) {
          const own = (file: string) => join(sides[side], 'pki', 'clusters', name, file);
          const roots = join(sides[otherSide], 'pki', 'clusters', other, 'root-cert.pem');
          const chain = ['-CAfile', roots, '-untrusted', own('ca-cert.pem'), leaf];
          const { code, stderr } = await attempt('openssl', ['verify', '-x509_strict', ...chain]);
          const isExpected = (code === 0) === (crosses || side === otherSide);
          must(isExpected, `${step}: a certificate of ${name} by the roots of ${other}: ${stderr || 'accepted'}`);
          verified++;
        }
      }
    };
    await judged('before', false);
    const oldLeaf = await leafOf(sides.south, join(sides.south, 'pki'), 'cluster3', IDENTITY);
    await south.shell(`cp ${oldLeaf} old-leaf.pem && cp pki/clusters/cluster3/ca-cert.pem old-ca.pem`);

    await north.block('npx istio-mesh ca rotate-root introduce --root-cert south-root.pem');
    await north.shell('git add pki && git commit -qm introduce');
    await judgedHalf(sides);
    await south.block('npx istio-mesh ca rotate-root introduce --root-cert north-root.pem');
    await judged('both trust both', true);
    // North grows while both roots are trusted.
    await north.sealingCert('cluster5-sealing.pem');
    await north.shell('npx istio-mesh ca issue cluster5 --sealing-cert cluster5-sealing.pem');

    for (const name of ['cluster3', 'cluster4']) {
      const own = { cluster3: name };
      await south.block('npx istio-mesh ca renew cluster3 --csr-out cluster3.csr', own);
      await north.shell(`cp ../south/${name}.csr .`);
      const [root] = (await north.shell('ls pki/private')).split('\n').filter(file => file.startsWith('root-'));
      await north.block('openssl req -in cluster3.csr -noout -verify -subject', { ...own, 'root-<id>.pem': root });
      await south.shell(`cp ../north/${name}-signed.pem .`);
      await south.block('npx istio-mesh ca renew cluster3 --import-cert cluster3-signed.pem', own);
      await judged(`${name} is signed by north`, true);
    }
    await south.block('npx istio-mesh ca rotate-root retire');
    await judged('south trusts north alone', true);
    await north.block('git revert --no-edit <commit of step 1>', { '<commit of step 1>': 'HEAD', '\nnpx istio-mesh ca verify': '' });
    must(!existsSync(join(sides.north, 'pki', 'next-root-cert.pem')), 'the revert leaves the root of south');
    const found = await north.shell('npx istio-mesh ca verify 2>&1 || true');
    must(/MESH030 .*'cluster5'/.test(found), `verify does not report the CA that was issued in between: ${found}`);
    await north.block('rm -r pki/clusters/cluster5');
    await north.shell('npx istio-mesh ca verify');
    await judged('one root', true);
    const chain = ['-CAfile', join(sides.north, 'pki', 'root-cert.pem'), '-untrusted', 'old-ca.pem', 'old-leaf.pem'];
    const old = await attempt('openssl', ['verify', ...chain], { cwd: sides.south });
    must(old.code !== 0, 'a certificate of the retired root of south is accepted');

    await north.shell('cp ../south/cluster3-sealing.pem .');
    await north.block('npx istio-mesh ca issue cluster3 --sealing-cert cluster3-sealing.pem');
    const done = RUN_BLOCKS[OWN][PAGE].filter(begin => north.left.includes(begin) && south.left.includes(begin));
    must(done.length === 0, `these blocks did not run: ${done.join(', ')}`);
    return `two meshes, whose roots have one name, become one trust by the commands of the page: in ${verified} verifications by `
      + 'OpenSSL, none between the meshes holds before, and all hold after each later step; the old root of south is refused at the end';
  },
};

/** After north alone trusts both roots, certificates of south hold there, and those of north do not hold in south. */
async function judgedHalf(sides: { readonly north: string; readonly south: string }): Promise<void> {
  const verify = async (name: string, side: 'north' | 'south', roots: string) => {
    const leaf = await leafOf(sides[side], join(sides[side], 'pki'), name, IDENTITY);
    const own = join(sides[side], 'pki', 'clusters', name, 'ca-cert.pem');
    return (await attempt('openssl', ['verify', '-x509_strict', '-CAfile', roots, '-untrusted', own, leaf])).code === 0;
  };
  const rootsOf = (name: string, side: 'north' | 'south') => join(sides[side], 'pki', 'clusters', name, 'root-cert.pem');
  must(await verify('cluster3', 'south', rootsOf('cluster1', 'north')), 'north does not trust south after the first half of step 1');
  must(!await verify('cluster1', 'north', rootsOf('cluster3', 'south')), 'south trusts north before it introduced its root');
}
