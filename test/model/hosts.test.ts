import { App, Chart } from 'cdk8s';
import * as fc from 'fast-check';
import {
  ClusterDns, ControlPlane, DnsForwarding, EgressGateway, ExportingCluster, GatewayAddress, GlobalDns, IstioRelease, KubeDnsStubDomain,
  LocalNameImport,
  Mesh, RemoteService, RemoteServiceEntry, ServiceExport, ServicePort, ServiceVersion,
} from '../../src';
import { domainName, isDomainName } from '../../src/names';
import { clusters, errorOf, exporter, HTTP, remote } from '../mistakes/mistake';

const istio = IstioRelease.V1_31;
const resolvers = ['10.96.0.53'];
const inChart = () => new Chart(new App(), 'chart');
const described = { name: 'a', namespace: 'b', ports: HTTP, exporters: [exporter('c')] };
const imported = { istio, namespace: 'foo', service: remote([exporter('c')]) };

/** Every place where a user names a domain or host. */
const PLACES: ReadonlyArray<readonly [string, (domain: string) => unknown]> = [
  ['suffix of a mesh', suffix => new Mesh(new App(), 'mesh', { istio, suffix })],
  ['cluster domain of a mesh', clusterDomain => new Mesh(new App(), 'mesh', { istio, clusterDomain })],
  ['cluster domain of a cluster', clusterDomain => clusters().mesh.addCluster('c', { clusterDomain })],
  ['suffix of a RemoteService', suffix => new RemoteService({ ...described, suffix })],
  ['cluster domain of a RemoteService', clusterDomain => new RemoteService({ ...described, clusterDomain })],
  ['cluster domain of a RemoteServiceEntry', clusterDomain => new RemoteServiceEntry(inChart(), 'i', { ...imported, clusterDomain })],
  ['cluster domain of a LocalNameImport', clusterDomain => new LocalNameImport(
    inChart(), 'i', { istio, service: imported.service, selector: { app: 'a' }, clusterDomain },
  )],
  ['cluster domain of a ServiceExport', clusterDomain => new ServiceExport(
    inChart(), 'e', { istio, name: 'a', namespace: 'b', clusterDomain },
  )],
  ['cluster domain of a ControlPlane', clusterDomain => new ControlPlane({ istio, cluster: 'c', clusterDomain })],
  ['cluster domain of an EgressGateway', clusterDomain => EgressGateway.service({ clusterDomain })],
  ['zone of a GlobalDns', zone => new GlobalDns(inChart(), 'd', { istio, clusterIp: '10.96.0.53', services: [], zone })],
  ['zone of a DnsForwarding', zone => new DnsForwarding(inChart(), 'd', { zone, dns: ClusterDns.sidecarCapture() })],
  ['stub domain', domain => new KubeDnsStubDomain(inChart(), 'd', { domain, resolvers })],
];

describe.each(PLACES)('the %s', (_, name) => {
  test.each(['mesh.1', 'mesh.example.007', '1', 'a.18446744073709551616'])('"%s" is refused, since its last label is a number', domain => {
    expect(errorOf(() => name(domain)).code).toBe('MESH001');
  });

  test.each(['mesh.a1', 'mesh.1a', '1.mesh', 'a.0x7f', 'mesh.1-0'])('"%s" is accepted', domain => {
    expect(() => name(domain)).not.toThrow();
  });
});

test('a gateway hostname whose last label is a number is refused', () => {
  expect(errorOf(() => GatewayAddress.of('gateway.example.1')).code).toBe('MESH002');
  expect(GatewayAddress.of('gateway.1.example').isHostname).toBe(true);
});

test('what is no domain may end in a number: trust domains and service accounts', () => {
  const named: ExportingCluster = { ...exporter('c'), trustDomain: 'east.1', serviceAccount: 'web.2' };
  expect(remote([named]).exporters).toEqual([named]);
});

test('a domain name is one that istiod accepts', () => {
  const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
  fc.assert(fc.property(fc.array(label, { minLength: 1, maxLength: 5 }), labels => {
    const name = labels.join('.');
    const isValid = name.length <= 253 && !/^[0-9]+$/.test(labels[labels.length - 1]);
    expect(isDomainName(name)).toBe(isValid);
    const check = () => domainName(name, 'domain', 'here');
    expect(isValid ? check() : errorOf(check).code).toBe(isValid ? name : 'MESH001');
  }));
});

