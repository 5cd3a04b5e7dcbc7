import { addHttpbinService, addIstioObject, addObject, addPeerAuthentication, pair } from './check-case';
import { Change, Kind, reportOf, testKinds } from './kind-table';
import { AllowedCaller, ServicePort, ServiceVersion } from '../../src';

const SELECTOR = { app: 'httpbin' };
const PORTS = [{ name: 'http', port: 8000, targetPort: 8080 }];
const ALLOW = [AllowedCaller.namespace('foo')];
const DISABLE = { mtls: { mode: 'DISABLE' } };

const service: Change = ({ receiver }) => addHttpbinService(receiver, { selector: SELECTOR, ports: PORTS });
const servicePort = (port: object): Change => ({ receiver }) => addHttpbinService(receiver, { ports: [{ port: 8000, ...port }] });
const authentication = (place: string, spec: object): Change => ({ receiver }) => addPeerAuthentication(receiver, place, spec);
const forPods = (spec: object, matchLabels: object = SELECTOR) => authentication('bar/mine', { selector: { matchLabels }, ...spec });
const deployment = (name: string, labels: object, namespace = 'bar'): Change => ({ receiver }) => {
  addObject(receiver, 'apps/v1', 'Deployment', `${namespace}/${name}`, { spec: { template: { metadata: { labels } } } });
};
const all = (...changes: Change[]): Change => p => changes.forEach(change => change(p));

const rule = (place: string, spec: object): Change => ({ receiver }) => addIstioObject(receiver, 'DestinationRule', place, spec);
const plain = (host: string, more: object = {}) => ({ host, trafficPolicy: { tls: { mode: 'DISABLE' } }, ...more });
const LOCAL = 'httpbin.bar.svc.cluster.local';

const sidecar = (place: string, spec: object): Change => ({ caller }) => addIstioObject(caller, 'Sidecar', place, spec);
const showing = (...hosts: string[]) => ({ egress: [{ hosts }] });

const namespace = (name: string, labels?: object): Change => ({ caller }) => {
  addObject(caller, 'v1', 'Namespace', name, { metadata: { name, labels } });
};

const entry = (addresses: string[], port: object, more: object = {}): Change => ({ caller }) => {
  const spec = { hosts: ['db.example.com'], exportTo: ['.'], addresses, ports: [{ name: 'p', number: 8000, protocol: 'TCP', ...port }] };
  addIstioObject(caller, 'ServiceEntry', 'foo/mine', { ...spec, ...more });
};
const vip = (p: Parameters<Change>[0]) => p.caller.imports[0].addresses[0];

