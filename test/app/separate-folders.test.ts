import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'fs';
import { join } from 'path';
import { ApiObject, Chart } from 'cdk8s';
import { CacertsSecret, CaFiles, IstioRelease, Mesh, MeshApp, MeshTrust } from '../../src';
import { main } from '../../src/cli/main';
import { Workplace, workplaceWith } from '../pki/pki';
import { meshOf } from '../trust/two-clusters';

let place: Workplace;

beforeEach(async () => {
  place = await workplaceWith('cluster1', 'cluster2');
  process.env.ISTIO_MESH_PASSPHRASE_FILE = join(place.folder, 'passphrase');
  mkdirSync(join(place.folder, 'dist'));
  mkdirSync(join(place.folder, 'secrets'));
  symlinkSync('dist', join(place.folder, 'to-dist'));
  symlinkSync('pki', join(place.folder, 'to-pki'));
  symlinkSync('secrets', join(place.folder, 'to-secrets'));
  symlinkSync('.', join(place.folder, 'around'));
});

afterEach(() => {
  delete process.env.ISTIO_MESH_PASSPHRASE_FILE;
});

/** Paths and texts of all files in the workplace. */
function everything(): [string, string][] {
  return readdirSync(place.folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name)).sort().map(path => [path, readFileSync(path, 'utf8')]);
}

function synthPlain(outdir: string, secrets: string, directory = 'pki'): void {
  const app = new MeshApp({ outdir: join(place.folder, outdir) });
  meshOf(MeshTrust.plain({ directory: join(place.folder, directory), outdir: join(place.folder, secrets) }), app);
  app.synth();
}

test.each([
  ['dist', 'to-dist'],
  ['to-dist', 'dist'],
  ['dist', 'to-dist/secrets'],
  ['around/dist', 'dist/secrets'],
  ['dist', 'around'],
  ['dist', 'pki'],
  ['dist', 'to-pki'],
  ['dist', 'around/to-pki/private'],
  ['dist', 'pki/private'],
  ['pki', 'secrets'],
  ['to-pki', 'secrets'],
  ['pki/clusters', 'secrets'],
  ['pki/dist', 'secrets'],
])('an output folder %s and secrets in %s are refused, and nothing changes', (outdir, secrets) => {
  const before = everything();
  expect(() => synthPlain(outdir, secrets)).toThrow(/^MESH033 MeshApp.synth: .*apart from/);
  expect(everything()).toEqual(before);
});

test.each([
  ['dist', 'secrets'],
  ['to-dist', 'to-secrets'],
  ['dist', 'dist-secrets'],
  ['dist', 'pki-plain'],
  ['pki-dist', 'secrets'],
  ['dist', 'new/secrets'],
])('an output folder %s and secrets in %s are accepted', (outdir, secrets) => {
  synthPlain(outdir, secrets);
  expect(existsSync(join(place.folder, secrets, 'cluster1/Secret_istio-system_cacerts.yaml'))).toBe(true);
});

test('two spellings of one folder hold the secrets of all clusters', () => {
  const app = new MeshApp({ outdir: join(place.folder, 'dist') });
  ['secrets', 'to-secrets'].forEach((secrets, i) => {
    const trust = MeshTrust.plain({ directory: place.pki, outdir: join(place.folder, secrets) });
    new Mesh(app, `mesh${i}`, { istio: IstioRelease.V1_31, trust }).addCluster(`cluster${i + 1}`);
  });
  app.synth();
  expect(['cluster1', 'cluster2'].map(name => existsSync(join(place.folder, 'secrets', name)))).toEqual([true, true]);
});

test('secrets of one cluster in the folder of those of another are refused', () => {
  const app = new MeshApp({ outdir: join(place.folder, 'dist') });
  ['secrets', 'to-secrets/inner'].forEach((secrets, i) => {
    const trust = MeshTrust.plain({ directory: place.pki, outdir: join(place.folder, secrets) });
    new Mesh(app, `mesh${i}`, { istio: IstioRelease.V1_31, trust }).addCluster(`cluster${i + 1}`);
  });
  expect(() => app.synth()).toThrow(/^MESH033 /);
});

