import { readFileSync } from 'fs';
import { join } from 'path';
import { App, Testing } from 'cdk8s';
import { IMPORT_OPTIONS, ImportOption } from './import-options';
import { GatewayAddress, ImportName, IstioRelease, Mesh, ServiceVersion } from '../../src';
import { schemaErrors } from '../istio/schemas';

/** Manifests of an import of a service that two clusters export, with the options. */
function manifestsOf({ options, port }: ImportOption, name?: ImportName): any[] {
  const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 });
  const alpha = mesh.addCluster('alpha');
  const versions = options.routing?.versions.map(version => ServiceVersion.of(version));
  const [service] = ['beta', 'gamma'].map((cluster, i) => mesh
    .addCluster(cluster, { ingressGateway: GatewayAddress.of(`203.0.113.${i + 1}`) })
    .exportService('api', { namespace: 'back', ports: [port], versions, workloadSelector: { app: 'api' }, serviceAccount: 'api' }));
  alpha.importService(service, { ...options, ...name ? { name } : { namespace: 'foo' } });
  return Testing.synth(alpha).filter(({ kind }) => ['DestinationRule', 'VirtualService', 'ServiceEntry', 'WorkloadEntry'].includes(kind));
}

describe.each(IMPORT_OPTIONS)('$option', row => {
  test.each([
    { name: 'under the global name', local: undefined },
    { name: 'under the local name', local: ImportName.local({ selector: { app: 'api' } }) },
  ])('$name is what was reviewed, and valid by the schemas of Istio', ({ local }) => {
    const manifests = manifestsOf(row, local);
    expect(manifests.flatMap(schemaErrors)).toEqual([]);
    const rules = manifests.filter(({ kind }) => kind === 'DestinationRule' || kind === 'VirtualService');
    const specs = Object.fromEntries(rules.map(({ kind, spec }) => [kind, spec]));
    const entries = manifests.filter(({ kind }) => kind.endsWith('Entry')).flatMap(({ spec }) => spec.endpoints ?? [spec]);
    expect({ ...specs, labels: entries.map(({ labels }) => labels) }).toMatchSnapshot();
  });

  test('changes an import that says nothing', () => {
    const plain = { ...row, options: {} };
    expect(manifestsOf(row)).not.toEqual(manifestsOf(plain));
  });
});

test('the reference has a row for each option', () => {
  const page = readFileSync(join(__dirname, '..', '..', 'docs', 'reference', 'import-options.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([^`]+)` \|/gm)].map(([, option]) => option);
  expect(rows.sort()).toEqual(IMPORT_OPTIONS.map(({ option }) => option).sort());
});
