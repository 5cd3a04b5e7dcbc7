import { addIstioObject, Pair } from './check-case';
import { Kind, testKinds } from './kind-table';
import { ImportName, Routing, ServicePort, ServiceVersion } from '../../src';

const HOST = 'httpbin.bar.global';
const LOCAL = 'httpbin.bar.svc.cluster.local';
const TLS = { mode: 'ISTIO_MUTUAL', sni: 'outbound_.8000_._.httpbin.bar.svc.cluster.local' };

/** A rule for the imported host that repeats the TLS of the import. */
const importRule = (place: string, spec: object = {}) => ({ caller }: Pair) => {
  addIstioObject(caller, 'DestinationRule', place, { host: HOST, trafficPolicy: { tls: TLS }, ...spec });
};

/** A rule for the exported Service that defines a subset. */
const serviceRule = (place: string, spec: object = {}) => ({ receiver }: Pair) => {
  addIstioObject(receiver, 'DestinationRule', place, { host: LOCAL, subsets: [{ name: 'v1' }], ...spec });
};

const virtualService = (place: string, spec: object = {}) => ({ caller }: Pair) => {
  addIstioObject(caller, 'VirtualService', place, { hosts: [HOST], http: [{ route: [{ destination: { host: HOST } }] }], ...spec });
};

const route = (destination: object) => ({ http: [{ route: [{ destination }] }] });

const importWithRouting = ({ caller, receiver }: Pair) => {
  caller.importService(receiver.exports[0], { namespace: 'routed', routing: Routing.weights({ v1: 100 }) });
};

const importTls = ({ caller, receiver }: Pair) => {
  const options = { namespace: 'bar', ports: [ServicePort.tls('tls', 443)] };
  caller.importService(receiver.exportService('secure', options), { namespace: 'routed' });
};

