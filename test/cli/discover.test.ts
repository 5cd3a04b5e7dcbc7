import { existsSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import Ajv from 'ajv';
import { temporaryFolder } from '../temporary-folder';
import { CALLS, COREFILE, gatewayService, get, guideClusters } from './running/guide-clusters';
import { RunningClusters, withoutProgress } from './running/running-clusters';
import { runMain } from '../written/written-folder';

const ROOT = readFileSync(join(__dirname, '..', '..', 'examples', 'guide', 'pki', 'root-cert.pem'), 'utf8');
const schema = JSON.parse(readFileSync(join(__dirname, '..', '..', 'docs', 'reference', 'schemas', 'clusters.schema.json'), 'utf8'));
const isValid = new Ajv({ strict: true }).compile(schema);
const BOTH = ['--context', 'cluster1', '--context', 'cluster2'];
const clusters = () => new RunningClusters(guideClusters(ROOT));

/** Runs `discover`, and reads the file that it writes, which must follow the schema. */
async function discovered(running: RunningClusters, args: string[] = BOTH, file = join(temporaryFolder('discovered'), 'clusters.json')) {
  const { code, out, err } = await runMain(['discover', '--kubectl', running.kubectl, '--out', file, ...args]);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const data = text === '' ? { clusters: {} } : JSON.parse(text);
  expect(text === '' || isValid(data) ? 'valid' : isValid.errors).toBe('valid');
  const shorter = (lines: string) => lines.replaceAll(file, 'clusters.json').replaceAll(running.kubectl, 'kubectl');
  return { code, text, file, found: data.clusters, out: shorter(out), err: withoutProgress(shorter(err)) };
}

test('the facts of two clusters are what was reviewed', async () => {
  const { code, text, out, err } = await discovered(clusters());
  expect({ code, out, err }).toMatchSnapshot();
  expect(text).toMatchSnapshot();
});

test('the same clusters give the same bytes, in whatever order kubectl lists their objects', async () => {
  const running = clusters();
  const { text } = await discovered(running);
  for (const words of [CALLS.services, CALLS.systemMaps, CALLS.istioMaps, CALLS.workloads]) {
    running.edit('cluster2', words, ({ items }) => ({ items: [...items].reverse() }));
  }
  expect((await discovered(running, ['--context', 'cluster2', '--context', 'cluster1'])).text).toBe(text);
});

test('no Secret is read, and nothing is written to a cluster', async () => {
  const running = clusters();
  await discovered(running);
  expect(running.calls.length).toBeGreaterThan(10);
  expect(running.calls.filter(call => !/^cluster[12] get /.test(call) || /secret/i.test(call))).toEqual([]);
});

test('a cluster that cannot be read is told, keeps its entry, and the others are written', async () => {
  const running = clusters();
  const { file, found: before } = await discovered(running);
  running.edit('cluster1', CALLS.version, () => ({ gitVersion: 'v1.35.0' }));
  running.fail('cluster2', CALLS.version, 'Unable to connect to the server: dial tcp 192.0.2.1:6443: i/o timeout');
  const { code, found, out, err } = await discovered(running, BOTH, file);
  expect({ code, out, err }).toMatchSnapshot();
  expect(found.cluster1.kubernetes.version).toBe('v1.35.0');
  expect(found.cluster2).toEqual(before.cluster2);
});

test('a cluster that is not named keeps its entry', async () => {
  const running = clusters();
  const { file, found } = await discovered(running);
  expect((await discovered(running, ['--context', 'cluster2'], file)).found).toEqual(found);
});

test.each([
  {
    what: 'no right to list Services',
    words: CALLS.services,
    message: 'Error from server (Forbidden): services is forbidden',
    fix: 'ask for the rights',
  },
  {
    what: 'an ended login',
    words: CALLS.version,
    message: 'error: You must be logged in to the server (Unauthorized)',
    fix: 'log in to the cluster again',
  },
  {
    what: 'a line of a log before the error',
    words: CALLS.version,
    message: 'E1127 14:55:31.06 1 memcache.go] x\nerror: the end',
    fix: '"error: the end"',
  },
])('$what is MESH106 with what to do', async ({ words, message, fix }) => {
  const { code, err, text } = await discovered(clusters().fail('cluster1', words, message), ['--context', 'cluster1']);
  expect([code, text]).toEqual([1, '']);
  expect(err).toContain('MESH106 cluster1, context cluster1: kubectl cannot read');
  expect(err).toContain(fix);
});

test('a kind that a cluster does not know is no error', async () => {
  const running = clusters().fail('cluster1', CALLS.gateways, 'error: the server doesn\'t have a resource type "gateways"');
  expect((await discovered(running)).code).toBe(0);
});

test.each([
  { what: 'no cluster', args: [] },
  { what: 'a cluster twice', args: ['--context', 'cluster1', '--context', 'cluster1=other'] },
  { what: 'a name that no cluster has', args: ['--context', 'Cluster_1=x'] },
  { what: 'an empty context', args: ['--context', 'cluster1='] },
  { what: 'a kubectl that does not exist', args: ['--context', 'cluster1', '--kubectl', '/nowhere/kubectl'] },
])('$what ends with exit code 2, and nothing is written', async ({ args }) => {
  const { code, err, text } = await discovered(clusters(), args);
  expect([code, text]).toEqual([2, '']);
  expect(err).toMatch(/^MESH106 /m);
});

test('a file of something else is not replaced', async () => {
  const file = join(temporaryFolder('discovered'), 'clusters.json');
  writeFileSync(file, '{"cluster1": {"ingressGateway": "192.0.2.1"}}');
  const { code, err } = await runMain(['discover', '--kubectl', clusters().kubectl, '--out', file, ...BOTH]);
  expect([code, err]).toEqual([2, expect.stringContaining('MESH104')]);
  expect(readFileSync(file, 'utf8')).toBe('{"cluster1": {"ingressGateway": "192.0.2.1"}}');
});

test('--out - prints the facts, and --export adds a Service', async () => {
  const running = clusters();
  const args = [
    'discover',
    '--kubectl',
    running.kubectl,
    '--context',
    'one=cluster1',
    '--out',
    '-',
    '--export',
    'istio-system/istio-egressgateway',
  ];
  const { code, out, err } = await runMain(args);
  expect([code, withoutProgress(err)]).toEqual([0, '']);
  expect(JSON.parse(out).clusters.one.services).toEqual([{
    name: 'istio-egressgateway',
    namespace: 'istio-system',
    ports: [{ name: 'tls', port: 15443, protocol: 'tls' }],
    selector: {
      istio: 'egressgateway',
    },
  }]);
  expect(withoutProgress((await runMain([...args, '--export', 'a/none'])).err)).toBe('note: one: no Service a/none\n');
});

describe('ingress gateways', () => {
  const nodes = [
    {
      metadata: { name: 'b' },
      status: { addresses: [{ type: 'ExternalIP', address: '203.0.113.2' }, { type: 'InternalIP', address: '10.0.0.2' }] },
    },
    { metadata: { name: 'a' }, status: { addresses: [{ type: 'InternalIP', address: '10.0.0.1' }] } },
  ];
  const internal = [4, 3, 2, 1].map(
    n => ({ metadata: { name: `n${n}` }, status: { addresses: [{ type: 'InternalIP', address: `10.0.0.${n}` }] } }),
  );

  test.each([
    {
      what: 'a load balancer with two addresses',
      service: gatewayService({ type: 'LoadBalancer' }, { loadBalancer: { ingress: [{ ip: '203.0.113.9' }, { ip: '203.0.113.8' }] } }),
      expected: { type: 'LoadBalancer', port: 15443, addresses: ['203.0.113.8', '203.0.113.9'], nodePort: 31443 },
      out: 'gateway 203.0.113.8:15443, 203.0.113.9:15443',
    },
    {
      what: 'external IPs',
      service: gatewayService({ type: 'ClusterIP', externalIPs: ['203.0.113.5'] }),
      expected: { type: 'ClusterIP', externalIps: ['203.0.113.5'] },
      out: 'gateway 203.0.113.5:15443',
    },
    {
      what: 'a node port, at nodes with an address outside',
      service: gatewayService({ type: 'NodePort' }),
      nodes,
      expected: { type: 'NodePort', nodePort: 31443, nodeAddresses: ['203.0.113.2'] },
      out: 'gateway 203.0.113.2:31443',
    },
    {
      what: 'a node port, at the first three nodes by name',
      service: gatewayService({ type: 'NodePort' }),
      nodes: internal,
      expected: { nodeAddresses: ['10.0.0.1', '10.0.0.2', '10.0.0.3'] },
      out: 'gateway 10.0.0.1:31443, 10.0.0.2:31443, 10.0.0.3:31443',
    },
    {
      what: 'another port of the load balancer',
      service: gatewayService(
        { type: 'LoadBalancer', ports: [{ name: 'tls', port: 443, targetPort: 15443 }] }, {
          loadBalancer: { ingress: [{ hostname: 'lb.example.com' }] },
        },
      ),
      expected: { port: 443, addresses: ['lb.example.com'] },
      out: 'gateway lb.example.com:443',
    },
    {
      what: 'a load balancer without an address yet',
      service: gatewayService({ type: 'LoadBalancer' }),
      expected: { addresses: [] },
      out: 'gateway none',
      note: 'has no address outside of the cluster yet',
    },
    {
      what: 'a Service without the port of the mesh',
      service: gatewayService(
        { type: 'LoadBalancer', ports: [{ port: 80, targetPort: 8080 }] },
        { loadBalancer: { ingress: [{ ip: '203.0.113.9' }] } },
      ),
      expected: { addresses: ['203.0.113.9'] },
      out: 'gateway none',
      note: 'no port of Service istio-ingressgateway leads to port 15443',
    },
    {
      what: 'an address that other clusters cannot reach',
      service: gatewayService({ type: 'LoadBalancer' }, { loadBalancer: { ingress: [{ hostname: 'localhost' }, { ip: '127.0.0.1' }] } }),
      expected: { addresses: [] },
      out: 'gateway none',
      note: 'has no address outside of the cluster',
    },
    {
      what: 'the Service that a Gateway of the mesh selects, before one with the labels of Istio',
      service: gatewayService({ type: 'ClusterIP' }),
      others: [gatewayService(
        { type: 'LoadBalancer', selector: { istio: 'eastwest' } }, { loadBalancer: { ingress: [{ ip: '203.0.113.7' }] } }, {
          name: 'eastwest',
        },
      )],
      selector: { istio: 'eastwest' },
      expected: { name: 'eastwest', addresses: ['203.0.113.7'] },
      out: 'gateway 203.0.113.7:15443',
      note: 'the pods of eastwest have no network view',
    },
  ])('$what', async ({ service, others = [], nodes: machines, selector, expected, out: text, note }: any) => {
    const running = clusters().edit('cluster2', CALLS.services, ({ items }) => ({ items: [service, ...others, ...items.slice(1)] }));
    if (machines) {
      running.answer('cluster2', CALLS.nodes, { items: machines });
    }
    if (selector) {
      running.edit('cluster2', CALLS.gateways, ({ items }) => {
        items[0].spec.selector = selector;
      });
    }
    const { found, out, err } = await discovered(running, ['--context', 'cluster2']);
    expect(found.cluster2.ingressGateway).toMatchObject(expected);
    expect(out).toContain(`${text};`);
    expect(err).toContain(note ?? '');
  });

  test('one of several is named on the command line', async () => {
    const other = gatewayService({ type: 'LoadBalancer' }, { loadBalancer: { ingress: [{ ip: '203.0.113.7' }] } }, { name: 'zone-b' });
    const running = clusters().edit('cluster2', CALLS.services, ({ items }) => ({ items: [...items, other] }));
    const { err, found } = await discovered(running, ['--context', 'cluster2']);
    expect(err).toContain('the first one is taken as the ingressgateway; name another with --ingress-gateway');
    expect(found.cluster2.ingressGateway.name).toBe('istio-ingressgateway');
    const named = await discovered(running, ['--context', 'cluster2', '--ingress-gateway', 'istio-system/zone-b']);
    expect(named.found.cluster2.ingressGateway.addresses).toEqual(['203.0.113.7']);
  });
});

describe('platforms', () => {
  const CUSTOM = '.:8053 {\n  kubernetes cluster.local\n  import custom/*.override\n}\nimport custom/*.server\n';
  const K3S = '.:53 {\n}\nimport /etc/coredns/custom/*.server\n';
  const map = (name: string, data: object) => ({ kind: 'ConfigMap', metadata: { name, namespace: 'kube-system' }, data });
  const coredns = (text: string) => map('coredns', { Corefile: text });
  const daemonSet = (name: string) => ({ metadata: { name, namespace: 'kube-system' } });
  const node = (label: string) => ({ metadata: { name: 'n', labels: { [label]: 'x' } }, status: {} });

  test.each<any>([
    {
      what: 'EKS',
      version: 'v1.33.1-eks-1a2b3c',
      maps: [coredns(COREFILE)],
      platform: 'eks',
      dns: { platform: 'eksAddon', corefile: COREFILE },
    },
    {
      what: 'GKE with kube-dns',
      version: 'v1.33.1-gke.100',
      maps: [map('kube-dns', { stubDomains: '{"corp.example":["10.1.1.1"]}' })],
      platform: 'gke',
      dns: { platform: 'kubeDns', stubDomains: '{"corp.example":["10.1.1.1"]}' },
    },
    {
      what: 'GKE with a cache on each node',
      version: 'v1.33.1-gke.100',
      maps: [map('kube-dns', {}), map('node-local-dns', { Corefile: 'cluster.local:53 {\n forward . __PILLAR__CLUSTER__DNS__\n}\n' })],
      sets: [daemonSet('node-local-dns')],
      platform: 'gke',
      dns: { platform: 'nodeLocal', nodeCache: { configMap: 'node-local-dns', readsStubDomains: true } },
    },
    {
      what: 'AKS',
      version: 'v1.33.1',
      nodes: [node('kubernetes.azure.com/cluster')],
      maps: [coredns(CUSTOM), map('coredns-custom', { 'ours.server': 'corp.example:53 { }' })],
      platform: 'aks',
      dns: { platform: 'coreDnsCustom', corefile: CUSTOM, customData: { 'ours.server': 'corp.example:53 { }' } },
    },
    {
      what: 'k3s without servers of its own',
      version: 'v1.33.1+k3s1',
      maps: [coredns(K3S)],
      platform: 'k3s',
      dns: { platform: 'coreDnsCustom', corefile: K3S, customData: {} },
    },
    {
      what: 'OpenShift',
      version: 'v1.31.6',
      groups: ['config.openshift.io'],
      maps: [],
      more: {
        [get('dnses.operator.openshift.io default')]: {
          metadata: { name: 'default' },
          spec: { servers: [{ name: 'ours', zones: ['corp.example'] }] },
        },
      },
      platform: 'openshift',
      dns: { platform: 'openShift', servers: '[{"name":"ours","zones":["corp.example"]}]' },
    },
    {
      what: 'RKE2',
      version: 'v1.33.1+rke2r1',
      maps: [],
      more: {
        [get('helmchartconfigs.helm.cattle.io rke2-coredns --namespace=kube-system')]: {
          metadata: {},
          spec: { valuesContent: 'servers:\n' },
        },
      },
      platform: 'rke2',
      dns: { platform: 'rke2', valuesContent: 'servers:\n' },
    },
    {
      what: 'kubespray with its cache',
      version: 'v1.33.1',
      maps: [coredns(COREFILE), map('nodelocaldns', { Corefile: 'cluster.local:53 {\n}\n' }), map('kubeadm-config', {})],
      sets: [daemonSet('nodelocaldns')],
      platform: 'kubeadm',
      dns: {
        platform: 'coreDns',
        corefile: COREFILE,
        nodeCache: { configMap: 'nodelocaldns', corefile: 'cluster.local:53 {\n}\n', readsStubDomains: false },
      },
    },
    { what: 'another platform without a DNS that is known', version: 'v1.33.1', maps: [], platform: 'other', dns: { platform: 'unknown' } },
  ])('$what', async ({ version, groups = [], nodes = [], maps, sets = [], more = {}, platform, dns }) => {
    const running = clusters()
      .answer('cluster1', CALLS.version, { gitVersion: version })
      .answer('cluster1', CALLS.groups, { groups: groups.map((name: string) => ({ name })) })
      .answer('cluster1', CALLS.nodes, { items: nodes })
      .answer('cluster1', CALLS.systemMaps, { items: maps })
      .answer('cluster1', CALLS.systemSets, { items: sets });
    Object.entries(more).forEach(([words, answer]) => running.answer('cluster1', words, answer));
    const { found } = await discovered(running, ['--context', 'cluster1']);
    expect(found.cluster1.kubernetes).toEqual({ version, platform });
    expect(found.cluster1.dns).toEqual({ serviceIp: '10.96.0.10', ...dns });
  });
});

describe('Istio', () => {
  const settings = (name: string) => `configmaps ${name} istio-ca-root-cert --namespace=istio-system`;

  test('a revision has a mesh configuration of its own', async () => {
    const running = clusters().edit('cluster1', CALLS.istiods, ({ items }) => {
      const canary = structuredClone(items[0]);
      canary.metadata = { ...canary.metadata, name: 'istiod-canary', labels: { 'app': 'istiod', 'istio.io/rev': 'canary' } };
      canary.spec.template.spec.containers[0] = {
        image: 'registry.example:5000/pilot@sha256:0123',
        args: ['discovery', '--domain=corp.internal'],
      };
      items.push(canary);
    });
    running.answer('cluster1', get(settings('istio-canary')), {
      items: [{
        metadata: { name: 'istio-canary' }, data: { mesh: 'trustDomain: one.example\ntrustDomainAliases: [b.example, a.example]\n' },
      }],
    });
    const { found, err } = await discovered(running, ['--context', 'cluster1', '--revision', 'canary']);
    expect(found.cluster1.istio).toEqual({
      revision: 'canary',
      namespace: 'istio-system',
      trustDomain: 'one.example',
      trustDomainAliases: ['a.example', 'b.example'],
      clusterDomain: 'corp.internal',
      dnsCapture: false,
      gatewaysOfAnyNamespace: true,
      rootFingerprints: [],
    });
    expect(err).toContain('of the revisions default, canary, canary is taken');
    expect((await discovered(running, ['--context', 'cluster1'])).found.cluster1.istio.revision).toBeUndefined();
  });

  test('a cluster without istiod has no facts of Istio', async () => {
    const { code, found, out } = await discovered(clusters().answer('cluster1', CALLS.istiods, { items: [] }), ['--context', 'cluster1']);
    expect([code, found.cluster1.istio]).toEqual([0, undefined]);
    expect(out).toContain('no istiod');
  });

  test('two roots are two fingerprints, and a text that is no certificate is none', async () => {
    const other = readFileSync(join(__dirname, '..', '..', 'examples', 'guide', 'pki', 'clusters', 'cluster1', 'ca-cert.pem'), 'utf8');
    const roots = async (pem: string) => {
      const running = clusters().edit('cluster1', CALLS.istioMaps, ({ items }) => {
        items[1].data['root-cert.pem'] = pem;
      });
      return (await discovered(running, ['--context', 'cluster1'])).found.cluster1.istio.rootFingerprints;
    };
    expect(await roots(ROOT + other + ROOT)).toHaveLength(2);
    expect(await roots('nothing')).toEqual([]);
  });
});

test.each<[{ readonly name?: string; readonly port: number; readonly appProtocol?: string }, string]>([
  [{ name: 'http-web', port: 80 }, 'http'],
  [{ name: 'web', port: 80, appProtocol: 'http2' }, 'http2'],
  [{ name: 'web', port: 80, appProtocol: 'kubernetes.io/h2c' }, 'http2'],
  [{ name: 'grpc-web-x', port: 80 }, 'grpc-web'],
  [{ name: 'grpc', port: 80 }, 'grpc'],
  [{ name: 'mysql', port: 80 }, 'mysql'],
  [{ name: 'web', port: 80 }, 'tcp'],
  [{ port: 80 }, 'tcp'],
])('port %j has the protocol %s', async (port, protocol) => {
  const running = clusters().edit('cluster2', CALLS.services, ({ items }) => {
    items.at(-1).spec.ports = [port];
  });
  const [service] = (await discovered(running, ['--context', 'cluster2'])).found.cluster2.services;
  expect(service.ports).toEqual([{ name: port.name ?? 'tcp-80', port: 80, protocol }]);
});
