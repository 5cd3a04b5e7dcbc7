import { ApiObject, App, Chart, Testing } from 'cdk8s';
import { addObject, Pair } from './check-case';
import { Change, Kind, reportOf, testKinds } from './kind-table';
import { GatewayAddress, ImportPath, IstioRelease, Mesh, ServiceExport, ServicePort } from '../../src';

const LOCAL = 'httpbin.bar.svc.cluster.local';
const INGRESS = { istio: 'ingressgateway' };
const EGRESS = { istio: 'egressgateway' };

interface Server {
  readonly port?: number;
  readonly mode?: string;
  readonly bind?: string;
  readonly hosts: string[];
}

function addGateway(chart: Chart, namespace: string, selector: object, { port = 15443, mode, bind, hosts }: Server): void {
  const server = { port: { number: port }, hosts, ...mode && { tls: { mode } }, ...bind && { bind } };
  const metadata = { name: 'mine', namespace };
  new ApiObject(chart, 'mine', { apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata, spec: { selector, servers: [server] } });
}

const onIngress = (server: Server, selector: object = INGRESS, namespace = 'istio-system'): Change => ({ receiver }) => {
  addGateway(receiver, namespace, selector, server);
};
const onEgress = (server: Server, selector: object = EGRESS, namespace = 'istio-system'): Change => ({ caller }) => {
  addGateway(caller, namespace, selector, server);
};

const importThroughEgress = ({ caller, receiver }: Pair) => {
  caller.importService(receiver.exports[0], { namespace: 'through', via: ImportPath.egressGateway() });
};

const policy = (place: string, spec: object): Change => ({ caller }) => {
  addObject(caller, 'security.istio.io/v1', 'AuthorizationPolicy', place, { spec });
};

const allowing = (rule: object) => policy('istio-system/mine', { selector: { matchLabels: EGRESS }, rules: [rule] });
const denying = (rule: object) => policy('istio-system/mine', { selector: { matchLabels: EGRESS }, action: 'DENY', rules: [rule] });

