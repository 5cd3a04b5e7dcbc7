import { ServicePort } from '../../src';

test.each(['HTTP', 'Http', 'http'])('the protocol %s is http: Istio reads protocols in any case', text => {
  expect(ServicePort.of(text, 'web', 80)).toEqual(ServicePort.http('web', 80));
});

test('gRPC-Web crosses a gateway as HTTP', () => {
  expect(ServicePort.of('grpc-web', 'web', 80)).toMatchObject({ protocol: 'grpc-web', isHttp: true, isTls: false });
});

test.each(['udp', 'UDP', 'sctp', 'grpcweb', ''])('the protocol "%s" is refused', text => {
  expect(() => ServicePort.of(text, 'web', 80)).toThrow('MESH003');
});

describe('on a port that sidecars keep for themselves', () => {
  const PORTS = [15001, 15006, 15021, 15090];

  test.each(['http', 'http2', 'grpc', 'grpc-web', 'HTTP'])('%s is refused: sidecars would have no listener for it', protocol => {
    PORTS.forEach(port => {
      expect(() => ServicePort.of(protocol, 'web', port)).toThrow(`MESH003 ServicePort('web'): ${protocol.toLowerCase()} on a port`);
    });
  });

  test.each(['tcp', 'tls', 'https', 'mongo', 'redis', 'mysql'])('%s is accepted: its listener is for the VIP alone', protocol => {
    expect(PORTS.map(port => ServicePort.of(protocol, 'web', port).port)).toEqual(PORTS);
  });

  test.each([15000, 15004, 15008, 15020, 15053, 15443, 1, 65535])('HTTP is accepted on %d, on which no sidecar listens for all', port => {
    expect(ServicePort.http('web', port).port).toBe(port);
  });
});
