import { App, Chart, Testing } from 'cdk8s';
import { COREFILES, RKE2_VALUES } from './corefiles';
import { forwarding, problems } from './forwarding';
import { ClusterDns, ClusterDnsOptions, DnsForwarding, GlobalDns, IstioRelease, KubeDnsStubDomain, Mesh } from '../../src';

const istio = IstioRelease.V1_31;
const resolvers = ['10.96.0.53'];

/** Platform whose object holds the content of others too. */
interface Platform {
  readonly name: string;
  readonly withContent: (options: ClusterDnsOptions) => ClusterDns;
  readonly withoutContent: (options: ClusterDnsOptions) => ClusterDns;
  /** Kind, namespace and name of the object. */
  readonly object: string;
  /** Returns the part of the object that names the resolvers. */
  readonly part: (object: any) => string;
}

const PLATFORMS: Platform[] = [
  {
    name: 'kubeDns',
    withContent: options => ClusterDns.kubeDns({ ...options, stubDomains: '{"corp.example": ["10.1.1.1"]}' }),
    withoutContent: options => ClusterDns.kubeDns(options),
    object: 'ConfigMap kube-system/kube-dns',
    part: ({ data }) => data.stubDomains,
  },
  {
    name: 'nodeLocal',
    withContent: options => ClusterDns.nodeLocal({ ...options, stubDomains: '{}' }),
    withoutContent: options => ClusterDns.nodeLocal(options),
    object: 'ConfigMap kube-system/kube-dns',
    part: ({ data }) => data.stubDomains,
  },
  {
    name: 'coreDns',
    withContent: options => ClusterDns.coreDns({ ...options, corefile: COREFILES[0].text }),
    withoutContent: options => ClusterDns.coreDns(options),
    object: 'ConfigMap kube-system/coredns',
    part: ({ data }) => data.Corefile,
  },
  {
    name: 'openShift',
    withContent: options => ClusterDns.openShift({ ...options, servers: '[{"name":"corp","zones":["corp.example"]}]' }),
    withoutContent: options => ClusterDns.openShift(options),
    object: 'DNS /default',
    part: ({ spec }) => JSON.stringify(spec.servers[1].forwardPlugin.upstreams),
  },
  {
    name: 'rke2',
    withContent: options => ClusterDns.rke2({ ...options, valuesContent: RKE2_VALUES[0].text }),
    withoutContent: options => ClusterDns.rke2(options),
    object: 'HelmChartConfig kube-system/rke2-coredns',
    part: ({ spec }) => spec.valuesContent,
  },
];

describe.each(PLATFORMS)('ClusterDns.$name', ({ withContent, withoutContent, object, part }) => {
  test('writes the object of the platform with the zone in it', () => {
    const { objects, files } = forwarding(withContent({ resolvers }));
    expect(objects).toHaveLength(1);
    const [{ kind, metadata }] = objects;
    expect(`${kind} ${metadata.namespace ?? ''}/${metadata.name}`).toBe(object);
    expect(part(objects[0])).toContain('10.96.0.53');
    expect(files).toEqual([]);
  });

  test('guards the object against pruning', () => {
    expect(forwarding(withContent({ resolvers })).objects[0].metadata.annotations).toEqual({
      'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false,ServerSideApply=false',
      'argocd.argoproj.io/compare-options': 'IgnoreExtraneous',
      'kustomize.toolkit.fluxcd.io/prune': 'disabled',
      'kustomize.toolkit.fluxcd.io/ssa': 'Merge',
    });
  });

  test('writes instructions instead of an object when the current content is unknown', () => {
    const { objects, files } = forwarding(withoutContent({ resolvers }));
    expect(objects).toEqual([]);
    expect(files).toEqual([{
      name: 'cluster-dns.yml',
      content: expect.objectContaining({ object: expect.any(String), key: expect.any(String), keep: expect.any(String) }),
    }]);
    expect(JSON.stringify(files[0].content.add)).toContain('10.96.0.53');
  });

  test('reports a missing resolver once, and writes no object', () => {
    const chart = new Chart(new App(), 'chart');
    expect(new DnsForwarding(chart, 'dns', { dns: withContent({}) }).object).toBeUndefined();
    expect(problems(withContent({}))).toEqual([expect.stringMatching(/^MESH036 .*no resolver/)]);
  });
});

