import { App } from 'cdk8s';
import { GatewayAddress, IstioRelease, Mesh, ServicePort, ServiceToExport } from '../../src';

const httpbin: ServiceToExport = { name: 'httpbin', namespace: 'bar', serviceAccount: 'httpbin', ports: [ServicePort.http('http', 8000)] };
const orders: ServiceToExport = { name: 'orders', namespace: 'shop', serviceAccount: 'orders', ports: [ServicePort.grpc('grpc', 9000)] };

function cluster() {
  return new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 }).addCluster('c1', { ingressGateway: GatewayAddress.of('203.0.113.1') });
}

test('exportServices exports each service as exportService does, in the given order', () => {
  const [together, single] = [cluster(), cluster()];
  expect(together.exportServices([orders, httpbin]).map(({ host }) => host)).toEqual(['orders.shop.global', 'httpbin.bar.global']);
  [orders, httpbin].forEach(({ name, ...options }) => single.exportService(name, options));
  expect(together.toJson()).toEqual(single.toJson());
  expect(together.toJson()).toHaveLength(2);
});

test.each([
  ['a service that is listed twice', [httpbin, orders, httpbin], /MESH006 c1.exportServices\('httpbin'\).*httpbin.bar.global/],
  ['an invalid name', [httpbin, { ...orders, name: 'Orders' }], /MESH001/],
  ['an unknown option', [httpbin, { ...orders, port: 1 }], /MESH057 c1.exportServices.*services\[1\].port/],
  ['no list', 'httpbin', /MESH004/],
])('when exportServices refuses %s, no service is exported', (_, services, error) => {
  const refusing = cluster();
  expect(() => refusing.exportServices(services as ServiceToExport[])).toThrow(error);
  expect(refusing.exports).toEqual([]);
  expect(refusing.toJson()).toEqual([]);
});
