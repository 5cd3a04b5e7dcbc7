import { App, Chart, Testing } from 'cdk8s';
import { GatewayAddress, IstioRelease, RemoteService, RemoteServiceEntry, ServicePort } from '../../../src';
import { until } from '../cluster/machine';
import { clusterParts, Rig, rigOf } from '../cluster/rig';
import { must, Proof } from '../proof';

const SERVICES = 500;

/** What 500 imports of other namespaces cost a sidecar that needs one: nothing here, everything in the guide's way. */
export const scaleProofs: Proof[] = [IstioRelease.V1_30, IstioRelease.V1_31].map(istio => ({
  name: `scale-${istio.version}`, parts: clusterParts(istio.version), show: async run => scale(await rigOf(istio, run), istio),
}));

async function scale(rig: Rig, istio: IstioRelease): Promise<string> {
  const { cluster1 } = rig;
  await cluster1.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'elsewhere' } }]);
  const before = await held(rig);
  await cluster1.apply(imports(istio, 'elsewhere', SERVICES));
  // Number 501 is for the sidecar that is looked at: when it is there, so is what was applied before.
  await cluster1.apply(imports(istio, 'stranger', 1));
  const ours = await until('import number 501', async () => {
    const now = await held(rig);
    return now.clusters > before.clusters && now;
  });
  await cluster1.apply(imports(istio, 'elsewhere', SERVICES).map(object => ({ ...object, spec: { ...object.spec, exportTo: ['*'] } })));
  const guide = await until('all imports in every sidecar', async () => {
    const now = await held(rig);
    return now.clusters >= before.clusters + SERVICES && now;
  });
  for (const namespace of ['elsewhere', 'stranger']) {
    for (const kind of ['serviceentries', 'destinationrules']) {
      await cluster1.kube.api(
        'DELETE',
        `/apis/networking.istio.io/v1/namespaces/${namespace}/${kind}`,
      );
    }
  }
  await until('the sidecar without them', async () => (await held(rig)).clusters === before.clusters);

  const growth = (after: Held) => `${after.clusters - before.clusters} clusters, ${after.listeners - before.listeners} listeners and ${((after.bytes - before.bytes) / 1024).toFixed(0)} KiB`;
  must(ours.clusters === before.clusters + 1, `the sidecar grew by ${growth(ours)}`);
  return `${SERVICES} imports of another namespace and one of its own add ${growth(ours)} to a sidecar; visible everywhere, as in the guide, ${growth(guide)}`;
}

/** What a sidecar holds. */
interface Held {
  readonly bytes: number;
  readonly clusters: number;
  readonly listeners: number;
}

async function held({ cluster1 }: Rig): Promise<Held> {
  const { stdout } = await cluster1.inPod(
    cluster1.pod('stranger', 'sleep'),
    'curl',
    '-s',
    '-m',
    '10',
    'http://127.0.0.1:15000/config_dump',
  );
  const { configs } = JSON.parse(stdout) as { configs: any[] };
  const count = (key: string) => configs.reduce((sum, config) => sum + (config[key]?.length ?? 0), 0);
  return { bytes: stdout.length, clusters: count('dynamic_active_clusters'), listeners: count('dynamic_listeners') };
}

/** The manifests of so many imports into a namespace, as this library renders them. */
function imports(istio: IstioRelease, namespace: string, services: number): any[] {
  const chart = new Chart(new App(), 'many');
  for (let i = 0; i < services; i++) {
    const service = new RemoteService({
      name: `service-${i}`,
      namespace,
      ports: [ServicePort.http('http', 8000)],
      exporters: [{ cluster: 'far', gateways: [GatewayAddress.of('198.51.100.7')], serviceAccount: 'web' }],
    });
    new RemoteServiceEntry(chart, `import-${i}`, { istio, service, namespace });
  }
  return Testing.synth(chart) as any[];
}
