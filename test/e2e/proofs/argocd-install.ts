import { readFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';
import { GatewayAddress, GitOps, IstioRelease, Mesh, MeshApp, ServicePort } from '../../../src';
import { ArgoCd, ARGOCD_NAMESPACE, ARGOCD_PARTS } from '../cluster/argocd';
import { ChartRepository } from '../cluster/chart-repository';
import { GitRepository } from '../cluster/git-repository';
import { Kube, KUBE_PARTS } from '../cluster/kube';
import { cleanUp, namespace, prepare, sleep, until } from '../cluster/machine';
import { Workloads } from '../cluster/workloads';
import { moduleFolder } from '../parts';
import { run } from '../process';
import { must, Proof } from '../proof';

const VERSION = '1.31.0';
const VALIDATION = 'istiod-default-validator';

/** One Application installs Istio from its charts and applies the folder, wave by wave. Changes that istiod makes to its webhooks stay. */
export const installProof: Proof = {
  name: 'argocd-install',
  parts: [...KUBE_PARTS, ...ARGOCD_PARTS],
  async show({ folder, program }) {
    await prepare();
    const repository = new GitRepository('mesh');
    const charts = new ChartRepository(program('helm'));
    const cluster = new Kube('cluster1', '10.61', program);
    const workloads = new Workloads(cluster, 'istio-system');
    try {
      const sources = join(await moduleFolder('istio-1.31', 'istio.io/istio'), 'manifests', 'charts');
      await Promise.all([
        cluster.start(['deployment', 'replicaset']), repository.start(),
        charts.start(['base', 'istio-control/istio-discovery', 'gateway'].map(chart => join(sources, chart)), VERSION),
      ]);
      // No istiod answers for its webhooks. With this route, a call fails at once and not after a timeout.
      await run('ip', ['-n', namespace('cluster1-cp'), 'route', 'replace', 'unreachable', '10.61.128.0/17']);
      const engine = new ArgoCd(cluster, program);
      await engine.start();
      await engine.addCluster(cluster);
      const gitOps = GitOps.argoCd(
        { repoUrl: repository.url, revision: repository.branch, istioVersion: VERSION, charts: charts.url, hub: true },
      );
      const commit = await repository.commit('feat: a mesh', written(folder, gitOps, 'no'));
      const application = parse(readFileSync(join(folder, 'dist', 'argocd', 'Application.argoproj.io_argocd_mesh-cluster1.yaml'), 'utf8'));
      const own = application.metadata.name;
      const exists = async ({ kind, name, namespace: place }: LaterObject) => {
        const printed = await cluster.kubectl('get', kind, name, '-n', place, '--ignore-not-found', '-o', 'name').catch(() => '');
        return printed !== '';
      };
      const hasDeployment = (name: string) => exists({ kind: 'deployment', name, namespace: 'istio-system' });

      const started = Date.now();
      await engine.apply(application);
      const withStatus = async (error: Error) => {
        throw new Error(`${error.message} ${JSON.stringify(await engine.status(own))}`);
      };
      await until('the Deployment istiod', () => hasDeployment('istiod'), 90).catch(withStatus);
      const istiodApplied = Date.now();
      await sleep(10_000);
      for (const object of LATER) {
        must(!await exists(object), `${object.kind} ${object.name} was applied before istiod was healthy`);
      }
      workloads.makeAvailable('istiod');
      await until('the gateway', () => hasDeployment('istio-ingressgateway'), 90).catch(withStatus);
      const gatewayApplied = Date.now();
      await sleep(5_000);
      for (const object of LATER.slice(1)) {
        must(!await exists(object), `${object.kind} ${object.name} was applied before the gateway was healthy`);
      }
      workloads.makeAvailable('istio-ingressgateway');
      await engine.synced(own, commit, 120);
      const synced = Date.now();

      await changeWebhookAsIstiod(cluster);
      await engine.refresh(own);
      await sleep(5_000);
      const isSynced = (await engine.status(own)).sync === 'Synced';
      must(isSynced && await failurePolicy(cluster) === 'Fail', 'Argo CD reverts changes that istiod makes to its webhooks');
      await repository.commit('chore: a label', written(folder, gitOps, 'yes'));
      await engine.refresh(own);
      await until(
        'the commit is applied',
        async () => (await cluster.kubectl('get', 'namespace', 'shop', '-o', 'jsonpath={.metadata.labels.changed}')) === 'yes',
      );
      await sleep(5_000);
      must(await failurePolicy(cluster) === 'Fail', 'a sync reverts changes that istiod makes to its webhooks');
      // The control: without ignoreDifferences, Argo CD reverts the changes, and istiod would repeat them without end.
      const withoutSettings = '[{"op":"remove","path":"/spec/ignoreDifferences"}]';
      await cluster.kubectl('patch', 'application', own, '-n', ARGOCD_NAMESPACE, '--type=json', '-p', withoutSettings);
      await engine.refresh(own);
      const isReverted = async () => await failurePolicy(cluster) === 'Ignore';
      await until('without ignoreDifferences, changes of istiod are reverted', isReverted, 90);
      return `3 charts, 5 sources: istiod after ${seconds(started, istiodApplied)}, `
        + `the gateway ${seconds(istiodApplied, gatewayApplied)} later, of which istiod was not healthy for 10 s, `
        + `all other objects ${seconds(gatewayApplied, synced)} later, of which the gateway was not healthy for 5 s; `
        + 'changes that istiod makes to its webhooks stay through a sync, and are reverted without ignoreDifferences';
    } finally {
      workloads.stop();
      repository.stop();
      charts.stop();
      await cleanUp();
    }
  },
};

interface LaterObject {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** Objects that Argo CD applies after istiod, in this order. */
const LATER: LaterObject[] = [
  { kind: 'deployment', name: 'istio-ingressgateway', namespace: 'istio-system' },
  { kind: 'destinationrule', name: 'cart-shop', namespace: 'shop' },
  { kind: 'serviceentry', name: 'cart-shop', namespace: 'shop' },
];

/** Changes the webhook as istiod does after its start. */
async function changeWebhookAsIstiod(cluster: Kube): Promise<void> {
  const patch = [
    { op: 'add', path: '/webhooks/0/clientConfig/caBundle', value: Buffer.from('of istiod').toString('base64') },
    { op: 'replace', path: '/webhooks/0/failurePolicy', value: 'Fail' },
  ];
  await cluster.kubectl('patch', 'validatingwebhookconfiguration', VALIDATION, '--type=json', '-p', JSON.stringify(patch));
}

function failurePolicy(cluster: Kube): Promise<string> {
  return cluster.kubectl('get', 'validatingwebhookconfiguration', VALIDATION, '-o', 'jsonpath={.webhooks[0].failurePolicy}');
}

/** Writes a mesh with the Application of cluster1, and returns the folder. Another `label` makes another commit. */
function written(folder: string, gitOps: GitOps, label: string): string {
  const app = new MeshApp({ outdir: join(folder, 'dist') });
  const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31, gitOps });
  const [one, two] = [1, 2].map(n => mesh.addCluster(`cluster${n}`, { ingressGateway: GatewayAddress.of(`203.0.113.${n}`) }));
  one.addNamespace('shop').namespace.metadata.addLabel('changed', label);
  one.importService(two.exportService('cart', { namespace: 'shop', ports: [ServicePort.http('http', 8000)] }), { namespace: 'shop' });
  app.synth();
  return folder;
}

function seconds(from: number, to: number): string {
  return `${((to - from) / 1000).toFixed(1)} s`;
}
