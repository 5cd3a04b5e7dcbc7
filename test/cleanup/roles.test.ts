import { ApiObject, App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import {
  AllowedCaller,
  Cleanup,
  CleanupOptions,
  ClusterDns,
  EgressGateway,
  ExportServiceOptions,
  GatewayAddress,
  GitOps,
  ImportPath,
  IstioRelease,
  Mesh,
  MeshCluster,
  MeshTrust,
  RetirementStep,
  ServicePort,
  ServiceVersion,
} from '../../src';
import { addWhole, OwnObject } from '../../src/objects/provenance';

const FORMS: Array<[string, CleanupOptions]> = [
  ['in a folder of its own', {}],
  ['as a hook of Argo CD', { argoCdHook: true }],
];

const SERVICE: ExportServiceOptions = { namespace: 'bar', ports: [ServicePort.http('http', 8000)] };

/** A mesh with a clean-up of each cluster, and objects of every stage: a cluster that serves, one that calls, one that retires. */
function meshWith(cleanup: CleanupOptions): Mesh {
  const mesh = new Mesh(new App(), 'mesh', {
    istio: IstioRelease.V1_31,
    cleanup,
    gitOps: GitOps.argoCd({ repoUrl: 'https://git.example.com/mesh.git' }),
    trust: MeshTrust.externalSecret({ store: 'vault' }),
  });
  const cluster = (n: number, retire?: RetirementStep) => mesh.addCluster(`cluster${n}`, {
    retire,
    ingressGateway: GatewayAddress.of(`203.0.113.${n}`),
    egressGateway: EgressGateway.service(),
    globalDns: { clusterIp: '10.96.0.53' },
    dns: ClusterDns.coreDnsCustom(),
    strictMtls: true,
  });
  const [server, caller] = [cluster(1), cluster(2)];
  caller.addNamespace('foo');
  caller.importService(server.exportService('httpbin', SERVICE), { namespace: 'foo', via: ImportPath.egressGateway() });
  cluster(3, RetirementStep.CA).addNamespace('left');
  return mesh;
}

/** Every construct of an app by its path, with the annotations of those that are objects. */
function stateOf(construct: Construct): Array<[string, string]> {
  return construct.node.root.node.findAll().map(node => [
    node.node.path,
    JSON.stringify(ApiObject.isApiObject(node) ? node.metadata.toJson().annotations : null) ?? '',
  ]);
}

/** The roles of the clean-up of a cluster, with their rules. */
function rolesOf(cluster: MeshCluster): Array<{ readonly namespace?: string; readonly rules: unknown[] }> {
  const objects = cluster.node.root.node.findAll().filter((node): node is ApiObject => ApiObject.isApiObject(node));
  return objects
    .filter(({ kind, metadata }) => /Role$/.test(kind) && metadata.name === `mesh-cleanup-${cluster.clusterName}`)
    .map(role => ({ namespace: role.metadata.namespace, rules: role.toJson().rules }));
}

describe.each(FORMS)('a clean-up %s', (_, form) => {
  test('is complete before the checks run: validation adds no construct and changes no annotation', () => {
    const mesh = meshWith(form);
    const before = stateOf(mesh);
    mesh.node.root.node.findAll().forEach(({ node }) => node.validate());
    expect(stateOf(mesh)).toEqual(before);
  });

  test('has a rule in each of its roles', () => {
    const roles = meshWith(form).clusters.flatMap(rolesOf);
    expect(roles.length).toBeGreaterThan(3);
    expect(roles.filter(({ rules }) => (rules ?? []).length === 0)).toEqual([]);
  });

  test.each<[string, ExportServiceOptions]>([
    ['that admits no caller', { ...SERVICE, allow: [], workloadSelector: { app: 'a' } }],
    ['that admits callers to unknown pods', { ...SERVICE, allow: [AllowedCaller.serviceAccount('foo', 'sleep')] }],
    ['that refuses plain text at unknown pods', { ...SERVICE, strictMtls: true }],
    ['from a namespace that is no name', { ...SERVICE, namespace: 'Only_Here' }],
    ['with one version twice', { ...SERVICE, versions: [ServiceVersion.of('v1'), ServiceVersion.of('v1')] }],
  ])('gets nothing from an export %s', (__, options) => {
    const mesh = meshWith(form);
    const before = stateOf(mesh);
    expect(() => mesh.cluster('cluster1').exportService('refused', options)).toThrow(/^MESH0/);
    expect(stateOf(mesh)).toEqual(before);
  });

  test('keeps no role for the objects of a construct that is refused halfway', () => {
    const mesh = meshWith(form);
    const cluster = mesh.cluster('cluster2');
    const [before, roles] = [stateOf(mesh), rolesOf(cluster)];
    const sharedPart = { path: '/data/a', ours: 'b' };
    expect(() => addWhole(cluster, 'half', (scope, id) => {
      const half = new Construct(scope, id);
      for (const namespace of ['foo', 'only-here']) {
        const metadata = { name: 'shared', namespace };
        new OwnObject(half, namespace, { apiVersion: 'v1', kind: 'ConfigMap', metadata }, { isCleanedUp: true, sharedPart });
      }
      new OwnObject(half, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'only-here' } });
      // A hook has no role in a namespace that it removes: its ClusterRole has the rules.
      const [added] = rolesOf(cluster).filter(({ namespace }) => namespace === (form.argoCdHook ? undefined : 'only-here'));
      expect(added.rules).toContainEqual({ apiGroups: ['*'], resources: ['*'], verbs: ['list'] });
      throw new Error('refused');
    })).toThrow('refused');
    const byPath = (state: Array<[string, string]>) => [...state].sort();
    expect(byPath(stateOf(mesh))).toEqual(byPath(before));
    expect(rolesOf(cluster)).toEqual(expect.arrayContaining(roles));
  });
});

test('a clean-up without a mesh is complete before the checks run', () => {
  const app = new App();
  const chart = new Chart(app, 'chart');
  new Cleanup(new Chart(app, 'clean-up'), 'cleanup', { chart });
  new OwnObject(chart, 'object', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'foo' } });
  const before = stateOf(chart);
  app.node.findAll().forEach(({ node }) => node.validate());
  expect(stateOf(chart)).toEqual(before);
  expect(before.map(([path]) => path)).toContain('clean-up/cleanup/role-in-foo/Role');
});
