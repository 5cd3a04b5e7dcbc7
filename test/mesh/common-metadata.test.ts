import { App, Chart, Testing } from 'cdk8s';
import {
  ClusterDns, GatewayAddress, GitOps, ImportName, IstioRelease, Mesh, MeshApp, MeshClusterOptions, MeshProps, RemoteService,
  RemoteServiceEntry, ServicePort, Sleep,
} from '../../src';

const MANAGED_BY = 'app.kubernetes.io/managed-by';
const PART_OF = 'app.kubernetes.io/part-of';
const OURS = { [MANAGED_BY]: 'cdk8s-istio-multicluster', [PART_OF]: 'mesh1' };

/** The objects of a cluster that imports a service under the global name and another under its local name. */
function objectsOf(mesh: Partial<MeshProps> = {}, cluster: MeshClusterOptions = {}): any[] {
  const app = new MeshApp();
  const all = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31, ...mesh });
  const caller = all.addCluster('caller', cluster);
  const server = all.addCluster('server', { ingressGateway: GatewayAddress.of('203.0.113.20') });
  caller.addNamespace('foo');
  const exported = { namespace: 'bar', ports: [ServicePort.http('http', 8000)], workloadSelector: { app: 'web' } };
  caller.importService(server.exportService('web', exported), { namespace: 'foo' });
  if (all.istio !== IstioRelease.V1_5) {
    caller.importService(server.exportService('api', exported), { name: ImportName.local({ selector: { app: 'api' } }) });
  }
  return Testing.synth(caller) as any[];
}

const ofKind = (objects: any[], kind: string) => objects.filter(object => object.kind === kind);

describe('objects of a cluster', () => {
  test('are labelled as managed by this library and part of the mesh', () => {
    const objects = objectsOf({ meshId: 'shop' }).filter(({ kind }) => kind !== 'Namespace');
    expect(objects.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['ServiceEntry', 'DestinationRule', 'WorkloadEntry']));
    expect(objects.filter(({ metadata: { labels } }) => labels[MANAGED_BY] !== OURS[MANAGED_BY] || labels[PART_OF] !== 'shop')).toEqual([]);
  });

  test('that ask before they are pruned are not labelled as managed, so that no selector prunes them', () => {
    const [namespace] = ofKind(objectsOf(), 'Namespace');
    expect(namespace.metadata.labels).toEqual({ 'istio-injection': 'enabled', [PART_OF]: 'mesh1' });
  });

  test('that others write to have no label of this library', () => {
    const corefile = '.:53 {\n    errors\n    kubernetes cluster.local in-addr.arpa ip6.arpa\n    forward . /etc/resolv.conf\n}\n';
    const shared = objectsOf({ labels: { team: 'mesh' } }, {
      dns: ClusterDns.coreDns({ corefile, resolvers: ['10.96.0.53'] }),
    }).find(({ metadata }) => metadata.name === 'coredns');
    expect(shared.metadata.labels).toBeUndefined();
  });

  test('have the labels and annotations of the mesh, and those of the cluster before them', () => {
    const objects = objectsOf(
      { labels: { team: 'mesh', tier: '1' }, annotations: { 'example.com/docs': 'https://example.com/mesh' } },
      { labels: { team: 'caller' } },
    );
    const [entry] = ofKind(objects, 'ServiceEntry');
    expect(entry.metadata.labels).toEqual({ ...OURS, team: 'caller', tier: '1' });
    expect(entry.metadata.annotations).toEqual({ 'example.com/docs': 'https://example.com/mesh' });
    const [namespace] = ofKind(objects, 'Namespace');
    expect(namespace.metadata.labels).toEqual({ 'istio-injection': 'enabled', [PART_OF]: 'mesh1', 'team': 'caller', 'tier': '1' });
    expect(namespace.metadata.annotations).toHaveProperty(['argocd.argoproj.io/sync-options'], 'Prune=confirm,Delete=confirm');
  });

  test('that describe an endpoint have no label of the user, by which a Service or subset could select it', () => {
    const [entry] = ofKind(objectsOf({ labels: { version: 'v1', app: 'web' } }), 'WorkloadEntry');
    expect(entry.metadata.labels).toEqual(OURS);
    expect(entry.spec.labels).toHaveProperty('app', 'api');
  });

  test('of Istio 1.5 are those of the guide', () => {
    const objects = objectsOf({ istio: IstioRelease.V1_5 });
    expect(ofKind(objects, 'ServiceEntry')[0].metadata).toEqual({ name: 'web-bar', namespace: 'foo' });
    expect(ofKind(objects, 'Namespace')[0].metadata.labels).toEqual({ 'istio-injection': 'enabled' });
    expect(() => objectsOf({ istio: IstioRelease.V1_5, labels: { team: 'mesh' } })).toThrow(/MESH008 .*got "labels"/);
  });
});

