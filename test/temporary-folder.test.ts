import { existsSync, readdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { removeTemporaryFolders, temporaryFolder } from './temporary-folder';

test('a temporary folder is removed with its files', () => {
  const folders = [1, 2].map(() => temporaryFolder('sample'));
  folders.forEach(folder => writeFileSync(join(folder, 'file'), 'text'));
  expect(folders.map(existsSync)).toEqual([true, true]);
  removeTemporaryFolders();
  expect(folders.map(existsSync)).toEqual([false, false]);
});

/** Calls that make a temporary folder. `Testing.app` of cdk8s makes one, and never removes it. */
const MAKES_FOLDER = /\bmkdtemp(Sync)?\(|\bTesting\.app\(/;
const ROOT = join(__dirname, '..');

test('no other test makes temporary folders, but the proofs and the keys of a run, which remove their own', () => {
  const files = ['test', 'examples'].map(folder => join(ROOT, folder))
    .flatMap(folder => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(file => join(folder, file)))
    .filter(file => file.endsWith('.ts') && file !== __filename && !file.startsWith(join(__dirname, 'e2e')));
  const known = ['key-pool.ts', 'temporary-folder.ts'].map(file => join(__dirname, file));
  expect(files.filter(file => MAKES_FOLDER.test(readFileSync(file, 'utf8')))).toEqual(known);
});

test.each(["mkdtempSync(join(tmpdir(), 'a-'))", "await mkdtemp('a-')", 'new Chart(Testing.app(), id)'])('%s makes one', call => {
  expect(call).toMatch(MAKES_FOLDER);
});
