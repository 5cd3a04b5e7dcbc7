import { existsSync } from 'fs';
import { join } from 'path';
import { ApiObject } from 'cdk8s';
import {
  EgressGateway, GatewayAddress, ImportPath, IstioRelease, Mesh, MeshApp, MeshCluster, RemoteService, Routing, ServicePort, ServiceVersion,
} from '../src';
import { temporaryFolder } from './temporary-folder';

const ISTIO = 'networking.istio.io/v1';

// The name of this test is the key of its snapshot.
test('a mesh that does everything wrong is told every mistake at once, and nothing is written', () => {
  const outdir = join(temporaryFolder('wrong'), 'dist');
  const app = new MeshApp({ outdir });
  const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31 });
  const ports = [ServicePort.http('http', 8000)];
  const [one, two, three] = ['one', 'two', 'three'].map((name, i) => mesh.addCluster(name, {
    ingressGateway: GatewayAddress.of(`203.0.113.${Math.min(i, 1)}`),
    egressGateway: EgressGateway.service(),
    trustDomain: i === 0 ? 'a.example' : undefined,
  }));
  const addObject = (cluster: MeshCluster, apiVersion: string, kind: string, place: string, content: object) => {
    const [namespace, name] = place.split('/');
    new ApiObject(cluster, `${kind}-${place}`, { apiVersion, kind, metadata: { name, namespace }, ...content });
  };
  const serviceByHand = (name: string, cluster: string, suffix?: string) => new RemoteService(
    { name, namespace: 'x', suffix, ports, exporters: [{ cluster, gateways: [GatewayAddress.of('203.0.113.9')] }] },
  );

  const web = two.exportService('web', { namespace: 'bar', ports, versions: [ServiceVersion.existing('v1')] });
  three.exportService('web', { namespace: 'bar', ports: [ServicePort.tcp('http', 8000)], versions: [ServiceVersion.of('v1')] });
  one.importService(web, { namespace: 'foo', routing: Routing.weights({ v1: 50, v9: 50 }) });
  const own = one.exportService('own', { namespace: 'bar', ports });
  one.importService(own, { namespace: 'foo' });
  one.importService(serviceByHand('ghost', 'two'), { namespace: 'foo', addresses: ['240.0.0.2'] });
  one.importService(serviceByHand('twin', 'far'), { namespace: 'foo', addresses: ['240.0.0.2'] });
  one.importService(serviceByHand('twin', 'near'), { namespace: 'baz' });
  one.importService(serviceByHand('way', 'far'), { namespace: 'foo', via: ImportPath.egressGateway() });
  one.importService(serviceByHand('way', 'near', 'corp.example'), { namespace: 'baz', via: ImportPath.egressGateway() });
  addObject(one, ISTIO, 'ServiceEntry', 'foo/mine', { spec: { hosts: ['web.bar.global'] } });
  addObject(one, ISTIO, 'DestinationRule', 'foo/mine', { spec: { host: 'web.bar.global', trafficPolicy: {} } });
  addObject(two, 'v1', 'Service', 'bar/web', { spec: { clusterIP: 'None', ports: [{ port: 80 }] } });
  addObject(two, ISTIO, 'Gateway', 'istio-system/mine', {
    spec: { servers: [{ port: { number: 15443 }, tls: { mode: 'AUTO_PASSTHROUGH' }, hosts: ['*.local'] }] },
  });
  addObject(two, 'security.istio.io/v1', 'PeerAuthentication', 'bar/off', { spec: { mtls: { mode: 'DISABLE' } } });
  new ApiObject(two, 'again', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'bar' } });

  let message = '';
  try {
    app.synth();
  } catch (error) {
    message = (error as Error).message;
  }
  expect([...new Set(message.match(/MESH\d+/g))]).toEqual([
    'MESH010', 'MESH012', 'MESH013', 'MESH014', 'MESH016', 'MESH020', 'MESH021', 'MESH022', 'MESH023', 'MESH024', 'MESH025', 'MESH026',
    'MESH028', 'MESH060',
  ]);
  expect(message).toMatchSnapshot();
  expect(existsSync(outdir)).toBe(false);
});
