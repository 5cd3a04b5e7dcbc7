import { App, Chart } from 'cdk8s';
import * as fc from 'fast-check';
import * as ipaddr from 'ipaddr.js';
import {
  ClusterDns, EgressGateway, ExportingCluster, GatewayAddress, GatewayService, GlobalDns, IstioRelease, KubeDnsStubDomain, RemoteService,
} from '../../src';
import { isRoutedAddress } from '../../src/model/ip-address';
import { clusters, errorOf, HTTP } from '../mistakes/mistake';

const istio = IstioRelease.V1_31;
const inChart = () => new Chart(new App(), 'chart');

/** Addresses that no Service and no host has. */
const UNUSABLE = [
  '127.0.0.1', '127.255.255.254', '0.0.0.0', '0.1.2.3', '224.0.0.1', '239.255.255.255', '255.255.255.255', '::1', '::', 'ff02::1',
  '::127.0.0.1', '::10.96.0.9', '::7f00:1', '::ffff:127.0.0.1', '::ffff:0.0.0.0', 'fe80::1%eth0', 'fd00::1%1', '10.96.0', '10.96.0.9/32',
  '10.096.0.9', '[fd00::1]', '', ' 10.96.0.9',
];

/** Addresses of one link, and IPv4 addresses in the spelling of IPv6. */
const OF_ONE_LINK = ['169.254.20.10', 'fe80::1', '::ffff:10.96.0.9', '::ffff:a60:9', '::ffff:0:10.96.0.9'];

/** Every place where a user writes the address of a Service. */
const PLACES: ReadonlyArray<readonly [string, (address: string) => unknown]> = [
  ['clusterIP of an egress gateway', address => EgressGateway.clusterIp(address)],
  ['clusterIP of a GlobalDns', clusterIp => new GlobalDns(inChart(), 'd', { istio, clusterIp, services: [] })],
  ['resolver of a cluster', resolver => ClusterDns.coreDns({ resolvers: [resolver], corefile: '.:53 {\n}\n' })],
  ['resolver of a KubeDnsStubDomain', resolver => new KubeDnsStubDomain(inChart(), 'd', { resolvers: [resolver] })],
];

describe.each(PLACES)('the %s', (_, declare) => {
  test.each(UNUSABLE)('is not %s', address => {
    expect(errorOf(() => declare(address)).code).toBe('MESH002');
  });

  const USABLE = ['10.96.0.9', '172.20.0.10', '100.64.0.10', '240.10.0.1', '203.0.113.9', 'fd00:10:96::9', '2001:db8::9'];

  test.each(USABLE)('may be %s', address => {
    expect(() => declare(address)).not.toThrow();
  });
});

test.each(OF_ONE_LINK)('neither an egress gateway nor an ingress gateway is at %s', address => {
  expect(errorOf(() => EgressGateway.clusterIp(address)).code).toBe('MESH002');
  expect(errorOf(() => GatewayAddress.of(address)).code).toBe('MESH002');
});

test('a resolver may be at the link-local address of a cache on the node', () => {
  expect(() => new KubeDnsStubDomain(inChart(), 'd', { resolvers: ['169.254.20.10'] })).not.toThrow();
});

/** Spellings of one IPv6 address. */
const SPELLINGS = [
  '2001:db8::1', '2001:DB8::1', '2001:0db8:0:0:0:0:0:1', '2001:db8:0:0::1', '2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::0.0.0.1',
];