const KINDS: Kind[] = [
  {
    code: 'MESH060',
    name: 'a rule for an imported host that is not merged with that of the import',
    found: {
      'a rule without exportTo': importRule('foo/mine'),
      'a rule that is exported to all namespaces': importRule('foo/mine', { exportTo: ['*'] }),
      'a rule that names its namespace': importRule('foo/mine', { exportTo: ['foo'] }),
      'a rule that is exported to one more namespace': importRule('foo/mine', { exportTo: ['.', 'other'] }),
    },
    passed: {
      'a rule of the same scope': importRule('foo/mine', { exportTo: ['.'] }),
      'a rule of another namespace': importRule('other/mine'),
      'a rule that is exported to another namespace alone': importRule('foo/mine', { exportTo: ['other'] }),
      'a rule for some pods': importRule('foo/mine', { workloadSelector: { matchLabels: { app: 'sleep' } } }),
      'a rule for a wildcard': importRule('foo/mine', { host: '*.global' }),
      'a rule of the same scope that only adds a subset': importRule(
        'foo/mine', { exportTo: ['.'], trafficPolicy: undefined, subsets: [{ name: 'near', labels: { cluster: 'receiver' } }] },
      ),
    },
  },
  {
    code: 'MESH021',
    name: 'a rule that only adds subsets, one of them with the name of a version',
    exported: { versions: [ServiceVersion.of('v1')] },
    found: {
      'the name of a version': importRule('foo/mine', { exportTo: ['.'], trafficPolicy: undefined, subsets: [{ name: 'v1' }] }),
      'settings without TLS': importRule(
        'foo/mine', { exportTo: ['.'], trafficPolicy: undefined, subsets: [{ name: 'own', trafficPolicy: { loadBalancer: {} } }] },
      ),
      'a rule for some pods': importRule(
        'foo/mine', { workloadSelector: { matchLabels: { app: 'sleep' } }, trafficPolicy: { connectionPool: {} } },
      ),
    },
    passed: {
      'another name': importRule('foo/mine', { exportTo: ['.'], trafficPolicy: undefined, subsets: [{ name: 'v9' }] }),
      'a rule of another namespace': importRule('other/mine', { trafficPolicy: {} }),
      'a rule that callers do not see': importRule('foo/mine', { exportTo: ['other'], trafficPolicy: {} }),
    },
  },
  {
    code: 'MESH060',
    name: 'a rule beside the one that holds the versions of an export',
    exported: { versions: [ServiceVersion.of('v1')] },
    found: {
      'a rule of its namespace alone': serviceRule('bar/mine', { exportTo: ['.'] }),
      'a rule that is exported to all namespaces by name': serviceRule('bar/mine', { exportTo: ['*'] }),
      'a rule for the namespace of the gateway': serviceRule('bar/mine', { exportTo: ['istio-system'] }),
      'a rule by the short name': serviceRule('bar/mine', { host: 'httpbin', exportTo: ['.'] }),
    },
    passed: {
      'a rule without exportTo': serviceRule('bar/mine'),
      'a rule for another Service': serviceRule('bar/mine', { host: 'other', exportTo: ['.'] }),
      'a rule of another namespace': serviceRule('team/mine', { exportTo: ['.'] }),
      'a rule for some pods': serviceRule('bar/mine', { exportTo: ['.'], workloadSelector: { matchLabels: { app: 'sleep' } } }),
    },
  },
  {
    code: 'MESH060',
    name: 'a version by reference whose rule the gateway does not use',
    exported: { versions: [ServiceVersion.existing('v1')] },
    found: {
      'a rule of its namespace alone': serviceRule('bar/mine', { exportTo: ['.'] }),
      'a rule for a third namespace': serviceRule('bar/mine', { exportTo: ['team'] }),
      'a rule of a third namespace': serviceRule('team/mine'),
      'two rules that are not merged': p => {
        serviceRule('bar/mine', { exportTo: ['*'] })(p);
        serviceRule('bar/all', { subsets: [{ name: 'v2' }] })(p);
      },
      'a rule that the namespace of the gateway overrides': p => {
        serviceRule('bar/mine')(p);
        addIstioObject(p.receiver, 'DestinationRule', 'istio-system/all', { host: '*.local', exportTo: ['.'] });
      },
    },
    passed: {
      'a rule without exportTo': serviceRule('bar/mine'),
      'a rule by the short name': serviceRule('bar/mine', { host: 'httpbin' }),
      'a rule for the namespace of the gateway': serviceRule('bar/mine', { exportTo: ['.', 'istio-system'] }),
      'a rule outside the chart': () => undefined,
    },
  },
  {
    code: 'MESH061',
    name: 'a second VirtualService for an import',
    exported: { versions: [ServiceVersion.of('v1')] },
    given: importWithRouting,
    found: {
      'one of the importing namespace': virtualService('routed/mine'),
      'one of the importing namespace alone': virtualService('routed/mine', { exportTo: ['.'] }),
      'one for sidecars and gateways': virtualService('routed/mine', { gateways: ['edge/public', 'mesh'] }),
      'one for an import without routing': virtualService('foo/mine'),
      'one with more hosts': virtualService('routed/mine', { hosts: ['shop.example.com', HOST] }),
    },
    passed: {
      'one of another namespace': virtualService('elsewhere/mine'),
      'one for a gateway alone': virtualService('routed/mine', { gateways: ['edge/public'] }),
      'one for a wildcard, which is less specific': virtualService('routed/mine', { hosts: ['*.global'] }),
      'one for another host': virtualService('routed/mine', { hosts: ['other.bar.global'] }),
      'one that callers do not see': virtualService('routed/mine', { exportTo: ['elsewhere'] }),
      'an import of TLS, which has none': p => {
        importTls(p);
        virtualService('routed/mine', { hosts: ['secure.bar.global'], http: undefined, tls: [] })(p);
      },
    },
  },
  {
    code: 'MESH012',
    name: 'a VirtualService that names a subset without a rule',
    exported: { versions: [ServiceVersion.of('v1')], ports: [ServicePort.http('http', 8000), ServicePort.tcp('tcp', 9000)] },
    found: {
      'a route': virtualService('elsewhere/mine', route({ host: HOST, subset: 'v9' })),
      'a mirror': virtualService('elsewhere/mine', {
        http: [{ route: [{ destination: { host: 'shop' } }], mirror: { host: HOST, subset: 'v9' } }],
      }),
      'one of several mirrors': virtualService('elsewhere/mine', {
        http: [{ route: [], mirrors: [{ destination: { host: HOST, subset: 'v1' } }, { destination: { host: HOST, subset: 'v9' } }] }],
      }),
      'a route of TCP': virtualService('elsewhere/mine', {
        http: undefined, tcp: [{ route: [{ destination: { host: HOST, subset: 'v9' } }] }],
      }),
    },
    passed: {
      'a version of the exporter': virtualService('elsewhere/mine', route({ host: HOST, subset: 'v1' })),
      'no subset': virtualService('elsewhere/mine', route({ host: HOST })),
      'a subset of another host': virtualService('elsewhere/mine', route({ host: 'httpbin.bar.example.com', subset: 'v9' })),
      'one that no importing namespace sees': virtualService('elsewhere/mine', { exportTo: ['.'], ...route({ host: HOST, subset: 'v9' }) }),
      'a subset of a rule beside it': p => {
        importRule('foo/mine', { exportTo: ['.'], trafficPolicy: undefined, subsets: [{ name: 'v9' }] })(p);
        virtualService('elsewhere/mine', route({ host: HOST, subset: 'v9' }))(p);
      },
    },
  },
];

