import { writeFileSync } from 'fs';
import { join } from 'path';
import { App, Chart } from 'cdk8s';
import { objectNames, problemsBelow, retiringMesh, SERVICE } from './retiring-mesh';
import { ExportedService, GatewayAddress, IstioRelease, Mesh, RemoteServiceEntry, RetirementStep, ServiceCatalog } from '../../src';
import { temporaryFolder } from '../temporary-folder';

const istio = IstioRelease.V1_31;

/** Writes the catalog and reads it back, as another repository does. */
function published(catalog: ServiceCatalog): ServiceCatalog {
  const file = join(temporaryFolder('consumers'), 'mesh-catalog.json');
  writeFileSync(file, catalog.toText());
  return ServiceCatalog.fromFile(file);
}

/** The catalog of a team that imports service `alone` in its own repository. */
function consumerOfAlone(): ServiceCatalog {
  const chart = new Chart(new App(), 'our-team');
  const service = published(retiringMesh().mesh.catalog()).service('alone', { namespace: 'shop' });
  new RemoteServiceEntry(chart, 'entry', { istio, namespace: 'our-team', service });
  return published(ServiceCatalog.ofImports('our-team', chart));
}

describe('imports in the mesh', () => {
  test('of a service whose exporters all retire are problems', () => {
    const { cluster1 } = retiringMesh({ cluster3: RetirementStep.CONSUMERS });
    expect(() => objectNames(cluster1)).toThrow(/MESH038.*alone\.shop\.global into cluster1\/a.*would cut it/);
    const retiring = { cluster3: RetirementStep.CONSUMERS, importOfAlone: true, exportOfCluster2: true };
    expect(() => objectNames(retiringMesh(retiring).cluster1)).toThrow(/MESH038.*catalog\.shop\.global into cluster1\/a/);
  });

  test('of the only other exporter are problems when the export of another cluster retires', () => {
    const { cluster3 } = retiringMesh({ exportOfCluster2: true });
    expect(() => objectNames(cluster3)).toThrow(/MESH038.*catalog\.shop\.global into cluster3\/b/);
  });

  test('by a cluster that exports the service itself are problems when the last other exporter retires', () => {
    const mesh = new Mesh(new App(), 'mesh', { istio });
    const addCluster = (name: string, address: string, retire?: RetirementStep) => mesh.addCluster(
      name,
      { ingressGateway: GatewayAddress.of(address), retire },
    );
    const staying = addCluster('a', '203.0.113.1');
    const retiring = addCluster('b', '203.0.113.2', RetirementStep.CONSUMERS);
    staying.importService(retiring.exportService('catalog', SERVICE), { namespace: 'a' });
    staying.exportService('catalog', SERVICE);
    const problems = [...new Set(problemsBelow(App.of(mesh)))];
    expect(problems).toEqual([expect.stringMatching(/MESH038 import of catalog\.shop\.global into a\/a.*got "b, which retires"/)]);
  });
});

describe('a consumer in another repository', () => {
  test('is no problem at step CONSUMERS, and is named at step SERVICES, which would cut it', () => {
    const consumers = [consumerOfAlone()];
    const synthAt = (step: RetirementStep) => () => {
      const { cluster1 } = retiringMesh({ cluster3: step, importOfAlone: true }, { consumers });
      return objectNames(cluster1);
    };
    expect(synthAt(RetirementStep.CONSUMERS)).not.toThrow();
    expect(synthAt(RetirementStep.SERVICES)).toThrow(/MESH038.*alone\.shop\.global by our-team \(our-team\).*cluster3 to export it/);
  });

  test('of another mesh does not stop a retirement', () => {
    const retiring = { cluster3: RetirementStep.SERVICES, importOfAlone: true };
    const { cluster1 } = retiringMesh(retiring, { consumers: [consumerOfAlone()], meshId: 'another' });
    expect(() => objectNames(cluster1)).not.toThrow();
  });

  test('publishes what it imports, and nothing else', () => {
    expect(JSON.parse(consumerOfAlone().toText())).toEqual({
      schemaVersion: 1,
      meshId: 'our-team',
      services: [],
      imports: [{ host: 'alone.shop.global', meshId: 'mesh1', exporters: ['cluster3'], importedBy: 'our-team' }],
    });
  });

  test('that imports from a repository with the same mesh name does not concern the other repositories', () => {
    const exportFrom = (mesh: Mesh, cluster: string, service: string): ExportedService => mesh
      .addCluster(cluster, { ingressGateway: GatewayAddress.of('203.0.113.9') })
      .exportService(service, SERVICE);
    const exporting = new Mesh(new App(), 'theirs', { istio });
    exportFrom(exporting, 'cluster9', 'stock');
    const importing = new Mesh(new App(), 'third', { istio });
    const stock = published(exporting.catalog()).service('stock', { namespace: 'shop' });
    importing.addCluster('cluster5').importService(stock, { namespace: 'a' });

    const consumers = [published(importing.catalog())];
    const unconcerned = new Mesh(new App(), 'asked', { istio, consumers });
    exportFrom(unconcerned, 'cluster1', 'cart');
    expect(problemsBelow(unconcerned)).toEqual([]);
  });
});

test('the catalog of the mesh itself is refused as a consumer, since it lists no imports of others', () => {
  const ownCatalog = published(retiringMesh().mesh.catalog());
  const { mesh } = retiringMesh({}, { consumers: [ownCatalog] });
  expect(mesh.node.validate().join()).toMatch(/MESH038 consumers of mesh1: the catalog of this mesh itself/);
});
