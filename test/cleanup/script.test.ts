import { spawnSync } from 'child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { delimiter, join } from 'path';
import { App, Chart } from 'cdk8s';
import { Cleanup, ClusterDns, GatewayAddress, IstioRelease, Mesh, ServicePort } from '../../src';
import { temporaryFolder } from '../temporary-folder';

const CORE_DNS = ClusterDns.coreDnsCustom({ resolvers: ['10.96.0.53'] });
const SERVERS = '[{"name":"corp","zones":["corp.example"]}]';

/** The script for a cluster with an import, an export, a part of a shared object, and namespaces: `foo`, and `added` if it is named. */
function scriptOf({ dns = CORE_DNS, added }: { readonly dns?: ClusterDns; readonly added?: string } = {}): string {
  const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 });
  const [one, two] = [1, 2].map(
    n => mesh.addCluster(`cluster${n}`, { ingressGateway: GatewayAddress.of(`203.0.113.${n}`), dns: n === 1 ? dns : undefined }),
  );
  one.addNamespace('foo');
  if (added) {
    one.addNamespace(added);
  }
  const service = { namespace: 'bar', ports: [ServicePort.http('http', 8000)] };
  one.importService(two.exportService('httpbin', service), { namespace: 'foo' });
  one.exportService('cart', service);
  return new Cleanup(new Chart(App.of(one), 'clean-up'), 'cleanup', { chart: one }).script;
}

/** Result of a run of the script. */
interface Result {
  readonly code: number | null;
  readonly stderr: string;
  /** The arguments of the calls of kubectl that change something. */
  readonly changes: string[];
  /** The number of calls of kubectl. */
  readonly calls: number;
}

/** State of the cluster that the simulated kubectl answers for. */
interface ClusterState {
  /** Number of the call that fails, beginning with 1; 0 for none. */
  readonly failingCall?: number;
  /** Cluster name that istiod reports; empty when no istiod runs. */
  readonly istiod?: string;
  /** An object in each namespace, as `kind/name`. */
  readonly found?: string;
  /** Phase of each namespace. */
  readonly phase?: string;
  /** A resource that the API server has beside ConfigMaps. */
  readonly kinds?: string;
}