test('the objects for an engine and of a clean-up have the labels too', () => {
  const gitOps = GitOps.argoCd({ repoUrl: 'https://git.example.com/mesh.git', path: 'dist' });
  const app = new MeshApp();
  new Mesh(app, 'mesh', { istio: IstioRelease.V1_31, gitOps, cleanup: {}, labels: { team: 'mesh' } }).addCluster('cluster1');
  const charts = app.node.children.filter(Chart.isChart);
  const objects = charts.flatMap(chart => Testing.synth(chart) as any[]).filter(({ kind }) => kind !== 'Kustomization');
  expect(objects.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['Application', 'Job', 'ClusterRole', 'ClusterRoleBinding']));
  expect(objects.filter(({ metadata }) => metadata.labels?.team !== 'mesh')).toEqual([]);
});

test('a construct in a chart of the user is labelled as managed, and the chart says what it is part of', () => {
  const chart = new Chart(new App(), 'our-team', { labels: { [PART_OF]: 'our-team' } });
  const service = new RemoteService({
    name: 'web',
    namespace: 'bar',
    ports: [ServicePort.http('http', 8000)],
    exporters: [{ cluster: 'server', gateways: [GatewayAddress.of('203.0.113.20')] }],
  });
  new RemoteServiceEntry(chart, 'web', { istio: IstioRelease.V1_31, service, namespace: 'our-team' });
  new Sleep(chart, 'sleep', { istio: IstioRelease.V1_31, namespace: 'our-team' });
  const labels = (Testing.synth(chart) as any[]).map(({ metadata }) => metadata.labels);
  expect(labels.filter(each => each[MANAGED_BY] !== OURS[MANAGED_BY] || each[PART_OF] !== 'our-team')).toEqual([]);
});

describe('labels and annotations of all objects', () => {
  const refused = (props: Partial<MeshProps>) => () => objectsOf(props);

  test.each([
    'istio-injection', 'istio.io/rev', 'topology.istio.io/network', 'pod-security.kubernetes.io/enforce', 'argocd.argoproj.io/instance',
    'kustomize.toolkit.fluxcd.io/name', MANAGED_BY, PART_OF,
  ])('are refused where programs act upon the key %s', key => {
    expect(refused({ labels: { [key]: 'x' } })).toThrow(/MESH115/);
  });

  test.each(['app.kubernetes.io/version', 'team', 'example.com/team', 'myistio.io.example.com/a'])('may have the key %s', key => {
    expect(ofKind(objectsOf({ labels: { [key]: 'x' } }), 'ServiceEntry')[0].metadata.labels).toHaveProperty([key], 'x');
  });

  test('are refused with every invalid key and value', () => {
    expect(refused({ labels: { 'a b': 'x', 'team': 'a b' }, annotations: { 'argocd.argoproj.io/sync-wave': '1' } }))
      .toThrow(/MESH001[^]*a b=x[^]*MESH001[^]*team=a b[^]*MESH115/);
  });

  test('may be any text in an annotation', () => {
    const [entry] = ofKind(objectsOf({ annotations: { 'example.com/note': 'a: b # c\nd' } }), 'ServiceEntry');
    expect(entry.metadata.annotations).toEqual({ 'example.com/note': 'a: b # c\nd' });
  });
});
