import { found, imported, manifestFolder, objectsOfProgram, withFate } from './imported';
import { readInputs } from '../../../src/cli/import/input/inputs';
import { RunningClusters } from '../running/running-clusters';

/** Text that stands where credentials stand; it must appear nowhere. */
const CREDENTIAL = 'bm90LWEta2V5';

function remoteSecret(cluster: string) {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: `istio-remote-secret-${cluster}`,
      namespace: 'istio-system',
      labels: { 'istio/multiCluster': 'true' },
      annotations: { 'networking.istio.io/cluster': cluster, 'kubectl.kubernetes.io/last-applied-configuration': CREDENTIAL },
    },
    data: { [cluster]: CREDENTIAL },
  };
}

function gatewayService(ip: string) {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'istio-eastwestgateway', namespace: 'istio-system' },
    spec: { type: 'LoadBalancer', selector: { istio: 'eastwestgateway' }, ports: [{ name: 'tls', port: 15443 }] },
    status: { loadBalancer: { ingress: [{ ip }] } },
  };
}

const WIDE_GATEWAY = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'Gateway',
  metadata: { name: 'cross-network-gateway', namespace: 'istio-system' },
  spec: {
    selector: { istio: 'eastwestgateway' },
    servers: [{ port: { number: 15443, name: 'tls', protocol: 'TLS' }, tls: { mode: 'AUTO_PASSTHROUGH' }, hosts: ['*.local'] }],
  },
};

function service(name: string, port: object = { name: 'http', port: 5000, targetPort: 'web' }) {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'sample' }, spec: { selector: { app: name }, ports: [port] } };
}

function deployment(name: string) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'sample' },
    spec: { template: { metadata: { labels: { app: name } } } },
  };
}

const EAST = [
  remoteSecret('cluster2'), gatewayService('203.0.113.10'), WIDE_GATEWAY, service('hello'), deployment('hello'), service('api'),
];
const WEST = [
  remoteSecret('cluster1'), gatewayService('203.0.113.20'), WIDE_GATEWAY, service('hello'), deployment('hello'),
  service('api'), deployment('api'),
];

async function importedMesh(east: object[] = EAST, west: object[] = WEST) {
  const folder = manifestFolder({ 'east.yaml': east, 'west.yaml': west });
  return imported(`cluster1=${folder}/east.yaml`, `cluster2=${folder}/west.yaml`);
}

test('a Service that several clusters run is replicated under its own name', async () => {
  const { code, report } = await importedMesh();
  const written = objectsOfProgram(report.program);
  expect(code).toBe(0);
  expect(report.program).toContain("mesh.replicateService('hello', {\n  clusters: [cluster1, cluster2],");
  expect(found(written.get('cluster1'), 'WorkloadEntry', 'mesh.hello.cluster2.0').spec).toMatchObject(
    { address: '203.0.113.20', network: 'cluster2', ports: { http: 15443, web: 15443 }, labels: { app: 'hello' } },
  );
});

test('a Service without pods is imported from the cluster that runs them', async () => {
  const { report } = await importedMesh();
  const written = objectsOfProgram(report.program);
  expect(report.program).toContain("const api = cluster2.exportService('api', {");
  expect(report.program).toContain('cluster1.importService(api, { name: ImportName.local(');
  expect(found(written.get('cluster2'), 'WorkloadEntry', 'mesh.api.cluster1.0')).toBeUndefined();
});

test('exports open the gateway pods that other clusters reach today', async () => {
  const { report } = await importedMesh();
  const gateway = found(objectsOfProgram(report.program).get('cluster2'), 'Gateway', 'mesh-hello-sample');
  expect(gateway.spec.selector).toEqual({ istio: 'eastwestgateway' });
});

test('the remote secrets are listed as removable, and nothing of their content is kept', async () => {
  const { report, err } = await importedMesh();
  const removable = report.objects.filter(({ kind, remove }) => kind === 'Secret'
    && remove).map(({ cluster, name }) => `${cluster} ${name}`);
  expect(removable).toEqual(['cluster1 istio-remote-secret-cluster2', 'cluster2 istio-remote-secret-cluster1']);
  expect(JSON.stringify(report) + err).not.toContain(CREDENTIAL);
});

test('the data of a Secret is dropped when it is read, with the text of its file', () => {
  const list = { apiVersion: 'v1', kind: 'List', items: [remoteSecret('cluster3')] };
  const folder = manifestFolder({ 'east.yaml': EAST, 'list.yaml': [list] });
  const paths = ['east.yaml', 'list.yaml'].map(file => `cluster1=${folder}/${file}`);
  const secrets = readInputs(paths).clusters.get('cluster1')!.of('Secret');
  expect(secrets.map(({ name }) => name)).toEqual(['istio-remote-secret-cluster2', 'istio-remote-secret-cluster3']);
  expect(JSON.stringify(secrets)).not.toContain(CREDENTIAL);
});

test('a remote secret for a cluster that is not imported is listed', async () => {
  const { code, report } = await importedMesh([...EAST, remoteSecret('cluster3')]);
  expect([code, withFate(report, 'not expressed')]).toEqual([1, [expect.stringContaining('cluster3, of which nothing is imported')]]);
});

test.each<{ readonly what: string; readonly east: object[]; readonly reason: string }>([
  {
    what: 'whose gateway has no known address',
    east: EAST
      .filter(object => object !== EAST[1]),
    reason: 'name it by --gateway cluster1=ADDRESS',
  },
  {
    what: 'with a port that has no name',
    east: [...EAST.slice(0, 3), service('hello', { port: 80 }), deployment('hello')],
    reason: 'name it in the Service first',
  },
])('a shared Service $what is listed', async ({ east, reason }) => {
  const { code, report } = await importedMesh(east);
  expect(code).toBe(1);
  expect(withFate(report, 'not expressed')).toContainEqual(expect.stringContaining(reason));
});

test('a live cluster is read by kubectl, without its Secrets', async () => {
  const all = '--all-namespaces --output=json --ignore-not-found';
  const running = new RunningClusters({ east: { [`get services ${all}`]: { items: [service('hello')] } } });
  running.fail('east', `get dependencies.admiral.io ${all}`, 'error: the server doesn\'t have a resource type "dependencies"');
  const { code, report } = await imported('--context', 'cluster1=east', '--kubectl', running.kubectl);
  expect([code, report.objects.map(({ name }) => name), report.objects[0].place.file]).toEqual([0, ['hello'], 'context east: services']);
  expect(running.calls.length).toBeGreaterThan(10);
  expect(running.calls.filter(call => !call.startsWith('east get ') || /secret|get all/i.test(call))).toEqual([]);
});
