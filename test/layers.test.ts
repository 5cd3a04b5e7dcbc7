import { join } from 'path';
import { circles, climbing, importsIn, importsOf } from './layers';

const SRC = join(__dirname, '..', 'src');

test('no file imports from a floor above its own, or from another room of its floor', () => {
  expect(climbing(importsIn(SRC))).toEqual([]);
});

test('no files import each other, not even for types', () => {
  expect(circles(importsIn(SRC))).toEqual([]);
});

test.each([
  ['a type from a floor above', "import type { Mesh } from '../mesh/mesh';"],
  ['a value from a floor above', "import { Mesh } from '../mesh/mesh';"],
  ['another room of the same floor', "export { toYaml } from '../output/yaml';"],
  ['a lazy import', "const loaded = import('../services/service-export');"],
  ['a require', "const loaded = require('../mesh/mesh');"],
])('an import that climbs is found: %s', (_, text) => {
  expect(climbing(importsOf('model/service-port.ts', text))).toHaveLength(1);
});

test('an import that points down is none that climbs', () => {
  expect(climbing(importsOf('model/service-port.ts', "import { dnsLabel } from '../names';"))).toEqual([]);
});

test('a circle is found, whatever its length', () => {
  const planted = [
    ...importsOf('model/a.ts', "import { b } from './b';"),
    ...importsOf('model/b.ts', "import type { C } from './c';"),
    ...importsOf('model/c.ts', "import { a } from './a';"),
    ...importsOf('model/d.ts', "import { a } from './a';"),
  ];
  expect(circles(planted)).toEqual([['model/a', 'model/b', 'model/c']]);
});
