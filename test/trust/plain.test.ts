import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'fs';
import { join } from 'path';
import { meshOf, problemsOf } from './two-clusters';
import { IstioRelease, Mesh, MeshApp, MeshTrust, RetirementStep } from '../../src';
import { workplaceWith, Workplace } from '../pki/pki';

let place: Workplace;

beforeEach(async () => {
  place = await workplaceWith('cluster1', 'cluster2');
});

afterEach(() => {
  delete process.env.ISTIO_MESH_PASSPHRASE_FILE;
});

function usePassphrase(): void {
  process.env.ISTIO_MESH_PASSPHRASE_FILE = join(place.folder, 'passphrase');
}

test('secrets in the clear are in a folder that Git ignores and only the user can read; the output folder holds no key', () => {
  usePassphrase();
  const [outdir, secrets] = [join(place.folder, 'dist'), join(place.folder, 'secrets')];
  const app = new MeshApp({ outdir });
  meshOf(MeshTrust.plain({ directory: place.pki, outdir: secrets }), app);
  app.synth();
  const file = join(secrets, 'cluster1', 'Secret_istio-system_cacerts.yaml');
  expect(readFileSync(file, 'utf8')).toContain(Buffer.from('-----BEGIN PRIVATE KEY-----').toString('base64').slice(0, 30));
  expect(readFileSync(join(secrets, '.gitignore'), 'utf8')).toBe('*\n');
  expect([secrets, file].map(path => statSync(path).mode & 0o077)).toEqual([0, 0]);
  expect(readdirSync(outdir, { recursive: true }).filter(name => String(name).includes('cacerts'))).toEqual([]);
});

test('the last step of a retirement removes the secret, without passphrase or pki/', () => {
  const secrets = join(place.folder, 'secrets');
  const hasSecretAfterSynth = (retire?: RetirementStep) => {
    const app = new MeshApp({ outdir: join(place.folder, 'dist') });
    const trust = MeshTrust.plain({ directory: place.pki, outdir: secrets });
    new Mesh(app, 'mesh', { istio: IstioRelease.V1_31, trust }).addCluster('cluster1', { retire });
    app.synth();
    return existsSync(join(secrets, 'cluster1', 'Secret_istio-system_cacerts.yaml'));
  };
  usePassphrase();
  expect(hasSecretAfterSynth()).toBe(true);
  delete process.env.ISTIO_MESH_PASSPHRASE_FILE;
  rmSync(place.pki, { recursive: true });
  expect(hasSecretAfterSynth(RetirementStep.CA)).toBe(false);
});

test.each([
  ['the output folder', 'dist'],
  ['a folder in the output folder', 'dist/cluster1'],
  ['a folder around the output folder', '.'],
])('secrets in %s are refused', (_, outdir) => {
  usePassphrase();
  const app = new MeshApp({ outdir: join(place.folder, 'dist') });
  meshOf(MeshTrust.plain({ directory: place.pki, outdir: join(place.folder, outdir) }), app);
  expect(() => app.synth()).toThrow(/MESH033/);
  expect(existsSync(join(place.folder, 'dist'))).toBe(false);
});

describe('a synth without a usable passphrase fails with MESH035 and writes nothing', () => {
  const synth = () => {
    const app = new MeshApp({ outdir: join(place.folder, 'dist') });
    meshOf(MeshTrust.plain({ directory: place.pki }), app);
    app.synth();
  };

  afterEach(() => {
    expect(existsSync(join(place.folder, 'dist'))).toBe(false);
  });

  test('when the environment names no file', () => {
    expect(synth).toThrow(/MESH035 CaFiles.fromPki: no passphrase for the private keys/);
  });

  test('when the file cannot be read; the message does not show what the environment holds', () => {
    const secret = join(place.folder, 'passphrase-by-mistake');
    mkdirSync(secret);
    process.env.ISTIO_MESH_PASSPHRASE_FILE = secret;
    expect(synth).toThrow(/MESH035 CaFiles.fromPki: the file that ISTIO_MESH_PASSPHRASE_FILE names cannot be read: got "EISDIR"/);
    expect(synth).not.toThrow('passphrase-by-mistake');
  });
});

test('a private key that is missing is MESH030', () => {
  usePassphrase();
  rmSync(join(place.pki, 'private'), { recursive: true });
  const app = new MeshApp({ outdir: join(place.folder, 'dist') });
  meshOf(MeshTrust.plain({ directory: place.pki }), app);
  expect(() => app.synth()).toThrow(/MESH030 .*the private key of the CA is missing/);
});

test('an app that is not a MeshApp has no folder for secrets in the clear', () => {
  expect(problemsOf(meshOf(MeshTrust.plain({ directory: place.pki })))).toEqual(Array(2).fill(expect.stringMatching(/MESH033 .*MeshApp/)));
});
