import { mkdtempSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, Chart, Testing } from 'cdk8s';
import {
  Cleanup, ClusterDns, EgressGateway, GatewayAddress, ImportPath, IstioRelease, Mesh, MeshCluster, MeshProps, RemoteServiceEntry,
  RetirementStep, Routing, ServiceCatalog, ServicePort, ServiceVersion,
} from '../../src';

const istio = IstioRelease.V1_31;
const SERVICE = { namespace: 'shop', ports: [ServicePort.http('http', 8000)] };

interface Retiring {
  readonly cluster3?: RetirementStep;
  readonly exportOf2?: boolean;
  readonly importOfAlone?: boolean;
}

/** cluster1 imports catalog, of cluster2 and cluster3, and alone, of cluster3. */
function mesh(retiring: Retiring = {}, props: Partial<MeshProps> = {}): { readonly mesh: Mesh; readonly clusters: MeshCluster[] } {
  const { cluster3: step, exportOf2, importOfAlone } = retiring;
  const made = new Mesh(new App(), 'mesh', { istio, ...props });
  const add = (n: number, retire?: RetirementStep) => made.addCluster(`cluster${n}`, {
    ingressGateway: GatewayAddress.of(`203.0.113.${n}`),
    egressGateway: EgressGateway.service(),
    strictMtls: true,
    retire,
    dns: ClusterDns.coreDnsCustom({ resolvers: ['10.96.0.53'] }),
  });
  const clusters = [add(1), add(2), add(3, step)];
  const catalog = clusters[1].exportService('catalog', { ...SERVICE, retire: exportOf2 });
  clusters[2].exportService('catalog', SERVICE);
  const alone = clusters[2].exportService('alone', SERVICE);
  clusters[0].importService(catalog, { namespace: 'a' });
  clusters[0].importService(alone, { namespace: 'a', via: ImportPath.egressGateway(), retire: importOfAlone });
  clusters[2].importService(catalog, { namespace: 'b' });
  return { mesh: made, clusters };
}

const names = (chart: Chart) => Testing.synth(chart).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
const endpoints = (cluster: MeshCluster, name: string) => Testing.synth(cluster).find(
  ({ kind, metadata }) => kind === 'ServiceEntry' && metadata.name === name && metadata.namespace === 'a',
)
  ?.spec.endpoints.map(({ address }: any) => address);

test('step CONSUMERS: importers leave out the cluster that retires, and its exports still answer', () => {
  const { mesh: made, clusters } = mesh({ cluster3: RetirementStep.CONSUMERS, importOfAlone: true });
  expect(endpoints(clusters[0], 'catalog-shop')).toEqual(['203.0.113.2']);
  expect(names(clusters[2])).toEqual(
    expect.arrayContaining(['Gateway mesh-catalog-shop', 'Gateway mesh-alone-shop', 'ServiceEntry catalog-shop']),
  );
  expect(
    JSON.parse(made.catalog().toText()).services.map(
      (service: any) => [service.host, service.exporters.map(({ cluster }: any) => cluster)],
    ),
  ).toEqual([['catalog.shop.global', ['cluster2']]]);
});

test('steps SERVICES, DNS and CONTROL_PLANE each remove their own objects and no others', () => {
  const left = (step: RetirementStep) => names(mesh({ cluster3: step, importOfAlone: true }).clusters[2]);
  expect(left(RetirementStep.SERVICES)).toEqual(['ConfigMap coredns-custom', 'PeerAuthentication default']);
  expect(left(RetirementStep.DNS)).toEqual(['ConfigMap coredns-custom', 'PeerAuthentication default']);
  expect(left(RetirementStep.CONTROL_PLANE)).toEqual(['ConfigMap coredns-custom']);
  expect(left(RetirementStep.CA)).toEqual(['ConfigMap coredns-custom']);
});

