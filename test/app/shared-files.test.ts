import { ApiObject, Duration, JsonPatch } from 'cdk8s';
import {
  ClusterPriority, EgressGateway, GatewayAddress, ImportPath, IstioRelease, Mesh, MeshApp, MeshCluster, RemoteService, Routing,
  ServicePort, ServiceVersion, StringMatch, VipRange,
} from '../../src';
import { outputOf } from '../../src/app/output';
import { lineComments } from '../../src/istio/line-comments';
import { provenanceOf } from '../../src/objects/provenance';
import { headerLine } from '../../src/output/comments';
import { fileName } from '../../src/output/file-name';
import { manifestText } from '../../src/output/manifest-text';
import { everyForm } from '../every-form';

const PORTS = [ServicePort.http('http', 8000)];
const WEB = { namespace: 'shop', ports: PORTS, serviceAccount: 'web', versions: [ServiceVersion.of('v1')] };
const byHand = new RemoteService({
  name: 'by-hand', namespace: 'shop', ports: PORTS, exporters: [{ cluster: 'far', gateways: [GatewayAddress.of('198.51.100.9')] }],
});

/** The text of the file of each object, rendered by itself, by its path. */
function renderedAlone(app: MeshApp): Map<string, string> {
  return new Map(app.node.findAll().filter(ApiObject.isApiObject).map(object => {
    const manifest = object.toJson();
    const header = headerLine(object.node.path.slice(object.chart.node.path.length + 1));
    const lines = provenanceOf(object).isOwnContent ? lineComments(manifest.kind) : undefined;
    return [`${object.chart.node.id}/${fileName(manifest)}`, manifestText(manifest, { header, lines })];
  }));
}

function objectFiles(app: MeshApp): Map<string, string> {
  return new Map([...outputOf(app.node.findAll()).entries()].filter(([path]) => path.endsWith('.yaml')));
}

/** A mesh of two exporters, a plain importer and one that may be different from it. */
function importers(change: (cluster: MeshCluster, services: { readonly web: any; readonly app: MeshApp }) => void, options = {}): MeshApp {
  const app = new MeshApp();
  const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31 });
  const gateway = (n: number) => ({ ingressGateway: GatewayAddress.of(`198.51.100.${n}`) });
  const exporter = mesh.addCluster('exporter', gateway(1));
  const web = exporter.exportService('web', WEB);
  mesh.addCluster('plain').importService(web, { namespace: 'shop' });
  mesh.cluster('plain').importService(byHand, { namespace: 'shop' });
  change(mesh.addCluster('other', { ...gateway(2), ...options }), { web, app });
  return app;
}

type Change = Parameters<typeof importers>[0];

const CHANGES: { [difference: string]: Change | [Change, object] } = {
  'nothing': (cluster, { web }) => cluster.importService(web, { namespace: 'shop' }),
  'the namespace': (cluster, { web }) => cluster.importService(web, { namespace: 'elsewhere' }),
  'the VIPs': (cluster, { web }) => cluster.importService(web, { namespace: 'shop', addresses: ['240.0.0.9'] }),
  'the range of VIPs': [
    (cluster, { web }) => cluster.importService(web, { namespace: 'shop' }),
    { vips: VipRange.ipv4({ cidr: '241.0.0.0/8' }) },
  ],
  'an export of its own': (cluster, { web }) => {
    cluster.exportService('web', WEB);
    cluster.importService(web, { namespace: 'shop' });
  },
  'the egress gateway': [
    (cluster, { web }) => cluster.importService(web, { namespace: 'shop', via: ImportPath.egressGateway() }),
    { egressGateway: EgressGateway.service() },
  ],
  'the priority': (cluster, { web }) => {
    cluster.importService(web, { namespace: 'shop', priority: ClusterPriority.inOrder('exporter') });
  },
  'the routing': (cluster, { web }) => cluster.importService(web, {
    namespace: 'shop', routing: Routing.weights({ v1: 100 }).whenHeaders({ a: StringMatch.exact('b') }, { v1: 100 }),
  }),
  'a policy': (cluster, { web }) => cluster.importService(web, { namespace: 'shop', timeout: Duration.seconds(3) }),
  'a policy of the cluster': [
    (cluster, { web }) => cluster.importService(web, { namespace: 'shop' }),
    { importDefaults: { timeout: Duration.seconds(3) } },
  ],
  'a label of all objects': [(cluster, { web }) => cluster.importService(web, { namespace: 'shop' }), { labels: { team: 'other' } }],
  'a patch': (cluster, { web }) => {
    cluster.importService(web, { namespace: 'shop' }).serviceEntry!.addJsonPatch(JsonPatch.add('/spec/location', 'MESH_EXTERNAL'));
  },
  'a label': (cluster, { web }) => cluster.importService(web, { namespace: 'shop' }).destinationRule!.metadata.addLabel('a', 'b'),
  'another service of the same name': cluster => cluster.importService(new RemoteService({
    name: 'by-hand', namespace: 'shop', ports: PORTS, exporters: [{ cluster: 'near', gateways: [GatewayAddress.of('198.51.100.8')] }],
  }), { namespace: 'shop' }),
};

describe('files of objects that clusters may share', () => {
  test.each(Object.entries(CHANGES))('hold the object of their cluster where one differs from another in: %s', (_, given) => {
    const app = Array.isArray(given) ? importers(...given) : importers(given);
    expect(objectFiles(app)).toEqual(renderedAlone(app));
  });

  test('hold the object of their cluster for every form of export and import', () => {
    const app = new MeshApp();
    everyForm(app);
    expect(objectFiles(app)).toEqual(renderedAlone(app));
  });

  test('follow a second export that is declared between two synths', () => {
    const app = importers((cluster, { web }) => cluster.importService(web, { namespace: 'shop' }));
    const before = objectFiles(app).get('other/ServiceEntry.networking.istio.io_shop_web-shop.yaml');
    const mesh = app.node.findChild('mesh') as Mesh;
    mesh.addCluster('third', { ingressGateway: GatewayAddress.of('198.51.100.3') })
      .exportService('web', WEB);
    const after = objectFiles(app);
    expect(after.get('other/ServiceEntry.networking.istio.io_shop_web-shop.yaml')).not.toBe(before);
    expect(after).toEqual(renderedAlone(app));
  });
});
