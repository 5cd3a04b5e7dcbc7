import { App, Chart, Testing } from 'cdk8s';
import { COREFILES, RKE2_VALUES } from './corefiles';
import {
  ClusterDns, ClusterDnsOptions, DnsForwarding, GatewayAddress, GlobalDns, IstioRelease,
  KubeDnsStubDomain, Mesh, RemoteService, ServiceCatalog, ServicePort, VipRange,
} from '../../src';
import { zoneFile } from '../../src/dns/dns-zone';

const istio = IstioRelease.V1_31;
const HTTP = [ServicePort.http('http', 8000)];
const resolvers = ['10.96.0.53'];

function forwarding(dns: ClusterDns): { objects: any[]; files: any[] } {
  const chart = new Chart(Testing.app(), 'chart');
  const made = new DnsForwarding(chart, 'dns', { dns });
  return { objects: Testing.synth(chart), files: made.files() };
}

/** Each platform with its current content and without, and the object and key that hold the zone. */
type Made = (options: ClusterDnsOptions) => ClusterDns;
const PLATFORMS: Array<[string, Made, Made, string, (object: any) => string]> = [
  [
    'kubeDns',
    o => ClusterDns.kubeDns({ ...o, stubDomains: '{"corp.example": ["10.1.1.1"]}' }),
    o => ClusterDns.kubeDns(o),
    'ConfigMap kube-system/kube-dns',
    o => o.data.stubDomains,
  ],
  [
    'nodeLocal',
    o => ClusterDns.nodeLocal({ ...o, stubDomains: '{}' }),
    o => ClusterDns.nodeLocal(o),
    'ConfigMap kube-system/kube-dns',
    o => o.data.stubDomains,
  ],
  [
    'coreDns',
    o => ClusterDns.coreDns({ ...o, corefile: COREFILES[0].text }),
    o => ClusterDns.coreDns(o),
    'ConfigMap kube-system/coredns',
    o => o.data.Corefile,
  ],
  [
    'openShift',
    o => ClusterDns.openShift({ ...o, servers: '[{"name":"corp","zones":["corp.example"]}]' }),
    o => ClusterDns.openShift(o),
    'DNS /default',
    o => JSON.stringify(o.spec.servers[1].forwardPlugin.upstreams),
  ],
  [
    'rke2',
    o => ClusterDns.rke2({ ...o, valuesContent: RKE2_VALUES[0].text }),
    o => ClusterDns.rke2(o),
    'HelmChartConfig kube-system/rke2-coredns',
    o => o.spec.valuesContent,
  ],
];

test.each(PLATFORMS)('%s: the object and key of the platform hold the zone beside what was there', (_, known, __, object, key) => {
  const { objects, files } = forwarding(known({ resolvers }));
  expect(objects).toHaveLength(1);
  const [{ kind, metadata }] = objects;
  expect(`${kind} ${metadata.namespace ?? ''}/${metadata.name}`).toBe(object);
  expect(key(objects[0])).toContain('10.96.0.53');
  expect(metadata.annotations).toEqual(
    {
      'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false,ServerSideApply=false',
      'argocd.argoproj.io/compare-options': 'IgnoreExtraneous',
      'kustomize.toolkit.fluxcd.io/prune': 'disabled',
      'kustomize.toolkit.fluxcd.io/ssa': 'Merge',
    },
  );
  expect(files).toEqual([]);
});

test.each(PLATFORMS)('%s: where the current content is not known, nothing that could overwrite it is written, but instructions', (_, __, unknown) => {
  const { objects, files } = forwarding(unknown({ resolvers }));
  expect(objects).toEqual([]);
  expect(files).toEqual(
    [
      {
        name: 'cluster-dns.yml',
        content: expect.objectContaining({ object: expect.any(String), key: expect.any(String), keep: expect.any(String) }),
      },
    ],
  );
  expect(JSON.stringify(files[0].content.add)).toContain('10.96.0.53');
});

