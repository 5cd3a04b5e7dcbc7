import { ApiObject } from 'cdk8s';
import {
  ClusterPriority, EgressGateway, ExportServiceOptions, GatewayAddress, HeaderMatch, ImportName, ImportPath, IstioRelease, Mesh, MeshApp,
  MeshCluster,
  RemoteService, Routing, ServicePort, ServiceVersion, Sleep,
} from '../../../src';

/** The names of the services that the proof calls, all in namespace `back`. */
export const SERVICES = ['api', 'both', 'shares', 'liar', 'hidden', 'named', 'out'] as const;

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
}

/**
 * Services that callers of cluster1 reach by their own names. cluster1 has no pods of `api`, `shares`, `named` and `out`; all three
 * clusters run `both`. `liar` runs as another account than its export says, and nobody exports `hidden`.
 */
export function localNames({ istio, outdir, gateways, hostname, egressGateway }: LocalNamesInputs): void {
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
  const byHeader = Routing.weights({ v2: 100 }).whenHeaders({ version: HeaderMatch.exact('one') }, { v1: 100 });
  one.importService(api, { ...created, routing: byHeader });

  [one, two, three].forEach(cluster => workload(cluster, 'both', ['v1']));
  mesh.replicateService(
    'both',
    { ...exported('both'), clusters: [one, two, three], priority: ClusterPriority.inOrder('cluster3', 'cluster2', 'cluster1') },
  );

  [two, three].forEach(cluster => workload(cluster, 'shares', ['v1']));
  const [shares] = [two, three].map(cluster => cluster.exportService('shares', exported('shares')));
  one.importService(shares, { ...created, priority: ClusterPriority.weights({ cluster2: 80, cluster3: 20 }) });

  workload(two, 'liar', ['v1']);
  one.importService(two.exportService('liar', { ...exported('liar'), serviceAccount: 'somebody-else' }), created);

  workload(two, 'hidden', ['v1']);
  one.importService(elsewhere('hidden', 'nobody', gateways.cluster2), created);

  workload(three, 'named', ['v1']);
  three.exportService('named', exported('named'));
  one.importService(elsewhere('named', 'by-hostname', hostname), created);

  workload(two, 'out', ['v1']);
  one.importService(two.exportService('out', exported('out')), { ...created, via: ImportPath.egressGateway() });
  app.synth();
}

function exported(name: string): ExportServiceOptions {
  return { namespace: 'back', ports: PORTS, serviceAccount: name, workloadSelector: { app: name } };
}

/** A service described by hand, whose exporter has a name that no cluster of the mesh has. */
function elsewhere(name: string, cluster: string, gateway: string): RemoteService {
  const exporter = { cluster, gateways: [GatewayAddress.of(gateway)], serviceAccount: name, workloadSelector: { app: name } };
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
