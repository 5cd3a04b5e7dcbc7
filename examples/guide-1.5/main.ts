import { join } from 'path';
import { MeshApp } from 'cdk8s-istio-multicluster';
import { ALTERNATIVES, guideMesh } from './mesh';

for (const alternative of ALTERNATIVES) {
  const app = new MeshApp({ outdir: join(process.env.CDK8S_OUTDIR ?? 'dist', alternative) });
  guideMesh(app, alternative);
  app.synth();
  console.error(`The guide on Istio 1.5, ${alternative}\n\n${app.summary()}`);
}