const KINDS: Kind[] = [
  {
    code: 'MESH025',
    name: 'a Gateway that takes the place of an export',
    found: {
      'the same host': onIngress({ mode: 'AUTO_PASSTHROUGH', hosts: [LOCAL] }),
      'the same host with TLS that ends at the gateway': onIngress({ mode: 'SIMPLE', hosts: [LOCAL] }),
      'the same host, limited to a namespace': onIngress({ mode: 'AUTO_PASSTHROUGH', hosts: [`bar/${LOCAL}`] }),
      'a wildcard that opens Services': onIngress({ mode: 'AUTO_PASSTHROUGH', hosts: ['*.local'] }),
      'a server without TLS': onIngress({ hosts: ['shop.example.com'] }),
      'a Gateway for every pod': onIngress({ mode: 'AUTO_PASSTHROUGH', hosts: ['*.local'] }, {}),
    },
    passed: {
      'the east-west gateway of Istio': onIngress({ mode: 'AUTO_PASSTHROUGH', hosts: ['*.local'] }, { istio: 'eastwestgateway' }),
      'another port': onIngress({ port: 443, mode: 'AUTO_PASSTHROUGH', hosts: ['*.local'] }),
      'another host': onIngress({ mode: 'AUTO_PASSTHROUGH', hosts: ['other.bar.svc.cluster.local'] }),
      'a wildcard that opens no Service by its SNI': onIngress({ mode: 'PASSTHROUGH', hosts: ['*.local'] }),
      'a wildcard with TLS that ends at the gateway': onIngress({ mode: 'SIMPLE', hosts: ['*'] }),
      'another namespace, whose Gateways the gateway does not take': onIngress(
        { mode: 'AUTO_PASSTHROUGH', hosts: ['*.local'] }, INGRESS, 'team',
      ),
      'a listener on another address': onIngress({ mode: 'AUTO_PASSTHROUGH', bind: '192.0.2.1', hosts: ['*.local'] }),
    },
  },
  {
    code: 'MESH025',
    name: 'a Gateway that may select the pods of the ingress gateway',
    isWarning: true,
    found: {
      'another label': onIngress({ mode: 'AUTO_PASSTHROUGH', hosts: ['*.local'] }, { app: 'istio-ingressgateway' }),
      'one more label': onIngress({ mode: 'AUTO_PASSTHROUGH', hosts: [LOCAL] }, { ...INGRESS, zone: 'a' }),
      'a server without TLS': onIngress({ hosts: ['shop.example.com'] }, { app: 'istio-ingressgateway' }),
    },
    passed: {
      'another label beside another value': onIngress({ mode: 'AUTO_PASSTHROUGH', hosts: ['*.local'] }, { istio: 'other', app: 'a' }),
      'another port': onIngress({ port: 443, hosts: ['shop.example.com'] }, { app: 'istio-ingressgateway' }),
      'another host': onIngress({ mode: 'SIMPLE', hosts: ['shop.example.com'] }, { app: 'istio-ingressgateway' }),
    },
  },
  {
    code: 'MESH025',
    name: 'a Gateway that takes the listener of an egress gateway',
    given: importThroughEgress,
    found: {
      'every host': onEgress({ mode: 'PASSTHROUGH', hosts: ['*'] }),
      'every host of every namespace': onEgress({ mode: 'PASSTHROUGH', hosts: ['*/*'] }),
      'every host of its namespace': onEgress({ mode: 'PASSTHROUGH', hosts: ['./*'] }),
      'TLS that ends at the gateway': onEgress({ mode: 'SIMPLE', hosts: ['*'] }),
      'a server without TLS': onEgress({ hosts: ['shop.example.com'] }),
      'a server that sends SNIs to Services of this cluster': onEgress({ mode: 'AUTO_PASSTHROUGH', hosts: ['*.local'] }),
    },
    passed: {
      'some hosts': onEgress({ mode: 'PASSTHROUGH', hosts: ['*.example.com'] }),
      'another port': onEgress({ port: 443, mode: 'PASSTHROUGH', hosts: ['*'] }),
      'the ingress gateway': onEgress({ mode: 'PASSTHROUGH', hosts: ['*'] }, INGRESS),
      'another namespace, whose Gateways the gateway does not take': onEgress({ mode: 'PASSTHROUGH', hosts: ['*'] }, EGRESS, 'team'),
      'Services that are not imported': onEgress({ mode: 'AUTO_PASSTHROUGH', hosts: ['*.shop.svc.cluster.local'] }),
    },
  },
  {
    code: 'MESH025',
    name: 'a Gateway that may select the pods of an egress gateway',
    isWarning: true,
    given: importThroughEgress,
    found: {
      'another label': onEgress({ mode: 'PASSTHROUGH', hosts: ['*'] }, { app: 'istio-egressgateway' }),
      'no TLS and another label': onEgress({ hosts: ['*'] }, { app: 'istio-egressgateway' }),
      'one more label': onEgress({ mode: 'PASSTHROUGH', hosts: ['*'] }, { ...EGRESS, zone: 'a' }),
    },
    passed: {
      'some hosts': onEgress({ mode: 'PASSTHROUGH', hosts: ['*.example.com'] }, { app: 'istio-egressgateway' }),
      'another port': onEgress({ port: 443, mode: 'PASSTHROUGH', hosts: ['*'] }, { app: 'istio-egressgateway' }),
      'another gateway': onEgress({ mode: 'PASSTHROUGH', hosts: ['*'] }, { istio: 'other', app: 'a' }),
    },
  },
  {
    code: 'MESH067',
    name: 'a policy that denies every connection through an egress gateway',
    given: importThroughEgress,
    found: {
      'a rule without a condition': denying({}),
      'a rule in the root namespace for all pods': policy('istio-system/mine', { action: 'DENY', rules: [{}] }),
      'a condition on requests, which Istio leaves out of TLS that it passes on': denying({ to: [{ operation: { methods: ['DELETE'] } }] }),
      'the port between clusters': denying({ to: [{ operation: { ports: ['15443'] } }] }),
      'all identities but one': denying({ from: [{ source: { notPrincipals: ['cluster.local/ns/foo/sa/sleep'] } }] }),
    },
    passed: {
      'an SNI': denying({ when: [{ key: 'connection.sni', values: ['*.example.com'] }] }),
      'addresses': denying({ from: [{ source: { ipBlocks: ['192.0.2.0/24'] } }] }),
      'an identity, which the gateway does not see': denying({ from: [{ source: { namespaces: ['foo'] } }] }),
      'another port': denying({ to: [{ operation: { ports: ['443'] } }] }),
      'other pods': policy('istio-system/mine', { selector: { matchLabels: INGRESS }, action: 'DENY', rules: [{}] }),
      'another namespace': policy('foo/mine', { action: 'DENY', rules: [{}] }),
    },
  },
  {
    code: 'MESH067',
    name: 'a policy that allows nothing through an egress gateway',
    isWarning: true,
    given: importThroughEgress,
    found: {
      'no rule': policy('istio-system/mine', { selector: { matchLabels: EGRESS } }),
      'an empty policy of its namespace': policy('istio-system/mine', {}),
      'identities, which the gateway does not see': allowing({ from: [{ source: { namespaces: ['foo'] } }] }),
      'requests, which the gateway does not see': allowing({ to: [{ operation: { methods: ['GET'] } }] }),
      'another port': allowing({ to: [{ operation: { ports: ['443'] } }] }),
    },
    passed: {
      'an SNI': allowing({ when: [{ key: 'connection.sni', values: ['outbound_.8000_._.*'] }] }),
      'the port between clusters': allowing({ to: [{ operation: { ports: ['15443'] } }] }),
      'addresses': allowing({ from: [{ source: { ipBlocks: ['10.0.0.0/8'] } }] }),
      'every caller': allowing({}),
      'a policy of audits': policy('istio-system/mine', { action: 'AUDIT', rules: [{}] }),
      'an empty policy beside one that allows': p => {
        policy('istio-system/none', {})(p);
        allowing({ to: [{ operation: { ports: ['15443'] } }] })(p);
      },
    },
  },
];

testKinds(KINDS);

describe('a Gateway of another namespace', () => {
  const wildcard = { mode: 'AUTO_PASSTHROUGH', hosts: ['*.local'] };

  test('is reported in a cluster that takes Gateways of any namespace', () => {
    const errorsOf = (gatewaysOfAnyNamespace: boolean) => {
      const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 });
      const receiver = mesh.addCluster('receiver', { ingressGateway: GatewayAddress.of('203.0.113.20'), gatewaysOfAnyNamespace });
      receiver.exportService('httpbin', { namespace: 'bar', ports: [ServicePort.http('http', 8000)] });
      addGateway(receiver, 'team', INGRESS, wildcard);
      return reportOf({ mesh, caller: receiver, receiver }).errors;
    };
    expect(errorsOf(true)).toEqual(['MESH025']);
    expect(errorsOf(false)).toEqual([]);
  });

  test('is reported in a chart outside of a mesh, whose Istio may take it', () => {
    const chart = Testing.chart();
    new ServiceExport(chart, 'export', { istio: IstioRelease.V1_31, name: 'httpbin', namespace: 'bar' });
    addGateway(chart, 'team', INGRESS, wildcard);
    expect(() => Testing.synth(chart)).toThrow('MESH025');
  });
});
