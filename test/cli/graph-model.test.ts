import { guideMesh } from '../../examples/guide/mesh';
import { replicated } from '../../examples/replicated/mesh';
import { threeClusters } from '../../examples/three-clusters/mesh';
import { ClusterPriority, GatewayAddress, IstioRelease, Mesh, MeshApp, ServicePort } from '../../src';
import { boxesOf } from '../../src/cli/graph/boxes';
import { modelOf } from '../../src/cli/graph/graph';
import { pictureOf, turnText } from '../../src/cli/graph/layout';
import type { GraphModel } from '../../src/cli/graph/model';
import { naturally } from '../../src/cli/graph/natural-order';
import { filtered, lit, Part } from '../../src/cli/graph/selection';
import { meshIn } from '../../src/written/mesh';
import { folderArgument, readFolder } from '../../src/written/read-folder';
import { workplace } from '../pki/pki';
import { WrittenFolder } from '../written/written-folder';

/** Three exporters, of which the importer prefers some. */
const withPriority = (priority: ClusterPriority) => (app: MeshApp) => {
  const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31 });
  const [importer, ...exporters] = [1, 2, 3, 4].map(
    n => mesh.addCluster(`cluster${n}`, { ingressGateway: GatewayAddress.of(`203.0.113.${n}0`) }),
  );
  const options = { namespace: 'bar', serviceAccount: 'web', ports: [ServicePort.http('http', 80)] };
  const [service] = exporters.map(cluster => cluster.exportService('web', options));
  importer.importService(service, { namespace: 'foo', priority });
};

function modelIn(folder: WrittenFolder, pki = folder.beside('no-pki')): GraphModel {
  return modelOf(meshIn([readFolder(folderArgument(folder.path))]), pki);
}

/** Who answers the only import, in words. */
function answers({ clusters, imports: [{ turns }] }: GraphModel): string[] {
  return turns.map(turn => [clusters[turn.cluster].name, turnText(turn, turns)].join(' ').trim());
}

/** Imports and exports of a part, in words. */
function inWords({ clusters, services, imports }: GraphModel, part: Part) {
  return {
    imports: [...part.imports].map(number => imports[number]).map(
      ({ cluster, namespace, service }) => `${clusters[cluster].name}/${namespace} ${services[service].name}`,
    ).sort(),
    exports: [...part.exports].map(key => key.split(' ').map(Number)).map(
      ([service, cluster]) => `${services[service].name} ${clusters[cluster].name}`,
    ).sort(),
  };
}

describe('a model', () => {
  test('has each import with its path, VIP, exporters and files', () => {
    const model = modelIn(WrittenFolder.of(threeClusters));
    const first = model.imports.find(({ namespace, host }) => namespace === 'egress' && host.startsWith('catalog.'))!;
    expect([model.clusters.map(({ name }) => name), model.services.map(({ name }) => name)]).toEqual(
      [['cluster1', 'cluster2', 'cluster3'], ['alone', 'cart', 'catalog', 'echo', 'ledger', 'orders']],
    );
    expect(first).toMatchObject({ path: 'egress', host: 'catalog.shop.global', ports: [8000], stopped: [] });
    const vips = [expect.stringMatching(/^2\d\d\./)];
    expect(model.services[first.service]).toMatchObject({ namespace: 'shop', exporters: [1, 2], vips });
    const files = first.objects.map(number => model.objects[number]);
    expect(files.map(({ title }) => title)).toEqual(expect.arrayContaining([
      'ServiceEntry egress/catalog-shop', 'DestinationRule egress/catalog-shop', 'Gateway istio-system/mesh-catalog-shop',
    ]));
    expect(files.every(({ file, cluster }) => file.includes(`/${model.clusters[cluster].name}/`))).toBe(true);
  });

  test.each<[string, ClusterPriority, string[]]>([
    ['an order', ClusterPriority.inOrder('cluster3', 'cluster2', 'cluster4'), ['cluster3 1.', 'cluster2 2.', 'cluster4 3.']],
    ['shares', ClusterPriority.weights({ cluster2: 70, cluster3: 20, cluster4: 10 }), ['cluster2 70%', 'cluster3 20%', 'cluster4 10%']],
    ['no order', ClusterPriority.spread(), ['cluster2', 'cluster3', 'cluster4']],
  ])('has the turns of exporters with %s', (_, priority, expected) => {
    expect(answers(modelIn(WrittenFolder.of(withPriority(priority))))).toEqual(expected);
  });

  test('says that local pods answer first under a local name', () => {
    expect(modelIn(WrittenFolder.of(replicated)).imports.map(({ localPods }) => localPods)).toEqual(['first', 'first', 'first']);
  });

  test('has the code of what stops an import', () => {
    const folder = WrittenFolder.of(guideMesh).remove('cluster2/Gateway.networking.istio.io_istio-system_mesh-httpbin-bar.yaml');
    expect(modelIn(folder).imports.map(({ stopped }) => stopped)).toEqual([[expect.stringContaining('port 8000: MESH087')]]);
  });

  test('marks a cluster of which only a catalog speaks', () => {
    const folder = WrittenFolder.of(guideMesh);
    const model = modelOf(meshIn([readFolder({ path: `${folder.path}/cluster1`, cluster: 'cluster1' }), catalogOf(folder)]), 'no-pki');
    expect(model.clusters.map(({ name, isInSight }) => [name, isInSight])).toEqual([['cluster1', true], ['cluster2', false]]);
  });

  test('has the step of each cluster in the replacement of the root', async () => {
    const { ca, pki } = workplace();
    await ca('init');
    await ca('issue', 'cluster1');
    await ca('issue', 'cluster2');
    await ca('rotate-root', 'introduce');
    await ca('rotate-root', 'switch', '--cluster', 'cluster1');
    const roots = modelIn(WrittenFolder.of(guideMesh), pki).clusters.map(({ root }) => root);
    expect(roots.map(root => root?.phase)).toEqual(['switched', 'introduced']);
    const root = expect.stringMatching(/^O=Istio, CN=Root CA.*, SHA-256 [0-9a-f]{16}, until \d{4}-/);
    expect(roots[0]?.trusted).toEqual([root, root]);
  });

  test('does not depend on the order of folders', () => {
    const folder = WrittenFolder.of(threeClusters);
    const folders = ['cluster1', 'cluster2', 'cluster3'].map(cluster => readFolder({ path: `${folder.path}/${cluster}`, cluster }));
    expect(modelOf(meshIn([...folders].reverse()), 'no-pki')).toEqual(modelOf(meshIn(folders), 'no-pki'));
  });
});

