import { readdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { parseAllDocuments } from 'yaml';
import { guideMesh } from '../../../examples/guide/mesh';
import { threeClusters } from '../../../examples/three-clusters/mesh';
import { GatewayAddress, GitOps, IstioRelease, Mesh, MeshApp } from '../../../src';
import { everyForm } from '../../every-form';
import { attempt, run } from '../process';
import { must, Proof } from '../proof';

/** kustomize, and so `kubectl apply -k`, Argo CD and Flux, builds exactly the objects in the files of a cluster's folder. */
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
      const entries = readdirSync(app.outdir, { recursive: true, withFileTypes: true });
      for (const { parentPath } of entries.filter(entry => entry.name === 'kustomization.yml')) {
        const [built, written] = [await run(program('kustomize'), ['build', parentPath]), manifestsIn(parentPath)].map(objects);
        const isEqual = built.length > 0 && JSON.stringify(built) === JSON.stringify(written);
        must(isEqual, `kustomize build of ${parentPath} differs from its files`);
        folders++;
        count += built.length;
      }
    }
    // The same comparison detects a file that kustomization.yml does not list, and kustomize detects a listed file that is missing.
    const own = join(folder, 'guide', 'cluster1');
    writeFileSync(join(own, 'more.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\n');
    const built = objects(await run(program('kustomize'), ['build', own]));
    must(JSON.stringify(objects(manifestsIn(own))) !== JSON.stringify(built), 'a file that is not listed is not detected');
    writeFileSync(join(own, 'kustomization.yml'), 'resources: [nothing.yaml]\n');
    must((await attempt(program('kustomize'), ['build', own])).code !== 0, 'a missing file in kustomization.yml is accepted');
    return `${folders} folders with ${count} objects: kustomize builds exactly the objects in their files; `
      + 'a file that is not listed and a listed file that is missing are detected';
  },
};

/** The manifests of a folder in one text. */
function manifestsIn(folder: string): string {
  return readdirSync(folder).filter(file => file.endsWith('.yaml')).map(file => readFileSync(join(folder, file), 'utf8')).join('');
}

/** A mesh with a GitOps engine and a clean-up. */
function withEngine(gitOps: GitOps): (app: MeshApp) => unknown {
  return app => new Mesh(app, 'mesh', { istio: IstioRelease.V1_31, gitOps, cleanup: {} }).addCluster(
    'cluster1',
    { ingressGateway: GatewayAddress.of('203.0.113.1') },
  );
}

/** The objects of all documents in a text, sorted by their content. */
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
