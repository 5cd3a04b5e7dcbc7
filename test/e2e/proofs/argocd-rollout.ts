import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';
import { ArgoCdRollout, GatewayAddress, GitOps, IstioRelease, Mesh, MeshApp } from '../../../src';
import { run } from '../process';
import { must, Proof, ProofRun } from '../proof';

const ROLLOUT = { label: 'stage', order: ['canary', 'production'] };
const STAGES: { readonly [cluster: string]: string | undefined } = { cluster1: 'production', cluster2: 'canary', cluster3: undefined };

/**
 * Argo CD's own code generates from the ApplicationSet of a rollout exactly the Applications that are written without it, each with the
 * label that its hub gives the cluster.
 */
export const rolloutProof: Proof = {
  name: 'argocd-rollout',
  parts: [{ name: 'applications-judge', module: 'argo-project', package: './applications-judge' }],
  async show(proof) {
    // A hub that knows a cluster of its own too, knows cluster4 by no Secret, and does not label cluster3.
    const secrets = [...Object.entries(STAGES).map(([name, stage]) => secret(name, stage)), secret('other', 'canary')];
    const withHook = await areEqual(proof, secrets, true);
    const { applicationSet, generated } = await areEqual(proof, secrets, false);
    const steps = applicationSet.spec.strategy.rollingSync.steps.map(({ matchExpressions }: any) => (
      generated.filter(({ metadata: { labels } }) => matchExpressions.every(({ key, operator, values }: any) => (
        values.includes(labels[key]) === (operator === 'In')
      ))).map(({ spec }) => spec.destination.name).join('+')
    ));
    must(steps.join() === 'cluster2,cluster1,cluster3+cluster4', `the steps are ${steps.join()}`);
    const planted = structuredClone(applicationSet);
    planted.spec.templatePatch = planted.spec.templatePatch.replace('toJson .application.spec', 'toJson .application.none');
    const [wrong] = await applications(proof, planted, secrets).catch(() => [{ spec: undefined }]);
    must(sorted(wrong.spec) !== sorted(generated[0].spec), 'a wrong template generates the same Application');
    const count = generated.length + withHook.generated.length;
    return `from the ApplicationSets of two hubs, Argo CD's code generates ${count} Applications that are equal to those that are written `
      + `without a rollout, with and without a hook; each cluster is in one step: ${steps.join(', then ')}`;
  },
};

/** The Applications that are generated from an ApplicationSet are those that are written without it. */
async function areEqual(proof: ProofRun, secrets: object[], argoCdHook: boolean): Promise<{ applicationSet: any; generated: any[] }> {
  const folder = join(proof.folder, String(argoCdHook));
  const [[applicationSet], plain] = [objects(join(folder, 'rollout'), argoCdHook, ROLLOUT), objects(join(folder, 'plain'), argoCdHook)];
  const generated = (await applications(proof, applicationSet, secrets)).sort(byName);
  must(plain.length === 4 && generated.length === 4, `${generated.length} Applications for ${plain.length} clusters`);
  plain.sort(byName).forEach((application, i) => {
    const { metadata, spec } = generated[i];
    must(sorted(spec) === sorted(application.spec), `${metadata.name} differs: ${sorted(spec)}\n${sorted(application.spec)}`);
    const { finalizers = [] } = application.metadata;
    must(finalizers.length === (argoCdHook ? 1 : 0), `${finalizers} without a rollout`);
    must(sorted(metadata.finalizers ?? []) === sorted(finalizers), `${metadata.name} has the finalizers ${metadata.finalizers}`);
    const stage = STAGES[spec.destination.name] ?? '';
    const labels = { ...application.metadata.labels, stage };
    must(labels.team === 'mesh' && sorted(metadata.labels) === sorted(labels), `${metadata.name} has other labels`);
  });
  return { applicationSet, generated };
}

/** The objects of a hub of four clusters. */
function objects(outdir: string, argoCdHook: boolean, rollout?: ArgoCdRollout): any[] {
  const options = { repoUrl: 'https://git.example.com/mesh.git', istioVersion: '1.31.4', hub: true, labels: { team: 'mesh' }, rollout };
  const app = new MeshApp({ outdir });
  const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31, gitOps: GitOps.argoCd(options), cleanup: { argoCdHook } });
  [1, 2, 3, 4].forEach(n => mesh.addCluster(`cluster${n}`, { ingressGateway: GatewayAddress.of(`203.0.113.${n}`) }));
  app.synth();
  const folder = join(outdir, 'argocd');
  return readdirSync(folder).filter(file => file.endsWith('.yaml')).map(file => parse(readFileSync(join(folder, file), 'utf8')));
}

/** The Secret by which a hub knows a cluster. */
function secret(name: string, stage: string | undefined): object {
  const labels = { 'argocd.argoproj.io/secret-type': 'cluster', ...stage !== undefined && { stage } };
  const data = Object.fromEntries([['name', name], ['server', `https://${name}.example.com`]].map(
    ([key, value]) => [key, Buffer.from(value).toString('base64')],
  ));
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'argocd', labels }, data };
}

async function applications({ program }: ProofRun, applicationSet: object, secrets: object[]): Promise<any[]> {
  return JSON.parse(await run(program('applications-judge'), [], { input: JSON.stringify({ applicationSet, secrets }) }));
}

function byName(a: any, b: any): number {
  return a.metadata.name < b.metadata.name ? -1 : 1;
}

/** A value as text, whatever the order of its fields. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, inner) => inner !== null && typeof inner === 'object' && !Array.isArray(inner)
    ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => a < b ? -1 : 1))
    : inner);
}