/** Runs a script with a simulated kubectl. */
function run(script: string, state: ClusterState = {}, ...args: string[]): Result {
  const { failingCall = 0, istiod = '', found = '', phase = 'Active', kinds = '' } = state;
  const folder = temporaryFolder('script');
  const log = join(folder, 'log');
  try {
    writeFileSync(join(folder, 'kubectl'), `#!/bin/sh
printf '%s\\n' "$*" >>'${log}'
[ "$(wc -l <'${log}')" -ne ${failingCall} ] || { echo 'Error from server (Timeout)' >&2; exit 1; }
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

test('the script removes everything and exits with 0', () => {
  const { code, stderr, changes } = run(scriptOf());
  expect([code, stderr]).toEqual([0, '']);
  expect(changes.map(call => call.split(' ').slice(0, 3).join(' '))).toEqual([
    'delete serviceentries.networking.istio.io httpbin-bar', 'delete destinationrules.networking.istio.io httpbin-bar',
    'delete gateways.networking.istio.io mesh-cart-bar', 'patch configmaps coredns-custom', 'delete namespace foo',
  ]);
});

test.each([
  ['a key', CORE_DNS],
  ['an element of a list', ClusterDns.openShift({ resolvers: ['10.96.0.53'], servers: SERVERS })],
  ['a part of a text', ClusterDns.coreDns({ resolvers: ['10.96.0.53'], corefile: '.:53 {\n}\n' })],
])('the script fails when any of its requests fails, with the zone as %s', (_, dns) => {
  const script = scriptOf({ dns });
  const { calls } = run(script);
  for (let failingCall = 1; failingCall <= calls; failingCall++) {
    const { code } = run(script, { failingCall });
    expect({ failingCall, code }).toEqual({ failingCall, code: 1 });
  }
});

test('an unknown argument changes nothing, and the script prints its usage', () => {
  for (const args of [['--help'], ['Helm'], ['-f'], [''], ['helm', '--dry-run'], ['--dry-run', 'helm']]) {
    const { code, calls, stderr } = run(scriptOf(), {}, ...args);
    const usage = 'usage: sh clean-up.sh [--dry-run | istioctl | helm]\n';
    expect({ args, code, calls, stderr }).toEqual({ args, code: 2, calls: 0, stderr: usage });
  }
});

test('a dry run changes nothing', () => {
  const { code, changes } = run(scriptOf(), { istiod: 'cluster1' }, '--dry-run');
  expect([code, changes.length, changes.filter(change => !change.endsWith(' --dry-run=server'))]).toEqual([0, 4, []]);
});

test('the script makes no request in a namespace that is being deleted: its role is deleted first', () => {
  const { code, changes } = run(scriptOf(), { phase: 'Terminating' });
  expect([code, changes.map(change => change.split(' ').slice(0, 3).join(' '))]).toEqual([0, ['patch configmaps coredns-custom']]);
});

test('in another cluster the script exits without changes', () => {
  const { code, changes, stderr } = run(scriptOf(), { istiod: 'cluster2' });
  expect([code, changes, stderr]).toEqual([2, [], 'this is cluster cluster2: nothing was done\n']);
});

test('the CA and the namespaces stay while the istiod of the cluster runs, or one that was not told the name of its cluster', () => {
  for (const istiod of ['Kubernetes', 'cluster1']) {
    const { code, changes, stderr } = run(scriptOf(), { istiod });
    expect([istiod, code, changes.length, stderr]).toEqual(
      [istiod, 1, 4, expect.stringMatching(/^left: Istio still runs in istio-system/)],
    );
  }
});

describe('a namespace', () => {
  const isRemoved = (script: string, namespace: string, state: ClusterState) => run(script, state).changes.some(
    change => change.startsWith(`delete namespace ${namespace} `),
  );
  const leftByIstio = [
    'Lease/istio-gateway-deployment-default',
    'Lease/istio-gateway-status-leader-default',
    'ConfigMap/istio-ip-autoallocate',
    'ConfigMap/istio-leader',
    'ServiceAccount/istio-reader-service-account',
  ];
  const createdByOpenShift = ['ServiceAccount/deployer', 'Secret/builder-dockercfg-x7k2p', 'ConfigMap/openshift-service-ca.crt'];

  test('of istiod is removed with the objects that an uninstalled Istio leaves, another namespace with such objects is not', () => {
    const script = scriptOf({ added: 'istio-system' });
    for (const found of leftByIstio) {
      expect(
        [found, isRemoved(script, 'istio-system', { found }), isRemoved(script, 'foo', { found })],
      ).toEqual([found, true, false]);
    }
    for (const found of [
      'ConfigMap/istio-canary-deployment-settings',
      'ConfigMap/istio-leader-notes',
      'Lease/istio-gateway-deployment-other',
    ]) {
      expect([found, isRemoved(script, 'istio-system', { found })]).toEqual([found, false]);
    }
  });

  test('is removed with the objects that OpenShift creates everywhere, on OpenShift only', () => {
    for (const found of createdByOpenShift) {
      expect(
        [found, isRemoved(scriptOf(), 'foo', { found, kinds: 'routes.route.openshift.io' }), isRemoved(scriptOf(), 'foo', { found })],
      ).toEqual([found, true, false]);
    }
    expect(isRemoved(scriptOf(), 'foo', { found: 'Secret/deployer-token-ci', kinds: 'routes.route.openshift.io' })).toBe(false);
  });

  test('with an object of another author stays, and the script names the object', () => {
    const { code, changes, stderr } = run(scriptOf(), { found: 'ConfigMap/theirs' });
    expect([code, changes.length, stderr]).toEqual([1, 4, 'left: namespace foo holds what others made: ConfigMap/theirs\n']);
  });
});
