import { ApiObject } from 'cdk8s';
import {
  ControlPlane, EgressGateway, GatewayAddress, GatewayWorkloadOptions, IstioRelease, Mesh, MeshApp, ServicePort,
} from '../../src';

type InstallValues = { [file: string]: any };

function install(ingressGatewayWorkload?: GatewayWorkloadOptions, egress?: GatewayWorkloadOptions): InstallValues {
  const controlPlane = new ControlPlane({
    ingressGatewayWorkload,
    istio: IstioRelease.V1_31,
    cluster: 'cluster1',
    egressGateway: EgressGateway.service({ name: 'out', workload: egress }),
  });
  return Object.fromEntries(controlPlane.files().map(({ name, content }) => [name, content]));
}

/** Constraints that prefer nodes and zones without a pod of a gateway. */
function preferred(app: string, istio: string): object[] {
  return ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map(topologyKey => ({
    topologyKey, maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: { app, istio } },
  }));
}

describe('the pods of a gateway', () => {
  test('are 2 to 5 by default, spread over nodes and zones, of which one can be evicted', () => {
    const { spec } = install()['istio-operator.yml'];
    const values = install();
    const scaling = { autoscaleMin: 2, autoscaleMax: 5, cpu: { targetAverageUtilization: 80 } };
    expect(spec.values.gateways).toEqual({ 'istio-ingressgateway': scaling, 'istio-egressgateway': scaling });
    expect(spec.unvalidatedValues).toBeUndefined();
    const gateways: Array<[string, string, any]> = [
      ['istio-ingressgateway', 'ingressgateway', spec.components.ingressGateways[0]],
      ['out', 'egressgateway', spec.components.egressGateways[1]],
    ];
    for (const [name, istio, { k8s }] of gateways) {
      const patches = [{ path: 'spec.template.spec.topologySpreadConstraints', value: preferred(name, istio) }];
      expect(k8s.overlays).toEqual([{ kind: 'Deployment', name, patches }]);
      expect(values[`${name}-values.yml`]).toMatchObject({
        autoscaling: { enabled: true, minReplicas: 2, maxReplicas: 5, targetCPUUtilizationPercentage: 80 },
        podDisruptionBudget: { minAvailable: 1 },
        topologySpreadConstraints: preferred(name, istio),
      });
    }
  });

  test('can be a fixed number', () => {
    const values = install({ replicas: 3 });
    const { spec } = values['istio-operator.yml'];
    expect(spec.components.ingressGateways[0].k8s.replicaCount).toBe(3);
    expect(spec.values.gateways['istio-ingressgateway']).toEqual({ autoscaleEnabled: false });
    expect(spec.unvalidatedValues).toEqual({ gateways: { 'istio-ingressgateway': { replicaCount: 3 } } });
    expect(values['istio-ingressgateway-values.yml']).toMatchObject({ replicaCount: 3, autoscaling: { enabled: false } });
  });

  test('of a gateway with one pod have no PodDisruptionBudget, which would let nobody drain the node', () => {
    expect(install({ replicas: 1 })['istio-ingressgateway-values.yml'].podDisruptionBudget).toBeUndefined();
  });

  test('take an empty list of spread constraints as none', () => {
    const values = install({ topologySpreadConstraints: [] });
    expect(values['istio-ingressgateway-values.yml'].topologySpreadConstraints).toBeUndefined();
    expect(values['istio-operator.yml'].spec.components.ingressGateways[0].k8s.overlays).toBeUndefined();
  });

  test('keep a label selector of the user in a spread constraint', () => {
    const constraint = { topologyKey: 'rack', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { a: 'b' } } };
    const values = install({ topologySpreadConstraints: [constraint] });
    expect(values['istio-ingressgateway-values.yml'].topologySpreadConstraints).toEqual([constraint]);
  });

  test('are where the declaration says, in both forms', () => {
    const placement = {
      resources: { requests: { cpu: '1' } },
      priorityClassName: 'high',
      tolerations: [{ operator: 'Exists' }],
      nodeSelector: { pool: 'edge' },
      affinity: { nodeAffinity: {} },
    };
    const values = install(placement);
    expect(values['istio-operator.yml'].spec.components.ingressGateways[0].k8s).toMatchObject(placement);
    expect(values['istio-ingressgateway-values.yml']).toMatchObject(placement);
  });
});

