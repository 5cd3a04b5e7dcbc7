import * as fc from 'fast-check';
import { ClusterFacts, ClusterFactsOptions, GatewayAddress, IstioRelease, Mesh, MeshApp } from '../../src';
import { isMeshError } from '../../src/errors/mesh-error';
import { temporaryFolder } from '../temporary-folder';
import { cluster1, factsFile, ROOT } from './facts-file';

/** Facts of one cluster that an edit changes. */
function factsOf(edit: (facts: any) => unknown = () => undefined, options?: ClusterFactsOptions): ClusterFacts {
  const facts = cluster1();
  edit(facts);
  return ClusterFacts.fromFile(factsFile({ schemaVersion: 1, clusters: { cluster1: facts } }), options);
}

test('facts are options of a cluster, and options of the program win', () => {
  const mesh = new Mesh(new MeshApp({ outdir: temporaryFolder('dist') }), 'mesh', { istio: IstioRelease.V1_31 });
  const facts = factsOf();
  const cluster = mesh.addCluster('cluster1', facts.cluster('cluster1'));
  expect(cluster.ingressGateways.map(({ address, port }) => `${address}:${port}`)).toEqual(['203.0.113.10:15443']);
  const other = mesh.addCluster('cluster2', { ...facts.cluster('cluster1'), ingressGateways: [GatewayAddress.of('203.0.113.20')] });
  expect(other.ingressGateways.map(({ address }) => address)).toEqual(['203.0.113.20']);
  expect(facts.clusterNames).toEqual(['cluster1']);
});

test.each<{ readonly what: string; readonly edit: (facts: any) => unknown; readonly expected: object }>([
  { what: 'a load balancer', edit: () => undefined, expected: { ingressGateways: [{ address: '203.0.113.10', port: 15443 }] } },
  {
    what: 'a node port',
    edit: facts => Object.assign(
      facts.ingressGateway,
      { type: 'NodePort', addresses: [], nodePort: 31443, nodeAddresses: ['192.0.2.1', '192.0.2.2'] },
    ),
    expected: { ingressGateways: [{ address: '192.0.2.1', port: 31443 }, { address: '192.0.2.2', port: 31443 }] },
  },
  {
    what: 'external IPs',
    edit: facts => Object.assign(facts.ingressGateway, { type: 'ClusterIP', addresses: [], externalIps: ['192.0.2.5'] }),
    expected: { ingressGateways: [{ address: '192.0.2.5', port: 15443 }] },
  },
  {
    what: 'a gateway in a namespace of its own',
    edit: facts => Object.assign(facts.ingressGateway, { namespace: 'istio-gateways' }),
    expected: { ingressGatewayNamespace: 'istio-gateways' },
  },
  {
    what: 'a revision and domains',
    edit: facts => Object.assign(facts.istio, { revision: 'canary', trustDomain: 'one.example', clusterDomain: 'corp.internal' }),
    expected: { revision: 'canary', trustDomain: 'one.example', clusterDomain: 'corp.internal', istioNamespace: 'istio-system' },
  },
  {
    what: 'an egress gateway, by the name of its Service',
    edit: () => undefined,
    expected: { egressGateway: { isHostname: true, name: 'istio-egressgateway', selector: { istio: 'egressgateway' } } },
  },
])('options hold $what', ({ edit, expected }) => {
  expect(factsOf(edit).cluster('cluster1')).toMatchObject(expected);
});

test.each<{ readonly what: string; readonly edit: (facts: any) => unknown }>([
  { what: 'a load balancer without an address', edit: facts => Object.assign(facts.ingressGateway, { addresses: [] }) },
  { what: 'a Service without the port', edit: facts => delete facts.ingressGateway.port },
  {
    what: 'a gateway within the cluster',
    edit: facts => Object.assign(facts.ingressGateway, { type: 'ClusterIP', addresses: [], nodeAddresses: ['192.0.2.1'] }),
  },
  { what: 'no gateway', edit: facts => delete facts.ingressGateway },
])('options name no gateway for $what', ({ edit }) => {
  expect(factsOf(edit).cluster('cluster1').ingressGateways).toBeUndefined();
});

test('options of a cluster without Istio leave its settings to the mesh', () => {
  expect(Object.keys(factsOf(facts => delete facts.istio).cluster('cluster1')).sort()).toEqual(
    ['egressGateway', 'ingressGatewaySelector', 'ingressGateways'],
  );
});

test('options never name a release, whatever the cluster runs', () => {
  expect(factsOf(facts => Object.assign(facts.istio, { version: '1.29.4' })).cluster('cluster1').istio).toBeUndefined();
});

test('a Service is options of an export', () => {
  const { namespace, ports, workloadSelector } = factsOf().service('cluster1', 'httpbin', { namespace: 'bar' });
  expect([namespace, ports.map(({ name, port, protocol }) => `${name} ${port} ${protocol}`), workloadSelector]).toEqual(
    ['bar', ['http 8000 http'], { app: 'httpbin' }],
  );
});

