import { readFileSync } from 'fs';
import { join } from 'path';
import { Chart } from 'cdk8s';
import { allObjects, apply, applyDefinitions, COREFILE, isIgnored } from './cleanup-cluster';
import {
  AllowedCaller, ClusterDns, GatewayAddress, ImportName, IstioRelease, Mesh, MeshApp, NetworkPolicies, RemoteServiceEntry, ServicePort,
} from '../../../src';
import { Kube, KUBE_PARTS } from '../cluster/kube';
import { cleanUp, prepare } from '../cluster/machine';
import { must, Proof } from '../proof';

const GUIDE = join(__dirname, '../../../docs/how-to/apply-with-kubectl.md');
const istio = IstioRelease.V1_31;

/**
 * `kubectl apply --prune` with the commands of the documentation, on a real API server: it deletes what left the folder, and nothing of
 * another repository, another mesh, somebody else, or that the library guards.
 */
export const pruneProof: Proof = {
  name: 'prune',
  parts: KUBE_PARTS,
  async show({ folder, program }) {
    await prepare();
    try {
      const kube = new Kube('prune', '10.62', program);
      await kube.start();
      await applyDefinitions(kube, folder);
      await kube.kubectl('create', 'namespace', 'istio-system');
      const metadata = { name: 'coredns', namespace: 'kube-system' };
      await apply(kube, folder, [{ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { Corefile: COREFILE } }]);
      const commands = documented();
      const applyFolder = async (output: string, mesh: string) => {
        for (const args of commands) {
          await kube.kubectl(...args.map(arg => arg.replace('dist/cluster1', output).replace('part-of=mesh1', `part-of=${mesh}`)));
        }
      };
      const full = written(join(folder, 'full'), true);
      await applyFolder(join(full, 'cluster1'), 'mesh1');
      await applyFolder(join(written(join(folder, 'second'), true, 'mesh2'), 'cluster1'), 'mesh2');
      await kube.kubectl('apply', '-k', join(full, 'our-team'));
      const before = await allObjects(kube);
      await applyFolder(join(written(join(folder, 'less'), false), 'cluster1'), 'mesh1');
      const after = await allObjects(kube);

      const gone = [...before.keys()].filter(key => !isIgnored(key) && !after.has(key)).sort();
      must(
        JSON.stringify(gone) === JSON.stringify(LEFT_THE_FOLDER),
        `kubectl deleted ${gone.join(', ')}, and not ${LEFT_THE_FOLDER.join(', ')}`,
      );
      must(KEPT.every(key => before.has(key) && after.has(key)), `missing: ${KEPT.filter(key => !after.has(key)).join(', ')}`);
      await kube.kubectl('label', 'namespace', 'retired', 'app.kubernetes.io/managed-by=cdk8s-istio-multicluster');
      const prune = commands[1].map(arg => arg.replace('dist/cluster1', join(folder, 'less/cluster1')));
      await kube.kubectl(...prune, '--prune-allowlist', 'core/v1/Namespace');
      // The namespace is being deleted, or gone: with the label it is no longer guarded, so the guard is the label.
      const namespaces = await kube.kubectl('get', 'namespaces');
      must(!/^retired +Active/m.test(namespaces), 'the control: a namespace with the label of other objects is not deleted either');
      return `of ${before.size} objects the documented commands delete the ${gone.length} that left the folder; objects of another `
        + 'repository, of another mesh and of others, a namespace that left the folder and a shared ConfigMap stay; a namespace with the '
        + 'label of other objects is deleted, which the guard prevents';
    } finally {
      await cleanUp();
    }
  },
};

/** What the second program no longer declares, apart from what is guarded. */
const LEFT_THE_FOLDER = [
  'ConfigMap istio-system/mesh-dns',
  'DestinationRule foo/catalog-bar',
  'DestinationRule foo/mesh-import.api',
  'NetworkPolicy istio-system/mesh-dns',
  'Service bar/mesh-export-orders',
  'Service istio-system/mesh-dns',
  'ServiceEntry foo/catalog-bar',
  'VirtualService foo/catalog-bar',
  'WorkloadEntry foo/mesh.api.cluster2.0',
];

/** What stays: what is guarded, what others write to, and what belongs to another repository and another mesh. */
const KEPT = ['Namespace /retired', 'ConfigMap kube-system/coredns', 'ServiceEntry team/httpbin-bar', 'ServiceEntry mesh2/httpbin-bar'];

/** Arguments of the commands of kubectl in the documentation, without the context. */
function documented(): string[][] {
  const block = readFileSync(GUIDE, 'utf8').split('```sh\n')[2].split('```')[0];
  const commands = block.replace(/\\\n/g, ' ').trim().split('\n').map(line => line.trim().split(/\s+/));
  const areApplies = commands.length === 2 && commands.every(([program, ...args]) => program === 'kubectl' && args.includes('-k'));
  must(areApplies, `another block: ${block}`);
  return commands.map(([, , , ...args]) => args);
}

/** Writes the folders of a mesh, with what leaves them later or without it, and of a team. Returns the output folder. */
function written(outdir: string, isFull: boolean, meshId = 'mesh1'): string {
  const app = new MeshApp({ outdir });
  const mesh = new Mesh(app, 'mesh', { istio, meshId });
  const corefile = COREFILE;
  const isFirst = meshId === 'mesh1';
  const cluster1 = mesh.addCluster('cluster1', {
    ingressGateway: GatewayAddress.of('203.0.113.1'),
    ...isFirst && isFull && {
      globalDns: { clusterIp: '10.62.128.53' }, networkPolicies: NetworkPolicies.enabled(), dns: ClusterDns.coreDns({ corefile }),
    },
    ...isFirst && !isFull && { networkPolicies: NetworkPolicies.enabled() },
  });
  const cluster2 = mesh.addCluster('cluster2', { ingressGateway: GatewayAddress.of('203.0.113.2') });
  const [foo, bar] = isFirst ? ['foo', 'bar'] : ['mesh2', 'mesh2'];
  const namespaces = new Set([foo, bar, ...isFirst ? ['team'] : [], ...isFirst && isFull ? ['retired'] : []]);
  namespaces.forEach(name => cluster1.addNamespace(name));
  const exported = { namespace: 'bar', ports: [ServicePort.http('http', 8000)], anyServer: true };
  const httpbin = cluster2.exportService('httpbin', exported);
  cluster1.importService(httpbin, { namespace: foo });
  if (isFirst && isFull) {
    cluster1.importService(cluster2.exportService('catalog', exported), { namespace: foo });
    cluster1.importService(cluster2.exportService('api', { ...exported, namespace: 'foo', workloadSelector: { app: 'api' } }), {
      name: ImportName.local({ selector: { app: 'api' } }),
    });
  }
  if (isFirst) {
    // kubectl looks for what to prune only in namespaces of objects that it applies, so `bar` keeps one.
    const workload = { ...exported, workloadSelector: { app: 'orders' }, allow: [AllowedCaller.namespace('foo')] };
    cluster1.exportService('orders', { ...workload, onlyExportedPorts: isFull });
  }
  const team = new Chart(app, 'our-team', { labels: { 'app.kubernetes.io/part-of': 'our-team' } });
  new RemoteServiceEntry(team, 'httpbin', { istio, service: httpbin, namespace: 'team' });
  app.synth();
  return app.outdir;
}
