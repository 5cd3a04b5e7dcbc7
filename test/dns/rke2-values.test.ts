import { parse } from 'yaml';
import { RKE2_VALUES } from './corefiles';
import { mergeRke2Values, withdrawFromRke2Values } from '../../src/dns/rke2-values';

const FORWARDED = { zone: 'global', resolvers: ['10.96.0.53', '10.96.0.54'] };

describe.each(RKE2_VALUES)('the values "$name"', ({ text }) => {
  const merged = mergeRke2Values(text, FORWARDED);

  test('are kept by a merge, and get a server for the zone', () => {
    const { servers, ...others } = parse(merged);
    expect({ ...others, servers: servers.slice(0, -1) }).toEqual(parse(text));
    expect(servers[servers.length - 1]).toMatchObject({
      zones: [{ zone: 'global' }],
      port: 53,
      plugins: [{ name: 'errors' }, { name: 'cache', parameters: 30 }, { name: 'forward', parameters: '. 10.96.0.53 10.96.0.54' }],
    });
  });

  test('are not changed by a second merge', () => {
    expect(mergeRke2Values(merged, FORWARDED)).toBe(merged);
  });

  test('are the original again, byte for byte, after the zone was withdrawn', () => {
    expect(withdrawFromRke2Values(merged, 'global')).toBe(text);
  });
});

test('a merge keeps a line of a block of text that looks like a comment, and uses the port of the root server', () => {
  const text = `servers:
- zones:
  - zone: .
  port: 5353
  plugins:
  - name: log
    configBlock: |-
      class error
      # class denial

# after
more: 1
`;
  const merged = mergeRke2Values(text, FORWARDED);
  expect(parse(merged).servers[0]).toEqual(parse(text).servers[0]);
  expect(parse(merged).servers[1].port).toBe(5353);
  expect(withdrawFromRke2Values(merged, 'global')).toBe(text);
});

test('a server that somebody edited between the comments is kept, and a merge is refused', () => {
  const edited = mergeRke2Values(RKE2_VALUES[0].text, FORWARDED).replace('parameters: 30', 'parameters: 5');
  expect(withdrawFromRke2Values(edited, 'global')).toBe(edited);
  expect(() => mergeRke2Values(edited, FORWARDED)).toThrow(/another server for the zone/);
});

test.each([
  'servers:\n- zones: [{zone: global}]\n  port: 53\n',
  'servers:\n- zones:\n  - zone: global.\n  port: 53\n',
  'servers:\n- zones:\n  - "zone": Global.\n',
  'servers:\n- zones:\n  - {scheme: dns://, zone: global}\n',
  'servers:\n- zones:\n  - zone:\n      global\n',
])('a merge into values with a server of another owner for the zone is refused: %j', text => {
  expect(() => mergeRke2Values(text, FORWARDED)).toThrow(/another server for the zone/);
});

test('a zone whose name YAML 1.1 reads as a boolean stays a name', () => {
  const merged = mergeRke2Values(RKE2_VALUES[0].text, { ...FORWARDED, zone: 'no' });
  expect(parse(merged, { version: '1.1' }).servers[1].zones).toEqual([{ zone: 'no' }]);
});

test.each([
  { text: 'replicaCount: 2\n', reason: /no list "servers"/ },
  { text: 'servers: []\n', reason: /no list "servers"/ },
  { text: 'servers:\nother: 1\n', reason: /no list "servers"/ },
  { text: 'just text', reason: /no list "servers"/ },
  { text: 'servers:\n- a: 1\nservers:\n- b: 1\n', reason: /a key twice/ },
])('a merge into $text is refused with a reason', ({ text, reason }) => {
  expect(() => mergeRke2Values(text, FORWARDED)).toThrow(reason);
});

test('a merge takes fields of servers and plugins that are null, as Helm does', () => {
  const text = 'servers:\n- zones:\n  - zone:\n    scheme:\n  port:\n  plugins:\n  - name: errors\n    parameters:\n    configBlock:\n';
  expect(parse(mergeRke2Values(text, FORWARDED)).servers).toHaveLength(2);
});
