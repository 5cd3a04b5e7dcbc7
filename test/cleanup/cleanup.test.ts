import { spawnSync } from 'child_process';
import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { ApiObject, App, Chart, Testing } from 'cdk8s';
import { parse } from 'yaml';
import {
  Cleanup,
  CleanupOptions,
  ClusterDns,
  DnsForwarding,
  GatewayAddress,
  GitOps,
  GlobalDns,
  IstioRelease,
  KubeDnsStubDomain,
  Mesh,
  MeshApp,
  RetirementStep,
  ServicePort,
  Sleep,
} from '../../src';
import { temporaryFolder } from '../temporary-folder';

const istio = IstioRelease.V1_31;

/** A chart with a sample, a resolver, a stub domain and an object of another author. */
function chartIn(app: App): Chart {
  const chart = new Chart(app, 'ours');
  new Sleep(chart, 'sleep', { istio, namespace: 'foo' });
  new GlobalDns(chart, 'dns', { istio, clusterIp: '10.96.0.53', services: [] });
  new KubeDnsStubDomain(chart, 'stub', { resolvers: ['10.96.0.53'], current: '{"corp.example": ["10.1.1.1"]}' });
  new ApiObject(chart, 'theirs', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'theirs', namespace: 'foo' } });
  return chart;
}

/** The objects of the clean-up of that chart. */
function objectsOf(options: CleanupOptions = {}): any[] {
  const app = new App();
  const chart = chartIn(app);
  const cleanupChart = new Chart(app, 'clean-up');
  new Cleanup(cleanupChart, 'cleanup', { ...options, chart });
  return Testing.synth(cleanupChart);
}

