import { ApiObject, App, Testing } from 'cdk8s';
import {
  ArgoCdOptions, EgressGateway, FluxOptions, GatewayAddress, GitOps, ImportName, IstioRelease, Mesh, NetworkPolicies, RetirementStep, Sleep,
} from '../../src';
import { everyForm } from '../every-form';
import { HTTP, importingMesh } from '../services/importing-mesh';

const REPOSITORY = 'https://git.example.com/mesh.git';

/** The objects of the engine of cluster1, by kind and name. */
function engineObjects(gitOps: GitOps, build: (mesh: Mesh) => unknown = () => undefined, cleanup?: { argoCdHook: boolean }) {
  const app = new App();
  const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31, gitOps, cleanup });
  mesh.addCluster('cluster1', { ingressGateway: GatewayAddress.of('203.0.113.1'), egressGateway: EgressGateway.service() });
  build(mesh);
  const charts = app.charts.filter(({ node }) => /^(argocd|flux)/.test(node.id));
  const objects = charts.flatMap(chart => Testing.synth(chart));
  return new Map<string, any>(objects.map(object => [`${object.kind} ${object.metadata.name}`, object]));
}

const argo = (options: Partial<ArgoCdOptions> = {}) => GitOps.argoCd({ repoUrl: REPOSITORY, ...options });
const APPLICATION = 'Application mesh-cluster1';
const PROJECT = 'AppProject mesh-cluster1';
const projectOf = (...given: Parameters<typeof engineObjects>) => engineObjects(...given).get(PROJECT);

describe('an Application', () => {
  const syncPolicyOf = (options: Partial<ArgoCdOptions>) => engineObjects(argo(options)).get(APPLICATION).spec.syncPolicy;

  test('prunes and restores by default, and each can be turned off', () => {
    expect(syncPolicyOf({}).automated).toEqual({ prune: true, selfHeal: true });
    expect(syncPolicyOf({ prune: false }).automated).toEqual({ prune: false, selfHeal: true });
    expect(syncPolicyOf({ selfHeal: false }).automated).toEqual({ prune: true, selfHeal: false });
    expect(syncPolicyOf({ automated: false })).not.toHaveProperty('automated');
  });

  test('has the labels that are asked for', () => {
    expect(engineObjects(argo({ labels: { team: 'mesh' } })).get(APPLICATION).metadata.labels).toHaveProperty('team', 'mesh');
    expect(engineObjects(argo()).get(APPLICATION).metadata.labels).not.toHaveProperty('team');
  });

  test('belongs to the project that is named, and there is no other object', () => {
    const objects = engineObjects(argo({ project: 'platform' }));
    expect([...objects.keys()]).toEqual([APPLICATION]);
    expect(objects.get(APPLICATION).spec.project).toBe('platform');
  });
});

