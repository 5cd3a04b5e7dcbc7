import { ApiObject } from 'cdk8s';
import * as fc from 'fast-check';
import { pair, Pair } from './check-case';
import { reportOf } from './kind-table';
import { AllowedCaller, ImportName, ImportPath, ServiceVersion } from '../../src';

const KINDS = [
  ['networking.istio.io/v1', 'DestinationRule'],
  ['networking.istio.io/v1', 'VirtualService'],
  ['networking.istio.io/v1', 'Gateway'],
  ['networking.istio.io/v1', 'ServiceEntry'],
  ['networking.istio.io/v1', 'WorkloadEntry'],
  ['networking.istio.io/v1', 'Sidecar'],
  ['security.istio.io/v1', 'PeerAuthentication'],
  ['security.istio.io/v1', 'AuthorizationPolicy'],
  ['apps/v1', 'Deployment'],
  ['v1', 'Service'],
  ['v1', 'Pod'],
  ['v1', 'Namespace'],
];

/** Fields that the checks read. */
const FIELDS = [
  'host', 'hosts', 'exportTo', 'trafficPolicy', 'subsets', 'name', 'tls', 'mode', 'portLevelSettings', 'port', 'ports', 'number',
  'protocol',
  'workloadSelector', 'selector', 'matchLabels', 'labels', 'app', 'http', 'tcp', 'route', 'destination', 'subset', 'mirror', 'mirrors',
  'gateways', 'servers', 'bind', 'addresses', 'egress', 'mtls', 'portLevelMtls', 'action', 'rules', 'from', 'source', 'to', 'operation',
  'when', 'key', 'values', 'principals', 'template', 'metadata', 'targetPort', 'appProtocol', 'network', 'clusterIP', 'type', 'istio',
];

const VALUES = [
  fc.constantFrom<unknown>(
    'httpbin.bar.global', 'httpbin.bar.svc.cluster.local', 'httpbin', '*.local', '*', './*', '.', 'v1', 'DISABLE', 'DENY', 'HTTP',
    '240.0.0.0/4', 15443, 8000, 8080, null, true, '',
  ),
];

const content = fc.object({ key: fc.constantFrom(...FIELDS), values: VALUES, maxDepth: 6, maxKeys: 8 });

function declarationsBeside(apiVersion: string, kind: string, namespace: string, spec: object): Pair {
  const versions = [ServiceVersion.of('v1'), ServiceVersion.existing('v2')];
  const declared = pair({ workloadSelector: { app: 'httpbin' }, allow: [AllowedCaller.namespace('foo')], versions });
  const { caller, receiver } = declared;
  caller.importService(receiver.exports[0], { namespace: 'other', via: ImportPath.egressGateway() });
  caller.importService(receiver.exports[0], { name: ImportName.local() });
  const object = { apiVersion, kind, metadata: { name: 'httpbin', namespace }, spec };
  [caller, receiver].forEach(cluster => new ApiObject(cluster, 'mine', object));
  return declared;
}

test('checks read any content of objects of the user, and fail on none', () => {
  const places = fc.constantFrom('foo', 'bar', 'istio-system');
  fc.assert(fc.property(fc.constantFrom(...KINDS), places, content, ([apiVersion, kind], namespace, spec) => {
    expect(reportOf(declarationsBeside(apiVersion, kind, namespace, spec)).errors).toContain('MESH066');
  }), { numRuns: 600 });
});
