import { writeFileSync } from 'fs';
import { join } from 'path';
import { ApiObject, App, Chart, Testing } from 'cdk8s';
import {
  AllowedCaller, EgressGateway, ExportStatefulSetOptions, GatewayAddress, ImportName, ImportPath, IstioRelease, Mesh, MeshApp,
  RemoteService, RemoteServiceEntry, ServiceCatalog, ServiceExport, ServicePort,
} from '../../src';
import { temporaryFolder } from '../temporary-folder';

const POSTGRES = [ServicePort.tcp('postgres', 5432)];
const POD_NAME = 'statefulset.kubernetes.io/pod-name';

/** A mesh in which `receiver` can export and `caller` can import. */
function meshOf(istio = IstioRelease.V1_31) {
  const app = new MeshApp({ outdir: 'unused' });
  const mesh = new Mesh(app, 'mesh', { istio });
  const receiver = mesh.addCluster('receiver', { ingressGateway: GatewayAddress.of('203.0.113.20') });
  const caller = mesh.addCluster('caller', { ingressGateway: GatewayAddress.of('203.0.113.10'), egressGateway: EgressGateway.service() });
  return { app, mesh, receiver, caller };
}

/** The same, where `receiver` exports the StatefulSet `db` of namespace `data`. */
function exporting(options: Partial<ExportStatefulSetOptions> = {}) {
  const clusters = meshOf();
  const declared = { namespace: 'data', replicas: 2, ports: POSTGRES, serviceAccount: 'db', ...options };
  const db = clusters.receiver.exportStatefulSet('db', declared);
  return { ...clusters, db };
}