describe('an AppProject', () => {
  test('allows the repository, the cluster, its namespaces and the kinds that are written', () => {
    const objects = engineObjects(argo({ ownProject: true, labels: { team: 'mesh' } }), mesh => {
      const cluster = mesh.cluster('cluster1');
      cluster.addNamespace('foo');
      new Sleep(cluster, 'sleep', { istio: mesh.istio, namespace: 'bar' });
      new ApiObject(cluster, 'own', { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'own', namespace: 'jobs' } });
    });
    expect(objects.get(APPLICATION).spec.project).toBe('mesh-cluster1');
    expect(objects.get(PROJECT)).toMatchSnapshot();
  });

  test('allows what the charts hold where Argo CD installs Istio', () => {
    const { spec } = projectOf(argo({ ownProject: true, istioVersion: '1.31.4' }));
    expect(spec.sourceRepos).toEqual([REPOSITORY, 'https://istio-release.storage.googleapis.com/charts']);
    expect(spec.clusterResourceWhitelist).toContainEqual({ group: 'apiextensions.k8s.io', kind: 'CustomResourceDefinition' });
    expect(spec.namespaceResourceWhitelist).toContainEqual({ group: 'autoscaling', kind: 'HorizontalPodAutoscaler' });
  });

  test('allows no cluster-wide kind that nobody writes', () => {
    const { spec } = projectOf(argo({ ownProject: true }));
    expect(spec.clusterResourceWhitelist).toEqual([{ group: '', kind: 'Namespace' }]);
  });

  test('lets Argo CD prune the last object of each kind that it may prune without a question', () => {
    const app = new App();
    everyForm(app, IstioRelease.V1_31);
    const { caller, receivers: [receiver] } = importingMesh(['203.0.113.1'], {
      egressGateway: EgressGateway.service(),
      globalDns: { clusterIp: '10.96.0.53' },
      networkPolicies: NetworkPolicies.enabled(),
      observability: {},
    });
    const service = receiver.exportService('api', { namespace: 'bar', ports: HTTP, workloadSelector: { app: 'api' } });
    caller.importService(service, { name: ImportName.local({ selector: { app: 'api' } }) });
    const written = [...app.charts, caller, receiver].flatMap(chart => Testing.synth(chart)).filter(({ metadata }) =>
      metadata.namespace !== undefined && metadata.annotations?.['argocd.argoproj.io/sync-options'] === undefined);
    const allowed = projectOf(argo({ ownProject: true })).spec.namespaceResourceWhitelist
      .map(({ group, kind }: any) => `${group}/${kind}`);
    const kinds = new Set(written.map(({ apiVersion, kind }) => `${apiVersion.includes('/') ? apiVersion.split('/')[0] : ''}/${kind}`));
    expect([...kinds].filter(kind => !allowed.includes(kind))).toEqual([]);
    expect(kinds.size).toBeGreaterThan(10);
  });

  test('names the cluster of a hub, and allows a destination without a namespace for a hook', () => {
    const { spec } = projectOf(argo({ ownProject: true, hub: true }), undefined, { argoCdHook: true });
    expect(spec.destinations[0]).toEqual({ name: 'cluster1', namespace: '' });
    expect(spec.destinations).toContainEqual({ name: 'cluster1', namespace: 'kube-system' });
    expect(spec.clusterResourceWhitelist).toContainEqual({ group: 'rbac.authorization.k8s.io', kind: 'ClusterRole' });
  });

  test('allows namespaces of what retires, and those that are named', () => {
    const gitOps = argo({ ownProject: true, projectNamespaces: ['gone'] });
    const { spec } = projectOf(gitOps, mesh => {
      mesh.addCluster('cluster2', { retire: RetirementStep.SERVICES, ingressGateway: GatewayAddress.of('203.0.113.2') });
    });
    expect(spec.destinations.map(({ namespace }: any) => namespace)).toEqual(['gone', 'istio-system']);
  });

  test('is refused beside another project', () => {
    expect(() => argo({ ownProject: true, project: 'platform' })).toThrow(/^MESH037 .*both project and ownProject/);
    expect(() => argo({ projectNamespaces: ['foo'] })).toThrow(/^MESH037 .*projectNamespaces without ownProject/);
    expect(() => argo({ ownProject: false, project: 'platform' })).not.toThrow();
  });
});

describe('Flux', () => {
  const objectsWith = (options: FluxOptions) => [...engineObjects(GitOps.flux({ istioVersion: '1.31.4', ...options })).values()]
    .filter(({ kind }) => kind === 'Kustomization' || kind === 'HelmRelease');

  test('acts as a ServiceAccount on request, in every Kustomization and HelmRelease', () => {
    const accounts = objectsWith({ serviceAccountName: 'mesh' }).map(({ spec }) => spec.serviceAccountName);
    expect(accounts).toEqual(Array(8).fill('mesh'));
    expect(objectsWith({}).filter(({ spec }) => 'serviceAccountName' in spec)).toEqual([]);
  });

  test('refuses a name that no ServiceAccount has', () => {
    expect(() => GitOps.flux({ serviceAccountName: 'Mesh!' })).toThrow(/^MESH001/);
  });
});
