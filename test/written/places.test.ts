import { manifestsOf, placeOf } from '../../src/written/manifest';

const object = (name: string, lines = 0) => (
  `---\n${'# a comment\n'.repeat(lines)}apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\nspec:\n  clusterIP: None\n`
);
const file = (path: string, text: string) => ({ path, name: path, text });

describe('the place of a field', () => {
  test('is right in whatever order places of several files are asked for', () => {
    const files = [file('a.yaml', object('a')), file('b.yaml', object('b', 5)), file('c.yaml', object('c', 9))];
    const manifests = files.flatMap(each => manifestsOf(each).manifests);
    const places = manifests.map(manifest => placeOf(manifest, 'spec', 'clusterIP'));
    expect([...places, ...places.reverse()].map(({ file: path, line }) => `${path}:${line}`)).toEqual(
      ['a.yaml:7', 'b.yaml:12', 'c.yaml:16', 'c.yaml:16', 'b.yaml:12', 'a.yaml:7'],
    );
  });

  test('is the line of now in a file that was read again', () => {
    const [before, after] = [0, 3].map(lines => manifestsOf(file('a.yaml', object('a', lines))).manifests[0]);
    expect([before, after, before].map(manifest => placeOf(manifest, 'spec').line)).toEqual([6, 9, 6]);
  });

  // With a parse of the file for each place, this takes minutes.
  test('is found without another parse where one file holds all objects', () => {
    const { manifests } = manifestsOf(file('all.yaml', Array.from({ length: 1500 }, (_, i) => object(`s${i}`)).join('')));
    expect(manifests.map(manifest => placeOf(manifest, 'spec', 'clusterIP').line)).toEqual(manifests.map((_, i) => 7 * i + 7));
  });
});
