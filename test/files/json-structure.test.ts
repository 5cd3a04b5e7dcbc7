import * as fc from 'fast-check';
import { FieldProblems } from '../../src/files/fields';
import { checkJsonStructure } from '../../src/files/json-structure';

function problemsOf(json: string): string {
  // The check reads valid JSON only.
  JSON.parse(json);
  const problems = new FieldProblems();
  checkJsonStructure(json, problems);
  return problems.text;
}

const TWICE = 'the key stands twice in one object, expected each key once';

test.each([
  ['{"a": 1, "a": 2}', `a: ${TWICE}`],
  ['{"a": {"b": [0, {"c": 1, "d": 2, "c": 1}]}}', `a.b[1].c: ${TWICE}`],
  ['[[{}, {"x y": 1, "x y": 1}]]', `[0][1]["x y"]: ${TWICE}`],
  // Two spellings of one key.
  ['{"gateways": 1, "gateway\\u0073": 2}', `gateways: ${TWICE}`],
  ['{"a\\"b": 1, "a\\u0022b": 2}', `["a\\"b"]: ${TWICE}`],
  ['{"\\u001b": 1, "\\u001b": 2}', `["\\u001b"]: ${TWICE}`],
  ['{"a": {"__proto__": {}}}', 'a["__proto__"]: the key is not allowed'],
  ['{"__prot\\u006f__": {}}', '["__proto__"]: the key is not allowed'],
  [`${'['.repeat(33)}${']'.repeat(33)}`, `${'[0]'.repeat(32)}: objects and lists are nested too deeply, expected at most 32 levels`],
  [`${'{"a":'.repeat(33)}1${'}'.repeat(33)}`, `a${'.a'.repeat(31)}: objects and lists are nested too deeply, expected at most 32 levels`],
])('%s has a problem that JSON.parse does not show', (json, problem) => {
  expect(problemsOf(json)).toBe(problem);
});

test.each([
  '{"a": 1, "b": {"a": 1}, "c": [{"a": 1}, {"a": 1}]}',
  '{"a": "a", "b": "a"}',
  '["a", "a"]',
  '{"a": ",{[\\"a\\":", "b": "}]"}',
  '{"a\\\\": 1, "a": 2}',
  '{"proto": 1, "constructor": 2, "hasOwnProperty": 3}',
  `${'['.repeat(32)}${']'.repeat(32)}`,
  '"a"',
  ' 1 ',
  '[]',
  '{}',
])('%s has none', json => {
  expect(problemsOf(json)).toBe('');
});

test('any value that is written as JSON without nesting and the key __proto__ has no problem', () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(0, 2), (value, indent) => {
    fc.pre(!JSON.stringify(value).includes('__proto__'));
    expect(problemsOf(JSON.stringify(value, undefined, indent))).toBe('');
  }), { numRuns: 1000 });
});

test('a key that is written again is found wherever it stands', () => {
  const key = fc.string({ unit: 'binary', maxLength: 8 }).filter(text => text !== '__proto__');
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 3 }), key, fc.array(fc.boolean(), { maxLength: 6 }), (value, name, path) => {
    fc.pre(!JSON.stringify(value).includes('__proto__'));
    const [json, quotedName] = [value, name].map(item => JSON.stringify(item));
    const object = `{${quotedName}: ${json}, ${quotedName}: ${json}}`;
    const nested = path.reduce((inner, isList) => isList ? `[${json}, ${inner}]` : `{"before": ${json}, "x": ${inner}}`, object);
    expect(problemsOf(nested)).toContain(TWICE);
  }), { numRuns: 1000 });
});

test('a text that is nested a million times, or a million keys long, is read in one pass', () => {
  const deep = `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`;
  expect(problemsOf(deep)).toMatch(/nested too deeply/);
  const long = `{${Array.from({ length: 1_000_000 }, (_, i) => `"k${i}": 1`).join()}, "k0": 1}`;
  expect(problemsOf(long)).toBe(`k0: ${TWICE}`);
});