/** The lines of a script that remove something. */
const removalsIn = (script: string) => script.split('\n').filter(line => /^(remove|put_back|remove_namespace)\b[^(]*$/.test(line));
const scriptOf = (objects: any[]) => objects.find(({ kind }) => kind === 'ConfigMap').data['clean-up.sh'] as string;

test('a clean-up removes the objects of this library, callers before resolvers, and no object of another author', () => {
  expect(removalsIn(scriptOf(objectsOf()))).toEqual([
    "remove '/api/v1' 'serviceaccounts' 'foo' 'sleep'",
    "remove '/api/v1' 'services' 'foo' 'sleep'",
    "remove '/apis/apps/v1' 'deployments.apps' 'foo' 'sleep'",
    expect.stringMatching(/^put_back 'configmaps' 'kube-dns' 'kube-system'/),
    "remove '/api/v1' 'configmaps' 'istio-system' 'mesh-dns'",
    "remove '/api/v1' 'serviceaccounts' 'istio-system' 'mesh-dns'",
    "remove '/api/v1' 'services' 'istio-system' 'mesh-dns'",
    "remove '/apis/apps/v1' 'deployments.apps' 'istio-system' 'mesh-dns'",
    "remove '/apis/policy/v1' 'poddisruptionbudgets.policy' 'istio-system' 'mesh-dns'",
  ]);
});

test('the roles of a clean-up name each object to delete and each shared object to change, and allow nothing else', () => {
  const rules = objectsOf().filter(({ kind }) => /Role$/.test(kind)).flatMap(
    ({ metadata, rules: rulesOfRole }) => rulesOfRole.map((rule: any) => ({ namespace: metadata.namespace, ...rule })),
  );
  expect(rules.filter(rule => rule.resourceNames === undefined)).toEqual([]);
  expect(rules.filter(rule => rule.verbs.some((verb: string) => !['get', 'patch', 'delete'].includes(verb)))).toEqual([]);
  expect(
    rules.filter(rule => rule.verbs.includes('patch')).map(rule => [rule.namespace, rule.resourceNames]),
  ).toEqual([['kube-system', ['kube-dns']]]);
});

test('a POSIX shell can parse the script when a value holds a quote', () => {
  const app = new App();
  const [chart, cleanupChart] = ['ours', 'clean-up'].map(id => new Chart(app, id));
  const dns = ClusterDns.coreDns({ resolvers: ['10.96.0.53'], corefile: '# it\'s shared\n.:53 {\n    forward . 1.1.1.1\n}\n' });
  new DnsForwarding(chart, 'dns', { dns });
  new Cleanup(cleanupChart, 'cleanup', { chart });
  const script = scriptOf(Testing.synth(cleanupChart));
  expect(script).toContain('s shared');
  const { status, stderr } = spawnSync('/bin/sh', ['-n'], { input: script });
  expect([status, stderr.toString()]).toEqual([0, '']);
});

test('the Job of another image has another name, since a Job cannot be changed, and an empty image is refused', () => {
  const job = (options: CleanupOptions) => objectsOf(options).find(({ kind }) => kind === 'Job');
  expect(job({}).spec.template.spec.containers[0].image).toMatch(/@sha256:[0-9a-f]{64}$/);
  expect(job({ image: 'registry.example.com/kubectl:1' }).metadata.name).not.toBe(job({}).metadata.name);
  expect(() => objectsOf({ image: '' })).toThrow(expect.objectContaining({ code: 'MESH004' }));
});

/** The output folder of a mesh in which cluster1 imports a service of cluster2. */
function meshFolder(cleanup: CleanupOptions, gitOps?: GitOps, release = istio): string {
  const outdir = temporaryFolder('cleanup');
  const app = new MeshApp({ outdir });
  const mesh = new Mesh(app, 'mesh', { istio: release, cleanup, gitOps });
  const [one, two] = [1, 2].map(
    n => mesh.addCluster(
      `cluster${n}`,
      {
        ingressGateway: GatewayAddress.of(`203.0.113.${n}`),
        dns: release === istio ? ClusterDns.coreDnsCustom({ resolvers: ['10.96.0.53'] }) : undefined,
      },
    ),
  );
  one.addNamespace('foo');
  one.importService(two.exportService('httpbin', { namespace: 'bar', ports: [ServicePort.http('http', 8000)] }), { namespace: 'foo' });
  app.synth();
  return outdir;
}

test('the clean-up of each cluster is in a folder of its own, and removes objects that were declared after the cluster', () => {
  const folder = meshFolder({});
  expect(readdirSync(join(folder, 'cluster1')).filter(file => /cleanup/.test(file))).toEqual([]);
  const script = readFileSync(join(folder, 'cleanup', 'cluster1', 'clean-up.sh'), 'utf8');
  expect(script).toContain("'serviceentries.networking.istio.io' 'foo' 'httpbin-bar'");
  expect(script).toContain("remove_namespace 'foo'");
  expect(script).toContain('istioctl uninstall --skip-confirmation -f "$(dirname "$0")/../../install/cluster1/istio-operator.yml"');
  expect(readFileSync(join(folder, 'cleanup', 'cluster1', 'kustomization.yml'), 'utf8')).not.toContain('clean-up.sh');
  expect(JSON.parse(readFileSync(join(folder, 'mesh-files.json'), 'utf8')).files).toContain('cleanup/cluster1/clean-up.sh');
});

test('the clean-up of an exporting cluster removes the Gateway of the export', () => {
  const script = readFileSync(join(meshFolder({}), 'cleanup', 'cluster2', 'clean-up.sh'), 'utf8');
  expect(script).toContain("remove '/apis/networking.istio.io/v1' 'gateways.networking.istio.io' 'istio-system' 'mesh-httpbin-bar'");
});

test('on Istio 1.5 the script uninstalls Istio by the command of the guide', () => {
  const script = readFileSync(join(meshFolder({}, undefined, IstioRelease.V1_5), 'cleanup', 'cluster1', 'clean-up.sh'), 'utf8');
  expect(script).toContain(
    'istioctl manifest generate -f "$(dirname "$0")/../../install/cluster1/istio-operator.yml" | kubectl delete --ignore-not-found -f -',
  );
});

test('where an engine installed Istio, the script names the step by which the engine uninstalls it', () => {
  const folder = meshFolder({}, GitOps.flux({ istioVersion: '1.31.4' }));
  const script = readFileSync(join(folder, 'cleanup', 'cluster1', 'clean-up.sh'), 'utf8');
  expect(script).toContain('set retire: RetirementStep.CONTROL_PLANE on cluster1, commit, and wait until Flux has applied it');
  expect(script).not.toContain('helm uninstall');
});

describe('a clean-up as a hook of Argo CD', () => {
  const gitOps = GitOps.argoCd({ repoUrl: 'https://git.example.com/mesh.git' });

  test('leaves the objects of the Application to Argo CD, and removes shared parts, the CA and namespaces by the Job', () => {
    const folder = meshFolder({ argoCdHook: true }, gitOps);
    const { metadata, spec } = parse(
      readFileSync(join(folder, 'argocd', 'cluster1', 'Application.argoproj.io_argocd_mesh-cluster1.yaml'), 'utf8'),
    );
    expect(metadata.finalizers).toEqual(['resources-finalizer.argocd.argoproj.io']);
    expect(spec.destination).toEqual({ server: 'https://kubernetes.default.svc' });
    expect(
      removalsIn(hookOf(folder).find(({ kind }) => kind === 'ConfigMap').data['clean-up.sh']).map(line => line.split(' ')[0]),
    ).toEqual(['remove_namespace', 'remove_namespace']);
    expect(removalsIn(readFileSync(join(folder, 'cleanup', 'cluster1', 'clean-up.sh'), 'utf8')).length).toBeGreaterThan(2);
    expect(
      parse(readFileSync(join(folder, 'cluster1', 'Namespace_foo.yaml'), 'utf8')).metadata.annotations['argocd.argoproj.io/sync-options'],
    ).toBe('Prune=confirm,Delete=false');
  });

  test('keeps the guard of a namespace, and has no role in a namespace that a retirement removed', () => {
    const hooked = (retire?: RetirementStep) => {
      const app = new App();
      const cluster = new Mesh(app, 'mesh', { istio, gitOps, cleanup: { argoCdHook: true } }).addCluster('a', { retire });
      cluster.addNamespace('free', { pruneGuard: false });
      return Testing.synth(cluster);
    };
    const options = hooked().filter(({ kind }) => kind === 'Namespace').map(
      ({ metadata }) => [metadata.name, metadata.annotations['argocd.argoproj.io/sync-options']],
    );
    expect(options.sort()).toEqual([['free', 'Delete=false'], ['istio-system', 'Prune=confirm,Delete=false']]);
    expect(hooked(RetirementStep.CA).filter(({ metadata }) => metadata.namespace === 'istio-system')).toEqual([]);
  });

  test('has no hook object in a namespace that is deleted, where Argo CD would try without end to create it again', () => {
    const objects = hookOf(meshFolder({ argoCdHook: true }, gitOps));
    expect([...new Set(objects.map(({ metadata }) => metadata.namespace))].sort()).toEqual(['kube-system', undefined]);
  });

  test('has no permission before and after the hook, in particular none to list Secrets', () => {
    const objects = hookOf(meshFolder({ argoCdHook: true }, gitOps));
    const policies = objects.map(({ metadata }) => metadata.annotations);
    expect(objects.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['ClusterRole', 'ClusterRoleBinding', 'ServiceAccount', 'Job']));
    expect([...new Set(policies.map(annotations => JSON.stringify(annotations)))]).toEqual([JSON.stringify({
      'argocd.argoproj.io/hook': 'PostDelete', 'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation,HookSucceeded',
    })]);
  });

  test('runs in the namespace that is asked for', () => {
    const objects = hookOf(meshFolder({ argoCdHook: true, hookNamespace: 'platform' }, gitOps));
    expect(objects.find(({ kind }) => kind === 'Job').metadata.namespace).toBe('platform');
    expect(objects.find(({ kind }) => kind === 'ClusterRoleBinding').subjects[0].namespace).toBe('platform');
    expect(() => meshFolder({ argoCdHook: true, hookNamespace: 'Not_One' }, gitOps)).toThrow('MESH001');
  });
});

/** The objects of a clean-up in the folder of cluster1. */
function hookOf(folder: string): any[] {
  return readdirSync(join(folder, 'cluster1')).filter(file => /mesh-cleanup/.test(file)).map(
    file => parse(readFileSync(join(folder, 'cluster1', file), 'utf8')),
  );
}