const KINDS: Kind[] = [
  {
    code: 'MESH010',
    name: 'an entry with the VIP of an import',
    found: {
      'TCP on the port of HTTP': p => entry([vip(p)], {})(p),
      'TCP on a range': p => entry([`${vip(p)}/30`], {})(p),
      'TLS on the port of HTTP, in every namespace': p => entry([vip(p)], { protocol: 'TLS' }, { exportTo: ['*'] })(p),
      'one of several addresses': p => entry(['192.0.2.1', vip(p)], {})(p),
    },
    passed: {
      'another port': p => entry([vip(p)], { number: 9000 })(p),
      'HTTP, which names tell apart': p => entry([vip(p)], { protocol: 'HTTP' })(p),
      'another address': entry(['192.0.2.1'], {}),
      'another range': entry(['192.0.2.0/24'], {}),
      'an entry that callers do not see': p => entry([vip(p)], {}, { exportTo: ['other'] })(p),
      'an entry without addresses': entry([], {}),
    },
  },
  {
    code: 'MESH062',
    name: 'a Sidecar that hides an import',
    found: {
      'hosts of other namespaces': sidecar('foo/default', showing('istio-system/*', 'bar/*')),
      'other hosts': sidecar('foo/default', showing('./other.bar.global', '*/*.local')),
      'no hosts': sidecar('foo/default', showing('~/*')),
      'another port': sidecar('foo/default', { egress: [{ port: { number: 9000 }, hosts: ['./*'] }] }),
      'a Sidecar of the root namespace': sidecar('istio-system/default', showing('istio-system/*')),
      'a host that is taken out again': sidecar('foo/default', showing('./*', '~./httpbin.bar.global')),
    },
    passed: {
      'hosts of the namespace': sidecar('foo/default', showing('./*')),
      'the namespace by its name': sidecar('foo/default', showing('foo/*', 'istio-system/*')),
      'the host in any namespace': sidecar('foo/default', showing('*/httpbin.bar.global')),
      'a wildcard': sidecar('foo/default', showing('*/*.global')),
      'a listener for each port': sidecar('foo/default', { egress: [{ port: { number: 9000 }, hosts: ['./a'] }, { hosts: ['./*'] }] }),
      'no egress listener': sidecar('foo/default', { ingress: [] }),
      'a Sidecar for some pods': sidecar('foo/one', { workloadSelector: { labels: { app: 'a' } }, ...showing('bar/*') }),
      'a Sidecar of another namespace': sidecar('other/default', showing('bar/*')),
      'a Sidecar of its own beside that of the root namespace': all(
        sidecar('istio-system/default', showing('istio-system/*')), sidecar('foo/default', showing('./*')),
      ),
      'pods that have a Sidecar of their own': all(
        sidecar('foo/default', showing('bar/*')), sidecar('foo/one', { workloadSelector: { labels: { app: 'a' } }, ...showing('./*') }),
      ),
    },
  },
  {
    code: 'MESH063',
    name: 'a namespace without sidecars',
    isWarning: true,
    found: {
      'no labels': namespace('foo'),
      'injection that is turned off': namespace('foo', { 'istio-injection': 'disabled' }),
      'injection that is turned off beside a revision': namespace('foo', { 'istio-injection': 'disabled', 'istio.io/rev': 'a' }),
      'an ambient namespace': namespace('foo', { 'istio.io/dataplane-mode': 'ambient' }),
      'a namespace of this library without injection': ({ caller }) => caller.addNamespace('foo', { injection: false }),
      'the namespace of an export': ({ receiver }) => receiver.addNamespace('bar', { injection: false }),
    },
    passed: {
      'injection': namespace('foo', { 'istio-injection': 'enabled' }),
      'a revision': namespace('foo', { 'istio.io/rev': 'a' }),
      'a namespace that takes no part': namespace('other'),
      'the namespace of the gateways': ({ caller, receiver }) => {
        caller.addNamespace('istio-system', { injection: false });
        caller.importService(receiver.exports[0], { namespace: 'istio-system' });
      },
      'pods that ask for a sidecar': all(namespace('foo'), ({ caller }) => {
        const template = { metadata: { labels: { 'sidecar.istio.io/inject': 'true' } } };
        addObject(caller, 'apps/v1', 'Deployment', 'foo/sleep', { spec: { template } });
      }),
    },
  },
  {
    code: 'MESH026',
    name: 'a policy that turns mutual TLS off for exported pods',
    given: service,
    found: {
      'the root namespace': authentication('istio-system/default', DISABLE),
      'the selector of the Service': forPods(DISABLE),
      'the port of the pods': forPods({ portLevelMtls: { 8080: { mode: 'DISABLE' } } }),
      'a policy for pods without a mode beside one for the namespace': all(
        forPods({}), authentication('bar/default', DISABLE),
      ),
    },
    passed: {
      'a namespace that turns it on again': all(
        authentication('istio-system/default', DISABLE), authentication('bar/default', { mtls: { mode: 'PERMISSIVE' } }),
      ),
      'pods that turn it on again': all(authentication('bar/default', DISABLE), forPods({ mtls: { mode: 'STRICT' } })),
      'a port that turns it on again': forPods({ ...DISABLE, portLevelMtls: { 8080: { mode: 'PERMISSIVE' } } }),
      'a port of the Service that is none of the pods': forPods({ portLevelMtls: { 8000: { mode: 'DISABLE' } } }),
      'other pods': forPods(DISABLE, { app: 'other' }),
      'a selector in the root namespace, which has no effect elsewhere': authentication(
        'istio-system/mine', { selector: { matchLabels: SELECTOR }, ...DISABLE },
      ),
      'another namespace': authentication('other/default', DISABLE),
    },
  },
  {
    code: 'MESH026',
    name: 'a rule that turns mutual TLS off between a gateway and exported pods',
    found: {
      'the exported host': rule('bar/mine', plain(LOCAL)),
      'the short name': rule('bar/mine', plain('httpbin')),
      'a wildcard in its namespace': rule('bar/mine', plain('*.local')),
      'a wildcard in the root namespace': rule('istio-system/mine', plain('*.local')),
      'a wildcard of the namespace of the gateway alone': rule('istio-system/mine', plain('*.local', { exportTo: ['.'] })),
      'the exported port': rule('bar/mine', {
        host: LOCAL, trafficPolicy: { portLevelSettings: [{ port: { number: 8000 }, tls: { mode: 'SIMPLE' } }] },
      }),
    },
    passed: {
      'the mutual TLS of Istio': rule('bar/mine', { host: LOCAL, trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } } }),
      'no TLS settings': rule('bar/mine', { host: LOCAL, trafficPolicy: { connectionPool: {} } }),
      'another port': rule('bar/mine', {
        host: LOCAL, trafficPolicy: { portLevelSettings: [{ port: { number: 9000 }, tls: { mode: 'SIMPLE' } }] },
      }),
      'a rule that the gateway does not see': rule('bar/mine', plain(LOCAL, { exportTo: ['.'] })),
      'a third namespace': rule('team/mine', plain('*.local')),
      'callers of the namespace': rule('bar/mine', plain(LOCAL, { workloadSelector: { matchLabels: SELECTOR } })),
      'a wildcard beside a rule for the host': all(
        rule('bar/mine', { host: LOCAL, trafficPolicy: {} }), rule('istio-system/mine', plain('*.local')),
      ),
      'another Service': rule('bar/mine', plain('other')),
    },
  },
  {
    code: 'MESH064',
    name: 'a workloadSelector that leaves pods of the Service out',
    exported: { allow: ALLOW, workloadSelector: { app: 'httpbin', version: 'v1' } },
    found: {
      'another label of the Service': ({ receiver }) => addHttpbinService(receiver, { selector: { app: 'other' }, ports: PORTS }),
      'pods of another version': all(service, deployment('v2', { app: 'httpbin', version: 'v2' })),
      'some of the pods': all(service, deployment('v1', { app: 'httpbin', version: 'v1' }), deployment('v2', { app: 'httpbin' })),
    },
    passed: {
      'the selector of the Service': ({ receiver }) => {
        addHttpbinService(receiver, { selector: { app: 'httpbin', version: 'v1' }, ports: PORTS });
      },
      'a Service that selects fewer pods': ({ receiver }) => {
        addHttpbinService(receiver, { selector: { app: 'httpbin', version: 'v1', zone: 'a' }, ports: PORTS });
      },
      'pods that have all labels': all(service, deployment('v1', { app: 'httpbin', version: 'v1' })),
      'a Service outside the chart': () => undefined,
    },
  },
  {
    code: 'MESH064',
    name: 'a workloadSelector that may leave pods out',
    isWarning: true,
    exported: { allow: ALLOW, workloadSelector: { 'app.kubernetes.io/name': 'httpbin' } },
    found: {
      'pods outside the chart': service,
      'pods of another Service': all(service, deployment('other', { app: 'other' })),
      'pods of another namespace': all(service, deployment('httpbin', { 'app': 'httpbin', 'app.kubernetes.io/name': 'httpbin' }, 'team')),
    },
    passed: {
      'pods in the chart': all(service, deployment('httpbin', { 'app': 'httpbin', 'app.kubernetes.io/name': 'httpbin' })),
      'the selector of the Service': ({ receiver }) => {
        addHttpbinService(receiver, { selector: { 'app.kubernetes.io/name': 'httpbin' }, ports: PORTS });
      },
      'a Service without a selector': ({ receiver }) => addHttpbinService(receiver, { ports: PORTS }),
    },
  },
  {
    code: 'MESH065',
    name: 'a port that is TLS for callers and HTTP for the Service',
    exported: { ports: [ServicePort.https('https', 8000)] },
    found: {
      'its name': servicePort({ name: 'http-web' }),
      'its appProtocol': servicePort({ name: 'https', appProtocol: 'http' }),
      'gRPC': servicePort({ name: 'grpc' }),
      'HTTP/2 in the words of Kubernetes': servicePort({ appProtocol: 'kubernetes.io/h2c' }),
    },
    passed: {
      'the same protocol': servicePort({ name: 'https-web' }),
      'TCP, which passes TLS on': servicePort({ name: 'tcp-web' }),
      'a name that says nothing': servicePort({ name: 'web' }),
      'no name': servicePort({}),
      'another port': ({ receiver }) => {
        addHttpbinService(receiver, { ports: [{ port: 8000 }, { port: 80, name: 'http', protocol: 'UDP' }] });
      },
    },
  },
  {
    code: 'MESH065',
    name: 'a port that is gRPC for callers and HTTP/1.1 for the Service',
    exported: { ports: [ServicePort.grpc('grpc', 8000)] },
    found: {
      'its name': servicePort({ name: 'http' }),
      'a prefix of its name': servicePort({ name: 'http-api' }),
      'its appProtocol': servicePort({ name: 'grpc', appProtocol: 'http' }),
    },
    passed: {
      'gRPC': servicePort({ name: 'grpc-api' }),
      'HTTP/2': servicePort({ name: 'http2' }),
      'TCP': servicePort({ name: 'tcp' }),
      'a name that only looks like it': servicePort({ name: 'httpish' }),
    },
  },
  {
    code: 'MESH065',
    name: 'a port whose bytes the receiver may not read',
    isWarning: true,
    exported: { ports: [ServicePort.tcp('db', 8000)] },
    found: {
      'HTTP': servicePort({ name: 'http' }),
      'HTTP/2': servicePort({ name: 'http2-db' }),
      'gRPC for the web': servicePort({ name: 'grpc-web' }),
    },
    passed: {
      'TCP': servicePort({ name: 'tcp' }),
      'TLS': servicePort({ name: 'tls-db' }),
      'a protocol over TCP': servicePort({ name: 'mysql' }),
      'a name that says nothing': servicePort({ name: 'db' }),
    },
  },
];

testKinds(KINDS);

test('a wildcard rule without mutual TLS has no effect beside the rule that holds the versions of an export', () => {
  const declared = pair({ versions: [ServiceVersion.of('v1')] });
  rule('bar/mine', plain('*.local'))(declared);
  // The rule that holds the versions names exactly the host, so Istio reads no wildcard.
  expect(reportOf(declared)).toEqual({ errors: [], warnings: [] });
});
