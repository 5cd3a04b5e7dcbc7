import { spawnSync } from 'child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { delimiter, join } from 'path';
import { App, Chart } from 'cdk8s';
import { Cleanup, ClusterDns, GatewayAddress, IstioRelease, Mesh, ServicePort } from '../../src';

const SERVERS = '[{"name":"corp","zones":["corp.example"]}]';

/** The clean-up of a cluster that has an import, an export, namespaces and a part of what others write to. */
function scriptOf(dns = ClusterDns.coreDnsCustom({ resolvers: ['10.96.0.53'] }), more?: string): string {
  const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 });
  const [one, two] = [1, 2].map(
    n => mesh.addCluster(`cluster${n}`, { ingressGateway: GatewayAddress.of(`203.0.113.${n}`), dns: n === 1 ? dns : undefined }),
  );
  one.addNamespace('foo');
  if (more) {
    one.addNamespace(more);
  }
  const service = { namespace: 'bar', ports: [ServicePort.http('http', 8000)] };
  one.importService(two.exportService('httpbin', service), { namespace: 'foo' });
  one.exportService('cart', service);
  return new Cleanup(new Chart(App.of(one), 'clean-up'), 'cleanup', { chart: one }).script;
}

interface Ran {
  readonly code: number | null;
  readonly stderr: string;
  /** What kubectl was asked to change. */
  readonly changes: string[];
  /** How often kubectl was called. */
  readonly calls: number;
}

/** What a cluster is like, and which call of kubectl fails. */
interface Cluster {
  readonly fails?: number;
  /** What its istiod knows it by; none runs unless it is given. */
  readonly istiod?: string;
  /** What is in its namespaces. */
  readonly found?: string;
  /** What its namespaces do. */
  readonly phase?: string;
  /** A kind that it knows beside ConfigMaps. */
  readonly kinds?: string;
}