const COREDNS_CUSTOM: Platform = {
  name: 'coreDnsCustom',
  withContent: options => ClusterDns.coreDnsCustom(options),
  withoutContent: options => ClusterDns.eksAddon(options),
  object: 'ConfigMap kube-system/coredns-custom',
  part: ({ data }) => data,
};

describe.each([...PLATFORMS, COREDNS_CUSTOM])('ClusterDns.$name withdrawn', ({ withContent, withoutContent, part }) => {
  test('writes the object with the content of others only', () => {
    const [before] = forwarding(withContent({ resolvers })).objects;
    const [after] = forwarding(withContent({ resolvers }).withdrawn()).objects;
    expect({ kind: after.kind, metadata: after.metadata }).toEqual({ kind: before.kind, metadata: before.metadata });
    expect(JSON.stringify(part(before))).toContain('10.96.0.53');
    expect(JSON.stringify(after)).not.toMatch(/10\.96\.0\.53|global/);
  });

  test('writes instructions for the removal when the current content is unknown', () => {
    const { object, key, add } = forwarding(withoutContent({ resolvers })).files[0].content;
    const [{ content }] = forwarding(withoutContent({ resolvers }).withdrawn()).files;
    expect(content).toEqual({ object, key, note: expect.any(String), remove: add });
  });
});

test('ClusterDns.coreDnsCustom writes one key of the ConfigMap that the platform imports', () => {
  const { objects: [object] } = forwarding(ClusterDns.coreDnsCustom({ resolvers }));
  expect(object).toMatchObject({
    metadata: { name: 'coredns-custom', namespace: 'kube-system' },
    data: { 'istio-global.server': 'global:53 {\n    errors\n    cache 30\n    forward . 10.96.0.53\n}\n' },
  });
});

test('ClusterDns.eksAddon writes configuration values, which are no object of the cluster', () => {
  const { objects, files: [file] } = forwarding(ClusterDns.eksAddon({ resolvers, corefile: COREFILES[2].text }));
  expect(objects).toEqual([]);
  expect(file.content).toEqual({ corefile: expect.stringContaining(`${COREFILES[2].text}# BEGIN`) });
  expect(forwarding(ClusterDns.eksAddon({ resolvers })).files[0].content).toHaveProperty('keep');
});

test('a withdrawn Corefile is the original, byte for byte', () => {
  const [object] = forwarding(ClusterDns.coreDns({ resolvers, corefile: COREFILES[0].text }).withdrawn()).objects;
  expect(object.data.Corefile).toBe(COREFILES[0].text);
  const [{ content }] = forwarding(ClusterDns.eksAddon({ resolvers, corefile: COREFILES[2].text }).withdrawn()).files;
  expect(content).toEqual({ corefile: COREFILES[2].text });
});

test.each([ClusterDns.sidecarCapture(), ClusterDns.none()])('ClusterDns.$platform writes nothing', dns => {
  expect(forwarding(dns)).toEqual({ objects: [], files: [] });
});

test.each([
  { mistake: 'another zone of that name', dns: ClusterDns.coreDns({ resolvers, corefile: '.:53 {\n}\nglobal:53 {\n    whoami\n}\n' }) },
  { mistake: 'an invalid Corefile', dns: ClusterDns.coreDns({ resolvers, corefile: '.:53 {' }) },
  { mistake: 'the domain with other resolvers', dns: ClusterDns.kubeDns({ resolvers, stubDomains: '{"global":["10.9.9.9"]}' }) },
  { mistake: 'a text that is no list', dns: ClusterDns.openShift({ resolvers, servers: '{}' }) },
  {
    mistake: 'a plugin for the zone in the root server of the values',
    dns: ClusterDns.rke2({
      resolvers,
      valuesContent: RKE2_VALUES[0].text.replace('- name: ready', '- name: grpc\n    parameters: global 10.9.9.9'),
    }),
  },
  { mistake: 'values without servers', dns: ClusterDns.rke2({ resolvers, valuesContent: 'a: 1\n' }) },
])('current content with $mistake is a problem at synth', ({ dns }) => {
  expect(problems(dns)).toEqual([expect.stringMatching(/^MESH036 .*the current content cannot take the zone 'global': /)]);
});

