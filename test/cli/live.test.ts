import { readFileSync } from 'fs';
import { join } from 'path';
import Ajv from 'ajv';
import { RunningClusters, withoutProgress } from './running/running-clusters';
import { callOf, OBJECTS, recordedMesh, threeRunning } from './running/three-running';
import { guideMesh as guideOn15, ALTERNATIVES } from '../../examples/guide-1.5/mesh';
import { WrittenFolder } from '../written/written-folder';

jest.mock('child_process', () => jest.requireActual('./running/in-process').childProcess);

const schemaOf = (name: string) => JSON.parse(
  readFileSync(join(__dirname, '..', '..', 'docs', 'reference', 'schemas', `${name}.schema.json`), 'utf8'),
);
const isReport = new Ajv({ strict: true }).compile(schemaOf('check'));
const isWay = new Ajv({ strict: true }).compile(schemaOf('explain'));

const ALL = ['cluster1', 'cluster2', 'cluster3'];
const CALLER = callOf('cluster1', '--namespace=direct', 'clusters?format=json').split(' ')[2];
const reach = (running: RunningClusters, clusters = ALL) => [
  '--kubectl',
  running.kubectl,
  ...clusters.flatMap(name => ['--context', name]),
];

/** Findings of `check --live`, which must follow the schema. */
async function checked(running: RunningClusters, args: string[] = [], folder = WrittenFolder.of(recordedMesh)) {
  const { code, out, err } = await folder.run(
    'check',
    'dist',
    '--live',
    '--no-connect',
    '--pki',
    'none',
    '-o',
    'json',
    ...reach(running),
    ...args,
  );
  const report = JSON.parse(out);
  expect(isReport(report) ? 'valid' : isReport.errors).toBe('valid');
  const lines = report.findings.map(({ severity, code: found, where, what, got }: any) => (
    `${severity} ${found} ${where}: ${what}${got === undefined ? '' : `: ${JSON.stringify(got)}`}`
  ));
  return { code, report, lines, err: withoutProgress(err) };
}

/** The way that `explain --live` shows, which must follow the schema. */
async function explained(running: RunningClusters, request: string[], args: string[] = []) {
  const folder = WrittenFolder.of(recordedMesh);
  const { code, out } = await folder.run(
    'explain',
    'cluster1',
    ...request,
    '-f',
    'dist',
    '--live',
    '-o',
    'json',
    ...reach(running),
    ...args,
  );
  const way = JSON.parse(out);
  expect(isWay(way) ? 'valid' : isWay.errors).toBe('valid');
  return { code, way, ...readWay(way.step) };
}

/** The lines of the proxies on a way, and the findings, each with its station. */
function readWay(step: any): { readonly live: string[]; readonly findings: string[] } {
  const rest = step.next.map(readWay);
  return {
    live: [...step.live ?? [], ...rest.flatMap(({ live }: any) => live)],
    findings: [
      ...step.findings.map(({ severity, code, what }: any) => `${step.station}: ${severity} ${code} ${what}`),
      ...rest.flatMap(({ findings }: any) => findings),
    ],
  };
}

