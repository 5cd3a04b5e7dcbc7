import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { ApiObject } from 'cdk8s';
import { watchedMesh } from './watched-mesh';
import { ControlPlane, IstioRelease } from '../../../src';
import type { Cluster } from '../cluster/cluster';
import { until } from '../cluster/machine';
import { clusterParts, codes, Rig, rigOf, url, Variant } from '../cluster/rig';
import { moduleFolder } from '../parts';
import { attempt } from '../process';
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

/** Counters of istiod that do not exist before the first rejection. */
const REJECTIONS = ['galley_validation_failed', 'pilot_total_xds_rejects'];

/** Every metric that a rule or a panel names is one that Istio of the release exposes. */
export const metricProofs: Proof[] = [IstioRelease.V1_30, IstioRelease.V1_31].map(istio => ({
  name: `metrics-${istio.version}`,
  parts: clusterParts(istio.version),
  show: async run => metrics(await rigOf(istio, run, WATCHED)),
}));

async function metrics(rig: Rig): Promise<string> {
  const { cluster1, istio } = rig;
  await codes(rig, 'direct', url('catalog'), 5);
  const named = metricsNamed(istio);
  const exposed = new Set<string>();
  await until('the proxies and istiod expose their metrics', async () => {
    const texts = await Promise.all([
      scrape(cluster1, 'direct', 'sleep', 'http://127.0.0.1:15020/stats/prometheus'),
      scrape(rig.cluster2, 'istio-system', 'istio-ingressgateway', 'http://127.0.0.1:15020/stats/prometheus'),
      scrape(cluster1, 'istio-system', 'istiod', 'http://127.0.0.1:15014/metrics'),
    ]);
    texts.forEach(text => [...text.matchAll(/^([a-z_]+)[{ ]/gm)].forEach(([, name]) => exposed.add(name)));
    return ['envoy_cluster_membership_healthy', 'citadel_server_cert_chain_expiry_timestamp'].every(name => exposed.has(name));
  });
  const ours = await scrape(cluster1, 'direct', 'sleep', 'http://127.0.0.1:15020/stats/prometheus');
  must(
    /membership_healthy\{.*cluster_name="outbound\|8000\|\|catalog\.shop\.global"/.test(ours),
    'no endpoints of the import in the sidecar',
  );
  const gateway = await scrape(rig.cluster2, 'istio-system', 'istio-ingressgateway', 'http://127.0.0.1:15020/stats/prometheus');
  must(
    /membership_healthy\{.*cluster_name="outbound_\.8000_\._\.catalog\.shop\.svc\.cluster\.local"/.test(gateway),
    'no endpoints of the export in the gateway',
  );
  // Envoy of these clusters lacks Istio's filter for standard metrics, and istiod exposes counters of rejections after the first one.
  const [dashboards, istiod] = [await istioDashboards(istio), rig.program('pilot-discovery')];
  const fromDashboards = named.filter(name => name.startsWith('istio_') && !name.startsWith('istio_agent_'));
  const unknown = fromDashboards.filter(name => !dashboards.includes(name));
  must(unknown.length === 0, `Istio's own dashboards do not know ${unknown.join(', ')}`);
  for (const name of REJECTIONS) {
    must((await attempt('grep', ['-q', name, istiod])).code === 0, `istiod does not know ${name}`);
  }
  const scraped = named.filter(name => !fromDashboards.includes(name) && !REJECTIONS.includes(name));
  const missing = scraped.filter(name => !exposed.has(name));
  must(missing.length === 0, `not exposed: ${missing.join(', ')}`);
  return `${scraped.length} metrics of rules and panels are exposed by a sidecar, a gateway and istiod; ${fromDashboards.length} are those `
    + `of Istio's dashboards of the release, and ${REJECTIONS.join(' and ')} are in istiod`;
}

/** The metrics in the rules and the dashboard. */
function metricsNamed(istio: IstioRelease): string[] {
  const objects = watchedMesh(istio).cluster('cluster1').node.findAll().filter(ApiObject.isApiObject).map(object => object.toJson());
  const ours = objects.filter(({ metadata }) => ['mesh-alerts', 'mesh-dashboard'].includes(metadata.name));
  must(ours.length === 2, 'the mesh has no alerts or no dashboard');
  const names = [...JSON.stringify(ours).matchAll(/\b(?:istio|envoy|pilot|galley|citadel)_[a-z_]+/g)].map(([name]) => name);
  return [...new Set(names)].sort();
}

async function scrape(cluster: Cluster, namespace: string, name: string, address: string): Promise<string> {
  return (await cluster.inPod(cluster.pod(namespace, name), 'curl', '-s', '-m', '10', address)).stdout;
}

/** The dashboards that Istio delivers with the release. */
async function istioDashboards(istio: IstioRelease): Promise<string> {
  const folder = join(await moduleFolder(`istio-${istio.version}`, 'istio.io/istio'), 'manifests', 'addons', 'dashboards');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  return files.map(entry => readFileSync(join(entry.parentPath, entry.name), 'utf8')).join('\n');
}
