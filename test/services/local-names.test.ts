import { ApiObject, App, Testing } from 'cdk8s';
import { EXPORT, exportFrom, objects, Three, three } from './three-clusters';
import {
  ClusterPriority, EgressGateway, GatewayAddress, ImportName, ImportPath, IstioRelease, Mesh,
  MeshCluster, RetirementStep, Routing, ServiceVersion,
} from '../../src';

function service(cluster: MeshCluster, spec: object): void {
  new ApiObject(cluster, 'api-service', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'api', namespace: 'back' }, spec });
}

describe('an import under the local name', () => {
  test('makes the gateway of each exporter an endpoint of the local Service, and nothing else', () => {
    const { alpha, beta, gamma } = three();
    exportFrom(beta);
    const imported = alpha.importService(exportFrom(gamma), { name: ImportName.local() });
    expect(imported.host).toBe('api.back.svc.cluster.local');
    expect(imported.addresses).toEqual([]);
    const entries = objects(alpha, 'WorkloadEntry');
    expect(Object.keys(entries)).toEqual(['mesh.api.beta.0', 'mesh.api.gamma.0']);
    expect(entries['mesh.api.beta.0']).toMatchObject({
      metadata: { namespace: 'back' },
      spec: {
        address: '203.0.113.2',
        ports: { 'http': 15443, 'tcp-raw': 15443 },
        network: 'beta',
        serviceAccount: 'api',
        labels: { 'app': 'api', 'failover/1': 'true', 'security.istio.io/tlsMode': 'istio' },
      },
    });
    expect(Testing.synth(alpha).map(({ kind }) => kind).sort()).toEqual(['DestinationRule', 'WorkloadEntry', 'WorkloadEntry']);
  });

  test('has entries for clusters that export the service later', () => {
    const { alpha, beta, gamma } = three();
    alpha.importService(exportFrom(beta), { name: ImportName.local() });
    exportFrom(gamma);
    expect(Object.keys(objects(alpha, 'WorkloadEntry'))).toEqual(['mesh.api.beta.0', 'mesh.api.gamma.0']);
  });

  test('prefers local pods, and leaves a gateway that cannot be connected to', () => {
    const { alpha, beta } = three();
    alpha.importService(exportFrom(beta), { name: ImportName.local() });
    expect(objects(alpha, 'DestinationRule')['mesh-import.api'].spec).toMatchObject({
      host: 'api.back.svc.cluster.local',
      trafficPolicy: {
        loadBalancer: { localityLbSetting: { enabled: true, failoverPriority: ['failover/1'] } },
        outlierDetection: { consecutiveLocalOriginFailures: 2, consecutive5xxErrors: 0 },
      },
    });
  });

  test('reaches clusters in the declared order', () => {
    const { alpha, beta, gamma } = three();
    exportFrom(beta);
    alpha.importService(exportFrom(gamma), { name: ImportName.local(), priority: ClusterPriority.inOrder('gamma', 'beta') });
    const entries = objects(alpha, 'WorkloadEntry');
    expect(entries['mesh.api.gamma.0'].spec.labels).toHaveProperty('failover/1');
    expect(entries['mesh.api.beta.0'].spec.labels).toHaveProperty('failover/2');
    const { loadBalancer } = objects(alpha, 'DestinationRule')['mesh-import.api'].spec.trafficPolicy;
    expect(loadBalancer.localityLbSetting.failoverPriority).toEqual(['failover/2', 'failover/1']);
  });

  test('divides by shares, whatever number of gateways a cluster has', () => {
    const { mesh, alpha, beta } = three();
    const delta = mesh.addCluster('delta', { ingressGateways: ['203.0.113.8', '203.0.113.9'].map(address => GatewayAddress.of(address)) });
    exportFrom(beta);
    alpha.importService(exportFrom(delta), { name: ImportName.local(), priority: ClusterPriority.weights({ beta: 80, delta: 20 }) });
    const weights = Object.entries(objects(alpha, 'WorkloadEntry')).map(([name, { spec }]) => [name, spec.weight]);
    expect(weights).toEqual([['mesh.api.beta.0', 160], ['mesh.api.delta.0', 20], ['mesh.api.delta.1', 20]]);
  });

  test('has an entry for each version that an exporter has, and ordinary subsets', () => {
    const { alpha, beta, gamma } = three();
    exportFrom(beta, { versions: [ServiceVersion.of('v1'), ServiceVersion.withLabels('v2', { track: 'next' })] });
    const versions = [ServiceVersion.withLabels('v2', { track: 'next' })];
    alpha.importService(exportFrom(gamma, { versions }), { name: ImportName.local(), routing: Routing.weights({ v1: 90, v2: 10 }) });
    const entries = objects(alpha, 'WorkloadEntry');
    expect(Object.keys(entries)).toEqual(['mesh.api.beta.0.v1', 'mesh.api.beta.0.v2', 'mesh.api.gamma.0.v2']);
    expect(entries['mesh.api.gamma.0.v2'].spec.labels).toMatchObject({ app: 'api', track: 'next' });
    expect(objects(alpha, 'DestinationRule')['mesh-import.api'].spec.subsets).toEqual([
      { name: 'v1', labels: { version: 'v1' } }, { name: 'v2', labels: { track: 'next' } },
    ]);
    expect(objects(alpha, 'VirtualService')['mesh-import.api'].spec.hosts).toEqual(['api.back.svc.cluster.local']);
  });

  test('takes selector and target ports from the Service in the chart', () => {
    const { alpha, beta } = three();
    service(alpha, {
      selector: { run: 'api' }, ports: [{ name: 'http', port: 8000, targetPort: 'web' }, { name: 'tcp-raw', port: 6379, targetPort: 6379 }],
    });
    alpha.importService(exportFrom(beta), { name: ImportName.local() });
    const { spec } = objects(alpha, 'WorkloadEntry')['mesh.api.beta.0'];
    expect(spec.labels).toMatchObject({ run: 'api' });
    expect(spec.ports).toEqual({ 'http': 15443, 'tcp-raw': 15443, 'web': 15443 });
  });

  test('creates the Service only on request', () => {
    const { alpha, beta } = three();
    alpha.importService(exportFrom(beta), { name: ImportName.local({ createService: true }) });
    expect(objects(alpha, 'Service').api.spec).toEqual({
      selector: { app: 'api' },
      ports: [
        { name: 'tcp-raw', port: 6379, targetPort: 6379, protocol: 'TCP', appProtocol: 'tcp' },
        { name: 'http', port: 8000, targetPort: 8000, protocol: 'TCP', appProtocol: 'http' },
      ],
    });
  });

  test('reaches a gateway that is known by a hostname through a remote Gateway, one for each cluster', () => {
    const { alpha, gamma } = three('gw.gamma.example.com');
    alpha.importService(exportFrom(gamma), { name: ImportName.local() });
    alpha.importService(gamma.exportService('web', { ...EXPORT, serviceAccount: 'web' }), { name: ImportName.local() });
    expect(objects(alpha, 'WorkloadEntry')['mesh.api.gamma.0'].spec).not.toHaveProperty('address');
    expect(Object.keys(objects(alpha, 'Gateway'))).toEqual(['mesh-remote-gamma']);
    expect(objects(alpha, 'Gateway')['mesh-remote-gamma']).toMatchObject({
      apiVersion: 'gateway.networking.k8s.io/v1',
      metadata: { namespace: 'istio-system', labels: { 'topology.istio.io/network': 'gamma' } },
      spec: { gatewayClassName: 'istio-remote', addresses: [{ type: 'Hostname', value: 'gw.gamma.example.com' }] },
    });
  });

  test('through the egress gateway has that gateway as its one endpoint', () => {
    const { alpha, beta, gamma } = three();
    exportFrom(beta);
    alpha.importService(exportFrom(gamma), { name: ImportName.local(), via: ImportPath.egressGateway() });
    const entries = objects(alpha, 'WorkloadEntry');
    expect(Object.keys(entries)).toEqual(['mesh.api.egress.0']);
    expect(entries['mesh.api.egress.0'].spec).toMatchObject({ address: '10.96.0.7', network: 'egress', serviceAccount: 'api' });
    expect(Object.keys(objects(alpha, 'VirtualService'))).toEqual(['mesh-api-back']);
  });

  test('can be declared beside an import under the global name, for a move from one to the other', () => {
    const { alpha, beta } = three();
    const api = exportFrom(beta);
    alpha.importService(api, { namespace: 'team' });
    alpha.importService(api, { name: ImportName.local() });
    expect(Object.keys(objects(alpha, 'ServiceEntry'))).toEqual(['api-back']);
    expect(Object.keys(objects(alpha, 'WorkloadEntry'))).toEqual(['mesh.api.beta.0']);
  });

  test('that retires loses its entries first, and keeps its rules', () => {
    const { alpha, beta } = three();
    alpha.importService(exportFrom(beta), { name: ImportName.local({ createService: true }), retire: true });
    expect(Testing.synth(alpha).map(({ kind }) => kind).sort()).toEqual(['DestinationRule', 'Service']);
  });

  test('leaves out an exporter that retires, while another one stays', () => {
    const { mesh, alpha, beta } = three();
    const leaving = mesh.addCluster('leaving', { ingressGateway: GatewayAddress.of('203.0.113.9'), retire: RetirementStep.CONSUMERS });
    exportFrom(leaving);
    alpha.importService(exportFrom(beta), { name: ImportName.local() });
    expect(Object.keys(objects(alpha, 'WorkloadEntry'))).toEqual(['mesh.api.beta.0']);
  });
});

