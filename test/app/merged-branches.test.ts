import { execFileSync, spawnSync } from 'child_process';
import { readdirSync, readFileSync, writeFileSync } from 'fs';
import { join, relative } from 'path';
import { App, Chart } from 'cdk8s';
import { GatewayAddress, IstioRelease, Mesh, MeshApp, RemoteServiceEntry, ServiceCatalog, ServicePort } from '../../src';
import { recordParts } from '../../src/output/owned-files';
import { temporaryFolder } from '../temporary-folder';

const PORTS = [ServicePort.http('http', 8000)];

/** Synthesizes a mesh of two clusters in which `caller` imports services of `server`. */
function synth(repository: string, services: string[]): void {
  const app = new MeshApp({ outdir: join(repository, 'dist') });
  const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31, cleanup: {} });
  const caller = mesh.addCluster('caller');
  const server = mesh.addCluster('server', {
    ingressGateway: GatewayAddress.of('203.0.113.20'), globalDns: { clusterIp: '10.96.0.53' },
  });
  for (const name of services) {
    caller.importService(server.exportService(name, { namespace: 'bar', ports: PORTS, anyServer: true }), { namespace: 'foo' });
  }
  app.synth();
}

/** The text of each file of the output. */
function filesOf(repository: string): { [path: string]: string } {
  const files = readdirSync(join(repository, 'dist'), { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  return Object.fromEntries(files.map(({ parentPath, name }) => join(parentPath, name)).sort().map(
    file => [relative(repository, file), readFileSync(file, 'utf8')],
  ));
}

function git(repository: string, ...args: string[]): string {
  const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...author, ...args], { cwd: repository, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** A repository whose branches `main` and `other` each added a service after a first one; `main` is checked out. */
function twoBranches(main: string, other: string): string {
  const repository = temporaryFolder('branches');
  const commit = (services: string[]) => {
    synth(repository, services);
    git(repository, 'add', '--all');
    git(repository, 'commit', '--quiet', '--message', services.join());
  };
  git(repository, 'init', '--quiet', '--initial-branch=main');
  commit(['middle']);
  git(repository, 'checkout', '--quiet', '-b', 'other');
  commit(['middle', other]);
  git(repository, 'checkout', '--quiet', 'main');
  commit(['middle', main]);
  return repository;
}

/** Merges the branch `other`, whatever conflicts that leaves, and returns the files with conflicts. */
function merge(repository: string, ...options: string[]): string[] {
  const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  spawnSync('git', [...author, ...options, 'merge', '--quiet', 'other'], { cwd: repository });
  return git(repository, 'diff', '--name-only', '--diff-filter=U').split('\n').filter(Boolean);
}

function expected(services: string[]): { [path: string]: string } {
  const repository = temporaryFolder('expected');
  synth(repository, services);
  return filesOf(repository);
}

describe('after a merge of two branches that each added a service', () => {
  test('no manifest of a service has a conflict, and a run puts the rest right, whatever Git left in it', () => {
    const repository = twoBranches('before', 'below');
    const conflicts = merge(repository);
    const lists = /\/(mesh-files\.json|mesh-catalog\.json|kustomization\.yml|clean-up\.sh|(ConfigMap|Role)[^/]*)$/;
    expect(conflicts.filter(file => !lists.test(file))).toEqual([]);
    expect(conflicts).toContain('dist/mesh-files.json');
    synth(repository, ['middle', 'before', 'below']);
    expect(filesOf(repository)).toEqual(expected(['middle', 'before', 'below']));
  });

  test('conflicts that show the common ancestor are put right too', () => {
    const repository = twoBranches('after', 'also');
    expect(merge(repository, '-c', 'merge.conflictStyle=diff3')).toContain('dist/mesh-files.json');
    expect(readFileSync(join(repository, 'dist/mesh-files.json'), 'utf8')).toContain('|||||||');
    synth(repository, ['middle', 'after', 'also']);
    expect(filesOf(repository)).toEqual(expected(['middle', 'after', 'also']));
  });

  test('files of the other branch are known where a person kept one side of each conflict', () => {
    const repository = twoBranches('before', 'below');
    merge(repository).forEach(file => git(repository, 'checkout', '--ours', file));
    expect(readFileSync(join(repository, 'dist/mesh-files.json'), 'utf8')).not.toContain('below');
    // The other import changes as well, so its files are written again.
    synth(repository, ['middle', 'before', 'below', 'fourth']);
    expect(filesOf(repository)).toEqual(expected(['middle', 'before', 'below', 'fourth']));
  });

  test('a removal on one branch removes the files, though the record of the other branch names them', () => {
    const repository = twoBranches('before', 'below');
    merge(repository);
    synth(repository, ['before', 'below']);
    expect(filesOf(repository)).toEqual(expected(['before', 'below']));
  });
});

test('a file that another branch wrote is replaced by its header, and a file of somebody else is not', () => {
  const repository = temporaryFolder('header');
  synth(repository, ['middle']);
  const entry = join(repository, 'dist/caller/ServiceEntry.networking.istio.io_foo_middle-bar.yaml');
  const text = readFileSync(entry, 'utf8');
  writeFileSync(join(repository, 'dist/mesh-files.json'), [...recordParts([])].join(''));
  writeFileSync(entry, text.replace('8000', '9000'));
  synth(repository, ['middle']);
  expect(readFileSync(entry, 'utf8')).toBe(text);
  writeFileSync(join(repository, 'dist/mesh-files.json'), [...recordParts([])].join(''));
  writeFileSync(entry, text.replace(/# Generated.*\n/, ''));
  expect(() => synth(repository, ['middle'])).toThrow(/MESH017.*a file that this library did not write/);
});

test('a record with conflicts that leads out of the folder is refused', () => {
  const repository = temporaryFolder('outside');
  synth(repository, ['middle']);
  const record = '{\n  "files": [\n<<<<<<< HEAD\n    "caller/a.yaml"\n=======\n    "../b.yaml"\n>>>>>>> other\n  ]\n}\n';
  writeFileSync(join(repository, 'dist/mesh-files.json'), record);
  expect(() => synth(repository, ['middle'])).toThrow(/MESH017/);
  expect(readFileSync(join(repository, 'dist/mesh-files.json'), 'utf8')).toBe(record);
});

test('the catalog has a line for each service, which another repository reads', () => {
  const repository = temporaryFolder('catalog');
  synth(repository, ['a', 'b']);
  const text = filesOf(repository)['dist/mesh-catalog.json'];
  expect(text.split('\n').filter(line => line.includes('"host"'))).toHaveLength(2);
  const service = ServiceCatalog.fromFile(join(repository, 'dist/mesh-catalog.json')).service('b', { namespace: 'bar', ports: [8000] });
  const chart = new Chart(new App(), 'team');
  expect(new RemoteServiceEntry(chart, 'b', { istio: IstioRelease.V1_31, service, namespace: 'team' }).host).toBe('b.bar.global');
});

test('one more import changes the files that are about it, and no Job and no pod of a resolver', () => {
  const repository = temporaryFolder('one-more');
  synth(repository, ['middle']);
  const before = filesOf(repository);
  synth(repository, ['middle', 'more']);
  const after = filesOf(repository);
  expect(Object.keys(after).filter(path => after[path] !== before[path])).toEqual([
    'dist/caller/DestinationRule.networking.istio.io_foo_more-bar.yaml',
    'dist/caller/ServiceEntry.networking.istio.io_foo_more-bar.yaml',
    'dist/caller/VirtualService.networking.istio.io_foo_more-bar.yaml',
    'dist/caller/kustomization.yml',
    'dist/cleanup/caller/ConfigMap_mesh-cleanup-caller_mesh-cleanup-caller.yaml',
    'dist/cleanup/caller/Role.rbac.authorization.k8s.io_foo_mesh-cleanup-caller.yaml',
    'dist/cleanup/caller/clean-up.sh',
    'dist/cleanup/server/ConfigMap_mesh-cleanup-server_mesh-cleanup-server.yaml',
    'dist/cleanup/server/Role.rbac.authorization.k8s.io_istio-system_mesh-cleanup-server.yaml',
    'dist/cleanup/server/clean-up.sh',
    'dist/mesh-catalog.json',
    'dist/mesh-files.json',
    'dist/server/ConfigMap_istio-system_mesh-dns.yaml',
    'dist/server/Gateway.networking.istio.io_istio-system_mesh-more-bar.yaml',
    'dist/server/kustomization.yml',
  ]);
  expect(Object.keys(before).filter(path => after[path] === undefined)).toEqual([]);
});
