import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { ApiObject, App, Chart } from 'cdk8s';
import { parse } from 'yaml';
import {
  ClusterDns,
  EgressGateway,
  GatewayAddress,
  GitOps,
  GitOpsOptions,
  IstioRelease,
  Mesh,
  MeshApp,
  MeshClusterOptions,
  MeshProps,
  MeshTrust,
  RetirementStep,
  ServicePort,
  Sleep,
} from '../../src';
import { temporaryFolder } from '../temporary-folder';

const ARGO = { repoUrl: 'https://git.example.com/mesh.git' };

/** The output folder of a mesh. */
interface OutputFolder {
  /** Paths of the files. */
  readonly files: string[];
  /** Returns the text of a file. */
  readonly text: (file: string) => string;
  /** Returns the object in a file. */
  readonly read: (file: string) => any;
}

/** Writes a mesh of the clusters that `declare` adds; of one cluster, cluster1, when it adds none. */
function written(props: Partial<MeshProps>, declare: (mesh: Mesh) => void = () => undefined): OutputFolder {
  const outdir = temporaryFolder('git-ops');
  const app = new MeshApp({ outdir });
  const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31, ...props });
  declare(mesh);
  if (mesh.clusters.length === 0) {
    const cluster = mesh.addCluster(
      'cluster1',
      { ingressGateway: GatewayAddress.of('203.0.113.1'), egressGateway: EgressGateway.service() },
    );
    cluster.addNamespace('foo');
    new Sleep(cluster, 'sleep', { istio: mesh.istio, namespace: 'foo' });
  }
  app.synth();
  const entries = readdirSync(outdir, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  const files = entries.map(entry => join(entry.parentPath, entry.name).slice(outdir.length + 1)).sort();
  const text = (file: string) => readFileSync(join(outdir, file), 'utf8');
  return { files, text, read: file => parse(text(file)) };
}

const APPLICATION = 'argocd/cluster1/Application.argoproj.io_argocd_mesh-cluster1.yaml';
const flux = (step: string) => `flux/cluster1/Kustomization.kustomize.toolkit.fluxcd.io_flux-system_cluster1-${step}.yaml`;

test('without an engine no object of an engine is written', () => {
  expect(written({}).files.filter(file => /argocd|flux/.test(file))).toEqual([]);
});

test('the folder of a cluster is the same whichever engine applies it', () => {
  const [argo, other] = [
    GitOps.argoCd({ ...ARGO, istioVersion: '1.31.4' }),
    GitOps.flux({ istioVersion: '1.31.4' }),
  ].map(gitOps => written({ gitOps }));
  const own = (files: string[]) => files.filter(file => file.startsWith('cluster1/'));
  expect(own(argo.files)).toEqual(own(other.files));
  own(argo.files).forEach(file => expect(argo.text(file)).toBe(other.text(file)));
  expect(own(argo.files)).toContain('cluster1/Namespace_istio-system.yaml');
});

test('Argo CD installs the charts of the exact version with the written values, then applies the folder', () => {
  const { spec } = written({ gitOps: GitOps.argoCd({ ...ARGO, path: 'clusters/out', istioVersion: '1.31.4' }) }).read(APPLICATION);
  const parts = (source: any) => [
    source.chart ?? source.path,
    source.targetRevision,
    source.helm?.releaseName,
    source.helm?.valueFiles?.[0],
  ];
  expect(spec.sources.map(parts)).toEqual([
    ['base', '1.31.4', 'istio-base', '$values/clusters/out/install/cluster1/base-values.yml'],
    ['istiod', '1.31.4', 'istiod', '$values/clusters/out/install/cluster1/istiod-values.yml'],
    ['gateway', '1.31.4', 'istio-ingressgateway', '$values/clusters/out/install/cluster1/istio-ingressgateway-values.yml'],
    ['gateway', '1.31.4', 'istio-egressgateway', '$values/clusters/out/install/cluster1/istio-egressgateway-values.yml'],
    ['clusters/out/cluster1', 'HEAD', undefined, undefined],
  ]);
  expect(spec.syncPolicy).toMatchObject({ automated: { prune: true, selfHeal: true } });
  expect(spec.syncPolicy.automated.allowEmpty).toBeUndefined();
  expect(spec.sources.at(-1).ref).toBe('values');
  expect(spec.syncPolicy.syncOptions).toEqual(
    ['ServerSideApply=true', 'SkipDryRunOnMissingResource=true', 'RespectIgnoreDifferences=true'],
  );
  expect(spec.destination).toEqual({ server: 'https://kubernetes.default.svc', namespace: 'istio-system' });
});

