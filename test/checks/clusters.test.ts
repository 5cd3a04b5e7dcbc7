import { App } from 'cdk8s';
import { addObject, CheckCase, reportedCodes, testChecks } from './check-case';
import { GatewayAddress, IstioRelease, Mesh, ServicePort } from '../../src';

const CASES: CheckCase[] = [
  {
    code: 'MESH016',
    name: 'two objects with the same kind, namespace and name',
    wrong: ({ caller }) => ['a', 'b'].forEach(() => addObject(caller, 'v1', 'ConfigMap', 'x/same', {})),
    right: ({ caller }) => {
      addObject(caller, 'v1', 'ConfigMap', 'x/a', {});
      addObject(caller, 'v1', 'ConfigMap', 'y/a', {});
      addObject(caller, 'v1', 'Secret', 'x/a', {});
      addObject(caller, 'other.example/v1', 'ConfigMap', 'x/a', {});
    },
  },
  {
    code: 'MESH028',
    name: 'two clusters with one gateway address',
    wrong: ({ mesh }) => mesh.addCluster('third', { ingressGateway: GatewayAddress.of('203.0.113.20') }),
    right: ({ mesh }) => mesh.addCluster('third', { ingressGateway: GatewayAddress.of('203.0.113.20', { port: 15444 }) }),
  },
];

testChecks(CASES);

test('MESH024 is reported for a receiver that does not accept the trust domain of its caller', () => {
  const codesWithAliases = (trustDomainAliases: string[]) => {
    const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 });
    const caller = mesh.addCluster('caller', { trustDomain: 'a.example' });
    const ingressGateway = GatewayAddress.of('203.0.113.20');
    const receiver = mesh.addCluster('receiver', { ingressGateway, trustDomain: 'b.example', trustDomainAliases });
    const exported = receiver.exportService('httpbin', { namespace: 'bar', ports: [ServicePort.http('http', 8000)] });
    caller.importService(exported, { namespace: 'foo' });
    return reportedCodes(caller);
  };
  expect(codesWithAliases([])).toEqual(['MESH024']);
  expect(codesWithAliases(['a.example'])).toEqual([]);
});
