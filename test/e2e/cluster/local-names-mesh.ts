import { ApiObject } from 'cdk8s';
import {
  AllowedCaller, ClusterPriority, EgressGateway, ExportServiceOptions, GatewayAddress, StringMatch, ImportName, ImportPath,
  IstioRelease, Mesh, MeshApp, MeshCluster, RemoteService, Routing, ServicePort, ServiceVersion, Sleep,
} from '../../../src';

const PORTS = [ServicePort.http('http', 8000), ServicePort.tcp('tcp-raw', 6379)];
/** The Service has a named target port, which entries must know by its name. */
const SERVICE_PORTS = [{ name: 'http', port: 8000, targetPort: 8080 }, { name: 'tcp-raw', port: 6379, targetPort: 'web' }];
const VERSIONS = { v1: ServiceVersion.of('v1'), v2: ServiceVersion.of('v2') };

/** What is told of the clusters that run. */
export interface LocalNamesInputs {
  readonly istio: IstioRelease;
  readonly outdir: string;
  readonly gateways: { readonly [cluster: string]: string };
  /** A hostname that the cluster's DNS gives the address of the gateway of cluster3. */
  readonly hostname: string;
  /** The clusterIP of the egress gateway of cluster1. */
  readonly egressGateway: string;
  /** Address of the node of cluster2, and the node port of its gateway. */
  readonly node: { readonly address: string; readonly port: number };
}

/**
 * Services that callers of cluster1 reach by their own names. cluster1 has no pods of `api`, `shares`, `named` and `out`; all three
 * clusters run `both`. `liar` runs as another account than its export says, and nobody exports `hidden`.
 */
export function localNames({ istio, outdir, gateways, hostname, egressGateway, node }: LocalNamesInputs): void {
  const app = new MeshApp({ outdir });
  const mesh = new Mesh(app, 'mesh', { istio });
  const [one, two, three] = Object.entries(gateways).map(([name, address]) => mesh.addCluster(name, {
    ingressGateway: GatewayAddress.of(address),
    egressGateway: name === 'cluster1' ? EgressGateway.clusterIp(egressGateway) : undefined,
  }));
  for (const cluster of [one, two, three]) {
    cluster.addNamespace('team');
    cluster.addNamespace('back');
    new Sleep(cluster, 'sleep', { istio, namespace: 'team' });
  }
  const created = { name: ImportName.local({ createService: true, targetPorts: { 'tcp-raw': 'web' } }) };

  workload(two, 'api', ['v1', 'v2']);
  workload(three, 'api', ['v2']);
  const api = two.exportService('api', { ...exported('api'), versions: [VERSIONS.v1, VERSIONS.v2] });
  three.exportService('api', { ...exported('api'), versions: [VERSIONS.v2] });
  const byHeader = Routing.weights({ v2: 100 }).whenHeaders({ version: StringMatch.exact('one') }, { v1: 100 });
  one.importService(api, { ...created, routing: byHeader });

  [one, two, three].forEach(cluster => workload(cluster, 'both', ['v1']));
  const inOrder = ClusterPriority.inOrder('cluster3', 'cluster2', 'cluster1');
  const [both] = mesh.replicateService('both', { ...exported('both'), clusters: [one, two, three], priority: inOrder });
  one.importService(both.service, { namespace: 'team', priority: inOrder });

  [two, three].forEach(cluster => workload(cluster, 'shares', ['v1']));
  const [shares] = [two, three].map(cluster => cluster.exportService('shares', exported('shares')));
  const byShare = ClusterPriority.weights({ cluster2: 80, cluster3: 20 });
  one.importService(shares, { ...created, priority: byShare });
  one.importService(shares, { namespace: 'team', priority: byShare });

  workload(two, 'liar', ['v1']);
  one.importService(two.exportService('liar', { ...exported('liar'), serviceAccount: 'somebody-else' }), created);

  workload(two, 'hidden', ['v1']);
  one.importService(elsewhere('hidden', 'nobody', GatewayAddress.of(gateways.cluster2)), created);

  workload(three, 'named', ['v1']);
  three.exportService('named', exported('named'));
  one.importService(elsewhere('named', 'by-hostname', GatewayAddress.of(hostname)), created);

  workload(two, 'by-port', ['v1']);
  two.exportService('by-port', exported('by-port'));
  one.importService(elsewhere('by-port', 'by-node-port', GatewayAddress.of(node.address, { port: node.port })), created);

  workload(two, 'guarded', ['v1']);
  const allow = [AllowedCaller.serviceAccount('team', 'sleep')];
  one.importService(two.exportService('guarded', { ...exported('guarded'), strictMtls: true, allow }), created);

  workload(two, 'out', ['v1']);
  one.importService(two.exportService('out', exported('out')), { ...created, via: ImportPath.egressGateway() });
  app.synth();
}

