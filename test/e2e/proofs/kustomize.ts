import { readdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { parseAllDocuments } from 'yaml';
import { guideMesh } from '../../../examples/guide/mesh';
import { threeClusters } from '../../../examples/three-clusters/mesh';
import { GatewayAddress, GitOps, IstioRelease, Mesh, MeshApp } from '../../../src';
import { everyForm } from '../../every-form';
import { attempt, run } from '../process';
import { must, Proof } from '../proof';

/** What kustomize, and so `kubectl apply -k`, Argo CD and Flux make of a cluster's folder is its files, no more and no less. */
export const kustomizeProof: Proof = {
  name: 'kustomize',
  parts: [{ name: 'kustomize', module: 'kustomize', package: 'sigs.k8s.io/kustomize/kustomize/v5' }],
  async show({ folder, program }) {
    let folders = 0;
    let count = 0;
    const istioVersion = '1.31.4';
    const meshes = {
      guide: guideMesh,
      threeClusters: (app: MeshApp) => threeClusters(app),
      everyForm: (app: MeshApp) => everyForm(app),
      argoCd: withEngine(GitOps.argoCd({ repoUrl: 'https://git.example.com/mesh.git', istioVersion })),
      flux: withEngine(GitOps.flux({ istioVersion })),
    };
    for (const [name, build] of Object.entries(meshes)) {
      const app = new MeshApp({ outdir: join(folder, name) });
      build(app);
      app.synth();
      const listings = readdirSync(
        app.outdir,
        { recursive: true, withFileTypes: true },
      ).filter(entry => entry.name === 'kustomization.yml');
      for (const { parentPath: own } of listings) {
        const files = readdirSync(own).filter(file => file.endsWith('.yaml')).map(file => readFileSync(join(own, file), 'utf8'));
        const [built, written] = [await run(program('kustomize'), ['build', own]), files.join('')].map(objects);
        must(built.length > 0 && JSON.stringify(built) === JSON.stringify(written), `kustomize build of ${own} differs from its files`);
        folders++;
        count += built.length;
      }
    }
    // The same comparison notices a file that the listing lacks, and kustomize one that is not there.
    const own = join(folder, 'guide', 'cluster1');
    writeFileSync(join(own, 'more.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\n');
    const more = readdirSync(own).filter(file => file.endsWith('.yaml')).map(file => readFileSync(join(own, file), 'utf8')).join('');
    must(
      JSON.stringify(objects(more)) !== JSON.stringify(objects(await run(program('kustomize'), ['build', own]))),
      'a file outside the listing is not noticed',
    );
    writeFileSync(join(own, 'kustomization.yml'), 'resources: [nothing.yaml]\n');
    must((await attempt(program('kustomize'), ['build', own])).code !== 0, 'a listing of a file that is not there is taken');
    return `${folders} folders with ${count} objects: kustomize builds what their files hold; a file outside the listing and one that is not there are noticed`;
  },
};

/** A mesh that an engine applies, with a clean-up. */
function withEngine(gitOps: GitOps): (app: MeshApp) => unknown {
  return app => new Mesh(app, 'mesh', { istio: IstioRelease.V1_31, gitOps, cleanup: {} }).addCluster(
    'cluster1',
    { ingressGateway: GatewayAddress.of('203.0.113.1') },
  );
}

/** The objects of some documents, in an order of their own. */
function objects(text: string): string[] {
  return parseAllDocuments(text).map(document => document.toJSON()).filter(Boolean).map(object => JSON.stringify(sorted(object))).sort();
}

function sorted(value: any): any {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (value === null || typeof value !== 'object') {
    return value;
  }
  return Object.fromEntries(Object.keys(value).sort().map(key => [key, sorted(value[key])]));
}
