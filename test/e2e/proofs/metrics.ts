import { ApiObject } from 'cdk8s';
import { CHANGE, mustFire, PROMTOOL } from './alerts-rig';
import { exposedBy, Sample } from './exposition';
import { labelCount, Labels, labelsOf, missingFrom, namedBy, split, standardMetrics } from './metric-labels';
import { watchedMesh } from './watched-mesh';
import { ControlPlane, IstioRelease } from '../../../src';
import { until } from '../cluster/machine';
import { clusterParts, codes, Rig, rigOf, url, Variant } from '../cluster/rig';
import { must, Proof, ProofRun } from '../proof';

/** Clusters whose proxies expose the metrics that alerts need. */
const WATCHED: Variant = {
  name: 'metrics of alerts',
  install: values => {
    const { proxyStatsMatcher } = new ControlPlane({ istio: IstioRelease.V1_31, cluster: 'any', observability: true }).files()
      .find(({ name }) => name === 'istio-operator.yml')!.content.spec.meshConfig.defaultConfig;
    const { meshConfig } = values.spec;
    const defaultConfig = { ...meshConfig.defaultConfig, proxyStatsMatcher };
    return { ...values, spec: { ...values.spec, meshConfig: { ...meshConfig, defaultConfig } } };
  },
};

/** Every metric and label that a rule or a panel names is one that istiod and the proxies of the release expose. */
export const metricProofs: Proof[] = [IstioRelease.V1_30, IstioRelease.V1_31].map(istio => ({
  name: `metrics-${istio.version}`,
  parts: [...clusterParts(istio.version), PROMTOOL],
  show: async run => metrics(await rigOf(istio, run, WATCHED), run),
}));

async function metrics(rig: Rig, run: ProofRun): Promise<string> {
  const { cluster2, istio } = rig;
  await codes(rig, 'direct', url('catalog'), 5);
  const named = namedBy(expressionsOf(istio));
  const [standard, others] = split(named, name => name.startsWith('istio_') && !name.startsWith('istio_agent_'));
  const before = await exposedBy(rig);
  await causeRejections(rig);
  await cluster2.end(cluster2.pod('shop', 'orders'));
  const after = await exposedAfter(rig, others);
  await cluster2.run('shop', 'orders');
  await rig.cluster1.kube.kubectl('delete', 'envoyfilters.networking.istio.io', 'rejected', '-n', 'direct');
  const isNamed = ({ metric }: Sample) => others.has(metric);
  await alertsFire(run, before.filter(isNamed), after.filter(isNamed));

  const filter = await standardMetrics();
  const unknown = missingFrom(filter, standard);
  must(unknown.length === 0, `not in Istio's filter: ${unknown.join(', ')}`);
  return `${others.size} metrics with ${labelCount(others)} labels of rules and panels are exposed by a sidecar, a gateway and istiod; `
    + `on their values in Prometheus ${ALERTS.length} alerts fire, for what was done to the clusters, and no other; `
    + `${standard.size} metrics with ${labelCount(standard)} labels are in the source of Istio's filter`;
}

/** What the clusters expose once every named metric is there, and the gateway has no pod for an export. */
async function exposedAfter(rig: Rig, named: Labels): Promise<Sample[]> {
  let missing: string[] = [];
  return until('the proxies and istiod expose their metrics', async () => {
    const samples = await exposedBy(rig);
    const healthy = (cluster: string, count: (value: number) => boolean) => samples.some(({ metric, labels, value }) => (
      metric === 'envoy_cluster_membership_healthy' && labels.includes(`cluster_name="${cluster}"`) && count(value)
    ));
    missing = [
      ...missingFrom(labelsOf(samples), named),
      ...healthy('outbound|8000||catalog.shop.global', value => value > 0) ? [] : ['endpoints of the import'],
      ...healthy(exportedCluster('catalog'), value => value > 0) ? [] : ['endpoints of the export'],
      ...healthy(exportedCluster('orders'), value => value === 0) ? [] : ['the lost pod of the other export'],
    ];
    return missing.length === 0 && samples;
  }).catch((error: Error) => {
    throw new Error(`not exposed: ${missing.join(', ')} (${error.message})`);
  });
}