test('imports with one priority share the route of the egress gateway', () => {
  const { alpha, beta, gamma } = three();
  exportFrom(gamma);
  const api = exportFrom(beta);
  for (const namespace of ['team', 'other']) {
    alpha.importService(api, { namespace, via: ImportPath.egressGateway(), priority: ClusterPriority.inOrder('gamma', 'beta') });
  }
  expect(Object.keys(objects(alpha, 'VirtualService')).sort()).toEqual(['api-back', 'mesh-api-back']);
});

test.each([
  ['local', ImportName.local()],
  ['global', ImportName.global()],
])('a priority under the %s name may go on naming a cluster that retires', (_, name) => {
  const { mesh, alpha, beta } = three();
  const leaving = mesh.addCluster('leaving', { ingressGateway: GatewayAddress.of('203.0.113.9'), retire: RetirementStep.CONSUMERS });
  exportFrom(leaving);
  const namespace = name.isLocal ? undefined : 'team';
  alpha.importService(exportFrom(beta), { name, namespace, priority: ClusterPriority.inOrder('leaving', 'beta') });
  expect(() => Testing.synth(alpha)).not.toThrow();
});

describe('an import that retires beside the own export of its cluster, from others that all retire,', () => {
  test.each([{ name: 'global', options: { namespace: 'team' } }, { name: 'local', options: { name: ImportName.local() } }])(
    'keeps its rules as they were under the $name name',
    ({ options }) => {
      const rulesOf = (retire: boolean) => {
        const { alpha, beta } = three();
        exportFrom(alpha);
        const api = exportFrom(beta, { retire, versions: [ServiceVersion.of('v1')] });
        alpha.importService(api, { ...options, retire, routing: Routing.weights({ v1: 100 }) });
        return [...Object.values(objects(alpha, 'DestinationRule')), ...Object.values(objects(alpha, 'VirtualService'))];
      };
      expect(rulesOf(true)).toEqual(rulesOf(false));
      expect(JSON.stringify(rulesOf(true))).toContain('"subsets":[{"name":"v1"');
    },
  );
});

