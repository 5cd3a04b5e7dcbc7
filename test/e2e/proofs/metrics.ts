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

/**
 * Every metric and label that a rule or a panel names is one that istiod and the proxies of the release expose, or that Istio's filter has.
 * The clusters are not used again: what was done to them stays.
 */
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
  const filter = await standardMetrics();
  const unknown = missingFrom(filter, standard);
  must(unknown.length === 0, `not in Istio's filter: ${unknown.join(', ')}`);

  const [counters, steady] = split(others, name => REJECTIONS.includes(name));
  const before = await exposedOnce(rig, steady, orders => orders > 0);
  const early = before.find(({ metric }) => counters.has(metric));
  must(early === undefined, `${early?.metric} is exposed before a rejection`);
  await causeRejections(rig);
  await cluster2.end(cluster2.pod('shop', 'orders'));
  const after = await exposedOnce(rig, others, orders => orders === 0);
  const isNamed = ({ metric }: Sample) => others.has(metric);
  await alertsFire(run, before.filter(isNamed), after.filter(isNamed));
  return `${others.size} metrics with ${labelCount(others)} labels of rules and panels are exposed by a sidecar, a gateway and istiod; `
    + 'on their values in Prometheus, the alerts of two rejections and of a lost pod fire, that of the root under a raised limit, and no '
    + `other; ${standard.size} metrics with ${labelCount(standard)} labels are in the source of Istio's filter`;
}

/** Counters of istiod that do not exist before the first rejection. */
const REJECTIONS = ['galley_validation_failed', 'pilot_total_xds_rejects'];

/**
 * What the clusters expose once every named metric is there, the import has gateways, one export has a pod, and the number of pods of the
 * other export is as it should be.
 */
async function exposedOnce(rig: Rig, named: Labels, orders: (pods: number) => boolean): Promise<Sample[]> {
  let missing: string[] = [];
  return until('the proxies and istiod expose their metrics', async () => {
    const samples = await exposedBy(rig);
    const hasHealthy = (cluster: string, count: (value: number) => boolean) => samples.some(({ metric, labels, value }) => (
      metric === 'envoy_cluster_membership_healthy' && labels.includes(`cluster_name="${cluster}"`) && count(value)
    ));
    missing = [
      ...missingFrom(labelsOf(samples), named),
      ...hasHealthy('outbound|8000||catalog.shop.global', value => value > 0) ? [] : ['endpoints of the import'],
      ...hasHealthy(exportedCluster('catalog'), value => value > 0) ? [] : ['endpoints of the export'],
      ...[8000, 9000].every(port => hasHealthy(exportedCluster('orders', port), orders)) ? [] : ['the pods of the other export'],
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
        // Envoy has no cluster type of this name, and rejects the cluster.
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
