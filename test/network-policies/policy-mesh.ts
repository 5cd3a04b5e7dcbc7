import { App } from 'cdk8s';
import {
  EgressGateway, GatewayAddress, GatewayService, ImportName, ImportPath, IstioRelease, Mesh, MeshClusterOptions, NetworkPolicies,
  NetworkPoliciesOptions, ServicePort,
} from '../../src';

/** One end of a connection: a pod, or an address outside of the cluster where it has no namespace. */
export interface End {
  readonly namespace?: string;
  readonly labels?: { readonly [label: string]: string };
  readonly ip: string;
}

/** A connection, and whether the NetworkPolicies of a cluster should allow it. */
export interface Connection {
  readonly what: string;
  readonly from: End;
  readonly to: End;
  readonly port: number;
  readonly protocol?: 'TCP' | 'UDP';
  readonly allowed: boolean;
}

const pod = (namespace: string, ip: string, labels: { [label: string]: string } = {}): End => ({ namespace, labels, ip });
const address = (ip: string): End => ({ ip });

const INGRESS = pod('istio-system', '10.0.0.1', { istio: 'ingressgateway' });
const EGRESS = pod('istio-system', '10.0.0.2', { istio: 'egressgateway' });
const RESOLVER = pod('istio-system', '10.0.0.3', { app: 'mesh-dns' });
const JOB = pod('mesh-cleanup-cluster1', '10.0.0.4', { app: 'mesh-cleanup-cluster1' });
const ISTIOD = pod('istio-system', '10.0.0.5', { app: 'istiod' });
const DNS = pod('kube-system', '10.0.0.6', { 'k8s-app': 'kube-dns' });
const EXPORTED = pod('shop', '10.0.1.1', { app: 'orders' });
const IMPORTER = pod('foo', '10.0.1.2', { app: 'sleep' });
const OTHER = pod('other', '10.0.1.3', { app: 'sleep' });
const PROMETHEUS = pod('monitoring', '10.0.1.4', { app: 'prometheus' });
const NODE = address('192.168.0.10');
const OUTSIDE = address('198.51.100.7');
const FAR_OUTSIDE = address('192.0.2.66');
const REMOTE_GATEWAY = address('203.0.113.2');
const API_SERVER = address('192.168.0.1');

/** A mesh whose first cluster has everything that NetworkPolicies concern. */
export function policyMesh(app: App, policies: NetworkPoliciesOptions = {}, options: MeshClusterOptions = {}): Mesh {
  const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31, cleanup: {} });
  const [one, two, three] = [1, 2, 3].map(n => mesh.addCluster(`cluster${n}`, {
    ingressGateway: GatewayAddress.of(n === 3 ? 'gateway.example.com' : `203.0.113.${n}`, { port: n === 3 ? 443 : 15443 }),
    ...n === 1 && {
      egressGateway: EgressGateway.clusterIp('10.96.0.9'),
      globalDns: { clusterIp: '10.96.0.53' },
      networkPolicies: NetworkPolicies.enabled(policies),
      ...options,
    },
  }));
  const ports = [ServicePort.http('http', 8000)];
  one.exportService('orders', { namespace: 'shop', ports });
  one.importService(two.exportService('stock', { namespace: 'store', ports }), { namespace: 'foo', via: ImportPath.egressGateway() });
  one.importService(three.exportService('direct', { namespace: 'store', ports }), { namespace: 'bar' });
  return mesh;
}

/** The same mesh with an import under a local name through the egress gateway. */
export function localNameMesh(app: App, policies: NetworkPoliciesOptions = {}): Mesh {
  const mesh = policyMesh(app, policies);
  const [one, , three] = mesh.clusters;
  const local = three.exportService(
    'local',
    { namespace: 'back', ports: [ServicePort.http('http', 8000)], workloadSelector: { app: 'local' } },
  );
  one.importService(local, { name: ImportName.local({ createService: true }), via: ImportPath.egressGateway() });
  return mesh;
}

/** Connections, with the mesh whose policies decide about them. */
export interface Table {
  readonly name: string;
  readonly build: (app: App) => Mesh;
  readonly connections: Connection[];
}

