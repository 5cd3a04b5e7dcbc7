import { readCorefile } from '../../src/dns/corefile';
import { mergeCorefile } from '../../src/dns/corefile-merge';
import { CurrentContentError } from '../../src/dns/current-content';

const FORWARDED = { zone: 'global', resolvers: ['10.96.0.53'] };
const MEBIBYTE = 1024 * 1024;

const variables = (count: number, separator = '') => Array.from({ length: count }, (_, i) => `{$VARIABLE_${i}}`).join(separator);
const lines = (count: number, line: string) => ` ${line}\n`.repeat(count);
const server = (body: string) => `.:53 {\n${body}\n}\n`;

describe('a Corefile is merged however large it is', () => {
  test.each([
    { what: '20,000 words with a variable', text: server(` log ${variables(20_000, ' ')}`) },
    { what: '20,000 lines with a variable', text: server(variables(20_000, '\n')) },
    { what: 'a word with 100 variables', text: server(` log ${variables(100)}`) },
    { what: 'a key with 100 variables', text: `${variables(100)}.example:53 {\n}\n${server(' log')}` },
    { what: 'a word with 80,000 begins of variables', text: server(` log ${'{$'.repeat(80_000)}`) },
    { what: 'a word with 150,000 lines', text: server(` log "${'\n'.repeat(150_000)}"`) },
    { what: '20,000 imports of files and 20,000 lines', text: server(lines(20_000, 'import /etc/a') + lines(20_000, 'log')) },
    { what: '300,000 zones in one server', text: `${'a '.repeat(300_000)}.:53 {\n log\n}\n` },
    { what: '10,000 imports of a snippet', text: `(a) {\n log\n}\n${server(lines(10_000, 'import a'))}` },
    { what: 'a large snippet for 25 servers', text: `(a) {\n${lines(10_000, 'log')}}\n${'.:53 {\n import a\n}\n'.repeat(25)}` },
    { what: 'a text of one MiB', text: `${server(' log')}#${'x'.repeat(MEBIBYTE - 300)}\n` },
  ])('with $what', ({ text }) => {
    const merged = mergeCorefile(text, FORWARDED);
    expect(merged.startsWith(text)).toBe(true);
    expect(readCorefile(merged).pop()!.keys).toEqual(['global:53']);
  });
});

describe('a Corefile without bounds is refused', () => {
  test.each([
    { what: 'a word with 20,000 variables', text: server(` log ${variables(20_000)}`), reason: /line 2: .*more than 100 variables/ },
    { what: 'a key with 101 variables', text: `${variables(101)}:53 {\n}\n`, reason: /line 1: .*more than 100 variables/ },
    { what: '10,001 imports of one snippet', text: `(a) {\n log\n}\n${server(lines(10_001, 'import a'))}`, reason: /more than 10000 im/ },
    { what: 'a snippet that imports itself', text: `(a) {\n import a\n}\n${server(' import a')}`, reason: /a snippet imports itself/ },
    {
      what: 'snippets that import each other',
      text: `(a) {\n${lines(20_000, 'log')} import b\n}\n(b) {\n${lines(20_000, 'log')} import a\n}\n${server(' import a')}`,
      reason: /more than 1048576 characters: a snippet imports itself/,
    },
    {
      what: 'snippets that import the next one twice',
      text: Array.from({ length: 60 }, (_, i) => `(s${i}) {\n import s${i + 1}\n log\n import s${i + 1}\n}\n`)
        .join('') + server(' import s0'),
      reason: /more than 10000 imports/,
    },
    {
      what: 'a large snippet for 900 servers',
      text: `(a) {\n${lines(20_000, 'log')}}\n${'.:53 {\n import a\n}\n'.repeat(900)}`,
      reason: /imports that add more than 1048576 characters/,
    },
    { what: 'more than one MiB of text', text: `${server(' log')}#${'x'.repeat(MEBIBYTE)}\n`, reason: /no ConfigMap holds/ },
  ])('with $what', ({ text, reason }) => {
    expect(() => mergeCorefile(text, FORWARDED)).toThrow(CurrentContentError);
    expect(() => mergeCorefile(text, FORWARDED)).toThrow(reason);
  });
});

test('each variable of a Corefile is looked up once', () => {
  const names: string[] = [];
  readCorefile(server(` log ${variables(50)} ${variables(50)}`), name => {
    names.push(name);
    return '';
  });
  expect(names).toHaveLength(100);
});
