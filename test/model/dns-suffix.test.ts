import { App, Chart } from 'cdk8s';
import * as fc from 'fast-check';
import {
  ClusterDns, DnsForwarding, GatewayAddress, GlobalDns, IstioRelease, KubeDnsStubDomain, Mesh, RemoteService, RemoteServiceEntry,
  ServicePort,
} from '../../src';
import { domainsOverlap, namesTakenBy, suffixOf } from '../../src/model/dns-suffix';

const istio = IstioRelease.V1_31;
const chart = () => new Chart(new App(), 'chart');

/** Suffixes whose hosts `<name>.<namespace>.<suffix>` mean something else in every cluster. */
const TAKEN: Array<[string, string]> = [
  ['cluster.local', 'a name in the cluster domain'],
  ['svc.cluster.local', 'the host of a Service'],
  ['foo.svc.cluster.local', 'the first search domain of pods in namespace foo; hosts of pods of a headless Service'],
  ['pod.cluster.local', 'the host of a pod by its address'],
  ['mesh.cluster.local', 'a name below the last search domain of pods'],
  ['local', 'service "cluster" of namespace "svc" would be the domain of all Services'],
  ['svc', 'the short host of a Service, which sidecars and search domains know too'],
  ['foo.svc', 'the short host of a pod of a headless Service'],
  ['localhost', 'the loopback address'],
  ['mesh.localhost', 'the loopback address'],
  ['arpa', 'reverse lookups'],
  ['in-addr.arpa', 'reverse lookups'],
  ['10.in-addr.arpa', 'reverse lookups'],
  ['ip6.arpa', 'reverse lookups'],
  ['home.arpa', 'names of a home network'],
  ['invalid', 'names that never resolve'],
  ['onion', 'names that resolvers refuse'],
  ['internal', 'metadata.google.internal is service "metadata" of namespace "google"'],
  ['google.internal', 'names below the metadata server of Google Cloud'],
  ['ec2.internal', 'names of virtual machines of AWS'],
  ['compute.internal', 'names of virtual machines of AWS'],
  ['eu-west-1.compute.internal', 'a search domain of nodes of AWS'],
  ['docker.internal', 'the host of Docker'],
  ['com', 'every domain below .com'],
  ['org', 'every domain below .org'],
  ['dev', 'every domain below .dev'],
  ['io', 'a domain of a country'],
  ['de', 'a domain of a country'],
  ['xn--p1ai', 'a top-level domain in another script'],
  ['co.uk', 'every domain below .co.uk'],
  ['com.au', 'every domain below .com.au'],
];

/** Suffixes that look like the ones above, and are nobody else's. */
const FREE = [
  'global', 'svc.clusterset.local', 'clusterset.local', 'mesh.example.com', 'example.com', 'mesh.example', 'corp.example', 'mesh.global',
  'mesh', 'remote', 'partner', 'svc-mesh.corp.example', 'svc.mesh.example.com', 'mysvc', 'svc.corp', 'cluster-local', 'cluster.localdomain',
  'mycluster.local', 'mesh.local', 'xcluster.local', 'corp.internal', 'mesh.corp.internal', 'notgoogle.internal', 'localhost.example.com',
  'arpa.example', 'mycom', 'com.example.org', 'co.uk.example', 'mesh.co.uk', 'mesh.io', 'mesh.com', 'mesh.dev', 'test', 'mesh.test',
];

const ports = [ServicePort.http('http', 8000)];
const exporters = [{ cluster: 'far', gateways: [GatewayAddress.of('203.0.113.30')] }];

/** The service httpbin of namespace bar, described by hand. */
function remote(suffix: string, clusterDomain?: string): RemoteService {
  return new RemoteService({ name: 'httpbin', namespace: 'bar', suffix, clusterDomain, ports, exporters });
}

/** Calls that take a suffix. */
const CALLS: Array<[string, (suffix: string) => unknown]> = [
  ['Mesh', suffix => new Mesh(new App(), 'mesh', { istio, suffix })],
  ['RemoteService', suffix => remote(suffix)],
  // An object of a program's own, which no constructor of the library has checked.
  ['RemoteServiceEntry', suffix => new RemoteServiceEntry(chart(), 'entry', {
    istio, namespace: 'foo', service: { ...remote('global'), host: `httpbin.bar.${suffix}` },
  })],
  ['KubeDnsStubDomain', domain => new KubeDnsStubDomain(chart(), 'dns', { domain, resolvers: ['10.96.0.53'] })],
];

/** Calls that take a suffix as a zone. They compare it with the cluster domain first, with a code of its own. */
const ZONE_CALLS: Array<[string, (zone: string) => unknown]> = [
  ['DnsForwarding', zone => new DnsForwarding(chart(), 'dns', { dns: ClusterDns.none(), zone })],
  ['GlobalDns', zone => new GlobalDns(chart(), 'dns', { istio, clusterIp: '10.96.0.53', services: [], zone })],
];

