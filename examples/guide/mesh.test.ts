import { App, Testing } from 'cdk8s';
import { guideMesh } from './mesh';

// A pattern for tests of your own mesh: the diff of a snapshot shows a reviewer what a change does to the folder of each cluster.
test.each(['cluster1', 'cluster2'])('the manifests of %s are what was reviewed', name => {
  const mesh = guideMesh(new App());
  expect(Testing.synth(mesh.cluster(name))).toMatchSnapshot();
});

test('sleep in foo reaches httpbin in bar of the other cluster', () => {
  const cluster1 = guideMesh(new App()).cluster('cluster1');
  expect(cluster1.imports.map(({ host, servedBy }) => `${host} from ${servedBy}`)).toEqual(['httpbin.bar.global from cluster2']);
});
