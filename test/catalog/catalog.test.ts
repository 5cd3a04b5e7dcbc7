import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, Chart, Testing } from 'cdk8s';
import { GatewayAddress, IstioRelease, Mesh, RemoteServiceEntry, ServiceCatalog, ServicePort, ServiceVersion, VipRange } from '../../src';
import { everyForm } from '../every-form';

const folder = mkdtempSync(join(tmpdir(), 'catalog-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const istio = IstioRelease.V1_31;

function fileWith(text: string): string {
  const file = join(folder, 'mesh-catalog.json');
  writeFileSync(file, text);
  return file;
}

/** The catalog of a mesh whose cluster2 exports httpbin with these ports; without ports it exports no service. */
function catalogOf(ports: number[], release = istio): ServiceCatalog {
  const mesh = new Mesh(new App(), 'mesh', { istio: release });
  const cluster2 = mesh.addCluster('cluster2', { ingressGateway: GatewayAddress.of('203.0.113.20') });
  if (ports.length > 0) {
    cluster2.exportService('httpbin', {
      namespace: 'bar',
      serviceAccount: 'web',
      versions: [ServiceVersion.of('v1')],
      ports: ports.map(port => ServicePort.http(`http-${port}`, port)),
    });
  }
  return ServiceCatalog.fromFile(fileWith(mesh.catalog().toText()));
}

interface InvalidFile {
  readonly name: string;
  /** Writes the file and returns its path. */
  readonly file: () => string;
  readonly message: RegExp;
}

const INVALID_FILES: InvalidFile[] = [
  { name: 'a file that is not JSON', file: () => fileWith('{'), message: /cannot be read/ },
  { name: 'a missing file', file: () => join(folder, 'none.json'), message: /cannot be read: got "ENOENT/ },
  { name: 'a file with other content', file: () => fileWith('[]'), message: /no catalog that this version reads/ },
  { name: 'a file of a newer schema', file: () => fileWith('{"schemaVersion": 2, "services": []}'), message: /got 2/ },
  {
    name: 'a file with a service without ports',
    file: () => fileWith('{"schemaVersion": 1, "services": [{"name": "a", "namespace": "b", "exporters": []}]}'),
    message: /says something invalid/,
  },
  {
    name: 'a file with a host that would change the meaning of the written YAML',
    file: () => fileWith(catalogOf([8000]).toText().replace('"httpbin"', '"a: b\\n"')),
    message: /says something invalid.*MESH001/,
  },
];

describe('a catalog', () => {
  test('holds what an importer needs, and nothing that is not public', () => {
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
          gateways: [{ address: '203.0.113.20', port: 15443 }],
          trustDomain: 'cluster.local',
          serviceAccount: 'web',
          versions: ['v1'],
        }],
      }],
    });
  });

  test('gives an import in another repository the same manifest as an import in the mesh', () => {
    const mesh = everyForm(new App());
    const catalog = ServiceCatalog.fromFile(fileWith(mesh.catalog().toText()));
    const imports = mesh.cluster('east').imports.filter(({ namespace }) => namespace === 'foo');
    expect(imports.length).toBeGreaterThan(4);
    for (const imported of imports) {
      const service = catalog.service(imported.service.name, { namespace: imported.service.namespace });
      const entry = new RemoteServiceEntry(new Chart(new App(), 'elsewhere'), 'entry', { istio, service, namespace: 'foo' });
      expect(entry.serviceEntry.toJson().spec).toEqual(imported.serviceEntry!.toJson().spec);
    }
  });

  test('refuses to describe a service that is no longer exported', () => {
    expect(() => catalogOf([]).service('httpbin', { namespace: 'bar' })).toThrow(/MESH019 .*httpbin\.bar is not exported/);
    expect(() => catalogOf([8000]).service('httpbin', { namespace: 'foo' })).toThrow(/MESH019 .*expected httpbin\.bar/);
  });

  test('refuses to describe a service that no longer has a port of its importer', () => {
    expect(catalogOf([8000]).service('httpbin', { namespace: 'bar', ports: [8000] }).host).toBe('httpbin.bar.global');
    expect(
      () => catalogOf([8080]).service('httpbin', { namespace: 'bar', ports: [8000] }),
    ).toThrow(/MESH019 .*no longer has a port that you call: got \[8000\], expected 8080/);
  });

  test('of Istio 1.5 cannot be imported on 1.31', () => {
    const service = catalogOf([8000], IstioRelease.V1_5).service('httpbin', { namespace: 'bar' });
    expect(() => new RemoteServiceEntry(new Chart(new App(), 'c'), 'e', { istio, service, namespace: 'foo' })).toThrow(/MESH008/);
  });

  test('of a release that this package does not know can be read', () => {
    const text = catalogOf([8000]).toText().replace('"istio": "1.31"', '"istio": "1.99"');
    expect(ServiceCatalog.fromFile(fileWith(text)).service('httpbin', { namespace: 'bar' }).istio).toBeUndefined();
  });

  test('holds the name of its mesh', () => {
    expect(catalogOf([8000]).meshId).toBe('mesh1');
  });

  test.each(INVALID_FILES)('is refused from $name', ({ file, message }) => {
    const path = file();
    expect(() => ServiceCatalog.fromFile(path)).toThrow(message);
    expect(() => ServiceCatalog.fromFile(path)).toThrow(/^MESH018 /);
  });

  test('leads to the same checks as in a mesh: two hosts on one VIP are refused in any chart', () => {
    const chart = new Chart(new App(), 'mine');
    const service = catalogOf([8000]).service('httpbin', { namespace: 'bar' });
    const otherHost = { ...service, host: 'other.bar.global', name: 'other' };
    new RemoteServiceEntry(chart, 'a', { istio, service, namespace: 'foo' });
    new RemoteServiceEntry(chart, 'b', { istio, service: otherHost, namespace: 'foo' });
    expect(() => Testing.synth(chart)).toThrow(/MESH010/);
  });
});
