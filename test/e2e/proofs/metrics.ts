import { readFileSync } from 'fs';
import { join } from 'path';
import { ApiObject } from 'cdk8s';
import { watchedMesh } from './watched-mesh';
import { ControlPlane, IstioRelease } from '../../../src';
import type { Cluster } from '../cluster/cluster';
import { until } from '../cluster/machine';
import { clusterParts, codes, Rig, rigOf, url, Variant } from '../cluster/rig';
import { moduleAt } from '../parts';
import { must, Proof } from '../proof';

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
 * The source of Istio's filter for standard metrics, which Envoy of these clusters lacks: Istio builds its own Envoy with the filter.
 * @see https://github.com/envoyproxy/envoy/tree/v1.39.0/contrib/istio/filters/http/istio_stats
 */
const STANDARD_METRICS = {
  path: 'github.com/envoyproxy/envoy',
  version: 'v1.39.0',
  sum: 'h1:XmcOmCafBtgAcm2FkdYvHTFHepTuPx/17CAVrOr/djM=',
  file: 'contrib/istio/filters/http/istio_stats/source/istio_stats.cc',
};

/** Every metric and label that a rule or a panel names is one that istiod and the proxies of the release expose. */
export const metricProofs: Proof[] = [IstioRelease.V1_30, IstioRelease.V1_31].map(istio => ({
  name: `metrics-${istio.version}`,
  parts: clusterParts(istio.version),
  show: async run => metrics(await rigOf(istio, run, WATCHED)),
}));

/** Metrics, each with names of labels. */
type Labels = Map<string, Set<string>>;

async function metrics(rig: Rig): Promise<string> {
  const { cluster1, cluster2, istio } = rig;
  await codes(rig, 'direct', url('catalog'), 5);
  await causeRejections(rig);
  const named = namedBy(expressionsOf(istio));
  const [standard, others] = split(named, name => name.startsWith('istio_') && !name.startsWith('istio_agent_'));

  let missing: string[] = [];
  await until('the proxies and istiod expose their metrics', async () => {
    const exposed: Labels = new Map();
    const texts = await Promise.all([
      scrape(cluster1, 'direct', 'sleep', 'http://127.0.0.1:15020/stats/prometheus'),
      scrape(cluster2, 'istio-system', 'istio-ingressgateway', 'http://127.0.0.1:15020/stats/prometheus'),
      scrape(cluster1, 'istio-system', 'istiod', 'http://127.0.0.1:15014/metrics'),
    ]);
    texts.forEach(text => addExposed(exposed, text));
    missing = missingFrom(exposed, others);
    return missing.length === 0;
  }).catch((error: Error) => {
    throw new Error(`not exposed: ${missing.join(', ')} (${error.message})`);
  });
  const sidecar = await scrape(cluster1, 'direct', 'sleep', 'http://127.0.0.1:15020/stats/prometheus');
  must(
    /membership_healthy\{.*cluster_name="outbound\|8000\|\|catalog\.shop\.global"/.test(sidecar),
    'no endpoints of the import in the sidecar',
  );
  const gateway = await scrape(cluster2, 'istio-system', 'istio-ingressgateway', 'http://127.0.0.1:15020/stats/prometheus');
  must(
    /membership_healthy\{.*cluster_name="outbound_\.8000_\._\.catalog\.shop\.svc\.cluster\.local"/.test(gateway),
    'no endpoints of the export in the gateway',
  );

  await cluster1.kube.kubectl('delete', 'envoyfilters.networking.istio.io', 'rejected', '-n', 'direct');

  const filter = await standardMetrics();
  const unknown = missingFrom(filter, standard);
  must(unknown.length === 0, `not in Istio's filter: ${unknown.join(', ')}`);
  must(missingFrom(filter, new Map([['istio_requests', new Set()]])).length === 1, 'the filter is said to have a metric that it has not');
  must(
    missingFrom(filter, new Map([['istio_requests_total', new Set(['destination'])]])).length === 1,
    'the filter is said to have a label that it has not',
  );
  return `${others.size} metrics with ${labelCount(others)} labels of rules and panels are exposed by a sidecar, a gateway and istiod, the `
    + `counters of rejections after one of each; ${standard.size} metrics with ${labelCount(standard)} labels are in the source of Istio's `
    + `filter, which has ${filter.size} (Envoy ${STANDARD_METRICS.version})`;
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

/** The metrics that expressions name, with the labels by which they select and group. */
function namedBy(expressions: string[]): Labels {
  const named: Labels = new Map();
  for (const text of expressions) {
    const bare = text.replace(/"(?:[^"\\]|\\.)*"/g, '""');
    const grouping = [...bare.matchAll(/\b(?:by|ignoring|on|group_left) \(([^)]*)\)/g)].flatMap(([, list]) => namesIn(list));
    for (const [, name, selector = ''] of bare.matchAll(/\b((?:istio|envoy|pilot|galley|citadel)_[a-z_]+)(?:\{([^}]*)\})?/g)) {
      const selected = [...selector.matchAll(/([a-z_]+)\s*[=!]~?/g)].map(([, label]) => label);
      add(named, name.replace(/_bucket$/, ''), [...selected, ...grouping].filter(label => label !== 'le'));
    }
  }
  must([...named.values()].some(labels => labels.size > 0), 'no expression names a label');
  return named;
}