/** Name of the cluster of an exported Service in the ingress gateway. */
function exportedCluster(service: string, port = 8000): string {
  return `outbound_.${port}_._.${service}.shop.svc.cluster.local`;
}

const REJECTED = [
  'alertname="MeshConfigurationRejectedByProxy", type="cds"',
  'alertname="MeshObjectRefused", resource="virtualservices"',
];
/** The gateway opens both ports of the Service. */
const LOST = [8000, 9000].map(port => `alertname="MeshExportWithoutEndpoint", cluster_name="${exportedCluster('orders', port)}"`);
const ROOT = 'alertname="MeshRootCertificateEnds"';
const ALERTS = [...REJECTED, ...LOST, ROOT];

/** The rules on what the clusters exposed: nothing fires before, then what happened, and then what lasts. */
async function alertsFire(run: ProofRun, before: Sample[], after: Sample[]): Promise<void> {
  const exportedHosts = ['catalog', 'orders'].map(service => `${service}.shop.svc.cluster.local`);
  await mustFire(run, { exportedHosts }, before, after, [
    { minute: CHANGE - 1, alerts: [] },
    { minute: CHANGE + 2, alerts: REJECTED },
    { minute: CHANGE + 8, alerts: [...REJECTED, ...LOST] },
    { minute: CHANGE + 40, alerts: LOST },
  ]);
  // The root of the clusters ends after ten years, of which a moment has passed.
  await mustFire(run, { exportedHosts, rootDays: 3650 }, before, after, [{ minute: 80, alerts: [...LOST, ROOT] }]);
}

/** Makes istiod refuse an object, and a proxy refuse configuration: istiod exposes a counter of rejections from the first one on. */
async function causeRejections({ cluster1 }: Rig): Promise<void> {
  const object = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'refused', namespace: 'direct' },
    spec: { hosts: [] },
  };
  const review = {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: '1',
      kind: { group: 'networking.istio.io', version: 'v1', kind: 'VirtualService' },
      resource: { group: 'networking.istio.io', version: 'v1', resource: 'virtualservices' },
      name: 'refused',
      namespace: 'direct',
      operation: 'CREATE',
      object,
    },
  };
  // As the API server asks istiod, with the object that it was given.
  const ask = ['curl', '-s', '-k', '-m', '10', '-H', 'Content-Type: application/json', '-d', JSON.stringify(review)];
  const { stdout } = await cluster1.inPod(cluster1.pod('istio-system', 'istiod'), ...ask, 'https://127.0.0.1:15017/validate');
  must(JSON.parse(stdout).response.allowed === false, `istiod accepted an object without hosts: ${stdout}`);
  await cluster1.apply([{
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'EnvoyFilter',
    metadata: { name: 'rejected', namespace: 'direct' },
    spec: {
      configPatches: [{
        applyTo: 'CLUSTER',
        match: { context: 'SIDECAR_OUTBOUND' },
        // Envoy needs a type of discovery, or one that it has.
        patch: { operation: 'ADD', value: { name: 'rejected', cluster_type: { name: 'no-such-type' } } },
      }],
    },
  }]);
}

/** The expressions of the rules and of the panels. */
function expressionsOf(istio: IstioRelease): string[] {
  const objects = watchedMesh(istio).cluster('cluster1').node.findAll().filter(ApiObject.isApiObject).map(object => object.toJson());
  const [rules, dashboard] = ['mesh-alerts', 'mesh-dashboard'].map(name => objects.find(({ metadata }) => metadata.name === name));
  const alerts = rules.spec.groups.flatMap((group: any) => group.rules);
  const panels = Object.values<string>(dashboard.data).flatMap(text => JSON.parse(text).panels).flatMap(panel => panel.targets);
  must(alerts.length > 0 && panels.length > 0, 'the mesh has no alerts or no dashboard');
  return [...alerts, ...panels].map(({ expr }) => expr);
}