test('Argo CD applies namespaces first, then the CA, Istio, DNS, rules, entries, and workloads last', () => {
  const gitOps = GitOps.argoCd({ ...ARGO, istioVersion: '1.31.4' });
  const trust = MeshTrust.externalSecret({ store: 'vault' });
  const { files, read } = written({ gitOps, trust }, mesh => {
    const [one, two] = [1, 2].map(n => mesh.addCluster(`cluster${n}`, {
      ingressGateway: GatewayAddress.of(`203.0.113.${n}`),
      globalDns: { clusterIp: '10.96.0.53' },
      dns: ClusterDns.coreDnsCustom(),
      strictMtls: true,
    }));
    one.addNamespace('foo');
    new Sleep(one, 'sleep', { istio: mesh.istio, namespace: 'foo' });
    one.importService(two.exportService('httpbin', { namespace: 'bar', ports: [ServicePort.http('http', 8000)] }), { namespace: 'foo' });
  });
  const { patches } = read(APPLICATION).spec.sources.at(-1).kustomize;
  // As in kustomize, the first patch that matches sets the wave: later ones select objects without a wave.
  const matches = (pattern: string | undefined, text = '') => pattern === undefined || new RegExp(`^(?:${pattern})$`).test(text);
  const waveOf = ({ apiVersion, kind, metadata }: any) => {
    const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
    const own: { [part: string]: string } = { group, kind, name: metadata.name, namespace: metadata.namespace };
    const { patch } = patches.find(
      ({ target }: any) => ['group', 'kind', 'name', 'namespace'].every(part => matches(target[part], own[part])),
    );
    return Number(parse(patch).metadata.annotations['argocd.argoproj.io/sync-wave']);
  };
  const waves = new Map<number, Set<string>>();
  for (const file of files.filter(name => /^cluster1\/.*\.yaml$/.test(name))) {
    const object = read(file);
    const name = object.metadata.name === 'mesh-dns' ? 'mesh-dns' : object.kind;
    waves.set(waveOf(object), (waves.get(waveOf(object)) ?? new Set()).add(name));
  }
  expect([...waves.entries()].sort(([a], [b]) => a - b).map(([wave, names]) => [wave, [...names].sort()])).toEqual([
    [-3, ['Namespace']],
    [-2, ['ExternalSecret']],
    [2, ['ConfigMap', 'mesh-dns']],
    [3, ['DestinationRule', 'PeerAuthentication', 'VirtualService']],
    [4, ['ServiceEntry']],
    [5, ['Deployment', 'Service', 'ServiceAccount']],
  ]);
  const gateways = read(APPLICATION).spec.sources.filter(({ chart }: any) => chart === 'gateway');
  expect(gateways.map(({ helm }: any) => helm.valuesObject.annotations)).toEqual([{ 'argocd.argoproj.io/sync-wave': '1' }]);
});

test('Argo CD ignores the fields of webhooks that istiod writes', () => {
  const { ignoreDifferences } = written({ gitOps: GitOps.argoCd(ARGO) }).read(APPLICATION).spec;
  expect(ignoreDifferences.map(({ kind }: any) => kind)).toEqual(['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']);
  expect(ignoreDifferences[0].jqPathExpressions).toEqual(['.webhooks[]?.clientConfig.caBundle', '.webhooks[]?.failurePolicy']);
});

test('a hub has the objects of all clusters in one folder, and reaches each cluster by its name', () => {
  const hub = written({ gitOps: GitOps.argoCd({ ...ARGO, hub: true }) });
  expect(hub.files.filter(file => file.startsWith('argocd'))).toEqual(
    ['argocd/Application.argoproj.io_argocd_mesh-cluster1.yaml', 'argocd/kustomization.yml'],
  );
  expect(hub.read('argocd/Application.argoproj.io_argocd_mesh-cluster1.yaml').spec.destination.name).toBe('cluster1');
  const fluxHub = written({ gitOps: GitOps.flux({ hub: true }) });
  expect(
    fluxHub.read('flux/Kustomization.kustomize.toolkit.fluxcd.io_flux-system_cluster1-mesh.yaml').spec.kubeConfig.secretRef.name,
  ).toBe('cluster1-kubeconfig');
});

