import { ControlPlane, ControlPlaneProps, EgressGateway, GatewayService, IstioRelease } from '../../src';

/** Install values by the name of their file. */
function installValues(props: Partial<ControlPlaneProps> = {}): { [file: string]: any } {
  const controlPlane = new ControlPlane({ istio: IstioRelease.V1_31, cluster: 'cluster1', ...props });
  return Object.fromEntries(controlPlane.files().map(({ name, content }) => [name, content]));
}

describe('install values', () => {
  test('have the settings that imports need: DNS capture, the mesh ID and the trust domain', () => {
    const trust = { trustDomain: 'a.example', trustDomainAliases: ['c.example', 'b.example'] };
    const { 'istio-operator.yml': operator, 'istiod-values.yml': istiod } = installValues({ meshId: 'mine', ...trust });
    const meshConfig = {
      trustDomain: 'a.example',
      trustDomainAliases: ['b.example', 'c.example'],
      defaultConfig: { proxyMetadata: { ISTIO_META_DNS_CAPTURE: 'true' } },
    };
    const global = { istioNamespace: 'istio-system', meshID: 'mine', multiCluster: { clusterName: 'cluster1' } };
    expect(operator.spec.meshConfig).toEqual(meshConfig);
    expect(operator.spec.values.global).toEqual(global);
    expect(istiod).toEqual({ meshConfig, global, env: { PILOT_SCOPE_GATEWAY_TO_NAMESPACE: 'true' } });
  });

  test('limit gateways to the Gateways of their own namespace, unless those of any namespace are wanted', () => {
    const scope = { PILOT_SCOPE_GATEWAY_TO_NAMESPACE: 'true' };
    const closed = installValues({});
    expect([closed['istiod-values.yml'].env, closed['istio-operator.yml'].spec.values.pilot]).toEqual([scope, { env: scope }]);
    const open = installValues({ gatewaysOfAnyNamespace: true });
    expect([open['istiod-values.yml'].env, open['istio-operator.yml'].spec.values.pilot]).toEqual([undefined, undefined]);
    const followsRoots = installValues({ followsRoots: true });
    expect(followsRoots['istiod-values.yml'].env).toEqual({ ISTIO_MULTIROOT_MESH: 'true', ...scope });
  });

  test('describe each gateway alike for istioctl and for Helm', () => {
    const ingressGatewayService = GatewayService.azure({ internal: true });
    const values = installValues({ ingressGatewayService, egressGateway: EgressGateway.service() });
    const { ingressGateways: [ingress], egressGateways: [egress] } = values['istio-operator.yml'].spec.components;
    const gateways = [
      { component: ingress, helm: values['istio-ingressgateway-values.yml'] },
      { component: egress, helm: values['istio-egressgateway-values.yml'] },
    ];
    for (const { component, helm } of gateways) {
      const { service, serviceAnnotations: annotations } = component.k8s;
      expect({ ...service, ...annotations && { annotations } }).toEqual(helm.service);
      expect(component.label).toEqual(helm.labels);
    }
  });

  test('disable the gateways that the cluster does not use', () => {
    const { ingressGateways, egressGateways } = installValues({ ingressGateway: false })['istio-operator.yml'].spec.components;
    expect(ingressGateways).toEqual([{ name: 'istio-ingressgateway', enabled: false }]);
    expect(egressGateways).toEqual([{ name: 'istio-egressgateway', enabled: false }]);
  });

  test('name the revision in every file', () => {
    const values = installValues({ revision: 'canary' });
    expect(values['istio-operator.yml'].spec.revision).toBe('canary');
    expect(values['istiod-values.yml'].revision).toBe('canary');
    expect(values['istio-ingressgateway-values.yml'].revision).toBe('canary');
    expect(values['base-values.yml'].defaultRevision).toBe('canary');
  });

  test('have the trust domain on Istio 1.5 too', () => {
    const trust = { trustDomain: 'a.example', trustDomainAliases: ['b.example'] };
    const operator = installValues({ istio: IstioRelease.V1_5, ...trust })['istio-operator.yml'];
    expect(operator.spec.values.global).toMatchObject(trust);
  });
});

test.each([
  { istio: IstioRelease.V1_31, command: 'istioctl install -f f.yml' },
  { istio: IstioRelease.V1_5, command: 'istioctl manifest apply -f f.yml' },
])('the command that installs Istio $istio.version is "$command"', ({ istio, command }) => {
  expect(new ControlPlane({ istio, cluster: 'cluster1' }).installCommand('f.yml')).toBe(command);
});
