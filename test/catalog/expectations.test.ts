import { writeFileSync } from 'fs';
import { join } from 'path';
import { App } from 'cdk8s';
import * as fc from 'fast-check';
import {
  CatalogExpectations, GatewayAddress, ImportName, IstioRelease, Mesh, MeshApp, ServiceCatalog, ServicePort,
} from '../../src';
import { temporaryFolder } from '../temporary-folder';

const istio = IstioRelease.V1_31;
const folder = temporaryFolder('expectations');
const file = join(folder, 'mesh-catalog.json');

/** Writes the catalog of a mesh of two clusters that export httpbin, after a change to its data. */
function written(change: (data: any) => void = () => undefined): string {
  const mesh = new Mesh(new App(), 'mesh', { istio, trustDomain: 'a.example' });
  const west = mesh.addCluster('west', { ingressGateway: GatewayAddress.of('203.0.113.20') });
  const east = mesh.addCluster('east', {
    ingressGateways: [GatewayAddress.of('2001:db8::1', { port: 31443 }), GatewayAddress.of('mesh.east.example.com')],
    trustDomain: 'b.example',
  });
  const options = { namespace: 'bar', ports: [ServicePort.http('http', 8000)], workloadSelector: { app: 'httpbin' } };
  [west, east].forEach(cluster => cluster.exportService('httpbin', options));
  const data = JSON.parse(mesh.catalog().toText());
  change(data);
  writeFileSync(file, JSON.stringify(data));
  return file;
}

const GATEWAYS = [
  GatewayAddress.of('203.0.113.20'), GatewayAddress.of('2001:db8::1', { port: 31443 }), GatewayAddress.of('mesh.east.example.com'),
];
const EXPECTED: CatalogExpectations = { meshId: 'mesh1', suffix: 'global', gateways: GATEWAYS, trustDomains: ['a.example', 'b.example'] };

describe('a catalog that is as expected is read', () => {
  const ACCEPTED: Array<[string, any]> = [
    ['in every respect', EXPECTED],
    ['where nothing is expected', {}],
    ['where options are null, as other languages pass them', {
      meshId: null, suffix: null, gateways: null, trustDomains: null, addresses: null,
    }],
    ['in the only respect that is expected', { suffix: 'global' }],
    ['with more gateways than it has', { gateways: [...GATEWAYS, GatewayAddress.of('203.0.113.99')] }],
    ['with a gateway in another spelling', {
      gateways: [GATEWAYS[0], GatewayAddress.of('2001:db8:0:0::1', { port: 31443 }), GATEWAYS[2]],
    }],
    ['with gateways in another order', { gateways: [...GATEWAYS].reverse() }],
  ];

  test.each(ACCEPTED)('%s', (_, expected) => {
    expect(ServiceCatalog.fromFile(written(), { expect: expected }).meshId).toBe('mesh1');
  });

  test('without options at all, and with null', () => {
    expect(ServiceCatalog.fromFile(written()).meshId).toBe('mesh1');
    expect(ServiceCatalog.fromFile(written(), { expect: undefined }).meshId).toBe('mesh1');
    expect(ServiceCatalog.fromFile(written(), null as any).meshId).toBe('mesh1');
  });
});

