import { App, Chart, Testing } from 'cdk8s';
import { GatewayAddress, IstioRelease, LocalNameImport, RemoteService, RemoteServiceEntry, ServicePort } from '../../../src';
import { until } from '../cluster/machine';
import { clusterParts, Rig, rigOf } from '../cluster/rig';
import { must, Proof } from '../proof';

const IMPORTS_EACH = 10;
/** Namespaces that import. The sidecar is in the first one, and uses the imports of that one. */
const NAMESPACES = ['stranger', ...Array.from({ length: 49 }, (_, i) => `elsewhere-${i + 1}`)];
const IMPORTS = IMPORTS_EACH * NAMESPACES.length;
/** Changes of one import by which the pushes of istiod are measured. */
const CHANGES = 5;

/**
 * What 500 imports of 50 namespaces cost a sidecar that uses 10 of them, and istiod when one of these 10 changes. If imports are visible
 * everywhere, as in the guide, each of them is in every sidecar. An import under the local name is visible everywhere, like its
 * Service, unless the Service is limited to its namespace.
 */
export const scaleProofs: Proof[] = [IstioRelease.V1_31].map(istio => ({
  name: `scale-${istio.version}`,
  parts: clusterParts(istio.version),
  show: async run => scale(await rigOf(istio, run), istio),
}));

async function scale(rig: Rig, istio: IstioRelease): Promise<string> {
  const { cluster1 } = rig;
  await cluster1.apply(NAMESPACES.slice(1).map(name => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })));
  const before = await sidecarSize(rig);
  const global = await costOf(rig, before, imports(istio), IMPORTS_EACH);
  const guide = await costOf(rig, before, imports(istio).map(visibleEverywhere), IMPORTS);
  await removeImports(rig, before);
  const local = await costOf(rig, before, localNameImports(istio), IMPORTS);
  const limitedLocal = await costOf(rig, before, localNameImports(istio).map(limited), IMPORTS_EACH);
  await removeImports(rig, before);
  must(global.clusters === IMPORTS_EACH, `imports of other namespaces are in the sidecar: ${textOf(global)}`);
  must(limitedLocal.clusters === IMPORTS_EACH, `local names of other namespaces are in the sidecar: ${textOf(limitedLocal)}`);
  return `${IMPORTS} imports of ${NAMESPACES.length} namespaces, of which a sidecar uses ${IMPORTS_EACH}, add to it ${textOf(global)}; `
    + `visible everywhere, as in the guide, ${textOf(guide)}; under local names ${textOf(local)}; `
    + `under local names with Services and rules limited to their namespace ${textOf(limitedLocal)}`;
}

/** What imports add to a sidecar, and what a change of one import costs istiod. */
interface Cost extends SidecarSize {
  readonly pushes: Pushes;
}

function textOf({ clusters, listeners, bytes, pushes: { seconds, count, contextSeconds } }: Cost): string {
  const milliseconds = (value: number) => `${(1000 * value).toFixed(1)} ms`;
  return `${clusters} clusters, ${listeners} listeners and ${(bytes / 1024).toFixed(0)} KiB, and a change of one import costs istiod `
    + `${milliseconds(seconds)} for ${count.toFixed(0)} pushes and ${milliseconds(contextSeconds)} before them`;
}

/** Applies imports until the sidecar has a number of clusters more than before, and then changes one of its imports several times. */
async function costOf(rig: Rig, before: SidecarSize, objects: any[], clusters: number): Promise<Cost> {
  await rig.cluster1.apply(objects);
  const after = await until(`${clusters} imports in the sidecar`, async () => {
    const now = await sidecarSize(rig);
    // Clusters that other imports left are gone only when istiod has processed all objects.
    return now.clusters === before.clusters + clusters && now;
  });
  const rule = objects.find(({ kind, metadata }) => kind === 'DestinationRule' && metadata.namespace === NAMESPACES[0]);
  const start = await pushesOf(rig);
  for (let n = 1; n <= CHANGES; n++) {
    const timeout = `${20 + n}s`;
    const { trafficPolicy } = rule.spec;
    const connectionPool = { ...trafficPolicy.connectionPool, tcp: { ...trafficPolicy.connectionPool.tcp, connectTimeout: timeout } };
    await rig.cluster1.apply([{ ...rule, spec: { ...rule.spec, trafficPolicy: { ...trafficPolicy, connectionPool } } }]);
    await until(`change ${n} in the sidecar`, async () => (await configurationOf(rig)).includes(`"connect_timeout": "${timeout}"`));
  }
  const end = await pushesOf(rig);
  const each = (key: keyof Pushes) => (end[key] - start[key]) / CHANGES;
  must(end.count > start.count, 'istiod counts no push');
  return {
    clusters: after.clusters - before.clusters,
    listeners: after.listeners - before.listeners,
    bytes: after.bytes - before.bytes,
    pushes: { seconds: each('seconds'), count: each('count'), contextSeconds: each('contextSeconds') },
  };
}

