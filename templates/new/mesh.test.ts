import { deepStrictEqual, strictEqual } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, test } from 'node:test';

const folder = mkdtempSync(join(tmpdir(), 'mesh-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program of Node, and returns its exit code and what it printed. */
function node(args: string[], outdir: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env: { ...process.env, CDK8S_OUTDIR: outdir } });
  return { code: status, printed: stdout + stderr };
}

/** The files below a folder, by their path. */
function filesBelow(path: string): string[] {
  const entries = readdirSync(path, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  return entries.map(entry => relative(path, join(entry.parentPath, entry.name))).sort();
}

// The folder in Git is the snapshot: `npm start` updates it, and the pull request shows the difference.
test('dist holds what main.ts writes', () => {
  const { code, printed } = node(['--import', 'tsx', 'main.ts'], folder);
  strictEqual(code, 0, printed);
  deepStrictEqual(filesBelow('dist'), filesBelow(folder), 'other files: run "npm start", and commit dist');
  for (const file of filesBelow(folder)) {
    const [inGit, written] = ['dist', folder].map(path => readFileSync(join(path, file), 'utf8'));
    strictEqual(inGit, written, `dist/${file} differs: run "npm start", and commit dist`);
  }
});

// Requests that must not break. A service that you rely on deserves a line.
const REQUESTS: Array<[cluster: string, namespace: string, host: string]> = [
  ['cluster1', 'foo', 'httpbin.bar.global:8000'],
];

for (const [cluster, namespace, host] of REQUESTS) {
  test(`${namespace} of ${cluster} reaches ${host}`, () => {
    const { code, printed } = node(['node_modules/cdk8s-istio-multicluster/bin/istio-mesh', 'explain', cluster, namespace, host], 'dist');
    strictEqual(code, 0, printed);
  });
}
