import * as fc from 'fast-check';
import { COREFILES, REFUSED } from './corefiles';
import { readCorefile } from '../../src/dns/corefile';
import { mergeCorefile, withdrawFromCorefile } from '../../src/dns/corefile-merge';
import { CurrentContentError } from '../../src/dns/current-content';
import { zoneOf } from '../../src/dns/zone';

const FORWARDED = { zone: 'global', resolvers: ['10.96.0.53', '10.96.0.54'] };

function firstKeys(corefile: string): string[] {
  return readCorefile(corefile).map(({ keys }) => keys[0]);
}

describe.each(COREFILES)('the Corefile "$name"', ({ text }) => {
  const merged = mergeCorefile(text, FORWARDED);

  test('is kept by a merge, and gets a block for the zone at its end', () => {
    const [before, after] = [readCorefile(text), readCorefile(merged)];
    expect(after.slice(0, -1)).toEqual(before);
    expect(after[after.length - 1].directives.forward).toEqual(['forward', '.', ...FORWARDED.resolvers]);
    expect(merged.startsWith(text)).toBe(true);
  });

  test('is not changed by a second merge', () => {
    expect(mergeCorefile(merged, FORWARDED)).toBe(merged);
  });

  test('is the original again, byte for byte, after the zone was withdrawn', () => {
    expect(withdrawFromCorefile(merged, 'global')).toBe(text);
  });

  test('gets the new resolver when the resolver moved', () => {
    const moved = mergeCorefile(merged, { ...FORWARDED, resolvers: ['10.0.0.1'] });
    expect(moved).toContain('forward . 10.0.0.1\n');
    expect(withdrawFromCorefile(moved, 'global')).toBe(text);
  });
});

test.each(REFUSED)('a merge into $name is refused with a reason', ({ text, reason }) => {
  expect(() => mergeCorefile(text, FORWARDED)).toThrow(CurrentContentError);
  expect(() => mergeCorefile(text, FORWARDED)).toThrow(reason);
});

describe('the added block', () => {
  test('can be replaced and withdrawn without loss of text that somebody wrote after it', () => {
    const merged = mergeCorefile('.:53 {\n    errors\n}\n# end of file', FORWARDED);
    const extended = `${merged}example.org:53 {\n    whoami\n}\n`;
    expect(firstKeys(mergeCorefile(extended, FORWARDED))).toContain('example.org:53');
    expect(firstKeys(withdrawFromCorefile(extended, 'global'))).toContain('example.org:53');
  });

  test('can stand beside the block of another zone', () => {
    const first = mergeCorefile('.:53 {\n}', FORWARDED);
    const second = mergeCorefile(first, { ...FORWARDED, zone: 'mesh.example' });
    expect(firstKeys(mergeCorefile(second, FORWARDED)).sort()).toEqual(['.:53', 'global:53', 'mesh.example:53']);
  });

  test('is recognized when a shell dropped the final newline of the text', () => {
    const merged = mergeCorefile(COREFILES[0].text, FORWARDED);
    expect(mergeCorefile(merged.trimEnd(), FORWARDED)).toBe(merged);
  });

  test('belongs to the person who edited it: it is kept, and a merge is refused', () => {
    const merged = mergeCorefile(COREFILES[0].text, FORWARDED);
    const edited = merged.replace('cache 30\n    forward . 10.96.0.53', 'cache 60\n    forward . 10.96.0.53');
    expect(withdrawFromCorefile(edited, 'global')).toBe(edited);
    expect(() => mergeCorefile(edited, FORWARDED)).toThrow(/another server block for the zone: global/);
  });

  test.each([
    {
      servers: 'DNS over TLS and plain DNS',
      text: 'tls://.:853 {\n}\n.:53 {\n    bind 10.0.0.1\n}\n',
      block: /\nglobal:53 \{\n    bind 10.0.0.1\n/,
    },
    { servers: 'ports 8053 and 53', text: '.:8053 {\n    bind 127.0.0.1\n}\n.:53 {\n}\n', block: /\nglobal:53 \{\n    errors/ },
    { servers: 'one server on two ports', text: 'tls://.:853 .:5353 {\n}\n', block: /\nglobal:5353 \{/ },
  ])('is for the port and addresses that pods ask, given $servers', ({ text, block }) => {
    expect(mergeCorefile(text, FORWARDED)).toMatch(block);
  });

  test.each([
    { platform: 'another port', block: '\nglobal:5353 {\n' },
    { platform: 'views', block: '\nglobal:9053 {\n    errors\n' },
    { platform: 'node-local', block: 'global:53 {\n    bind 169.254.20.10 10.96.0.10\n    errors\n' },
  ])('uses the port and addresses of the platform "$platform"', ({ platform, block }) => {
    const { text } = COREFILES.find(({ name }) => name === platform)!;
    expect(mergeCorefile(text, FORWARDED)).toContain(block);
  });
});

test.each([
  { mistake: 'a port that only CoreDNS knows', text: '.:{$PORT} {\n}\n', reason: /port that pods ask is ambiguous: \{\$PORT}/ },
  { mistake: 'two ports other than 53', text: '.:8053 {\n}\n.:9053 {\n}\n', reason: /port that pods ask is ambiguous: 8053, 9053/ },
  {
    mistake: 'two ports other than 53, and views on one of them',
    text: '.:9053 {\n    view a {\n        expr true\n    }\n}\n.:9053 {\n}\n.:8053 {\n}\n',
    reason: /port that pods ask is ambiguous: 9053, 8053$/,
  },
  {
    mistake: 'a cluster domain within the zone',
    text: '.:53 {\n    kubernetes cluster.global in-addr.arpa\n}\n',
    reason: /overlaps the domain of the cluster itself: cluster.global/,
  },
])('a merge into a Corefile with $mistake is refused', ({ text, reason }) => {
  expect(() => mergeCorefile(text, FORWARDED)).toThrow(reason);
});

test.each([
  { key: '.:53', zone: '.' },
  { key: '.', zone: '.' },
  { key: 'tls://.:853', zone: '.' },
  { key: 'dns://Global.:53', zone: 'global' },
  { key: 'global', zone: 'global' },
  { key: 'a.global:53', zone: 'a.global' },
])('the key $key serves the zone $zone', ({ key, zone }) => {
  expect(zoneOf(key)).toBe(zone);
});

test('every text is either merged and withdrawn byte for byte, or refused with a reason', () => {
  const word = fc.constantFrom('{', '}', '"', '\\', '#', ',', '\n', ' ', 'import', '(a)', 'a', '.:53', '{$X}', 'é');
  fc.assert(fc.property(fc.array(word, { maxLength: 30 }), words => {
    try {
      const merged = mergeCorefile(words.join(''), FORWARDED);
      expect(withdrawFromCorefile(merged, 'global')).toBe(words.join(''));
    } catch (error) {
      expect(error).toBeInstanceOf(CurrentContentError);
    }
  }), { numRuns: 2000 });
});