test('a problem of the current content names its reason and what was found', () => {
  const corefile = '.:53 {\n}\nGlobal.:53 {\n    whoami\n}\n';
  expect(problems(ClusterDns.coreDns({ resolvers, corefile }))).toEqual([
    expect.stringMatching(/it has another server block for the zone: got "Global\.:53"; fix: pass the content of the cluster/),
  ]);
});

test('a missing resolver and invalid content are reported in one run', () => {
  expect(problems(ClusterDns.coreDns({ corefile: '.:53 {' }))).toEqual([
    expect.stringMatching(/MESH036 .*no resolver/),
    expect.stringMatching(/MESH036 .*is missing/),
  ]);
});

test.each([
  { mistake: 'a hostname', invalid: ['dns.example.com'] },
  { mistake: 'an address with a zone', invalid: ['fe80::1%eth0'] },
  { mistake: 'the unspecified address', invalid: ['0.0.0.0'] },
  { mistake: 'a loopback address', invalid: ['127.0.0.1'] },
  { mistake: 'more resolvers than CoreDNS forwards to', invalid: Array.from({ length: 16 }, (_, i) => `10.0.0.${i}`) },
])('$mistake is refused in resolvers', ({ invalid }) => {
  expect(() => ClusterDns.kubeDns({ resolvers: invalid })).toThrow(/MESH002/);
});

test('KubeDnsStubDomain keeps the domains of the current content', () => {
  const chart = new Chart(new App(), 'chart');
  new KubeDnsStubDomain(chart, 'dns', { resolvers, current: '{"corp.example": ["10.1.1.1"]}\n' });
  expect(Testing.synth(chart)[0].data.stubDomains).toBe('{"corp.example": ["10.1.1.1"], "global": ["10.96.0.53"]}\n');
});

test('KubeDnsStubDomain refuses current content with other resolvers for the domain', () => {
  const chart = new Chart(new App(), 'chart');
  expect(() => new KubeDnsStubDomain(chart, 'dns', { resolvers, current: '{"global": ["10.1.1.1"]}' })).toThrow(/MESH036/);
});

describe.each(['cluster.local', 'local', 'mesh.cluster.local'])('the suffix %s, which overlaps the cluster domain, is refused', suffix => {
  const chart = () => new Chart(new App(), 'chart');

  test('for a cluster', () => {
    const overlapped = { 'cluster.local': 'corp.example', 'local': 'example', 'mesh.cluster.local': 'mesh.corp.example' }[suffix];
    const mesh = new Mesh(new App(), 'mesh', { istio, suffix: overlapped, clusterDomain: 'corp.example' });
    expect(() => mesh.addCluster('a')).toThrow(/MESH036/);
    expect(() => new Mesh(new App(), 'mesh', { istio, suffix })).toThrow(/MESH044/);
  });

  test('as a forwarded zone', () => {
    expect(() => new DnsForwarding(chart(), 'dns', { dns: ClusterDns.none(), zone: suffix })).toThrow(/MESH036/);
  });

  test('as the zone of a resolver', () => {
    expect(() => new GlobalDns(chart(), 'dns', { istio, clusterIp: '10.96.0.53', services: [], zone: suffix })).toThrow(/MESH036/);
  });
});

test('with ClusterDns.none() sidecars do not answer for imported hosts either', () => {
  const mesh = new Mesh(new App(), 'mesh', { istio });
  const installValues = (name: string, dns?: ClusterDns) => JSON.stringify(mesh.addCluster(name, { dns }).controlPlane.files());
  expect(installValues('a')).toContain('ISTIO_META_DNS_CAPTURE');
  expect(installValues('b', ClusterDns.none())).not.toContain('ISTIO_META_DNS_CAPTURE');
});