test('step DNS withdraws the zone from shared ConfigMaps, and the resolver is removed one step later', () => {
  const corefile = '.:53 {\n    forward . /etc/resolv.conf\n}\n';
  const at = (retire?: RetirementStep) => {
    const cluster = new Mesh(new App(), 'mesh', { istio }).addCluster(
      'a',
      { retire, globalDns: { clusterIp: '10.96.0.53' }, dns: ClusterDns.coreDns({ corefile }) },
    );
    const objects = Testing.synth(cluster);
    return [objects.find(({ metadata }) => metadata.name === 'coredns').data.Corefile, objects.some(({ kind }) => kind === 'Deployment')];
  };
  expect(at(RetirementStep.SERVICES)).toEqual([expect.stringContaining('global:53'), true]);
  expect(at(RetirementStep.DNS)).toEqual([corefile, true]);
  expect(at(RetirementStep.CONTROL_PLANE)).toEqual([corefile, false]);
});

test('the catalog of the mesh itself names no consumers and stops no retirement', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'own-')), 'mesh-catalog.json');
  writeFileSync(file, mesh().mesh.catalog().toText());
  expect(
    mesh({}, { consumers: [ServiceCatalog.fromFile(file)] }).mesh.node.validate().join(),
  ).toMatch(/MESH038 consumers of mesh1: the catalog of this mesh itself/);
});

