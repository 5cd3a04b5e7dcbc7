import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { meshOf, problemsOf } from './two-clusters';
import { MeshTrust } from '../../src';
import { readCertificates } from '../../src/pki/certificate';
import { clusterNamedBy } from '../../src/pki/cluster-identity';
import { contents } from '../cli/folder-contents';
import { make } from '../pki/make';
import { Workplace, workplaceWith } from '../pki/pki';
import { writeSopsSecret } from '../pki/sops-secret';

let place: Workplace;

beforeEach(async () => {
  place = await workplaceWith('cluster1', 'cluster2');
  await writeSopsSecret(place.pki, 'cluster1');
  await writeSopsSecret(place.pki, 'cluster2');
});

const SEALED = 'cacerts.sealed.json';
const SOPS = 'cacerts.sops.json';

function fileOf(cluster: string, ...path: string[]): string {
  return join(place.pki, 'clusters', cluster, ...path);
}

/** Exchanges a file, or the whole folder, of the two clusters. */
function swap(...path: string[]): void {
  const [one, other, third] = ['cluster1', 'cluster2', '.third'].map(cluster => fileOf(cluster, ...cluster === '.third' ? [] : path));
  renameSync(one, third);
  renameSync(other, one);
  renameSync(third, other);
}

/** Changes a JSON file of cluster1. */
function edit(file: string, change: (value: any) => void): void {
  const value = JSON.parse(readFileSync(fileOf('cluster1', file), 'utf8'));
  change(value);
  writeFileSync(fileOf('cluster1', file), JSON.stringify(value));
}

function renameKey(map: any, from: string, to: string): void {
  map[to] = map[from];
  delete map[from];
}

/** The sops secrets stand there without a command: no record names their recipient and their ciphertext, in either cluster. */
const UNKNOWN_RECIPIENTS = ['MESH048', 'MESH049', 'MESH048', 'MESH049'];

function codesIn(out: string): string[] {
  return out.split('\n').flatMap(line => /^MESH\d{3}/.exec(line)?.[0] ?? []);
}

interface Damage {
  readonly name: string;
  /** File of cluster1 that the problem names. */
  readonly file: string;
  readonly message: RegExp;
  readonly damage: () => void;
}

const OTHER_CLUSTER = /of another cluster: got "cluster2", expected cluster1; fix: restore .*cluster1 from Git/;
const KEY_SET = /exactly the files that istiod needs: got ".*", expected ca-cert.pem, ca-key.pem, cert-chain.pem, root-cert.pem; fix: /;

