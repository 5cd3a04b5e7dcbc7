import { App } from 'cdk8s';
import { addHttpbinService, addObject, pair, Pair } from './check-case';
import { Change, Kind, reportOf, testKinds } from './kind-table';
import {
  AllowedCaller, ExportServiceOptions, GatewayAddress, ImportName, IstioRelease, Mesh, RemoteService, ServicePort,
} from '../../src';

const HTTP = [ServicePort.http('http', 8000)];
const APP = { app: 'httpbin' };
const FOO = AllowedCaller.namespace('foo');
const BAR = AllowedCaller.namespace('bar');

/** Exports a second Service of the receiver, and imports it into a namespace of the caller. */
const second = (options: Partial<ExportServiceOptions>, namespace = 'foo'): Change => ({ caller, receiver }) => {
  caller.importService(receiver.exportService('second', { namespace: 'bar', ports: HTTP, ...options }), { namespace });
};

const policy = (place: string, spec: object): Change => ({ receiver }) => {
  addObject(receiver, 'security.istio.io/v1', 'AuthorizationPolicy', place, { spec });
};
const forPods = (spec: object, matchLabels: object = APP) => policy('bar/mine', { selector: { matchLabels }, ...spec });
const service: Change = ({ receiver }) => addHttpbinService(receiver, { selector: APP, ports: [{ port: 8000 }] });
const all = (...changes: Change[]): Change => p => changes.forEach(change => change(p));

