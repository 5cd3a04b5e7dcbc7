import * as fc from 'fast-check';
import { document, READERS } from './documents';
import { toYaml } from '../../src/output/yaml';

test.each(Object.keys(READERS))('every document reads back equal through %s', reader => {
  fc.assert(fc.property(document, value => {
    const yaml = toYaml(value, { sortKeys: true });
    expect(yaml.endsWith('\n')).toBe(true);
    expect(READERS[reader](yaml)).toEqual(JSON.parse(JSON.stringify(value)));
  }), { numRuns: 3000 });
});

test('a manifest is written in the style that people use', () => {
  expect(toYaml({
    kind: 'ConfigMap',
    data: { Corefile: '.:53 {\n    errors\n}\n', json: '{"a": 1}', port: '80', on: 'off' },
    list: [{ name: 'a', ports: [1, 2] }, [], {}, 'spiffe://cluster.local/ns/bar/sa/httpbin', [['x'], 'z']],
  }, { sortKeys: false })).toBe(`kind: ConfigMap
data:
  Corefile: |
    .:53 {
        errors
    }
  json: "{\\"a\\": 1}"
  port: "80"
  "on": "off"
list:
  - name: a
    ports:
      - 1
      - 2
  - []
  - {}
  - spiffe://cluster.local/ns/bar/sa/httpbin
  - - - x
    - z
`);
});

test('keys are sorted on request, and undefined values are left out', () => {
  expect(toYaml({ b: 1, a: undefined, c: [undefined, 2] }, { sortKeys: true })).toBe('b: 1\nc:\n  - 2\n');
});

test.each([
  { value: 1e21, text: '1.0e+21' },
  { value: -1e-7, text: '-1.0e-7' },
  { value: 1.5e300, text: '1.5e+300' },
  { value: 1e20, text: '100000000000000000000' },
  { value: 0.1, text: '0.1' },
  { value: -0, text: '0' },
])('the number $value has a form that YAML 1.1 takes for a number', ({ value, text }) => {
  expect(toYaml({ value }, { sortKeys: false })).toBe(`value: ${text}\n`);
});
