import { httpbin, HTTP, Mistake, testMistakes } from './mistake';
import {
  EgressGateway, GatewayAddress, GatewayService, StringMatch, IstioRelease, KubeDnsStubDomain, Mesh, Routing, ServicePort, VipRange,
} from '../../src';

/** Names, suffixes and labels that Kubernetes or DNS would refuse. */
const NAME_MISTAKES: Mistake[] = [
  { name: 'a cluster name in capitals', code: 'MESH001', hint: '"Cluster1"', mistake: c => c.mesh.addCluster('Cluster1') },
  { name: 'a namespace with an underscore', code: 'MESH001', hint: 'RFC 1123', mistake: c => c.one.addNamespace('my_ns') },
  {
    name: 'a service name that contains the namespace',
    code: 'MESH001',
    hint: 'service name',
    mistake: c => c.one.exportService('httpbin.bar', { namespace: 'bar', ports: HTTP }),
  },
  {
    name: 'an import into a namespace with an invalid name',
    code: 'MESH001',
    hint: 'namespace',
    mistake: c => c.one.importService(httpbin(c.two), { namespace: 'Foo' }),
  },
  {
    name: 'a suffix that starts with a dot',
    code: 'MESH001',
    hint: 'DNS suffix',
    mistake: c => new Mesh(c.app, 'other', { istio: IstioRelease.V1_31, suffix: '.global' }),
  },
  {
    name: 'a suffix that local Services have',
    code: 'MESH044',
    hint: "'global'",
    mistake: c => new Mesh(c.app, 'other', { istio: IstioRelease.V1_31, suffix: 'svc' }),
  },
  {
    name: 'a service account that is a SPIFFE identity',
    code: 'MESH001',
    hint: 'service account',
    mistake: c => c.one.exportService('a', { namespace: 'b', ports: HTTP, serviceAccount: 'spiffe://x' }),
  },
  { name: 'a locality with wildcards', code: 'MESH001', hint: 'region', mistake: c => c.mesh.addCluster('c', { locality: 'europe/*' }) },
  {
    name: 'a header name in capitals',
    code: 'MESH001',
    hint: 'lower case',
    mistake: () => Routing.weights({ v1: 100 }).whenHeaders({ 'End-User': StringMatch.exact('x') }, { v1: 100 }),
  },
  { name: 'an invalid label key', code: 'MESH001', hint: 'label', mistake: () => EgressGateway.service({ selector: { 'a b': 'c' } }) },
  {
    name: 'a label key with an invalid prefix',
    code: 'MESH001',
    hint: 'label',
    mistake: () => EgressGateway.service({ selector: { 'A_/b': 'c' } }),
  },
];

/** Addresses of gateways and resolvers that callers cannot reach. */
const ADDRESS_MISTAKES: Mistake[] = [
  {
    name: 'a gateway address that is a URL',
    code: 'MESH002',
    hint: 'EXTERNAL-IP',
    mistake: () => GatewayAddress.of('https://203.0.113.10'),
  },
  { name: 'a gateway address with a port', code: 'MESH002', hint: '{ port }', mistake: () => GatewayAddress.of('203.0.113.10:15443') },
  {
    name: 'a gateway address that is an incomplete IP address',
    code: 'MESH002',
    hint: '"203.0.113"',
    mistake: () => GatewayAddress.of('203.0.113'),
  },
  { name: 'an IPv6 gateway address in brackets', code: 'MESH002', hint: 'alone', mistake: () => GatewayAddress.of('[2001:db8::1]') },
  { name: 'a loopback address of a gateway', code: 'MESH002', hint: 'reach', mistake: () => GatewayAddress.of('127.0.0.1') },
  { name: 'a VIP as a gateway address', code: 'MESH002', hint: 'reach', mistake: () => GatewayAddress.of('240.0.0.2') },
  { name: 'a link-local gateway address', code: 'MESH002', hint: 'reach', mistake: () => GatewayAddress.of('fe80::1%eth0') },
  {
    name: 'a gateway hostname that only its own cluster resolves',
    code: 'MESH002',
    hint: 'other clusters',
    mistake: () => GatewayAddress.of('istio-ingressgateway.istio-system.svc.cluster.local'),
  },
  {
    name: 'a gateway address that is a string',
    code: 'MESH002',
    hint: 'GatewayAddress.of',
    mistake: c => c.mesh.addCluster('c', { ingressGateway: '203.0.113.10' as any }),
  },
  {
    name: 'an egress gateway clusterIP that is a name',
    code: 'MESH002',
    hint: 'EgressGateway.service()',
    mistake: () => EgressGateway.clusterIp('istio-egressgateway'),
  },
  {
    name: 'a stub domain resolver that is a name',
    code: 'MESH002',
    hint: 'clusterIP',
    mistake: c => new KubeDnsStubDomain(c.one, 'dns', { resolvers: ['istiocoredns'] }),
  },
  {
    name: 'a source range without prefix',
    code: 'MESH002',
    hint: '/32',
    mistake: () => GatewayService.loadBalancer({ sourceRanges: ['198.51.100.7'] }),
  },
];

