import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'fs';
import { join, relative } from 'path';
import { FolderRelation, folderRelation } from '../../src/files/folder-relation';
import { temporaryFolder } from '../temporary-folder';

/**
 * A folder with the folders dist, dist/cluster1, pki and pki-old, a link `to-dist` to dist, a link `to-new` to a folder that does not
 * exist, a link `around` to the folder itself, and a link `chain` to `to-dist`.
 */
function folders(): string {
  const root = temporaryFolder('relation');
  ['dist/cluster1', 'pki', 'pki-old'].forEach(path => mkdirSync(join(root, path), { recursive: true }));
  symlinkSync('dist', join(root, 'to-dist'));
  symlinkSync('new', join(root, 'to-new'));
  symlinkSync('.', join(root, 'around'));
  symlinkSync('to-dist', join(root, 'chain'));
  return root;
}

const { SAME, INSIDE, AROUND, APART } = FolderRelation;

test.each([
  ['dist', 'dist', SAME],
  ['dist', './dist/', SAME],
  ['dist', 'pki/../dist', SAME],
  ['dist', 'to-dist', SAME],
  ['dist', 'chain', SAME],
  ['around/dist', 'to-dist', SAME],
  ['new', 'to-new', SAME],
  ['new', 'around/new', SAME],
  ['new/x', 'to-new/x', SAME],
  ['dist/cluster1', 'dist', INSIDE],
  ['to-dist/cluster1', 'dist', INSIDE],
  ['dist/new', 'to-dist', INSIDE],
  ['new/x/y', 'to-new', INSIDE],
  ['to-dist', '.', INSIDE],
  ['.', 'pki', AROUND],
  ['new', 'around/new/x', AROUND],
  ['dist', 'pki', APART],
  ['pki', 'pki-old', APART],
  ['pki-new', 'pki', APART],
  ['new', 'new-2', APART],
  ['new/x', 'new/y', APART],
  ['new/x', 'new/xy', APART],
  ['dist/cluster1', 'dist/cluster10', APART],
  ['dist/pki', 'pki', APART],
])('%s and %s: the first is %s', (one, other, relation) => {
  const root = folders();
  expect(folderRelation(join(root, one), join(root, other))).toBe(relation);
  const opposite = { [INSIDE]: AROUND, [AROUND]: INSIDE, [SAME]: SAME, [APART]: APART }[relation];
  expect(folderRelation(join(root, other), join(root, one))).toBe(opposite);
  expect(folderRelation(relative('.', join(root, one)), join(realpathSync(root), other))).toBe(relation);
});

test.each([
  ['links in a circle', 'ELOOP', (root: string) => {
    symlinkSync('circle', join(root, 'circle'));
    return 'circle';
  }],
  ['a name that is too long', 'ENAMETOOLONG', () => 'x'.repeat(300)],
  ['a NUL', 'ERR_INVALID_ARG_VALUE', () => 'a\0b'],
])('%s is an error with a code', (_, code, make) => {
  const root = folders();
  const path = join(root, make(root));
  expect(() => folderRelation(path, root)).toThrow(expect.objectContaining({ code: 'MESH055', message: expect.stringContaining(code) }));
});

test('a folder below a file is judged by the file', () => {
  const root = folders();
  writeFileSync(join(root, 'file'), '');
  expect(folderRelation(join(root, 'file', 'x'), join(root, 'file'))).toBe(INSIDE);
});
