import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { COREFILES, RKE2_VALUES } from './corefiles';
import { forwarding, problems } from './forwarding';
import { ClusterDns, NodeLocalDns } from '../../src';

const resolvers = ['10.96.0.53'];
const corefile = COREFILES[0].text;

/** Platforms with current content, given as text. */
const PLATFORMS: { readonly [platform: string]: (content: string) => ClusterDns } = {
  'kube-dns': stubDomains => ClusterDns.kubeDns({ resolvers, stubDomains }),
  'NodeLocal DNSCache': stubDomains => ClusterDns.nodeLocal({ resolvers, stubDomains }),
  'CoreDNS': content => ClusterDns.coreDns({ resolvers, corefile: content }),
  'stub domains of a cache': content => ClusterDns.coreDns({ resolvers, corefile, nodeLocal: NodeLocalDns.stubDomains(content) }),
  'Corefile of a cache': content => ClusterDns.coreDns({ resolvers, corefile, nodeLocal: NodeLocalDns.corefile({ corefile: content }) }),
  'coredns-custom': data => ClusterDns.coreDnsCustom({ resolvers, data }),
  'EKS': configurationValues => ClusterDns.eksAddon({ resolvers, configurationValues }),
  'EKS with a Corefile': configurationValues => ClusterDns.eksAddon({ resolvers, corefile, configurationValues }),
  'OpenShift': servers => ClusterDns.openShift({ resolvers, servers }),
  'RKE2': valuesContent => ClusterDns.rke2({ resolvers, valuesContent }),
};

const FIELDS = [
  'servers', 'zones', 'zone', 'scheme', 'port', 'plugins', 'name', 'parameters', 'configBlock', 'nodelocal', 'enabled', 'corefile',
  'override', 'extraClusterDomains', 'use_cilium_lrp', 'forwardPlugin', 'upstreams', 'global', 'a.example', 'x.server', 'x.override',
  'toString', '__proto__', 'constructor',
];
const values = [fc.constantFrom<unknown>('.', 'global', 'kubernetes', '10.0.0.1', 53, 5, true, null, '', '{', 1e21), fc.string()];
const value = fc.oneof(fc.jsonValue(), fc.object({ key: fc.constantFrom(...FIELDS), values, maxDepth: 5, maxKeys: 5 }));
const servers = fc.array(fc.oneof(value, fc.record({ name: value, zones: value, port: value, plugins: value })), { maxLength: 4 });
const content = fc.oneof(value, servers, fc.record({ servers, nodelocal: value }), fc.dictionary(fc.constantFrom(...FIELDS), value));
const text = fc.oneof(
  content.map(read => JSON.stringify(read)),
  content.map(read => stringify(read, { aliasDuplicateObjects: true })),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', ':', '- ', '? ', '&a ', '*a', '\n', ' ', 'a', '!', '|', ',') }),
);

/** Problems of a platform with some content. Content without a problem is written. */
function outcome(dns: ClusterDns): string[] {
  const found = problems(dns);
  if (found.length === 0) {
    forwarding(dns);
  }
  return found;
}

test.each(Object.keys(PLATFORMS))('any content of %s is merged, or refused by an error with a code', platform => {
  fc.assert(fc.property(text, read => {
    expect(outcome(PLATFORMS[platform](read)).filter(problem => !/^MESH\d{3} /.test(problem))).toEqual([]);
  }), { numRuns: 300 });
});

const LEVELS = 'abcdefghi';
const bomb = [...LEVELS].map((name, i) => {
  const item = i === 0 ? 'x' : `*${LEVELS[i - 1]}`;
  return `${name}: &${name} [${Array(10).fill(item).join(', ')}]\n`;
}).join('');
const SERVERS = RKE2_VALUES[0].text;

describe('content without bounds, or of another kind, is refused', () => {
  test.each([
    { platform: 'EKS', what: 'aliases of aliases', read: bomb, reason: /repeats too much/ },
    { platform: 'EKS', what: 'an alias within its own anchor', read: 'a: &a [*a, *a]\n', reason: /within its own anchor/ },
    { platform: 'EKS', what: 'an alias without an anchor', read: 'a: *b\n', reason: /alias without an anchor/ },
    { platform: 'EKS', what: '101 aliases', read: `a: &a x\nb: [${Array(101).fill('*a').join(', ')}]\n`, reason: /more than 100 aliases/ },
    { platform: 'EKS', what: 'lists in lists', read: `a: ${'['.repeat(500)}${']'.repeat(500)}`, reason: /more than 32 levels/ },
    { platform: 'EKS', what: 'keys in keys', read: '? '.repeat(500), reason: /key that is no text/ },
    { platform: 'EKS', what: 'a key twice', read: 'a: 1\na: 2\n', reason: /key twice in one map: got "?a/ },
    { platform: 'EKS', what: 'a large text', read: `a: "${'x'.repeat(1024 * 1024)}"`, reason: /no ConfigMap holds/ },
    { platform: 'RKE2', what: 'aliases of aliases', read: `${bomb}${SERVERS}`, reason: /repeats too much/ },
    { platform: 'RKE2', what: 'a zone as a map', read: 'servers:\n- zones:\n  - zone: {}\n', reason: /zones\[0\]\.zone is not a text/ },
    { platform: 'RKE2', what: 'a zone that is a number', read: 'servers:\n- zones:\n  - 5\n', reason: /zones\[0\] is not a map/ },
    { platform: 'RKE2', what: 'zones that are a number', read: 'servers:\n- zones: 5\n', reason: /zones is not a list/ },
    { platform: 'OpenShift', what: 'zones of numbers', read: '[{"name":"x","zones":[5]}]', reason: /each with a name and zones/ },
    { platform: 'OpenShift', what: 'a key twice', read: '[{"name":"x","zones":[],"zones":["global"]}]', reason: /stands twice/ },
    { platform: 'OpenShift', what: 'lists', read: `${'['.repeat(50_000)}${']'.repeat(50_000)}`, reason: /that has no bounds/ },
    { platform: 'kube-dns', what: 'lists', read: `{"a":${'['.repeat(9_000)}${']'.repeat(9_000)}}`, reason: /that has no bounds/ },
  ])('$platform: $what', ({ platform, read, reason }) => {
    expect(problems(PLATFORMS[platform](read))).toEqual([expect.stringMatching(reason)]);
  });

  test.each([
    { platform: 'EKS with a Corefile', what: 'aliases', read: 'a: &a {cpu: 1}\nb: *a\nc: *a\n' },
    { platform: 'EKS with a Corefile', what: '31 levels', read: `a: ${'['.repeat(31)}${']'.repeat(31)}` },
    { platform: 'EKS with a Corefile', what: '20,000 keys', read: Array.from({ length: 20_000 }, (_, i) => `k${i}: 1\n`).join('') },
    { platform: 'RKE2', what: 'null', read: `${SERVERS}- zones: null\n  port: 54\n  plugins:\n  - name: log\n    parameters: ~\n` },
    { platform: 'RKE2', what: 'numbers in the place of texts', read: SERVERS.replace('parameters: . /etc/resolv.conf', 'parameters: 30') },
    { platform: 'OpenShift', what: 'no zones', read: '[{"name":"x","zones":[]}]' },
  ])('and $what is accepted for $platform', ({ platform, read }) => {
    expect(outcome(PLATFORMS[platform](read))).toEqual([]);
  });
});
