import { App, Testing } from 'cdk8s';
import { allows } from './allows';
import { policyMesh, TABLES } from './policy-mesh';
import {
  GatewayAddress, GatewayService, GitOps, IstioRelease, Mesh, MeshClusterOptions, NetworkPolicies, RetirementStep,
} from '../../src';

/** All NetworkPolicies of an app, by namespace and name. */
function policiesOf(build: (app: App) => unknown): any[] {
  const app = new App();
  build(app);
  return app.charts.flatMap(chart => Testing.synth(chart)).filter(({ kind }) => kind === 'NetworkPolicy');
}

const nameOf = ({ metadata: { namespace, name } }: any) => `${namespace}/${name}`;

describe.each(TABLES)('NetworkPolicies $name', ({ build, connections }) => {
  const policies = policiesOf(build);

  test.each(connections)('decide about $what: $allowed', connection => {
    expect(allows(policies, connection)).toBe(connection.allowed);
  });
});

/** The NetworkPolicies of a mesh with one cluster. */
function policiesWith(options: MeshClusterOptions, props: { cleanup?: object; gitOps?: GitOps } = {}): string[] {
  return policiesOf(app => new Mesh(app, 'mesh', { istio: IstioRelease.V1_31, ...props }).addCluster('cluster1', options)).map(nameOf);
}

const networkPolicies = NetworkPolicies.enabled();

test('there is a policy for each part that the cluster has, and none without the option', () => {
  const everything = policiesOf(app => policyMesh(app)).map(nameOf).sort();
  expect(everything).toEqual([
    'istio-system/mesh-dns',
    'istio-system/mesh-istio-egressgateway',
    'istio-system/mesh-istio-ingressgateway',
    'mesh-cleanup-cluster1/mesh-cleanup-cluster1',
  ]);
  expect(policiesOf(app => policyMesh(app, {}, { networkPolicies: NetworkPolicies.disabled() }))).toEqual([]);
  expect(policiesWith({ networkPolicies })).toEqual([]);
  const ingressGatewayService = GatewayService.awsNlb();
  expect(policiesWith({ networkPolicies, ingressGatewayService })).toEqual(['istio-system/mesh-istio-ingressgateway']);
});

test('a policy stands in the namespace of the pods and selects their labels', () => {
  const [policy] = policiesOf(app => new Mesh(app, 'mesh', { istio: IstioRelease.V1_31 }).addCluster('cluster1', {
    networkPolicies,
    istioNamespace: 'mesh-system',
    ingressGateway: GatewayAddress.of('203.0.113.1'),
    ingressGatewaySelector: { istio: 'east-west' },
  }));
  expect(policy.metadata.namespace).toBe('mesh-system');
  expect(policy.spec.podSelector).toEqual({ matchLabels: { istio: 'east-west' } });
});

test('the policy of a hook is part of the hook', () => {
  const gitOps = GitOps.argoCd({ repoUrl: 'https://git.example.com/mesh.git' });
  const [policy] = policiesOf(app => new Mesh(app, 'mesh', {
    istio: IstioRelease.V1_31, gitOps, cleanup: { argoCdHook: true },
  }).addCluster('cluster1', { networkPolicies }));
  expect(policy.metadata).toMatchObject({
    name: 'mesh-cleanup-cluster1', namespace: 'kube-system', annotations: { 'argocd.argoproj.io/hook': 'PostDelete' },
  });
});

test('the clean-up removes the policies of the gateways and of the resolver', () => {
  const app = new App();
  policyMesh(app);
  const chart = app.charts.find(({ node }) => node.id === 'cleanup.cluster1')!;
  const [script] = Testing.synth(chart).filter(({ kind }) => kind === 'ConfigMap').map(({ data }) => data['clean-up.sh'] as string);
  for (const name of ['mesh-dns', 'mesh-istio-ingressgateway', 'mesh-istio-egressgateway']) {
    expect(script).toMatch(new RegExp(`^remove .*networkpolicies.*\\b${name}\\b`, 'm'));
  }
});

test('a retired control plane takes its policies along', () => {
  const ingressGateway = GatewayAddress.of('203.0.113.1');
  const at = (retire: RetirementStep) => policiesWith({ networkPolicies, ingressGateway, retire });
  expect(at(RetirementStep.DNS)).toEqual(['istio-system/mesh-istio-ingressgateway']);
  expect(at(RetirementStep.CONTROL_PLANE)).toEqual([]);
});

test('policies for Istio 1.5 are refused, and none are fine', () => {
  const add = (policies: NetworkPolicies) => () => new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_5 })
    .addCluster('cluster1', { networkPolicies: policies });
  expect(add(networkPolicies)).toThrow(/MESH008 .*NetworkPolicies for Istio 1.5/);
  expect(add(NetworkPolicies.disabled())).not.toThrow();
});

test.each([
  { name: 'an address without a prefix', options: { apiServer: ['10.0.0.1'] }, code: 'MESH002' },
  { name: 'a name for a range', options: { resolverClients: ['nodes'] }, code: 'MESH002' },
  { name: 'an invalid namespace', options: { metricsFrom: ['Monitoring'] }, code: 'MESH001' },
  { name: 'an invalid caller', options: { localNameCallers: ['a b'] }, code: 'MESH001' },
])('$name is refused', ({ options, code }) => {
  expect(() => NetworkPolicies.enabled(options)).toThrow(new RegExp(`^${code}`));
});

test('ranges of both families and empty lists are accepted', () => {
  expect(() => NetworkPolicies.enabled({ apiServer: ['10.0.0.1/32', 'fd00::/64'], metricsFrom: [] })).not.toThrow();
});
