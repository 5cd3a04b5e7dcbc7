import { App, Testing } from 'cdk8s';
import { guideMesh } from '../../examples/guide/mesh';
import { guideMesh as guideMesh15, ALTERNATIVES } from '../../examples/guide-1.5/mesh';
import { IstioRelease, Mesh } from '../../src';
import { everyForm } from '../every-form';
import { schemaErrors } from './schemas';

interface MeshCase {
  readonly name: string;
  readonly mesh: () => Mesh;
}

const RELEASES = [IstioRelease.V1_5, IstioRelease.V1_29, IstioRelease.V1_30, IstioRelease.V1_31];

const MESHES: MeshCase[] = [
  { name: 'the guide', mesh: () => guideMesh(new App()) },
  ...ALTERNATIVES.map(alternative => ({ name: `the guide on 1.5, ${alternative}`, mesh: () => guideMesh15(new App(), alternative) })),
  ...RELEASES.map(istio => ({ name: `every form on ${istio.version}`, mesh: () => everyForm(new App(), istio) })),
];

function istioManifests(mesh: Mesh): any[] {
  return mesh.clusters.flatMap(cluster => Testing.synth(cluster)).filter(({ apiVersion }) => apiVersion.includes('.istio.io/'));
}

test.each(MESHES)('the manifests of $name are valid by the schemas of Istio\'s CRDs', ({ mesh }) => {
  const manifests = istioManifests(mesh());
  expect(manifests.length).toBeGreaterThan(0);
  const errorsOf = (manifest: any) => schemaErrors(manifest).map(error => `${manifest.kind} ${manifest.metadata.name}: ${error}`);
  expect(manifests.flatMap(errorsOf)).toEqual([]);
});

describe('the same validation finds', () => {
  const entry = () => istioManifests(guideMesh(new App())).find(({ kind }) => kind === 'ServiceEntry');

  test('a field that Istio does not know', () => {
    const invalid = entry();
    invalid.spec.endpoints[0].adress = '203.0.113.20';
    expect(schemaErrors(invalid)).toEqual(['/spec/endpoints/0 must NOT have additional properties']);
  });

  test('a value that Istio does not know', () => {
    const invalid = entry();
    invalid.spec.resolution = 'GUESS';
    expect(schemaErrors(invalid)).toEqual(['/spec/resolution must be equal to one of the allowed values']);
  });

  test('a missing host', () => {
    const invalid = entry();
    delete invalid.spec.hosts;
    expect(schemaErrors(invalid)).toEqual(["/spec must have required property 'hosts'"]);
  });
});
