import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'fs';
import { join } from 'path';
import { writeOutput } from '../../src/output/folder-writer';
import { OutputFiles } from '../../src/output/output-files';
import { RECORD } from '../../src/output/owned-files';
import { temporaryFolder } from '../temporary-folder';

let folder: string;
beforeEach(() => {
  folder = join(temporaryFolder('writer'), 'dist');
});

const write = (files: { [path: string]: string }) => writeOutput(folder, OutputFiles.of(Object.entries(files)));
const read = (path: string) => readFileSync(join(folder, path), 'utf8');
const put = (path: string, text: string) => {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
};

describe('an output folder', () => {
  test('holds the files that were declared last, and the writer reports the changes', () => {
    expect(write({ 'c/a.yaml': '1', 'c/b.yaml': '2', 'install/c/v.yml': '3' })).toEqual(
      { written: new Map([['c', ['a.yaml', 'b.yaml']], ['install/c', ['v.yml']]]), removed: [] },
    );
    expect(write({ 'c/a.yaml': '1', 'c/b.yaml': '9', 'd/e.yaml': '4' }))
      .toEqual({ written: new Map([['c', ['b.yaml']], ['d', ['e.yaml']]]), removed: ['install/c/v.yml'] });
    expect(read('c/b.yaml')).toBe('9');
    expect(readdirSync(folder).sort()).toEqual(['c', 'd', RECORD]);
  });

  test('can have files beside folders with files', () => {
    write({ 'c/d/e/f.yaml': '1', 'c/a.yaml': '2', 'z.json': '3', 'c/d/g.yaml': '4' });
    expect(['c/d/e/f.yaml', 'c/a.yaml', 'z.json', 'c/d/g.yaml'].map(read)).toEqual(['1', '2', '3', '4']);
  });

  test('keeps an unchanged file untouched', () => {
    write({ 'c/a.yaml': '1', 'c/b.yaml': '2' });
    const long = new Date('2001-01-01');
    ['c/a.yaml', 'c/b.yaml', RECORD].forEach(path => utimesSync(join(folder, path), long, long));
    write({ 'c/a.yaml': '1', 'c/b.yaml': '3' });
    expect(statSync(join(folder, 'c/a.yaml')).mtime).toEqual(long);
    write({ 'c/a.yaml': '1', 'c/b.yaml': '3' });
    expect(statSync(join(folder, 'c/b.yaml')).mtime).not.toEqual(long);
  });

  test('keeps files of others, in the folders of removed files too', () => {
    write({ 'c/a.yaml': '1' });
    put('c/README.md', 'mine');
    put('notes.txt', 'mine too');
    write({});
    expect([existsSync(join(folder, 'c/a.yaml')), read('c/README.md'), read('notes.txt')]).toEqual([false, 'mine', 'mine too']);
  });

  test('keeps a file of others at the path of a file to write, and no file is written', () => {
    put('c/a.yaml', 'mine');
    put('c/b.yaml', 'mine as well');
    expect(() => write({ 'c/0.yaml': '0', 'c/a.yaml': '1', 'c/b.yaml': '2' }))
      .toThrow(/^nothing was written: there are 2 problems\n {2}MESH017 .*a\.yaml.*\n {2}MESH017 .*b\.yaml/);
    expect(readdirSync(join(folder, 'c'))).toEqual(['a.yaml', 'b.yaml']);
    expect(read('c/a.yaml')).toBe('mine');
  });

  test('takes over a file of others that has the same content', () => {
    put('c/a.yaml', '1');
    expect(write({ 'c/a.yaml': '1' }).written).toEqual(new Map());
    expect(write({}).removed).toEqual(['c/a.yaml']);
  });

  test('with a link in place of a folder is refused, and no file is written through the link', () => {
    const outside = join(folder, '..', 'outside');
    mkdirSync(outside);
    mkdirSync(folder);
    symlinkSync(outside, join(folder, 'c'));
    expect(() => write({ 'c/a.yaml': '1' })).toThrow(/MESH017 .*a link or file where a folder belongs/);
    expect(readdirSync(outside)).toEqual([]);
  });

  test('with a link in place of an owned file gets the file, and the target of the link stays', () => {
    write({ 'c/a.yaml': '1' });
    const outside = join(folder, '..', 'outside.yaml');
    writeFileSync(outside, 'keep');
    rmSync(join(folder, 'c/a.yaml'));
    symlinkSync(outside, join(folder, 'c/a.yaml'));
    write({ 'c/a.yaml': '2' });
    expect(
      [readFileSync(outside, 'utf8'), lstatSync(join(folder, 'c/a.yaml')).isSymbolicLink(), read('c/a.yaml')],
    ).toEqual(['keep', false, '2']);
  });

  test.each([
    ['leads out of the folder', '{"files": ["../victim"]}'],
    ['names an absolute path', '{"files": ["/etc/hosts"]}'],
    ['names hidden files', '{"files": [".git/config"]}'],
    ['is no JSON', 'files'],
    ['is null', 'null'],
    ['has no list of files', '{}'],
    ['lists numbers', '{"files": [1]}'],
    ['is empty', ''],
  ])('loses no file when its record %s', (_, record) => {
    put(RECORD, record);
    writeFileSync(join(folder, '..', 'victim'), 'keep');
    expect(() => write({})).toThrow(/MESH017 .*this is not a record of written files/);
    expect(readFileSync(join(folder, '..', 'victim'), 'utf8')).toBe('keep');
  });

  test.each<[string, (file: string) => void]>([
    ['removed', file => rmSync(file)],
    ['emptied', file => writeFileSync(file, '')],
    ['cut off', file => truncateSync(file, 3)],
    ['made longer', file => appendFileSync(file, '\n')],
    ['edited, to the same size and time', file => {
      const { atime, mtime } = statSync(file);
      writeFileSync(file, readFileSync(file, 'utf8').replace('é', 'è'));
      utimesSync(file, atime, mtime);
    }],
    ['edited, to the same text in another encoding', file => writeFileSync(file, 'a: é\n', 'latin1')],
    ['replaced by a longer one', file => writeFileSync(file, 'b'.repeat(100_000))],
    ['moved elsewhere', file => renameSync(file, `${file}.old`)],
  ])('restores a file that was %s', (_, change) => {
    const files = { 'c/a.yaml': 'a: é\n', 'c/b.yaml': '', 'd/e/f.yaml': 'x'.repeat(70_000) };
    for (const path of Object.keys(files) as (keyof typeof files)[]) {
      write(files);
      change(join(folder, path));
      const isSame = existsSync(join(folder, path)) && read(path) === files[path];
      expect([...write(files).written.values()].flat()).toEqual(isSame ? [] : [path.split('/').pop()]);
      expect(Object.keys(files).map(read)).toEqual(Object.values(files));
    }
  });

  test('is complete again after a run that was killed', () => {
    write({ 'c/a.yaml': '1', 'c/b.yaml': '2' });
    // A killed run leaves a record of old and new files, and some of the new files.
    put(RECORD, JSON.stringify({ files: ['c/a.yaml', 'c/b.yaml', 'c/new.yaml', 'd/x.yaml'] }));
    put('c/new.yaml', 'new');
    write({ 'c/a.yaml': '1' });
    expect(readdirSync(folder).sort()).toEqual(['c', RECORD]);
    expect(readdirSync(join(folder, 'c'))).toEqual(['a.yaml']);
  });

  test.each([
    ['a file in place of the folder', () => writeFileSync(folder, 'mine'), ''],
    ['a file in place of the folder around it', () => writeFileSync(folder, 'mine'), 'below'],
    ['links in a circle', () => symlinkSync(folder, folder), ''],
    ['a name that is too long', () => undefined, 'x'.repeat(300)],
    ['a folder in place of the record', () => mkdirSync(join(folder, RECORD), { recursive: true }), ''],
    ['a NUL in the path', () => undefined, '\0'],
  ])('with %s is refused with a code', (_, spoil, below) => {
    spoil();
    const files = OutputFiles.of([['c/a.yaml', '1']]);
    expect(() => writeOutput(join(folder, below), files)).toThrow(expect.objectContaining({ code: 'MESH055' }));
  });

  test('with a folder in place of a file to delete is refused', () => {
    write({ 'c/a.yaml': '1' });
    rmSync(join(folder, 'c/a.yaml'));
    put('c/a.yaml/inside', 'mine');
    expect(() => write({})).toThrow(/MESH017 .*a folder where a file was written/);
  });
});