describe('a catalog that differs is refused', () => {
  interface Difference {
    readonly name: string;
    readonly change: (data: any) => void;
    /** Part of the message. */
    readonly message: string;
  }

  const ELSEWHERE = { address: '198.51.100.66', port: 1 };
  const gateways = (data: any) => data.services[0].exporters[1].gateways;
  const all = '"203.0.113.20:15443", "[2001:db8::1]:31443", "mesh.east.example.com:15443"';

  const DIFFERENCES: Difference[] = [
    { name: 'another mesh', change: data => data.meshId = 'mesh2', message: 'meshId: got "mesh2", expected "mesh1"' },
    {
      name: 'another suffix',
      change: data => {
        data.suffix = 'mesh.example';
        data.services[0].host = 'httpbin.bar.mesh.example';
      },
      message: 'suffix: got "mesh.example", expected "global"',
    },
    {
      name: 'another gateway',
      change: data => gateways(data)[0].address = '198.51.100.66',
      message: `gateways: got "198.51.100.66:15443", expected ${all}`,
    },
    {
      name: 'another port of a gateway',
      change: data => gateways(data)[0].port = 443,
      message: `gateways: got "203.0.113.20:443", expected ${all}`,
    },
    {
      name: 'a gateway more',
      change: data => gateways(data).push({ address: 'evil.example.com', port: 15443 }),
      message: `gateways: got "evil.example.com:15443", expected ${all}`,
    },
    {
      name: 'an exporter more',
      change: data => data.services[0].exporters.push({ ...data.services[0].exporters[0], cluster: 'x', gateways: [ELSEWHERE] }),
      message: `gateways: got "198.51.100.66:1", expected ${all}`,
    },
    {
      name: 'a service more, at another gateway',
      change: data => data.services.push({
        ...data.services[0], name: 'x', host: 'x.bar.global', exporters: [{ cluster: 'x', gateways: [ELSEWHERE] }],
      }),
      message: 'trustDomains: got "cluster.local", expected "a.example", "b.example"',
    },
    {
      name: 'another trust domain',
      change: data => data.services[0].exporters[0].trustDomain = 'c.example',
      message: 'trustDomains: got "c.example", expected "a.example", "b.example"',
    },
    {
      name: 'no trust domain, which is the default one',
      change: data => delete data.services[0].exporters[0].trustDomain,
      message: 'trustDomains: got "cluster.local", expected "a.example", "b.example"',
    },
  ];

  test.each(DIFFERENCES)('for $name', ({ change, message }) => {
    const path = written(change);
    const read = () => ServiceCatalog.fromFile(path, { expect: EXPECTED });
    expect(read).toThrow(/^MESH045 catalog .*: the catalog is not what you expect: .*; fix: ask the owners/);
    expect(read).toThrow(message);
    expect(() => ServiceCatalog.fromFile(path)).not.toThrow();
  });

  test('with all differences in one error', () => {
    const path = written(data => {
      data.meshId = 'mesh2';
      data.services[0].exporters.forEach((exporter: any, i: number) => {
        exporter.gateways = [{ address: `198.51.100.${i}`, port: 15443 }];
        exporter.trustDomain = 'c.example';
      });
    });
    expect(() => ServiceCatalog.fromFile(path, { expect: EXPECTED })).toThrow(
      /meshId: got "mesh2".*; gateways: got "198\.51\.100\.0:15443", "198\.51\.100\.1:15443", .*; trustDomains: got "c\.example"/,
    );
  });

  test('for any gateway where none is expected', () => {
    expect(() => ServiceCatalog.fromFile(written(), { expect: { gateways: [] } })).toThrow(/gateways: got .*, expected none/);
  });

  test('for a text that is part of what is expected', () => {
    const asText = { trustDomains: 'xa.example b.example' as any };
    expect(() => ServiceCatalog.fromFile(written(), { expect: asText })).toThrow(/MESH045/);
  });

  test('for any gateway that is not among those that are expected', () => {
    const address = fc.ipV4().filter(ip => /^(203\.0\.113|198\.51\.100)\./.test(ip) || Number(ip.split('.')[0]) < 100);
    const gateway = fc.record({
      address: fc.oneof(address, fc.domain().map(name => name.toLowerCase()), fc.constantFrom('203.0.113.20', '2001:db8::1')),
      port: fc.oneof(fc.constantFrom(15443, 31443), fc.integer({ min: 1, max: 65535 })),
    });
    fc.assert(fc.property(gateway, found => {
      const isExpected = GATEWAYS.some(({ address: known, port }) => known === found.address && port === found.port);
      const path = written(data => data.services[0].exporters[0].gateways = [found]);
      const outcome = () => ServiceCatalog.fromFile(path, { expect: EXPECTED });
      if (isExpected) {
        expect(outcome).not.toThrow();
      } else {
        // An address that no cluster can reach is refused for any importer.
        expect(outcome).toThrow(/MESH045|MESH018/);
      }
    }), { numRuns: 200 });
  });
});