describe('clusters that are as their folders', () => {
  test('check --live finds nothing, and calls each import from a pod', async () => {
    const running = threeRunning();
    const { code, report } = await checked(running, ['--from', `cluster1/direct/${CALLER}/sleep`]);
    expect([code, report.findings, report.live]).toEqual([0, [], 3]);
    expect(running.calls.filter(call => call.includes('http://'))).toHaveLength(6);
  });

  test('check --live prints how much was read', async () => {
    const running = threeRunning();
    const run = await WrittenFolder.of(recordedMesh).run('check', 'dist', '--live', '--no-connect', '--pki', 'none', ...reach(running));
    expect({ ...run, err: withoutProgress(run.err) }).toMatchSnapshot();
  });

  test.each([
    { what: 'two exporters', request: ['direct', 'catalog.shop.global'] },
    { what: 'versions through an egress gateway', request: ['egress', 'cart.shop.global'] },
    { what: 'TCP', request: ['direct', 'ledger.shop.global:9000'] },
  ])('explain --live follows a request to its pods: $what', async ({ request }) => {
    const running = threeRunning();
    const run = await WrittenFolder.of(recordedMesh).run('explain', 'cluster1', ...request, '-f', 'dist', '--live', ...reach(running));
    // Lines of files move with their headers, and other tests hold them.
    expect({ ...run, out: run.out.replace(/(\.yaml):\d+/g, '$1'), err: withoutProgress(run.err) }).toMatchSnapshot();
    const { way, findings } = await explained(running, request);
    expect([way.outcome, findings]).toEqual(['answered', []]);
  });

  test('no Secret is read, and nothing but reading is done', async () => {
    const running = threeRunning();
    await checked(running);
    await explained(running, ['egress', 'cart.shop.global']);
    const allowed = /^cluster\d (get |exec \S+ \S+ \S+ -- (pilot-agent|pilot-discovery) request GET )/;
    expect(running.calls.filter(call => !allowed.test(call) || /secret/i.test(call))).toEqual([]);
  });

  test('clusters without a context are followed by their files', async () => {
    const folder = WrittenFolder.of(recordedMesh);
    const shown = async (context: string) => {
      const args = ['explain', 'cluster1', 'direct', 'orders.shop.global', '-f', 'dist', '--live', ...reach(threeRunning(), [context])];
      return (await folder.run(...args)).out;
    };
    expect(await shown('cluster1')).toContain('live: no context is named for cluster2');
    expect(await shown('cluster2')).toContain('live: no context is named for cluster1');
  });
});

/** A change of a running cluster, what `check --live` says, and where `explain --live` says that a request stops. */
interface Planted {
  readonly what: string;
  readonly plant: (running: RunningClusters) => unknown;
  readonly says: RegExp;
  readonly request?: string[];
  readonly stops?: string;
}

const objectIn = (items: any[], kind: string, name: string) => items.find(item => item.kind === kind && item.metadata.name === name);
const without = (kind: string, name: string) => ({ items }: any) => (
  { items: items.filter((item: any) => item !== objectIn(items, kind, name)) }
);
const callerDump = (resource: string) => callOf('cluster1', '--namespace=direct', resource);
const gatewayDump = (cluster: string, resource: string) => callOf(cluster, 'istio-ingressgateway', resource);
const CLUSTERS = 'config_dump?resource=dynamic_active_clusters';
const LISTENERS = 'config_dump?resource=dynamic_listeners';
const STATUSES = 'clusters?format=json';
const PODS = (namespace: string) => `get pods --namespace=${namespace} --output=json --ignore-not-found`;
const CART = ['direct', 'cart.shop.global'];
const CATALOG = ['direct', 'catalog.shop.global'];
const IN_CART = 'outbound|8000|v1|cart.shop.global';
const clusterIn = ({ configs }: any, name: string) => configs.find((config: any) => config.cluster.name === name).cluster;
const statusIn = ({ cluster_statuses: statuses }: any, name: string) => statuses.find((status: any) => status.name === name);
const notReady = ({ items }: any, name: RegExp) => items.filter((item: any) => name.test(item.metadata.name)).forEach((item: any) => {
  item.status.conditions = [{ type: 'Ready', status: 'False' }];
});

