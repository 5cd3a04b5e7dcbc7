import { readFileSync } from 'fs';
import { join } from 'path';
import { ApiObject, App, Chart } from 'cdk8s';
import {
  ControlPlane, GatewayAddress, ImportName, IstioRelease, Mesh, MeshApp, MeshObservability, MeshObservabilityProps, RetirementStep,
  ServicePort,
} from '../../src';

const MANAGED = { 'app.kubernetes.io/managed-by': 'cdk8s-istio-multicluster' };

const RUNBOOKS = readFileSync(join(__dirname, '..', '..', 'docs', 'how-to', 'answer-an-alert.md'), 'utf8');

function objectsOf(cluster: Chart): { rule: any; dashboard: any } {
  const objects = cluster.node.findAll().filter(ApiObject.isApiObject).map(object => object.toJson());
  return {
    rule: objects.find(({ kind }) => kind === 'PrometheusRule'),
    dashboard: objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'mesh-dashboard'),
  };
}

function standalone(props: Partial<MeshObservabilityProps> = {}): { rule: any; dashboard: any } {
  const chart = new Chart(new App(), 'chart');
  new MeshObservability(chart, 'observability', { cluster: 'cluster1', ...props });
  return objectsOf(chart);
}

const rulesOf = ({ rule }: { rule: any }): any[] => rule.spec.groups.flatMap(({ rules }: any) => rules);

describe('observability of a mesh', () => {
  function watched(): Mesh {
    const mesh = new Mesh(new MeshApp(), 'mesh', { istio: IstioRelease.V1_31, observability: { ruleLabels: { release: 'prometheus' } } });
    const [one, two] = ['one', 'two'].map((name, i) => mesh.addCluster(name, { ingressGateway: GatewayAddress.of(`203.0.113.${i + 1}`) }));
    const options = { namespace: 'back', ports: [ServicePort.http('http', 80)], serviceAccount: 'api', workloadSelector: { app: 'api' } };
    one.importService(two.exportService('api', options), { name: ImportName.local() });
    return mesh;
  }

  test('is about imports under both names, and exports that are declared later', () => {
    const mesh = watched();
    const exprs = (cluster: string) => rulesOf(objectsOf(mesh.cluster(cluster))).map(({ expr }) => expr).join('\n');
    expect(exprs('one')).toContain('destination_service=~".+[.]global|api[.]back[.]svc[.]cluster[.]local"');
    expect(exprs('one')).not.toContain('outbound_');
    expect(exprs('two')).toContain('cluster_name=~"outbound_[.][0-9]+_[.].*_[.](api[.]back[.]svc[.]cluster[.]local)"');
  });

  test('makes proxies expose the metrics, beside those that the user asks for', () => {
    const statsOf = (files: ReturnType<ControlPlane['files']>) =>
      files.find(({ name }) => name === 'istiod-values.yml')!.content.meshConfig.defaultConfig.proxyStatsMatcher;
    const ours = ['cluster\\.outbound.*\\.outlier_detection\\.ejections_active', 'cluster\\.outbound.*\\.membership_healthy'];
    expect(statsOf(watched().cluster('one').controlPlane.files())).toEqual({ inclusionRegexps: ours });
    const own = { meshConfig: { defaultConfig: { proxyStatsMatcher: { inclusionRegexps: ['mine'], inclusionPrefixes: ['also'] } } } };
    const both = new ControlPlane({ istio: IstioRelease.V1_31, cluster: 'one', observability: true, installValues: own });
    expect(statsOf(both.files())).toEqual({ inclusionRegexps: [...ours, 'mine'], inclusionPrefixes: ['also'] });
    expect(statsOf(new ControlPlane({ istio: IstioRelease.V1_31, cluster: 'one' }).files())).toBeUndefined();
  });

  test('leaves the folder together with the services of a cluster that retires', () => {
    const mesh = new Mesh(new MeshApp(), 'mesh', { istio: IstioRelease.V1_31, observability: {} });
    const objects = objectsOf(mesh.addCluster('one', { retire: RetirementStep.SERVICES }));
    expect(objects).toEqual({ rule: undefined, dashboard: undefined });
  });

  test('is refused on Istio 1.5, whose metrics are others', () => {
    const mesh = new Mesh(new MeshApp(), 'mesh', { istio: IstioRelease.V1_5 });
    expect(() => mesh.addCluster('one', { observability: {} })).toThrow(expect.objectContaining({ code: 'MESH008' }));
    expect(mesh.clusters).toEqual([]);
  });
});

