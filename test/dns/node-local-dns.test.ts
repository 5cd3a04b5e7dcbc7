import { App, Chart, Testing } from 'cdk8s';
import { COREFILES, NODE_CACHES } from './corefiles';
import { problems, warnings } from './forwarding';
import { ClusterDns, DnsForwarding, NodeLocalDns } from '../../src';

const resolvers = ['10.96.0.53'];
const KUBEADM = COREFILES[0].text;
const KUBESPRAY = NODE_CACHES.find(({ name }) => name === 'kubespray')!.text;

/** Data of the ConfigMaps that a forwarding writes, by their names. */
function dataOf(dns: ClusterDns): { [name: string]: any } {
  const chart = new Chart(new App(), 'chart');
  new DnsForwarding(chart, 'dns', { dns });
  return Object.fromEntries(Testing.synth(chart).map(({ metadata, data, spec }) => [metadata.name, data ?? spec]));
}

describe('a DNS cache on each node, in front of CoreDNS', () => {
  test.each(NODE_CACHES)('gets the zone in its own Corefile, as CoreDNS does: $name', ({ text }) => {
    const nodeLocal = NodeLocalDns.corefile({ corefile: text });
    const data = dataOf(ClusterDns.coreDns({ resolvers, corefile: KUBEADM, nodeLocal }));
    expect(Object.keys(data).sort()).toEqual(['coredns', 'node-local-dns']);
    for (const [before, { Corefile }] of [[KUBEADM, data.coredns], [text, data['node-local-dns']]]) {
      expect(Corefile.startsWith(before)).toBe(true);
      expect(Corefile).toContain('forward . 10.96.0.53\n');
    }
  });

  test('listens on the addresses of the cache for the zone', () => {
    const nodeLocal = NodeLocalDns.corefile({ configMap: 'nodelocaldns', corefile: KUBESPRAY });
    const { nodelocaldns } = dataOf(ClusterDns.coreDns({ resolvers, corefile: KUBEADM, nodeLocal }));
    expect(nodelocaldns.Corefile).toContain('\nglobal:53 {\n    bind 169.254.25.10\n');
  });

  test.each([
    {
      platform: 'coreDnsCustom',
      dns: (nodeLocal: NodeLocalDns) => ClusterDns.coreDnsCustom({ resolvers, nodeLocal }),
      object: 'coredns-custom',
    },
    {
      platform: 'rke2',
      dns: (nodeLocal: NodeLocalDns) => ClusterDns.rke2({ resolvers, valuesContent: rke2Values('enabled: true'), nodeLocal }),
      object: 'rke2-coredns',
    },
  ])('gets the zone as a stub domain beside $platform', ({ dns, object }) => {
    const data = dataOf(dns(NodeLocalDns.stubDomains('{}')));
    expect(Object.keys(data).sort()).toEqual(['kube-dns', object].sort());
    expect(JSON.parse(data['kube-dns'].stubDomains)).toEqual({ global: resolvers });
  });

  test('is written beside the configuration values of EKS', () => {
    const chart = new Chart(new App(), 'chart');
    const dns = ClusterDns.eksAddon({ resolvers, corefile: KUBEADM, configurationValues: '{}', nodeLocal: NodeLocalDns.stubDomains('{}') });
    const construct = new DnsForwarding(chart, 'dns', { dns });
    expect(construct.object).toBeUndefined();
    expect(construct.nodeLocalObject!.metadata.name).toBe('kube-dns');
    expect(construct.files().map(({ name }) => name)).toEqual(['cluster-dns.yml']);
  });

  test('gets instructions of its own when its content is unknown', () => {
    const dns = ClusterDns.coreDns({ resolvers, corefile: KUBEADM, nodeLocal: NodeLocalDns.corefile({ configMap: 'nodelocaldns' }) });
    const construct = new DnsForwarding(new Chart(new App(), 'chart'), 'dns', { dns });
    expect(construct.files()).toEqual([{
      name: 'node-local-dns.yml',
      content: expect.objectContaining({ object: 'ConfigMap kube-system/nodelocaldns', keep: expect.stringContaining('bind') }),
    }]);
  });

  test('loses the zone together with CoreDNS', () => {
    const nodeLocal = NodeLocalDns.corefile({ configMap: 'nodelocaldns', corefile: KUBESPRAY });
    expect(dataOf(ClusterDns.coreDns({ resolvers, corefile: KUBEADM, nodeLocal }).withdrawn()))
      .toEqual({ coredns: { Corefile: KUBEADM }, nodelocaldns: { Corefile: KUBESPRAY } });
  });

  test('tells that a longer zone keeps names from the resolver', () => {
    const nodeLocal = NodeLocalDns.corefile({ corefile: KUBESPRAY.replace('corp.example', 'bar.global') });
    const warning = expect.stringMatching(/^MESH071.*"bar.global"/);
    expect(warnings(ClusterDns.coreDns({ resolvers, corefile: KUBEADM, nodeLocal }))).toEqual([warning]);
  });
});

