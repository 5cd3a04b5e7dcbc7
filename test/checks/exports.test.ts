import {
  addHttpbinService, addIstioObject, addPeerAuthentication, CheckCase, pair, Pair, reportedCodes, testChecks,
} from './check-case';
import { ServiceVersion } from '../../src';

const PORTS = [{ port: 8000 }];
const EXPORT_TO = 'networking.istio.io/exportTo';

function addGateway({ receiver }: Pair, name: string, servers: object[]): void {
  addIstioObject(receiver, 'Gateway', `istio-system/${name}`, { selector: { istio: 'ingressgateway' }, servers });
}

const server = (host: string, number = 15443) => ({ port: { number }, tls: { mode: 'AUTO_PASSTHROUGH' }, hosts: [host] });

const CASES: CheckCase[] = [
  {
    code: 'MESH022',
    name: 'a headless Service',
    wrong: ({ receiver }) => addHttpbinService(receiver, { clusterIP: 'None', ports: PORTS }),
    right: ({ receiver }) => addHttpbinService(receiver, { clusterIP: '10.0.0.9', ports: PORTS }),
  },
  {
    code: 'MESH022',
    name: 'an ExternalName Service',
    wrong: ({ receiver }) => addHttpbinService(receiver, { type: 'ExternalName', externalName: 'a.example' }),
    right: ({ receiver }) => addHttpbinService(receiver, { type: 'NodePort', ports: PORTS }),
  },
  {
    code: 'MESH022',
    name: 'a port that the Service does not have',
    wrong: ({ receiver }) => addHttpbinService(receiver, { ports: [{ port: 80, targetPort: 8000 }] }),
    right: ({ receiver }) => addHttpbinService(receiver, { ports: [{ port: 8000, targetPort: 80 }] }),
  },
  {
    code: 'MESH022',
    name: 'a UDP port',
    wrong: ({ receiver }) => addHttpbinService(receiver, { ports: [{ port: 8000, protocol: 'UDP' }] }),
    right: ({ receiver }) => addHttpbinService(receiver, { ports: [{ port: 8000, protocol: 'TCP' }, { port: 53, protocol: 'UDP' }] }),
  },
  {
    code: 'MESH022',
    name: 'a Service that is not visible to the ingress gateway',
    wrong: ({ receiver }) => addHttpbinService(receiver, { ports: PORTS }, { [EXPORT_TO]: '.,shop' }),
    right: ({ receiver }) => addHttpbinService(receiver, { ports: PORTS }, { [EXPORT_TO]: '., istio-system' }),
  },
  {
    code: 'MESH025',
    name: 'a second Gateway for an exported host',
    wrong: p => addGateway(p, 'mine', [server('bar/httpbin.bar.svc.cluster.local')]),
    right: p => addGateway(p, 'mine', [server('httpbin.bar.svc.cluster.local', 443), server('other.bar.svc.cluster.local')]),
  },
  {
    code: 'MESH025',
    name: 'a wildcard Gateway that covers an export',
    wrong: p => addGateway(p, 'cross-network-gateway', [server('*.local')]),
    right: p => addGateway(p, 'cross-network-gateway', [server('*.other.svc.cluster.local')]),
  },
  {
    code: 'MESH026',
    name: 'a policy that turns mutual TLS off for an export',
    wrong: ({ receiver }) => addPeerAuthentication(receiver, 'bar/off', { mtls: { mode: 'DISABLE' } }),
    right: ({ receiver }) => {
      addPeerAuthentication(receiver, 'bar/some', { selector: { matchLabels: { app: 'other' } }, mtls: { mode: 'DISABLE' } });
      addPeerAuthentication(receiver, 'bar/on', { mtls: { mode: 'PERMISSIVE' } });
      addPeerAuthentication(receiver, 'other/off', { mtls: { mode: 'DISABLE' } });
    },
  },
];

testChecks(CASES);

test('MESH012 is reported for an existing version that the DestinationRule of its service does not define', () => {
  const codesWithRule = (subset: string) => {
    const { caller, receiver } = pair({ versions: [ServiceVersion.existing('v1')] });
    const spec = { host: 'httpbin.bar.svc.cluster.local', subsets: [{ name: subset }] };
    addIstioObject(receiver, 'DestinationRule', 'bar/mine', spec);
    return reportedCodes(caller);
  };
  expect(codesWithRule('v2')).toEqual(['MESH012']);
  expect(codesWithRule('v1')).toEqual([]);
  // A rule outside the chart may define it.
  expect(reportedCodes(pair({ versions: [ServiceVersion.existing('v1')] }).caller)).toEqual([]);
});