test('a clean-up removes the objects that the cluster had before it retired', () => {
  const plan = (retire?: RetirementStep) => {
    const { clusters } = mesh({ cluster3: retire, importOfAlone: true });
    return new Cleanup(
      new Chart(App.of(clusters[2]), 'clean-up'),
      'cleanup',
      { chart: clusters[2] },
    ).script.split('\n').filter(line => /^(remove|put_back|remove_key) '/.test(line));
  };
  expect(plan(RetirementStep.CA)).toEqual(plan());
  const { clusters: [caller] } = mesh({ importOfAlone: true });
  const { script } = new Cleanup(new Chart(App.of(caller), 'clean-up'), 'cleanup', { chart: caller });
  expect(script).toContain("remove '/apis/networking.istio.io/v1' 'serviceentries.networking.istio.io' 'a' 'alone-shop' 'catalog-shop'");
});

test('two repositories that declare clusters of one mesh are each checked for their own clusters', () => {
  const [theirs, ours] = ['theirs', 'ours'].map(name => new Mesh(new App(), name, { istio }));
  const exported = (made: Mesh, cluster: string, service: string) => made.addCluster(
    cluster,
    { ingressGateway: GatewayAddress.of('203.0.113.9') },
  ).exportService(service, SERVICE);
  exported(ours, 'cluster1', 'cart');
  exported(theirs, 'cluster9', 'stock');
  const folder = mkdtempSync(join(tmpdir(), 'third-'));
  writeFileSync(join(folder, 'theirs.json'), theirs.catalog().toText());
  const third = new Mesh(new App(), 'third', { istio });
  third.addCluster('cluster5').importService(
    ServiceCatalog.fromFile(join(folder, 'theirs.json')).service('stock', { namespace: 'shop' }),
    { namespace: 'a' },
  );
  writeFileSync(join(folder, 'third.json'), third.catalog().toText());
  const asked = new Mesh(new App(), 'asked', { istio, consumers: [ServiceCatalog.fromFile(join(folder, 'third.json'))] });
  exported(asked, 'cluster1', 'cart');
  expect(asked.node.findAll().flatMap(node => node.node.validate())).toEqual([]);
});

test('an importer that also exports the service is reported when the last other exporter retires', () => {
  const made = new Mesh(new App(), 'mesh', { istio });
  const [stays, goes] = ['a', 'b'].map(
    (name, i) => made.addCluster(
      name,
      { ingressGateway: GatewayAddress.of(`203.0.113.${i + 1}`), retire: name === 'b' ? RetirementStep.CONSUMERS : undefined },
    ),
  );
  stays.importService(goes.exportService('catalog', SERVICE), { namespace: 'a' });
  stays.exportService('catalog', SERVICE);
  const told = [...new Set(made.node.root.node.findAll().flatMap(node => node.node.validate()))];
  expect(told).toEqual([expect.stringMatching(/MESH038 import of catalog\.shop\.global into a\/a.*got "b, which retires"/)]);
});

test.each<[string, () => unknown]>([
  ['a step', () => mesh({ cluster3: 'consumer' as RetirementStep })],
  ['true for a cluster', () => mesh({ cluster3: true as any })],
  ['a word for an export', () => mesh({ exportOf2: 'yes' as any })],
  ['a word for an import', () => mesh({ importOfAlone: 'yes' as any })],
])('%s that is none is refused, not passed over', (_, declare) => {
  expect(declare).toThrow(expect.objectContaining({ code: 'MESH038' }));
});

test('a version whose last exporter retires is reported', () => {
  const made = new Mesh(new App(), 'mesh', { istio });
  const [caller, stays, goes] = ['a', 'b', 'c'].map(
    (name, i) => made.addCluster(
      name,
      { ingressGateway: GatewayAddress.of(`203.0.113.${i + 1}`), retire: name === 'c' ? RetirementStep.CONSUMERS : undefined },
    ),
  );
  const versions = (...list: string[]) => ({ ...SERVICE, versions: list.map(name => ServiceVersion.of(name)) });
  goes.exportService('catalog', versions('v1', 'v2'));
  caller.importService(stays.exportService('catalog', versions('v2')), { namespace: 'a', routing: Routing.weights({ v1: 50, v2: 50 }) });
  expect(caller.node.findAll().flatMap(node => node.node.validate()).join()).toMatch(/MESH012.*a version that only c has/);
});

test('an import that retires loses its ServiceEntry first, and its rules with the next commit', () => {
  const { clusters } = mesh({ importOfAlone: true });
  expect(
    names(clusters[0]).filter(name => /alone-shop$/.test(name)).map(name => name.split(' ')[0]),
  ).toEqual(expect.arrayContaining(['DestinationRule', 'VirtualService']));
  expect(endpoints(clusters[0], 'alone-shop')).toBeUndefined();
  expect(clusters[0].imports.map(({ host }) => host)).toEqual(['catalog.shop.global']);
});

test('an import whose exporters all retire is reported', () => {
  expect(
    () => names(mesh({ cluster3: RetirementStep.CONSUMERS }).clusters[0]),
  ).toThrow(/MESH038.*alone\.shop\.global into cluster1\/a.*would cut it/);
  expect(
    () => names(mesh({ cluster3: RetirementStep.CONSUMERS, importOfAlone: true, exportOf2: true }).clusters[0]),
  ).toThrow(/MESH038.*catalog\.shop\.global into cluster1\/a/);
});

test('importers leave out an export that retires while another cluster exports the service', () => {
  const { clusters } = mesh({ exportOf2: true }, {});
  expect(() => names(clusters[2])).toThrow(/MESH038.*catalog\.shop\.global into cluster3\/b/);
});

/** What a team that imports from the mesh in its own repository publishes. */
function consumer(service: string): ServiceCatalog {
  const folder = mkdtempSync(join(tmpdir(), 'consumer-'));
  const [theirs, ours] = ['mesh-catalog.json', 'imports.json'].map(file => join(folder, file));
  writeFileSync(theirs, mesh().mesh.catalog().toText());
  const chart = new Chart(new App(), 'our-team');
  new RemoteServiceEntry(
    chart,
    'entry',
    { istio, namespace: 'our-team', service: ServiceCatalog.fromFile(theirs).service(service, { namespace: 'shop' }) },
  );
  writeFileSync(ours, ServiceCatalog.ofImports('our-team', chart).toText());
  return ServiceCatalog.fromFile(ours);
}

test('a consumer in another repository is reported only by the step that would cut it', () => {
  const consumers = [consumer('alone')];
  const step = (cluster3: RetirementStep) => () => names(mesh({ cluster3, importOfAlone: true }, { consumers }).clusters[0]);
  expect(step(RetirementStep.CONSUMERS)).not.toThrow();
  expect(step(RetirementStep.SERVICES)).toThrow(/MESH038.*alone\.shop\.global by our-team \(our-team\).*cluster3 to export it/);
});

test('a consumer of another mesh is not reported', () => {
  const consumers = [consumer('alone')];
  expect(
    () => names(mesh({ cluster3: RetirementStep.SERVICES, importOfAlone: true }, { consumers, meshId: 'another' }).clusters[0]),
  ).not.toThrow();
});

test('the catalog of a team that exports nothing lists its imports alone', () => {
  expect(JSON.parse(consumer('alone').toText())).toEqual({
    schemaVersion: 1,
    meshId: 'our-team',
    services: [],
    imports: [
      { host: 'alone.shop.global', meshId: 'mesh1', exporters: ['cluster3'], importedBy: 'our-team' },
    ],
  });
});