/** Pushes of istiod to all proxies since it started. */
interface Pushes {
  /** Seconds that generating and sending took. */
  readonly seconds: number;
  /** Number of pushes, each of one type of configuration to one proxy. */
  readonly count: number;
  /** Seconds in which istiod prepared what all pushes of a change share. */
  readonly contextSeconds: number;
}

async function pushesOf({ cluster1 }: Rig): Promise<Pushes> {
  const istiod = cluster1.pod('istio-system', 'istiod');
  const { stdout } = await cluster1.inPod(istiod, 'curl', '-s', '-m', '10', 'http://127.0.0.1:15014/metrics');
  const sumOf = (metric: string) => [...stdout.matchAll(new RegExp(`^${metric}(?:\\{.*\\})? (\\S+)$`, 'gm'))]
    .reduce((sum, [, value]) => sum + Number(value), 0);
  return {
    seconds: sumOf('pilot_xds_push_time_sum'),
    count: sumOf('pilot_xds_push_time_count'),
    contextSeconds: sumOf('pilot_pushcontext_init_seconds_sum'),
  };
}

async function removeImports(rig: Rig, before: SidecarSize): Promise<void> {
  const { kube } = rig.cluster1;
  for (const namespace of NAMESPACES) {
    for (const kind of ['serviceentries', 'destinationrules', 'virtualservices', 'workloadentries']) {
      await kube.api('DELETE', `/apis/networking.istio.io/v1/namespaces/${namespace}/${kind}`);
    }
    const services = Array.from({ length: IMPORTS_EACH }, (_, i) => nameOf(i));
    await kube.kubectl('delete', '--ignore-not-found', '-n', namespace, 'service', ...services);
  }
  await until('the sidecar without imports', async () => (await sidecarSize(rig)).clusters === before.clusters);
}

function visibleEverywhere(object: any): any {
  return { ...object, spec: { ...object.spec, exportTo: ['*'] } };
}

/** A Service and a rule that no other namespace sees, as their owner may limit them. */
function limited(object: any): any {
  if (object.kind === 'Service') {
    return { ...object, metadata: { ...object.metadata, annotations: { 'networking.istio.io/exportTo': '.' } } };
  }
  return object.kind === 'DestinationRule' ? { ...object, spec: { ...object.spec, exportTo: ['.'] } } : object;
}

/** Size of the configuration of a sidecar. */
interface SidecarSize {
  readonly bytes: number;
  readonly clusters: number;
  readonly listeners: number;
}

async function sidecarSize(rig: Rig): Promise<SidecarSize> {
  const text = await configurationOf(rig);
  const { configs } = JSON.parse(text) as { configs: any[] };
  const count = (key: string) => configs.reduce((sum, config) => sum + (config[key]?.length ?? 0), 0);
  return { bytes: text.length, clusters: count('dynamic_active_clusters'), listeners: count('dynamic_listeners') };
}

async function configurationOf({ cluster1 }: Rig): Promise<string> {
  const pod = cluster1.pod(NAMESPACES[0], 'sleep');
  return (await cluster1.inPod(pod, 'curl', '-s', '-m', '10', 'http://127.0.0.1:15000/config_dump')).stdout;
}

/** Manifests of the imports, as the library writes them. */
function imports(istio: IstioRelease): any[] {
  return manifests((chart, namespace, i) => {
    new RemoteServiceEntry(chart, `${namespace}-${i}`, { istio, service: remoteService(namespace, i), namespace });
  });
}

/** Manifests of the same imports under local names. */
function localNameImports(istio: IstioRelease): any[] {
  return manifests((chart, namespace, i) => {
    new LocalNameImport(chart, `${namespace}-${i}`, { istio, service: remoteService(namespace, i), createService: true });
  });
}

function manifests(add: (chart: Chart, namespace: string, i: number) => void): any[] {
  const chart = new Chart(new App(), 'many');
  for (const namespace of NAMESPACES) {
    for (let i = 0; i < IMPORTS_EACH; i++) {
      add(chart, namespace, i);
    }
  }
  return Testing.synth(chart) as any[];
}

function nameOf(i: number): string {
  return `service-${i}`;
}

function remoteService(namespace: string, i: number): RemoteService {
  const name = nameOf(i);
  return new RemoteService({
    name,
    namespace,
    ports: [ServicePort.http('http', 8000)],
    exporters: [
      { cluster: 'far', gateways: [GatewayAddress.of('198.51.100.7')], serviceAccount: 'web', workloadSelector: { app: name } },
    ],
  });
}