/** Ports that are out of range, of the wrong type or of an unsupported protocol. */
const PORT_MISTAKES: Mistake[] = [
  { name: 'a port that is too high', code: 'MESH003', hint: '65535', mistake: () => ServicePort.http('http', 70000) },
  {
    name: 'a port that is a string',
    code: 'MESH003',
    hint: 'whole number',
    mistake: () => ServicePort.http('http', '80' as unknown as number),
  },
  { name: 'a UDP service', code: 'MESH003', hint: 'UDP', mistake: () => ServicePort.of('udp', 'dns', 53) },
  { name: 'a node port of zero', code: 'MESH003', hint: '65535', mistake: () => GatewayService.nodePort({ tlsNodePort: 0 }) },
  {
    name: 'ports that are numbers',
    code: 'MESH003',
    hint: 'ServicePort.http',
    mistake: c => c.one.exportService('a', { namespace: 'b', ports: [8000] as any }),
  },
];

/** Weights that are not whole percentages with the sum 100. */
const WEIGHT_MISTAKES: Mistake[] = [
  { name: 'weights that do not sum to 100', code: 'MESH005', hint: 'sum to 100', mistake: () => Routing.weights({ v1: 90, v2: 20 }) },
  { name: 'a weight below zero', code: 'MESH005', hint: '0 to 100', mistake: () => Routing.weights({ v1: 110, v2: -10 }) },
  { name: 'a weight that is a fraction', code: 'MESH005', hint: 'whole numbers', mistake: () => Routing.weights({ v1: 99.5, v2: 0.5 }) },
];

/** VIPs and VIP ranges that belong to others, or that are too small. */
const VIP_MISTAKES: Mistake[] = [
  {
    name: 'a loopback address as a VIP',
    code: 'MESH009',
    hint: '127.0.0.0/8',
    mistake: c => c.one.importService(httpbin(c.two), { namespace: 'foo', addresses: ['127.255.0.3'] }),
  },
  {
    name: 'a VIP from the range that Istio assigns',
    code: 'MESH009',
    hint: '240.240.0.0/16',
    mistake: c => c.one.importService(httpbin(c.two), { namespace: 'foo', addresses: ['240.240.1.1'] }),
  },
  {
    name: 'an IPv4-mapped loopback address as a VIP',
    code: 'MESH009',
    hint: '::ffff',
    mistake: c => c.one.exportService('a', { namespace: 'b', ports: HTTP, addresses: ['::ffff:127.0.0.1'] }),
  },
  {
    name: 'a VIP with a zone',
    code: 'MESH009',
    hint: 'IP address',
    mistake: c => c.one.exportService('a', { namespace: 'b', ports: HTTP, addresses: ['fd00::1%eth0'] }),
  },
  {
    name: 'a VIP that is a CIDR range',
    code: 'MESH009',
    hint: 'IP address',
    mistake: c => c.one.exportService('a', { namespace: 'b', ports: HTTP, addresses: ['240.0.0.0/4'] }),
  },
  { name: 'a VIP range without a prefix length', code: 'MESH009', hint: 'CIDR', mistake: () => VipRange.ipv4({ cidr: '240.0.0.0' }) },
  { name: 'an IPv6 range for IPv4 VIPs', code: 'MESH009', hint: 'IPv4', mistake: () => VipRange.ipv4({ cidr: 'fd00::/48' }) },
  {
    name: 'a VIP range of multicast addresses',
    code: 'MESH009',
    hint: '224.0.0.0/4',
    mistake: () => VipRange.ipv4({ cidr: '230.0.0.0/8' }),
  },
  { name: 'a VIP range that is too small', code: 'MESH009', hint: '/24', mistake: () => VipRange.ipv4({ cidr: '240.0.0.0/30' }) },
  {
    name: 'an IPv6 VIP range outside fc00::/7',
    code: 'MESH009',
    hint: 'fc00::/7',
    mistake: () => VipRange.ipv6({ cidr: '2001:db8::/48' }),
  },
  { name: 'an IPv6 VIP range that is too small', code: 'MESH009', hint: '/64', mistake: () => VipRange.ipv6({ cidr: 'fd00::/96' }) },
  {
    name: 'exclusions that leave no VIP',
    code: 'MESH009',
    hint: 'exclude less',
    mistake: () => VipRange.ipv4({ exclude: ['240.0.0.0/4'] }).addressesOf('a.b.global'),
  },
];

testMistakes([...NAME_MISTAKES, ...ADDRESS_MISTAKES, ...PORT_MISTAKES, ...WEIGHT_MISTAKES, ...VIP_MISTAKES]);
