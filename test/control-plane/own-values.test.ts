import { ControlPlane, ControlPlaneProps, GitOps, GitOpsOptions, IstioRelease, Mesh, MeshApp } from '../../src';

type InstallValues = { [key: string]: any };

const BASE = { istio: IstioRelease.V1_31, cluster: 'cluster1' };

/** Install values by the name of their file. */
function install(installValues: InstallValues, props: Partial<ControlPlaneProps> = {}): { [file: string]: any } {
  const controlPlane = new ControlPlane({ ...BASE, ...props, installValues });
  return Object.fromEntries(controlPlane.files().map(({ name, content }) => [name, content]));
}

describe('values of a user', () => {
  const own = {
    global: { hub: 'registry.example.com/istio', imagePullSecrets: ['regcred'], multiCluster: { clusterName: 'cluster1' } },
    meshConfig: { accessLogFile: '/dev/stdout', defaultConfig: { proxyMetadata: { TEAM: 'mesh' } } },
    pilot: { env: { PILOT_TRACE_SAMPLING: '3' }, autoscaleMin: 2 },
    compatibilityVersion: '1.30',
  };
  const env = { PILOT_SCOPE_GATEWAY_TO_NAMESPACE: 'true', PILOT_TRACE_SAMPLING: '3' };
  const meshConfig = {
    trustDomain: 'cluster.local',
    defaultConfig: { proxyMetadata: { ISTIO_META_DNS_CAPTURE: 'true', TEAM: 'mesh' } },
    accessLogFile: '/dev/stdout',
  };

  test('stand beside ours in the IstioOperator', () => {
    const { spec } = install(own)['istio-operator.yml'];
    expect(spec.meshConfig).toEqual(meshConfig);
    expect(spec.values.pilot).toEqual({ env, autoscaleMin: 2 });
    expect(spec.values.global).toEqual({
      istioNamespace: 'istio-system',
      meshID: 'mesh1',
      multiCluster: { clusterName: 'cluster1' },
      hub: 'registry.example.com/istio',
      imagePullSecrets: ['regcred'],
    });
    expect(spec.values.compatibilityVersion).toBe('1.30');
    expect(spec.values.meshConfig).toBeUndefined();
  });

  test('reach each chart in the form that it reads', () => {
    const files = install(own);
    expect(files['istiod-values.yml']).toMatchObject({ meshConfig, env, autoscaleMin: 2, compatibilityVersion: '1.30' });
    expect(files['istiod-values.yml'].pilot).toBeUndefined();
    expect(files['base-values.yml'].global).toMatchObject({ istioNamespace: 'istio-system', hub: 'registry.example.com/istio' });
    expect(files['istio-ingressgateway-values.yml']).toMatchObject({
      imagePullSecrets: [{ name: 'regcred' }], compatibilityVersion: '1.30',
    });
    expect(files['istio-ingressgateway-values.yml'].global).toBeUndefined();
  });

  test('of OpenShift choose the profile of OpenShift and reach every chart', () => {
    const files = install({ global: { platform: 'openshift' } });
    expect(files['istio-operator.yml'].spec.profile).toBe('openshift');
    expect(files['base-values.yml'].global.platform).toBe('openshift');
    expect(files['istiod-values.yml'].global.platform).toBe('openshift');
    expect(files['istio-ingressgateway-values.yml'].platform).toBe('openshift');
  });

  test('cannot be changed by a key that objects of JavaScript inherit', () => {
    const inherited = JSON.parse('{ "global": { "__proto__": { "hub": "evil" } } }');
    expect(install(inherited)['istio-operator.yml'].spec.values.global.hub).toBeUndefined();
  });
});

