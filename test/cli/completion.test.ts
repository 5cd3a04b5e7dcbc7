import { execFileSync } from 'child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { completionOf, completionText } from '../../src/cli/completion/complete';
import { completionScript } from '../../src/cli/completion/scripts';
import { programWith } from '../../src/cli/program';
import { temporaryFolder } from '../temporary-folder';
import { runMain } from '../written/written-folder';

const PROGRAM = programWith({ hasCa: true, setExitCode: () => undefined });
const ROOT = join(__dirname, '..', '..');

/** A working directory with the folders of two clusters, and one of a third only in pki/. */
function workingFolder(): string {
  const folder = temporaryFolder('completion');
  for (const path of ['dist/cluster1', 'dist/cluster2', 'dist/install', 'dist/$(touch hacked)', 'pki/clusters/cluster3', 'other/east']) {
    mkdirSync(join(folder, path), { recursive: true });
  }
  return folder;
}

/** Words by which a line can go on, and what the shell adds. A line that ends in a space has an empty last word. */
function after(line: string): string[] {
  const { words, rest } = completionOf(line.split(' '), PROGRAM);
  return [...words.map(({ word }) => word), ...rest === 'none' ? [] : [`<${rest}>`]];
}

describe('completion', () => {
  const before = process.cwd();

  beforeAll(() => process.chdir(workingFolder()));

  afterAll(() => process.chdir(before));

  test.each([
    ['', ['new', 'explain', 'check', 'diff', 'graph', 'import', 'discover', 'check-istio', 'ca', 'completion', 'help']],
    ['che', ['check', 'check-istio']],
    ['new ', ['<folder>']],
    ['new --package ', ['<file>']],
    ['ca re', ['renew', 'reseal']],
    ['nonsense ', []],
    ['graph --', ['--pki', '--output', '--help']],
    ['graph -o svg --', ['--pki', '--help']],
    ['graph -o ', ['mermaid', 'html', 'svg']],
    ['graph --output=h', ['--output=html']],
    ['graph --output = h', ['--output=html']],
    ['check -o s', ['short', 'sarif']],
    ['check ', ['<folder>']],
    ['check --pki ', ['<folder>']],
    ['check --within ', []],
    ['diff --against ', ['<folder>']],
    ['check-istio ', ['<file>']],
    ['explain ', ['cluster1', 'cluster2', 'cluster3']],
    ['explain cluster2', ['cluster2']],
    ['explain -f other ', ['cluster3', 'east']],
    ['explain --folder = other ', ['cluster3', 'east']],
    ['explain cluster1 ', []],
    ['explain cluster1 foo web : 80 ', []],
    ['explain -f other --f', ['--folder', '--from']],
    ['ca issue cluster', ['cluster1', 'cluster2', 'cluster3']],
    ['ca reseal cluster1 ', ['cluster2', 'cluster3']],
    ['ca rotate-root ', ['introduce', 'switch', 'retire']],
    ['ca rotate-root switch --cluster cluster1 --cluster ', ['cluster2', 'cluster3']],
    ['ca init --key-size ', ['2048', '3072', '4096']],
    ['ca init --root-cert ', ['<file>']],
    ['ca issue cluster1 --scope ', ['strict', 'namespace-wide', 'cluster-wide']],
    ['completion ', ['bash', 'zsh', 'fish']],
    ['check -- -', ['<folder>']],
  ])('of %j', (line, expected) => {
    expect(after(line)).toEqual(expected);
  });

  test('is a word a line, with what it means, and how the shell goes on', async () => {
    expect(completionText(['graph', '--p'], PROGRAM)).toBe(
      '--pki\tfolder of istio-mesh ca, for the state of the root; it is read where it exists\n:none',
    );
    expect(await runMain(['__complete', '--', 'graph', '-o', 's'])).toEqual({ code: 0, out: 'svg\t\n:none\n', err: '' });
  });

  test.each(['bash', 'zsh', 'fish'])('prints a script for %s that names no command', async shell => {
    const { code, out } = await runMain(['completion', shell]);
    expect([code, out]).toEqual([0, expect.stringContaining('__complete')]);
    expect(out).not.toMatch(/explain|rotate-root|--output/);
  });

  test('refuses another shell', async () => {
    const { code, err } = await runMain(['completion', 'tcsh']);
    expect([code, err]).toEqual([1, expect.stringContaining('Allowed choices are bash, zsh, fish')]);
  });
});

test('a real bash completes commands, values and folders, and runs no name', () => {
  const folder = workingFolder();
  const tsx = join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs');
  const command = join(folder, 'istio-mesh');
  const sources = `--tsconfig "${ROOT}/test/tsconfig.json" "${ROOT}/test/e2e/istio-mesh.ts"`;
  writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${tsx}" ${sources} "$@"\n`);
  chmodSync(command, 0o755);
  const lines = ['istio-mesh che', 'istio-mesh graph --output = s', 'istio-mesh check di', 'istio-mesh explain '];
  const script = [
    completionScript('bash'),
    'for line in "$@"; do',
    '  IFS=" " read -ra COMP_WORDS <<< "$line"',
    '  [ "${line% }" = "$line" ] || COMP_WORDS+=("")',
    '  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))',
    '  _istio_mesh; echo "${COMPREPLY[*]}"',
    'done',
  ].join('\n');
  const out = execFileSync('bash', ['--norc', '-c', script, 'bash', ...lines], {
    cwd: folder, encoding: 'utf8', env: { ...process.env, PATH: `${folder}:${process.env.PATH}` }, stdio: 'pipe',
  });
  expect(out.trimEnd().split('\n')).toEqual(['check check-istio', 'svg', 'dist', 'cluster1 cluster2 cluster3']);
});
