import { writeFileSync } from 'fs';
import { join } from 'path';
import { ClusterDns, GatewayAddress, GitOps, IstioRelease, Mesh, MeshApp, ServicePort } from '../../../src';
import { ArgoCd, ARGOCD_NAMESPACE, ARGOCD_PARTS } from '../cluster/argocd';
import { GitRepository } from '../cluster/git-repository';
import { jobPods, runAsJob } from '../cluster/jobs';
import { Kube, KUBE_PARTS } from '../cluster/kube';
import { cleanUp, prepare, sleep, until } from '../cluster/machine';
import { moduleFolder } from '../parts';
import { must, Proof } from '../proof';

const COREFILE = '.:53 {\n    errors\n    forward . /etc/resolv.conf\n}\n';
const DNS = ClusterDns.coreDns({ resolvers: ['10.96.0.53'], corefile: COREFILE });
const APPLICATION = 'mesh-cluster1';

/**
 * What Argo CD does with a cluster of its own when something goes: a namespace waits for a person, a shared ConfigMap keeps
 * what others write, and with the Application all of ours goes, the hook's own objects too.
 */
export const deleteProof: Proof = {
  name: 'argocd-delete',
  parts: [...KUBE_PARTS, ...ARGOCD_PARTS],
  async show({ folder, program }) {
    await prepare();
    const repository = new GitRepository('mesh');
    const kube = new Kube('cluster1', '10.61', program);
    const namespaces = async () => (await kube.kubectl('get', 'namespaces', '-o', 'name')).split('\n').map(name => name.replace('namespace/', ''));
    const dns = async () => (await kube.api('GET', '/api/v1/namespaces/kube-system/configmaps/coredns')).data;
    try {
      await Promise.all([kube.start(), repository.start()]);
      const charts = join(await moduleFolder('istio-1.31', 'istio.io/istio'), 'manifests', 'charts');
      await kube.kubectl('apply', '--server-side', '-f', join(charts, 'base', 'files', 'crd-all.gen.yaml'));
      await others(kube, { Corefile: COREFILE, others: 'a key of somebody else' });
      const engine = new ArgoCd(kube, program);
      await engine.start();
      const gitOps = GitOps.argoCd({ repoUrl: repository.url, revision: repository.branch });
      const commit = (message: string, which: string[], by = DNS) => repository.commit(message, written(folder, gitOps, which, by));
      const synced = async (made: string) => {
        await engine.refresh(APPLICATION);
        await engine.synced(APPLICATION, made, 90);
      };

      const first = await commit('feat: a mesh', ['shop', 'spare']);
      await kube.kubectl('apply', '--server-side', '--validate=strict', '-k', join(folder, 'dist', 'argocd', 'cluster1'));
      await synced(first);
      const merged = await dns();
      must(
        merged.Corefile !== COREFILE && merged.others === 'a key of somebody else',
        `the shared ConfigMap holds ${JSON.stringify(merged)}`,
      );
      await others(kube, { Corefile: merged.Corefile, others: 'changed since' });
      await synced(first);
      must((await dns()).others === 'changed since', 'a sync takes back a key of somebody else');

      await synced(await commit('feat: no zone', ['shop', 'spare'], DNS.withdrawn()));
      must((await dns()).Corefile === COREFILE, 'the zone is not taken out');
      await synced(await commit('feat: another choice', ['shop', 'spare'], ClusterDns.sidecarCapture()));
      must(
        (await dns()).Corefile === COREFILE && (await dns()).others === 'changed since',
        'the shared ConfigMap went, or changed, with another choice',
      );
      await synced(await commit('feat: the zone again', ['shop', 'spare']));

      await commit('feat: one namespace less', ['shop']);
      await engine.refresh(APPLICATION);
      await until('Argo CD asks before it prunes a namespace', async () => /confirm/i.test((await engine.status(APPLICATION)).message), 60);
      await sleep(5_000);
      must((await namespaces()).includes('spare'), 'a namespace went before somebody agreed');
      await agree(kube);
      await until('the namespace is pruned', async () => !(await namespaces()).includes('spare'));

      await kube.kubectl('create', 'namespace', 'others');
      await kube.kubectl('delete', 'application', APPLICATION, '-n', ARGOCD_NAMESPACE, '--wait=false');
      const deleted = Date.now();
      const pod = await until('the pod of the hook', async () => (await jobPods(kube, 'default'))[0], 120)
        .catch(async error => {
          throw new Error(`${error.message} ${JSON.stringify(await engine.status(APPLICATION))}`);
        });
      must(
        !(await kube.kubectl('get', 'serviceentries,destinationrules', '-A', '-o', 'name')),
        'the hook came before what was applied was gone',
      );
      must((await namespaces()).includes('shop'), 'Argo CD took a namespace without a look into it');
      const { code, stderr } = await runAsJob(kube, pod, { folder, program });
      must(code === 0, `the hook's command: ${code} ${stderr}`);
      await until(
        'the Application is gone',
        async () => await kube.kubectl('get', 'applications', '-n', ARGOCD_NAMESPACE, '-o', 'name') === '',
        120,
      )
        .catch(async error => {
          throw new Error(`${error.message} ${JSON.stringify(await engine.status(APPLICATION))}`);
        });
      const gone = Date.now();

      await until('the namespaces are gone', async () => !(await namespaces()).some(name => ['shop', 'istio-system'].includes(name)));
      must((await namespaces()).includes('others'), 'a namespace of others is gone');
      const after = await dns();
      must(after.Corefile === COREFILE && after.others === 'changed since', `the shared ConfigMap holds ${JSON.stringify(after)}`);
      const kinds = 'jobs,configmaps,serviceaccounts,roles,rolebindings,clusterroles,clusterrolebindings';
      const left = (await kube.kubectl('get', kinds, '-A', '-o', 'name')).split('\n').filter(name => name.includes('mesh-cleanup'));
      must(left.length === 0, `left of the hook: ${left.join(', ')}`);
      return `in its own cluster: a key of others in a shared ConfigMap stays through syncs, the zone is taken out of it and in again, a namespace is pruned once somebody agrees; with the Application deleted all of ours is gone after ${((gone - deleted) / 1000).toFixed(1)} s, the namespaces by the hook, nothing of the hook is left, and the ConfigMap is as others wrote it`;
    } finally {
      repository.stop();
      await cleanUp();
    }
  },
};