function namesIn(list: string): string[] {
  return list.split(',').map(name => name.trim()).filter(Boolean);
}

function add(labels: Labels, metric: string, more: string[]): void {
  labels.set(metric, new Set([...labels.get(metric) ?? [], ...more]));
}

/** Adds the metrics of a text in the format of Prometheus. */
function addExposed(exposed: Labels, text: string): void {
  for (const [, name, labels = ''] of text.matchAll(/^([a-z_]+)(?:\{(.*)\})? /gm)) {
    add(exposed, name, [...labels.matchAll(/([a-z_]+)="(?:[^"\\]|\\.)*"/g)].map(([, label]) => label));
  }
}

/** The metrics that Istio's filter makes, each with all labels that the filter knows. */
async function standardMetrics(): Promise<Labels> {
  const source = readFileSync(join(await moduleAt(STANDARD_METRICS), STANDARD_METRICS.file), 'utf8');
  const fields = [...source.matchAll(/\{"([a-z_]+)", ([a-z_]+)_\}/g)];
  const names = fields.filter(([, name, field]) => field === name).map(([, name]) => name);
  const [metricNames, labels] = split(new Map(names.map(name => [name, new Set<string>()])), name => source.includes(`"istio_${name}"`));
  must(metricNames.size > 0 && labels.size > 0, 'no metrics found in the source of the filter');
  return new Map([...metricNames.keys()].map(name => [`istio_${name}`, new Set(labels.keys())]));
}

function split(labels: Labels, isFirst: (metric: string) => boolean): [Labels, Labels] {
  const entries = [...labels];
  return [new Map(entries.filter(([name]) => isFirst(name))), new Map(entries.filter(([name]) => !isFirst(name)))];
}

/** Metrics, and labels of metrics, that are named and not known. */
function missingFrom(known: Labels, named: Labels): string[] {
  return [...named].flatMap(([metric, labels]) => {
    const has = known.get(metric);
    return has === undefined ? [metric] : [...labels].filter(label => !has.has(label)).map(label => `${label} of ${metric}`);
  });
}

function labelCount(labels: Labels): number {
  return [...labels.values()].reduce((sum, { size }) => sum + size, 0);
}

async function scrape(cluster: Cluster, namespace: string, name: string, address: string): Promise<string> {
  return (await cluster.inPod(cluster.pod(namespace, name), 'curl', '-s', '-m', '10', address)).stdout;
}
