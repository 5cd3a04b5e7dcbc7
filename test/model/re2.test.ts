import * as fc from 'fast-check';
import { StringMatch } from '../../src';
import { re2Expression } from '../../src/model/re2';
import { errorOf } from '../mistakes/mistake';

/** Expressions by what they have that RE2 lacks, or that no syntax has. */
const REFUSED = [
  ['an open group', '('], ['a closed group', 'a)'], ['an open class', '[a'], ['an empty class', '[]'], ['a class turned round', '[z-a]'],
  ['an unknown named class', '[[:letters:]]'],
  ['a backslash at the end', 'a\\'], ['the end of a text in Perl', 'a\\Z'], ['a word of Perl', '\\h'], ['a reset', 'a\\Kb'],
  ['a byte', '\\C'],
  ['an escape of JavaScript', '\\u0041'], ['an unknown escape', '\\y'], ['a control character by name', '\\cA'],
  ['look-ahead', '(?=a)b'], ['negative look-ahead', '(?!a)b'], ['look-behind', '(?<=a)b'], ['negative look-behind', '(?<!a)b'],
  ['a back-reference', '(a)\\1'], ['a named back-reference', '(?<n>a)\\k<n>'], ['a back-reference of Python', '(?P<n>a)(?P=n)'],
  ['an atomic group', '(?>a)b'], ['a possessive quantifier', 'a++'], ['recursion', '(?R)'], ['a comment', '(?#a)'],
  ['a condition', '(a)?(?(1)b)'],
  ['an unknown flag', '(?x)a'], ['an unknown property', '\\p{Klingon}'], ['a property of JavaScript', '\\p{Script=Greek}'],
  ['nothing to repeat', '*a'], ['nothing to repeat after a bar', 'a|+'], ['a quantifier twice', 'a**'],
  ['over 1000 repetitions', 'a{1001}'], ['over 1000 repetitions at least', 'a{1001,}'], ['over 1000 repetitions in sum', '(a{500}){3}'],
  ['repetitions turned round', 'a{2,1}'],
  ['a character beyond Unicode', '\\x{110000}'], ['an octal number of eights', '\\8'],
  ['1,025 bytes', 'a'.repeat(1025)], ['1,026 bytes of 513 characters', 'é'.repeat(513)],
  ['a program that is too large for Envoy', `(?:${'a'.repeat(33)}){1000}`],
] as const;

const ACCEPTED = [
  'v[0-9]+\\.x', '(a|b)+c?', 'a{1000}', '(?:a{500}){2}', 'a{,2}', 'a{', '[]a]', '[^]a]', '(?i)jason', '(?s:.*)', '(?U)a+', '(?P<name>a)',
  '(?<name>a)',
  '\\Aa\\z', '^a$', '\\bword\\b', '\\pL+', '\\p{Greek}', '\\P{Lu}', '\\p{^Greek}', '[[:alpha:]]', '[\\d_-]', '\\Q(a\\E', '\\x{1F600}',
  '\\x41', '\\012',
  'é+', '.*?', 'a|', '(|a)', '[\\d-z]', '(?P<1>a)', '\\(\\?=a\\)', '\\\\1', '[(?=]', 'a\\.b', '\\/', 'a'.repeat(1024), 'é'.repeat(512),
  `(?:${'a'.repeat(32)}){1000}`,
];

describe('an expression', () => {
  test.each(REFUSED)('with %s is refused', (_, expression) => {
    const error = errorOf(() => StringMatch.regex(expression));
    expect(error.code).toBe('MESH012');
    expect(error.message).toMatch(/^MESH012 StringMatch\.regex: an expression that RE2 does not compile: .+; fix: .*StringMatch\.exact/);
  });

  test.each(ACCEPTED.map(expression => [expression.slice(0, 40), expression]))('%j is accepted', (_, expression) => {
    expect(StringMatch.regex(expression).value).toBe(expression);
  });

  test('that is empty is an error of its own', () => {
    expect(errorOf(() => StringMatch.regex('')).code).toBe('MESH004');
  });

  test('is either returned as it is, or refused with a code, whatever it is', () => {
    const parts = fc.constantFrom(...'()[]{}?*+|\\^$-,:<>=!Ppa1é');
    const expression = fc.oneof(fc.string({ unit: parts, minLength: 1, maxLength: 12 }), fc.string({ unit: 'binary', minLength: 1 }));
    fc.assert(fc.property(expression, value => {
      try {
        expect(re2Expression(value, 'here', 'another way')).toBe(value);
      } catch (error) {
        expect(error).toMatchObject({ code: 'MESH012' });
      }
    }), { numRuns: 2000 });
  });

  test('of quoted text is always accepted', () => {
    fc.assert(fc.property(fc.string({ minLength: 1, maxLength: 100 }), value => {
      const quoted = value.replace(/[^A-Za-z0-9]/g, '\\$&');
      expect(re2Expression(quoted, 'here', 'another way')).toBe(quoted);
    }));
  });
});

test('the compiler is loaded on first use alone', () => {
  jest.isolateModules(() => {
    const loaded = jest.fn(() => jest.requireActual('re2js'));
    jest.doMock('re2js', loaded);
    const { StringMatch: fresh } = jest.requireActual('../../src') as typeof import('../../src');
    fresh.exact('jason');
    expect(loaded).not.toHaveBeenCalled();
    fresh.regex('jas.n');
    expect(loaded).toHaveBeenCalled();
  });
});