describe('an address of a gateway', () => {
  test.each(SPELLINGS)('in the spelling %s is the address in its shortest spelling', spelling => {
    expect(GatewayAddress.of(spelling).address).toBe('2001:db8::1');
    expect(EgressGateway.clusterIp(spelling).address).toBe('2001:db8::1');
  });

  test('has one spelling, whatever a user writes', () => {
    const address = fc.ipV6().filter(isRoutedAddress);
    fc.assert(fc.property(address, fc.boolean(), (text, inCapitals) => {
      const parsed = ipaddr.parse(text) as ipaddr.IPv6;
      const inFull = parsed.parts.map(part => part.toString(16).padStart(4, '0')).join(':');
      const spellings = [text, inFull, parsed.toNormalizedString(), parsed.toRFC5952String()]
        .map(spelling => inCapitals ? spelling.toUpperCase() : spelling);
      expect(new Set(spellings.map(spelling => GatewayAddress.of(spelling).address)).size).toBe(1);
    }));
  });

  const TWICE: ReadonlyArray<readonly [string, GatewayAddress[]]> = [
    ['an IPv4 address', [GatewayAddress.of('203.0.113.1'), GatewayAddress.of('203.0.113.1')]],
    ['an IPv6 address in two spellings', [GatewayAddress.of('2001:db8::1'), GatewayAddress.of('2001:db8:0::1')]],
    ['a hostname', [GatewayAddress.of('gateway.example.com'), GatewayAddress.of('gateway.example.com', { port: 15443 })]],
    ['the last of three', ['a.example', 'b.example', 'a.example'].map(host => GatewayAddress.of(host))],
  ];

  test.each(TWICE)('is listed once: %s', (_, gateways) => {
    const exporter: ExportingCluster = { cluster: 'c', gateways };
    expect(errorOf(() => clusters().mesh.addCluster('c', { ingressGateways: gateways })).code).toBe('MESH006');
    expect(errorOf(() => new RemoteService({ name: 'a', namespace: 'b', ports: HTTP, exporters: [exporter] })).code).toBe('MESH006');
  });

  test('may be listed with two ports, and beside another', () => {
    const gateways = [
      GatewayAddress.of('203.0.113.1'), GatewayAddress.of('203.0.113.1', { port: 443 }), GatewayAddress.of('2001:db8::1'),
      GatewayAddress.of('2001:db8::2'),
    ];
    expect(clusters().mesh.addCluster('c', { ingressGateways: gateways }).ingressGateways).toEqual(gateways);
  });
});

describe('a node port', () => {
  test.each([80, 443, 15443, 29999, 32768, 65535])('is not %d, which the API server refuses', port => {
    expect(errorOf(() => GatewayService.nodePort({ tlsNodePort: port })).code).toBe('MESH003');
    expect(errorOf(() => GatewayService.nodePort({ tlsNodePort: 31443, statusNodePort: port })).code).toBe('MESH003');
  });

  test.each([30000, 31443, 32767])('may be %d', port => {
    expect(GatewayService.nodePort({ tlsNodePort: port })._tlsNodePort).toBe(port);
  });

  test('may be any port of the range that the API server of the cluster has', () => {
    const port = fc.integer({ min: 1, max: 65535 });
    fc.assert(fc.property(port, port, port, (tlsNodePort, one, other) => {
      const [from, to] = [Math.min(one, other), Math.max(one, other)];
      const declare = () => GatewayService.nodePort({ tlsNodePort, nodePortRange: `${from}-${to}` });
      const isValid = tlsNodePort >= from && tlsNodePort <= to;
      expect(isValid ? declare()._tlsNodePort : errorOf(declare).code).toBe(isValid ? tlsNodePort : 'MESH003');
    }));
  });

  const NO_RANGES = ['', '80', '30000-', '32767-30000', '0-100', '1-65536', '30000 - 32767', '30000-32767-1'];

  test.each(NO_RANGES)('is of no range "%s"', nodePortRange => {
    expect(errorOf(() => GatewayService.nodePort({ tlsNodePort: 31443, nodePortRange })).code).toBe('MESH003');
  });

  test('is for one port', () => {
    expect(errorOf(() => GatewayService.nodePort({ tlsNodePort: 31443, statusNodePort: 31443 })).code).toBe('MESH006');
    expect(() => GatewayService.nodePort({ tlsNodePort: 31443, statusNodePort: 31444 })).not.toThrow();
  });
});
