import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { parse, parseAllDocuments } from 'yaml';
import { EgressGateway, GatewayAddress, GitOps, IstioRelease, Mesh, MeshApp, NetworkPolicies, ServicePort } from '../../../src';
import { moduleFolder } from '../parts';
import { run } from '../process';
import { must, Proof, ProofRun } from '../proof';

/** Argo CD's own code permits all that the folder of a cluster and Istio's charts hold by its AppProject, and nothing else. */
export const projectProof: Proof = {
  name: 'argocd-project',
  parts: [
    { name: 'project-judge', module: 'argo-project', package: './project-judge' },
    { name: 'helm', module: 'helm', package: 'helm.sh/helm/v4/cmd/helm' },
  ],
  async show(proof) {
    const folder = written(join(proof.folder, 'dist'));
    const [project, application] = ['AppProject', 'Application'].map(
      kind => parse(readFileSync(join(folder, 'argocd', 'cluster1', `${kind}.argoproj.io_argocd_mesh-cluster1.yaml`), 'utf8')),
    );
    const objects = [...documentsIn(join(folder, 'cluster1')), ...await chartObjects(proof, folder)].map(identity);
    const { destination, sources } = application.spec;
    const cluster = { server: destination.server };
    const question = { project, sources, cluster, namespace: destination.namespace ?? '', objects };
    const { invalid, ...verdict } = await judge(proof, question);
    must(invalid === '' && verdict.destination, `Argo CD refuses the AppProject ${invalid}`);
    must(verdict.sources.length === sources.length && verdict.sources.every(Boolean), 'a source of the Application is not permitted');
    objects.forEach((object, i) => must(verdict.objects[i], `not permitted: ${JSON.stringify(object)}`));
    const foreign = [
      { group: '', kind: 'Pod', namespace: 'foo' },
      { group: '', kind: 'ConfigMap', namespace: 'foreign' },
      { group: '', kind: 'Secret', namespace: 'istio-system' },
      { group: 'policy', kind: 'PodSecurityPolicy', namespace: '' },
    ];
    const planted = await judge(proof, {
      ...question,
      objects: foreign,
      cluster: { server: 'https://other.example.com' },
      sources: [{ repoURL: 'https://other.example.com/x.git' }],
    });
    const elsewhere = await judge(proof, { ...question, objects: foreign });
    must(!planted.destination && !planted.sources.some(Boolean), 'another cluster or repository is permitted');
    must(!elsewhere.objects.some(Boolean), `permitted: ${JSON.stringify(foreign.filter((_, i) => elsewhere.objects[i]))}`);
    return `${objects.length} objects of a folder and of three charts, and ${sources.length} sources, are permitted by their AppProject; `
      + `${foreign.length} others, another cluster and another repository are not`;
  },
};

interface Verdict {
  readonly invalid: string;
  readonly destination: boolean;
  readonly sources: boolean[];
  readonly objects: boolean[];
}

async function judge({ program }: ProofRun, question: object): Promise<Verdict> {
  return JSON.parse(await run(program('project-judge'), [], { input: JSON.stringify(question) }));
}

/** Writes a mesh whose Application has an AppProject of its own, and returns the folder of the output. */
function written(outdir: string): string {
  const gitOps = GitOps.argoCd({ repoUrl: 'https://git.example.com/mesh.git', istioVersion: '1.31.4', ownProject: true });
  const app = new MeshApp({ outdir });
  const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31, gitOps, cleanup: { argoCdHook: true } });
  const [one, two] = [1, 2].map(n => mesh.addCluster(`cluster${n}`, {
    ingressGateway: GatewayAddress.of(`203.0.113.${n}`),
    ...n === 1 && {
      egressGateway: EgressGateway.service({ namespace: 'egress' }),
      globalDns: { clusterIp: '10.96.0.53' },
      networkPolicies: NetworkPolicies.enabled(),
    },
  }));
  one.addNamespace('egress');
  one.importService(two.exportService('cart', { namespace: 'shop', ports: [ServicePort.http('http', 8000)] }), { namespace: 'foo' });
  app.synth();
  return outdir;
}

async function chartObjects({ program }: ProofRun, folder: string): Promise<any[]> {
  const charts = join(await moduleFolder('istio-1.31', 'istio.io/istio'), 'manifests', 'charts');
  const rendered = await Promise.all([
    { chart: 'base', values: 'base', namespace: 'istio-system' },
    { chart: 'istio-control/istio-discovery', values: 'istiod', namespace: 'istio-system' },
    { chart: 'gateway', values: 'istio-ingressgateway', namespace: 'istio-system' },
    { chart: 'gateway', values: 'istio-egressgateway', namespace: 'egress' },
  ].map(({ chart, values, namespace }) => {
    const file = join(folder, 'install', 'cluster1', `${values}-values.yml`);
    return run(program('helm'), ['template', values, join(charts, chart), '-n', namespace, '--include-crds', '-f', file]);
  }));
  return rendered.flatMap(documents);
}

function documentsIn(folder: string): any[] {
  return readdirSync(folder).filter(file => file.endsWith('.yaml')).flatMap(file => documents(readFileSync(join(folder, file), 'utf8')));
}

function documents(text: string): any[] {
  return parseAllDocuments(text).map(document => document.toJSON()).filter(Boolean);
}

/** Kinds of the whole cluster, whose namespace in a chart means nothing. */
const OF_CLUSTER = /^(Namespace|ClusterRole|ClusterRoleBinding|CustomResourceDefinition|(Mutating|Validating)WebhookConfiguration)$/;

function identity({ apiVersion, kind, metadata }: any): { group: string; kind: string; namespace: string } {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  return { group, kind, namespace: OF_CLUSTER.test(kind) ? '' : metadata.namespace ?? '' };
}