describe('a replicated service', () => {
  test('is exported by each cluster and imported from the others', () => {
    const { mesh, alpha, beta, gamma } = three();
    mesh.replicateService('api', { ...EXPORT, clusters: [alpha, beta, gamma] });
    for (const [cluster, others] of [[alpha, ['beta', 'gamma']], [beta, ['alpha', 'gamma']], [gamma, ['alpha', 'beta']]] as const) {
      expect(Object.keys(objects(cluster, 'WorkloadEntry'))).toEqual(others.map(name => `mesh.api.${name}.0`));
      expect(Object.keys(objects(cluster, 'Gateway'))).toEqual(['mesh-api-back']);
    }
  });

  test('has no loops: a gateway sees the network of its own cluster alone, and every entry is in another one', () => {
    const { mesh, alpha, beta } = three();
    mesh.replicateService('api', { ...EXPORT, clusters: [alpha, beta] });
    const [operator] = alpha.controlPlane.files();
    expect(operator.content.spec.components.ingressGateways[0].k8s.env).toEqual(
      [{ name: 'ISTIO_META_REQUESTED_NETWORK_VIEW', value: 'alpha' }],
    );
    const gateway = alpha.controlPlane.files().find(({ name }) => name === 'istio-ingressgateway-values.yml')!;
    expect(gateway.content.env).toEqual({ ISTIO_META_REQUESTED_NETWORK_VIEW: 'alpha' });
    expect(Object.values(objects(alpha, 'WorkloadEntry')).map(({ spec }) => spec.network)).toEqual(['beta']);
  });
});

