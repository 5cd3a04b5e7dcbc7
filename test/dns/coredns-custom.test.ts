import { forwarding, problems } from './forwarding';
import { ClusterDns } from '../../src';

const resolvers = ['10.96.0.53'];

describe('ClusterDns.coreDnsCustom', () => {
  test('serves the zone on the port of the platform, such as 8053 on Gardener', () => {
    const { objects: [{ data }] } = forwarding(ClusterDns.coreDnsCustom({ resolvers, port: 8053 }));
    expect(data).toEqual({ 'istio-global.server': 'global:8053 {\n    errors\n    cache 30\n    forward . 10.96.0.53\n}\n' });
  });

  test.each([0, 65536, 53.5, '8053' as any])('refuses the port %p', port => {
    expect(() => ClusterDns.coreDnsCustom({ resolvers, port })).toThrow(/MESH003/);
  });

  test.each([
    {
      mistake: 'the zone in a key of others',
      data: { 'istio.server': 'global:53 {\n    forward . 10.9.9.9\n}\n' },
      reason: /istio\.server: global:53/,
    },
    {
      mistake: 'the zone among several in a key of others',
      data: { 'a.server': 'corp.example:53 {\n}\n', 'b.server': 'b.example Global.:53 {\n}\n' },
      reason: /b\.server: Global\.:53/,
    },
    {
      mistake: 'a directive for the zone in the root server',
      data: { 'x.override': 'rewrite name suffix .global .example.org' },
      reason: /x\.override: /,
    },
    { mistake: 'a key that CoreDNS cannot read', data: { 'x.server': 'corp.example {' }, reason: /x\.server: line 1/ },
    { mistake: 'a list', data: [], reason: /not the data of a ConfigMap/ },
    { mistake: 'the whole object', data: { data: { a: 'b' } }, reason: /not the data of a ConfigMap/ },
  ])('refuses data with $mistake', ({ data, reason }) => {
    const found = problems(ClusterDns.coreDnsCustom({ resolvers, data: JSON.stringify(data) }));
    expect(found).toEqual([expect.stringMatching(reason)]);
    expect(found[0]).toMatch(/^MESH036/);
  });

  test.each([
    { nearMiss: 'no keys', data: {} },
    { nearMiss: 'the key of this library', data: { 'istio-global.server': 'global:53 {\n    forward . 10.0.0.1\n}\n' } },
    { nearMiss: 'servers for other zones', data: { 'a.server': 'notglobal:53 global.example:53 {\n}\n' } },
    { nearMiss: 'a server for the zone on another port', data: { 'a.server': 'global:5353 {\n}\n' } },
    { nearMiss: 'a key that CoreDNS does not import', data: { 'a.server.disabled': 'global:53 {\n}\n' } },
    { nearMiss: 'directives for all names', data: { 'log.override': 'log\nhosts {\n  10.0.0.1 corp.example\n  fallthrough\n}' } },
  ])('takes data with $nearMiss', ({ data }) => {
    expect(problems(ClusterDns.coreDnsCustom({ resolvers, data: JSON.stringify(data) }))).toEqual([]);
  });

  test('takes an empty text for a ConfigMap that does not exist', () => {
    expect(problems(ClusterDns.coreDnsCustom({ resolvers, data: '\n' }))).toEqual([]);
  });
});
