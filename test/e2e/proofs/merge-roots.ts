import { X509Certificate } from 'crypto';
import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { Mesh, MeshApp, MeshTrust } from '../../../src';
import type { Cluster } from '../cluster/cluster';
import { Target, underLoad } from '../cluster/load';
import { STATE, until } from '../cluster/machine';
import { Pki, pkiIn } from '../cluster/pki';
import { certificatesOf, proxiesOf } from '../cluster/proxy-roots';
import { curl, Rig, steady, url } from '../cluster/rig';
import { run } from '../process';
import { must } from '../proof';

const TARGETS: Target[] = [
  { namespace: 'direct', service: 'cart' },
  { namespace: 'direct', service: 'catalog' },
  { namespace: 'egress', service: 'cart' },
];

/**
 * cluster1 is the mesh north. cluster2 and cluster3 are the mesh south, with a root of their own that has the same name. The steps of
 * docs/how-to/merge-two-meshes.md make them one, under load from the moment on at which both trust both roots.
 */
export async function mergeRoots(rig: Rig): Promise<string> {
  const [north, south] = [[rig.cluster1], [rig.cluster2, rig.cluster3]];
  const pki = await pkiIn(join(STATE, 'south'));
  await pki.ca('init', '--key-size', '2048');
  for (const { name } of south) {
    const trustDomain = rig.trustDomains![name];
    await pki.ca('issue', name, '--key-size', '2048', '--trust-domain', trustDomain, '--sealing-cert', pki.sealingCert);
  }
  const roots = { north: rootOf(rig.pki), south: rootOf(pki) };
  must(roots.north.subject === roots.south.subject, 'the roots have two names, so they are no hard case');
  const arrived = (step: string, clusters: Cluster[], trusted: Root[], signing: Root) => {
    const names = clusters.map(({ name }) => name).join(' and ');
    return until(`every proxy of ${names} after ${step}`, () => haveRoots(clusters, roots, trusted, signing), 180);
  };

  // To make south a mesh of its own without a restart, its istiods go from one root to the other over both.
  const before = await pkiCopy(pki);
  await pki.ca('rotate-root', 'introduce', '--root-cert', join(rig.pki.folder, 'root-cert.pem'));
  await deliver(rig, pki, south);
  await arrived('the change of south', south, ['north', 'south'], 'south');
  await before.restore();
  await deliver(rig, pki, south);
  await arrived('the split', south, ['south'], 'south');
  await until('calls between the meshes fail', async () => (await curl(rig, 'direct', url('cart'))).code === '503');

  const northBefore = await pkiCopy(rig.pki);
  await rig.pki.ca('rotate-root', 'introduce', '--root-cert', join(pki.folder, 'root-cert.pem'));
  await deliver(rig, rig.pki, north);
  await pki.ca('rotate-root', 'introduce', '--root-cert', join(rig.pki.folder, 'root-cert.pem'));
  await deliver(rig, pki, south);
  await arrived('step 1', north, ['north', 'south'], 'north');
  await arrived('step 1', south, ['north', 'south'], 'south');
  for (const { namespace, service } of TARGETS) {
    await steady(rig, namespace, url(service));
  }

  const { answered } = await underLoad(rig, TARGETS, async load => {
    load.phase = 'step 2';
    for (const { name } of south) {
      await signByNorth(rig, pki, name);
    }
    await deliver(rig, pki, south);
    await arrived('step 2', south, ['north', 'south'], 'north');
    load.phase = 'step 3';
    await pki.ca('rotate-root', 'retire');
    await deliver(rig, pki, south);
    await arrived('step 3', south, ['north'], 'north');
    await northBefore.restore();
    await deliver(rig, rig.pki, north);
    await arrived('step 3', north, ['north'], 'north');
    load.phase = 'one program';
    // The CAs of south that the rig had: the same root, with other keys.
    await deliver(rig, rig.pki, south);
    await arrived('the move to one program', south, ['north'], 'north');
  });
  return 'cluster1 and the two others have roots of one name and two keys: calls between them fail; after both introduced the root of the '
    + `other, the CAs of south are signed by north by requests and both forget the root of south: 0 of ${answered} requests failed`;
}

type Root = 'north' | 'south';
type Roots = { readonly [root in Root]: X509Certificate };

function rootOf({ folder }: Pki): X509Certificate {
  return new X509Certificate(readFileSync(join(folder, 'root-cert.pem')));
}

/** Whether every proxy trusts exactly these roots, and has a certificate whose intermediate one of them signed. */
async function haveRoots(clusters: Cluster[], roots: Roots, trusted: Root[], signing: Root): Promise<boolean> {
  const wanted = trusted.map(root => roots[root].fingerprint256).sort().join();
  const seen = await Promise.all(proxiesOf(clusters).map(certificatesOf));
  return seen.length > 0 && seen.every(({ own, trusted: found }) =>
    found.map(({ fingerprint256 }) => fingerprint256).sort().join() === wanted && own[1]?.verify(roots[signing].publicKey));
}

/** Brings the CAs of a pki/ folder into clusters, as an engine would. */
async function deliver(rig: Rig, pki: Pki, clusters: Cluster[]): Promise<void> {
  const app = new MeshApp({ outdir: join(pki.folder, '..', 'delivered') });
  const trust = MeshTrust.sealedSecrets({ directory: pki.folder, sharedSealingKey: true, rotatable: true });
  const mesh = new Mesh(app, 'mesh', { istio: rig.istio, trust });
  clusters.forEach(({ name }) => mesh.addCluster(name, { trustDomain: rig.trustDomains![name] }));
  app.synth();
  for (const cluster of clusters) {
    await cluster.deliverCa(join(app.outdir, cluster.name), pki.sealingKey);
    await cluster.pods.refresh(cluster.pod('istio-system', 'istiod'), 'cacerts');
  }
}

/** A CA of south by a request that the root of north signs. */
async function signByNorth(rig: Rig, pki: Pki, cluster: string): Promise<void> {
  const [request, signed] = ['csr', 'pem'].map(ending => join(pki.folder, '..', `${cluster}.${ending}`));
  await pki.ca('renew', cluster, '--key-size', '2048', '--csr-out', request);
  const keys = join(rig.pki.folder, 'private');
  const key = join(keys, readdirSync(keys).find(file => file.startsWith('root-'))!);
  const passphrase = `file:${join(rig.pki.folder, '..', 'passphrase')}`;
  const signing = ['-CA', join(rig.pki.folder, 'root-cert.pem'), '-CAkey', key, '-passin', passphrase, '-copy_extensions', 'copyall'];
  await run('openssl', ['x509', '-req', '-in', request, '-out', signed, '-days', '30', ...signing]);
  await pki.ca('renew', cluster, '--import-cert', signed);
}

/** Remembers a pki/ folder, as a commit does: what Git holds of it. */
async function pkiCopy({ folder }: Pki): Promise<{ readonly restore: () => Promise<void> }> {
  const git = (...args: string[]) => run('git', ['-C', folder, '-c', 'user.name=mesh', '-c', 'user.email=mesh@example.com', ...args]);
  await git('init', '-q');
  await git('add', '.');
  await git('commit', '-q', '--allow-empty', '-m', 'before');
  const commit = (await git('rev-parse', 'HEAD')).trim();
  return {
    restore: async () => {
      await git('add', '.');
      await git('commit', '-q', '--allow-empty', '-m', 'after');
      await git('revert', '--no-edit', `${commit}..HEAD`);
    },
  };
}
