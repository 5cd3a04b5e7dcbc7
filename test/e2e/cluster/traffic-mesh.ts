import { ApiObject, Duration } from 'cdk8s';
import {
  ExportServiceOptions, GatewayAddress, ImportName, ImportServiceOptions, IstioRelease, LoadBalancing, Mesh, MeshApp, MeshCluster,
  PathMatch, RetryOn, Routing, ServicePort, ServiceVersion, Sleep,
} from '../../../src';

/** What is told of the clusters that run. */
export interface TrafficInputs {
  readonly istio: IstioRelease;
  readonly outdir: string;
  readonly gateways: { readonly [cluster: string]: string };
}

/** Name of the header that the hash reads. */
export const USER = 'x-user';
/** Status that the fault answers, which no pod does. */
export const FAULT = 418;
/** Percentages of the clusters. */
export const SHARES = { cluster2: 80, cluster3: 20 };
/** Header that the overrides add to answers. */
export const OVERRIDDEN = { name: 'x-way-out', value: 'merged' };

/** Versions of `routed` and of `mirrored`, both in cluster2. */
const VERSIONS = ['v1', 'v2'];
/** Version that serves what no routing divides. */
const FIRST = { app: 'traffic', version: 'v1' };
const BROKEN = { app: 'broken' };

/** Services, with the policy of their imports, and the labels of their pods by cluster. */
const SERVICES: { readonly [name: string]: Service } = {
  plain: { policy: {}, pods: { cluster2: FIRST } },
  slow: { policy: { timeout: Duration.seconds(1) }, pods: { cluster2: FIRST } },
  flaky: { policy: { retries: { attempts: 0 } }, pods: { cluster2: FIRST, cluster3: BROKEN } },
  // The broken pods answer 404.
  retried: { policy: { retries: { attempts: 3, on: [RetryOn.RESET], statusCodes: [404] } }, pods: { cluster2: FIRST, cluster3: BROKEN } },
  hashed: { policy: { loadBalancing: LoadBalancing.byHeader(USER) }, pods: { cluster2: FIRST, cluster3: FIRST } },
  canary: { policy: { routing: Routing.all({ clusters: SHARES }) }, pods: { cluster2: FIRST, cluster3: FIRST } },
  mirrored: { policy: { routing: Routing.all({ versions: { v1: 100 }, mirror: { version: 'v2' } }) }, versions: VERSIONS },
  overridden: {
    policy: { overrides: { httpRoute: { headers: { response: { set: { [OVERRIDDEN.name]: OVERRIDDEN.value } } } } } },
    pods: { cluster2: FIRST },
  },
  routed: {
    policy: {
      routing: Routing.weights({ v1: 100 })
        .when({ path: PathMatch.prefix('/who') }, { versions: { v2: 100 }, rewrite: { path: '/env' } })
        .when({ path: PathMatch.exact('/anything'), method: 'DELETE' }, { fault: { abortStatus: FAULT } })
        .when({ path: PathMatch.exact('/old') }, { redirect: { path: '/new', status: 308 } }),
    },
    versions: VERSIONS,
  },
};

interface Service {
  readonly policy: Partial<ImportServiceOptions>;
  /** Labels of the pods, by cluster; by default all versions in cluster2. */
  readonly pods?: { readonly [cluster: string]: { [label: string]: string } };
  readonly versions?: string[];
}

/** Services of cluster2 and cluster3 that cluster1 imports with a policy each, under the global and under the local name. */
export function trafficMesh({ istio, outdir, gateways }: TrafficInputs): void {
  const app = new MeshApp({ outdir });
  const mesh = new Mesh(app, 'mesh', { istio });
  const [caller, ...exporters] = Object.entries(gateways).map(
    ([name, address]) => mesh.addCluster(name, { ingressGateway: GatewayAddress.of(address) }),
  );
  for (const cluster of [caller, ...exporters]) {
    cluster.addNamespace('team');
    cluster.addNamespace('back');
  }
  new Sleep(caller, 'sleep', { istio, namespace: 'team' });
  VERSIONS.forEach(version => pods(mesh.cluster('cluster2'), version, { ...FIRST, version }));
  pods(mesh.cluster('cluster3'), 'v1', FIRST);
  pods(mesh.cluster('cluster3'), 'broken', BROKEN, '/elsewhere');
  for (const [name, { policy, versions, pods: selectors = { cluster2: { app: FIRST.app } } }] of Object.entries(SERVICES)) {
    const [exported] = Object.entries(selectors).map(([cluster, selector]) => {
      service(mesh.cluster(cluster), name, selector);
      return mesh.cluster(cluster).exportService(name, exportOptions(selector, versions));
    });
    caller.importService(exported, { namespace: 'team', ...policy });
    caller.importService(exported, { ...policy, name: ImportName.local({ createService: true, selector: { app: name } }) });
  }
  app.synth();
}

function exportOptions(workloadSelector: { [label: string]: string }, versions?: string[]): ExportServiceOptions {
  return {
    namespace: 'back',
    ports: [ServicePort.http('http', 8000)],
    workloadSelector,
    serviceAccount: 'traffic',
    versions: versions?.map(version => ServiceVersion.of(version)),
  };
}

function service(cluster: MeshCluster, name: string, selector: { [label: string]: string }): void {
  new ApiObject(cluster, `service-${name}`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'back' },
    spec: { selector, ports: [{ name: 'http', port: 8000, targetPort: 8080 }] },
  });
}

/** Pods that answer with the name of their cluster and their version at /env, or that answer 404 there, with another prefix. */
function pods(cluster: MeshCluster, name: string, labels: { [label: string]: string }, prefix?: string): void {
  const metadata = { name: 'traffic', namespace: 'back' };
  if (!cluster.node.tryFindChild('account')) {
    new ApiObject(cluster, 'account', { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  }
  const env = { HTTPBIN_ENV_ANSWER: `${cluster.clusterName} ${name}`, ...prefix && { PREFIX: prefix } };
  const container = {
    name: 'httpbin',
    image: 'docker.io/mccutchen/go-httpbin:v2.16.0',
    ports: [{ containerPort: 8080 }],
    env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
  };
  new ApiObject(cluster, `deployment-${name}`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...metadata, name: `traffic-${name}` },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { serviceAccountName: 'traffic', containers: [container] } },
    },
  });
}
