/**
 * Parts of a synth, as programs of their own. Arguments: the part, clusters, imports of each, and for "least" an output folder. The parts:
 * "program" declares the mesh, "summary" checks and renders it too, and "least" checks it and asks for the state of each manifest.
 */
import { lstatSync, readdirSync } from 'fs';
import { join } from 'path';
import { MeshApp } from 'cdk8s-istio-multicluster';
import { declareMesh } from '../mesh';

const [part, clusters, imports, outdir] = process.argv.slice(2);
const app = new MeshApp();
declareMesh(app, { clusters: Number(clusters), imports: Number(imports) });
if (part === 'summary') {
  app.summary();
}
if (part === 'least') {
  if (app.problems.length > 0) {
    throw new Error('the mesh has problems');
  }
  const folders = readdirSync(outdir, { withFileTypes: true }).filter(entry => entry.isDirectory()).map(({ name }) => join(outdir, name));
  folders.forEach(folder => readdirSync(folder).forEach(name => lstatSync(`${folder}/${name}`)));
}
