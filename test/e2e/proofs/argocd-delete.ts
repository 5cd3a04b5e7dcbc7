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
const ACCOUNT = 'mesh-cleanup-cluster1';

/**
 * Argo CD deletes as the library promises, in a cluster of its own. A namespace waits for the approval of a person, a shared
 * ConfigMap keeps the keys of others, and deleting the Application removes all objects of the library, including those of the hook.
 */
export const deleteProof: Proof = {
  name: 'argocd-delete',
  parts: [...KUBE_PARTS, ...ARGOCD_PARTS],
  async show({ folder, program }) {
    await prepare();
    const repository = new GitRepository('mesh');
    const kube = new Kube('cluster1', '10.61', program);
    const namespaces = async () => {
      const printed = await kube.kubectl('get', 'namespaces', '-o', 'name');
      return printed.split('\n').map(name => name.replace('namespace/', ''));
    };
    const sharedConfigMap = async () => (await kube.api('GET', '/api/v1/namespaces/kube-system/configmaps/coredns')).data;
    try {
      await Promise.all([kube.start(), repository.start()]);
      const charts = join(await moduleFolder('istio-1.31', 'istio.io/istio'), 'manifests', 'charts');
      await kube.kubectl('apply', '--server-side', '-f', join(charts, 'base', 'files', 'crd-all.gen.yaml'));
      await applyAsOthers(kube, { Corefile: COREFILE, others: 'a key of somebody else' });
      const engine = new ArgoCd(kube, program);
      await engine.start();
      const gitOps = GitOps.argoCd({ repoUrl: repository.url, revision: repository.branch });
      const commit = (message: string, ownNamespaces: string[], dns = DNS) => repository.commit(
        message,
        written(folder, gitOps, ownNamespaces, dns),
      );
      const sync = async (revision: string) => {
        await engine.refresh(APPLICATION);
        await engine.synced(APPLICATION, revision, 90);
      };

      const withStatus = async (error: Error) => {
        throw new Error(`${error.message} ${JSON.stringify(await engine.status(APPLICATION))}`);
      };

      const first = await commit('feat: a mesh', ['shop', 'spare']);
      await kube.kubectl('apply', '--server-side', '--validate=strict', '-k', join(folder, 'dist', 'argocd', 'cluster1'));
      await sync(first);
      const merged = await sharedConfigMap();
      must(
        merged.Corefile !== COREFILE && merged.others === 'a key of somebody else',
        `the shared ConfigMap holds ${JSON.stringify(merged)}`,
      );
      await applyAsOthers(kube, { Corefile: merged.Corefile, others: 'changed since' });
      await sync(first);
      must((await sharedConfigMap()).others === 'changed since', 'a sync reverts a key of others');

      await sync(await commit('feat: no zone', ['shop', 'spare'], DNS.withdrawn()));
      must((await sharedConfigMap()).Corefile === COREFILE, 'the zone is not withdrawn');
      await sync(await commit('feat: another choice', ['shop', 'spare'], ClusterDns.sidecarCapture()));
      must(
        (await sharedConfigMap()).Corefile === COREFILE && (await sharedConfigMap()).others === 'changed since',
        'the shared ConfigMap was deleted or changed with another choice of DNS',
      );
      await sync(await commit('feat: the zone again', ['shop', 'spare']));

      await commit('feat: one namespace less', ['shop']);
      await engine.refresh(APPLICATION);
      await until('Argo CD asks before it prunes a namespace', async () => /confirm/i.test((await engine.status(APPLICATION)).message), 60);
      await sleep(5_000);
      must((await namespaces()).includes('spare'), 'a namespace was pruned without approval');
      await approvePruning(kube);
      await until('the namespace is pruned', async () => !(await namespaces()).includes('spare'));

      await kube.kubectl('create', 'namespace', 'others');
      must(await rolesOfHook(kube) === '', 'the roles of the hook exist before the Application is deleted');
      await kube.kubectl('create', 'serviceaccount', ACCOUNT, '-n', 'default');
      must(!await mayListSecrets(kube, 'default'), 'a ServiceAccount of the name of the hook may list Secrets');
      must(!await mayListSecrets(kube, 'kube-system'), 'the ServiceAccount of the hook may list Secrets before the hook');
      await kube.kubectl('delete', 'application', APPLICATION, '-n', ARGOCD_NAMESPACE, '--wait=false');
      const deleted = Date.now();
      const pod = await until('the pod of the hook', async () => (await jobPods(kube, 'kube-system'))[0], 120)
        .catch(withStatus);
      must(
        !(await kube.kubectl('get', 'serviceentries,destinationrules', '-A', '-o', 'name')),
        'the hook ran before the applied objects were deleted',
      );
      must(await mayListSecrets(kube, 'kube-system'), 'the control: the hook may not list Secrets while it runs');
      must(!await mayListSecrets(kube, 'default'), 'while the hook runs, a namespace of others may list Secrets');
      must((await namespaces()).includes('shop'), 'Argo CD deleted a namespace that the hook had not inspected');
      const { code, stderr } = await runAsJob(kube, pod, { folder, program });
      must(code === 0, `the hook's command: ${code} ${stderr}`);
      await until(
        'the Application is deleted',
        async () => await kube.kubectl('get', 'applications', '-n', ARGOCD_NAMESPACE, '-o', 'name') === '',
        120,
      )
        .catch(withStatus);
      const finished = Date.now();

      await until('the namespaces are deleted', async () => !(await namespaces()).some(name => ['shop', 'istio-system'].includes(name)));
      must((await namespaces()).includes('others'), 'a namespace of others was deleted');
      const after = await sharedConfigMap();
      must(after.Corefile === COREFILE && after.others === 'changed since', `the shared ConfigMap holds ${JSON.stringify(after)}`);
      const kinds = 'jobs,configmaps,serviceaccounts,roles,rolebindings,clusterroles,clusterrolebindings';
      must(!await mayListSecrets(kube, 'kube-system'), 'the ServiceAccount of the hook may list Secrets after the hook');
      await kube.kubectl('delete', 'serviceaccount', ACCOUNT, '-n', 'default');
      const left = (await kube.kubectl('get', kinds, '-A', '-o', 'name')).split('\n').filter(name => name.includes('mesh-cleanup'));
      must(left.length === 0, `left of the hook: ${left.join(', ')}`);
      const seconds = ((finished - deleted) / 1000).toFixed(1);
      return 'in its own cluster: a key of others in a shared ConfigMap stays through syncs, the zone is withdrawn from it and added '
        + 'again, and a namespace is pruned after approval; '
        + `deleting the Application removes all objects of the library after ${seconds} s, the namespaces by the hook, and the objects `
        + 'of the hook too; the ConfigMap is as others wrote it; nobody but the Job may list Secrets, and only while it runs';
    } finally {
      repository.stop();
      await cleanUp();
    }
  },
};

