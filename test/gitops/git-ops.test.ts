import { mkdtempSync, readdirSync, readFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { ApiObject } from 'cdk8s';
import { parse } from 'yaml';
import {
  EgressGateway, GatewayAddress, GitOps, GitOpsOptions, IstioRelease, Mesh, MeshApp, MeshProps, MeshTrust, RetirementStep, Sleep,
} from '../../src';

const ARGO = { repoUrl: 'https://git.example.com/mesh.git' };

interface Written {
  readonly files: string[];
  readonly text: (file: string) => string;
  readonly read: (file: string) => any;
}

/** The files of a mesh of one cluster, and what is in one of them. */
function written(props: Partial<MeshProps>, more: (mesh: Mesh) => void = () => undefined): Written {
  const outdir = mkdtempSync(join(tmpdir(), 'git-ops-'));
  const app = new MeshApp({ outdir });
  const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31, ...props });
  more(mesh);
  if (mesh.clusters.length === 0) {
    const cluster = mesh.addCluster('cluster1', { ingressGateway: GatewayAddress.of('203.0.113.1'), egressGateway: EgressGateway.service() });
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

test('without an engine there is nothing of any', () => {
  expect(written({}).files.filter(file => /argocd|flux/.test(file))).toEqual([]);
});

test('the folder of a cluster is the same whichever engine applies it', () => {
  const [argo, other] = [GitOps.argoCd({ ...ARGO, istioVersion: '1.31.4' }), GitOps.flux({ istioVersion: '1.31.4' })].map(gitOps => written({ gitOps }));
  const own = (files: string[]) => files.filter(file => file.startsWith('cluster1/'));
  expect(own(argo.files)).toEqual(own(other.files));
  own(argo.files).forEach(file => expect(argo.text(file)).toBe(other.text(file)));
  expect(own(argo.files)).toContain('cluster1/Namespace_istio-system.yaml');
});

test('Argo CD installs the charts of the exact version, with the values beside the folder, then applies the folder', () => {
  const { spec } = written({ gitOps: GitOps.argoCd({ ...ARGO, path: 'clusters/out', istioVersion: '1.31.4' }) }).read(APPLICATION);
  const parts = (source: any) => [source.chart ?? source.path, source.targetRevision, source.helm?.releaseName, source.helm?.valueFiles?.[0]];
  expect(spec.sources.map(parts)).toEqual([
    ['base', '1.31.4', 'istio-base', '$values/clusters/out/install/cluster1/base-values.yml'],
    ['istiod', '1.31.4', 'istiod', '$values/clusters/out/install/cluster1/istiod-values.yml'],
    ['gateway', '1.31.4', 'istio-ingressgateway', '$values/clusters/out/install/cluster1/istio-ingressgateway-values.yml'],
    ['gateway', '1.31.4', 'istio-egressgateway', '$values/clusters/out/install/cluster1/istio-egressgateway-values.yml'],
    ['clusters/out/cluster1', 'HEAD', undefined, undefined],
  ]);
  expect(spec.syncPolicy).toMatchObject({ automated: { prune: true, selfHeal: true } });
  expect(spec.syncPolicy.automated.allowEmpty).toBeUndefined();
  expect(spec.syncPolicy.syncOptions).toContain('ServerSideApply=true');
  expect(spec.destination).toEqual({ server: 'https://kubernetes.default.svc', namespace: 'istio-system' });
});

test('every cluster runs its own engine, unless a hub is asked for, which knows clusters by their names', () => {
  const hub = written({ gitOps: GitOps.argoCd({ ...ARGO, hub: true }) });
  expect(hub.files.filter(file => file.startsWith('argocd'))).toEqual(['argocd/Application.argoproj.io_argocd_mesh-cluster1.yaml', 'argocd/kustomization.yml']);
  expect(hub.read('argocd/Application.argoproj.io_argocd_mesh-cluster1.yaml').spec.destination.name).toBe('cluster1');
  const fluxHub = written({ gitOps: GitOps.flux({ hub: true }) });
  expect(fluxHub.read('flux/Kustomization.kustomize.toolkit.fluxcd.io_flux-system_cluster1-mesh.yaml').spec.kubeConfig.secretRef.name).toBe('cluster1-kubeconfig');
});

test('Flux waits with Istio for its CA, with the mesh for Istio, with workloads for the mesh', () => {
  const { files, read } = written({ gitOps: GitOps.flux({ istioVersion: '1.31.4' }) });
  const steps = ['trust', 'istio', 'mesh', 'workloads'];
  expect(files.filter(file => /^flux\/cluster1\/K/.test(file))).toEqual([...steps].sort().map(flux));
  expect(steps.map(step => read(flux(step)).spec.dependsOn?.[0].name)).toEqual([undefined, 'cluster1-trust', 'cluster1-istio', 'cluster1-mesh']);
  const specs = steps.map(step => read(flux(step)).spec);
  expect(specs.map(({ prune, wait }) => [prune, wait])).toEqual([[true, true], [true, true], [true, true], [true, false]]);
  expect(read(flux('trust')).spec.deletionPolicy).toBe('Orphan');
  const release = (name: string) => read(`flux/cluster1/istio/HelmRelease.helm.toolkit.fluxcd.io_flux-system_cluster1-${name}.yaml`).spec;
  expect(['istio-base', 'istiod', 'istio-ingressgateway'].map(name => release(name).dependsOn?.[0].name)).toEqual([undefined, 'cluster1-istio-base', 'cluster1-istiod']);
  expect(release('istiod').chart.spec).toMatchObject({ chart: 'istiod', version: '1.31.4' });
  expect(release('istiod').values).toEqual(read('install/cluster1/istiod-values.yml'));
});

test('without a version the engine leaves Istio alone', () => {
  expect(written({ gitOps: GitOps.argoCd(ARGO) }).read(APPLICATION).spec.sources).toHaveLength(1);
  expect(written({ gitOps: GitOps.flux() }).files.filter(file => file.startsWith('flux'))).toEqual([...['mesh', 'trust', 'workloads'].map(flux), 'flux/cluster1/kustomization.yml']);
});

test('a cluster that leaves may end empty, and its Istio goes', () => {
  const gitOps = GitOps.argoCd({ ...ARGO, istioVersion: '1.31.4' });
  const { files, read } = written({ gitOps }, mesh => mesh.addCluster('cluster1', { retire: RetirementStep.CONTROL_PLANE }));
  expect(read(APPLICATION).spec.sources).toHaveLength(1);
  expect(read(APPLICATION).spec.syncPolicy.automated.allowEmpty).toBe(true);
  expect(files.filter(file => file.startsWith('install'))).toEqual([]);
});

test.each<[string, GitOpsOptions & { repoUrl?: string }, string]>([
  ['a path out of the repository', { path: '../dist' }, 'invalid path'],
  ['an absolute path', { path: '/dist' }, 'invalid path'],
  ['a release instead of a version', { istioVersion: '1.31' }, 'no exact version'],
  ['a range of versions', { istioVersion: '~1.31.0' }, 'no exact version'],
  ['a URL that git would take for an option', { repoUrl: '--upload-pack=x' }, 'invalid repository URL'],
])('%s is refused', (_, options, what) => {
  expect(() => GitOps.argoCd({ ...ARGO, ...options })).toThrow(expect.objectContaining({ code: 'MESH037', message: expect.stringContaining(what) }));
});

test('a password in a URL is refused, and not repeated', () => {
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
  ['charts of Istio 1.5', { istio: IstioRelease.V1_5, gitOps: GitOps.flux({ istioVersion: '1.5.10' }) }, /MESH037.*has no charts/],
  ['what sops encrypted, which Argo CD does not open,', { gitOps: GitOps.argoCd(ARGO), trust: MeshTrust.sops({ directory: 'nowhere' }) }, /MESH037.*Argo CD does not decrypt/],
  ['a hook without Argo CD', { gitOps: GitOps.flux(), cleanup: { argoCdHook: true } }, /hook that nothing but Argo CD/],
])('%s is refused', (_, props, message) => {
  expect(() => written(props)).toThrow(message);
});

test('a cluster cannot take the name of a folder of an engine', () => {
  expect(() => written({}, mesh => mesh.addCluster('argocd'))).toThrow(expect.objectContaining({ code: 'MESH006' }));
  expect(() => written({ gitOps: GitOps.flux() }, mesh => {
    new ApiObject(mesh.addCluster('flux-a'), 'x', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x' } });
    mesh.addCluster('a');
  })).toThrow(/MESH006/);
});