test('Flux applies the CA before Istio, Istio before the mesh, and the mesh before workloads', () => {
  const { files, read } = written({ gitOps: GitOps.flux({ istioVersion: '1.31.4' }) });
  const steps = ['trust', 'istio', 'mesh', 'workloads'];
  expect(files.filter(file => /^flux\/cluster1\/K/.test(file))).toEqual([...steps].sort().map(flux));
  expect(steps.map(step => read(flux(step)).spec.dependsOn?.[0].name)).toEqual(
    [undefined, 'cluster1-trust', 'cluster1-istio', 'cluster1-mesh'],
  );
  const specs = steps.map(step => read(flux(step)).spec);
  expect(specs.map(({ prune, wait }) => [prune, wait])).toEqual([[true, true], [true, true], [true, true], [true, false]]);
  expect(read(flux('trust')).spec.deletionPolicy).toBe('Orphan');
  const release = (name: string) => read(`flux/cluster1/istio/HelmRelease.helm.toolkit.fluxcd.io_flux-system_cluster1-${name}.yaml`).spec;
  expect(
    ['istio-base', 'istiod', 'istio-ingressgateway'].map(name => release(name).dependsOn?.[0].name),
  ).toEqual([undefined, 'cluster1-istio-base', 'cluster1-istiod']);
  expect(release('istiod').chart.spec).toMatchObject({ chart: 'istiod', version: '1.31.4' });
  for (const action of ['install', 'upgrade']) {
    expect(release('istio-ingressgateway')[action]).toEqual(
      { strategy: { name: 'RetryOnFailure', retryInterval: '1m' } },
    );
  }
  expect(release('istiod').values).toEqual(read('install/cluster1/istiod-values.yml'));
});

test('Flux decrypts a Secret that sops encrypted, and waits until a SealedSecret has become a Secret', () => {
  const trustStep = (trust: MeshTrust) => {
    const app = new App();
    new Mesh(app, 'mesh', { istio: IstioRelease.V1_31, trust, gitOps: GitOps.flux() }).addCluster('cluster1');
    const objects = app.node.findAll().filter((node): node is ApiObject => ApiObject.isApiObject(node)).map(object => object.toJson());
    return objects.find(({ metadata }) => metadata.name === 'cluster1-trust').spec;
  };
  expect(trustStep(MeshTrust.sops({ directory: 'nowhere' })).decryption).toEqual({ provider: 'sops', secretRef: { name: 'sops-age' } });
  expect(
    trustStep(MeshTrust.sealedSecrets({ directory: 'nowhere' })).healthCheckExprs,
  ).toEqual([expect.objectContaining({ kind: 'SealedSecret' })]);
  const other = trustStep(MeshTrust.externalSecret({ store: 'vault' }));
  expect([other.decryption, other.healthCheckExprs]).toEqual([undefined, undefined]);
});

test('the namespace of the control plane is removed at the step of the CA, and not before', () => {
  const own = (retire: RetirementStep) => written(
    { gitOps: GitOps.argoCd(ARGO) },
    mesh => mesh.addCluster('cluster1', { retire }),
  ).files.filter(file => file.startsWith('cluster1/Namespace'));
  expect(own(RetirementStep.CONTROL_PLANE)).toEqual(['cluster1/Namespace_istio-system.yaml']);
  expect(own(RetirementStep.CA)).toEqual([]);
});

test('without istioVersion the engine does not install Istio', () => {
  expect(written({ gitOps: GitOps.argoCd(ARGO) }).read(APPLICATION).spec.sources).toHaveLength(1);
  expect(written({ gitOps: GitOps.flux() }).files.filter(file => file.startsWith('flux'))).toEqual(
    [...['mesh', 'trust', 'workloads'].map(flux), 'flux/cluster1/kustomization.yml'],
  );
});

test('Argo CD uninstalls Istio of a retired control plane, and accepts a folder without objects', () => {
  const gitOps = GitOps.argoCd({ ...ARGO, istioVersion: '1.31.4' });
  const { files, read } = written({ gitOps }, mesh => mesh.addCluster('cluster1', { retire: RetirementStep.CONTROL_PLANE }));
  expect(read(APPLICATION).spec.sources).toHaveLength(1);
  expect(read(APPLICATION).spec.syncPolicy.automated.allowEmpty).toBe(true);
  expect(files).toContain('install/cluster1/istiod-values.yml');
});

test.each<[string, GitOpsOptions & { repoUrl?: string; revision?: string }, string]>([
  ['a path out of the repository', { path: '../dist' }, 'invalid path'],
  ['an absolute path', { path: '/dist' }, 'invalid path'],
  ['a release instead of a version', { istioVersion: '1.31' }, 'not an exact version'],
  ['a range of versions', { istioVersion: '~1.31.0' }, 'not an exact version'],
  ['an empty revision', { revision: '' }, 'invalid revision'],
  ['an OCI registry with the tag of a chart', { charts: 'oci://registry.example.com/charts/istiod:1.31.4' }, 'invalid OCI registry'],
  ['an OCI registry with a final slash', { charts: 'oci://registry.example.com/charts/' }, 'invalid OCI registry'],
  ['an OCI registry with a password', { charts: 'oci://user:secret@registry.example.com/charts' }, 'credentials'],
  ['a URL that Git could read as an option', { repoUrl: '--upload-pack=x' }, 'invalid repository URL'],
])('%s is refused', (_, options, what) => {
  expect(() => GitOps.argoCd({ ...ARGO, ...options })).toThrow(
    expect.objectContaining({ code: 'MESH037', message: expect.stringContaining(what) }),
  );
});

