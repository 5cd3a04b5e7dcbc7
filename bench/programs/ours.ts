/** The mesh as a user of this library declares it. Arguments: output folder, clusters, imports of each, services added. */
import { MeshApp } from 'cdk8s-istio-multicluster';
import { declareMesh } from '../mesh';

const [outdir, clusters, imports, added] = process.argv.slice(2);
const app = new MeshApp({ outdir });
declareMesh(app, { clusters: Number(clusters), imports: Number(imports) }, { added: Number(added ?? 0) });
app.synth();
