import { Testing } from 'cdk8s';
import { guideMesh } from './mesh';

// How you test a mesh of your own: a snapshot of each cluster shows in review what a change does to every folder.
test.each(['cluster1', 'cluster2'])('the manifests of %s are what was reviewed', name => {
  const mesh = guideMesh(Testing.app());
  expect(Testing.synth(mesh.cluster(name))).toMatchSnapshot();
});

test('sleep in foo reaches httpbin in bar of the other cluster', () => {
  const cluster1 = guideMesh(Testing.app()).cluster('cluster1');
  expect(cluster1.imports.map(i => `${i.host} from ${i.servedBy}`)).toEqual(['httpbin.bar.global from cluster2']);
});
