import { join } from 'path';
import { circles, climbing, importsIn, importsOf } from './layers';

const SRC = join(__dirname, '..', 'src');

test('no file of src imports from a higher floor, or from another room of its own floor', () => {
  expect(climbing(importsIn(SRC))).toEqual([]);
});

test('no files of src import each other, types included', () => {
  expect(circles(importsIn(SRC))).toEqual([]);
});

test.each([
  { name: 'of a type from a higher floor', text: "import type { Mesh } from '../mesh/mesh';" },
  { name: 'of a value from a higher floor', text: "import { Mesh } from '../mesh/mesh';" },
  { name: 'from another room of the same floor', text: "export { toYaml } from '../output/yaml';" },
  { name: 'at run time', text: "const loaded = import('../services/service-export');" },
  { name: 'by require', text: "const loaded = require('../mesh/mesh');" },
])('an import $name is found', ({ text }) => {
  expect(climbing(importsOf('model/service-port.ts', text))).toHaveLength(1);
});

test('an import from a lower floor is accepted', () => {
  expect(climbing(importsOf('model/service-port.ts', "import { dnsLabel } from '../names';"))).toEqual([]);
});

test('a circle of three files is found', () => {
  const planted = [
    ...importsOf('model/a.ts', "import { b } from './b';"),
    ...importsOf('model/b.ts', "import type { C } from './c';"),
    ...importsOf('model/c.ts', "import { a } from './a';"),
    ...importsOf('model/d.ts', "import { a } from './a';"),
  ];
  expect(circles(planted)).toEqual([['model/a', 'model/b', 'model/c']]);
});
