import { ApiObject, App } from 'cdk8s';
import {
  AllowedCaller, ClusterDns, EgressGateway, GatewayAddress, HeaderMatch, ImportPath, IstioRelease,
  Mesh, MeshCluster, MeshClusterOptions, MeshTrust, RetirementStep, Routing, ServicePort, ServiceVersion, Sleep,
} from 'cdk8s-istio-multicluster';
import given from './clusters.json';

/** What the mesh must know of running clusters: the shape of clusters.json. */
export interface Addresses {
  readonly [cluster: string]: {
    readonly ingressGateway: string;
    /** The clusterIP of the egress gateway; by the name of its Service without one. */
    readonly egressGateway?: string;
    /** A free clusterIP for a resolver of remote names, and the Corefile of the cluster's DNS as it is now. */
    readonly dns?: { readonly clusterIp: string; readonly corefile: string };
  };
}

/** What is about to go. */
export interface Retiring {
  /** Whether the imports of `alone`, which only cluster3 exports, retire: before cluster3 does. */
  readonly alone?: boolean;
  readonly cluster3?: RetirementStep;
}

/**
 * Three clusters. cluster2 and cluster3 export `catalog`, so callers in cluster1 survive the loss of either; `cart` has
 * two versions; `orders` lets only one caller in; `ledger` has a TCP port beside its HTTP port; `echo` speaks gRPC and
 * plain TCP; `internal` is exported by nobody. Namespace `direct` of cluster1 goes to the remote gateways itself, namespace `egress` through the egress
 * gateway, and namespace `stranger` imports nothing.
 */
export function threeClusters(
  app: App,
  istio = IstioRelease.V1_31,
  addresses: Addresses = given,
  trust?: MeshTrust,
  retiring: Retiring = {},
): Mesh {
  const mesh = new Mesh(app, 'mesh', { istio, trust });
  const [cluster1, cluster2, cluster3] = (['cluster1', 'cluster2', 'cluster3'] as const).map(name => mesh.addCluster(name, {
    ingressGateway: GatewayAddress.of(addresses[name].ingressGateway),
    egressGateway: name === 'cluster1' ? egressGateway(addresses[name].egressGateway) : undefined,
    retire: name === 'cluster3' ? retiring.cluster3 : undefined,
    ...resolver(addresses[name].dns),
  }));
  for (const namespace of ['direct', 'egress', 'stranger']) {
    cluster1.addNamespace(namespace);
    new Sleep(cluster1, `sleep-${namespace}`, { istio, namespace });
  }
  [cluster2, cluster3].forEach(cluster => cluster.addNamespace('shop'));
  for (const [cluster, name, versions] of [
    [cluster2, 'catalog', ['v1']], [cluster3, 'catalog', ['v1']], [cluster2, 'cart', ['v1', 'v2']], [cluster2, 'orders', ['v1']], [cluster2, 'ledger', ['v1']], [cluster2, 'internal', ['v1']],
  ] as const) {
    workload(cluster, name, versions);
  }

  const http = [ServicePort.http('http', 8000)];
  const [catalog] = [cluster2, cluster3].map(
    cluster => cluster.exportService('catalog', { namespace: 'shop', ports: http, serviceAccount: 'catalog' }),
  );
  const cart = cluster2.exportService(
    'cart',
    { namespace: 'shop', ports: http, serviceAccount: 'cart', versions: [ServiceVersion.of('v1'), ServiceVersion.of('v2')] },
  );
  const orders = cluster2.exportService('orders', {
    namespace: 'shop',
    ports: http,
    serviceAccount: 'orders',
    workloadSelector: { app: 'orders' },
    strictMtls: true,
    allow: [AllowedCaller.serviceAccount('direct', 'sleep')],
  });
  const ledger = cluster2.exportService(
    'ledger',
    { namespace: 'shop', ports: [...http, ServicePort.tcp('tcp', 9000)], serviceAccount: 'ledger' },
  );
  const alone = cluster3.exportService('alone', { namespace: 'shop', ports: http });
  workload(cluster3, 'alone', ['v1']);
  const echo = cluster2.exportService(
    'echo',
    { namespace: 'shop', ports: [ServicePort.grpc('grpc', 7070), ServicePort.tcp('tcp', 9090)], serviceAccount: 'echo' },
  );
  echoWorkload(cluster2);

  const byVersion = Routing.weights({ v1: 90, v2: 10 }).whenHeaders({ 'end-user': HeaderMatch.exact('jason') }, { v2: 100 });
  for (const [namespace, via] of [['direct', ImportPath.direct()], ['egress', ImportPath.egressGateway()]] as const) {
    for (const service of [catalog, orders, ledger, alone, echo]) {
      cluster1.importService(service, { namespace, via, retire: service === alone && retiring.alone });
    }
    cluster1.importService(cart, { namespace, via, routing: byVersion });
  }
  return mesh;
}

function egressGateway(clusterIp?: string): EgressGateway {
  return clusterIp ? EgressGateway.clusterIp(clusterIp) : EgressGateway.service();
}

/** For pods without a sidecar: a resolver of the mesh, and the cluster's DNS sending the zone to it. */
function resolver(dns?: { readonly clusterIp: string; readonly corefile: string }): MeshClusterOptions {
  return dns ? { globalDns: { clusterIp: dns.clusterIp }, dns: ClusterDns.coreDns({ corefile: dns.corefile }) } : {};
}

/** A workload that answers with the name of its cluster and its version at /env. */
function workload(cluster: MeshCluster, name: string, versions: readonly string[]): void {
  const ports = [{ name: 'http', port: 8000, targetPort: 8080 }, { name: 'tcp', port: 9000, targetPort: 8080 }];
  accountAndService(cluster, name, ports);
  for (const version of versions) {
    const env = { name: 'HTTPBIN_ENV_ANSWER', value: `${cluster.clusterName} ${version}` };
    deployment(
      cluster,
      name,
      version,
      { name: 'httpbin', image: 'docker.io/mccutchen/go-httpbin:v2.16.0', ports: [{ containerPort: 8080 }], env: [env] },
    );
  }
}

/** Istio's own echo server: it answers gRPC calls and lines of text. */
function echoWorkload(cluster: MeshCluster): void {
  accountAndService(cluster, 'echo', [{ name: 'grpc', port: 7070 }, { name: 'tcp', port: 9090 }]);
  const args = ['--grpc=7070', '--tcp=9090', '--port=8080', '--version=v1', `--cluster=${cluster.clusterName}`];
  deployment(
    cluster,
    'echo',
    'v1',
    { name: 'app', image: 'registry.istio.io/testing/app:latest', args, ports: [7070, 9090].map(containerPort => ({ containerPort })) },
  );
}

function accountAndService(cluster: MeshCluster, name: string, ports: object[]): void {
  const metadata = { name, namespace: 'shop' };
  new ApiObject(cluster, `account-${name}`, { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  new ApiObject(cluster, `service-${name}`, { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: { app: name }, ports } });
}

function deployment(cluster: MeshCluster, name: string, version: string, container: object): void {
  const labels = { app: name, version };
  new ApiObject(cluster, `deployment-${name}-${version}`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `${name}-${version}`, namespace: 'shop' },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { serviceAccountName: name, containers: [container] } },
    },
  });
}
