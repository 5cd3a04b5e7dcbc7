import { App, Testing } from 'cdk8s';
import { EJECTION, HTTP, importingMesh, PATIENCE, QUICK_FAILURE, specOf } from './importing-mesh';
import { GatewayAddress, IstioRelease, Mesh, ServicePort } from '../../src';

describe('an import of a service that two clusters export', () => {
  test('has an endpoint for each cluster, and stops using a gateway that does not accept connections', () => {
    const { caller, receivers } = importingMesh(['203.0.113.20', '203.0.113.30']);
    const [service] = receivers.map(receiver => receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP }));
    caller.importService(service, { namespace: 'foo' });
    const { endpoints } = specOf(caller, 'ServiceEntry', 'foo/httpbin-bar');
    expect(endpoints.map((endpoint: any) => endpoint.address)).toEqual(['203.0.113.20', '203.0.113.30']);
    const expected = { outlierDetection: EJECTION, connectionPool: QUICK_FAILURE };
    expect(specOf(caller, 'DestinationRule', 'foo/httpbin-bar').trafficPolicy).toMatchObject(expected);
  });

  test('includes an export that is declared after the import', () => {
    const { caller, receivers: [first, second] } = importingMesh(['203.0.113.20', '203.0.113.30']);
    caller.importService(first.exportService('httpbin', { namespace: 'bar', ports: HTTP }), { namespace: 'foo' });
    second.exportService('httpbin', { namespace: 'bar', ports: HTTP });
    expect(specOf(caller, 'ServiceEntry', 'foo/httpbin-bar').endpoints).toHaveLength(2);
  });

  test('has the locality of each cluster that declares one', () => {
    const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 });
    const [caller, ...receivers] = ['caller', 'a', 'b'].map(
      name => mesh.addCluster(name, { ingressGateway: GatewayAddress.of(`${name}.example.com`), locality: `region-${name}/zone` }),
    );
    const [service] = receivers.map(receiver => receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP }));
    caller.importService(service, { namespace: 'foo' });
    const { endpoints } = specOf(caller, 'ServiceEntry', 'foo/httpbin-bar');
    expect(endpoints.map((endpoint: any) => endpoint.locality)).toEqual(['region-a/zone', 'region-b/zone']);
  });

  test('by one of the two clusters leads to the other', () => {
    const { receivers: [first, second] } = importingMesh(['203.0.113.20', '203.0.113.30']);
    const service = first.exportService('httpbin', { namespace: 'bar', ports: HTTP });
    second.exportService('httpbin', { namespace: 'bar', ports: HTTP });
    expect(first.importService(service, { namespace: 'foo' }).servedBy).toEqual(['receiver2']);
  });

  test.each([
    { first: ['240.0.0.2'], second: [] },
    { first: [], second: ['240.0.0.2'] },
  ])('is refused when the exports declare addresses $first and $second', ({ first, second }) => {
    const { caller, receivers } = importingMesh(['203.0.113.20', '203.0.113.30']);
    receivers.forEach((receiver, i) => {
      receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP, addresses: [first, second][i] });
    });
    expect(() => Testing.synth(caller)).toThrow(/MESH013 .*disagree: addresses/);
  });

  test('is refused with all differences of the two exports in one error', () => {
    const { caller, receivers: [first, second] } = importingMesh(['203.0.113.20', '203.0.113.30']);
    const service = first.exportService('httpbin', { namespace: 'bar', ports: HTTP, serviceAccount: 'web', addresses: ['240.0.0.2'] });
    second.exportService('httpbin', { namespace: 'bar', ports: [ServicePort.tcp('http', 8000)], addresses: ['240.0.0.3'] });
    caller.importService(service, { namespace: 'foo' });
    expect(() => Testing.synth(caller)).toThrow(
      /MESH013.*receiver2 and receiver1 disagree: ports[\s\S]*MESH013.*service account[\s\S]*MESH013.*addresses/,
    );
  });
});

describe('an import from one cluster', () => {
  test('stops using one of its gateways that does not accept connections', () => {
    const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 });
    const ingressGateways = ['192.0.2.1', '2001:db8::1'].map(address => GatewayAddress.of(address));
    const receiver = mesh.addCluster('receiver', { ingressGateways });
    const caller = mesh.addCluster('caller');
    caller.importService(receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP }), { namespace: 'foo' });
    const expected = { outlierDetection: EJECTION, connectionPool: QUICK_FAILURE };
    expect(specOf(caller, 'DestinationRule', 'foo/httpbin-bar').trafficPolicy).toMatchObject(expected);
  });

  test('waits for its only gateway', () => {
    const { caller, receivers: [receiver] } = importingMesh(['203.0.113.20']);
    caller.importService(receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP }), { namespace: 'foo' });
    expect(specOf(caller, 'DestinationRule', 'foo/httpbin-bar').trafficPolicy.connectionPool).toEqual(PATIENCE);
  });
});