/** Kind, namespace and name of each object of a chart. */
function placesIn(chart: Chart): string[] {
  return Testing.synth(chart).map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`);
}

function find(chart: Chart, kind: string, name: string) {
  return Testing.synth(chart).find(object => object.kind === kind && object.metadata.name === name);
}

function governingService(chart: Chart, spec: object) {
  const metadata = { name: 'db', namespace: 'data' };
  const headless = { clusterIP: 'None', selector: { app: 'db' }, ...spec };
  new ApiObject(chart, 'governing', { apiVersion: 'v1', kind: 'Service', metadata, spec: headless });
}

describe('an exported StatefulSet', () => {
  test('is written as a Service and a Gateway for each pod, and imported as one host for each pod', () => {
    const { receiver, caller, db } = exporting({ allow: [AllowedCaller.serviceAccount('foo', 'app')], strictMtls: true });
    caller.importServices(db.pods, { namespaces: ['foo'] });
    expect({ receiver: Testing.synth(receiver), caller: Testing.synth(caller) }).toMatchSnapshot();
  });

  test('has hosts as its pods have them within the cluster, with the suffix of the mesh', () => {
    const { db } = exporting({ serviceName: 'db-headless', firstOrdinal: 3 });
    expect(db.pods.map(({ host }) => host)).toEqual(['db-3.db-headless.data.global', 'db-4.db-headless.data.global']);
    expect([db.name, db.namespace, db.clusterName, db.pod(4).name]).toEqual(['db', 'data', 'receiver', 'db-4']);
    expect(() => db.pod(2)).toThrow('MESH007');
  });

  test.each([
    ['the port itself, where the governing Service is elsewhere', undefined, {}, 5432],
    ['what the governing Service has', { ports: [{ port: 5432, targetPort: 'pg' }] }, {}, 'pg'],
    ['what the export says', { ports: [{ port: 5432, targetPort: 'pg' }] }, { podPorts: { postgres: '15432' } }, 15432],
  ])('leads to %s', (_, spec, options, targetPort) => {
    const { receiver } = exporting(options);
    if (spec) {
      governingService(receiver, spec);
    }
    expect(find(receiver, 'Service', 'mesh-export-db-1').spec.ports[0].targetPort).toBe(targetPort);
  });

  test.each([
    ['does not reach pods that are not ready', {}, undefined, undefined],
    ['reaches them where the governing Service publishes them', {}, true, true],
    ['reaches them where the export says so', { publishNotReadyAddresses: true }, undefined, true],
    ['does not where the export says so', { publishNotReadyAddresses: false }, true, undefined],
  ])('%s', (_, options, publishNotReadyAddresses, expected) => {
    const { receiver } = exporting(options);
    governingService(receiver, { publishNotReadyAddresses });
    expect(find(receiver, 'Service', 'mesh-export-db-0').spec.publishNotReadyAddresses).toBe(expected);
  });

  test('leaves its headless Service as it is', () => {
    const { app, receiver } = exporting();
    governingService(receiver, { ports: [{ port: 5432 }, { port: 9187 }] });
    expect(app.problems).toEqual([]);
    expect(find(receiver, 'Service', 'db').spec.clusterIP).toBe('None');
  });

  test('changes the objects of a pod alone when it is scaled', () => {
    const [two, three] = [2, 3].map(replicas => {
      const { receiver, caller, db } = exporting({ replicas });
      caller.importServices(db.pods, { namespaces: ['foo'], via: ImportPath.egressGateway() });
      return [receiver, caller].flatMap(cluster => Testing.synth(cluster).map(object => JSON.stringify(object)));
    });
    expect(two.filter(object => !three.includes(object))).toEqual([]);
    const added = three.filter(object => !two.includes(object)).map(object => JSON.parse(object).metadata.name);
    expect(added.filter(name => !/db-2/.test(name))).toEqual([]);
    // The Service and Gateway, the entry and its rules, and the same three at the egress gateway.
    expect(added).toHaveLength(2 + 3 + 3);
  });

  test('has names that fit, whatever the name of the StatefulSet', () => {
    const { receiver } = meshOf();
    const name = 'n'.repeat(61);
    expect(receiver.exportStatefulSet(name, { namespace: 'data', replicas: 10, ports: POSTGRES }).pods).toHaveLength(10);
    expect(placesIn(receiver).filter(place => place.split('/')[1].length > 63)).toEqual([]);
    expect(() => receiver.exportStatefulSet(`${name}n`, { namespace: 'data', replicas: 1, ports: POSTGRES })).toThrow('MESH001');
  });

  test('is nothing at all when it is refused', () => {
    const { receiver } = meshOf();
    const before = receiver.node.findAll().length;
    expect(() => receiver.exportStatefulSet('n'.repeat(61), { namespace: 'data', replicas: 11, ports: POSTGRES })).toThrow('MESH001');
    expect(receiver.node.findAll()).toHaveLength(before);
    expect(receiver.exports).toEqual([]);
  });
});

describe('an import of a pod', () => {
  test('goes through the egress gateway by an SNI of its own', () => {
    const { caller, db } = exporting();
    caller.importServices(db.pods, { namespaces: ['foo'], via: ImportPath.egressGateway() });
    const routes = Testing.synth(caller).filter(({ kind, metadata }) => kind === 'VirtualService' && metadata.namespace === 'istio-system');
    expect(routes.map(({ spec }) => spec.hosts)).toEqual([0, 1].map(i => [`outbound_.5432_._.mesh-export-db-${i}.data.svc.cluster.local`]));
  });

  test('into its own cluster goes through its own gateway, so that it has one name in every cluster', () => {
    const { app, receiver, caller, db } = exporting();
    [caller, receiver].forEach(cluster => cluster.importServices(db.pods, { namespaces: ['foo'] }));
    expect(app.problems).toEqual([]);
    const [own, other] = [receiver, caller].map(cluster => find(cluster, 'ServiceEntry', 'db-1-data'));
    expect(own).toEqual(other);
    expect(own.spec.endpoints).toEqual([{ address: '203.0.113.20', ports: { postgres: 15443 } }]);
  });

  test('into its own cluster does not go through the egress gateway, and a Service has no such import', () => {
    const { app, mesh } = exporting();
    const both = mesh.addCluster('both', { ingressGateway: GatewayAddress.of('203.0.113.30'), egressGateway: EgressGateway.service() });
    const options = { namespace: 'data', ports: POSTGRES };
    const own = both.exportStatefulSet('own', { ...options, replicas: 1 });
    both.importServices(own.pods, { namespaces: ['foo'], via: ImportPath.egressGateway() });
    both.importService(both.exportService('web', options), { namespace: 'foo' });
    expect(app.problems.map(({ code }) => code)).toEqual(['MESH014', 'MESH014']);
  });

  test('is answered by the resolver of a cluster', () => {
    const { mesh, db } = exporting();
    const other = mesh.addCluster('other', { globalDns: { clusterIp: '10.96.0.53' } });
    other.importService(db.pod(0), { namespace: 'foo' });
    const zone: string = find(other, 'ConfigMap', 'mesh-dns').data['zone.db'];
    db.pods.forEach(({ host }) => expect(zone).toMatch(new RegExp(`^${host}\\. 30 IN A 2`, 'm')));
  });

  test('cannot use a local name, which a headless Service answers', () => {
    const { caller, db } = exporting();
    expect(() => caller.importService(db.pod(0), { name: ImportName.local() })).toThrow('MESH043');
  });

  test('works by hand, with the gateway Service of exportStatefulSet', () => {
    const chart = new Chart(new App(), 'chart');
    const exporters = [{ cluster: 'far', gateways: [GatewayAddress.of('203.0.113.20')] }];
    const service = new RemoteService({ name: 'db-0', namespace: 'data', subdomain: 'db', ports: POSTGRES, exporters });
    new RemoteServiceEntry(chart, 'db', { istio: IstioRelease.V1_31, service, namespace: 'foo' });
    expect(find(chart, 'DestinationRule', 'db-0-data').spec).toMatchObject({
      host: 'db-0.db.data.global',
      trafficPolicy: { tls: { sni: 'outbound_.5432_._.mesh-export-db-0.data.svc.cluster.local' } },
    });
  });

  test('is refused on Istio 1.5, as is the export', () => {
    const { receiver } = meshOf(IstioRelease.V1_5);
    expect(() => receiver.exportStatefulSet('db', { namespace: 'data', replicas: 1, ports: POSTGRES })).toThrow('MESH008');
    const exporters = [{ cluster: 'far', gateways: [GatewayAddress.of('203.0.113.20')] }];
    const service = new RemoteService({ name: 'db-0', namespace: 'data', subdomain: 'db', ports: POSTGRES, exporters });
    const chart = new Chart(new App(), 'chart');
    const entry = () => new RemoteServiceEntry(chart, 'db', { istio: IstioRelease.V1_5, service, namespace: 'foo' });
    expect(entry).toThrow('MESH008');
  });
});

describe('in a catalog, the pods of a StatefulSet', () => {
  function read(mesh: Mesh): ServiceCatalog {
    const file = join(temporaryFolder('catalog'), 'mesh-catalog.json');
    writeFileSync(file, mesh.catalog().toText());
    return ServiceCatalog.fromFile(file);
  }

  test('are imported by another repository as in the mesh itself', () => {
    const { mesh, caller, db } = exporting({ replicas: 11, serviceName: 'db-headless' });
    const pods = read(mesh).podsOf('db', { namespace: 'data', ports: [5432] });
    expect(pods.map(({ host }) => host)).toEqual(db.pods.map(({ host }) => host));
    caller.importServices(db.pods, { namespaces: ['foo'] });
    const elsewhere = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 }).addCluster('caller', {});
    elsewhere.importServices(pods, { namespaces: ['foo'] });
    expect(Testing.synth(elsewhere)).toEqual(Testing.synth(caller));
    expect(read(mesh).service('db-10', { namespace: 'data' }).host).toBe('db-10.db-headless.data.global');
  });

  test('are found by the StatefulSet, and not by a Service with a similar name', () => {
    const { mesh, receiver } = exporting();
    receiver.exportService('db-x-0', { namespace: 'data', ports: POSTGRES });
    const catalog = read(mesh);
    expect(() => catalog.podsOf('db-x', { namespace: 'data' })).toThrow('MESH019');
    expect(() => catalog.podsOf('db', { namespace: 'other' })).toThrow('MESH019');
    expect(() => catalog.podsOf('db', { namespace: 'data', ports: [80] })).toThrow('MESH019');
    expect(catalog.podsOf('db', { namespace: 'data' })).toHaveLength(2);
  });

  test('are left out once they retire, and the gateway still opens them', () => {
    const { mesh, receiver, db } = exporting({ replicas: 3, retireLast: 1 });
    expect(read(mesh).podsOf('db', { namespace: 'data' }).map(({ name }) => name)).toEqual(['db-0', 'db-1']);
    expect(db.pods).toHaveLength(3);
    expect(placesIn(receiver)).toContain('Gateway istio-system/mesh-db-2-data');
  });

  test('with a host that is not that of their names are refused', () => {
    const { mesh } = exporting();
    const file = join(temporaryFolder('catalog'), 'mesh-catalog.json');
    writeFileSync(file, mesh.catalog().toText().replace('"subdomain":"db"', '"subdomain":"other"'));
    expect(() => ServiceCatalog.fromFile(file)).toThrow('services[0].host: got "db-0.db.data.global", expected "db-0.other.data.global"');
  });
});

test('an import of a pod that retires alone is cut with an error', () => {
  const { app, caller, db } = exporting({ retireLast: 1 });
  caller.importServices(db.pods, { namespaces: ['foo'] });
  expect(app.problems).toEqual([expect.objectContaining({ code: 'MESH038', where: expect.stringContaining('db-1.db.data.global') })]);
});

test('an export of a headless Service is refused with the advice to export its pods', () => {
  const { app, receiver } = meshOf();
  governingService(receiver, { ports: [{ port: 5432 }] });
  receiver.exportService('db', { namespace: 'data', ports: POSTGRES });
  expect(app.problems).toEqual([expect.objectContaining({ code: 'MESH022', fix: expect.stringContaining('exportStatefulSet') })]);
});

test('a pod is exported in any chart', () => {
  const chart = new Chart(new App(), 'chart');
  const props = { istio: IstioRelease.V1_31, namespace: 'data', governingService: 'db', ports: POSTGRES };
  new ServiceExport(chart, 'db', { ...props, name: 'db-0' });
  expect(find(chart, 'Service', 'mesh-export-db-0').spec.selector).toEqual({ [POD_NAME]: 'db-0' });
  expect(() => new ServiceExport(chart, 'without ports', { ...props, name: 'db-1', ports: undefined })).toThrow('MESH004');
});

describe('one name stands for one pod', () => {
  const options = { namespace: 'data', replicas: 2, ports: POSTGRES };
  const service = { namespace: 'data', ports: POSTGRES };

  test.each<[string, (clusters: ReturnType<typeof exporting>) => unknown]>([
    ['a StatefulSet that another cluster exports', ({ caller }) => caller.exportStatefulSet('db', options)],
    ['one with another governing Service', ({ caller }) => caller.exportStatefulSet('db', { ...options, serviceName: 'other' })],
    ['pods of which one is exported already', ({ caller }) => caller.exportStatefulSet('db', { ...options, firstOrdinal: 1 })],
    ['the same StatefulSet again', ({ receiver }) => receiver.exportStatefulSet('db', options)],
    ['a Service with the name of a pod', ({ receiver }) => receiver.exportService('db-1', service)],
    ['such a Service of another cluster', ({ caller }) => caller.exportService('db-1', service)],
    ['a StatefulSet with a pod that has the name of a Service', ({ caller, receiver }) => {
      caller.exportService('web-0', service);
      receiver.exportStatefulSet('web', options);
    }],
  ])('so %s is refused', (_, declare) => {
    expect(() => declare(exporting())).toThrow('MESH006');
  });

  test.each<[string, (clusters: ReturnType<typeof exporting>) => unknown]>([
    ['other pods of the StatefulSet in another cluster', ({ caller }) => caller.exportStatefulSet('db', { ...options, firstOrdinal: 2 })],
    ['a StatefulSet of another namespace', ({ caller }) => caller.exportStatefulSet('db', { ...options, namespace: 'other' })],
    ['a StatefulSet whose name is that of a pod', ({ receiver }) => receiver.exportStatefulSet('db-0', options)],
    ['a Service with the name of the StatefulSet', ({ receiver }) => receiver.exportService('db', service)],
    ['a Service with the name of a pod beyond', ({ receiver }) => receiver.exportService('db-2', service)],
    ['such a Service in another namespace', ({ receiver }) => receiver.exportService('db-0', { ...service, namespace: 'x' })],
  ])('and %s is not', (_, declare) => {
    const clusters = exporting();
    declare(clusters);
    expect(clusters.app.problems).toEqual([]);
  });
});

test('a pod and a Service of one name behind one egress gateway are refused where their exporters differ', () => {
  const { app, caller, db } = exporting();
  const exporters = [{ cluster: 'far', gateways: [GatewayAddress.of('203.0.113.99')] }];
  const service = new RemoteService({ name: 'db-0', namespace: 'data', ports: POSTGRES, suffix: 'other.example', exporters });
  const via = ImportPath.egressGateway();
  caller.importService(db.pod(0), { namespace: 'foo', via });
  caller.importService(service, { namespace: 'bar' });
  expect(app.problems).toEqual([]);
  caller.importService(service, { namespace: 'baz', via });
  expect(app.problems).toEqual([expect.objectContaining({ code: 'MESH023' })]);
});

test.each([
  ['no pods', 'MESH004', { replicas: 0 }],
  ['half a pod', 'MESH004', { replicas: 1.5 }],
  ['too many pods', 'MESH077', { replicas: 1001 }],
  ['an ordinal below 0', 'MESH077', { firstOrdinal: -1 }],
  ['more pods that retire than there are', 'MESH077', { retireLast: 3 }],
])('an export of %s is refused', (_, code, options) => {
  expect(() => exporting(options)).toThrow(code);
});