describe('the object of the Sail operator', () => {
  test('holds the same values, and the engine then installs gateways alone', () => {
    const controlPlane = new ControlPlane({ ...BASE, sailOperator: {}, installValues: { meshConfig: { accessLogFile: '/dev/stdout' } } });
    const sail = controlPlane.files().find(({ name }) => name === 'sail-istio.yml')!;
    expect(sail.content).toEqual({
      apiVersion: 'sailoperator.io/v1',
      kind: 'Istio',
      metadata: { name: 'default' },
      spec: {
        version: 'v1.31-latest',
        namespace: 'istio-system',
        values: {
          global: { istioNamespace: 'istio-system', meshID: 'mesh1', multiCluster: { clusterName: 'cluster1' } },
          pilot: { env: { PILOT_SCOPE_GATEWAY_TO_NAMESPACE: 'true' } },
          meshConfig: {
            trustDomain: 'cluster.local',
            defaultConfig: { proxyMetadata: { ISTIO_META_DNS_CAPTURE: 'true' } },
            accessLogFile: '/dev/stdout',
          },
        },
      },
    });
    expect(controlPlane.files().flatMap(({ helm }) => helm?.chart ?? [])).toEqual(['gateway']);
  });

  test('has the version and the revision that are declared', () => {
    const controlPlane = new ControlPlane({ ...BASE, revision: 'canary', sailOperator: { version: 'v1.31.4' } });
    const { metadata, spec } = controlPlane.files().find(({ name }) => name === 'sail-istio.yml')!.content;
    expect([metadata.name, spec.version, spec.values.revision]).toEqual(['canary', 'v1.31.4', undefined]);
  });

  test('is not written unless it is asked for', () => {
    expect(new ControlPlane(BASE).files().map(({ name }) => name)).not.toContain('sail-istio.yml');
  });

  test('is applied by kubectl in the next steps of the summary', () => {
    const app = new MeshApp({ outdir: 'dist' });
    new Mesh(app, 'mesh', { istio: IstioRelease.V1_31 }).addCluster('cluster1', { sailOperator: {} });
    expect(app.summary()).toContain('kubectl apply --server-side -f dist/install/cluster1/sail-istio.yml');
    expect(app.summary()).not.toContain('istioctl install');
  });
});

test.each<[string, InstallValues, string]>([
  ['another namespace of the control plane', { global: { istioNamespace: 'other' } }, "'global.istioNamespace'"],
  ['another mesh', { global: { meshID: 'other' } }, "'global.meshID'"],
  ['another cluster name', { global: { multiCluster: { clusterName: 'other' } } }, "'global.multiCluster.clusterName'"],
  ['a network', { global: { network: 'network1' } }, "'global.network'"],
  ['networks of the mesh', { global: { meshNetworks: { n: {} } } }, "'global.meshNetworks'"],
  ['an istiod outside of the cluster', { global: { externalIstiod: true } }, "'global.externalIstiod'"],
  ['the istiod of another cluster', { global: { remotePilotAddress: '10.0.0.1' } }, "'global.remotePilotAddress'"],
  ['another DNS domain', { global: { proxy: { clusterDomain: 'x.local' } } }, "'global.proxy.clusterDomain'"],
  ['another trust domain', { meshConfig: { trustDomain: 'x.local' } }, "'meshConfig.trustDomain'"],
  ['other trust domain aliases', { meshConfig: { trustDomainAliases: ['x.local'] } }, "'meshConfig.trustDomainAliases'"],
  ['another root namespace', { meshConfig: { rootNamespace: 'root' } }, "'meshConfig.rootNamespace'"],
  ['Services that gateways cannot see', { meshConfig: { defaultServiceExportTo: ['.'] } }, "'meshConfig.defaultServiceExportTo'"],
  ['DNS that sidecars do not answer', proxyMetadata('ISTIO_META_DNS_CAPTURE', 'false'), 'ISTIO_META_DNS_CAPTURE'],
  ['a network view of sidecars', proxyMetadata('ISTIO_META_REQUESTED_NETWORK_VIEW', 'cluster1'), 'ISTIO_META_REQUESTED_NETWORK_VIEW'],
  ['a network of proxies', proxyMetadata('ISTIO_META_NETWORK', 'n'), 'ISTIO_META_NETWORK'],
  ['Gateways of any namespace', { pilot: { env: { PILOT_SCOPE_GATEWAY_TO_NAMESPACE: 'false' } } }, 'set gatewaysOfAnyNamespace'],
  ['a value removed by null', { global: { meshID: null } }, "'global.meshID'"],
  ['a text in place of global', { global: 'text' }, "'global' is no object"],
  ['a list in place of the environment', { pilot: { env: [] } }, "'pilot.env' is no object"],
  ['a part that another option decides', { revision: 'canary' }, 'set revision on the cluster'],
  ['values of gateways', { gateways: {} }, 'ingressGatewayWorkload'],
  ['a misspelt part', { gloabl: {} }, 'write global'],
  ['a part that Istio does not have', { somethingElse: {} }, "Istio has no value 'somethingElse'"],
])('%s is refused with the path of the value', (_, installValues, text) => {
  expect(() => install(installValues)).toThrow(expect.objectContaining({ code: 'MESH081', message: expect.stringContaining(text) }));
});