const KINDS: Kind[] = [
  {
    code: 'MESH066',
    name: 'two exports on the same pods with different callers',
    exported: { workloadSelector: APP, allow: [FOO, AllowedCaller.serviceAccount('ops', 'backup')] },
    found: {
      'fewer callers': second({ workloadSelector: APP, allow: [FOO] }),
      'other callers': second({ workloadSelector: APP, allow: [FOO, BAR] }),
      'more labels, which are fewer pods': second({ workloadSelector: { ...APP, version: 'v1' }, allow: [FOO] }),
      'no allow': second({ workloadSelector: APP }),
      'no allow, where the Service shows its pods': all(
        second({}),
        ({ receiver }) => addObject(receiver, 'v1', 'Service', 'bar/second', { spec: { selector: APP, ports: [{ port: 8000 }] } }),
      ),
    },
    passed: {
      'the same callers': second({ workloadSelector: APP, allow: [FOO, AllowedCaller.serviceAccount('ops', 'backup')] }),
      'other pods': second({ workloadSelector: { app: 'second' }, allow: [FOO] }),
      'other pods without allow': second({ workloadSelector: { app: 'second' } }),
      'pods that nobody names': second({}),
      'the same labels in another namespace': second({ namespace: 'baz', workloadSelector: APP, allow: [FOO] }),
    },
  },
  {
    code: 'MESH066',
    name: 'allow without a caller of an importing namespace',
    exported: { workloadSelector: APP, allow: [FOO, AllowedCaller.serviceAccount('web', 'front')] },
    found: {
      'another namespace': ({ caller, receiver }) => caller.importService(receiver.exports[0], { namespace: 'shop' }),
      'a namespace whose name begins alike': ({ caller, receiver }) => caller.importService(receiver.exports[0], { namespace: 'foo2' }),
      'callers of another trust domain': second({
        workloadSelector: { app: 'second' }, allow: [AllowedCaller.namespace('foo', { trustDomain: 'other.example' })],
      }),
      'a service that is described by hand': ({ caller }) => {
        const exporters = [{ cluster: 'receiver', gateways: [GatewayAddress.of('203.0.113.20')] }];
        caller.importService(
          new RemoteService({ name: 'httpbin', namespace: 'bar', suffix: 'mesh.example', ports: HTTP, exporters }), { namespace: 'shop' },
        );
      },
    },
    passed: {
      'a namespace with one allowed account': ({ caller, receiver }) => caller.importService(receiver.exports[0], { namespace: 'web' }),
      'a local name, which is for all namespaces': ({ caller, receiver }) => {
        caller.importService(receiver.exports[0], { name: ImportName.local() });
      },
      'no allow': second({}, 'shop'),
    },
  },
  {
    code: 'MESH067',
    name: 'a policy that refuses every caller of an export',
    given: service,
    found: {
      'a rule without a condition': forPods({ action: 'DENY', rules: [{}] }),
      'a rule for its namespace': policy('bar/mine', { action: 'DENY', rules: [{}] }),
      'a rule for every namespace': policy('istio-system/mine', { action: 'DENY', rules: [{}] }),
      'one of several rules': forPods({ action: 'DENY', rules: [{ to: [{ operation: { ports: ['9'] } }] }, {}] }),
    },
    passed: {
      'a condition on requests': forPods({ action: 'DENY', rules: [{ to: [{ operation: { methods: ['DELETE'] } }] }] }),
      'other pods': forPods({ action: 'DENY', rules: [{}] }, { app: 'other' }),
      'another namespace': policy('other/mine', { action: 'DENY', rules: [{}] }),
      'the pods of the ingress gateway, which passes TLS on without authorization': policy(
        'istio-system/mine', { selector: { matchLabels: { istio: 'ingressgateway' } }, action: 'DENY', rules: [{}] },
      ),
      'some pods of the Service, as far as labels tell': forPods({ action: 'DENY', rules: [{}] }, { ...APP, version: 'v1' }),
    },
  },
  {
    code: 'MESH067',
    name: 'a policy that allows no caller of an export without allow',
    isWarning: true,
    given: service,
    found: {
      'the pods': forPods({}),
      'the namespace': policy('bar/mine', {}),
      'every namespace': policy('istio-system/mine', { rules: [] }),
    },
    passed: {
      'a policy beside it that allows': all(policy('bar/none', {}), forPods({ rules: [{ from: [{ source: { namespaces: ['foo'] } }] }] })),
      'other pods': forPods({}, { app: 'other' }),
      'a policy of an extension': forPods({ action: 'CUSTOM', provider: { name: 'opa' } }),
      'a policy of a waypoint': policy('bar/mine', { targetRefs: [{ kind: 'Service', name: 'httpbin' }] }),
    },
  },
  {
    code: 'MESH067',
    name: 'a policy that denies every connection of an exported port over TCP',
    exported: { ports: [ServicePort.tcp('db', 8000)] },
    given: service,
    found: {
      'a condition on requests': forPods({ action: 'DENY', rules: [{ to: [{ operation: { methods: ['DELETE'] } }] }] }),
      'a condition on hosts': forPods({ action: 'DENY', rules: [{ to: [{ operation: { notHosts: ['db.example'] } }] }] }),
      'a condition on headers': forPods({ action: 'DENY', rules: [{ when: [{ key: 'request.headers[x]', values: ['y'] }] }] }),
    },
    passed: {
      'a condition on identities': forPods({ action: 'DENY', rules: [{ from: [{ source: { notNamespaces: ['foo'] } }] }] }),
      'a condition on ports': forPods({ action: 'DENY', rules: [{ to: [{ operation: { ports: ['9901'], methods: ['DELETE'] } }] }] }),
      'a condition on addresses': forPods({ action: 'DENY', rules: [{ when: [{ key: 'source.ip', values: ['192.0.2.1'] }] }] }),
    },
  },
  {
    code: 'MESH067',
    name: 'a policy that allows no connection of an exported port over TCP',
    isWarning: true,
    exported: { ports: [ServicePort.tcp('db', 8000)] },
    given: service,
    found: {
      'requests': forPods({ rules: [{ to: [{ operation: { methods: ['GET'] } }] }] }),
      'requests of a namespace': forPods({
        rules: [{ from: [{ source: { namespaces: ['foo'] } }], to: [{ operation: { paths: ['/a'] } }] }],
      }),
      'tokens': forPods({ rules: [{ from: [{ source: { requestPrincipals: ['*'] } }] }] }),
    },
    passed: {
      'identities': forPods({ rules: [{ from: [{ source: { namespaces: ['foo'] } }] }] }),
      'one of two rules': forPods({ rules: [{ to: [{ operation: { methods: ['GET'] } }] }, { to: [{ operation: { ports: ['8000'] } }] }] }),
      'another policy beside it': all(
        forPods({ rules: [{ to: [{ operation: { methods: ['GET'] } }] }] }), policy('bar/all', { rules: [{}] }),
      ),
    },
  },
];

