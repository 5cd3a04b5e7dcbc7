import { Duration } from 'cdk8s';
import type { DrawnNames } from './drawn';

/** Values that every judge accepts. */
export const USUAL: DrawnNames = {
  service: 'api',
  namespace: 'shop',
  importing: 'foo',
  cluster: 'east',
  suffix: 'global',
  clusterDomain: 'cluster.local',
  trustDomain: 'cluster.local',
  protocol: 'http',
  port: 8000,
  portName: 'http',
  version: 'v1',
  versionLabels: { version: 'v1' },
  workloadSelector: { app: 'api' },
  serviceAccount: 'api',
  onlyExportedPorts: true,
  gateway: 'gateway.example.com',
  gatewayPort: undefined,
  connectTimeout: Duration.seconds(2),
  locality: undefined,
  revision: undefined,
  egressName: 'istio-egressgateway',
  egressSelector: { istio: 'egressgateway' },
  egressIp: undefined,
  kind: 'direct',
  header: 'end-user',
  regex: 'v[0-9]+',
  routed: true,
  duration: Duration.days(90),
  renewBefore: Duration.days(30),
  outside: 'cert-manager',
  vip: undefined,
};

/** A value that the library refuses, planted in its output: the judge must refuse it too. */
export interface PlantedValue {
  readonly name: string;
  /** Mesh that it is planted in, where the usual one has no place for it. */
  readonly in?: Partial<DrawnNames>;
  /** Kind of the object. */
  readonly kind: string;
  readonly plant: (object: any) => void;
}

const LONG_HOST = `${'n'.repeat(60)}.`.repeat(5).slice(0, 256);
const firstPort = (entry: any) => entry.spec.ports[0];
const firstSubset = (rule: any) => rule.spec.subsets[0];
const timeout = (text: string): PlantedValue => ({
  name: `a connectTimeout of ${text}`,
  kind: 'DestinationRule',
  plant: rule => {
    rule.spec.trafficPolicy = { ...rule.spec.trafficPolicy, connectionPool: { tcp: { connectTimeout: text } } };
  },
});

function regex(expression: string): PlantedValue {
  return {
    name: `the expression ${JSON.stringify(expression.slice(0, 20))}`,
    kind: 'VirtualService',
    plant: service => {
      service.spec.http[0].match[0].headers['end-user'].regex = expression;
    },
  };
}

function sidecarPort(number: number): PlantedValue {
  return {
    name: `HTTP on ${number}`,
    kind: 'ServiceEntry',
    plant: entry => {
      firstPort(entry).number = number;
    },
  };
}

function certificate(duration: string, renewBefore: string): PlantedValue {
  return {
    name: `a certificate for ${duration}, renewed ${renewBefore} before`,
    kind: 'Certificate',
    plant: object => {
      Object.assign(object.spec, { duration, renewBefore });
    },
  };
}

