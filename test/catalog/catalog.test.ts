import { truncateSync, writeFileSync } from 'fs';
import { join } from 'path';
import { App, Chart, Testing } from 'cdk8s';
import {
  GatewayAddress, ImportName, IstioRelease, Mesh, RemoteServiceEntry, ServiceCatalog, ServicePort, ServiceVersion, VipRange,
} from '../../src';
import { everyForm } from '../every-form';
import { temporaryFolder } from '../temporary-folder';

const folder = temporaryFolder('catalog');

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
  test('holds the facts that an importer needs, and no others', () => {
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

  test('leads to the same import in another repository as in the mesh itself', () => {
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

  test('refuses an import of a service that it no longer has', () => {
    expect(() => catalogOf([]).service('httpbin', { namespace: 'bar' })).toThrow(/MESH019 .*httpbin\.bar is not exported/);
    expect(() => catalogOf([8000]).service('httpbin', { namespace: 'foo' })).toThrow(/MESH019 .*expected httpbin\.bar/);
  });

  test('refuses an import of a port that the service no longer has', () => {
    expect(catalogOf([8000]).service('httpbin', { namespace: 'bar', ports: [8000] }).host).toBe('httpbin.bar.global');
    expect(
      () => catalogOf([8080]).service('httpbin', { namespace: 'bar', ports: [8000] }),
    ).toThrow(/MESH019 .*no longer has a port that you call: got \[8000\], expected 8080/);
  });

  test('of Istio 1.5 is refused by an importer on a supported release', () => {
    const service = catalogOf([8000], IstioRelease.V1_5).service('httpbin', { namespace: 'bar' });
    expect(
      () => new RemoteServiceEntry(new Chart(new App(), 'c'), 'e', { istio: IstioRelease.V1_31, service, namespace: 'foo' }),
    ).toThrow(/MESH008/);
  });

  test('of an Istio release that this package does not know can be read', () => {
    const text = catalogOf([8000]).toText().replace('"istio": "1.31"', '"istio": "1.99"');
    expect(ServiceCatalog.fromFile(saved(text)).service('httpbin', { namespace: 'bar' }).istio).toBeUndefined();
  });

  test('has the name of its mesh', () => {
    expect(catalogOf([8000]).meshId).toBe('mesh1');
  });

  test('serves imports under the local name, which need the labels of the pods', () => {
    const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 });
    mesh.addCluster('cluster2', { ingressGateway: GatewayAddress.of('203.0.113.20') }).exportService('httpbin', {
      namespace: 'bar',
      ports: [ServicePort.http('http', 8000)],
      workloadSelector: { app: 'httpbin' },
      versions: [ServiceVersion.withLabels('v2', { track: 'next' })],
    });
    const service = ServiceCatalog.fromFile(saved(mesh.catalog().toText())).service('httpbin', { namespace: 'bar' });
    const importing = new Mesh(new App(), 'other', { istio: IstioRelease.V1_31 }).addCluster('cluster1');
    const versionLabels = { v2: { track: 'next' } };
    importing.importService(service, { name: ImportName.local({ createService: true, selector: { app: 'httpbin' }, versionLabels }) });
    const objects = Testing.synth(importing);
    expect(objects.find(({ kind }) => kind === 'Service').spec.selector).toEqual({ app: 'httpbin' });
    expect(objects.find(({ kind }) => kind === 'WorkloadEntry').spec).toMatchObject({
      address: '203.0.113.20',
      labels: { app: 'httpbin', track: 'next' },
    });
    expect(objects.find(({ kind }) => kind === 'DestinationRule').spec.subsets).toEqual([{ name: 'v2', labels: { track: 'next' } }]);
  });

  test('can have fields that this version does not know', () => {
    const file = malformed(data => {
      data.owner = 'team-a';
      data.services[0].tier = 1;
      data.services[0].exporters[0].weight = { of: 2 };
    });
    expect(ServiceCatalog.fromFile(file).service('httpbin', { namespace: 'bar' }).host).toBe('httpbin.bar.global');
  });

  test('keeps the checks of a mesh: two hosts with one VIP are refused in any chart', () => {
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

/** A catalog file of one service after a change to its data. */
function malformed(change: (data: any) => void): string {
  const data = JSON.parse(catalogOf([8000]).toText());
  change(data);
  return saved(JSON.stringify(data));
}

interface Malformed {
  readonly name: string;
  readonly change: (data: any) => void;
  /** Part of the message. */
  readonly message: string;
}

const MALFORMED: Malformed[] = [
  { name: 'another schema version', change: data => data.schemaVersion = 2, message: 'schemaVersion: this version of the package' },
  { name: 'no schema version', change: data => delete data.schemaVersion, message: 'schemaVersion: is missing, expected a number' },
  { name: 'no name of the mesh', change: data => delete data.meshId, message: 'meshId: is missing, expected a string' },
  { name: 'no suffix', change: data => delete data.suffix, message: 'suffix: is missing' },
  { name: 'no Istio release', change: data => delete data.istio, message: 'istio: is missing' },
  { name: 'services that are no list', change: data => data.services = {}, message: 'services: got {}, expected a list' },
  { name: 'a service that is null', change: data => data.services[0] = null, message: 'services[0]: got null, expected an object' },
  { name: 'an invalid name', change: data => data.services[0].name = 'A', message: 'services[0].name: invalid service name (MESH001)' },
  { name: 'an invalid VIP', change: data => data.services[0].addresses = ['::g'], message: 'services[0].addresses[0]: a VIP' },
  { name: 'no ports', change: data => delete data.services[0].ports, message: 'services[0].ports: is missing, expected a list' },
  { name: 'an empty list of ports', change: data => data.services[0].ports = [], message: 'services[0]: a service without ports' },
  {
    name: 'a port that is a text',
    change: data => data.services[0].ports[0].port = '8000',
    message: 'services[0].ports[0].port: got "8000", expected a number',
  },
  {
    name: 'a port out of range',
    change: data => data.services[0].ports[0].port = 70000,
    message: 'services[0].ports[0].port: invalid port (MESH003), got 70000',
  },
  {
    name: 'an unknown protocol',
    change: data => data.services[0].ports[0].protocol = 'udp',
    message: 'services[0].ports[0].protocol: a protocol that cannot cross a gateway (MESH003), got "udp"',
  },
  {
    name: 'a gateway that no cluster can reach',
    change: data => data.services[0].exporters[0].gateways[0].address = '127.0.0.1',
    message: 'services[0].exporters[0].gateways[0].address: invalid gateway address (MESH002), got "127.0.0.1"',
  },
  {
    name: 'an exporter without gateways',
    change: data => data.services[0].exporters[0].gateways = [],
    message: "services[0]: cluster 'cluster2' has no gateway address (MESH004)",
  },
  { name: 'a suffix that takes names', change: data => data.suffix = 'svc', message: 'suffix: the hosts of this DNS suffix would take' },
  {
    name: 'a suffix that overlaps the domain of the exporting clusters',
    change: data => data.services[0].clusterDomain = 'corp.global',
    message: 'services[0]: the hosts of this DNS suffix would take names of the cluster domain corp.global (MESH044), got "global"',
  },
  {
    name: 'a host that is not that of the service',
    change: data => data.services[0].host = 'httpbin.foo.global',
    message: 'services[0].host: got "httpbin.foo.global", expected "httpbin.bar.global"',
  },
  {
    name: 'a service listed twice',
    change: data => data.services.push(data.services[0]),
    message: 'services[1]: got "httpbin.bar" again, expected each entry once',
  },
  {
    name: 'a gateway listed twice, in two spellings',
    change: data => data.services[0].exporters[0].gateways = ['2001:db8::1', '2001:db8:0::0:1'].map(address => ({ address, port: 15443 })),
    message: 'services[0].exporters[0].gateways[1]: got "[2001:db8::1]:15443" again',
  },
  {
    name: 'a VIP listed twice',
    change: data => data.services[0].addresses = ['240.0.0.2', '240.0.0.2'],
    message: 'services[0].addresses[1]: got "240.0.0.2" again',
  },
  {
    name: 'a version listed twice',
    change: data => data.services[0].exporters[0].versions = ['v1', 'v1'],
    message: 'services[0].exporters[0].versions[1]: got "v1" again',
  },
  {
    name: 'labels of a version without a valid name',
    change: data => data.services[0].exporters[0].versionLabels = { 'v 1': { track: 'a' } },
    message: 'services[0].exporters[0].versionLabels: invalid version (MESH001), got "v 1"',
  },
  {
    name: 'an exporter listed twice',
    change: data => data.services[0].exporters.push(data.services[0].exporters[0]),
    message: 'services[0]: an exporter is listed twice (MESH006)',
  },
  {
    name: 'versions that are no list',
    change: data => data.services[0].exporters[0].versions = 'v1',
    message: 'services[0].exporters[0].versions: got "v1", expected a list',
  },
  {
    name: 'a label that is a number',
    change: data => data.services[0].exporters[0].workloadSelector = { app: 1 },
    message: 'services[0].exporters[0].workloadSelector["app"]: got 1, expected a string',
  },
  {
    name: 'an invalid label of a version',
    change: data => data.services[0].exporters[0].versionLabels = { v1: { track: 'a b' } },
    message: 'services[0].exporters[0].versionLabels["v1"]: invalid label',
  },
  { name: 'an import without a host', change: data => data.imports = [{}], message: 'imports[0].host: is missing, expected a string' },
  {
    name: 'control characters in an import',
    change: data => data.imports = [{ host: 'a.b.global', exporters: [], importedBy: 'x\u001b[31m\u202e\u009b' }],
    message: 'imports[0].importedBy: got "x\\u001b[31m\\u202e\\u009b", expected a string without control characters',
  },
  {
    name: 'a long text in an import',
    change: data => data.imports = [{ host: 'a.b.global', exporters: [], importedBy: 'x'.repeat(401) }],
    message: 'expected a string of at most 400 characters',
  },
];

describe('a malformed catalog', () => {
  test.each(MALFORMED.map(mistake => [mistake.name, mistake] as const))('with %s is refused', (_, { change, message }) => {
    const read = () => ServiceCatalog.fromFile(malformed(change));
    expect(read).toThrow(/^MESH018 catalog /);
    expect(read).toThrow(message);
  });

  test.each([
    ['is not JSON', () => saved('{'), 'the catalog cannot be read: '],
    ['is a list', () => saved('[]'), 'the file: got [], expected an object'],
    ['is empty', () => saved(''), 'the catalog cannot be read: '],
    ['is a device', () => '/dev/zero', 'the catalog cannot be read: it is no file'],
    ['is too large', () => {
      const file = saved('');
      truncateSync(file, 64 * 1024 * 1024 + 1);
      return file;
    }, 'the catalog cannot be read: it is larger than 67108864 bytes'],
  ])('that %s is refused', (_, file, message) => {
    const path = file();
    expect(() => ServiceCatalog.fromFile(path)).toThrow(/^MESH018 catalog /);
    expect(() => ServiceCatalog.fromFile(path)).toThrow(message);
  });

  test('reports all of its problems in one error', () => {
    const file = malformed(data => {
      data.services[0].name = 1;
      data.services[0].ports[0].name = '-';
      data.services[0].exporters[0].cluster = null;
    });
    expect(() => ServiceCatalog.fromFile(file)).toThrow(
      /services\[0\]\.name: .*services\[0\]\.ports\[0\]\.name: .*exporters\[0\]\.cluster: /,
    );
  });

  test.each([
    ['text that is not JSON', '\u001b[31m\u009b\u202e'],
    ['a value', '{"schemaVersion": 1, "meshId": "\\u001b[31m\\u009b\\u202e", "services": []}'],
    ['a key', '{"schemaVersion": 1, "services": [{"exporters": [{"workloadSelector": {"\\u001b[31m\\u202e": 1}}]}]}'],
  ])('never brings control characters of %s into the error', (_, text) => {
    const file = saved(text);
    expect(() => ServiceCatalog.fromFile(file)).toThrow(/^MESH018 [^\p{Cc}\u202e]*$/u);
  });
});