testKinds(KINDS);

test('a policy that allows nobody is no warning for an export with allow, whose callers it leaves alone', () => {
  const declared = pair({ workloadSelector: APP, allow: [FOO] });
  policy('bar/none', {})(declared);
  expect(reportOf(declared)).toEqual({ errors: [], warnings: [] });
});

test('an import that retires has no callers that an export could refuse', () => {
  const declared = pair({ workloadSelector: APP, allow: [FOO] });
  declared.caller.importService(declared.receiver.exports[0], { namespace: 'shop', retire: true });
  expect(reportOf(declared)).toEqual({ errors: [], warnings: ['MESH038'] });
});

/** A service that two clusters export and a third one imports, with the callers that each of them allows. */
function twoExporters(...allowed: Array<AllowedCaller[] | undefined>): Pair {
  const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 });
  const caller = mesh.addCluster('caller');
  const [receiver] = allowed.map((allow, i) => {
    const cluster = mesh.addCluster(`receiver${i}`, { ingressGateway: GatewayAddress.of(`203.0.113.2${i}`) });
    cluster.exportService('httpbin', { namespace: 'bar', ports: HTTP, workloadSelector: APP, allow });
    return cluster;
  });
  caller.importService(receiver.exports[0], { namespace: 'foo' });
  return { mesh, caller, receiver };
}

test.each([
  { name: 'the first', allowed: [[FOO], undefined] },
  { name: 'the second', allowed: [undefined, [FOO]] },
  { name: 'one of three', allowed: [[FOO], [FOO], undefined] },
])('MESH013 is reported for exporters of one host of which $name alone has allow', ({ allowed }) => {
  expect([...new Set(reportOf(twoExporters(...allowed)).errors)]).toEqual(['MESH013']);
});

test.each([
  { name: 'the same callers', allowed: [[FOO], [FOO]] },
  { name: 'more callers in one cluster', allowed: [[FOO], [FOO, BAR]] },
  { name: 'no allow', allowed: [undefined, undefined] },
])('exporters of one host with $name agree', ({ allowed }) => {
  expect(reportOf(twoExporters(...allowed)).errors).toEqual([]);
});

test('an alias of the trust domain of the exporter counts as the trust domain itself', () => {
  const errorsOf = (trustDomainAliases: string[], allow: AllowedCaller[]) => {
    const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 });
    const caller = mesh.addCluster('caller', { trustDomain: 'a.example' });
    const receiver = mesh.addCluster('receiver', {
      ingressGateway: GatewayAddress.of('203.0.113.20'), trustDomain: 'b.example', trustDomainAliases,
    });
    const exported = receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP, workloadSelector: APP, allow });
    caller.importService(exported, { namespace: 'foo' });
    return reportOf({ mesh, caller, receiver }).errors;
  };
  expect(errorsOf(['a.example'], [FOO])).toEqual([]);
  expect(errorsOf(['a.example', 'c.example'], [AllowedCaller.namespace('foo', { trustDomain: 'c.example' })])).toEqual([]);
  expect(errorsOf([], [FOO])).toEqual(['MESH024', 'MESH066']);
});

test('on 1.5, where every namespace sees every import, the importing namespace does not say who calls', () => {
  const declared = pair({ workloadSelector: APP, allow: [AllowedCaller.namespace('other')] }, IstioRelease.V1_5);
  expect(reportOf(declared).errors).toEqual([]);
});

test('MESH014 is not reported for a service by hand under another suffix than that of the mesh: the SNI names the Service', () => {
  const importByHand = (name: string, suffix: string): Change => ({ caller }) => {
    const exporters = [{ cluster: 'receiver', gateways: [GatewayAddress.of('203.0.113.20')] }];
    caller.importService(new RemoteService({ name, namespace: 'bar', suffix, ports: HTTP, exporters }), { namespace: 'shop' });
  };
  const errorsOf = (change: Change) => {
    const declared = pair();
    change(declared);
    return reportOf(declared).errors;
  };
  expect(errorsOf(importByHand('httpbin', 'mesh.example'))).toEqual([]);
  expect(errorsOf(importByHand('other', 'mesh.example'))).toEqual(['MESH014']);
});
