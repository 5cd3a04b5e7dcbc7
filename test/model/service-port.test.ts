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
