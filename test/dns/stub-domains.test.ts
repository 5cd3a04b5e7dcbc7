import * as fc from 'fast-check';
import { STUB_DOMAINS } from './corefiles';
import { mergeStubDomains, withdrawFromStubDomains } from '../../src/dns/stub-domains';
import { StubDomainsReader } from '../../src/dns/stub-domains-reader';

const RESOLVERS = ['10.96.0.53', '10.96.0.54'];

function merge(text: string, reader = StubDomainsReader.KUBE_DNS): string {
  return mergeStubDomains(text, 'global', RESOLVERS, reader);
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
  const map = fc.dictionary(fc.domain().filter(domain => domain === domain.toLowerCase()), fc.array(fc.ipV4(), { maxLength: 3 }));
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
    text: '{\n  "global" : [\n    "10.96.0.53",\n    "10.96.0.54"\n  ],\n  "b": ["2.2.2.2"]\n}',
    withdrawn: '{\n  "b": ["2.2.2.2"]\n}',
  },
  { place: 'alone', text: '{ "global": ["10.96.0.53","10.96.0.54"] }', withdrawn: '{  }' },
])('an equal entry that a person wrote is kept by a merge and withdrawn with its comma: $place', ({ text, withdrawn }) => {
  expect(merge(text)).toBe(text);
  expect(withdraw(text)).toBe(withdrawn);
});

describe('stub domains that their reader refuses as a whole, so that the new domain would never take effect', () => {
  const { KUBE_DNS, NODE_CACHE } = StubDomainsReader;

  test.each([
    { entry: '"Corp.example": ["10.1.1.1"]', found: 'Corp.example' },
    { entry: '"corp.example.": ["10.1.1.1"]', found: 'corp.example.' },
    { entry: '"caf\\u00e9.example": ["10.1.1.1"]', found: 'café.example' },
    { entry: '"*.corp.example": ["10.1.1.1"]', found: '*.corp.example' },
    { entry: '"": ["10.1.1.1"]', found: '' },
    { entry: '"corp.example": ["10.1.1.1", "10.1.1.2:dns"]', found: 'corp.example "10.1.1.2:dns"' },
    { entry: '"corp.example": ["10.1.1.1:65536"]', found: 'corp.example "10.1.1.1:65536"' },
    { entry: '"corp.example": ["dns.example.org:53"]', found: 'corp.example "dns.example.org:53"' },
    { entry: '"corp.example": ["[2001:db8::1]"]', found: 'corp.example "[2001:db8::1]"' },
    { entry: '"corp.example": ["Dns.example.org"]', found: 'corp.example "Dns.example.org"' },
    { entry: '"corp.example": [""]', found: 'corp.example ""' },
  ])('are refused by both readers: $entry', ({ entry, found }) => {
    for (const reader of [KUBE_DNS, NODE_CACHE]) {
      expect(() => merge(`{${entry}, "a.example": ["10.1.1.1"]}`, reader)).toThrow(`${reader} refuses all domains`);
      expect(() => merge(`{${entry}}`, reader)).toThrow(new RegExp(`: ${found.replace(/[.*[\]]/g, '\\$&')}$`));
    }
  });

  test.each([
    { entry: '"corp.example": ["dns.example.org"]', reason: /NodeLocal DNSCache refuses all domains: corp.example "dns.example.org"/ },
    { entry: '"corp.example": []', reason: /without name servers, with which NodeLocal DNSCache does not start: corp.example/ },
  ])('are refused for NodeLocal DNSCache alone: $entry', ({ entry, reason }) => {
    expect(() => merge(`{${entry}}`, NODE_CACHE)).toThrow(reason);
    expect(merge(`{${entry}}`)).toContain('"global"');
  });

  test.each([
    '"corp.example": ["10.1.1.1:5353", "2001:db8::1", "[2001:db8::1]:53"]',
    '"a-b.c3.example": ["10.1.1.1"]',
    '"1.168.192.in-addr.arpa": ["192.168.1.1"]',
    '"consul": ["10.1.1.1:"]',
  ])('are told from those that both take: %s', entry => {
    for (const reader of [KUBE_DNS, NODE_CACHE]) {
      expect(merge(`{${entry}}`, reader)).toContain('"global"');
    }
  });

  test('are refused also when they have the domain already', () => {
    expect(() => merge('{"global": ["10.96.0.53", "10.96.0.54"], "Corp": ["10.1.1.1"]}')).toThrow(/refuses all domains/);
  });
});

test.each([
  { text: '{"Global.": ["10.1.1.1"]}', reason: /has the domain with other resolvers.*: Global\. \["10\.1\.1\.1"]/ },
  { text: '{"global": ["10.1.1.1"]}', reason: /has the domain with other resolvers/ },
  { text: '{"a": [], "a": []}', reason: /stands twice/ },
  { text: '[]', reason: /not a JSON object of domains/ },
  { text: '{"a": "b"}', reason: /not a JSON object of domains/ },
  { text: 'nothing', reason: /not valid JSON/ },
])('a merge into $text is refused with a reason', ({ text, reason }) => {
  expect(() => merge(text)).toThrow(reason);
});