async function rolesOfHook(kube: Kube): Promise<string> {
  const roles = await kube.kubectl('get', 'roles,rolebindings,clusterroles,clusterrolebindings', '-A', '-o', 'name');
  return roles.split('\n').filter(name => name.includes(ACCOUNT)).join(' ');
}

/** Whether the API server lets a ServiceAccount of the name of the hook's list the Secrets of istio-system. */
async function mayListSecrets(kube: Kube, namespace: string): Promise<boolean> {
  const { status } = await kube.api('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: {
      user: `system:serviceaccount:${namespace}:${ACCOUNT}`,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
      resourceAttributes: { namespace: 'istio-system', verb: 'list', resource: 'secrets' },
    },
  });
  return status.allowed;
}

/** Applies the shared ConfigMap as another field manager. */
async function applyAsOthers(kube: Kube, data: { [key: string]: string }): Promise<void> {
  const file = join(kube.folder, 'coredns.json');
  const metadata = { name: 'coredns', namespace: 'kube-system' };
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data }));
  await kube.kubectl('apply', '--server-side', '--force-conflicts', '--field-manager=others', '-f', file);
}

/** Approves the pruning for which Argo CD waits. */
async function approvePruning(kube: Kube): Promise<void> {
  const annotation = `argocd.argoproj.io/deletion-approved=${new Date().toISOString()}`;
  await kube.kubectl('annotate', 'application', APPLICATION, '-n', ARGOCD_NAMESPACE, annotation);
}

/** Writes a mesh whose cluster1 has the namespaces, an import and the DNS, and returns the folder. */
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