describe.each(CALLS)('%s', (_, call) => {
  test.each(TAKEN)('refuses the suffix %s: %s', suffix => {
    expect(() => call(suffix)).toThrow(/^MESH044 .*fix: choose 'global'/);
  });

  test.each(FREE)('takes the suffix %s', suffix => {
    expect(() => call(suffix)).not.toThrow();
  });
});

describe.each(ZONE_CALLS)('%s', (_, call) => {
  test.each(TAKEN)('refuses the zone %s: %s', zone => {
    expect(() => call(zone)).toThrow(/^MESH0(36|44) /);
  });

  test.each(FREE)('takes the zone %s', zone => {
    expect(() => call(zone)).not.toThrow();
  });
});

describe('the domain of a cluster', () => {
  const DOMAIN = 'prod.corp.example';
  const OVERLAPPING = [DOMAIN, `svc.${DOMAIN}`, `foo.svc.${DOMAIN}`, `mesh.${DOMAIN}`, 'corp.example', 'example'];
  test('keeps out the suffix of the guide too, where it overlaps', () => {
    expect(() => remote('global', 'corp.global')).toThrow(/^MESH044 /);
    expect(() => remote('global', 'global.corp')).not.toThrow();
  });

  const APART = ['global', 'mesh.corp.example', 'xprod.corp.example', 'prod.corp.example.com', 'svc.corp.example', 'prod.corp'];

  const importsInto = (suffix: string) => {
    const entry = { istio, namespace: 'foo', clusterDomain: DOMAIN, service: remote(suffix) };
    return () => new RemoteServiceEntry(chart(), 'entry', entry);
  };
  const importInto = (suffix: string, clusterDomains: string[]) => {
    const mesh = new Mesh(new App(), 'mesh', { istio });
    const [first] = clusterDomains.map((clusterDomain, i) => mesh.addCluster(`cluster${i}`, { clusterDomain }));
    return { mesh, add: () => first.importService(remote(suffix), { namespace: 'foo' }) };
  };

  test.each(OVERLAPPING)('keeps the suffix %s out of that cluster', suffix => {
    expect(importsInto(suffix)).toThrow(/^MESH044 .*cluster domain prod\.corp\.example/);
    expect(importInto(suffix, [DOMAIN]).add).toThrow(/^MESH044 /);
    expect(() => remote(suffix, DOMAIN)).toThrow(/^MESH044 /);
  });

  test.each(APART)('has nothing to do with the suffix %s', suffix => {
    expect(importsInto(suffix)).not.toThrow();
    const { mesh, add } = importInto(suffix, [DOMAIN, 'cluster.local']);
    add();
    expect(mesh.node.validate()).toEqual([]);
  });

  test.each(OVERLAPPING)('keeps the suffix %s out of the other clusters of the mesh too, at synth', suffix => {
    const { mesh, add } = importInto(suffix, ['cluster.local', DOMAIN]);
    add();
    expect(mesh.node.validate().join()).toMatch(/^MESH044 import of .* into cluster0\/foo: .* cluster domain of cluster1/);
  });
});

describe('for any names', () => {
  const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/);
  const domain = fc.array(label, { minLength: 1, maxLength: 4 }).map(labels => labels.join('.'));
  /** What a pod appends to a name: the search list that the kubelet writes. */
  const searchList = (namespace: string, clusterDomain: string) => {
    return [`${namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain];
  };

  test('no host of a suffix that is taken is a name that a pod finds by its search list', () => {
    fc.assert(fc.property(label, label, label, domain, domain, (name, namespace, podNamespace, suffix, clusterDomain) => {
      fc.pre(namesTakenBy(suffix, [clusterDomain]) === undefined);
      const host = `${name}.${namespace}.${suffix}`;
      const found = searchList(podNamespace, clusterDomain).filter(search => host.endsWith(`.${search}`));
      expect(found).toEqual([]);
      expect(host.endsWith('.svc')).toBe(false);
    }), { numRuns: 1000 });
  });

  test('a suffix at, above or below a search domain of a pod is refused', () => {
    fc.assert(fc.property(label, label, domain, fc.nat(3), (below, namespace, clusterDomain, cut) => {
      const search = searchList(namespace, clusterDomain);
      const above = clusterDomain.split('.').slice(cut % clusterDomain.split('.').length).join('.');
      const suffixes = [...search, ...search.map(one => `${below}.${one}`), above];
      expect(suffixes.filter(suffix => namesTakenBy(suffix, [clusterDomain]) === undefined)).toEqual([]);
    }), { numRuns: 1000 });
  });

  test('the suffix of a host is what follows the names of service and namespace', () => {
    fc.assert(fc.property(label, label, domain, (name, namespace, suffix) => {
      expect(suffixOf({ host: `${name}.${namespace}.${suffix}` })).toBe(suffix);
      expect(suffixOf({ host: `${name}-0.${name}.${namespace}.${suffix}`, subdomain: name })).toBe(suffix);
    }));
  });

  test('overlapping has no direction', () => {
    fc.assert(fc.property(domain, domain, label, (one, other, below) => {
      expect(domainsOverlap(one, other)).toBe(domainsOverlap(other, one));
      expect(domainsOverlap(one, `${below}.${one}`)).toBe(true);
    }));
  });
});