/** Writes the shared ConfigMap as somebody else does. */
async function others(kube: Kube, data: { [key: string]: string }): Promise<void> {
  const file = join(kube.folder, 'coredns.json');
  writeFileSync(
    file,
    JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'coredns', namespace: 'kube-system' }, data }),
  );
  await kube.kubectl('apply', '--server-side', '--force-conflicts', '--field-manager=others', '-f', file);
}

/** Lets Argo CD take what it asks about. */
async function agree(kube: Kube): Promise<void> {
  await kube.kubectl(
    'annotate',
    'application',
    APPLICATION,
    '-n',
    ARGOCD_NAMESPACE,
    `argocd.argoproj.io/deletion-approved=${new Date().toISOString()}`,
  );
}

/** The folder of a mesh whose cluster1 has namespaces of its own, an import and the zone in its Corefile. */
function written(folder: string, gitOps: GitOps, namespaces: string[], dns: ClusterDns): string {
  const app = new MeshApp({ outdir: join(folder, 'dist') });
  const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31, gitOps, cleanup: { argoCdHook: true } });
  const one = mesh.addCluster('cluster1', { dns });
  const two = mesh.addCluster('cluster2', { ingressGateway: GatewayAddress.of('203.0.113.2') });
  namespaces.forEach(namespace => one.addNamespace(namespace));
  one.importService(two.exportService('cart', { namespace: 'shop', ports: [ServicePort.http('http', 8000)] }), { namespace: 'shop' });
  app.synth();
  return folder;
}
