import { writeFileSync } from 'fs';
import { join } from 'path';
import { App, Chart, Testing } from 'cdk8s';
import * as fc from 'fast-check';
import {
  CatalogExpectations, GatewayAddress, GlobalDns, ImportServiceOptions, IRemoteService, IstioRelease, Mesh, RemoteService,
  RemoteServiceEntry, ServiceCatalog, ServicePort, VipRange,
} from '../../src';
import { temporaryFolder } from '../temporary-folder';

const istio = IstioRelease.V1_31;
const ports = [ServicePort.http('http', 8000)];
const folder = temporaryFolder('catalog-vips');
const file = join(folder, 'mesh-catalog.json');

/** A catalog whose service httpbin has these VIPs. */
function catalogWith(addresses: string[], expected: CatalogExpectations = {}, release = istio): ServiceCatalog {
  const mesh = new Mesh(new App(), 'mesh', { istio: release });
  mesh.addCluster('west', { ingressGateway: GatewayAddress.of('203.0.113.20') }).exportService('httpbin', { namespace: 'bar', ports });
  const data = JSON.parse(mesh.catalog().toText());
  data.services[0].addresses = addresses;
  writeFileSync(file, JSON.stringify(data));
  return ServiceCatalog.fromFile(file, { expect: expected });
}

function serviceWith(addresses: string[], expected?: CatalogExpectations): IRemoteService {
  return catalogWith(addresses, expected).service('httpbin', { namespace: 'bar' });
}

/** Ways by which VIPs of a catalog reach a cluster. Each returns them. */
const WAYS: Array<[string, (addresses: string[], vips?: VipRange, expected?: CatalogExpectations) => string[]]> = [
  ['RemoteServiceEntry', (addresses, vips, expected) => {
    const service = serviceWith(addresses, expected);
    return new RemoteServiceEntry(new Chart(new App(), 'chart'), 'entry', { istio, service, namespace: 'foo', vips }).addresses;
  }],
  ['importService', (addresses, vips, expected) => {
    const cluster = new Mesh(new App(), 'mesh', { istio, vips }).addCluster('cluster1');
    return cluster.importService(serviceWith(addresses, expected), { namespace: 'foo' }).addresses;
  }],
  ['importService on Istio 1.5', (addresses, vips, expected) => {
    const cluster = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_5, vips }).addCluster('cluster1');
    const service = catalogWith(addresses, expected, IstioRelease.V1_5).service('httpbin', { namespace: 'bar' });
    return cluster.importService(service, { namespace: 'foo' }).addresses;
  }],
  ['GlobalDns', (addresses, vips, expected) => {
    const chart = new Chart(new App(), 'chart');
    new GlobalDns(chart, 'dns', { istio, clusterIp: '10.96.0.53', services: [], catalogs: [catalogWith(addresses, expected)], vips });
    const { data } = Testing.synth(chart).find(({ kind }) => kind === 'ConfigMap');
    return addresses.filter(address => data['zone.db'].includes(address));
  }],
];

interface VipCase {
  readonly name: string;
  readonly addresses: string[];
  readonly vips?: VipRange;
}

const OUTSIDE: VipCase[] = [
  { name: 'a clusterIP', addresses: ['10.96.0.1'] },
  { name: 'an address of the Internet', addresses: ['8.8.8.8'] },
  { name: 'the last address before those of multicast', addresses: ['223.255.255.255'] },
  { name: 'one address of two', addresses: ['240.0.0.2', '192.168.1.1'] },
  { name: 'an address of the other IP family', addresses: ['fd18:35a7:3084::2'] },
  { name: 'an IPv4 address, for a range of IPv6', addresses: ['240.0.0.2'], vips: VipRange.ipv6() },
  {
    name: 'an address of a range that is excluded, such as that of pods',
    addresses: ['250.1.2.3'],
    vips: VipRange.ipv4({ exclude: ['250.0.0.0/8'] }),
  },
  { name: 'an address beside a range of the user', addresses: ['240.0.1.0'], vips: VipRange.ipv4({ cidr: '240.0.0.0/24' }) },
  { name: 'another unique local range', addresses: ['fd00::2'], vips: VipRange.dualStack() },
];

const INSIDE: VipCase[] = [
  { name: 'an address of the default range', addresses: ['240.0.0.2'] },
  { name: 'the first and the last address that can be used', addresses: ['240.0.0.1', '255.255.255.254'] },
  { name: 'addresses of both families', addresses: ['240.0.0.2', 'fd18:35a7:3084::2'], vips: VipRange.dualStack() },
  { name: 'addresses beside an exclusion', addresses: ['249.255.255.255', '251.0.0.0'], vips: VipRange.ipv4({ exclude: ['250.0.0.0/8'] }) },
  { name: 'the last address of a range of the user', addresses: ['240.0.0.255'], vips: VipRange.ipv4({ cidr: '240.0.0.0/24' }) },
  { name: 'an address of a private range that the user chose', addresses: ['10.200.0.9'], vips: VipRange.ipv4({ cidr: '10.200.0.0/16' }) },
];

describe.each(WAYS)('%s', (_, vipsBy) => {
  test.each(OUTSIDE)('refuses $name, which the importer does not expect', ({ addresses, vips }) => {
    expect(() => vipsBy(addresses, vips)).toThrow(/^MESH009 .*: catalog .* gives httpbin\.bar\.global a VIP outside of the VIP range/);
  });

  test.each(OUTSIDE)('takes $name that the importer expects', ({ addresses, vips }) => {
    expect(vipsBy(addresses, vips, { addresses })).toEqual(addresses);
  });

  test.each(INSIDE)('takes $name', ({ addresses, vips }) => {
    expect(vipsBy(addresses, vips)).toEqual(addresses);
  });
});