test.each<{ readonly platform: string; readonly dns: object; readonly file?: string; readonly holds?: string }>([
  { platform: 'coreDns', dns: {}, holds: 'forward . /etc/resolv.conf' },
  { platform: 'kubeDns', dns: { stubDomains: '{"corp.example":["10.1.1.1"]}' }, holds: 'corp.example' },
  { platform: 'nodeLocal', dns: {}, holds: '10.96.0.53' },
  { platform: 'coreDnsCustom', dns: { corefile: '.:8053 {\n}\nimport custom/*.server\n', customData: {} }, holds: 'global:8053' },
  {
    platform: 'openShift',
    dns: { servers: '[{"name":"ours","zones":["corp.example"],"forwardPlugin":{"upstreams":["10.1.1.1"]}}]' },
    holds: 'corp.example',
  },
])('the DNS of $platform is written with its current content', ({ platform, dns, holds }) => {
  const outdir = temporaryFolder('dist');
  const app = new MeshApp({ outdir });
  const facts = factsOf(found => Object.assign(found.dns, { platform, ...dns }));
  const clusterDns = facts.clusterDns('cluster1');
  expect(clusterDns.platform).toBe(platform);
  const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31 });
  const cluster = mesh.addCluster('cluster1', { ...facts.cluster('cluster1'), globalDns: { clusterIp: '10.96.0.53' }, dns: clusterDns });
  const objects = cluster.toJson().filter(({ metadata }: any) => metadata.namespace === 'kube-system' || metadata.name === 'default');
  expect(JSON.stringify(objects)).toContain(holds);
});

test('a cache on the nodes gets the zone too', () => {
  const nodeCache = {
    configMap: 'nodelocaldns',
    corefile: 'cluster.local:53 {\n  forward . 10.96.0.10\n}\n.:53 {\n  forward . /etc/resolv.conf\n}\n',
    readsStubDomains: false,
  };
  const mesh = new Mesh(new MeshApp({ outdir: temporaryFolder('dist') }), 'mesh', { istio: IstioRelease.V1_31 });
  const dns = factsOf(facts => Object.assign(facts.dns, { nodeCache })).clusterDns('cluster1');
  const cluster = mesh.addCluster('cluster1', { globalDns: { clusterIp: '10.96.0.53' }, dns });
  const names = cluster.toJson().filter(({ kind }: any) => kind === 'ConfigMap').map(({ metadata }: any) => metadata.name);
  expect(names).toEqual(expect.arrayContaining(['coredns', 'nodelocaldns']));
  expect(factsOf(facts => Object.assign(facts.dns, { platform: 'rke2', nodeCache: { ...nodeCache, readsStubDomains: true } }))
    .clusterDns('cluster1').platform).toBe('rke2');
  expect(factsOf(facts => Object.assign(facts.dns, { platform: 'eksAddon' })).clusterDns('cluster1').platform).toBe('eksAddon');
});

test.each<{ readonly what: string; readonly call: (facts: ClusterFacts) => unknown; readonly says: string }>([
  {
    what: 'an unknown cluster',
    call: facts => facts.cluster('cluster9'),
    says: 'expected one of cluster1; fix: correct the name, or run istio-mesh discover',
  },
  { what: 'a name that every object inherits', call: facts => facts.cluster('constructor'), says: 'the file has no such cluster' },
  {
    what: 'a Service of another namespace',
    call: facts => facts.service('cluster1', 'httpbin', { namespace: 'foo' }),
    says: '--export foo/httpbin',
  },
  {
    what: 'another Service of a namespace',
    call: facts => facts.service('cluster1', 'reviews', { namespace: 'bar' }),
    says: '--export bar/reviews',
  },
])('$what is MESH105', ({ call, says }) => {
  expect(() => call(factsOf())).toThrow(new RegExp(`^MESH105 .*${says}`));
});

test('a DNS that this library does not know is MESH105', () => {
  expect(() => factsOf(facts => Object.assign(facts.dns, { platform: 'unknown' })).clusterDns('cluster1')).toThrow(
    /^MESH105 .*choose one of the methods/,
  );
});

