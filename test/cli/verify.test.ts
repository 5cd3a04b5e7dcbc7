import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import type { StatusRow } from '../../src/cli/ca/status';
import { make } from '../pki/make';
import { workplaceWith, Workplace } from '../pki/pki';

test('status lists every certificate, and exits with 1 if one expires soon', async () => {
  const { ca } = await workplaceWith('cluster1');
  await ca('issue', 'cluster2', '--days', '10');
  const { code, out } = await ca('status');
  expect(code).toBe(1);
  expect(out).toMatch(/cluster2: expires in \d+ days/);
  expect((await ca('status', '--within', '5')).code).toBe(0);
  const rows = JSON.parse((await ca('status', '--json', '--within', '5')).out);
  expect(rows.map(({ what }: StatusRow) => what)).toEqual(['root', 'cluster1', 'cluster1, sealing', 'cluster2']);
  expect(rows[1]).toMatchObject(
    { signedBy: 'O=Istio, CN=Root CA', state: 'stable, sealed', fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) },
  );
});

interface Damage {
  readonly code: string;
  readonly what: string;
  readonly damage: (place: Workplace) => void;
}

const inCluster = ({ pki }: Workplace, file: string) => join(pki, 'clusters', 'cluster1', file);

test.each<Damage>([
  {
    code: 'MESH030',
    what: 'a CA of a root that is not in the folder',
    damage: place => {
      const root = make({ name: 'Foreign root' });
      const intermediate = make({ issuer: root, pathLength: 0 });
      writeFileSync(inCluster(place, 'ca-cert.pem'), intermediate.pem);
      writeFileSync(inCluster(place, 'cert-chain.pem'), intermediate.pem + root.pem);
      writeFileSync(inCluster(place, 'root-cert.pem'), root.pem);
    },
  },
  {
    code: 'MESH029',
    what: 'an edited chain',
    damage: place => writeFileSync(inCluster(place, 'cert-chain.pem'), place.read('root-cert.pem')),
  },
  {
    code: 'MESH030',
    what: 'ciphertext of other files',
    damage: place => writeFileSync(inCluster(place, 'sealing-cert.pem'), make({ name: 'another controller' }).pem),
  },
  {
    code: 'MESH051',
    what: 'an edited ciphertext',
    damage: place => {
      const sealed = place.read('clusters/cluster1/cacerts.sealed.json');
      writeFileSync(inCluster(place, 'cacerts.sealed.json'), sealed.replace(/"inputs": "./, '"inputs": "x'));
    },
  },
  { code: 'MESH030', what: 'a missing file', damage: place => rmSync(inCluster(place, 'root-cert.pem')) },
  { code: 'MESH030', what: 'a file that is not JSON', damage: place => writeFileSync(inCluster(place, 'cacerts.sealed.json'), '{') },
  { code: 'MESH030', what: 'an interrupted run', damage: ({ pki }) => mkdirSync(join(pki, 'clusters', '.cluster1.next')) },
  {
    code: 'MESH031',
    what: 'a private key outside the private folder',
    damage: place => writeFileSync(inCluster(place, 'ca-key.pem'), make().key),
  },
  {
    code: 'MESH031',
    what: 'a private key that is not encrypted',
    damage: ({ pki }) => writeFileSync(join(pki, 'private', 'cluster1-key.pem'), make().key),
  },
  {
    code: 'MESH031',
    what: 'a private folder that Git does not ignore',
    damage: ({ pki }) => writeFileSync(join(pki, 'private', '.gitignore'), ''),
  },
  {
    code: 'MESH030',
    what: 'a root that no cluster trusts',
    damage: ({ pki }) => writeFileSync(join(pki, 'root-cert.pem'), make({ name: 'Foreign root' }).pem),
  },
  {
    code: 'MESH030',
    what: 'a missing private key',
    damage: ({ pki }) => {
      const keys = readdirSync(join(pki, 'private')).filter(name => name.startsWith('cluster1-'));
      keys.forEach(name => rmSync(join(pki, 'private', name)));
    },
  },
])('verify reports $code for $what', async ({ code, damage }) => {
  const place = await workplaceWith('cluster1', 'cluster2');
  expect((await place.ca('verify')).code).toBe(0);
  damage(place);
  const verified = await place.ca('verify');
  expect(verified).toEqual({ code: 1, out: expect.stringContaining(code) });
});

test('verify says what it did not check: private keys in a clone without them, and what ciphertext holds', async () => {
  const { ca, pki } = await workplaceWith('cluster1');
  rmSync(join(pki, 'private'), { recursive: true });
  expect((await ca('verify')).out).toMatch(/no problems found; private keys were not checked.*; what the ciphertext holds was not checked/);
  const { ca: withoutClusters } = await workplaceWith();
  expect((await withoutClusters('verify')).out).toBe('no problems found');
});
