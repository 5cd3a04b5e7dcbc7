import { App, Testing } from 'cdk8s';
import {
  EgressGateway, GatewayAddress, ImportPath, IstioRelease, Mesh, MeshApp, MeshCluster, RemoteService, ServicePort,
} from '../../src';

const VIA = ImportPath.egressGateway();
const GATEWAY = GatewayAddress.of('203.0.113.20');

function caller(app: App = new App()): MeshCluster {
  return new Mesh(app, 'mesh', { istio: IstioRelease.V1_31 }).addCluster('caller', { egressGateway: EgressGateway.service() });
}

function remote(suffix: string, port: number, clusterDomain = 'cluster.local', gateway = GATEWAY): RemoteService {
  const exporters = [{ cluster: 'far', gateways: [gateway] }];
  return new RemoteService({ name: 'api', namespace: 'shop', suffix, clusterDomain, exporters, ports: [ServicePort.http('http', port)] });
}

/** The SNIs that each route of the egress gateway passes on, by the name of its VirtualService. */
function routes(cluster: MeshCluster): { [name: string]: string[] } {
  const found = Testing.synth(cluster).filter(({ kind, metadata }) => kind === 'VirtualService' && metadata.namespace === 'istio-system');
  return Object.fromEntries(found.map(({ metadata, spec }) => [metadata.name, spec.tls.flatMap((route: any) => route.match[0].sniHosts)]));
}

const sni = (port: number, domain = 'cluster.local') => `outbound_.${port}_._.api.shop.svc.${domain}`;

describe('two services of one name and namespace, through one egress gateway', () => {
  test.each([
    ['as declared', [remote('one.example', 80), remote('two.example', 81)]],
    ['the other way round', [remote('two.example', 81), remote('one.example', 80)]],
  ])('share one route with the ports of both, %s', (_, services) => {
    const cluster = caller();
    services.forEach((service, i) => cluster.importService(service, { namespace: `n${i}`, via: VIA }));
    expect(routes(cluster)).toEqual({ 'mesh-api-shop': [sni(80), sni(81)] });
  });

  test('have a route each where the domains of their clusters differ', () => {
    const cluster = caller();
    cluster.importService(remote('one.example', 80), { namespace: 'a', via: VIA });
    cluster.importService(remote('two.example', 80, 'k8s.example'), { namespace: 'b', via: VIA });
    const found = routes(cluster);
    expect(Object.keys(found)).toEqual(['mesh-api-shop', expect.stringMatching(/^mesh-api-shop-[0-9a-f]{10}$/)]);
    expect(Object.values(found)).toEqual([[sni(80)], [sni(80, 'k8s.example')]]);
  });

  test('keep the route of a service that is still called beside one that retires', () => {
    const cluster = caller();
    cluster.importService(remote('one.example', 80), { namespace: 'a', via: VIA, retire: true });
    cluster.importService(remote('two.example', 81), { namespace: 'b', via: VIA });
    expect(routes(cluster)).toEqual({ 'mesh-api-shop': [sni(80), sni(81)] });
  });

  test.each([false, true])('with one SNI and other exporters are refused, also where the first retires: %s', retire => {
    const app = new MeshApp({ outdir: 'unused' });
    const cluster = caller(app);
    cluster.importService(remote('one.example', 80), { namespace: 'a', via: VIA, retire });
    cluster.importService(remote('two.example', 80, 'cluster.local', GatewayAddress.of('203.0.113.66')), { namespace: 'b', via: VIA });
    expect(app.problems.map(({ code }) => code)).toEqual(['MESH023']);
  });
});
