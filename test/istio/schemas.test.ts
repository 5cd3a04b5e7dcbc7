import { App, Testing } from 'cdk8s';
import { guideMesh } from '../../examples/guide/mesh';
import { guideMesh as guideMesh15, ALTERNATIVES } from '../../examples/guide-1.5/mesh';
import { IstioRelease, Mesh } from '../../src';
import { everyForm } from '../every-form';
import { schemaErrors } from './schemas';

const MESHES: Array<[string, () => Mesh]> = [
  ['the guide', () => guideMesh(new App())],
  ...ALTERNATIVES.map(
    alternative => [`the guide on 1.5, ${alternative}`, () => guideMesh15(new App(), alternative)] as [string, () => Mesh],
  ),
  ...[IstioRelease.V1_5, IstioRelease.V1_29, IstioRelease.V1_30, IstioRelease.V1_31]
    .map(istio => [`every form on ${istio.version}`, () => everyForm(new App(), istio)] as [string, () => Mesh]),
];

function istioManifests(mesh: Mesh): any[] {
  return mesh.clusters.flatMap(cluster => Testing.synth(cluster) as any[]).filter(manifest => manifest.apiVersion.includes('.istio.io/'));
}

test.each(MESHES)('%s is valid by Istio\'s CRD schemas', (_, mesh) => {
  const manifests = istioManifests(mesh());
  expect(manifests.length).toBeGreaterThan(0);
  expect(manifests.flatMap(m => schemaErrors(m).map(error => `${m.kind} ${m.metadata.name}: ${error}`))).toEqual([]);
});

describe('the same check catches', () => {
  const entry = () => istioManifests(guideMesh(new App())).find(m => m.kind === 'ServiceEntry');

  test('a field that Istio does not know', () => {
    const wrong = entry();
    wrong.spec.endpoints[0].adress = '203.0.113.20';
    expect(schemaErrors(wrong)).toEqual(['/spec/endpoints/0 must NOT have additional properties']);
  });

  test('a value that Istio does not know', () => {
    const wrong = entry();
    wrong.spec.resolution = 'GUESS';
    expect(schemaErrors(wrong)).toEqual(['/spec/resolution must be equal to one of the allowed values']);
  });

  test('a missing host', () => {
    const wrong = entry();
    delete wrong.spec.hosts;
    expect(schemaErrors(wrong)).toEqual(["/spec must have required property 'hosts'"]);
  });
});