test.each([
  { charts: 'oci://registry.example.com/istio/charts', argo: 'registry.example.com/istio/charts', type: 'oci' },
  { charts: 'oci://localhost:5000/charts', argo: 'localhost:5000/charts', type: 'oci' },
  { charts: 'https://charts.example.com/istio', argo: 'https://charts.example.com/istio', type: undefined },
])('charts come from $charts', ({ charts, argo, type }) => {
  const options = { charts, istioVersion: '1.31.4' };
  const sources = written({ gitOps: GitOps.argoCd({ ...ARGO, ...options }) }).read(APPLICATION).spec.sources;
  expect(sources.filter((source: any) => source.chart).map(({ chart, repoURL }: any) => [chart, repoURL])).toEqual(
    ['base', 'istiod', 'gateway', 'gateway'].map(chart => [chart, argo]),
  );
  const repository = written({ gitOps: GitOps.flux(options) }).read(
    'flux/cluster1/istio/HelmRepository.source.toolkit.fluxcd.io_flux-system_cluster1-istio.yaml',
  );
  expect(repository.spec).toEqual({ interval: '1h', url: charts, ...type && { type } });
});

test('a password in a URL is refused, and the error does not repeat it', () => {
  let message = '';
  try {
    GitOps.argoCd({ repoUrl: 'https://user:hunter2@git.example.com/mesh.git' });
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message).toContain('credentials');
  expect(message).not.toContain('hunter2');
});

test.each<[string, Partial<MeshProps>, RegExp]>([
  ['a version of another release', { gitOps: GitOps.argoCd({ ...ARGO, istioVersion: '1.30.8' }) }, /MESH037.*another release/],
  ['charts of Istio 1.5', { istio: IstioRelease.V1_5, gitOps: GitOps.flux({ istioVersion: '1.5.10' }) }, /MESH037.*has no Helm charts/],
  [
    'a Secret that sops encrypted, with Argo CD,',
    { gitOps: GitOps.argoCd(ARGO), trust: MeshTrust.sops({ directory: 'nowhere' }) },
    /MESH037.*Argo CD does not decrypt/,
  ],
  ['a hook without Argo CD', { gitOps: GitOps.flux(), cleanup: { argoCdHook: true } }, /argoCdHook without Argo CD/],
])('%s is refused', (_, props, message) => {
  expect(() => written(props)).toThrow(message);
});

test('a cluster that is refused leaves no object of an engine behind, and can be declared again', () => {
  const app = new App();
  const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31, gitOps: GitOps.flux({ istioVersion: '1.31.4', hub: true }) });
  mesh.addCluster('a');
  const taken = new Chart(app, 'flux.b.istio');
  const before = app.node.findAll().length;
  expect(() => mesh.addCluster('b')).toThrow(expect.objectContaining({ code: 'MESH006' }));
  expect(app.node.findAll().length).toBe(before);
  app.node.tryRemoveChild(taken.node.id);
  expect(() => mesh.addCluster('b')).not.toThrow();
});

test('a cluster with the name of an engine\'s folder is refused', () => {
  expect(() => written({}, mesh => mesh.addCluster('argocd'))).toThrow(expect.objectContaining({ code: 'MESH006' }));
});

test('clusters whose names resemble folders of an engine have folders of their own', () => {
  const { files } = written(
    { gitOps: GitOps.flux({ istioVersion: '1.31.4' }) },
    mesh => ['a', 'a-istio', 'flux-a', 'argocd-a'].forEach(name => mesh.addCluster(name)),
  );
  expect(files).toEqual(
    expect.arrayContaining(['flux/a/istio/kustomization.yml', 'flux/a-istio/kustomization.yml', 'flux-a/kustomization.yml']),
  );
});