test('coreDnsCustom writes one key of a ConfigMap that the platform imports', () => {
  const { objects: [object] } = forwarding(ClusterDns.coreDnsCustom({ resolvers }));
  expect(object).toMatchObject(
    {
      metadata: { name: 'coredns-custom', namespace: 'kube-system' },
      data: { 'istio-global.server': 'global:53 {\n    errors\n    cache 30\n    forward . 10.96.0.53\n}\n' },
    },
  );
});

test('eksAddon writes configuration values, which are no object of the cluster', () => {
  const { objects, files: [file] } = forwarding(ClusterDns.eksAddon({ resolvers, corefile: COREFILES[2].text }));
  expect(objects).toEqual([]);
  expect(file.content).toEqual({ corefile: expect.stringContaining(`${COREFILES[2].text}# BEGIN`) });
  expect(forwarding(ClusterDns.eksAddon({ resolvers })).files[0].content).toHaveProperty('keep');
});

const OTHERS: typeof PLATFORMS = [
  ['coreDnsCustom', o => ClusterDns.coreDnsCustom(o), o => ClusterDns.eksAddon(o), 'ConfigMap kube-system/coredns-custom', o => o.data],
];

test.each([...PLATFORMS, ...OTHERS])(
  '%s, withdrawn: the object of the platform is as others have it, or instructions say what to take out', (_, known, unknown, __, key) => {
    const [was, is] = [known({ resolvers }), known({ resolvers }).withdrawn()].map(dns => forwarding(dns).objects);
    expect(is.map(({ kind, metadata }) => [kind, metadata])).toEqual(was.map(({ kind, metadata }) => [kind, metadata]));
    expect(JSON.stringify(key(was[0]))).toContain('10.96.0.53');
    expect(JSON.stringify(is[0])).not.toMatch(/10\.96\.0\.53|global/);
    const [added, file] = [unknown({ resolvers }), unknown({ resolvers }).withdrawn()].map(dns => forwarding(dns).files[0].content);
    expect(file).toEqual({ object: added.object, key: added.key, note: expect.any(String), remove: added.add });
  },
);

test('withdrawn, a text that was merged is the original to the byte', () => {
  const [object] = forwarding(ClusterDns.coreDns({ resolvers, corefile: COREFILES[0].text }).withdrawn()).objects;
  expect(object.data.Corefile).toBe(COREFILES[0].text);
  const [{ content }] = forwarding(ClusterDns.eksAddon({ resolvers, corefile: COREFILES[2].text }).withdrawn()).files;
  expect(content).toEqual({ corefile: COREFILES[2].text });
});

test.each([ClusterDns.sidecarCapture(), ClusterDns.none()])('%# touches no DNS of the cluster', dns => {
  expect(forwarding(dns)).toEqual({ objects: [], files: [] });
});

test.each<[string, ClusterDns]>([
  ['another zone of that name', ClusterDns.coreDns({ resolvers, corefile: '.:53 {\n}\nglobal:53 {\n    forward . 10.9.9.9\n}\n' })],
  ['what is no Corefile', ClusterDns.coreDns({ resolvers, corefile: '.:53 {' })],
  ['other resolvers for the domain', ClusterDns.kubeDns({ resolvers, stubDomains: '{"global":["10.9.9.9"]}' })],
  ['what is no list', ClusterDns.openShift({ resolvers, servers: '{}' })],
  ['values without servers', ClusterDns.rke2({ resolvers, valuesContent: 'a: 1\n' })],
  ['no resolver', ClusterDns.coreDns({ corefile: COREFILES[0].text })],
])('%s is a problem at synth', (_, dns) => {
  const chart = new Chart(Testing.app(), 'chart');
  new DnsForwarding(chart, 'dns', { dns });
  expect(() => Testing.synth(chart)).toThrow(/MESH036/);
});

test.each(PLATFORMS)('%s: a missing resolver is one problem, and no object', (_, known) => {
  const chart = new Chart(Testing.app(), 'chart');
  expect(new DnsForwarding(chart, 'dns', { dns: known({}) }).object).toBeUndefined();
  expect(chart.node.findAll().flatMap(node => node.node.validate())).toEqual([expect.stringMatching(/MESH036 .*no resolver/)]);
});