describe('the alerts', () => {
  test('each have a runbook on the page that they name, and no section is without an alert', () => {
    const rules = rulesOf(standalone({ exportedHosts: ['a.b.svc.cluster.local'] }));
    expect(rules.map(({ alert }) => alert)).toEqual([...RUNBOOKS.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading));
    for (const { alert, annotations } of rules) {
      expect(annotations.runbook_url).toMatch(new RegExp(`/docs/how-to/answer-an-alert\\.md#${alert.toLowerCase()}$`));
    }
  });

  test('take runbooks, labels, limits and a namespace of the user', () => {
    const { rule, dashboard } = standalone({
      namespace: 'monitoring',
      ruleLabels: { release: 'prometheus' },
      dashboardLabels: { team: 'mesh' },
      runbookUrl: 'https://wiki.example.com/mesh',
      rootDays: 90,
      caDays: 7,
      failedShare: 0.2,
    });
    expect([rule.metadata, dashboard.metadata]).toEqual([
      { name: 'mesh-alerts', namespace: 'monitoring', labels: { release: 'prometheus', ...MANAGED } },
      { name: 'mesh-dashboard', namespace: 'monitoring', labels: { team: 'mesh', ...MANAGED } },
    ]);
    const text = JSON.stringify(rule.spec);
    for (const part of ['< 90 * 86400', '< 7 * 86400', '> 0.2', 'https://wiki.example.com/mesh#meshgatewayejected']) {
      expect(text).toContain(part);
    }
  });
});

test('the dashboard is JSON that is the same in each synth, with a query in each panel', () => {
  const [one, two] = [standalone(), standalone()].map(({ dashboard }) => dashboard.data['mesh-cluster1.json']);
  expect(one).toBe(two);
  const { title, panels } = JSON.parse(one);
  expect(title).toBe('Mesh: traffic from cluster1 to other clusters');
  expect(panels.filter(({ targets }: any) => targets.length !== 1 || targets[0].expr === '')).toEqual([]);
  expect(new Set(panels.map(({ id }: any) => id)).size).toBe(panels.length);
});

test.each<[string, Partial<MeshObservabilityProps>]>([
  ['no days', { caDays: 0 }],
  ['half a day', { rootDays: 0.5 }],
  ['a share of nothing', { failedShare: 0 }],
  ['a share above all', { failedShare: 5 }],
  ['a runbook without a scheme', { runbookUrl: 'wiki/mesh' }],
  ['a runbook with an anchor', { runbookUrl: 'https://wiki.example.com/#mesh' }],
])('%s is refused', (_, props) => {
  expect(() => standalone(props)).toThrow(expect.objectContaining({ code: 'MESH083' }));
});

test.each<[string, Partial<MeshObservabilityProps>]>([
  ['one day', { caDays: 1, rootDays: 1 }],
  ['nearly all requests', { failedShare: 0.99 }],
  ['a runbook over HTTP in a subfolder', { runbookUrl: 'http://wiki.example.com/a/b?c=d' }],
])('%s is accepted', (_, props) => {
  expect(() => standalone(props)).not.toThrow();
});

describe('values for Kiali', () => {
  const kialiOf = (kialiUrl?: string) => {
    const mesh = new Mesh(new MeshApp(), 'mesh', { istio: IstioRelease.V1_31, observability: {} });
    const cluster1 = mesh.addCluster('cluster1');
    mesh.addCluster('cluster3', { observability: { kialiUrl } });
    mesh.addCluster('cluster2', { istioNamespace: 'mesh-system' });
    return cluster1._files.find(({ name }) => name === 'kiali-values.yml')?.content;
  };

  test('list the other clusters without credentials, also those that are added later', () => {
    expect(kialiOf()).toEqual({
      clustering: {
        autodetect_secrets: { enabled: false },
        clusters: [{ name: 'cluster2', accessible: false }, { name: 'cluster3', accessible: false }],
      },
    });
  });

  test('link to the Kiali of a cluster that names it', () => {
    expect(kialiOf('https://kiali.example.com/kiali')?.clustering.kiali_urls).toEqual([
      { cluster_name: 'cluster3', instance_name: 'kiali', namespace: 'istio-system', url: 'https://kiali.example.com/kiali' },
    ]);
  });

  test('are refused with a text that is no URL', () => {
    expect(() => kialiOf('kiali.example.com')).toThrow(/MESH083 .*kialiUrl is no URL/);
  });
});
