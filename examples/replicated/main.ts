import { MeshApp } from 'cdk8s-istio-multicluster';
import { replicated } from './mesh';

const app = new MeshApp();
replicated(app);
app.synth();
console.error(app.summary());