/** The Service under its own name in the importing cluster. */
const LOCAL_KINDS: Kind[] = [
  {
    code: 'MESH060',
    name: 'a rule beside that of an import under the local name',
    exported: { workloadSelector: { app: 'httpbin' } },
    given: ({ caller, receiver }) => caller.importService(receiver.exports[0], { name: ImportName.local() }),
    found: {
      'a rule of its namespace alone': importRule('bar/mine', { host: LOCAL, exportTo: ['.'], trafficPolicy: undefined }),
      'a rule that is exported to all namespaces by name': importRule(
        'bar/mine', { host: LOCAL, exportTo: ['*'], trafficPolicy: undefined },
      ),
      'a rule by the short name': importRule('bar/mine', { host: 'httpbin', exportTo: ['team'], trafficPolicy: undefined }),
    },
    passed: {
      'a rule without exportTo': importRule('bar/mine', { host: LOCAL, trafficPolicy: undefined }),
      'a rule for another Service': importRule('bar/mine', { host: 'other', exportTo: ['.'] }),
      'a rule of another namespace': importRule('team/mine', { host: LOCAL, exportTo: ['.'], trafficPolicy: undefined }),
    },
  },
  {
    code: 'MESH061',
    name: 'a second VirtualService for an import under the local name with routes',
    exported: { workloadSelector: { app: 'httpbin' }, versions: [ServiceVersion.of('v1')] },
    given: ({ caller, receiver }) => {
      caller.importService(receiver.exports[0], { name: ImportName.local(), routing: Routing.weights({ v1: 100 }) });
    },
    found: {
      'one of its namespace': virtualService('bar/mine', { hosts: [LOCAL] }),
      'one of its namespace by the short name': virtualService('bar/mine', { hosts: ['httpbin'], exportTo: ['.'] }),
      'one of another namespace for all': virtualService('team/mine', { hosts: [LOCAL] }),
    },
    passed: {
      'one of another namespace for itself': virtualService('team/mine', { hosts: [LOCAL], exportTo: ['.'] }),
      'the short name in another namespace': virtualService('team/mine', { hosts: ['httpbin'] }),
      'one for a gateway alone': virtualService('bar/mine', { hosts: [LOCAL], gateways: ['edge/public'] }),
    },
  },
  {
    code: 'MESH012',
    name: 'a VirtualService that names a subset which an import under the local name has not',
    exported: { workloadSelector: { app: 'httpbin' }, versions: [ServiceVersion.of('v1')] },
    given: ({ caller, receiver }) => caller.importService(receiver.exports[0], { name: ImportName.local() }),
    found: {
      'the full name': virtualService('team/mine', { hosts: ['shop'], ...route({ host: LOCAL, subset: 'v9' }) }),
      'the short name': virtualService('bar/mine', { hosts: ['shop'], ...route({ host: 'httpbin', subset: 'v9' }) }),
      'a mirror': virtualService('team/mine', { hosts: ['shop'], http: [{ mirror: { host: LOCAL, subset: 'v9' } }] }),
    },
    passed: {
      'a version': virtualService('team/mine', { hosts: ['shop'], ...route({ host: LOCAL, subset: 'v1' }) }),
      'the short name in another namespace': virtualService('team/mine', { hosts: ['shop'], ...route({ host: 'httpbin', subset: 'v9' }) }),
      'no subset': virtualService('team/mine', { hosts: ['shop'], ...route({ host: LOCAL }) }),
    },
  },
];

testKinds([...KINDS, ...LOCAL_KINDS]);
