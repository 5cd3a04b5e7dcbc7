import { found, imported, manifestFolder, objectsOfProgram, withFate } from './imported';

/** An entry as Admiral generates it in its namespace, for one host of an environment and identity. */
function entry(endpoint: object) {
  return {
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'ServiceEntry',
    metadata: {
      name: 'stage.greeting.global-se',
      namespace: 'admiral-sync',
      labels: { 'admiral.io/env': 'stage' },
      annotations: { 'app.kubernetes.io/created-by': 'admiral', 'identity': 'greeting' },
    },
    spec: {
      hosts: ['stage.greeting.global'],
      addresses: ['240.0.10.1'],
      location: 'MESH_INTERNAL',
      resolution: 'DNS',
      ports: [{ name: 'http', number: 80, protocol: 'http' }],
      endpoints: [{ locality: 'us-west-2', labels: { 'type': 'deployment', 'security.istio.io/tlsMode': 'istio' }, ...endpoint }],
    },
  };
}

function rule(trafficPolicy: object) {
  return {
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'DestinationRule',
    metadata: {
      name: 'stage.greeting.global-default-dr', namespace: 'admiral-sync', annotations: { 'app.kubernetes.io/created-by': 'admiral' },
    },
    spec: {
      host: 'stage.greeting.global',
      trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' }, loadBalancer: { simple: 'LEAST_REQUEST' }, ...trafficPolicy },
    },
  };
}

const DEPENDENCY = {
  apiVersion: 'admiral.io/v1alpha1',
  kind: 'Dependency',
  metadata: { name: 'dependency', namespace: 'admiral' },
  spec: { source: 'webapp', identityLabel: 'identity', destinations: ['greeting'] },
};

const CALLER = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'webapp', namespace: 'web' },
  spec: { template: { metadata: { labels: { identity: 'webapp' } } } },
};

const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'greeting', namespace: 'sample' },
  spec: { selector: { app: 'greeting' }, ports: [{ name: 'http', port: 8080 }] },
};

const REMOTE = entry({ address: '203.0.113.20', ports: { http: 15443 } });
const LOCAL = entry({ address: 'greeting.sample.svc.cluster.local', ports: { http: 8080 } });

async function importedMesh(trafficPolicy: object = {}) {
  const folder = manifestFolder({ 'east.yaml': [REMOTE, rule(trafficPolicy), DEPENDENCY, CALLER], 'west.yaml': [LOCAL, SERVICE] });
  return imported(`cluster1=${folder}/east.yaml`, `cluster2=${folder}/west.yaml`);
}

test('the Service behind a host of Admiral is exported by the cluster that runs it, and imported by those who depend on it', async () => {
  const { report } = await importedMesh();
  const written = objectsOfProgram(report.program);
  const [server] = found(written.get('cluster2'), 'Gateway', 'mesh-greeting-sample').spec.servers;
  expect(server.hosts).toEqual(['greeting.sample.svc.cluster.local']);
  const imports = found(written.get('cluster1'), 'ServiceEntry', 'greeting-sample');
  expect(imports.metadata.namespace).toBe('web');
  expect([imports.spec.hosts, imports.spec.addresses]).toEqual([['greeting.sample.global'], ['240.0.10.1']]);
  expect(imports.spec.endpoints).toEqual([{ address: '203.0.113.20', ports: { http: 15443 } }]);
  expect(imports.spec.ports).toEqual([{ name: 'http', number: 8080, protocol: 'HTTP' }]);
});

test('the host of Admiral, which no Service is named after, is listed', async () => {
  const { code, report } = await importedMesh();
  expect([code, withFate(report, 'not expressed')]).toEqual([1, [
    'cluster1 ServiceEntry admiral-sync/stage.greeting.global-se: callers use stage.greeting.global, which no Service is named after: '
      + 'the program names it greeting.sample.global',
    'cluster2 ServiceEntry admiral-sync/stage.greeting.global-se: callers use stage.greeting.global, which no Service is named after: '
      + 'callers in this cluster use greeting.sample',
  ]]);
});

test('settings of a rule of Admiral are listed', async () => {
  const { report } = await importedMesh({ outlierDetection: { consecutive5xxErrors: 5 } });
  expect(withFate(report, 'not expressed').filter(line => line.includes('DestinationRule'))).toEqual([
    expect.stringContaining('say outlierDetection by options of the import'),
  ]);
});

test('a host whose Service no cluster shows is listed', async () => {
  const folder = manifestFolder({ 'east.yaml': [REMOTE] });
  const { code, report } = await imported(`cluster1=${folder}/east.yaml`);
  expect([code, withFate(report, 'not expressed')]).toEqual([1, [expect.stringContaining('import the cluster that runs it too')]]);
});
