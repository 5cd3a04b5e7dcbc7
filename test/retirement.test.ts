import { mkdtempSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, Chart, Testing } from 'cdk8s';
import {
  ClusterDns, EgressGateway, GatewayAddress, ImportPath, IstioRelease, Mesh, MeshCluster, MeshProps, RemoteServiceEntry, RetirementStep,
  ServiceCatalog, ServicePort,
} from '../src';

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
    ingressGateway: GatewayAddress.of(`203.0.113.${n}`), egressGateway: EgressGateway.service(), strictMtls: true, retire, dns: ClusterDns.coreDnsCustom({ resolvers: ['10.96.0.53'] }),
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
const endpoints = (cluster: MeshCluster, name: string) => Testing.synth(cluster).find(({ kind, metadata }) => kind === 'ServiceEntry' && metadata.name === name && metadata.namespace === 'a')
  ?.spec.endpoints.map(({ address }: any) => address);

test('consumers go first: nobody is told of a cluster that retires, and it still answers', () => {
  const { mesh: made, clusters } = mesh({ cluster3: RetirementStep.CONSUMERS, importOfAlone: true });
  expect(endpoints(clusters[0], 'catalog-shop')).toEqual(['203.0.113.2']);
  expect(names(clusters[2])).toEqual(expect.arrayContaining(['Gateway mesh-catalog-shop', 'Gateway mesh-alone-shop', 'ServiceEntry catalog-shop']));
  expect(JSON.parse(made.catalog().toText()).services.map((service: any) => [service.host, service.exporters.map(({ cluster }: any) => cluster)])).toEqual([['catalog.shop.global', ['cluster2']]]);
});

test('then services, DNS, the control plane: each step takes its part and leaves the others', () => {
  const left = (step: RetirementStep) => names(mesh({ cluster3: step, importOfAlone: true }).clusters[2]);
  expect(left(RetirementStep.SERVICES)).toEqual(['ConfigMap coredns-custom', 'PeerAuthentication default']);
  expect(left(RetirementStep.DNS)).toEqual(['PeerAuthentication default']);
  expect(left(RetirementStep.CONTROL_PLANE)).toEqual([]);
  expect(left(RetirementStep.CA)).toEqual([]);
});

test('an import that retires loses its entry first, and the rules that protect its traffic with the next commit', () => {
  const { clusters } = mesh({ importOfAlone: true });
  expect(names(clusters[0]).filter(name => /alone-shop$/.test(name)).map(name => name.split(' ')[0])).toEqual(expect.arrayContaining(['DestinationRule', 'VirtualService']));
  expect(endpoints(clusters[0], 'alone-shop')).toBeUndefined();
  expect(clusters[0].imports.map(({ host }) => host)).toEqual(['catalog.shop.global']);
});

test('an import whose exporters all retire is named: it would be cut', () => {
  expect(() => names(mesh({ cluster3: RetirementStep.CONSUMERS }).clusters[0])).toThrow(/MESH038.*alone\.shop\.global into cluster1\/a.*would cut it/);
  expect(() => names(mesh({ cluster3: RetirementStep.CONSUMERS, importOfAlone: true, exportOf2: true }).clusters[0])).toThrow(/MESH038.*catalog\.shop\.global into cluster1\/a/);
});

test('an export that retires is left out by importers as long as another answers', () => {
  const { clusters } = mesh({ exportOf2: true }, {});
  expect(() => names(clusters[2])).toThrow(/MESH038.*catalog\.shop\.global into cluster3\/b|MESH014/);
});

/** What a team that imports from the mesh in its own repository publishes. */
function consumer(service: string): ServiceCatalog {
  const folder = mkdtempSync(join(tmpdir(), 'consumer-'));
  const [theirs, ours] = ['mesh-catalog.json', 'imports.json'].map(file => join(folder, file));
  writeFileSync(theirs, mesh().mesh.catalog().toText());
  const chart = new Chart(new App(), 'our-team');
  new RemoteServiceEntry(chart, 'entry', { istio, namespace: 'our-team', service: ServiceCatalog.fromFile(theirs).service(service, { namespace: 'shop' }) });
  writeFileSync(ours, ServiceCatalog.ofImports('our-team', chart).toText());
  return ServiceCatalog.fromFile(ours);
}

test('a consumer in another repository may follow at leisure, and is named by the step that would cut it', () => {
  const consumers = [consumer('alone')];
  const step = (cluster3: RetirementStep) => () => names(mesh({ cluster3, importOfAlone: true }, { consumers }).clusters[0]);
  expect(step(RetirementStep.CONSUMERS)).not.toThrow();
  expect(step(RetirementStep.SERVICES)).toThrow(/MESH038.*alone\.shop\.global by our-team \(our-team\).*cluster3 to export it/);
});

test('a consumer of another mesh is none of ours', () => {
  const consumers = [consumer('alone')];
  expect(() => names(mesh({ cluster3: RetirementStep.SERVICES, importOfAlone: true }, { consumers, meshId: 'another' }).clusters[0])).not.toThrow();
});

test('what a team imports is all that its catalog tells', () => {
  expect(JSON.parse(consumer('alone').toText())).toEqual({
    schemaVersion: 1, meshId: 'our-team', services: [], imports: [{ host: 'alone.shop.global', meshId: 'mesh1', exporters: ['cluster3'], importedBy: 'our-team' }],
  });
});
