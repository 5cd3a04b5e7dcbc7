import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { CaFiles } from '../../src';
import { workplaceWith } from '../pki/pki';
import { temporaryFolder } from '../temporary-folder';

test('a file in the place of the folder of clusters is an error with a code', () => {
  const pki = temporaryFolder('pki');
  writeFileSync(join(pki, 'clusters'), '');
  expect(() => CaFiles.fromPki(pki, 'cluster1')).toThrow(/MESH055 .*clusters: a file is where a folder belongs/);
});

test('a folder in the place of the key of a CA is an error with a code', async () => {
  const { pki } = await workplaceWith('cluster1');
  const name = readdirSync(join(pki, 'private')).find(file => file.startsWith('cluster1-'))!;
  rmSync(join(pki, 'private', name));
  mkdirSync(join(pki, 'private', name));
  expect(() => CaFiles.fromPki(pki, 'cluster1')).toThrow(/MESH055 .*a folder is where a file belongs/);
});
