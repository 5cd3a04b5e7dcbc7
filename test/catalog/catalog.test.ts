import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, Chart, Testing } from 'cdk8s';
import { GatewayAddress, IstioRelease, Mesh, RemoteServiceEntry, ServiceCatalog, ServicePort, ServiceVersion, VipRange } from '../../src';
import { everyForm } from '../every-form';

const folder = mkdtempSync(join(tmpdir(), 'catalog-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function saved(text: string): string {
  const file = join(folder, 'mesh-catalog.json');
  writeFileSync(file, text);
  return file;
}

/** The catalog of a mesh whose cluster2 exports httpbin with these ports. */
function catalogOf(ports: number[], istio = IstioRelease.V1_31): ServiceCatalog {
  const mesh = new Mesh(new App(), 'mesh', { istio });
  const cluster2 = mesh.addCluster('cluster2', { ingressGateway: GatewayAddress.of('203.0.113.20') });
  if (ports.length > 0) {
    cluster2.exportService('httpbin', {
      namespace: 'bar',
      serviceAccount: 'web',
      versions: [ServiceVersion.of('v1')],
      ports: ports.map(
        port => ServicePort.http(`http-${port}`, port),
      ),
    });
  }
  return ServiceCatalog.fromFile(saved(mesh.catalog().toText()));
}

describe('a catalog', () => {
  test('says what an importer needs, and nothing that is not public', () => {
    expect(JSON.parse(catalogOf([8000]).toText())).toEqual({
      schemaVersion: 1,
      meshId: 'mesh1',
      suffix: 'global',
      istio: '1.31',
      services: [{
        name: 'httpbin',
        namespace: 'bar',
        host: 'httpbin.bar.global',
        clusterDomain: 'cluster.local',
        addresses: VipRange.ipv4().addressesOf('httpbin.bar.global'),
        ports: [{ name: 'http-8000', port: 8000, protocol: 'http', sni: 'outbound_.8000_._.httpbin.bar.svc.cluster.local' }],
        exporters: [{
          cluster: 'cluster2',
          gateways: [
            { address: '203.0.113.20', port: 15443 },
          ],
          trustDomain: 'cluster.local',
          serviceAccount: 'web',
          versions: ['v1'],
        }],
      }],
    });
  });

  test('renders an import in another repository as the mesh itself would', () => {
    const mesh = everyForm(new App());
    const catalog = ServiceCatalog.fromFile(saved(mesh.catalog().toText()));
    const inMesh = mesh.cluster('east').imports.filter(imported => imported.namespace === 'foo');
    const specs = inMesh.map(imported => {
      const service = catalog.service(imported.service.name, { namespace: imported.service.namespace });
      const entry = new RemoteServiceEntry(
        new Chart(new App(), 'elsewhere'),
        'entry',
        { istio: IstioRelease.V1_31, service, namespace: 'foo' },
      );
      return [entry.serviceEntry.toJson().spec, imported.serviceEntry!.toJson().spec];
    });
    expect(specs.length).toBeGreaterThan(4);
    specs.forEach(([elsewhere, here]) => expect(elsewhere).toEqual(here));
  });

  test('breaks an import when its export is gone', () => {
    expect(() => catalogOf([]).service('httpbin', { namespace: 'bar' })).toThrow(/MESH019 .*httpbin\.bar is not exported/);
    expect(() => catalogOf([8000]).service('httpbin', { namespace: 'foo' })).toThrow(/MESH019 .*expected httpbin\.bar/);
  });

  test('breaks an import when its port has moved', () => {
    expect(catalogOf([8000]).service('httpbin', { namespace: 'bar', ports: [8000] }).host).toBe('httpbin.bar.global');
    expect(
      () => catalogOf([8080]).service('httpbin', { namespace: 'bar', ports: [8000] }),
    ).toThrow(/MESH019 .*no longer has a port that you call: got \[8000\], expected 8080/);
  });

  test('of the guide\'s generation is refused by an importer of today', () => {
    const service = catalogOf([8000], IstioRelease.V1_5).service('httpbin', { namespace: 'bar' });
    expect(
      () => new RemoteServiceEntry(new Chart(new App(), 'c'), 'e', { istio: IstioRelease.V1_31, service, namespace: 'foo' }),
    ).toThrow(/MESH008/);
  });

  test('of a release that this package does not know yet can be read', () => {
    const text = catalogOf([8000]).toText().replace('"istio": "1.31"', '"istio": "1.99"');
    expect(ServiceCatalog.fromFile(saved(text)).service('httpbin', { namespace: 'bar' }).istio).toBeUndefined();
  });

  test('carries the name of its mesh', () => {
    expect(catalogOf([8000]).meshId).toBe('mesh1');
  });

  test.each([
    ['is no JSON', () => saved('{'), /cannot be read/], ['is not there', () => join(folder, 'none.json'), /cannot be read: got "ENOENT/],
    ['is something else', () => saved('[]'), /no catalog that this version reads/], [
      'is of a newer schema',
      () => saved('{"schemaVersion": 2, "services": []}'),
      /got 2/,
    ],
    [
      'has a service without ports',
      () => saved('{"schemaVersion": 1, "services": [{"name": "a", "namespace": "b", "exporters": []}]}'),
      /says something invalid/,
    ],
    [
      'has a host that would reach YAML as something else',
      () => saved(catalogOf([8000]).toText().replace('"httpbin"', '"a: b\\n"')),
      /says something invalid.*MESH001/,
    ],
  ])('that %s is told so', (_, file, message) => {
    expect(() => ServiceCatalog.fromFile(file())).toThrow(message);
    expect(() => ServiceCatalog.fromFile(file())).toThrow(/^MESH018 /);
  });

  test('leaves the checks of a mesh in place: two hosts on one VIP are refused in any chart', () => {
    const chart = new Chart(new App(), 'mine');
    const service = catalogOf([8000]).service('httpbin', { namespace: 'bar' });
    new RemoteServiceEntry(chart, 'a', { istio: IstioRelease.V1_31, service, namespace: 'foo' });
    new RemoteServiceEntry(
      chart,
      'b',
      { istio: IstioRelease.V1_31, service: { ...service, host: 'other.bar.global', name: 'other' }, namespace: 'foo' },
    );
    expect(() => Testing.synth(chart)).toThrow(/MESH010/);
  });
});