test.each<{ readonly what: string; readonly expect: ClusterFactsOptions['expect']; readonly differs?: string }>([
  { what: 'its gateway', expect: { gateways: [GatewayAddress.of('203.0.113.10')] } },
  { what: 'another gateway', expect: { gateways: [GatewayAddress.of('203.0.113.11')] }, differs: 'gateways: got "203.0.113.10:15443"' },
  { what: 'another port', expect: { gateways: [GatewayAddress.of('203.0.113.10', { port: 443 })] }, differs: 'gateways' },
  { what: 'its trust domain', expect: { trustDomains: ['cluster.local'] } },
  {
    what: 'another trust domain',
    expect: { trustDomains: ['one.example'] },
    differs: 'trustDomains: got "cluster.local", expected "one.example"',
  },
  { what: 'its root', expect: { rootFingerprints: [ROOT] } },
  { what: 'its root as OpenSSL prints it', expect: { rootFingerprints: [Array(32).fill('AA').join(':')] } },
  { what: 'another root', expect: { rootFingerprints: ['b'.repeat(64)] }, differs: 'rootFingerprints' },
  { what: 'no root at all', expect: { rootFingerprints: [] }, differs: 'expected none' },
])('a program that expects $what', ({ expect: expected, differs }) => {
  const read = () => factsOf(undefined, { expect: expected });
  if (differs === undefined) {
    expect(read).not.toThrow();
  } else {
    expect(read).toThrow(expect.objectContaining({ code: 'MESH105', message: expect.stringContaining(differs) }));
  }
});

test.each<{ readonly what: string; readonly edit: (facts: any) => unknown; readonly path: string }>([
  { what: 'an address that is none', edit: facts => facts.ingressGateway.addresses.push('127.0.0.1'), path: 'ingressGateway.addresses[1]' },
  { what: 'an address twice', edit: facts => facts.ingressGateway.addresses.push('203.0.113.10'), path: 'ingressGateway.addresses[1]' },
  { what: 'a port that is none', edit: facts => Object.assign(facts.ingressGateway, { port: 0 }), path: 'ingressGateway.port' },
  { what: 'a type that is none', edit: facts => Object.assign(facts.ingressGateway, { type: 'Other' }), path: 'ingressGateway.type' },
  {
    what: 'labels that are none',
    edit: facts => Object.assign(facts.ingressGateway, { selector: { 'a b': 'c' } }),
    path: 'ingressGateway.selector',
  },
  { what: 'no labels', edit: facts => delete facts.ingressGateway.selector, path: 'ingressGateway.selector' },
  { what: 'a namespace that is none', edit: facts => Object.assign(facts.istio, { namespace: 'A' }), path: 'istio.namespace' },
  { what: 'a trust domain that is none', edit: facts => Object.assign(facts.istio, { trustDomain: 'a/b' }), path: 'istio.trustDomain' },
  { what: 'a fingerprint that is none', edit: facts => facts.istio.rootFingerprints.push('AB'), path: 'istio.rootFingerprints[1]' },
  { what: 'a flag that is a text', edit: facts => Object.assign(facts.istio, { dnsCapture: 'true' }), path: 'istio.dnsCapture' },
  { what: 'a platform that is none', edit: facts => Object.assign(facts.dns, { platform: 'bind' }), path: 'dns.platform' },
  { what: 'a DNS address that is none', edit: facts => Object.assign(facts.dns, { serviceIp: 'x' }), path: 'dns.serviceIp' },
  {
    what: 'a protocol that is none',
    edit: facts => Object.assign(facts.services[0].ports[0], { protocol: 'udp' }),
    path: 'services[0].ports[0].protocol',
  },
  { what: 'a Service twice', edit: facts => facts.services.push(facts.services[0]), path: 'services[1]' },
  {
    what: 'a version with control characters',
    edit: facts => Object.assign(facts.kubernetes, { version: 'v1\u001b[2J' }),
    path: 'kubernetes.version',
  },
])('$what is MESH104 with the path of the field', ({ edit, path }) => {
  expect(() => factsOf(edit)).toThrow(expect.objectContaining({ code: 'MESH104', message: expect.stringContaining(path) }));
});

test.each([
  { what: 'no JSON', text: '{' },
  { what: 'another schema version', text: '{"schemaVersion": 2, "clusters": {}}' },
  { what: 'no schema version', text: '{"clusters": {}}' },
  { what: 'a cluster twice', text: '{"schemaVersion": 1, "clusters": {"a": {}, "a": {}}}' },
  { what: 'a name that no cluster has', text: '{"schemaVersion": 1, "clusters": {"A": {}}}' },
  { what: 'a list', text: '[]' },
])('$what is MESH104', ({ text }) => {
  expect(() => ClusterFacts.fromFile(factsFile(text))).toThrow(/^MESH104 .*fix: write the file again with istio-mesh discover/);
});

test('fields that this version does not know are ignored', () => {
  expect(factsOf(facts => Object.assign(facts, { later: { a: 1 } })).clusterNames).toEqual(['cluster1']);
});

test('whatever stands in a file, it is read or is MESH104', () => {
  fc.assert(fc.property(fc.anything(), fc.constantFrom('kubernetes', 'istio', 'ingressGateway', 'dns', 'services'), (value, field) => {
    const text = JSON.stringify({ schemaVersion: 1, clusters: { cluster1: { ...cluster1(), [field]: value } } });
    try {
      ClusterFacts.fromFile(factsFile(text)).cluster('cluster1');
    } catch (error) {
      expect(isMeshError(error) && error.problems.map(({ code }) => code)).toEqual(['MESH104']);
    }
  }), { numRuns: 200 });
});
