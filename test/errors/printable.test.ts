import { App, Chart, Testing } from 'cdk8s';
import * as fc from 'fast-check';
import { GatewayAddress, IstioRelease, Mesh, MeshErrorCode, MeshErrors } from '../../src';
import { MeshError } from '../../src/errors/mesh-error';
import { printable, quoted } from '../../src/errors/printable';
import { problemText } from '../../src/errors/problem';
import { addCheck } from '../../src/errors/reports';

/** Texts that steer a terminal, hide what they say, or are commands of a CI system. */
const HOSTILE: Array<[string, string, string]> = [
  ['an escape sequence of a terminal', '\u001b[31m', '\\u001b[31m'],
  ['an escape sequence of one C1 character', '\u009b2J', '\\u009b2J'],
  ['a carriage return, which overwrites the line', '\r', '\\u000d'],
  ['a line break and a command of GitHub', '\n::error::forged', '\\u000a::error::forged'],
  ['a backspace and a DEL', '\b\u007f', '\\u0008\\u007f'],
  ['separators of lines and paragraphs', '\u2028\u2029', '\\u2028\\u2029'],
  ['an override of the direction', '\u202egnp\u202c', '\\u202egnp\\u202c'],
  ['an isolate of the direction', '\u2066x\u2069', '\\u2066x\\u2069'],
  ['marks of the direction', '\u200e\u200f\u061c', '\\u200e\\u200f\\u061c'],
  ['characters without width', 'a\u200bb\ufeff\u00ad', 'a\\u200bb\\ufeff\\u00ad'],
  ['tags, which no font shows', '\u{e0041}', '\\u{e0041}'],
  ['half a character', '\ud800', '\\ud800'],
  ['a command of an older GitHub', '##[error]forged', '\\u0023#[error]forged'],
  ['a command of Azure Pipelines', 'x ##vso[task.setvariable variable=a]b', 'x \\u0023#vso[task.setvariable variable=a]b'],
];

const HARMLESS = ['httpbin.bar.global', 'Zürich', '日本語', '😀', '# a heading', '## another', 'a [b]', 'std::string', 'C#', '"\\'];

test.each(HOSTILE)('%s is escaped', (_, text, shown) => {
  expect(printable(text)).toBe(shown);
});

test.each(HARMLESS)('%s is printed as it is', text => {
  expect(printable(text)).toBe(text);
});

const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const anyText = fc.string({ unit: fc.oneof(fc.constantFrom(...HOSTILE.flatMap(([, text]) => [...text])), fc.string({ unit: 'binary' })) });

test('no text of a problem reaches a terminal or log with control characters', () => {
  fc.assert(fc.property(anyText, anyText, anyText, anyText, anyText, (where, what, got, expected, fix) => {
    const text = problemText({ code: MeshErrorCode.INVALID_NAME, where, what, got: { [got]: got }, expected, fix });
    expect(text.replace(/\n/g, '')).not.toMatch(UNSAFE);
    expect(text).not.toMatch(/^\s*(::|##)/m);
    expect(text).not.toMatch(/##\w*\[/);
  }), { numRuns: 1000 });
});

test('the line breaks of a fix stay, except before a command of a CI system', () => {
  const problem = { code: MeshErrorCode.INVALID_NAME, where: 'a', what: 'b' };
  expect(problemText({ ...problem, fix: 'write\n  a: 1\n  b: 2' })).toBe('MESH001 a: b; fix: write\n  a: 1\n  b: 2');
  expect(problemText({ ...problem, fix: 'write\n  ::error::' })).toBe('MESH001 a: b; fix: write\\u000a  ::error::');
});

test('any value can be quoted, within the length that is asked for', () => {
  fc.assert(fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }), value => {
    expect([...quoted(value, 20)].length).toBeLessThanOrEqual(20 * '\\u{e0041}'.length);
  }), { numRuns: 1000 });
  const circular: { [key: string]: unknown } = {};
  circular.self = circular;
  const deep = Array.from({ length: 100_000 }).reduce<unknown>(inner => [inner], []);
  expect([circular, deep, 1n, Symbol('a'), () => 1].map(value => quoted(value))).toEqual(
    ['an object', 'an object', '1', 'Symbol(a)', '() => 1'],
  );
});

/** Where a user's own text gets into an error. */
const HOSTILE_TEXT = 'x\u001b[2J\n::error::forged\u202e\u009b##[error]';
const REFUSALS: Array<[string, () => unknown]> = [
  ['the place of an error', () => new Mesh(new App(), HOSTILE_TEXT, { istio: IstioRelease.V1_31, suffix: '-' })],
  ['the value of an error', () => GatewayAddress.of(HOSTILE_TEXT)],
  ['the name of a cluster', () => new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 }).addCluster(HOSTILE_TEXT)],
  ['a value that contains itself', () => new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 }).addCluster(
    'c',
    { ingressGateway: new Mesh(new App(), 'other', { istio: IstioRelease.V1_31 }) as any },
  )],
];

test.each(REFUSALS)('%s is escaped in the message and in the stack', (_, refused) => {
  let error: unknown;
  try {
    refused();
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(MeshError);
  expect((error as Error).message).not.toMatch(UNSAFE);
  expect((error as Error).stack).not.toContain('\u001b');
});

test('what a check of a chart reports is escaped, in the text of cdk8s and in the error of several problems', () => {
  const chart = new Chart(new App(), 'chart');
  const problem = { code: MeshErrorCode.INVALID_NAME, where: HOSTILE_TEXT, what: HOSTILE_TEXT, fix: 'none', path: HOSTILE_TEXT };
  addCheck(chart, () => [problem]);
  expect(() => Testing.synth(chart)).toThrow(/MESH001/);
  expect(() => Testing.synth(chart)).not.toThrow(/\u001b|\n::|##\[/);
  expect(new MeshErrors([problem]).message).not.toMatch(/\u001b|\n::|##\[/);
});