test.each<[string, InstallValues, Partial<ControlPlaneProps>]>([
  ['values that ours repeat', { global: { meshID: 'mesh1', istioNamespace: 'istio-system', externalIstiod: false } }, {}],
  ['a boolean for a variable', { pilot: { env: { PILOT_SCOPE_GATEWAY_TO_NAMESPACE: true } } }, {}],
  ['the trust domain of the cluster', { meshConfig: { trustDomain: 'a.example' } }, { trustDomain: 'a.example' }],
  ['the default DNS domain', { global: { proxy: { clusterDomain: 'cluster.local', logLevel: 'info' } } }, {}],
  ['Services that all namespaces see', { meshConfig: { defaultServiceExportTo: ['*'] } }, {}],
  ['DNS of the platform', proxyMetadata('ISTIO_META_DNS_CAPTURE', 'false'), { dnsCapture: false }],
  ['Gateways of any namespace', { pilot: { env: { PILOT_SCOPE_GATEWAY_TO_NAMESPACE: 'false' } } }, { gatewaysOfAnyNamespace: true }],
  ['several roots without a rotation', { pilot: { env: { ISTIO_MULTIROOT_MESH: 'true' } } }, {}],
  ['resources removed by null', { pilot: { resources: { requests: { memory: null } } } }, {}],
  ['no values at all', {}, {}],
])('%s are accepted', (_, installValues, props) => {
  expect(() => install(installValues, props)).not.toThrow();
});

function proxyMetadata(name: string, value: string): InstallValues {
  return { meshConfig: { defaultConfig: { proxyMetadata: { [name]: value } } } };
}

test('values of a cluster are refused by addCluster, before the cluster exists', () => {
  const mesh = new Mesh(new MeshApp(), 'mesh', { istio: IstioRelease.V1_31 });
  expect(() => mesh.addCluster('c', { installValues: { global: { meshID: 'x' } } })).toThrow(expect.objectContaining({ code: 'MESH081' }));
  expect(mesh.clusters).toEqual([]);
});

test.each([GitOps.flux, (options: GitOpsOptions) => GitOps.argoCd({ ...options, repoUrl: 'https://git.example.com/mesh.git' })])(
  'an engine needs the namespace of a gateway in the folder of the cluster',
  engine => {
    const problemsWith = (namespaces: string[]) => {
      const app = new MeshApp();
      const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31, gitOps: engine({ istioVersion: '1.31.4' }) });
      const cluster = mesh.addCluster('cluster1', { ingressGatewayNamespace: 'edge', ingressGatewayWorkload: {} });
      namespaces.forEach(namespace => cluster.addNamespace(namespace));
      return app.problems.map(({ code, got }) => [code, got]);
    };
    expect(problemsWith(['edge'])).toEqual([]);
    expect(problemsWith([])).toEqual([['MESH037', 'edge']]);
  },
);
