import * as fc from 'fast-check';
import { COREFILES, REFUSED, RKE2_VALUES, STUB_DOMAINS } from './corefiles';
import { CorefileError, readCorefile } from '../../src/dns/corefile';
import { mergeCorefile, takeOutOfCorefile, zoneOf } from '../../src/dns/corefile-merge';
import { mergeServers } from '../../src/dns/openshift-servers';
import { mergeRke2Values, takeOutOfRke2Values } from '../../src/dns/rke2-values';
import { mergeStubDomains, takeOutOfStubDomains } from '../../src/dns/stub-domains';

const ZONE = { zone: 'global', resolvers: ['10.96.0.53', '10.96.0.54'] };

describe('a Corefile', () => {
  test.each(
    COREFILES.map(({ name, text }) => [name, text]),
  )('%s: what is merged holds all that was there and the zone; again changes nothing; taken out it is the original to the byte', (_, text) => {
    const merged = mergeCorefile(text, ZONE);
    const [before, after] = [readCorefile(text), readCorefile(merged)];
    expect(after.slice(0, -1)).toEqual(before);
    expect(after[after.length - 1].directives.forward).toEqual(['forward', '.', ...ZONE.resolvers]);
    expect(merged.startsWith(text)).toBe(true);
    expect(mergeCorefile(merged, ZONE)).toBe(merged);
    expect(takeOutOfCorefile(merged, 'global')).toBe(text);
    const moved = mergeCorefile(merged, { ...ZONE, resolvers: ['10.0.0.1'] });
    expect(moved).toContain('forward . 10.0.0.1\n');
    expect(takeOutOfCorefile(moved, 'global')).toBe(text);
  });

  test.each(
    REFUSED.map(({ name, text, why }) => [name, text, why] as const),
  )('%s: nothing is added, and the reason is told', (_, text, why) => {
    expect(() => mergeCorefile(text, ZONE)).toThrow(why);
    expect(() => mergeCorefile(text, ZONE)).toThrow(CorefileError);
  });

  test('what somebody writes behind our block stays, also where a newline had been added before it', () => {
    const own = mergeCorefile('.:53 {\n    errors\n}\n# end of file', ZONE);
    const foreign = 'example.org:53 {\n    whoami\n}\n';
    for (const text of [mergeCorefile(own + foreign, ZONE), takeOutOfCorefile(own + foreign, 'global')]) {
      expect(readCorefile(text).map(({ keys }) => keys[0])).toContain('example.org:53');
    }
    const two = mergeCorefile(mergeCorefile('.:53 {\n}', ZONE), { ...ZONE, zone: 'mesh.example' });
    expect(readCorefile(mergeCorefile(two, ZONE)).map(({ keys }) => keys[0]).sort()).toEqual(['.:53', 'global:53', 'mesh.example:53']);
  });

  test('a final newline that got lost, as in a shell, does not make our block a foreign one', () => {
    const merged = mergeCorefile(COREFILES[0].text, ZONE);
    expect(mergeCorefile(merged.trimEnd(), ZONE)).toBe(merged);
  });

  test.each([
    ['tls://.:853 {\n}\n.:53 {\n    bind 10.0.0.1\n}\n', /\nglobal:53 \{\n    bind 10.0.0.1\n/],
    ['.:8053 {\n    bind 127.0.0.1\n}\n.:53 {\n}\n', /\nglobal:53 \{\n    errors/],
    ['tls://.:853 .:5353 {\n}\n', /\nglobal:5353 \{/],
  ])('%j: the zone is served where pods ask', (text, block) => {
    expect(mergeCorefile(text, ZONE)).toMatch(block);
  });

  test.each(
    [
      ['.:{$PORT} {\n}\n', /which port pods ask/],
      ['.:8053 {\n}\n.:9053 {\n}\n', /which port pods ask/],
      ['.:53 {\n    kubernetes cluster.global in-addr.arpa\n}\n', /cluster.global, which is the cluster's own/],
    ],
  )('%j cannot take the zone', (text, why) => {
    expect(() => mergeCorefile(text, ZONE)).toThrow(why);
  });

  test('the zone listens where the servers of the platform do', () => {
    const of = (name: string) => mergeCorefile(COREFILES.find(sample => sample.name === name)!.text, ZONE);
    expect(of('another port')).toContain('\nglobal:5353 {\n');
    expect(of('node-local')).toContain('global:53 {\n    bind 169.254.20.10 10.96.0.10\n    errors\n');
  });

  test('a block that somebody edited is not ours any more: it is told, and stays', () => {
    const edited = mergeCorefile(COREFILES[0].text, ZONE).replace(
      'cache 30\n    forward . 10.96.0.53',
      'cache 60\n    forward . 10.96.0.53',
    );
    expect(takeOutOfCorefile(edited, 'global')).toBe(edited);
    expect(() => mergeCorefile(edited, ZONE)).toThrow(/another server block for global/);
  });

  test.each(
    [['.:53', '.'], ['dns://Global.:53', 'global'], ['global', 'global'], ['tls://.:853', '.'], ['a.global:53', 'a.global'], ['.', '.']],
  )('%s is for the zone %s', (key, zone) => {
    expect(zoneOf(key)).toBe(zone);
  });

  test('any text is a Corefile or is told to be none: never a crash', () => {
    const word = fc.constantFrom('{', '}', '"', '\\', '#', ',', '\n', ' ', 'import', '(a)', 'a', '.:53', '{$X}', 'é');
    fc.assert(fc.property(fc.array(word, { maxLength: 30 }), words => {
      try {
        const merged = mergeCorefile(words.join(''), ZONE);
        expect(takeOutOfCorefile(merged, 'global')).toBe(words.join(''));
      } catch (error) {
        expect(error).toBeInstanceOf(CorefileError);
      }
    }), { numRuns: 2000 });
  });
});

describe('stub domains of kube-dns', () => {
  test.each(
    STUB_DOMAINS.map(({ name, text }) => [name, text]),
  )('%s: merged, merged again, taken out: the original to the byte', (_, text) => {
    const merged = mergeStubDomains(text, 'global', ZONE.resolvers);
    expect(JSON.parse(merged)).toEqual({ ...JSON.parse(text), global: ZONE.resolvers });
    expect(mergeStubDomains(merged, 'global', ZONE.resolvers)).toBe(merged);
    expect(takeOutOfStubDomains(merged, 'global', ZONE.resolvers)).toBe(text);
  });

  test('any map of domains comes back to the byte', () => {
    const blank = fc.stringMatching(/^[ \n\t]{0,3}$/);
    const map = fc.dictionary(fc.string(), fc.array(fc.string(), { maxLength: 3 }));
    fc.assert(fc.property(map, fc.constantFrom(0, 1, 2, '\t'), blank, blank, (domains, indent, before, after) => {
      fc.pre(!Object.prototype.hasOwnProperty.call(domains, 'global'));
      const text = `${before}${JSON.stringify(domains, null, indent)}${after}`;
      const merged = mergeStubDomains(text, 'global', ZONE.resolvers);
      expect(JSON.parse(merged)).toEqual({ ...domains, global: ZONE.resolvers });
      expect(takeOutOfStubDomains(merged, 'global', ZONE.resolvers)).toBe(text);
    }), { numRuns: 1000 });
  });

  test('a domain that somebody added behind ours keeps its place', () => {
    expect(
      takeOutOfStubDomains('{"global": ["10.96.0.53", "10.96.0.54"], "a": ["1.1.1.1"]}', 'global', ZONE.resolvers),
    ).toBe('{"a": ["1.1.1.1"]}');
  });

  test.each([
    ['{\n  "a": ["1.1.1.1"],\n  "global": ["10.96.0.53", "10.96.0.54"]\n}\n', '{\n  "a": ["1.1.1.1"]\n}\n'],
    ['{"a":["1.1.1.1"],"global":["10.96.0.53","10.96.0.54"],"b":["2.2.2.2"]}', '{"a":["1.1.1.1"],"b":["2.2.2.2"]}'],
    ['{\n  "global" : [\n    "10.96.0.53",\n    "10.96.0.54"\n  ],\n  "b]": ["2.2.2.2"]\n}', '{\n  "b]": ["2.2.2.2"]\n}'],
    ['{ "global": ["10.96.0.53","10.96.0.54"] }', '{  }'],
  ])('an entry of ours that was written by hand goes with its comma: %j', (text, without) => {
    expect(mergeStubDomains(text, 'global', ZONE.resolvers)).toBe(text);
    expect(takeOutOfStubDomains(text, 'global', ZONE.resolvers)).toBe(without);
  });

  test.each(
    [
      ['{"Global.": ["10.1.1.1"]}', /Global. goes to/],
      ['{"a": [], "a": []}', /stands twice/],
      ['{"global": ["10.1.1.1"]}', /goes to/],
      ['[]', /no object/],
      ['{"a": "b"}', /no object/],
      ['nothing', /no JSON/],
    ],
  )('%s cannot take the domain', (text, why) => {
    expect(() => mergeStubDomains(text, 'global', ZONE.resolvers)).toThrow(why);
  });
});

describe('values of RKE2\'s chart', () => {
  test.each(
    RKE2_VALUES.map(({ name, text }) => [name, text]),
  )('%s: merged, merged again, taken out: the original to the byte', (_, text) => {
    const { parse } = jest.requireActual('yaml');
    const merged = mergeRke2Values(text, ZONE);
    const [before, after] = [parse(text), parse(merged)];
    expect({ ...after, servers: after.servers.slice(0, -1) }).toEqual(before);
    expect(after.servers[after.servers.length - 1]).toMatchObject(
      {
        zones: [{ zone: 'global' }],
        port: 53,
        plugins: [{ name: 'errors' }, { name: 'cache', parameters: 30 }, { name: 'forward', parameters: '. 10.96.0.53 10.96.0.54' }],
      },
    );
    expect(mergeRke2Values(merged, ZONE)).toBe(merged);
    expect(takeOutOfRke2Values(merged, 'global')).toBe(text);
  });

  test('the end of a block of text that looks like a comment stays in it', () => {
    const { parse } = jest.requireActual('yaml');
    const text = 'servers:\n- zones:\n  - zone: .\n  port: 5353\n  plugins:\n  - name: log\n    configBlock: |-\n      class error\n      # class denial\n\n# after\nmore: 1\n';
    const merged = mergeRke2Values(text, ZONE);
    expect(parse(merged).servers[0]).toEqual(parse(text).servers[0]);
    expect(parse(merged).servers[1].port).toBe(5353);
    expect(takeOutOfRke2Values(merged, 'global')).toBe(text);
  });

  test('what somebody put between our marks, or changed there, is theirs: it stays, and is told', () => {
    const merged = mergeRke2Values(RKE2_VALUES[0].text, ZONE);
    const edited = merged.replace('parameters: 30', 'parameters: 5');
    expect(takeOutOfRke2Values(edited, 'global')).toBe(edited);
    expect(() => mergeRke2Values(edited, ZONE)).toThrow(/another server/);
  });

  test.each([
    'servers:\n- zones: [{zone: global}]\n  port: 53\n', 'servers:\n- zones:\n  - "zone": Global.\n', 'servers:\n- zones:\n  - {scheme: dns://, zone: global}\n', 'servers:\n- zones:\n  - zone:\n      global\n',
  ])('%j has the zone already', text => {
    expect(() => mergeRke2Values(text, ZONE)).toThrow(/another server for global/);
  });

  test('names that YAML takes for something else stay names', () => {
    const { parse } = jest.requireActual('yaml');
    expect(
      parse(mergeRke2Values(RKE2_VALUES[0].text, { ...ZONE, zone: 'no' }), { version: '1.1' }).servers[1].zones,
    ).toEqual([{ zone: 'no' }]);
  });

  test.each(
    [
      ['replicaCount: 2\n', /no list "servers"/],
      ['servers:\n- a: 1\nservers:\n- b: 1\n', /no YAML/],
      ['just text', /no list/],
      ['servers: []\n', /no list "servers"/],
      ['servers:\nother: 1\n', /no list "servers"/],
      ['servers:\n- zones:\n  - zone: global.\n  port: 53\n', /another server for global/],
    ],
  )('%s cannot take the zone', (text, why) => {
    expect(() => mergeRke2Values(text, ZONE)).toThrow(why);
  });
});

test('servers of OpenShift keep their order; ours is replaced where it stands', () => {
  const [own, other] = [
    { name: 'istio-global', zones: ['global'], forwardPlugin: { upstreams: ['10.0.0.1'] } },
    { name: 'corp', zones: ['corp.example'] },
  ];
  const merged = mergeServers(JSON.stringify([other]), own);
  expect(merged).toEqual([other, own]);
  expect(
    mergeServers(JSON.stringify([own, other]), { ...own, forwardPlugin: { upstreams: ['10.0.0.2'] } }),
  ).toEqual([{ ...own, forwardPlugin: { upstreams: ['10.0.0.2'] } }, other]);
  expect(() => mergeServers('[{"name":"x","zones":["Global."]}]', own)).toThrow(/x is for global already/);
  expect(
    () => mergeServers(JSON.stringify([{ ...own, zones: ['corp.example', 'global'] }]), own),
  ).toThrow(/istio-global is for global already/);
  expect(() => mergeServers('{}', own)).toThrow(/no list/);
  expect(() => mergeServers('[', own)).toThrow(/no JSON/);
});