test('no resolver and bad content are told in one run', () => {
  const chart = new Chart(Testing.app(), 'chart');
  new DnsForwarding(chart, 'dns', { dns: ClusterDns.coreDns({ corefile: '.:53 {' }) });
  expect(chart.node.findAll().flatMap(node => node.node.validate())).toEqual(
    [expect.stringMatching(/MESH036 .*no resolver/), expect.stringMatching(/MESH036 .*is missing/)],
  );
});

test('a resolver that is no address is refused', () => {
  for (const bad of [
    ['dns.example.com'],
    ['fe80::1%eth0'],
    ['0.0.0.0'],
    ['127.0.0.1'],
    Array.from({ length: 16 }, (_, i) => `10.0.0.${i}`),
  ]) {
    expect(() => ClusterDns.kubeDns({ resolvers: bad })).toThrow(/MESH002/);
  }
});

test('KubeDnsStubDomain keeps the domains that it is told of', () => {
  const chart = new Chart(Testing.app(), 'chart');
  new KubeDnsStubDomain(chart, 'dns', { resolvers, current: '{"corp.example": ["10.1.1.1"]}\n' });
  expect(Testing.synth(chart)[0].data.stubDomains).toBe('{"corp.example": ["10.1.1.1"], "global": ["10.96.0.53"]}\n');
  expect(() => new KubeDnsStubDomain(chart, 'bad', { resolvers, current: '{"global": ["10.1.1.1"]}' })).toThrow(/MESH036/);
});

describe('GlobalDns', () => {
  function mesh(): Mesh {
    const made = new Mesh(new App(), 'mesh', { istio });
    const caller = made.addCluster(
      'caller',
      { globalDns: { clusterIp: '10.96.0.53', catalogs: [catalog()] }, dns: ClusterDns.coreDns({ corefile: COREFILES[0].text }) },
    );
    const receiver = made.addCluster('receiver', { ingressGateway: GatewayAddress.of('203.0.113.20') });
    caller.importService(receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP }), { namespace: 'foo' });
    receiver.exportService('unused', { namespace: 'bar', ports: HTTP });
    return made;
  }

  function catalog(): ServiceCatalog {
    const other = new Mesh(new App(), 'other', { istio });
    other.addCluster(
      'remote',
      { ingressGateway: GatewayAddress.of('203.0.113.99') },
    ).exportService('elsewhere', { namespace: 'x', ports: HTTP });
    return other.catalog();
  }

  const objects = () => Testing.synth(mesh().cluster('caller'));
  const zone = () => objects().find(o => o.kind === 'ConfigMap' && o.metadata.name === 'mesh-dns').data['zone.db'] as string;

  test('knows what the mesh exports, what the cluster imports and what catalogs have, by their VIPs', () => {
    const vip = (host: string) => VipRange.ipv4().addressesOf(host)[0];
    for (const host of [
      'httpbin.bar.global',
      'unused.bar.global',
      'elsewhere.x.global',
    ]) {
      expect(zone()).toContain(`${host}. 30 IN A ${vip(host)}\n`);
    }
  });

  test('is a small, confined Deployment of two behind the address that the platform forwards to', () => {
    const found = (kind: string) => objects().find(o => o.kind === kind && o.metadata.name === 'mesh-dns');
    expect(objects().find(o => o.metadata.name === 'coredns').data.Corefile).toContain('forward . 10.96.0.53\n');
    expect(found('Service').spec.clusterIP).toBe('10.96.0.53');
    expect(found('PodDisruptionBudget').spec.maxUnavailable).toBe(1);
    const { replicas, template } = found('Deployment').spec;
    expect(replicas).toBe(2);
    expect(template.spec).toMatchObject(
      { automountServiceAccountToken: false, securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } } },
    );
    expect(template.spec.containers[0]).toMatchObject({
      securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
      readinessProbe: { httpGet: { port: 8181 } },
      livenessProbe: { httpGet: { port: 8080 } },
    });
    expect(found('ConfigMap').data.Corefile).not.toContain('forward');
  });

  test('rolls when its content changes, and only then', () => {
    const pods = (made: Mesh) => Testing.synth(made.cluster('caller')).find(o => o.kind === 'Deployment').spec.template;
    const checksum = (made: Mesh) => pods(made).metadata.annotations['mesh-dns/checksum'];
    const [same, again, other] = [mesh(), mesh(), mesh()];
    other.cluster('receiver').exportService('more', { namespace: 'bar', ports: HTTP });
    expect(checksum(again)).toBe(checksum(same));
    expect(checksum(other)).not.toBe(checksum(same));
  });

  test('has AAAA records for IPv6 VIPs, and a serial number that follows from the content', () => {
    const hosts = new Map([['b.a.mesh.example', ['240.1.1.1', 'fd00::1']]]);
    const text = zoneFile('mesh.example', 'fd00::53', hosts);
    expect(text).toContain('b.a.mesh.example. 30 IN A 240.1.1.1\nb.a.mesh.example. 30 IN AAAA fd00::1\n');
    expect(text).toContain('ns.dns.mesh.example. 30 IN AAAA fd00::53\n');
    expect(zoneFile('mesh.example', 'fd00::53', hosts)).toBe(text);
    expect(zoneFile('mesh.example', '10.0.0.1', new Map([['ns.dns.mesh.example', ['240.1.1.1']]]))).not.toContain('10.0.0.1');
  });

  test('on its own it answers for the services that it is given', () => {
    const chart = new Chart(Testing.app(), 'chart');
    const service = new RemoteService(
      {
        name: 'httpbin',
        namespace: 'bar',
        suffix: 'mesh.example',
        ports: HTTP,
        exporters: [{ cluster: 'c', gateways: [GatewayAddress.of('203.0.113.1')] }],
      },
    );
    new GlobalDns(chart, 'dns', { istio, clusterIp: '10.96.0.53', services: [service], zone: 'mesh.example' });
    expect(Testing.synth(chart).find(o => o.kind === 'ConfigMap').data['zone.db']).toContain('httpbin.bar.mesh.example. 30 IN A');
    expect(() => new GlobalDns(chart, 'bad', { istio, clusterIp: 'x', services: [] })).toThrow(/MESH002/);
    expect(() => new GlobalDns(chart, 'old', { istio: IstioRelease.V1_5, clusterIp: '10.96.0.53', services: [] })).toThrow(/MESH008/);
  });
});