describe('a Corefile in the wrong place is refused with the right place', () => {
  test.each(NODE_CACHES.filter(({ name }) => name !== 'RKE2 with Cilium'))('$name in the place of that of CoreDNS', ({ text }) => {
    const problem = expect.stringMatching(/^MESH070 .*Corefile of a node-local DNS cache.*fix: .*NodeLocalDns\.corefile/);
    expect(problems(ClusterDns.coreDns({ resolvers, corefile: text }))).toEqual([problem]);
    expect(problems(ClusterDns.eksAddon({ resolvers, corefile: text }))).toEqual([problem]);
  });

  test.each([
    { mistake: 'of CoreDNS itself', corefile: KUBEADM, reason: /Corefile of CoreDNS and not of a node-local DNS cache: got "kubernetes"/ },
    {
      mistake: 'that is a template',
      corefile: NODE_CACHES[0].text.replace('cluster.local', '__PILLAR__DNS__DOMAIN__'),
      reason: /a template and not the content of a cluster/,
    },
    {
      mistake: 'without a server for the root zone',
      corefile: 'cluster.local:53 {\n    bind 169.254.20.10\n}\n',
      reason: /no server for the root zone/,
    },
  ])('a Corefile $mistake in the place of that of a cache', ({ corefile, reason }) => {
    const dns = ClusterDns.coreDns({ resolvers, corefile: KUBEADM, nodeLocal: NodeLocalDns.corefile({ corefile }) });
    expect(problems(dns)).toEqual([expect.stringMatching(reason)]);
    expect(problems(dns)[0]).toMatch(/^MESH070/);
  });

  test.each([
    { nearMiss: 'that listens on another address', corefile: '.:53 {\n    bind 10.0.0.10\n    forward . 1.1.1.1\n}\n' },
    { nearMiss: 'on each node with a link-local address', corefile: KUBEADM.replace('errors', 'errors\n    bind 169.254.20.10') },
    { nearMiss: 'with a comment about a cache', corefile: `# beside the cache on 169.254.20.10, __PILLAR__CLUSTER__DNS__\n${KUBEADM}` },
    { nearMiss: 'that forwards to a link-local address', corefile: '.:53 {\n    forward . 169.254.169.253\n}\n' },
  ])('a CoreDNS $nearMiss is none', ({ corefile }) => {
    expect(problems(ClusterDns.coreDns({ resolvers, corefile }))).toEqual([]);
  });
});

/** Values of RKE2's chart with its server for the root zone. */
function rke2Values(...nodelocal: string[]): string {
  const servers = 'servers:\n- zones:\n  - zone: .\n  port: 53\n  plugins:\n  - name: forward\n    parameters: . 1.1.1.1\n';
  return `${servers}nodelocal:\n${nodelocal.map(line => `  ${line}\n`).join('')}`;
}

describe('values of RKE2 with a node-local DNS cache', () => {
  const stubDomains = NodeLocalDns.stubDomains('{}');
  const override = 'override: "global:53 {\\n forward . 10.96.0.53\\n}\\n.:53 {\\n forward . 1.1.1.1\\n}"';

  test.each([
    { mistake: 'no word of the cache', values: ['enabled: true'], reason: /never asks CoreDNS for the zone.*NodeLocalDns\.stubDomains/ },
    {
      mistake: 'other domains of the cache',
      values: ['enabled: true', 'extraClusterDomains: [corp.example, notglobal]'],
      reason: /never asks CoreDNS for the zone/,
    },
    {
      mistake: 'stub domains for a cache that knows the zone',
      values: ['enabled: true', 'extraClusterDomains: [global]'],
      nodeLocal: stubDomains,
      reason: /knows the zone already/,
    },
    {
      mistake: 'a Corefile of the cache, which the chart writes',
      values: ['enabled: true'],
      nodeLocal: NodeLocalDns.corefile({ corefile: NODE_CACHES[0].text }),
      reason: /the chart writes the Corefile/,
    },
    {
      mistake: 'stub domains for a cache behind Cilium',
      values: ['enabled: true', 'use_cilium_lrp: true'],
      nodeLocal: stubDomains,
      reason: /does not start with stub domains.*extraClusterDomains/,
    },
  ])('are refused with $mistake', ({ values, nodeLocal, reason }) => {
    const found = problems(ClusterDns.rke2({ resolvers, valuesContent: rke2Values(...values), nodeLocal }));
    expect(found).toEqual([expect.stringMatching(reason)]);
    expect(found[0]).toMatch(/^MESH070/);
  });

  test.each([
    { nearMiss: 'a cache that is disabled', values: ['enabled: false'] },
    { nearMiss: 'other settings of a cache', values: ['ip_address: 169.254.20.10'] },
    { nearMiss: 'a cache with the zone beside the cluster domain', values: ['enabled: true', 'extraClusterDomains: [Global.]'] },
    { nearMiss: 'a Corefile of the cache with the zone', values: ['enabled: true', 'corefile:', `  ${override}`] },
    { nearMiss: 'stub domains for the cache', values: ['enabled: true', 'ipvs: true'], nodeLocal: stubDomains },
    { nearMiss: 'stub domains for a cache of another chart', values: ['enabled: false'], nodeLocal: stubDomains },
  ])('are taken with $nearMiss', ({ values, nodeLocal }) => {
    expect(problems(ClusterDns.rke2({ resolvers, valuesContent: rke2Values(...values), nodeLocal }))).toEqual([]);
  });
});

test('NodeLocalDns.corefile refuses a name that no ConfigMap has', () => {
  expect(() => NodeLocalDns.corefile({ configMap: 'Node Cache' })).toThrow(/MESH001/);
});