describe('a selection', () => {
  const model = () => modelIn(WrittenFolder.of(threeClusters));
  const number = ({ services }: GraphModel, name: string) => services.findIndex(service => service.name === name);

  test('of a service lights its consumers and exporters', () => {
    const mesh = model();
    expect(inWords(mesh, lit(mesh, { kind: 'service', service: number(mesh, 'catalog') }))).toEqual({
      imports: ['cluster1/direct catalog', 'cluster1/egress catalog'], exports: ['catalog cluster2', 'catalog cluster3'],
    });
  });

  test('of an exporting cluster lights what it exports, and no other exporter', () => {
    const mesh = model();
    expect(inWords(mesh, lit(mesh, { kind: 'cluster', cluster: 2 }))).toEqual({
      imports: ['alone', 'catalog'].flatMap(name => [`cluster1/direct ${name}`, `cluster1/egress ${name}`]).sort(),
      exports: ['alone cluster3', 'catalog cluster3'],
    });
  });

  test('of a namespace lights its imports alone', () => {
    const mesh = model();
    const { imports } = inWords(mesh, lit(mesh, { kind: 'namespace', cluster: 0, namespace: 'direct' }));
    expect(imports).toEqual(['alone', 'cart', 'catalog', 'echo', 'ledger', 'orders'].map(name => `cluster1/direct ${name}`));
  });

  test.each([
    [{ cluster: 2 }, 4, 2],
    [{ namespace: 'egress' }, 6, 6],
    [{ namespace: 'shop' }, 12, 6],
    [{ path: 'egress' }, 6, 6],
    [{ path: 'stopped' }, 0, 0],
    [{ cluster: 2, path: 'direct' }, 2, 2],
  ] as const)('a filter %j leaves %i imports and %i services', (filter, imports, services) => {
    const part = filtered(model(), filter);
    expect([part.imports.size, part.services.size]).toEqual([imports, services]);
  });
});

describe('a picture', () => {
  /** A mesh with many services, without the files that it would take. */
  const large = (namespaces: number): GraphModel => ({
    order: [],
    objects: [],
    clusters: Array.from({ length: 50 }, (_, n) => (
      { name: `cluster${n}`, isInSight: true, gateways: [`198.18.0.${n}:15443`], facts: [] }
    )),
    services: Array.from({ length: 1000 }, (_, n) => ({
      name: `service${n}`, namespace: `team${n % namespaces}`, hosts: [], vips: [], exporters: [n % 50], objects: [],
    })),
    imports: Array.from({ length: 1000 }, (_, n) => ({
      cluster: (n + 1) % 50,
      namespace: 'foo',
      service: n,
      host: `service${n}`,
      ports: [80],
      path: 'direct',
      turns: [{ cluster: n % 50, rank: 0 }],
      routes: [],
      stopped: [],
      objects: [],
    })),
  });

  test('of a small mesh shows every service', () => {
    const model = modelIn(WrittenFolder.of(threeClusters));
    expect(boxesOf(model, filtered(model, {}), new Set()).map(({ isOpen, rows }) => [isOpen, rows.length])).toEqual(
      [[true, 3], [true, 6], [true, 1], [true, 1]],
    );
  });

  test.each([[40, 'namespace'], [500, 'exporter']])('of 1,000 services in %i namespaces shows closed groups by %s', namespaces => {
    const model = large(namespaces);
    const boxes = boxesOf(model, filtered(model, {}), new Set());
    const groups = boxes.filter(({ column }) => column === 1).length;
    expect([boxes.some(({ isOpen }) => isOpen), groups]).toEqual([false, Math.min(namespaces, 50)]);
  });

  test('has boxes that do not overlap, and lines between them', () => {
    const model = large(40);
    const part = filtered(model, {});
    const { boxes, edges } = pictureOf(model, part, boxesOf(model, part, new Set(['g team3'])), { column: 200, gap: 100 });
    const overlapping = boxes.filter((box, i) => boxes.some((other, j) => (
      j > i && other.x === box.x && other.y < box.y + box.height && box.y < other.y + other.height
    )));
    expect([overlapping, boxes.filter(({ isOpen }) => isOpen).length]).toEqual([[], 1]);
    expect(edges.flatMap(({ kind, imports }) => kind === 'direct' ? imports : [])).toHaveLength(1000);
  });
});

test('names are in the order in which people count', () => {
  expect(['a10', 'a2', 'a', 'b1', 'a02', '10', '9'].sort(naturally)).toEqual(['9', '10', 'a', 'a02', 'a2', 'a10', 'b1']);
});

/** The catalog of a folder, without its clusters. */
function catalogOf(folder: WrittenFolder) {
  const all = readFolder(folderArgument(folder.path));
  return { ...all, files: all.files.filter(({ name }) => name === 'mesh-catalog.json') };
}