/** Runs a script with a kubectl that answers as a cluster would. */
function run(script: string, { fails = 0, istiod = '', found = '', phase = 'Active', kinds = '' }: Cluster = {}, ...args: string[]): Ran {
  const folder = mkdtempSync(join(tmpdir(), 'clean-up-'));
  const log = join(folder, 'log');
  try {
    writeFileSync(join(folder, 'kubectl'), `#!/bin/sh
printf '%s\\n' "$*" >>'${log}'
[ "$(wc -l <'${log}')" -ne ${fails} ] || { echo 'Error from server (Timeout)' >&2; exit 1; }
case $* in
  *CLUSTER_ID*) echo '${istiod}' ;;
  *app=istiod*) [ -z '${istiod}' ] || echo deployment.apps/istiod ;;
  'get --raw '*) echo '{"resources":[{"name":"serviceentries"},{"name":"destinationrules"},{"name":"gateways"}]}' ;;
  'api-resources '*) printf '%s\\n' configmaps ${kinds} ;;
  *'.kind}}/{{'*) printf '%s\\n' ${found} ;;
  'get namespace '*) echo ${phase} ;;
  'get '*) echo something ;;
  'patch '*replace* | 'patch '*remove*) ;;
  'patch '*) echo 'the text is another' >&2; exit 1 ;;
esac
`, { mode: 0o755 });
    const env = { PATH: `${folder}${delimiter}${process.env.PATH}`, TRIES: '1' };
    const { status, stderr } = spawnSync('/bin/sh', ['-s', '--', ...args], { input: script, env, encoding: 'utf8' });
    const calls = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
    return { code: status, stderr, calls: calls.length, changes: calls.filter(call => /^(delete|patch) /.test(call)) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('it removes everything, and says so by its exit code', () => {
  const { code, stderr, changes } = run(scriptOf());
  expect([code, stderr]).toEqual([0, '']);
  expect(changes.map(call => call.split(' ').slice(0, 3).join(' '))).toEqual([
    'delete serviceentries.networking.istio.io httpbin-bar', 'delete destinationrules.networking.istio.io httpbin-bar',
    'delete gateways.networking.istio.io mesh-cart-bar', 'patch configmaps coredns-custom', 'delete namespace foo',
  ]);
});

test.each([
  ['a key of its own', () => scriptOf()], ['a list', () => scriptOf(ClusterDns.openShift({ resolvers: ['10.96.0.53'], servers: SERVERS }))],
  ['a text', () => scriptOf(ClusterDns.coreDns({ resolvers: ['10.96.0.53'], corefile: '.:53 {\n}\n' }))],
])('a question that is not answered is no answer, whichever it is: the zone in %s', (_, made) => {
  const script = made();
  const { calls } = run(script);
  for (let n = 1; n <= calls; n++) {
    const failed = run(script, { fails: n });
    expect([n, failed.code]).toEqual([n, 1]);
  }
});

test('a word that is not understood, and a dry run, change nothing', () => {
  for (const words of [['--help'], ['Helm'], ['-f'], [''], ['helm', '--dry-run'], ['--dry-run', 'helm']]) {
    const { code, calls, stderr } = run(scriptOf(), {}, ...words);
    expect([words, code, calls, stderr]).toEqual([words, 2, 0, 'usage: sh clean-up.sh [--dry-run | istioctl | helm]\n']);
  }
  const { code, changes } = run(scriptOf(), { istiod: 'cluster1' }, '--dry-run');
  expect([code, changes.length, changes.filter(change => !change.endsWith(' --dry-run=server'))]).toEqual([0, 4, []]);
});

test('what goes with its namespace is left to it: nobody may look into one that goes', () => {
  const { code, changes } = run(scriptOf(), { phase: 'Terminating' });
  expect([code, changes.map(change => change.split(' ').slice(0, 3).join(' '))]).toEqual([0, ['patch configmaps coredns-custom']]);
});

test('in another cluster nothing is done', () => {
  const { code, changes, stderr } = run(scriptOf(), { istiod: 'cluster2' });
  expect([code, changes, stderr]).toEqual([2, [], 'this is cluster cluster2: nothing was done\n']);
});

test('an istiod that was not told its cluster may be ours, and holds back what it needs', () => {
  for (const istiod of ['Kubernetes', 'cluster1']) {
    const { code, changes, stderr } = run(scriptOf(), { istiod });
    expect([istiod, code, changes.length, stderr]).toEqual(
      [istiod, 1, 4, expect.stringMatching(/^left: Istio still runs in istio-system/)],
    );
  }
});

describe('what nobody made does not keep a namespace, what anybody made does', () => {
  const goes = (script: string, namespace: string, cluster: Cluster) => run(script, cluster).changes.some(
    change => change.startsWith(`delete namespace ${namespace} `),
  );
  const ofIstio = [
    'Lease/istio-gateway-deployment-default',
    'Lease/istio-gateway-status-leader-default',
    'ConfigMap/istio-ip-autoallocate',
    'ConfigMap/istio-leader',
    'ServiceAccount/istio-reader-service-account',
  ];
  const ofOpenShift = ['ServiceAccount/deployer', 'Secret/builder-dockercfg-x7k2p', 'ConfigMap/openshift-service-ca.crt'];

  test('what istiod leaves, in its own namespace alone', () => {
    const script = scriptOf(undefined, 'istio-system');
    for (const found of ofIstio) {
      expect(
        [found, goes(script, 'istio-system', { found }), goes(script, 'foo', { found })],
      ).toEqual([found, true, false]);
    }
    for (const found of [
      'ConfigMap/istio-canary-deployment-settings',
      'ConfigMap/istio-leader-notes',
      'Lease/istio-gateway-deployment-other',
    ]) {
      expect([found, goes(script, 'istio-system', { found })]).toEqual([found, false]);
    }
  });

  test('what OpenShift puts everywhere, on OpenShift alone', () => {
    for (const found of ofOpenShift) {
      expect(
        [found, goes(scriptOf(), 'foo', { found, kinds: 'routes.route.openshift.io' }), goes(scriptOf(), 'foo', { found })],
      ).toEqual([found, true, false]);
    }
    expect(goes(scriptOf(), 'foo', { found: 'Secret/deployer-token-ci', kinds: 'routes.route.openshift.io' })).toBe(false);
  });

  test('what somebody made is named', () => {
    const { code, changes, stderr } = run(scriptOf(), { found: 'ConfigMap/theirs' });
    expect([code, changes.length, stderr]).toEqual([1, 4, 'left: namespace foo holds what others made: ConfigMap/theirs\n']);
  });
});
