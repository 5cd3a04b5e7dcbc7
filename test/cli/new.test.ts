import { execFileSync, spawnSync } from 'child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'fs';
import { dirname, join, relative } from 'path';
import { gzipSync } from 'zlib';
import { parse } from 'yaml';
import { temporaryFolder } from '../temporary-folder';
import { runMain } from '../written/written-folder';

const ROOT = join(__dirname, '..', '..');
const TEMPLATE = join(ROOT, 'templates', 'new');
const own = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const work = temporaryFolder('new');

/** A tar file with a package.json, as `npm pack` writes it, after a file of another name. */
function tarball(name: string, packageJson: string): string {
  const entry = (path: string, text: string) => {
    const header = Buffer.alloc(512);
    header.write(path);
    header.write(`${text.length.toString(8).padStart(11, '0')} `, 124);
    return Buffer.concat([header, Buffer.from(text), Buffer.alloc((512 - text.length % 512) % 512)]);
  };
  const file = join(work, name);
  writeFileSync(file, gzipSync(Buffer.concat([entry('package/a', 'a'), entry('package/package.json', packageJson), Buffer.alloc(1024)])));
  return file;
}

const PACKAGE = tarball('own.tgz', JSON.stringify({ name: own.name, version: own.version }));

const makeNew = (folder: string, ...options: string[]) => runMain(['new', folder, '--package', PACKAGE, ...options]);

/** Paths of the files below a folder. */
function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  return entries.map(entry => relative(folder, join(entry.parentPath, entry.name))).sort();
}