test('the error has the code that expects the VIP, in one spelling', () => {
  expect(() => WAYS[0][1](['240.0.0.2', 'fd00:0::0:9', '10.0.0.9'])).toThrow(
    /got \["fd00::9","10\.0\.0\.9"\], expected an address in 240\.0\.0\.0\/4, .* add addresses: \['fd00::9', '10\.0\.0\.9'\] to expect/,
  );
  expect(WAYS[0][1](['fd00:0::0:9', '10.0.0.9'], undefined, { addresses: ['fd00:0:0::9', '10.0.0.9'] })).toEqual(['fd00::9', '10.0.0.9']);
});

test.each([
  ['chosen on the import', { namespace: 'foo', addresses: ['10.0.0.9'] }],
  ['chosen on the import, in the place of others', { namespace: 'foo', addresses: ['240.0.0.9'] }],
] as Array<[string, ImportServiceOptions]>)('VIPs that are %s are those of the importer', (_, options) => {
  const cluster = new Mesh(new App(), 'mesh', { istio }).addCluster('cluster1');
  expect(cluster.importService(serviceWith(['10.0.0.9']), options).addresses).toEqual(options.addresses);
});

test('VIPs of services that the program itself declares may be any that Istio takes', () => {
  const mesh = new Mesh(new App(), 'mesh', { istio });
  const cluster1 = mesh.addCluster('cluster1');
  const cluster2 = mesh.addCluster('cluster2', { ingressGateway: GatewayAddress.of('203.0.113.20') });
  const exported = cluster2.exportService('web', { namespace: 'bar', ports, addresses: ['10.0.0.8'] });
  expect(cluster1.importService(exported, { namespace: 'foo' }).addresses).toEqual(['10.0.0.8']);
  const exporters = [{ cluster: 'far', gateways: [GatewayAddress.of('203.0.113.30')] }];
  const byHand = new RemoteService({ name: 'a', namespace: 'b', ports, exporters, addresses: ['10.0.0.9'] });
  expect(cluster1.importService(byHand, { namespace: 'foo' }).addresses).toEqual(['10.0.0.9']);
});

describe('VIPs that can never be used', () => {
  const NEVER: Array<[string, string]> = [
    ['loopback', '127.0.0.1'],
    ['link-local, the metadata server of clouds', '169.254.169.254'],
    ['multicast', '224.0.0.251'],
    ['unspecified', '0.0.0.0'],
    ['broadcast', '255.255.255.255'],
    ['of the range that Istio assigns', '240.240.0.1'],
    ['loopback of IPv6', '::1'],
    ['unspecified of IPv6', '::'],
    ['link-local of IPv6', 'fe80::1'],
    ['multicast of IPv6', 'ff02::1'],
    ['loopback as a mapped address', '::ffff:127.0.0.1'],
    ['loopback as a compatible address', '::127.0.0.1'],
    ['loopback as a translated address', '::ffff:0:127.0.0.1'],
    ['loopback behind NAT64', '64:ff9b::127.0.0.1'],
    ['loopback behind 6to4', '2002:7f00:1::1'],
  ];

  test.each(NEVER)('are refused, also where the importer expects them: %s', (_, vip) => {
    expect(() => serviceWith([vip])).toThrow(/^MESH018 .*services\[0\]\.addresses\[0\]: a VIP that cannot be used \(MESH009\)/);
    expect(() => serviceWith(['240.0.0.2'], { addresses: [vip] })).toThrow(/^MESH009 /);
    const cluster = new Mesh(new App(), 'mesh', { istio }).addCluster('cluster1');
    expect(() => cluster.importService(serviceWith(['240.0.0.2']), { namespace: 'foo', addresses: [vip] })).toThrow(/^MESH009 /);
  });
});

test('every VIP that a range gives is in the range, so importers of one range take it', () => {
  const host = fc.stringMatching(/^[a-z]{1,8}\.[a-z]{1,8}\.global$/);
  const ranges = [
    VipRange.ipv4(), VipRange.ipv6(), VipRange.dualStack(), VipRange.ipv4({ exclude: ['248.0.0.0/5'] }),
    VipRange.ipv4({ cidr: '10.9.8.0/24' }),
  ];
  fc.assert(fc.property(host, fc.constantFrom(...ranges), (name, range) => {
    expect(range.addressesOf(name).filter(address => !range._includes(address))).toEqual([]);
  }), { numRuns: 500 });
});

test('any address of the IPv4 space is taken if and only if it is in the range', () => {
  const vips = VipRange.ipv4({ cidr: '240.0.0.0/6', exclude: ['242.0.0.0/8'] });
  fc.assert(fc.property(fc.integer({ min: 0xe0000000, max: 0xffffffff }), number => {
    const bytes = [24, 16, 8, 0].map(shift => number >>> shift & 255);
    const [first, second] = bytes;
    const isIncluded = first >= 240 && first < 244 && first !== 242 && !(first === 240 && second === 240) && number !== 0xf0000000;
    expect(vips._includes(bytes.join('.'))).toBe(isIncluded);
  }), { numRuns: 1000 });
});