test.each(
  ['cluster.local', 'local', 'mesh.cluster.local'],
)('%s is no suffix: the cluster\'s own names would lie in it, or it in them', suffix => {
  expect(() => new Mesh(new App(), 'mesh', { istio, suffix }).addCluster('a')).toThrow(/MESH036/);
  const chart = new Chart(Testing.app(), 'chart');
  expect(() => new DnsForwarding(chart, 'dns', { dns: ClusterDns.none(), zone: suffix })).toThrow(/MESH036/);
  expect(() => new GlobalDns(chart, 'global-dns', { istio, clusterIp: '10.96.0.53', services: [], zone: suffix })).toThrow(/MESH036/);
});

test('a resolver without pods, or a zone too long for names in it, is refused', () => {
  const chart = new Chart(Testing.app(), 'chart');
  const zone = Array(4).fill('a'.repeat(61)).join('.');
  expect(() => new GlobalDns(chart, 'a', { istio, clusterIp: '10.96.0.53', services: [], replicas: 0 })).toThrow(/MESH004/);
  expect(() => new GlobalDns(chart, 'b', { istio, clusterIp: '10.96.0.53', services: [], zone })).toThrow(/MESH036/);
});

test('with ClusterDns.none() sidecars do not answer either', () => {
  const made = new Mesh(new App(), 'mesh', { istio });
  const values = (name: string, dns?: ClusterDns) => JSON.stringify(made.addCluster(name, { dns }).controlPlane.files());
  expect(values('a')).toContain('ISTIO_META_DNS_CAPTURE');
  expect(values('b', ClusterDns.none())).not.toContain('ISTIO_META_DNS_CAPTURE');
});
