/** One measurement in a process of its own: `ours FOLDER`, or `plain FOLDER OBJECTS`. Prints milliseconds from the first construct to the last file. */
import { readFileSync } from 'fs';
import { ApiObject, App, Chart, YamlOutputType } from 'cdk8s';
import { MeshApp } from 'cdk8s-istio-multicluster';
import { largeMesh } from './mesh';

const [who, outdir, objects] = process.argv.slice(2);
// Reading the input of the plain run is not part of it.
const input: { [cluster: string]: any[] } = who === 'plain' ? JSON.parse(readFileSync(objects, 'utf8')) : {};
const started = performance.now();
if (who === 'ours') {
  const app = new MeshApp({ outdir });
  largeMesh(app);
  app.synth();
} else {
  const app = new App({ outdir, yamlOutputType: YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE });
  for (const [cluster, manifests] of Object.entries(input)) {
    const chart = new Chart(app, cluster);
    manifests.forEach((manifest, i) => new ApiObject(chart, `object-${i}`, manifest));
  }
  app.synth();
}
console.log(performance.now() - started);
