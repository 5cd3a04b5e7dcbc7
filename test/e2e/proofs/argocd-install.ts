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

/** One Application installs Istio by its charts and then applies the folder, wave by wave; what istiod changes of its own stays. */
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
      // No istiod answers for its webhooks: that is to be known at once, not after a while without an answer.
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
      const there = async (kind: string, name: string, inNamespace: string) => (
        await cluster.kubectl('get', kind, name, '-n', inNamespace, '--ignore-not-found', '-o', 'name').catch(() => '')
      ) !== '';

      const started = Date.now();
      await engine.apply(application);
      await until('the Deployment istiod', () => there('deployment', 'istiod', 'istio-system'), 90)
        .catch(async error => {
          throw new Error(`${error.message} ${JSON.stringify(await engine.status(own))}`);
        });
      const control = Date.now();
      await sleep(10_000);
      for (const [kind, name, inNamespace] of LATER) {
        must(
          !await there(kind, name, inNamespace),
          `${kind} ${name} came before istiod was healthy`,
        );
      }
      workloads.works('istiod');
      await until('the gateway', () => there('deployment', 'istio-ingressgateway', 'istio-system'), 90);
      const gateway = Date.now();
      await sleep(5_000);
      for (const [kind, name, inNamespace] of LATER.slice(1)) {
        must(
          !await there(kind, name, inNamespace),
          `${kind} ${name} came before the gateway was healthy`,
        );
      }
      workloads.works('istio-ingressgateway');
      await engine.synced(own, commit, 120);
      const synced = Date.now();

      await asIstiod(cluster);
      await engine.refresh(own);
      await sleep(5_000);
      must(
        (await engine.status(own)).sync === 'Synced' && await policy(cluster) === 'Fail',
        'what istiod changes of its webhooks is not left alone',
      );
      await repository.commit('chore: a label', written(folder, gitOps, 'yes'));
      await engine.refresh(own);
      await until(
        'the commit is applied',
        async () => (await cluster.kubectl('get', 'namespace', 'shop', '-o', 'jsonpath={.metadata.labels.changed}')) === 'yes',
      );
      await sleep(5_000);
      must(await policy(cluster) === 'Fail', 'a sync takes back what istiod changes of its webhooks');
      // The control: without these settings it is healed away, and istiod would put it back, for ever.
      await cluster.kubectl(
        'patch',
        'application',
        own,
        '-n',
        ARGOCD_NAMESPACE,
        '--type=json',
        '-p',
        '[{"op":"remove","path":"/spec/ignoreDifferences"}]',
      );
      await engine.refresh(own);
      await until('what istiod changes is healed away without its settings', async () => await policy(cluster) === 'Ignore', 90);
      return `3 charts, 5 sources: istiod after ${seconds(started, control)}, the gateway ${seconds(control, gateway)} later, of which 10 s istiod was not healthy, ` +
        `the rest ${seconds(gateway, synced)} later, of which 5 s the gateway was not; what istiod changes of its webhooks stays through a sync, and is healed away without ignoreDifferences`;
    } finally {
      workloads.stop();
      repository.stop();
      charts.stop();
      await cleanUp();
    }
  },
};

/** What comes after istiod, in this order. */
const LATER: Array<[string, string, string]> = [
  ['deployment', 'istio-ingressgateway', 'istio-system'], ['destinationrule', 'cart-shop', 'shop'], ['serviceentry', 'cart-shop', 'shop'],
];

/** Changes the webhook as istiod does as soon as it answers. */
async function asIstiod(cluster: Kube): Promise<void> {
  const patch = [
    { op: 'add', path: '/webhooks/0/clientConfig/caBundle', value: Buffer.from('of istiod').toString('base64') },
    { op: 'replace', path: '/webhooks/0/failurePolicy', value: 'Fail' },
  ];
  await cluster.kubectl('patch', 'validatingwebhookconfiguration', VALIDATION, '--type=json', '-p', JSON.stringify(patch));
}

function policy(cluster: Kube): Promise<string> {
  return cluster.kubectl('get', 'validatingwebhookconfiguration', VALIDATION, '-o', 'jsonpath={.webhooks[0].failurePolicy}');
}

/** The Application of cluster1, whose folder is synthesized; `label` is a change of it. */
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