test('pki/ beside the folders that a synth writes in the output folder is accepted, and in the place of one of them refused', () => {
  const synth = (directory: string, chart?: string) => {
    const app = new MeshApp({ outdir: place.folder });
    meshOf(MeshTrust.sealedSecrets({ directory, sharedSealingKey: true }), app);
    if (chart !== undefined) {
      new ApiObject(new Chart(app, chart), 'a', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } });
    }
    app.synth();
  };
  synth(place.pki);
  expect(existsSync(join(place.folder, 'cluster1'))).toBe(true);
  expect(() => synth(place.pki, 'pki')).toThrow(/^MESH033 .*would share files/);
});

test('the files of a CA in a folder that a synth writes are refused', () => {
  const app = new MeshApp({ outdir: place.pki });
  const files = CaFiles.fromPki(place.pki, 'cluster1');
  new CacertsSecret(new Chart(app, 'mine'), 'cacerts', { files, keyInTheClear: true });
  expect(() => app.synth()).toThrow(/^MESH033 .*the output folder would stand in a pki\/ folder/);
});

/** Runs `istio-mesh ca init` for a folder of the workplace. */
async function init(dir: string): Promise<{ code: number; out: string }> {
  const lines: string[] = [];
  const spies = (['log', 'error'] as const).map(name => jest.spyOn(console, name).mockImplementation((...args) => {
    lines.push(args.join(' '));
  }));
  try {
    return { code: await main(['ca', 'init', '--key-size', '2048', '--dir', join(place.folder, dir)]), out: lines.join('\n') };
  } finally {
    spies.forEach(spy => spy.mockRestore());
  }
}

test.each(['dist', 'to-dist', 'dist/install/cluster1', 'dist/install/new', 'around/dist/install', 'secrets', 'to-secrets/cluster1'])(
  'the command refuses %s, which a synth writes', async dir => {
    synthPlain('dist', 'secrets');
    const before = everything();
    expect(await init(dir)).toEqual({ code: 1, out: expect.stringMatching(/^MESH030 .*the folder holds files that a synth writes/) });
    expect(everything()).toEqual(before);
  },
);

test.each(['pki-2', 'dist-pki', 'dist/pki', 'secrets-2/pki'])('the command accepts %s beside what a synth writes', async dir => {
  synthPlain('dist', 'secrets');
  expect(await init(dir)).toEqual({ code: 0, out: expect.any(String) });
});

test.each(['install', 'argocd', 'flux', 'cleanup'])('a chart of the user with the name %s is refused, and nothing is written', name => {
  const outdir = join(place.folder, 'charts');
  const app = new MeshApp({ outdir });
  meshOf(undefined, app);
  new ApiObject(new Chart(app, name), 'a', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } });
  expect(() => app.synth()).toThrow(/^MESH006 .*is the name of a folder for install values, an engine or clean-ups/);
  expect(existsSync(outdir)).toBe(false);
});

test.each(['install-2', 'my-install', 'installs', 'mesh-catalog', 'Install'])('a chart of the user with the name %s is accepted', name => {
  const outdir = join(place.folder, 'charts');
  const app = new MeshApp({ outdir });
  meshOf(undefined, app);
  new ApiObject(new Chart(app, name), 'a', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } });
  app.synth();
  expect(readdirSync(join(outdir, 'install')).sort()).toEqual(['cluster1', 'cluster2']);
});

test('a chart with the name of a folder of this library and no objects is accepted', () => {
  const app = new MeshApp({ outdir: join(place.folder, 'charts') });
  meshOf(undefined, app);
  new Chart(app, 'install');
  app.synth();
  expect(existsSync(join(place.folder, 'charts', 'install', 'kustomization.yml'))).toBe(false);
});
