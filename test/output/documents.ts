import * as fc from 'fast-check';
import { load } from 'js-yaml';
import { parse } from 'yaml';

/** Strings that YAML readers take for another type, and parts that make a longer string hard to write. */
export const AWKWARD = [
  '', ' ', 'on', 'off', 'yes', 'No', 'y', 'N', 'true', 'FALSE', 'null', '~', '1e3', '0x1F', '0o17', '017', '1_000',
  '12:30:45', '2026-01-01', '2026-01-01T00:00:00Z', '.5', '-1', '+1', '.inf', '.NaN', '-', '- a', '--- ', '---', '...',
  '? a', ': a', 'a: b', 'a:b', 'a :b', 'a #b', '#a', '&a', '*a', '!a', '!!str a', '|', '>', '|-', '%a', '@a', '`a`',
  '"', '\'', '\\', '{', '}', '[', ']', '[a]', '{a: b}', ',', 'a, b', ' a', 'a ', '\ta', 'a\t', 'a\nb', 'a\n', '\na',
  'a\n\n', 'a\n\nb\n', 'a \nb', ' a\nb', 'a\n b\n', 'a\n\tb', '\r', 'a\r\nb', '\u0000', '\u0007', '\u007f', '\u0085',
  '\u00a0', '\u2028', '\u2029', '\ufeff', '\ufffe', 'é', '漢字', '😀', 'a😀b\nc', '<<', '=', 'a=', 'x'.repeat(1100),
  `${'word '.repeat(300)}end`, '{"global": ["10.0.0.10"]}\n', 'spiffe://cluster.local/ns/bar/sa/httpbin',
  '.:53 {\n    errors\n}\n', 'a:', 'a%', 'http://[::1]:80', '::1', '1.2.3.4', 'NaN', 'Infinity', '1.', '0b11', '1,000',
  'e3', 'E3', 'e-3', 'E+3', 'e3_', '1e21', '0o7', '012', '1:30', '190:20:30', '+.inf', '-.INF', '.nan', '1e+21', '1.0e+21', '_1', '0x_1',
  '2026-1-1 1:2:3', 'Y', 'n',
];

const text = fc.oneof(
  fc.constantFrom(...AWKWARD),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.array(fc.constantFrom(...AWKWARD, ' ', '\n', ':', '#', '-'), { maxLength: 5 }).map(parts => parts.join('')),
);

/** Documents of every shape that a manifest can have, with such strings as keys and values. */
export const { document } = fc.letrec(tie => ({
  document: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(1e21, -1e21, 1e-7, 5e-324),
      fc.boolean(), fc.constant(null)),
    fc.array(tie('document'), { maxLength: 4 }),
    fc.dictionary(text.filter(key => key !== '__proto__'), tie('document'), { maxKeys: 4 }),
  ),
}));

/** Readers of YAML: two implementations, and the rules of YAML 1.1 that tools of Kubernetes follow. */
export const READERS: { [name: string]: (yaml: string) => unknown } = {
  'yaml 1.2': yaml => parse(yaml),
  'yaml 1.1': yaml => parse(yaml, { version: '1.1' }),
  'js-yaml': yaml => load(yaml),
};
