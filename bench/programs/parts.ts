/**
 * What a synth does before it looks at files. Arguments: "program", or "summary", which checks and renders the mesh too; clusters; imports
 * of each.
 */
import { MeshApp } from 'cdk8s-istio-multicluster';
import { declareMesh } from '../mesh';

const [part, clusters, imports] = process.argv.slice(2);
const app = new MeshApp();
declareMesh(app, { clusters: Number(clusters), imports: Number(imports) });
if (part === 'summary') {
  app.summary();
}
