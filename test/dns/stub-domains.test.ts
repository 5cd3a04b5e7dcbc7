import * as fc from 'fast-check';
import { STUB_DOMAINS } from './corefiles';
import { mergeStubDomains, withdrawFromStubDomains } from '../../src/dns/stub-domains';

const RESOLVERS = ['10.96.0.53', '10.96.0.54'];

function merge(text: string): string {
  return mergeStubDomains(text, 'global', RESOLVERS);
}

function withdraw(text: string): string {
  return withdrawFromStubDomains(text, 'global', RESOLVERS);
}

describe.each(STUB_DOMAINS)('the stub domains "$name"', ({ text }) => {
  const merged = merge(text);

  test('keep their domains in a merge, and get the new one', () => {
    expect(JSON.parse(merged)).toEqual({ ...JSON.parse(text), global: RESOLVERS });
  });

  test('are not changed by a second merge', () => {
    expect(merge(merged)).toBe(merged);
  });

  test('are the original again, byte for byte, after the domain was withdrawn', () => {
    expect(withdraw(merged)).toBe(text);
  });
});

test('any map of domains is the original again, byte for byte, after the domain was withdrawn', () => {
  const blank = fc.stringMatching(/^[ \n\t]{0,3}$/);
  const map = fc.dictionary(fc.string(), fc.array(fc.string(), { maxLength: 3 }));
  fc.assert(fc.property(map, fc.constantFrom(0, 1, 2, '\t'), blank, blank, (domains, indent, before, after) => {
    fc.pre(!Object.prototype.hasOwnProperty.call(domains, 'global'));
    const text = `${before}${JSON.stringify(domains, null, indent)}${after}`;
    const merged = merge(text);
    expect(JSON.parse(merged)).toEqual({ ...domains, global: RESOLVERS });
    expect(withdraw(merged)).toBe(text);
  }), { numRuns: 1000 });
});

test('a domain that somebody added after the entry of this library is kept', () => {
  expect(withdraw('{"global": ["10.96.0.53", "10.96.0.54"], "a": ["1.1.1.1"]}')).toBe('{"a": ["1.1.1.1"]}');
});

test.each([
  {
    place: 'at the end',
    text: '{\n  "a": ["1.1.1.1"],\n  "global": ["10.96.0.53", "10.96.0.54"]\n}\n',
    withdrawn: '{\n  "a": ["1.1.1.1"]\n}\n',
  },
  {
    place: 'in the middle',
    text: '{"a":["1.1.1.1"],"global":["10.96.0.53","10.96.0.54"],"b":["2.2.2.2"]}',
    withdrawn: '{"a":["1.1.1.1"],"b":["2.2.2.2"]}',
  },
  {
    place: 'at the start',
    text: '{\n  "global" : [\n    "10.96.0.53",\n    "10.96.0.54"\n  ],\n  "b]": ["2.2.2.2"]\n}',
    withdrawn: '{\n  "b]": ["2.2.2.2"]\n}',
  },
  { place: 'alone', text: '{ "global": ["10.96.0.53","10.96.0.54"] }', withdrawn: '{  }' },
])('an equal entry that a person wrote is kept by a merge and withdrawn with its comma: $place', ({ text, withdrawn }) => {
  expect(merge(text)).toBe(text);
  expect(withdraw(text)).toBe(withdrawn);
});

test.each([
  { text: '{"Global.": ["10.1.1.1"]}', reason: /has the domain with other resolvers.*: Global\. \["10\.1\.1\.1"]/ },
  { text: '{"global": ["10.1.1.1"]}', reason: /has the domain with other resolvers/ },
  { text: '{"a": [], "a": []}', reason: /has a domain twice/ },
  { text: '[]', reason: /not a JSON object of domains/ },
  { text: '{"a": "b"}', reason: /not a JSON object of domains/ },
  { text: 'nothing', reason: /not valid JSON/ },
])('a merge into $text is refused with a reason', ({ text, reason }) => {
  expect(() => merge(text)).toThrow(reason);
});
