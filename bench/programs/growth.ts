/**
 * Meshes of one shape that grow. Arguments: output folder, name of the shape, its size.
 */
import { mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { GatewayAddress, IstioRelease, Mesh, MeshApp, ServiceCatalog, ServicePort } from 'cdk8s-istio-multicluster';
import { declareMesh, gatewayOf } from '../mesh';

const [outdir, shape, sizeText] = process.argv.slice(2);
const size = Number(sizeText);
const port = ServicePort.http('http', 8000);
const SERVICE = { namespace: 'shop', serviceAccount: 'web', ports: [port] };

const SHAPES: { [shape: string]: (app: MeshApp) => void } = {
  /** Clusters that import 100 services each, each with a resolver for clients outside of the mesh. */
  'global-dns': app => {
    declareMesh(app, { clusters: size, imports: 100 }, { options: i => ({ globalDns: { clusterIp: `10.96.${i >> 8}.${i % 254 + 1}` } }) });
  },
  /** One cluster that imports every service of a catalog. */
  'catalog': app => {
    const catalog = ServiceCatalog.fromFile(catalogFile());
    const cluster = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31 }).addCluster('cluster');
    for (let n = 0; n < size; n++) {
      cluster.importService(catalog.service(`service-${n}`, { namespace: 'shop' }), { namespace: 'shop' });
    }
  },
  /** Clusters that neither export nor import. */
  'clusters': app => {
    const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31 });
    for (let i = 0; i < size; i++) {
      mesh.addCluster(`cluster-${i}`);
    }
  },
  /** One service that every cluster exports and imports. */
  'one-service': app => {
    const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31 });
    const clusters = Array.from(
      { length: size },
      (_, i) => mesh.addCluster(`cluster-${i}`, { ingressGateway: GatewayAddress.of(gatewayOf(i)) }),
    );
    const services = clusters.map(cluster => cluster.exportService('web', SERVICE));
    clusters.forEach((cluster, i) => cluster.importService(services[i], { namespace: 'shop' }));
  },
};

/** Writes the catalog of another mesh beside the output folder. */
function catalogFile(): string {
  const gateways = [{ address: '203.0.113.77', port: 15443 }];
  const exporters = [{ cluster: 'far', gateways, trustDomain: 'cluster.local', serviceAccount: 'web' }];
  const services = Array.from({ length: size }, (_, n) => ({
    name: `service-${n}`,
    namespace: 'shop',
    host: `service-${n}.shop.global`,
    clusterDomain: 'cluster.local',
    addresses: [`250.${n >> 16}.${n >> 8 & 255}.${n & 255}`],
    ports: [{ name: 'http', port: 8000, protocol: 'http' }],
    exporters,
  }));
  mkdirSync(outdir, { recursive: true });
  const file = join(outdir, 'catalog-of-others.json');
  writeFileSync(file, JSON.stringify({ schemaVersion: 1, meshId: 'far', suffix: 'global', istio: '1.31', services, imports: [] }));
  return file;
}

const app = new MeshApp({ outdir });
SHAPES[shape](app);
app.synth();
