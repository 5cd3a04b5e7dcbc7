import { ApiObject, App } from 'cdk8s';
import {
  AllowedCaller, ClusterDns, EgressGateway, GatewayAddress, StringMatch, ImportPath, IstioRelease,
  Mesh, MeshCluster, MeshClusterOptions, MeshTrust, RetirementStep, Routing, ServicePort, ServiceVersion, Sleep,
} from 'cdk8s-istio-multicluster';
import exampleAddresses from './clusters.json';

/** Addresses in the running clusters, in the form of clusters.json. */
export interface Addresses {
  readonly [cluster: string]: {
    readonly ingressGateway: string;
    /** The trust domain, where clusters have different ones. */
    readonly trustDomain?: string;
    /** The clusterIP of the egress gateway; without it, callers use the name of its Service. */
    readonly egressGateway?: string;
    /** A free clusterIP for a resolver of remote names, and the current Corefile of the cluster. */
    readonly dns?: { readonly clusterIp: string; readonly corefile: string };
  };
}

/** Parts of the mesh that retire. */
export interface Retiring {
  /** Whether the imports of `alone` retire. Only cluster3 exports it, so they must retire before cluster3. */
  readonly alone?: boolean;
  readonly cluster3?: RetirementStep;
}

/**
 * A mesh of three clusters with these services:
 * - `catalog`: cluster2 and cluster3 export it, so callers in cluster1 survive the loss of either
 * - `cart`: has two versions
 * - `orders`: accepts one caller only
 * - `ledger`: has an HTTP port and a TCP port
 * - `echo`: has a gRPC port and a TCP port
 * - `alone`: only cluster3 exports it
 * - `internal`: is not exported
 *
 * In cluster1, namespace `direct` calls the remote gateways directly, namespace `egress` calls them through the egress gateway,
 * and namespace `stranger` has no imports.
 */
export function threeClusters(
  app: App,
  istio = IstioRelease.V1_31,
  addresses: Addresses = exampleAddresses,
  trust?: MeshTrust,
  retiring: Retiring = {},
): Mesh {
  const mesh = new Mesh(app, 'mesh', { istio, trust });
  const [cluster1, cluster2, cluster3] = (['cluster1', 'cluster2', 'cluster3'] as const).map(name => mesh.addCluster(name, {
    ingressGateway: GatewayAddress.of(addresses[name].ingressGateway),
    ...trustDomains(addresses, name),
    egressGateway: name === 'cluster1' ? egressGateway(addresses[name].egressGateway) : undefined,
    retire: name === 'cluster3' ? retiring.cluster3 : undefined,
    ...resolver(addresses[name].dns),
  }));
  for (const namespace of ['direct', 'egress', 'stranger']) {
    cluster1.addNamespace(namespace);
    new Sleep(cluster1, `sleep-${namespace}`, { istio, namespace });
  }
  [cluster2, cluster3].forEach(cluster => cluster.addNamespace('shop'));
  addHttpbin(cluster2, 'catalog', ['v1']);
  addHttpbin(cluster3, 'catalog', ['v1']);
  addHttpbin(cluster2, 'cart', ['v1', 'v2']);
  addHttpbin(cluster2, 'orders', ['v1']);
  addHttpbin(cluster2, 'ledger', ['v1']);
  addHttpbin(cluster2, 'internal', ['v1']);

  const http = [ServicePort.http('http', 8000)];
  const catalog = cluster2.exportService('catalog', { namespace: 'shop', ports: http, serviceAccount: 'catalog' });
  cluster3.exportService('catalog', { namespace: 'shop', ports: http, serviceAccount: 'catalog' });
  const cart = cluster2.exportService('cart', {
    namespace: 'shop',
    ports: http,
    serviceAccount: 'cart',
    versions: [ServiceVersion.of('v1'), ServiceVersion.of('v2')],
  });
  const orders = cluster2.exportService('orders', {
    namespace: 'shop',
    ports: http,
    serviceAccount: 'orders',
    workloadSelector: { app: 'orders' },
    strictMtls: true,
    allow: [AllowedCaller.serviceAccount('direct', 'sleep'), AllowedCaller.serviceAccount('egress', 'orders-client')],
  });
  const ledger = cluster2.exportService('ledger', {
    namespace: 'shop',
    ports: [...http, ServicePort.tcp('tcp', 9000)],
    serviceAccount: 'ledger',
  });
  const alone = cluster3.exportService('alone', { namespace: 'shop', ports: http });
  addHttpbin(cluster3, 'alone', ['v1']);
  const echo = cluster2.exportService('echo', {
    namespace: 'shop',
    ports: [ServicePort.grpc('grpc', 7070), ServicePort.tcp('tcp', 9090)],
    serviceAccount: 'echo',
  });
  addEcho(cluster2);

  const byVersion = Routing.weights({ v1: 90, v2: 10 }).whenHeaders({ 'end-user': StringMatch.exact('jason') }, { v2: 100 });
  for (const namespace of ['direct', 'egress']) {
    const via = namespace === 'direct' ? ImportPath.direct() : ImportPath.egressGateway();
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

/** A cluster accepts callers of its own trust domain and of those that it lists. */
function trustDomains(addresses: Addresses, name: string): MeshClusterOptions {
  const { trustDomain } = addresses[name];
  const others = Object.values(addresses).flatMap(address => address.trustDomain ?? []);
  return trustDomain ? { trustDomain, trustDomainAliases: [...new Set(others.filter(other => other !== trustDomain))] } : {};
}

/** Options for pods without a sidecar: a resolver of remote names, to which the cluster's DNS forwards the zone of the mesh. */
function resolver(dns?: { readonly clusterIp: string; readonly corefile: string }): MeshClusterOptions {
  return dns ? { globalDns: { clusterIp: dns.clusterIp }, dns: ClusterDns.coreDns({ corefile: dns.corefile }) } : {};
}

/** Adds a Service whose pods answer with the name of their cluster and their version at /env. */
function addHttpbin(cluster: MeshCluster, name: string, versions: readonly string[]): void {
  const ports = [{ name: 'http', port: 8000, targetPort: 8080 }, { name: 'tcp', port: 9000, targetPort: 8080 }];
  addAccountAndService(cluster, name, ports);
  for (const version of versions) {
    const env = { name: 'HTTPBIN_ENV_ANSWER', value: `${cluster.clusterName} ${version}` };
    const image = 'docker.io/mccutchen/go-httpbin:v2.16.0';
    addDeployment(cluster, name, version, { name: 'httpbin', image, ports: [{ containerPort: 8080 }], env: [env] });
  }
}

/** Adds Istio's echo server, which answers gRPC calls and lines of text. */
function addEcho(cluster: MeshCluster): void {
  addAccountAndService(cluster, 'echo', [{ name: 'grpc', port: 7070 }, { name: 'tcp', port: 9090 }]);
  const args = ['--grpc=7070', '--tcp=9090', '--port=8080', '--version=v1', `--cluster=${cluster.clusterName}`];
  const ports = [{ containerPort: 7070 }, { containerPort: 9090 }];
  addDeployment(cluster, 'echo', 'v1', { name: 'app', image: 'registry.istio.io/testing/app:latest', args, ports });
}

function addAccountAndService(cluster: MeshCluster, name: string, ports: object[]): void {
  const metadata = { name, namespace: 'shop' };
  new ApiObject(cluster, `account-${name}`, { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  new ApiObject(cluster, `service-${name}`, { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: { app: name }, ports } });
}

function addDeployment(cluster: MeshCluster, name: string, version: string, container: object): void {
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
