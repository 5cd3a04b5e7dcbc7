import { MeshApp } from 'cdk8s-istio-multicluster';
import { guideMesh } from './mesh';

const app = new MeshApp();
guideMesh(app);
app.synth();
console.error(app.summary());