/** A domain of this length. */
function domainOf(length: number): string {
  return `${'d'.repeat(length - Math.floor(length / 40))}`.replace(/.{39}(?=.)/g, '$&.');
}

describe('a host of more than 253 characters is refused,', () => {
  const long = 'n'.repeat(63);
  const domains = fc.integer({ min: 100, max: 130 }).map(domainOf);

  test('of an import', () => {
    fc.assert(fc.property(domains, suffix => {
      const declare = () => new RemoteService({ ...described, name: long, namespace: long, suffix });
      const length = `${long}.${long}.${suffix}`.length;
      expect(length > 253 ? errorOf(declare).code : declare().host.length).toBe(length > 253 ? 'MESH001' : length);
    }));
  });

  test('of an egress gateway', () => {
    fc.assert(fc.property(domains, clusterDomain => {
      const declare = () => EgressGateway.service({ name: long, namespace: long, clusterDomain });
      const length = `${long}.${long}.svc.${clusterDomain}`.length;
      expect(length > 253 ? errorOf(declare).code : declare().address.length).toBe(length > 253 ? 'MESH001' : length);
    }));
  });

  test('of an import under the local name', () => {
    const props = { istio, service: new RemoteService({ ...described, name: long, namespace: long }), selector: { app: 'a' } };
    const declare = (length: number) => new LocalNameImport(inChart(), 'i', { ...props, clusterDomain: domainOf(length) });
    expect(declare(253 - 132).host).toHaveLength(253);
    expect(errorOf(() => declare(254 - 132)).code).toBe('MESH001');
  });
});

describe('an SNI of more than 255 characters is refused,', () => {
  const [version, ports] = ['v'.repeat(63), [ServicePort.http('http', 65535)]];
  // "outbound_.65535_." + version + "_." + "a.b.svc." + domain
  const longest = 255 - 17 - 63 - 2 - 8;

  test('of an export', () => {
    const declare = (length: number) => new ServiceExport(inChart(), 'e', {
      istio,
      ports,
      name: 'a',
      namespace: 'b',
      clusterDomain: domainOf(length),
      versions: [ServiceVersion.of('v1'), ServiceVersion.of(version)],
    });
    expect(() => declare(longest)).not.toThrow();
    expect(errorOf(() => declare(longest + 1)).message).toMatch(/^MESH001 export of a\.b: an SNI of 256 characters/);
  });

  test('of an export of a cluster, which is then unchanged', () => {
    const { mesh } = clusters();
    const clusterDomain = domainOf(longest + 1);
    const cluster = mesh.addCluster('c', { ingressGateway: GatewayAddress.of('203.0.113.10'), clusterDomain });
    const versions = [ServiceVersion.of(version)];
    expect(errorOf(() => cluster.exportService('a', { namespace: 'b', ports, versions })).code).toBe('MESH001');
    expect(cluster.exportService('a', { namespace: 'b', ports }).host).toBe('a.b.global');
  });

  test('of a Service with the exported ports alone, whose name is longer', () => {
    const declare = (length: number) => new ServiceExport(inChart(), 'e', {
      istio, ports, name: 'a', namespace: 'b', clusterDomain: domainOf(length), onlyExportedPorts: true, workloadSelector: { app: 'a' },
    });
    expect(() => declare(longest + 63 - 'mesh-export-'.length)).not.toThrow();
    expect(errorOf(() => declare(longest + 64 - 'mesh-export-'.length)).code).toBe('MESH001');
  });

  test('of a service that is described by hand', () => {
    const exporters = [{ ...exporter('c'), versions: [version] }];
    const declare = (length: number) => new RemoteService({ ...described, ports, exporters, clusterDomain: domainOf(length) });
    expect(() => declare(longest)).not.toThrow();
    expect(errorOf(() => declare(longest + 1)).code).toBe('MESH001');
  });

  test('of a host that Istio 1.5 names in it', () => {
    const { istio: _, ...service } = new RemoteService({ ...described, ports });
    const declare = (length: number) => new RemoteServiceEntry(inChart(), 'i', {
      istio: IstioRelease.V1_5, namespace: 'foo', service: { ...service, host: `${domainOf(length - 7)}.global` },
    });
    expect(() => declare(255 - 19)).not.toThrow();
    expect(errorOf(() => declare(256 - 19)).code).toBe('MESH001');
  });
});