describe('the global name', () => {
  test('reaches local pods first in a cluster that exports the service itself', () => {
    const { alpha, beta } = three();
    exportFrom(alpha);
    alpha.importService(exportFrom(beta), { namespace: 'team' });
    const [entry] = Object.values(objects(alpha, 'ServiceEntry'));
    expect(entry.spec.endpoints.map(({ address, labels }: any) => [address, labels])).toEqual([
      ['203.0.113.1', undefined], ['203.0.113.2', { 'failover/1': 'true' }],
    ]);
    const [rule] = Object.values(objects(alpha, 'DestinationRule'));
    expect(JSON.stringify(rule.spec)).toContain('"localityLbSetting":{"enabled":true,"failoverPriority":["failover/1"]}');
  });

  test('names no locality where clusters have ranks: istiod panics on both together with a hostname', () => {
    const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 });
    const [alpha, beta] = ['alpha', 'beta'].map((name, i) => mesh.addCluster(name, {
      ingressGateway: GatewayAddress.of(`gw.${name}.example.com`), locality: `region-${i}`,
    }));
    exportFrom(alpha);
    alpha.importService(exportFrom(beta), { namespace: 'team' });
    expect(JSON.stringify(objects(alpha, 'ServiceEntry'))).not.toContain('locality');
  });

  test('divides by shares and keeps failover', () => {
    const { alpha, beta, gamma } = three();
    exportFrom(beta);
    alpha.importService(exportFrom(gamma), { namespace: 'team', priority: ClusterPriority.weights({ beta: 80, gamma: 20 }) });
    const [entry] = Object.values(objects(alpha, 'ServiceEntry'));
    expect(entry.spec.endpoints.map(({ weight }: any) => weight)).toEqual([80, 20]);
    expect(JSON.stringify(Object.values(objects(alpha, 'DestinationRule')))).toMatch(/outlierDetection.*"enabled":false/);
  });
});

interface Mistake {
  readonly name: string;
  readonly code: string;
  readonly make: (meshes: Three) => void;
}

const LOCAL = { name: ImportName.local() };

