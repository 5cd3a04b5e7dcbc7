import { App, Chart, Testing } from 'cdk8s';
import { GatewayAddress, IstioRelease, LocalNameImport, RemoteService, RemoteServiceEntry, ServicePort } from '../../../src';
import { until } from '../cluster/machine';
import { clusterParts, Rig, rigOf } from '../cluster/rig';
import { must, Proof } from '../proof';

const SERVICES = 500;

/**
 * 500 imports of another namespace add nothing to a sidecar. If they are visible everywhere, as in the guide, each adds a cluster. An
 * import under the local name is visible everywhere, like its Service, unless the Service is limited to its namespace.
 */
export const scaleProofs: Proof[] = [IstioRelease.V1_31].map(istio => ({
  name: `scale-${istio.version}`,
  parts: clusterParts(istio.version),
  show: async run => scale(await rigOf(istio, run), istio),
}));

async function scale(rig: Rig, istio: IstioRelease): Promise<string> {
  const { cluster1 } = rig;
  await cluster1.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'elsewhere' } }]);
  const before = await sidecarSize(rig);
  await cluster1.apply(imports(istio, 'elsewhere', SERVICES));
  // The sidecar sees import number 501. When it has this import, istiod has processed the others too.
  await cluster1.apply(imports(istio, 'stranger', 1));
  const withOwnImport = await until('import number 501', async () => {
    const now = await sidecarSize(rig);
    return now.clusters > before.clusters && now;
  });
  const visibleEverywhere = (object: any) => ({ ...object, spec: { ...object.spec, exportTo: ['*'] } });
  await cluster1.apply(imports(istio, 'elsewhere', SERVICES).map(visibleEverywhere));
  const withVisibleImports = await until('all imports in every sidecar', async () => {
    const now = await sidecarSize(rig);
    return now.clusters >= before.clusters + SERVICES && now;
  });
  await removeImports(rig);
  await until('the sidecar without them', async () => (await sidecarSize(rig)).clusters === before.clusters);

  const localNames = localNameImports(istio, 'elsewhere', SERVICES);
  await cluster1.apply(localNames);
  const withLocalNames = await until('all local names in every sidecar', async () => {
    const now = await sidecarSize(rig);
    return now.clusters >= before.clusters + SERVICES && now;
  });
  await cluster1.apply(localNames.map(limited));
  const withLimited = await until('local names that are limited to their namespace', async () => {
    const now = await sidecarSize(rig);
    return now.clusters < before.clusters + SERVICES / 10 && now;
  });
  await removeImports(rig);
  await cluster1.kube.api('DELETE', '/api/v1/namespaces/elsewhere/services');
  await until('the sidecar without any of them', async () => (await sidecarSize(rig)).clusters === before.clusters);

  const growth = (after: SidecarSize) => {
    const kibibytes = ((after.bytes - before.bytes) / 1024).toFixed(0);
    return `${after.clusters - before.clusters} clusters, ${after.listeners - before.listeners} listeners and ${kibibytes} KiB`;
  };
  must(withOwnImport.clusters === before.clusters + 1, `the sidecar grew by ${growth(withOwnImport)}`);
  return `${SERVICES} imports of another namespace and one of its own add ${growth(withOwnImport)} to a sidecar; `
    + `visible everywhere, as in the guide, ${growth(withVisibleImports)}; under local names ${growth(withLocalNames)}, `
    + `with Services and rules limited to their namespace ${growth(withLimited)}`;
}

async function removeImports({ cluster1 }: Rig): Promise<void> {
  for (const namespace of ['elsewhere', 'stranger']) {
    for (const kind of ['serviceentries', 'destinationrules', 'virtualservices', 'workloadentries']) {
      await cluster1.kube.api('DELETE', `/apis/networking.istio.io/v1/namespaces/${namespace}/${kind}`);
    }
  }
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

async function sidecarSize({ cluster1 }: Rig): Promise<SidecarSize> {
  const pod = cluster1.pod('stranger', 'sleep');
  const { stdout } = await cluster1.inPod(pod, 'curl', '-s', '-m', '10', 'http://127.0.0.1:15000/config_dump');
  const { configs } = JSON.parse(stdout) as { configs: any[] };
  const count = (key: string) => configs.reduce((sum, config) => sum + (config[key]?.length ?? 0), 0);
  return { bytes: stdout.length, clusters: count('dynamic_active_clusters'), listeners: count('dynamic_listeners') };
}

/** Manifests of a number of imports into a namespace, as the library writes them. */
function imports(istio: IstioRelease, namespace: string, services: number): any[] {
  const chart = new Chart(new App(), 'many');
  for (let i = 0; i < services; i++) {
    new RemoteServiceEntry(chart, `import-${i}`, { istio, service: remoteService(namespace, i), namespace });
  }
  return Testing.synth(chart) as any[];
}

/** Manifests of the same imports under local names. */
function localNameImports(istio: IstioRelease, namespace: string, services: number): any[] {
  const chart = new Chart(new App(), 'many');
  for (let i = 0; i < services; i++) {
    new LocalNameImport(chart, `import-${i}`, { istio, service: remoteService(namespace, i), createService: true });
  }
  return Testing.synth(chart) as any[];
}

function remoteService(namespace: string, i: number): RemoteService {
  const name = `service-${i}`;
  return new RemoteService({
    name,
    namespace,
    ports: [ServicePort.http('http', 8000)],
    exporters: [
      { cluster: 'far', gateways: [GatewayAddress.of('198.51.100.7')], serviceAccount: 'web', workloadSelector: { app: name } },
    ],
  });
}
