import { ApiObject, App } from 'cdk8s';
import { exportFrom, objects, PORTS, three } from './three-clusters';
import {
  ClusterPriority, GatewayAddress, ImportName, ImportPath, IstioRelease, Mesh, Routing, ServiceVersion,
} from '../../src';
import { reportedCodes } from '../checks/check-case';

describe('behind a hostname, an import under the local name', () => {
  test('has local pods first: addresses that istiod looks up have a network, and no label of an order', () => {
    const { alpha, beta, gamma } = three('gw.gamma.example');
    exportFrom(beta);
    alpha.importService(exportFrom(gamma), { name: ImportName.local() });
    const { loadBalancer } = objects(alpha, 'DestinationRule')['mesh-import.api'].spec.trafficPolicy;
    expect(loadBalancer.localityLbSetting.failoverPriority).toEqual(['topology.istio.io/network']);
  });

  test('has clusters with addresses behind it in order', () => {
    const { alpha, beta, gamma } = three('gw.gamma.example');
    exportFrom(beta);
    alpha.importService(exportFrom(gamma), { name: ImportName.local(), priority: ClusterPriority.inOrder('gamma', 'beta') });
    const { loadBalancer } = objects(alpha, 'DestinationRule')['mesh-import.api'].spec.trafficPolicy;
    expect(loadBalancer.localityLbSetting.failoverPriority).toEqual(['failover/2', 'topology.istio.io/network']);
    expect(objects(alpha, 'WorkloadEntry')['mesh.api.beta.0'].spec.labels).toHaveProperty('failover/2');
  });

  test.each([
    { name: 'the whole share, which istiod divides among the addresses', options: {}, weights: [80, 20] },
    {
      name: 'the whole share in the entry of each version, where routes choose one',
      options: { routing: Routing.weights({ v1: 100 }) },
      versions: ['v1', 'v2'],
      weights: [80, 80, 20, 20],
    },
    {
      name: 'a part of the share for each version, where requests go to any',
      options: {},
      versions: ['v1', 'v2'],
      weights: [160, 160, 20, 20],
    },
  ])('has $name', ({ options, versions = [], weights }) => {
    const { mesh, alpha, beta } = three();
    const delta = mesh.addCluster('delta', {
      ingressGateways: ['a.delta.example', 'b.delta.example'].map(address => GatewayAddress.of(address)),
    });
    const exported = { versions: versions.map(name => ServiceVersion.of(name)) };
    exportFrom(beta, exported);
    const priority = ClusterPriority.weights({ beta: 80, delta: 20 });
    alpha.importService(exportFrom(delta, exported), { name: ImportName.local(), priority, ...options });
    expect(Object.values(objects(alpha, 'WorkloadEntry')).map(({ spec }) => spec.weight)).toEqual(weights);
  });

  test('has a remote Gateway for each port: istiod connects to each address on the ports of all listeners', () => {
    const { mesh, alpha } = three();
    const delta = mesh.addCluster('delta', {
      ingressGateways: [GatewayAddress.of('a.delta.example', { port: 443 }), GatewayAddress.of('203.0.113.9')],
    });
    alpha.importService(exportFrom(delta), { name: ImportName.local() });
    const gateways = Object.entries(objects(alpha, 'Gateway')).map(([name, { spec }]) => [
      name, spec.addresses.map(({ value }: any) => value), spec.listeners.map(({ port }: any) => port),
    ]);
    expect(gateways).toEqual([
      ['mesh-remote-delta.443', ['a.delta.example'], [443]], ['mesh-remote-delta.15443', ['203.0.113.9'], [15443]],
    ]);
  });

  test('has a remote Gateway only as long as an import needs it', () => {
    const { mesh, alpha, beta } = three();
    const leaving = mesh.addCluster('leaving', { ingressGateway: GatewayAddress.of('gw.leaving.example') });
    alpha.importService(exportFrom(leaving, { retire: true }), { name: ImportName.local() });
    const gateways = () => alpha.node.findAll().filter(ApiObject.isApiObject)
      .filter(({ kind }) => kind === 'Gateway').map(({ name }) => name);
    expect(gateways()).toEqual(['mesh-remote-leaving']);
    exportFrom(beta);
    expect(gateways()).toEqual([]);
  });
});

describe('the versions of an import under the local name', () => {
  test('have the labels of local pods, where the importing cluster exports the service with other ones', () => {
    const { alpha, beta } = three();
    exportFrom(alpha, { versions: [ServiceVersion.withLabels('v1', { release: 'one' })] });
    alpha.importService(exportFrom(beta, { versions: [ServiceVersion.of('v1')] }), { name: ImportName.local() });
    expect(objects(alpha, 'DestinationRule')['mesh-import.api'].spec.subsets).toEqual([{ name: 'v1', labels: { release: 'one' } }]);
    expect(objects(alpha, 'WorkloadEntry')['mesh.api.beta.0.v1'].spec.labels).toMatchObject({ release: 'one' });
  });

  test('have the labels that the import names', () => {
    const { alpha, beta } = three();
    const name = ImportName.local({ versionLabels: { v1: { release: 'one' } } });
    alpha.importService(exportFrom(beta, { versions: [ServiceVersion.of('v1')] }), { name });
    expect(objects(alpha, 'DestinationRule')['mesh-import.api'].spec.subsets).toEqual([{ name: 'v1', labels: { release: 'one' } }]);
    expect(objects(alpha, 'WorkloadEntry')['mesh.api.beta.0.v1'].spec.labels).toMatchObject({ release: 'one' });
  });
});

test('entries of a local name have no locality: shares would be those of localities, where an entry for each version counts', () => {
  const { mesh, alpha } = three();
  const near = mesh.addCluster('near', { ingressGateway: GatewayAddress.of('203.0.113.9'), locality: 'europe/a' });
  alpha.importService(exportFrom(near), { name: ImportName.local() });
  expect(JSON.stringify(objects(alpha, 'WorkloadEntry'))).not.toContain('locality');
});

test('local pods and the egress gateway answer alike where the priority is to spread', () => {
  const { alpha, beta } = three();
  const options = { name: ImportName.local(), via: ImportPath.egressGateway(), priority: ClusterPriority.spread() };
  alpha.importService(exportFrom(beta), options);
  const { portLevelSettings } = objects(alpha, 'DestinationRule')['mesh-import.api'].spec.trafficPolicy;
  expect(portLevelSettings.map(({ loadBalancer }: any) => loadBalancer.localityLbSetting)).toEqual(PORTS.map(() => ({ enabled: false })));
  expect(JSON.stringify(objects(alpha, 'WorkloadEntry'))).not.toContain('failover');
});

describe('callers of a local name accept servers of the trust domains of their own cluster alone, so', () => {
  const synthOf = (aliases: string[], name?: ImportName) => {
    const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 });
    const alpha = mesh.addCluster('alpha', { trustDomainAliases: aliases });
    const beta = mesh.addCluster('beta', {
      ingressGateway: GatewayAddress.of('203.0.113.2'), trustDomain: 'beta.example', trustDomainAliases: ['cluster.local'],
    });
    alpha.importService(exportFrom(beta), name ? { name } : { namespace: 'foo' });
    return reportedCodes(alpha);
  };

  test('an import from another trust domain is refused', () => {
    expect(synthOf([], ImportName.local())).toEqual(['MESH024']);
  });

  test.each([
    { name: 'with an alias', aliases: ['beta.example'], local: ImportName.local() },
    { name: 'under the global name, which names the identity', aliases: [], local: undefined },
  ])('and it is not $name', ({ aliases, local }) => {
    expect(synthOf(aliases, local)).toEqual([]);
  });
});