const RANGES = { sourceRanges: ['198.51.100.0/24'] };
const NAMED: NetworkPoliciesOptions = {
  resolverClients: ['192.168.0.0/24'], apiServer: ['192.168.0.1/32'], metricsFrom: ['monitoring'], localNameCallers: ['back'],
};

/** Who may connect to which port. */
export const TABLES: Table[] = [
  {
    name: 'by default',
    build: app => policyMesh(app),
    connections: [
      { what: 'another cluster to the ingress gateway', from: OUTSIDE, to: INGRESS, port: 15443, allowed: true },
      { what: 'a pod to the ingress gateway', from: OTHER, to: INGRESS, port: 15443, allowed: true },
      { what: 'a load balancer to the health check', from: OUTSIDE, to: INGRESS, port: 15021, allowed: true },
      { what: 'anybody to the port 80 of a gateway without it', from: OUTSIDE, to: INGRESS, port: 8080, allowed: false },
      { what: 'anybody to Envoy\'s admin port', from: OTHER, to: INGRESS, port: 15000, allowed: false },
      { what: 'a pod to the metrics of the ingress gateway', from: PROMETHEUS, to: INGRESS, port: 15090, allowed: false },
      { what: 'the ingress gateway to istiod', from: INGRESS, to: ISTIOD, port: 15012, allowed: true },
      { what: 'the ingress gateway to another port of istiod', from: INGRESS, to: ISTIOD, port: 15014, allowed: false },
      { what: 'the ingress gateway to the DNS', from: INGRESS, to: DNS, port: 53, protocol: 'UDP', allowed: true },
      { what: 'the ingress gateway to a DNS cache of the node', from: INGRESS, to: NODE, port: 53, protocol: 'UDP', allowed: true },
      { what: 'the ingress gateway to pods of an export', from: INGRESS, to: EXPORTED, port: 8080, allowed: true },
      { what: 'the ingress gateway to pods of no export', from: INGRESS, to: OTHER, port: 8080, allowed: false },
      { what: 'the ingress gateway to the outside', from: INGRESS, to: OUTSIDE, port: 443, allowed: false },
      { what: 'an importing namespace to the egress gateway', from: IMPORTER, to: EGRESS, port: 15443, allowed: true },
      { what: 'a namespace that imports directly to it', from: pod('bar', '10.0.1.9'), to: EGRESS, port: 15443, allowed: false },
      { what: 'a namespace without imports to it', from: OTHER, to: EGRESS, port: 15443, allowed: false },
      { what: 'an importing namespace to another port of it', from: IMPORTER, to: EGRESS, port: 15000, allowed: false },
      { what: 'the outside to the egress gateway', from: OUTSIDE, to: EGRESS, port: 15443, allowed: false },
      { what: 'the egress gateway to istiod', from: EGRESS, to: ISTIOD, port: 15012, allowed: true },
      { what: 'the egress gateway to a remote gateway', from: EGRESS, to: REMOTE_GATEWAY, port: 15443, allowed: true },
      { what: 'the egress gateway to another port of it', from: EGRESS, to: REMOTE_GATEWAY, port: 443, allowed: false },
      { what: 'the egress gateway to the outside', from: EGRESS, to: OUTSIDE, port: 15443, allowed: false },
      { what: 'the egress gateway to a pod', from: EGRESS, to: OTHER, port: 8080, allowed: false },
      { what: 'a pod to the resolver', from: OTHER, to: RESOLVER, port: 1053, protocol: 'UDP', allowed: true },
      { what: 'a node to the resolver by TCP', from: NODE, to: RESOLVER, port: 1053, allowed: true },
      { what: 'a pod to the metrics of the resolver', from: PROMETHEUS, to: RESOLVER, port: 9153, allowed: false },
      { what: 'the resolver to another DNS', from: RESOLVER, to: DNS, port: 53, protocol: 'UDP', allowed: false },
      { what: 'the resolver to the outside', from: RESOLVER, to: OUTSIDE, port: 443, allowed: false },
      { what: 'the clean-up to the API server', from: JOB, to: API_SERVER, port: 6443, allowed: true },
      { what: 'the clean-up to the DNS', from: JOB, to: DNS, port: 53, protocol: 'UDP', allowed: false },
      { what: 'the clean-up to a pod', from: JOB, to: OTHER, port: 8080, allowed: false },
      { what: 'a pod to the clean-up', from: OTHER, to: JOB, port: 8080, allowed: false },
      { what: 'a pod to another pod, which no policy concerns', from: OTHER, to: EXPORTED, port: 8080, allowed: true },
    ],
  },
  {
    name: 'with named peers',
    build: app => localNameMesh(app, NAMED),
    connections: [
      { what: 'a named namespace to the metrics of the ingress gateway', from: PROMETHEUS, to: INGRESS, port: 15090, allowed: true },
      { what: 'a named namespace to the metrics of the egress gateway', from: PROMETHEUS, to: EGRESS, port: 15020, allowed: true },
      { what: 'a named namespace to the metrics of the resolver', from: PROMETHEUS, to: RESOLVER, port: 9153, allowed: true },
      { what: 'another namespace to the metrics', from: OTHER, to: INGRESS, port: 15090, allowed: false },
      { what: 'a named namespace through the egress gateway', from: pod('back', '10.0.1.8'), to: EGRESS, port: 15443, allowed: true },
      { what: 'an importing namespace through it', from: IMPORTER, to: EGRESS, port: 15443, allowed: true },
      { what: 'another namespace through it', from: OTHER, to: EGRESS, port: 15443, allowed: false },
      { what: 'the egress gateway to a gateway behind a hostname', from: EGRESS, to: FAR_OUTSIDE, port: 443, allowed: true },
      { what: 'a named address to the resolver', from: NODE, to: RESOLVER, port: 1053, protocol: 'UDP', allowed: true },
      { what: 'another address to the resolver', from: OUTSIDE, to: RESOLVER, port: 1053, protocol: 'UDP', allowed: false },
      { what: 'the clean-up to the named API server', from: JOB, to: API_SERVER, port: 16443, allowed: true },
      { what: 'the clean-up to another address', from: JOB, to: OUTSIDE, port: 6443, allowed: false },
    ],
  },
  {
    name: 'with an import under a local name, whose callers nobody names',
    build: app => localNameMesh(app),
    connections: [
      { what: 'every namespace through the egress gateway', from: OTHER, to: EGRESS, port: 15443, allowed: true },
      { what: 'the outside through it', from: OUTSIDE, to: EGRESS, port: 15443, allowed: false },
    ],
  },
  {
    name: 'with source ranges, where the gateway sees the address of the client',
    build: app => policyMesh(app, {}, { ingressGatewayService: GatewayService.gcp(RANGES) }),
    connections: [
      { what: 'an address of the range', from: OUTSIDE, to: INGRESS, port: 15443, allowed: true },
      { what: 'an address outside of it', from: FAR_OUTSIDE, to: INGRESS, port: 15443, allowed: false },
      { what: 'a pod of the cluster', from: OTHER, to: INGRESS, port: 15443, allowed: true },
      { what: 'a health check', from: FAR_OUTSIDE, to: INGRESS, port: 15021, allowed: true },
    ],
  },
  {
    name: 'with source ranges, where the gateway sees the address of a node',
    build: app => policyMesh(app, {}, { ingressGatewayService: GatewayService.loadBalancer(RANGES) }),
    connections: [{ what: 'a node', from: NODE, to: INGRESS, port: 15443, allowed: true }],
  },
  {
    name: 'with web ports',
    build: app => policyMesh(app, {}, { ingressGatewayService: GatewayService.loadBalancer({ webPorts: true }) }),
    connections: [
      { what: 'a client to port 443 of a gateway installed by istioctl', from: OUTSIDE, to: INGRESS, port: 8443, allowed: true },
      { what: 'a client to port 443 of a gateway installed by Helm', from: OUTSIDE, to: INGRESS, port: 443, allowed: true },
      { what: 'the gateway to any pod', from: INGRESS, to: OTHER, port: 8080, allowed: true },
    ],
  },
  {
    name: 'with Gateways of any namespace',
    build: app => policyMesh(app, {}, { gatewaysOfAnyNamespace: true }),
    connections: [{ what: 'the gateway to any pod', from: INGRESS, to: OTHER, port: 8080, allowed: true }],
  },
];