const PLANTED: Planted[] = [
  {
    what: 'an object is missing',
    plant: running => running.edit('cluster1', OBJECTS, without('ServiceEntry', 'alone-shop')),
    says: /^error MESH107 cluster1, ServiceEntry (direct|egress)\/alone-shop: the object is not in the cluster$/,
  },
  {
    what: 'an entry was edited by hand',
    plant: running => running.edit('cluster1', OBJECTS, ({ items }) => {
      const entry = objectIn(items, 'ServiceEntry', 'cart-shop');
      entry.spec.endpoints[0].address = '10.62.9.9';
      entry.metadata.managedFields = [
        { manager: 'kubectl', fieldsV1: { 'f:metadata': {}, 'f:spec': { 'f:hosts': {} } } },
        { manager: 'kubectl-edit', fieldsV1: { 'f:spec': { 'f:endpoints': {} } } },
      ];
    }),
    says: /^error MESH107 .*: spec\.endpoints\[0\]\.address is not as in the file, last written by kubectl-edit: "10\.62\.9\.9"$/,
  },
  {
    what: 'a field was added to an object of Istio',
    plant: running => running.edit('cluster2', OBJECTS, ({ items }) => {
      objectIn(items, 'DestinationRule', 'mesh.cart').spec.trafficPolicy = { tls: { mode: 'DISABLE' } };
    }),
    says: /^error MESH107 cluster2, DestinationRule shop\/mesh\.cart: spec\.trafficPolicy is not as in the file: /,
  },
  {
    what: 'an object that does not decide about requests was edited',
    plant: running => running.edit('cluster2', OBJECTS, ({ items }) => {
      objectIn(items, 'Deployment', 'cart-v1').spec.template.spec.containers.find(({ name }: any) => name === 'httpbin').image = 'other';
    }),
    says: /^warning MESH107 cluster2, Deployment shop\/cart-v1: \S+containers\[0\]\.image is not as in the file: "other"$/,
  },
  {
    what: 'the status of an object refuses it',
    plant: running => running.edit('cluster2', OBJECTS, ({ items }) => {
      objectIn(items, 'Gateway', 'mesh-cart-shop').status = {
        conditions: [{ type: 'Reconciled', status: 'False', reason: 'Stale', message: '1/2 proxies up to date' }],
        validationMessages: [{ type: { code: 'IST0101', name: 'ReferencedResourceNotFound' }, level: 'ERROR' }],
      };
    }),
    says: /^error MESH107 .*mesh-cart-shop: the status of the object says .*: "Reconciled: Stale 1\/2 proxies up to date"$/,
  },
  {
    what: 'istiod does not know an object',
    plant: running => running.edit('cluster2', callOf('cluster2', 'configz'), objects => (
      objects.filter(({ metadata }: any) => metadata.name !== 'mesh-cart-shop')
    )),
    says: /^error MESH107 cluster2, Gateway istio-system\/mesh-cart-shop: istiod does not know the object: "nothing"$/,
  },
  {
    what: 'istiod is behind',
    plant: running => running.edit('cluster2', callOf('cluster2', 'configz'), objects => {
      objects.find(({ metadata }: any) => metadata.name === 'mesh-cart-shop').metadata.generation = 0;
    }),
    says: /^error MESH107 .*: istiod has another generation of the object: 0$/,
  },
  {
    what: 'no istiod is ready',
    plant: running => running.edit('cluster2', PODS('istio-system'), pods => notReady(pods, /^istiod/)),
    says: /^error MESH107 cluster2, namespace istio-system: no pod of istiod is ready/,
  },
  {
    what: 'no gateway is ready',
    plant: running => running.edit('cluster2', PODS('istio-system'), pods => notReady(pods, /ingress/)),
    says: /^error MESH108 cluster2, gateways in istio-system: no pod of the gateway is ready$/,
    request: CART,
    stops: 'opened: error MESH108 no pod of the ingress gateway of cluster2 is ready',
  },
  {
    what: 'a gateway refuses its newest configuration',
    plant: running => running.edit('cluster2', gatewayDump('cluster2', LISTENERS), ({ configs }) => {
      configs[0].error_state = { details: 'duplicate matcher' };
    }),
    says: /^error MESH108 .*: the proxy refuses its newest configuration, .*duplicate matcher"$/,
  },
  {
    what: 'a gateway knows a remote endpoint',
    plant: running => running.edit('cluster2', gatewayDump('cluster2', STATUSES), dump => {
      statusIn(dump, 'outbound_.8000_._.catalog.shop.svc.cluster.local').host_statuses.push(
        { address: { socket_address: { address: '10.63.2.1', port_value: 15443 } }, health_status: { eds_health_status: 'HEALTHY' } },
      );
    }),
    says: /^error MESH108 cluster2, gateway \S+, outbound_\.8000_\._\.catalog\S+: the gateway passes .*: \["10\.63\.2\.1:15443"\]$/,
    request: CATALOG,
    stops: 'Service: error MESH108 the gateway passes requests on to gateways, so they can go round between clusters',
  },
  {
    what: 'a caller sends another SNI',
    plant: running => running.edit('cluster1', callerDump(CLUSTERS), dump => {
      clusterIn(dump, IN_CART).transport_socket.typed_config.sni = 'outbound_.8000_._.cart.shop.svc.cluster.local';
    }),
    says: /^error MESH109 .*: the sidecar of direct\/sleep-\S+ sends another SNI: "outbound_\.8000_\._\.cart\.shop\.svc\.cluster\.local"$/,
    request: CART,
    stops: 'TLS: error MESH109 the sidecar of CALLER sends another SNI',
  },
  {
    what: 'a caller sends plain text',
    plant: running => running.edit('cluster1', callerDump(CLUSTERS), dump => {
      delete clusterIn(dump, IN_CART).transport_socket;
    }),
    says: /^error MESH109 .*: the sidecar of \S+ sends plain text, and the gateway closes the connection: "no mutual TLS"$/,
  },
  {
    what: 'a caller accepts every server',
    plant: running => running.edit('cluster1', callerDump(CLUSTERS), dump => {
      const context = clusterIn(dump, IN_CART).transport_socket.typed_config.common_tls_context;
      context.combined_validation_context.default_validation_context = {};
    }),
    says: /^error MESH109 .*: the sidecar of \S+ accepts other servers: "every workload of the mesh"$/,
  },
  {
    what: 'a caller lacks the subset',
    plant: running => running.edit('cluster1', callerDump(CLUSTERS), ({ configs }) => (
      { configs: configs.filter(({ cluster }: any) => cluster.name !== IN_CART) }
    )),
    says: /^error MESH109 .*: the sidecar of \S+ has no cluster outbound\|8000\|v1\|cart\.shop\.global, so it sends the request elsewhere$/,
    request: CART,
    stops: 'TLS: error MESH109 the sidecar of CALLER has no cluster outbound|8000|v1|cart.shop.global, so it sends the request elsewhere',
  },
  {
    what: 'a caller has no listener',
    plant: running => running.edit('cluster1', callerDump(LISTENERS), ({ configs }) => (
      { configs: configs.filter(({ name }: any) => !name.endsWith('_8000')) }
    )),
    says: /^error MESH109 .*: the sidecar of \S+ has no listener for the host, so it passes requests on unchanged: "no listener"$/,
    request: CART,
    stops: 'name: error MESH109 the sidecar of CALLER has no listener for the host, so it passes requests on unchanged',
  },
  {
    what: 'a caller routes elsewhere',
    plant: running => running.edit('cluster1', callerDump('config_dump?resource=dynamic_route_configs'), ({ configs }) => {
      for (const { route_config: { virtual_hosts: hosts } } of configs) {
        hosts.filter(({ domains }: any) => domains.includes('cart.shop.global')).forEach((host: any) => {
          host.routes = [{ route: { cluster: 'outbound|8000||cart.other.svc.cluster.local' } }];
        });
      }
    }),
    says: /^error MESH109 .*: the sidecar of \S+ sends requests for the host elsewhere: \["outbound\|8000\|\|cart\.other/,
  },
  {
    what: 'a caller has another endpoint',
    plant: running => running.edit('cluster1', callerDump(STATUSES), dump => {
      statusIn(dump, IN_CART).host_statuses[0].address.socket_address.address = '10.62.9.9';
    }),
    says: /^error MESH109 .*: the proxy of \S+ does not know this address: \["10\.62\.9\.9:15443"\]$/,
    request: CART,
    stops: 'gateway: error MESH109 the proxy of CALLER does not know this address',
  },
  {
    what: 'a caller leaves an endpoint out for a while',
    plant: running => running.edit('cluster1', callerDump(STATUSES), dump => {
      statusIn(dump, IN_CART).host_statuses[0].health_status = { eds_health_status: 'HEALTHY', failed_outlier_check: true };
    }),
    says: /^warning MESH109 .*: the proxy of \S+ does not use this address now: "failed_outlier_check"$/,
  },
  {
    what: 'a gateway lacks the filter chain of a subset',
    plant: running => running.edit('cluster2', gatewayDump('cluster2', LISTENERS), ({ configs }) => {
      const { listener } = configs.find(({ name }: any) => name === '0.0.0.0_15443').active_state;
      listener.filter_chains = listener.filter_chains.filter(
        ({ filter_chain_match: match }: any) => !match.server_names.includes('outbound_.8000_.v1_.cart.shop.svc.cluster.local'),
      );
    }),
    says: /^error MESH109 .*: the gateway \S+ knows the Service and not the subset v1, so it closes the connection/,
    request: CART,
    stops: 'opened: error MESH109 the gateway GATEWAY knows the Service and not the subset v1, so it closes the connection',
  },
  {
    what: 'a gateway lacks the listener',
    plant: running => running.edit('cluster2', gatewayDump('cluster2', LISTENERS), () => ({ configs: [] })),
    says: /^error MESH109 .*: the gateway \S+ opens no such SNI, so it closes the connection/,
  },
  {
    what: 'no pod is behind a gateway',
    plant: running => running.edit('cluster2', gatewayDump('cluster2', STATUSES), dump => {
      statusIn(dump, 'outbound_.8000_.v1_.cart.shop.svc.cluster.local').host_statuses = [];
    }),
    says: /^error MESH109 .*: the gateway of cluster2 knows no ready pod for outbound_\.8000_\.v1_\.cart/,
    request: CART,
    stops: 'Service: error MESH109 the gateway of cluster2 knows no ready pod for outbound_.8000_.v1_.cart.shop.svc.cluster.local',
  },
  {
    what: 'the egress gateway passes an SNI nowhere',
    plant: running => running.edit('cluster1', callOf('cluster1', 'istio-egressgateway', 'resource=dynamic_list'), () => ({ configs: [] })),
    says: /^error MESH109 .*request from egress to \S+: the egress gateway \S+ passes the SNI nowhere: "no filter chain"$/,
    request: ['egress', 'catalog.shop.global'],
    stops: 'egress: error MESH109 the egress gateway EGRESS passes the SNI nowhere',
  },
  {
    what: 'the egress gateway is not ready',
    plant: running => running.edit('cluster1', PODS('istio-system'), pods => notReady(pods, /egress/)),
    says: /^error MESH108 cluster1, request from egress .*: no pod of the egress gateway of cluster1 is ready/,
  },
  {
    what: 'a namespace has no pod to ask',
    plant: running => running.answer('cluster1', PODS('direct'), { items: [] }),
    says: /^warning MESH109 cluster1, namespace direct: no pod with a sidecar is ready in the namespace/,
  },
  {
    what: 'a gateway has no network view',
    plant: running => running.edit('cluster2', callOf('cluster2', 'get services,deployments'), ({ items }) => {
      objectsOf(items, 'Deployment').forEach(({ spec }) => spec.template.spec.containers.forEach((container: any) => {
        container.env = container.env?.filter(({ name }: any) => name !== 'ISTIO_META_REQUESTED_NETWORK_VIEW');
      }));
    }),
    says: /^error MESH082 Istio of 'cluster2': gateway\.env\.ISTIO_META_REQUESTED_NETWORK_VIEW is not what the mesh needs/,
  },
  {
    what: 'a cluster has no root',
    plant: running => running.edit('cluster3', callOf('cluster3', 'istio-ca-root-cert'), data => ({ ...data, items: [] })),
    says: /^error MESH032 cluster3: ConfigMap istio-ca-root-cert holds no root/,
  },
  {
    what: 'a cluster cannot be reached',
    plant: running => running.remove('cluster3'),
    says: /^error MESH106 cluster3, context cluster3: kubectl cannot read the roots of the mesh: "error: context .*does not exist"$/,
  },
  {
    what: 'the user may not enter pods',
    plant: running => running.fail('cluster1', callerDump(STATUSES), 'Error from server (Forbidden): pods "x" is forbidden')
      .fail('cluster2', callOf('cluster2', 'configz'), 'Error from server (Forbidden): pods "x" is forbidden'),
    says: /^error MESH106 cluster2, context cluster2: kubectl cannot run pilot-discovery in pod \S+\/istiod-\S+: "Error from server/,
  },
];

function objectsOf(items: any[], kind: string): any[] {
  return items.filter(item => item.kind === kind);
}

test.each(PLANTED)('$what', async ({ plant, says, request, stops }) => {
  const running = threeRunning();
  plant(running);
  const { code, lines } = await checked(running);
  expect(lines).toEqual(expect.arrayContaining([expect.stringMatching(says)]));
  expect(code).toBe(lines.some((line: string) => line.startsWith('error')) ? 1 : 0);
  if (request) {
    const { code: stopped, findings } = await explained(running, request);
    const found = findings.map(
      text => text.replace(/direct\/sleep-\S+/, 'CALLER').replace(/\S+\/istio-ingress\S+/, 'GATEWAY').replace(
        /\S+\/istio-egress\S+/,
        'EGRESS',
      ),
    );
    expect([stopped, found]).toEqual([1, expect.arrayContaining([stops])]);
  }
});

test('a proxy that cannot be asked stops no request in explain, ends what is known, and is an error in check', async () => {
  const running = threeRunning().fail('cluster1', callOf('cluster1', 'istio-egressgateway', STATUSES), 'Error from server: no');
  const { code, way, live, findings } = await explained(running, ['egress', 'catalog.shop.global']);
  expect([code, way.outcome]).toEqual([0, 'answered']);
  expect(findings).toEqual([expect.stringMatching(/^egress: warning MESH106 kubectl cannot run pilot-agent/)]);
  expect(live.filter(line => line.startsWith('ends in'))).toHaveLength(2);
  const { lines, code: failed } = await checked(running);
  expect([failed, lines]).toEqual([1, [expect.stringMatching(/^error MESH106 cluster1, .*kubectl cannot run pilot-agent/)]]);
});

describe('--from', () => {
  const call = callOf('cluster1', 'sh -c');
  const from = ['--from', `cluster1/direct/${CALLER}/sleep`];

  test.each([
    { answer: '000  curl=6', says: /^error MESH109 .*\.shop\.global:\d+: the name does not resolve in the pod: "curl=6"$/ },
    { answer: '- - getent=2', says: /the name does not resolve in the pod: "getent=2"$/ },
    { answer: '000 1.2.3.4 curl=28', says: /the pod gets no answer of the service: "curl=28"$/ },
    { answer: '503 1.2.3.4 curl=0', says: /the pod gets no answer of the service: "status 503"$/ },
    { answer: '- - none', says: /^warning MESH109 .*: the image has neither curl nor getent/ },
  ])('a pod that prints "$answer"', async ({ answer, says }) => {
    const { lines } = await checked(threeRunning().answer('cluster1', call, answer), from);
    expect(lines).toHaveLength(6);
    lines.forEach((line: string) => expect(line).toMatch(says));
  });

  test.each(['404 1.2.3.4 curl=0', '- - getent=0'])('a pod that prints "%s" is answered', async answer => {
    expect((await checked(threeRunning().answer('cluster1', call, answer), from)).lines).toEqual([]);
  });

  test('a pod that does not exist is told', async () => {
    expect((await checked(threeRunning(), ['--from', 'cluster1/direct/none'])).lines).toEqual(
      ['error MESH109 cluster1, pod direct/none: no ready pod has this name'],
    );
    const { live } = await explained(threeRunning(), CART, ['--from', 'none']);
    expect(live).toEqual(['no ready pod none is in namespace direct, so no proxy of a caller was asked']);
  });
});

test.each([
  { what: 'no context', args: ['check', 'dist', '--live'] },
  { what: 'a cluster without a folder', args: ['check', 'dist', '--live', '--context', 'cluster9'] },
  { what: 'a pod that is none', args: ['check', 'dist', '--live', '--context', 'cluster1', '--from', 'direct/sleep'] },
  { what: 'a pod whose name is an option', args: ['check', 'dist', '--live', '--context', 'cluster1', '--from', 'cluster1/direct/--help'] },
  { what: 'a kubectl that does not exist', args: ['check', 'dist', '--live', '--context', 'cluster1', '--kubectl', '/nowhere/kubectl'] },
  { what: 'no context for explain', args: ['explain', 'cluster1', 'direct', 'cart.shop.global', '-f', 'dist', '--live'] },
])('$what ends with exit code 2', async ({ args }) => {
  const { code, out, err } = await WrittenFolder.of(recordedMesh).run(...args);
  expect([code, out, err]).toEqual([2, '', expect.stringContaining('MESH106')]);
});

test.each([['check', 'dist', '--context', 'cluster1'], ['explain', 'a', 'b', 'c', '--from', 'pod']])(
  '%s without --live refuses options of running clusters',
  async (...args) => {
    const { code, err } = await WrittenFolder.of(recordedMesh).run(...args);
    expect([code, err]).toEqual([2, 'error: --context and --from need --live\n']);
  },
);

test('a cluster on Istio 1.5 is refused, since its proxies tell less', async () => {
  const folder = WrittenFolder.of(app => guideOn15(app, ALTERNATIVES[0]));
  const { code, err } = await folder.run('check', 'dist', '--live', '--context', 'cluster1');
  expect([code, err]).toEqual([2, expect.stringContaining('MESH008')]);
});
