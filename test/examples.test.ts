import { execFileSync } from 'child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'fs';
import { dirname, join, relative } from 'path';
import { App } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { temporaryFolder } from './temporary-folder';
import { guideMesh } from '../examples/guide/mesh';
import { holdsPrivateKey } from '../src/pki/key-scan';

const ROOT = join(__dirname, '..');
const work = temporaryFolder('examples');

/** The text of each file below a folder, by its path. */
function textsBelow(folder: string): { [path: string]: string } {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => join(parentPath, name)).sort().map(file => [relative(folder, file), readFileSync(file, 'utf8')]),
  );
}

/** The path of a script in an installed package. */
const scriptOf = (packageJson: string, script: string) => join(dirname(require.resolve(packageJson)), script);
const TSX = scriptOf('tsx/package.json', 'dist/cli.mjs');
const CDK8S = scriptOf('cdk8s-cli/package.json', 'bin/cdk8s');

function runNode(folder: string, args: string[], env: NodeJS.ProcessEnv = {}): string {
  return execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe', env: { ...process.env, ...env } });
}

test.each(
  ['guide', 'replicated', 'guide-1.5', 'one-service', 'three-clusters'],
)('examples/%s writes the same files by "cdk8s synth" as by its main.ts', example => {
  const folder = join(ROOT, 'examples', example);
  const [byMain, byCdk8s] = ['tsx', 'cdk8s'].map(tool => join(work, example, tool));
  runNode(folder, [TSX, 'main.ts'], { CDK8S_OUTDIR: byMain });
  runNode(folder, [CDK8S, 'synth', '--check-upgrade=false', '--output', byCdk8s]);
  const files = textsBelow(byMain);
  expect(Object.keys(files).length).toBeGreaterThan(1);
  expect(Object.entries(files).filter(([, text]) => holdsPrivateKey(text)).map(([path]) => path)).toEqual([]);
  expect(textsBelow(byCdk8s)).toEqual(files);
});

test('"cdk8s synth --stdout" prints one document for each manifest, and no install values', () => {
  const app = join(work, 'stdout');
  cpSync(join(ROOT, 'examples', 'guide'), app, { recursive: true, filter: source => !source.endsWith('cdk8s.yaml') });
  const command = `"${process.execPath}" "${TSX}" --tsconfig "${join(ROOT, 'examples', 'tsconfig.json')}" main.ts`;
  const printed = runNode(app, [CDK8S, 'synth', '--check-upgrade=false', '--stdout', '--app', command]);
  const kinds = parseAllDocuments(printed).map(document => document.toJSON()?.kind);
  expect(kinds.sort()).toEqual([
    'Deployment',
    'Deployment',
    'DestinationRule',
    'Gateway',
    'Namespace',
    'Namespace',
    'SealedSecret',
    'SealedSecret',
    'Service',
    'Service',
    'ServiceAccount',
    'ServiceAccount',
    'ServiceEntry',
    'VirtualService',
  ]);
});

test('the program in the README runs without changes', () => {
  const [, program] = /```ts\n(import [\s\S]*?)```/.exec(readFileSync(join(ROOT, 'README.md'), 'utf8'))!;
  const folder = join(work, 'readme');
  mkdirSync(folder);
  writeFileSync(join(folder, 'main.ts'), program);
  runNode(folder, [TSX, '--tsconfig', join(ROOT, 'examples', 'tsconfig.json'), 'main.ts']);
  const imports = Object.keys(textsBelow(join(folder, 'dist'))).filter(path => path.startsWith('cluster1/ServiceEntry'));
  expect(imports.map(path => path.split('_').slice(1).join('/'))).toEqual([
    'baz/httpbin-bar.yaml', 'foo/httpbin-bar.yaml', 'foo/reviews-shop.yaml', 'istio-system/mesh-httpbin-bar.yaml',
  ]);
});

test('examples/one-service holds a copy of the catalog that examples/guide writes', () => {
  const copied = readFileSync(join(ROOT, 'examples', 'one-service', 'mesh-catalog.json'), 'utf8');
  expect(copied).toBe(guideMesh(new App()).catalog().toText());
});