test.each<[string, GatewayWorkloadOptions, string]>([
  ['replicas beside a range', { replicas: 2, maxReplicas: 4 }, 'replicas is a fixed number, and maxReplicas lets'],
  ['more pods at least than at most', { maxReplicas: 1 }, 'maxReplicas is less than minReplicas'],
  ['no pods', { replicas: 0 }, 'replicas is no whole number from 1'],
  ['half a pod', { minReplicas: 1.5 }, 'minReplicas is no whole number'],
  ['a utilization of zero', { cpuUtilization: 0 }, 'cpuUtilization is no whole number'],
  ['a budget that blocks every drain', { replicas: 3, minAvailable: 3 }, 'at most 2'],
  ['a budget for a single pod', { minReplicas: 1, minAvailable: 1 }, 'more pods, or no minAvailable'],
])('%s is refused', (_, workload, text) => {
  const refusal = expect.objectContaining({ code: 'MESH080', message: expect.stringContaining(text) });
  expect(() => install(workload)).toThrow(refusal);
  expect(() => EgressGateway.service({ workload })).toThrow(refusal);
  const mesh = new Mesh(new MeshApp(), 'mesh', { istio: IstioRelease.V1_31 });
  expect(() => mesh.addCluster('cluster1', { ingressGatewayWorkload: workload })).toThrow(refusal);
});

test.each<[string, GatewayWorkloadOptions]>([
  ['one pod without a budget', { replicas: 1 }],
  ['a range of one size', { minReplicas: 4, maxReplicas: 4 }],
  ['more pods at least than 5', { minReplicas: 8 }],
  ['all pods but one available', { replicas: 3, minAvailable: 2 }],
  ['a utilization above 100, which a pod without a limit can have', { cpuUtilization: 150 }],
])('%s is accepted', (_, workload) => {
  expect(() => install(workload, workload)).not.toThrow();
});

test('Istio 1.5 has no settings for pods of gateways, and its install values stay those of the guide', () => {
  const refusal = (text: string) => expect.objectContaining({ code: 'MESH008', message: expect.stringContaining(text) });
  const old = { istio: IstioRelease.V1_5, cluster: 'cluster1' };
  expect(() => new ControlPlane({ ...old, ingressGatewayWorkload: { replicas: 2 } })).toThrow(refusal('ingressGatewayWorkload'));
  expect(() => new ControlPlane({ ...old, ingressGatewayNamespace: 'edge' })).toThrow(refusal('ingressGatewayNamespace'));
  expect(() => new ControlPlane({ ...old, installValues: { global: {} } })).toThrow(refusal('installValues'));
  expect(() => new ControlPlane({ ...old, sailOperator: {} })).toThrow(refusal('sailOperator'));
  const egressGateway = EgressGateway.service({ workload: { replicas: 2 } });
  expect(() => new ControlPlane({ ...old, egressGateway })).toThrow(refusal('egressGateway.workload'));
  expect(() => new ControlPlane({ ...old, egressGateway: EgressGateway.service() })).not.toThrow();
});

test('an ingress gateway in a namespace of its own has the Gateways of exports beside it', () => {
  const app = new MeshApp();
  const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31 });
  const cluster = mesh.addCluster('cluster1', { ingressGateway: GatewayAddress.of('203.0.113.1'), ingressGatewayNamespace: 'edge' });
  cluster.exportService('web', { namespace: 'shop', ports: [ServicePort.http('http', 80)] });
  const gateways = cluster.node.findAll().filter(ApiObject.isApiObject).filter(({ kind }) => kind === 'Gateway');
  expect(gateways.map(({ metadata }) => metadata.namespace)).toEqual(['edge']);
  const files = Object.fromEntries(cluster.controlPlane.files().map(({ name, content, helm }) => [name, { content, helm }]));
  expect(files['istio-operator.yml'].content.spec.components.ingressGateways[0].namespace).toBe('edge');
  expect(files['istio-ingressgateway-values.yml'].helm!.namespace).toBe('edge');
  expect(files['istiod-values.yml'].helm!.namespace).toBe('istio-system');
});
