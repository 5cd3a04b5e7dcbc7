import { Testing } from 'cdk8s';
import { threeClusters } from './mesh';

test.each(['cluster1', 'cluster2', 'cluster3'])('the manifests of %s are what was reviewed', name => {
  const mesh = threeClusters(Testing.app());
  expect(Testing.synth(mesh.cluster(name))).toMatchSnapshot();
});
