import { App, Testing } from 'cdk8s';
import { replicated } from './mesh';

test.each(['cluster1', 'cluster2', 'cluster3'])('the manifests of %s are what was reviewed', name => {
  const mesh = replicated(new App());
  expect(Testing.synth(mesh.cluster(name))).toMatchSnapshot();
});