describe('istio-mesh new', () => {
  test('writes the files of the template, the package and its tarball', async () => {
    const folder = join(work, 'a', 'mesh');
    const { code, out, err } = await makeNew(folder);
    expect([code, err]).toEqual([0, '']);
    expect(out.replace(folder, 'FOLDER').replace(folder, 'FOLDER')).toMatchSnapshot();
    expect(filesBelow(folder)).toMatchSnapshot();
    expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).toMatchObject({
      name: 'mesh', private: true, dependencies: { [own.name]: `file:vendor/${own.name}-${own.version}.tgz` },
    });
    expect(readFileSync(join(folder, 'vendor', `${own.name}-${own.version}.tgz`))).toEqual(readFileSync(PACKAGE));
    expect(readFileSync(join(folder, 'main.ts'), 'utf8')).toBe(readFileSync(join(TEMPLATE, 'main.ts'), 'utf8'));
  });

  test('writes into the current folder by default, which may be an empty clone', async () => {
    const folder = join(work, 'clone');
    mkdirSync(folder);
    execFileSync('git', ['init', '-q', folder]);
    const before = process.cwd();
    process.chdir(folder);
    try {
      const { code, out } = await runMain(['new', '--package', PACKAGE]);
      expect([code, out]).toEqual([0, expect.not.stringMatching(/git init|^ {2}cd /m)]);
    } finally {
      process.chdir(before);
    }
    expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).name).toBe('clone');
  });

  test('refuses a folder that is not empty, another package and a name that npm refuses, all in one run, and changes nothing', async () => {
    const folder = join(work, 'My Mesh');
    mkdirSync(folder);
    ['a', 'b', 'c', 'd', 'e', 'f'].forEach(name => writeFileSync(join(folder, name), name));
    const other = tarball('other.tgz', JSON.stringify({ name: own.name, version: '9.9.9' }));
    const { code, out, err } = await runMain(['new', folder, '--package', other]);
    expect([code, out]).toEqual([1, '']);
    expect(err.replaceAll(work, 'WORK')).toMatchSnapshot();
    expect(err).toContain('MESH110');
    expect(filesBelow(folder)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  test.each([
    ['no tarball', () => __filename],
    ['the tarball of another package', () => tarball('x.tgz', JSON.stringify({ name: 'x', version: own.version }))],
    ['a tarball whose package.json is no JSON', () => tarball('y.tgz', '{')],
    ['a tarball whose package.json is no object', () => tarball('z.tgz', '[]')],
  ])('refuses %s', async (_, file) => {
    const folder = join(work, 'no-package');
    expect(await runMain(['new', folder, '--package', file()])).toMatchObject({ code: 1, err: expect.stringMatching(/^MESH111 /) });
    expect(existsSync(folder)).toBe(false);
  });

  test.each<[string, (path: string) => unknown, RegExp]>([
    ['a file in its place', path => writeFileSync(path, ''), /^MESH055 /],
    ['a link in a circle in its place', path => symlinkSync(path, path), /^MESH055 /],
  ])('refuses %s', async (what, make, error) => {
    const path = join(work, what.split(' ')[1]);
    make(path);
    expect(await makeNew(path)).toMatchObject({ code: 1, err: expect.stringMatching(error) });
  });

  test('asks for a tarball where the package was never published', async () => {
    expect(own.version).toBe('0.0.0');
    const folder = join(work, 'unpublished');
    expect(await runMain(['new', folder])).toMatchObject({ code: 1, err: expect.stringMatching(/^MESH112 .*--package/) });
    expect(existsSync(folder)).toBe(false);
  });

  test('leaves nothing where a file cannot be written', async () => {
    const folder = join(work, 'halfway');
    mkdirSync(join(folder, '.git'), { recursive: true });
    const tarballs = join(work, 'vanishing.tgz');
    writeFileSync(tarballs, readFileSync(PACKAGE));
    const fs = jest.requireActual<typeof import('fs')>('fs');
    const copy = jest.spyOn(fs, 'copyFileSync').mockImplementation(() => {
      throw Object.assign(new Error('no space'), { code: 'ENOSPC', syscall: 'copyfile', errno: -28 });
    });
    try {
      expect(await makeNew(folder)).toMatchObject({ code: 1, err: expect.stringMatching(/^MESH055 /) });
      expect(await makeNew(join(work, 'deep', 'er'))).toMatchObject({ code: 1 });
    } finally {
      copy.mockRestore();
    }
    expect(filesBelow(folder)).toEqual([]);
    expect(existsSync(join(work, 'deep'))).toBe(false);
  });
});

describe('a new repository', () => {
  const folder = join(work, 'repository');
  const tsx = join(dirname(require.resolve('tsx/package.json')), 'dist', 'cli.mjs');
  const synth = () => execFileSync(process.execPath, [tsx, '--tsconfig', join(ROOT, 'templates', 'tsconfig.json'), 'main.ts'], {
    cwd: folder, stdio: 'pipe', env: { ...process.env, CDK8S_OUTDIR: undefined },
  });
  const IDENTITY = ['-c', 'user.name=test', '-c', 'user.email=test@example.invalid'];
  const git = (...args: string[]) => execFileSync('git', ['-C', folder, ...IDENTITY, ...args]);

  /** Runs its own test, with the sources as the package that npm would install. */
  function ownTest() {
    const modules = join(folder, 'node_modules');
    const bin = join(modules, own.name, 'bin');
    if (!existsSync(modules)) {
      mkdirSync(bin, { recursive: true });
      symlinkSync(join(ROOT, 'node_modules', 'tsx'), join(modules, 'tsx'));
      writeFileSync(join(bin, 'istio-mesh'), [
        'const { spawnSync } = require(\'child_process\');',
        `const args = ${JSON.stringify([tsx, join(ROOT, 'test', 'e2e', 'istio-mesh.ts')])};`,
        'process.exitCode = spawnSync(process.execPath, [...args, ...process.argv.slice(2)], { stdio: \'inherit\' }).status;',
        '',
      ].join('\n'));
    }
    return spawnSync(process.execPath, ['--import', 'tsx', '--test', '--test-reporter', 'tap', 'mesh.test.ts'], {
      cwd: folder,
      encoding: 'utf8',
      // Otherwise the test reports to the test that runs it.
      env: { ...process.env, NODE_TEST_CONTEXT: undefined, TSX_TSCONFIG_PATH: join(ROOT, 'templates', 'tsconfig.json') },
    });
  }

  beforeAll(async () => {
    await makeNew(folder);
    synth();
    git('init', '-q');
    git('add', '.');
    git('commit', '-q', '-m', 'a mesh');
  });

  afterEach(() => {
    git('checkout', '-q', '.');
    git('clean', '-q', '-f', 'dist');
  });

  test('synthesizes two clusters, in which nothing is wrong', async () => {
    expect(readdirSync(join(folder, 'dist')).sort()).toEqual(['cluster1', 'cluster2', 'install', 'mesh-catalog.json', 'mesh-files.json']);
    expect(await runMain(['check', join(folder, 'dist'), '--pki', join(folder, 'pki')])).toMatchObject({ code: 0, err: '' });
    expect(ownTest()).toMatchObject({ status: 0 });
  });

  test('shows what an edit of the program means, and its own test fails where a request stops', async () => {
    const program = join(folder, 'main.ts');
    const text = readFileSync(program, 'utf8');
    writeFileSync(program, text.replace(/^const httpbin = [^]*?\ncluster1\.import.*\n/m, ''));
    synth();
    const { code, out } = await runMain(['diff', join(folder, 'dist'), '--pki', join(folder, 'pki'), '-o', 'markdown']);
    expect([code, out]).toEqual([1, expect.stringContaining('**cuts**: the export of httpbin.bar.svc.cluster.local is closed')]);
    expect(ownTest()).toMatchObject({ status: 1, stdout: expect.stringContaining('not ok 2 - foo of cluster1 reaches httpbin') });
  });

  test('finds by its own test that dist was edited by hand', () => {
    writeFileSync(join(folder, 'dist', 'mesh-catalog.json'), 'by hand\n');
    expect(ownTest()).toMatchObject({ status: 1, stdout: expect.stringContaining('run "npm start", and commit dist') });
  });

  test('ignores private keys, and no file for Git', () => {
    const isIgnored = (path: string) => spawnSync('git', ['-C', folder, 'check-ignore', '-q', path]).status === 0;
    const [secret, shared] = [
      ['pki/private/root-key.pem', 'plain-secrets/cluster1/a.yaml', 'root.key', 'node_modules/x'],
      ['pki/root-cert.pem', 'dist/cluster1/x.yaml', 'vendor/x.tgz', 'package-lock.json'],
    ];
    expect([...secret, ...shared].filter(isIgnored)).toEqual(secret);
  });

  test('pins the versions that this package is built and tested with', () => {
    const { dependencies, devDependencies, engines } = JSON.parse(readFileSync(join(TEMPLATE, 'package.json'), 'utf8'));
    expect(engines.node).toBe(own.engines.node.replace(' ', ''));
    const installed = (name: string) => JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).version;
    const pinned = { ...dependencies, ...devDependencies };
    delete pinned[own.name];
    expect(pinned).toEqual(Object.fromEntries(Object.keys(pinned).map(name => [name, installed(name)])));
  });

  test('has pipelines whose jobs write only where they say so, and that run scripts which exist', () => {
    const read = (file: string) => parse(readFileSync(join(folder, file), 'utf8'), { strict: true });
    const github = read('.github/workflows/mesh.yml');
    expect(github.permissions).toEqual({ contents: 'read' });
    expect(Object.entries<any>(github.jobs).flatMap(([name, { permissions }]) => permissions ? [[name, permissions]] : [])).toEqual([
      ['comment', { 'pull-requests': 'write' }], ['deploy', { contents: 'write' }],
    ]);
    // The job that may comment checks nothing out.
    const ofComment = github.jobs.comment.steps.map(({ uses, run }: any) => uses ?? run.split(' ')[0]);
    expect(ofComment).toEqual(['actions/download-artifact@v4', 'gh']);
    const gitlab = read('.gitlab-ci.yml');
    const ofGitHub = Object.values<any>(github.jobs).flatMap(({ steps }) => steps.map(({ run }: any) => run ?? ''));
    const ofGitLab = ['test', 'comment', 'deploy'].flatMap(job => gitlab[job].script);
    const scripts = [...[...ofGitHub, ...ofGitLab].join('\n').matchAll(/bash (ci\/\S+)/g)].map(([, script]) => script);
    expect(scripts).toHaveLength(4);
    expect(scripts.filter(script => !existsSync(join(folder, script)))).toEqual([]);
  });
});
