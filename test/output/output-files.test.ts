import * as fc from 'fast-check';
import { OutputFiles } from '../../src/output/output-files';

const name = fc.constantFrom('a', 'b', 'a-b', 'a0', 'a.b', 'b%', 'A', '_');
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map(names => names.join('/'));

/** Paths of files, none of which is also a folder of another. */
const paths = fc.uniqueArray(path, { maxLength: 40 }).map(all => all.filter(one => all.every(other => !other.startsWith(`${one}/`))));

describe('the files of an output', () => {
  test('have the order of their paths, whatever the order in which they were set', () => {
    fc.assert(fc.property(paths, all => {
      expect([...OutputFiles.of(all.map(one => [one, 'text'])).paths()]).toEqual([...all].sort());
    }));
  });

  test('have the text that was set last', () => {
    fc.assert(fc.property(paths, all => {
      const output = OutputFiles.of([...all, ...all].map((one, i): [string, string] => [one, String(i)]));
      const texts = all.map((one, i): [string, string] => [one, String(all.length + i)]);
      expect([...output.entries()].sort()).toEqual([...texts].sort());
      expect(all.every(one => output.has(one))).toBe(true);
    }));
  });

  test('are not there under a part of their path', () => {
    const output = OutputFiles.of([['c/a.yaml', '1']]);
    expect(['c', 'a.yaml', 'c/a', 'c/a.yaml/b', 'd/a.yaml', ''].filter(other => output.has(other))).toEqual([]);
  });
});
