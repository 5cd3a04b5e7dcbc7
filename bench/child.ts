/**
 * Measures one synth in a process of its own, and prints the milliseconds from the first construct to the last file. Arguments:
 * `ours FOLDER` for this library, or `plain FOLDER OBJECTS` for plain cdk8s, where OBJECTS is a file with manifests by cluster.
 */
import { readFileSync } from 'fs';
import { ApiObject, ApiObjectProps, App, Chart, YamlOutputType } from 'cdk8s';
import { MeshApp } from 'cdk8s-istio-multicluster';
import { largeMesh } from './mesh';

const [contender, outdir, manifestsFile] = process.argv.slice(2);
// The plain run reads its manifests before the clock starts: the comparison is about constructs and files.
const manifestsByCluster: { [cluster: string]: ApiObjectProps[] } = contender === 'plain'
  ? JSON.parse(readFileSync(manifestsFile, 'utf8'))
  : {};
const started = performance.now();
if (contender === 'ours') {
  const app = new MeshApp({ outdir });
  largeMesh(app);
  app.synth();
} else {
  const app = new App({ outdir, yamlOutputType: YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE });
  for (const [cluster, manifests] of Object.entries(manifestsByCluster)) {
    const chart = new Chart(app, cluster);
    manifests.forEach((manifest, i) => new ApiObject(chart, `object-${i}`, manifest));
  }
  app.synth();
}
console.log(performance.now() - started);
