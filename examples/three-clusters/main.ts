import { MeshApp } from 'cdk8s-istio-multicluster';
import { threeClusters } from './mesh';

const app = new MeshApp();
threeClusters(app);
app.synth();
console.error(app.summary());