const MISTAKES: Mistake[] = [
  { name: 'no namespace for the global name', code: 'MESH004', make: ({ alpha, beta }) => alpha.importService(exportFrom(beta), {}) },
  {
    name: 'another namespace than that of the service',
    code: 'MESH043',
    make: ({ alpha, beta }) => alpha.importService(exportFrom(beta), { ...LOCAL, namespace: 'x' }),
  },
  {
    name: 'an egress gateway by its hostname',
    code: 'MESH002',
    make: ({ mesh, beta }) => mesh.addCluster('one', { egressGateway: EgressGateway.service() })
      .importService(exportFrom(beta), { ...LOCAL, via: ImportPath.egressGateway() }),
  },
  { name: 'one cluster alone', code: 'MESH004', make: ({ mesh, alpha }) => mesh.replicateService('api', { ...EXPORT, clusters: [alpha] }) },
  {
    name: 'a second import',
    code: 'MESH006',
    make: ({ alpha, beta }) => [exportFrom(beta)].flatMap(api => [1, 2].map(() => alpha.importService(api, LOCAL))),
  },
  { name: 'a cluster named twice', code: 'MESH006', make: () => ClusterPriority.inOrder('a', 'a') },
  {
    name: 'VIPs',
    code: 'MESH043',
    make: ({ alpha, beta }) => alpha.importService(exportFrom(beta), { ...LOCAL, addresses: ['240.0.0.9'] }),
  },
  {
    name: 'a priority of a global name for a cluster that does not export',
    code: 'MESH014',
    make: ({ alpha, beta }) => alpha.importService(exportFrom(beta), { namespace: 'team', priority: ClusterPriority.inOrder('gamma') }),
  },
  {
    name: 'two priorities for one route of the egress gateway',
    code: 'MESH013',
    make: ({ alpha, beta, gamma }) => {
      exportFrom(gamma);
      const [api, via] = [exportFrom(beta), ImportPath.egressGateway()];
      alpha.importService(api, { namespace: 'team', via, priority: ClusterPriority.inOrder('beta') });
      alpha.importService(api, { namespace: 'other', via, priority: ClusterPriority.inOrder('gamma') });
    },
  },
  {
    name: 'different service accounts behind the egress gateway',
    code: 'MESH043',
    make: ({ alpha, beta, gamma }) => {
      exportFrom(gamma, { serviceAccount: 'api-next' });
      alpha.importService(exportFrom(beta), { ...LOCAL, via: ImportPath.egressGateway() });
    },
  },
  { name: 'no cluster in order', code: 'MESH004', make: () => ClusterPriority.inOrder() },
  { name: 'shares that do not sum to 100', code: 'MESH005', make: () => ClusterPriority.weights({ a: 50 }) },
  {
    name: 'an unknown selector',
    code: 'MESH043',
    make: ({ alpha, beta }) => alpha.importService(exportFrom(beta, { workloadSelector: undefined }), LOCAL),
  },
  { name: 'no other exporter', code: 'MESH043', make: ({ alpha }) => alpha.importService(exportFrom(alpha), LOCAL) },
  {
    name: 'a priority for a cluster that does not export',
    code: 'MESH043',
    make: ({ alpha, beta }) => alpha.importService(exportFrom(beta), { ...LOCAL, priority: ClusterPriority.inOrder('gamma') }),
  },
  {
    name: 'another DNS domain',
    code: 'MESH043',
    make: ({ mesh, beta }) => mesh.addCluster('one', { clusterDomain: 'one.local' }).importService(exportFrom(beta), LOCAL),
  },
  ...[
    { name: 'other ports', spec: { selector: { app: 'api' }, ports: [{ name: 'http', port: 80 }] } },
    { name: 'a headless Service', spec: { clusterIP: 'None', selector: { app: 'api' }, ports: [] } },
  ].map(({ name, spec }) => ({
    name,
    code: 'MESH043',
    make: ({ alpha, beta }: Three) => {
      service(alpha, spec);
      alpha.importService(exportFrom(beta), LOCAL);
    },
  })),
  {
    name: 'a selector that the Service does not have',
    code: 'MESH043',
    make: ({ alpha, beta }) => {
      service(alpha, { selector: { run: 'api' }, ports: [{ name: 'http', port: 8000 }, { name: 'tcp-raw', port: 6379 }] });
      alpha.importService(exportFrom(beta), { name: ImportName.local({ selector: { app: 'api' } }) });
    },
  },
  {
    name: 'a Service over one that is there',
    code: 'MESH016',
    make: ({ alpha, beta }) => {
      service(alpha, { selector: { app: 'api' }, ports: [{ name: 'http', port: 8000 }, { name: 'tcp-raw', port: 6379 }] });
      alpha.importService(exportFrom(beta), { name: ImportName.local({ createService: true }) });
    },
  },
  ...['api', 'api.back', 'api.back.svc.cluster.local'].map(host => ({
    name: `a trafficPolicy of one's own for ${host}`,
    code: 'MESH043',
    make: ({ alpha, beta }: Three) => {
      alpha.importService(exportFrom(beta), LOCAL);
      new ApiObject(alpha, 'own', {
        apiVersion: 'networking.istio.io/v1',
        kind: 'DestinationRule',
        metadata: { name: 'own', namespace: 'back' },
        spec: { host, trafficPolicy: {} },
      });
    },
  })),
  {
    name: "an entry of one's own without a network",
    code: 'MESH043',
    make: ({ alpha, beta }) => {
      alpha.importService(exportFrom(beta), LOCAL);
      new ApiObject(alpha, 'own', {
        apiVersion: 'networking.istio.io/v1',
        kind: 'WorkloadEntry',
        metadata: { name: 'own', namespace: 'back' },
        spec: { labels: { app: 'api' } },
      });
    },
  },
];

test.each(MISTAKES.map(mistake => [mistake.name, mistake] as const))('a mistake is reported: %s', (_, { code, make }) => {
  const meshes = three();
  expect(() => {
    make(meshes);
    meshes.mesh.clusters.forEach(cluster => Testing.synth(cluster));
  }).toThrow(new RegExp(code));
});

test('Istio 1.5 refuses local names', () => {
  const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_5 });
  const beta = mesh.addCluster('beta', { ingressGateway: GatewayAddress.of('203.0.113.2') });
  expect(() => mesh.addCluster('alpha').importService(exportFrom(beta), LOCAL)).toThrow(/MESH008/);
});