test('a folder that an engine reads exists until the last step of a retirement: without it, the engine would prune nothing', () => {
  const engines: Array<[GitOps, string]> = [
    [GitOps.argoCd({ ...ARGO, istioVersion: '1.31.4' }), 'argocd'],
    [GitOps.flux({ istioVersion: '1.31.4' }), 'flux'],
  ];
  for (const [gitOps, root] of engines) {
    const { files, read } = written({ gitOps }, mesh => mesh.addCluster('cluster1', { retire: RetirementStep.CA }));
    const readByEngine = files.filter(file => file.startsWith(root) && file.endsWith('.yaml')).map(read)
      .flatMap(
        ({ spec }) => spec.path ?? spec.sources.flatMap(({ path }: any) => path ?? []),
      ).map((path: string) => path.replace(/^(\.\/)?dist\//, ''));
    expect(readByEngine.length).toBeGreaterThan(0);
    readByEngine.forEach((folder: string) => expect(read(`${folder}/kustomization.yml`).resources).toEqual([]));
  }
});

test('deletion of a Kustomization deletes none of its objects, so another engine can take over', () => {
  const { files, read } = written({ gitOps: GitOps.flux({ istioVersion: '1.31.4' }) }, mesh => mesh.addCluster('cluster1'));
  const policies = files.filter(file => /Kustomization\..*yaml$/.test(file)).map(file => read(file).spec.deletionPolicy);
  expect(policies).toEqual(['Orphan', 'Orphan', 'Orphan', 'Orphan']);
});

test('Argo CD retries a sync with the newest commit, which can contain the fix', () => {
  const { read } = written({ gitOps: GitOps.argoCd(ARGO) }, mesh => mesh.addCluster('cluster1'));
  expect(read(APPLICATION).spec.syncPolicy.retry).toMatchObject({ limit: -1, refresh: true });
});

test('a cluster name of 52 characters is accepted with Flux', () => {
  expect(() => written({ gitOps: GitOps.flux({ istioVersion: '1.31.4' }) }, mesh => mesh.addCluster('c'.repeat(52)))).not.toThrow();
});

test.each<[string, (mesh: Mesh) => void, RegExp]>([
  ['a cluster name of 53 characters', mesh => mesh.addCluster('c'.repeat(53)), /at most 52 characters/],
  [
    'a name of a release that Helm does not accept',
    mesh => mesh.addCluster('a', { revision: 'r'.repeat(50) }),
    /name of a Helm release is too long/,
  ],
  [
    'an egress gateway in a namespace that the folder does not hold',
    mesh => mesh.addCluster('a', { egressGateway: EgressGateway.service({ namespace: 'istio-egress' }) }),
    /does not hold the namespace of the Helm release istio-egressgateway/,
  ],
])('%s is refused with Flux', (_, declare, what) => {
  expect(() => written({ gitOps: GitOps.flux({ istioVersion: '1.31.4' }) }, declare)).toThrow(what);
});

describe('HelmReleases of two clusters', () => {
  const egress = (name: string, revision?: string) => ({ egressGateway: EgressGateway.service({ name }), revision });
  const declare = (gitOps: GitOps, other: string, options: MeshClusterOptions, first: MeshClusterOptions = {}) => {
    written({ gitOps }, mesh => {
      mesh.addCluster('a', { ingressGateway: GatewayAddress.of('203.0.113.1'), ...first });
      mesh.addCluster(other, options);
    });
  };
  const istioVersion = '1.31.4';

  const ALIKE: ReadonlyArray<readonly [string, string, MeshClusterOptions, MeshClusterOptions]> = [
    ['an ingress gateway and an egress gateway', 'a-istio', egress('ingressgateway'), {}],
    ['two egress gateways', 'a-x', egress('y'), egress('x-y')],
    ['an istiod of a revision and an egress gateway', 'a-istiod', egress('blue'), { revision: 'blue' }],
  ];

  test.each(ALIKE)('of a hub have names of their own: %s', (_, other, options, first) => {
    const message = /MESH037.*the hub would have one object for this cluster and for 'a'/;
    expect(() => declare(GitOps.flux({ istioVersion, hub: true }), other, options, first)).toThrow(message);
  });

  const APART: ReadonlyArray<readonly [string, GitOps, string, MeshClusterOptions]> = [
    ['in two clusters, each with its own Flux', GitOps.flux({ istioVersion }), 'a-istio', egress('ingressgateway')],
    ['that Flux does not install', GitOps.flux({ hub: true }), 'a-istio', egress('ingressgateway')],
    ['of Argo CD, which has one Application for each cluster', GitOps.argoCd({ ...ARGO, istioVersion, hub: true }), 'a-istio',
      egress('ingressgateway')],
    ['with other names', GitOps.flux({ istioVersion, hub: true }), 'a-istio', egress('egressgateway')],
  ];

  test.each(APART)('are accepted %s', (_, gitOps, other, options) => {
    expect(() => declare(gitOps, other, options)).not.toThrow();
  });
});