const DAMAGES: Damage[] = [
  { name: 'the folders of two clusters swapped', file: 'ca-cert.pem', message: OTHER_CLUSTER, damage: () => swap() },
  {
    name: 'the folder of another cluster copied over it',
    file: 'ca-cert.pem',
    message: OTHER_CLUSTER,
    damage: () => cpSync(fileOf('cluster2'), fileOf('cluster1'), { recursive: true }),
  },
  {
    name: 'certificate and chain swapped',
    file: 'ca-cert.pem',
    message: OTHER_CLUSTER,
    damage: () => ['ca-cert.pem', 'cert-chain.pem'].forEach(file => swap(file)),
  },
  ...[SEALED, SOPS].map(file => ({ name: `${file} swapped`, file, message: OTHER_CLUSTER, damage: () => swap(file) })),
  {
    name: 'sealed values of another cluster',
    file: SEALED,
    message: /changed after it was made: got "a digest .*; fix: .*reseal cluster1/,
    damage: () => {
      const { encryptedData } = JSON.parse(readFileSync(fileOf('cluster2', SEALED), 'utf8'));
      edit(SEALED, value => Object.assign(value, { encryptedData }));
    },
  },
  {
    name: 'a sops document of another cluster',
    file: SOPS,
    message: /changed after it was made/,
    damage: () => {
      const { document } = JSON.parse(readFileSync(fileOf('cluster2', SOPS), 'utf8'));
      edit(SOPS, value => Object.assign(value, { document }));
    },
  },
  // Files of earlier versions have no digest. What follows is seen without one.
  ...([
    ['no sealed values', data => Object.keys(data).forEach(key => delete data[key]), KEY_SET],
    ['a missing key', data => delete data['ca-key.pem'], KEY_SET],
    ['a missing root', data => delete data['root-cert.pem'], KEY_SET],
    ['a key too many, which istiod would prefer', data => Object.assign(data, { 'tls.crt': data['ca-cert.pem'] }), KEY_SET],
    ['a renamed key', data => renameKey(data, 'ca-key.pem', 'key.pem'), KEY_SET],
    [
      'values under each other\'s names',
      data => Object.assign(data, { 'ca-cert.pem': data['ca-key.pem'], 'ca-key.pem': data['ca-cert.pem'] }),
      /the ciphertext under ca-cert.pem is not that of ca-cert.pem: got "ciphertext of \d+ octets", expected ciphertext of \d+ octets/,
    ],
    ['an empty value', data => Object.assign(data, { 'ca-key.pem': '' }), /the ciphertext under ca-key.pem is not that of ca-key.pem/],
    ['a value that is no ciphertext', data => Object.assign(data, { 'ca-key.pem': 'text' }), /the ciphertext under ca-key.pem is not that/],
  ] as Array<[string, (data: any) => void, RegExp]>).flatMap(([name, change, message]) => [
    { file: SEALED, dataOf: (value: any) => value.encryptedData },
    { file: SOPS, dataOf: (value: any) => value.document.data },
  ].map(({ file, dataOf }) => ({
    name: `${file} of an earlier version: ${name}`,
    file,
    message,
    damage: () => edit(file, value => {
      delete value.digest;
      change(dataOf(value));
    }),
  }))),
  ...([
    ['another name', document => Object.assign(document.metadata, { name: 'other' }), /not the secret cacerts.*got "istio-system\/other"/],
    ['another namespace', document => Object.assign(document.metadata, { namespace: 'other' }), /not the secret.*got "other\/cacerts"/],
    ['another kind', document => Object.assign(document, { kind: 'ConfigMap' }), /not the secret cacerts.*got "kind ConfigMap/],
    ['text in the clear beside it', document => Object.assign(document, { stringData: {} }), /not the secret cacerts.*got ".*stringData"/],
  ] as Array<[string, (document: any) => void, RegExp]>).map(([name, change, message]) => ({
    name: `a sops document of an earlier version with ${name}`,
    file: SOPS,
    message,
    damage: () => edit(SOPS, value => {
      delete value.digest;
      change(value.document);
    }),
  })),
];

const trustOf = (file: string) => file === SOPS
  ? MeshTrust.sops({ directory: place.pki })
  : MeshTrust.sealedSecrets({ directory: place.pki });

test.each(DAMAGES)('synth and verify report MESH051, with the file: $name', async ({ file, message, damage }) => {
  expect(problemsOf(meshOf(trustOf(file)))).toEqual([]);
  expect(codesIn((await place.ca('verify')).out)).toEqual(UNKNOWN_RECIPIENTS);
  damage();
  const { code, out } = await place.ca('verify');
  expect(code).toBe(1);
  for (const lines of [problemsOf(meshOf(trustOf(file))), out.split('\n')]) {
    const found = lines.filter(line => line.startsWith('MESH051') && line.includes(`${fileOf('cluster1')}, ${file}: `));
    expect(found).toEqual([expect.stringMatching(message)]);
  }
});

test.each([SEALED, SOPS])('a missing %s is reported by verify, where its recipient is there', async file => {
  rmSync(fileOf('cluster1', file));
  expect(await place.ca('verify')).toEqual({ code: 1, out: expect.stringMatching(/MESH030 .*no secret that is encrypted for it/) });
});

test.each([
  { text: 'null' },
  { text: '[]' },
  { text: '{"namespace":"istio-system","inputs":"","scope":"strict"}' },
  { text: '{"namespace":"istio-system","inputs":"","scope":"any","encryptedData":{}}' },
  { text: '{"namespace":"a/b","inputs":"","scope":"strict","encryptedData":{}}' },
  { text: '{"namespace":"istio-system","inputs":"","scope":"strict","encryptedData":{"ca-key.pem":1}}' },
])('cacerts.sealed.json with $text is a problem that says how to make it again, and no crash', async ({ text }) => {
  writeFileSync(fileOf('cluster1', SEALED), text);
  const message = /MESH030 .*cacerts.sealed.json: a file that is not an encrypted secret.*remove it and run istio-mesh ca reseal cluster1/;
  expect(problemsOf(meshOf(trustOf(SEALED)))).toEqual([expect.stringMatching(message)]);
  expect((await place.ca('verify')).out).toMatch(message);
});

test('files of an earlier version, without a cluster and a digest, are accepted', async () => {
  for (const file of [SEALED, SOPS]) {
    edit(file, value => {
      delete value.cluster;
      delete value.digest;
    });
    expect(problemsOf(meshOf(trustOf(file)))).toEqual([]);
  }
  expect(codesIn((await place.ca('verify')).out)).toEqual(UNKNOWN_RECIPIENTS);
});

test('no command changes a folder that holds the CA of another cluster', async () => {
  swap();
  const before = contents(place.pki);
  for (const command of [['issue', 'cluster1'], ['renew', 'cluster1'], ['reseal', 'cluster1'], ['rotate-root', 'introduce']]) {
    expect(await place.ca(...command)).toEqual({ code: 1, out: expect.stringMatching(/MESH051 .*cluster1, ca-cert.pem/) });
  }
  expect(contents(place.pki)).toEqual(before);
});

test('a root that only the folder of a cluster has is reported by a synth, whatever the delivery', () => {
  const roots = readFileSync(fileOf('cluster1', 'root-cert.pem'), 'utf8');
  writeFileSync(fileOf('cluster1', 'root-cert.pem'), roots + make({ name: 'Foreign root' }).pem);
  expect(problemsOf(meshOf(MeshTrust.plain({ directory: place.pki })))).toContainEqual(
    expect.stringMatching(/MESH030 .*cluster 'cluster1' trusts a root that is not in the folder: got "O=Test, CN=Foreign root/),
  );
});

test('a key file with the key of another cluster is refused where the key is decrypted', () => {
  const folder = join(place.pki, 'private');
  const [one, other] = ['cluster1', 'cluster2'].map(cluster => readdirSync(folder).find(name => name.startsWith(cluster))!);
  cpSync(join(folder, other), join(folder, one));
  process.env.ISTIO_MESH_PASSPHRASE_FILE = join(place.folder, 'passphrase');
  try {
    const { plain } = MeshTrust.plain({ directory: place.pki })._delivery;
    expect(() => plain!.files({ cluster: 'cluster1', namespace: 'istio-system' })).toThrow(/MESH051 .*does not hold the key of the CA/);
    expect(plain!.files({ cluster: 'cluster2', namespace: 'istio-system' }).size).toBe(1);
  } finally {
    delete process.env.ISTIO_MESH_PASSPHRASE_FILE;
  }
});

test('a CA whose key was made for another cluster is found by verify, where the keys are', async () => {
  const folder = join(place.pki, 'private');
  const key = readdirSync(folder).find(name => name.startsWith('cluster1'))!;
  renameSync(join(folder, key), join(folder, key.replace('cluster1', 'cluster3')));
  expect((await place.ca('verify')).out).toMatch(/MESH051 .*cluster1, ca-cert.pem: the key .* was made for another cluster/);
});

test.each([
  { subject: [['CN', 'Intermediate CA'], ['L', 'cluster1']], named: 'cluster1' },
  { subject: [['CN', 'Intermediate CA'], ['L', 'cluster1/']], named: 'cluster1' },
  { subject: [['CN', 'Intermediate CA'], ['L', 'Berlin']], named: undefined },
  { subject: [['CN', 'Issuing CA 7'], ['L', 'frankfurt']], named: undefined },
  { subject: [['CN', 'Intermediate CA']], named: undefined },
])('the certificate of $subject names the cluster $named', ({ subject, named }) => {
  const { pem } = make({ attributes: subject.map(([shortName, value]) => ({ shortName, value })) });
  expect(clusterNamedBy(readCertificates(pem)[0])).toBe(named);
});