test.each(['203.0.113.20', undefined, null])('an expected gateway that is %p instead of a GatewayAddress is refused', gateway => {
  expect(() => ServiceCatalog.fromFile(written(), { expect: { gateways: [gateway as any] } })).toThrow(/^MESH002 .*GatewayAddress\.of/);
});

describe('warning MESH046', () => {
  /** The warnings of an app whose cluster imports from a catalog, in two namespaces or under the local name. */
  function warningsOf(expected?: CatalogExpectations, isLocal = false): string[] {
    const app = new MeshApp();
    const cluster = new Mesh(app, 'mesh', { istio }).addCluster('cluster1');
    const service = ServiceCatalog.fromFile(written(), { expect: expected }).service('httpbin', { namespace: 'bar' });
    if (isLocal) {
      cluster.importService(service, { name: ImportName.local({ selector: { app: 'httpbin' } }) });
    } else {
      ['foo', 'bar'].forEach(namespace => cluster.importService(service, { namespace }));
    }
    return app.warnings.map(({ code, where, what, got, fix }) => [code, where, what, got, fix].join(' '));
  }

  test.each([false, true])('is given once for a catalog without expected gateways (local name: %p)', isLocal => {
    const warning = expect.stringMatching(/^MESH046 catalog .*mesh-catalog\.json the program does not say which gateways it expects/);
    expect(warningsOf(undefined, isLocal)).toEqual([warning]);
    expect(warningsOf({ meshId: 'mesh1' }, isLocal)).toEqual([warning]);
  });

  test('has the code that binds the catalog', () => {
    const [warning] = warningsOf({ addresses: ['10.0.0.9'] });
    const code = "{ expect: { meshId: 'mesh1', suffix: 'global', trustDomains: ['a.example', 'b.example'], "
      + "gateways: [GatewayAddress.of('203.0.113.20'), GatewayAddress.of('2001:db8::1', { port: 31443 }), "
      + "GatewayAddress.of('mesh.east.example.com')], addresses: ['10.0.0.9'] } }";
    expect(warning).toContain(code);
    const options = new Function('GatewayAddress', `return ${code}`)(GatewayAddress);
    expect(ServiceCatalog.fromFile(written(), options).meshId).toBe('mesh1');
    expect(warningsOf(options.expect)).toEqual([]);
  });

  test('is given for an expected gateway that the catalog no longer has', () => {
    expect(warningsOf({ ...EXPECTED, gateways: [...GATEWAYS, GatewayAddress.of('203.0.113.99')] })).toEqual([
      expect.stringMatching(/^MESH046 .* expects gateways that the catalog does not have 203\.0\.113\.99:15443 remove them from expect/),
    ]);
  });

  test('is not given for a catalog that is bound, nor for one that nothing is imported from', () => {
    expect(warningsOf(EXPECTED)).toEqual([]);
    expect(warningsOf(EXPECTED, true)).toEqual([]);
    const app = new MeshApp();
    new Mesh(app, 'mesh', { istio, consumers: [ServiceCatalog.fromFile(written())] }).addCluster('cluster1');
    expect(app.warnings).toEqual([]);
  });

  test('is not given for the services of a mesh in the same program', () => {
    const app = new MeshApp();
    const mesh = new Mesh(app, 'mesh', { istio });
    mesh.addCluster('cluster2', { ingressGateway: GatewayAddress.of('203.0.113.20') })
      .exportService('web', { namespace: 'bar', ports: [ServicePort.http('http', 80)], serviceAccount: 'web' });
    const other = new Mesh(app, 'other', { istio, meshId: 'other' }).addCluster('cluster1');
    other.importService(mesh.catalog().service('web', { namespace: 'bar' }), { namespace: 'foo' });
    expect(app.warnings.map(({ code }) => code)).not.toContain('MESH046');
  });
});
