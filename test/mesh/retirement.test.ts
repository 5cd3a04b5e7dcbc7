import { App, Chart, Testing } from 'cdk8s';
import { endpointAddresses, objectNames, problemsBelow, retiringMesh, SERVICE } from './retiring-mesh';
import {
  Cleanup, ClusterDns, GatewayAddress, IstioRelease, Mesh, RetirementStep, Routing, ServiceVersion,
} from '../../src';

const istio = IstioRelease.V1_31;

interface CatalogService {
  readonly host: string;
  readonly exporters: Array<{ readonly cluster: string }>;
}

test('at step CONSUMERS imports and the catalog omit the cluster, and its gateway still answers', () => {
  const { mesh, cluster1, cluster3 } = retiringMesh({ cluster3: RetirementStep.CONSUMERS, importOfAlone: true });
  expect(endpointAddresses(cluster1, 'catalog-shop')).toEqual(['203.0.113.2']);
  const expected = ['Gateway mesh-catalog-shop', 'Gateway mesh-alone-shop', 'ServiceEntry catalog-shop'];
  expect(objectNames(cluster3)).toEqual(expect.arrayContaining(expected));
  const { services } = JSON.parse(mesh.catalog().toText()) as { services: CatalogService[] };
  expect(services.map(({ host, exporters }) => ({ host, exporters: exporters.map(({ cluster }) => cluster) })))
    .toEqual([{ host: 'catalog.shop.global', exporters: ['cluster2'] }]);
});

test('the steps SERVICES, DNS, CONTROL_PLANE and CA each remove their own objects and no others', () => {
  const objectsAt = (step: RetirementStep) => objectNames(retiringMesh({ cluster3: step, importOfAlone: true }).cluster3);
  expect(objectsAt(RetirementStep.SERVICES)).toEqual(['ConfigMap coredns-custom', 'PeerAuthentication default']);
  expect(objectsAt(RetirementStep.DNS)).toEqual(['ConfigMap coredns-custom', 'PeerAuthentication default']);
  expect(objectsAt(RetirementStep.CONTROL_PLANE)).toEqual(['ConfigMap coredns-custom']);
  expect(objectsAt(RetirementStep.CA)).toEqual(['ConfigMap coredns-custom']);
});

test('step DNS withdraws the zone from the shared Corefile, and step CONTROL_PLANE removes the resolver of the mesh', () => {
  const corefile = '.:53 {\n    forward . /etc/resolv.conf\n}\n';
  const dnsAt = (retire: RetirementStep) => {
    const options = { retire, globalDns: { clusterIp: '10.96.0.53' }, dns: ClusterDns.coreDns({ corefile }) };
    const objects = Testing.synth(new Mesh(new App(), 'mesh', { istio }).addCluster('a', options));
    const hasResolver = objects.some(({ kind }) => kind === 'Deployment');
    return { corefile: objects.find(({ metadata }) => metadata.name === 'coredns').data.Corefile, hasResolver };
  };
  expect(dnsAt(RetirementStep.SERVICES)).toEqual({ corefile: expect.stringContaining('global:53'), hasResolver: true });
  expect(dnsAt(RetirementStep.DNS)).toEqual({ corefile, hasResolver: true });
  expect(dnsAt(RetirementStep.CONTROL_PLANE)).toEqual({ corefile, hasResolver: false });
});

test('the clean-up of a retired cluster removes what the cluster had before it retired', () => {
  const planOf = (retire?: RetirementStep) => {
    const { cluster3 } = retiringMesh({ cluster3: retire, importOfAlone: true });
    const { script } = new Cleanup(new Chart(App.of(cluster3), 'clean-up'), 'cleanup', { chart: cluster3 });
    return script.split('\n').filter(line => /^(remove|put_back|remove_key) '/.test(line));
  };
  expect(planOf(RetirementStep.CA)).toEqual(planOf());
});

test('the clean-up of a cluster removes its retired imports too', () => {
  const { cluster1 } = retiringMesh({ importOfAlone: true });
  const { script } = new Cleanup(new Chart(App.of(cluster1), 'clean-up'), 'cleanup', { chart: cluster1 });
  expect(script).toContain("remove '/apis/networking.istio.io/v1' 'serviceentries.networking.istio.io' 'a' 'alone-shop' 'catalog-shop'");
});

test('an import that retires loses its entry, and keeps the rules that protect its traffic', () => {
  const { cluster1 } = retiringMesh({ importOfAlone: true });
  const kinds = objectNames(cluster1).filter(name => name.endsWith('alone-shop')).map(name => name.split(' ')[0]);
  expect(kinds).toEqual(expect.arrayContaining(['DestinationRule', 'VirtualService']));
  expect(endpointAddresses(cluster1, 'alone-shop')).toBeUndefined();
  expect(cluster1.imports.map(({ host }) => host)).toEqual(['catalog.shop.global']);
});

interface InvalidRetirement {
  readonly name: string;
  readonly declare: () => unknown;
}

const INVALID_RETIREMENTS: InvalidRetirement[] = [
  { name: 'an unknown step of a cluster', declare: () => retiringMesh({ cluster3: 'consumer' as RetirementStep }) },
  { name: 'true for a cluster', declare: () => retiringMesh({ cluster3: true as any }) },
  { name: 'a string for an export', declare: () => retiringMesh({ exportOfCluster2: 'yes' as any }) },
  { name: 'a string for an import', declare: () => retiringMesh({ importOfAlone: 'yes' as any }) },
];

test.each(INVALID_RETIREMENTS)('$name as `retire` is refused', ({ declare }) => {
  expect(declare).toThrow(expect.objectContaining({ code: 'MESH038' }));
});

test('a route to a version whose only exporter retires is a problem that names the exporter', () => {
  const mesh = new Mesh(new App(), 'mesh', { istio });
  const [caller, staying, retiring] = ['a', 'b', 'c'].map((name, i) => mesh.addCluster(name, {
    ingressGateway: GatewayAddress.of(`203.0.113.${i + 1}`),
    retire: name === 'c' ? RetirementStep.CONSUMERS : undefined,
  }));
  const withVersions = (...versions: string[]) => ({ ...SERVICE, versions: versions.map(name => ServiceVersion.of(name)) });
  retiring.exportService('catalog', withVersions('v1', 'v2'));
  const catalog = staying.exportService('catalog', withVersions('v2'));
  caller.importService(catalog, { namespace: 'a', routing: Routing.weights({ v1: 50, v2: 50 }) });
  expect(problemsBelow(caller).join()).toMatch(/MESH012.*a version that only c has/);
});