/** One or more for each rule that the library has for names and values. */
export const PLANTED: PlantedValue[] = [
  {
    name: 'a host whose last label is a number',
    kind: 'ServiceEntry',
    plant: entry => {
      entry.spec.hosts = ['api.shop.mesh.1'];
    },
  },
  {
    name: 'a host that is too long',
    kind: 'ServiceEntry',
    plant: entry => {
      entry.spec.hosts = [LONG_HOST];
    },
  },
  {
    name: 'a gateway whose last label is a number',
    kind: 'ServiceEntry',
    plant: entry => {
      entry.spec.endpoints[0].address = 'gateway.1';
    },
  },
  {
    name: 'an exported host whose last label is a number',
    kind: 'Gateway',
    plant: gateway => {
      gateway.spec.servers[0].hosts = ['./api.1'];
    },
  },
  {
    name: 'an SNI that is too long',
    in: { kind: 'egress' },
    kind: 'VirtualService',
    plant: service => {
      const sni = `outbound_.8000_._.${LONG_HOST}`.slice(0, 256);
      Object.assign(service.spec, { hosts: [sni] });
      (service.spec.tls ?? []).forEach((route: any) => {
        route.match[0].sniHosts = [sni];
      });
    },
  },
  ...['(', ')', '[z-a]', '\\Z', '(?=a)', '(?<!a)', '(a)\\1', 'a{1001}', 'a**', '\\p{Klingon}', 'a'.repeat(1025)].map(regex),
  ...[15001, 15006, 15021, 15090].map(sidecarPort),
  {
    name: 'a port of 0',
    kind: 'ServiceEntry',
    plant: entry => {
      firstPort(entry).number = 0;
    },
  },
  {
    name: 'a port of 65536',
    kind: 'ServiceEntry',
    plant: entry => {
      firstPort(entry).number = 65536;
    },
  },
  {
    name: 'an unknown protocol',
    kind: 'ServiceEntry',
    plant: entry => {
      firstPort(entry).protocol = 'SCTP2';
    },
  },
  {
    name: 'a port name of 64 characters',
    kind: 'ServiceEntry',
    plant: entry => {
      firstPort(entry).name = 'n'.repeat(64);
    },
  },
  ...['0.0015s', '0s', '0.000999s'].map(timeout),
  {
    name: 'a label value that ends in a hyphen',
    kind: 'DestinationRule',
    plant: rule => {
      firstSubset(rule).labels = { version: 'v-' };
    },
  },
  {
    name: 'a label value of 64 characters',
    kind: 'DestinationRule',
    plant: rule => {
      firstSubset(rule).labels = { version: 'v'.repeat(64) };
    },
  },
  {
    name: 'a label that is a number',
    kind: 'DestinationRule',
    plant: rule => {
      firstSubset(rule).labels = { version: 1 };
    },
  },
  {
    name: 'a label key that ends in a slash',
    kind: 'Gateway',
    plant: gateway => {
      gateway.spec.selector = { 'istio/': 'a' };
    },
  },
  {
    name: 'a label of a Service that is no label value',
    kind: 'Service',
    plant: service => {
      service.spec.selector = { app: 'a b' };
    },
  },
  {
    name: 'an object name in capitals',
    kind: 'ServiceEntry',
    plant: entry => {
      entry.metadata.name = 'API';
    },
  },
  {
    name: 'a version in capitals with underscores',
    kind: 'DestinationRule',
    plant: rule => {
      firstSubset(rule).name = 'V_1';
    },
  },
  {
    name: 'a TCP port without an address, of which istiod only warns',
    in: { protocol: 'tcp', portName: 'main', kind: 'direct' },
    kind: 'ServiceEntry',
    plant: entry => {
      entry.metadata.labels = { ...entry.metadata.labels, 'networking.istio.io/enable-autoallocate-ip': 'false' };
      entry.spec.addresses = [];
    },
  },
  {
    name: 'an SNI that is an IP address, of which istiod only warns',
    in: { kind: 'egress' },
    kind: 'VirtualService',
    plant: service => {
      (service.spec.tls ?? []).forEach((route: any) => {
        route.match[0].sniHosts = ['192.0.2.1'];
      });
    },
  },
  {
    name: 'an entry of a local name without an address and a network',
    in: { kind: 'local' },
    kind: 'WorkloadEntry',
    plant: entry => {
      delete entry.spec.address;
      delete entry.spec.network;
    },
  },
  {
    name: 'an address that is none',
    kind: 'ServiceEntry',
    plant: entry => {
      entry.spec.addresses = ['240.1.2'];
    },
  },
  certificate('720h0m0s', '721h0m0s'),
  certificate('720h0m0s', '720h0m0s'),
  certificate('0h59m0s', '0h10m0s'),
  certificate('1h0m0s', '0h4m59s'),
  certificate('4800000h0m0s', '1h0m0s'),
  {
    name: 'a refresh interval without a unit',
    in: { outside: 'external-secrets' },
    kind: 'ExternalSecret',
    plant: object => {
      object.spec.refreshInterval = '90';
    },
  },
];