function exported(name: string): ExportServiceOptions {
  return { namespace: 'back', ports: PORTS, serviceAccount: name, workloadSelector: { app: name } };
}

/** A service described by hand, whose exporter has a name that no cluster of the mesh has. */
function elsewhere(name: string, cluster: string, gateway: GatewayAddress): RemoteService {
  const exporter = { cluster, gateways: [gateway], serviceAccount: name, workloadSelector: { app: name } };
  return new RemoteService({ name, namespace: 'back', ports: PORTS, exporters: [exporter] });
}

/** A Service whose pods answer with the name of their cluster and their version at /env. */
function workload(cluster: MeshCluster, name: string, versions: string[]): void {
  const metadata = { name, namespace: 'back' };
  new ApiObject(cluster, `account-${name}`, { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  new ApiObject(
    cluster,
    `service-${name}`,
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: { app: name }, ports: SERVICE_PORTS } },
  );
  for (const version of versions) {
    const labels = { app: name, version };
    const container = {
      name: 'httpbin',
      image: 'docker.io/mccutchen/go-httpbin:v2.16.0',
      ports: [{ name: 'web', containerPort: 8080 }],
      env: [{ name: 'HTTPBIN_ENV_ANSWER', value: `${cluster.clusterName} ${version}` }],
    };
    new ApiObject(cluster, `deployment-${name}-${version}`, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { ...metadata, name: `${name}-${version}` },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { serviceAccountName: name, containers: [container] } },
      },
    });
  }
}

/** What is told of clusters with trust domains of their own. */
export interface TrustDomainInputs extends Pick<LocalNamesInputs, 'istio' | 'outdir' | 'gateways'> {
  readonly trustDomains: { readonly [cluster: string]: string };
}

/**
 * A service that cluster1 calls by its own name in clusters of other trust domains, and one that runs as another account than its
 * export says. Both are imported under the global name too.
 */
export function localNamesOfTrustDomains({ istio, outdir, gateways, trustDomains }: TrustDomainInputs): void {
  const app = new MeshApp({ outdir });
  const mesh = new Mesh(app, 'mesh', { istio });
  const [one, two, three] = Object.entries(gateways).map(([name, address]) => mesh.addCluster(name, {
    ingressGateway: GatewayAddress.of(address),
    trustDomain: trustDomains[name],
    trustDomainAliases: Object.values(trustDomains).filter(other => other !== trustDomains[name]),
  }));
  for (const cluster of [one, two, three]) {
    cluster.addNamespace('team');
    cluster.addNamespace('back');
  }
  new Sleep(one, 'sleep', { istio, namespace: 'team' });
  const name = ImportName.local({ createService: true, targetPorts: { 'tcp-raw': 'web' } });
  [two, three].forEach(cluster => workload(cluster, 'api', ['v1']));
  const [api] = [two, three].map(cluster => cluster.exportService('api', exported('api')));
  workload(two, 'liar', ['v1']);
  const liar = two.exportService('liar', { ...exported('liar'), serviceAccount: 'somebody-else' });
  for (const service of [api, liar]) {
    one.importService(service, { name });
    one.importService(service, { namespace: 'team' });
  }
  app.synth();
}
