import { ControlPlane, ControlPlaneProps, EgressGateway, GatewayService, IstioRelease } from '../../src';

function values(props: Partial<ControlPlaneProps> = {}): { [file: string]: any } {
  const controlPlane = new ControlPlane({ istio: IstioRelease.V1_31, cluster: 'cluster1', ...props });
  return Object.fromEntries(controlPlane.files().map(f => [f.name, f.content]));
}

const ingressOf = (props: Partial<ControlPlaneProps>) => values(props)['istio-operator.yml'].spec.components.ingressGateways[0];

describe('install values', () => {
  test('turn on what imports rest on: names answered by the sidecar, one mesh, one trust domain', () => {
    const trust = { trustDomain: 'a.example', trustDomainAliases: ['c.example', 'b.example'] };
    const { 'istio-operator.yml': operator, 'istiod-values.yml': istiod } = values({ meshId: 'mine', ...trust });
    const meshConfig = {
      trustDomain: 'a.example',
      trustDomainAliases: ['b.example', 'c.example'],
      defaultConfig: { proxyMetadata: { ISTIO_META_DNS_CAPTURE: 'true' } },
    };
    const global = { istioNamespace: 'istio-system', meshID: 'mine', multiCluster: { clusterName: 'cluster1' } };
    expect(operator.spec.meshConfig).toEqual(meshConfig);
    expect(operator.spec.values.global).toEqual(global);
    expect(istiod).toEqual({ meshConfig, global });
  });

  test('say the same to istioctl and to Helm of each gateway', () => {
    const all = values({ ingressGatewayService: GatewayService.azure({ internal: true }), egressGateway: EgressGateway.service() });
    const { ingressGateways: [ingress], egressGateways: [egress] } = all['istio-operator.yml'].spec.components;
    for (const [component, helm] of [[ingress, all['istio-ingressgateway-values.yml']], [egress, all['istio-egressgateway-values.yml']]]) {
      const { service, serviceAnnotations: annotations } = component.k8s;
      expect({ ...service, ...annotations && { annotations } }).toEqual(helm.service);
      expect(component.label).toEqual(helm.labels);
    }
  });

  test('open 15443 and the health check, and the web only where that is asked for', () => {
    const ports = (service: GatewayService) => ingressOf({ ingressGatewayService: service }).k8s.service.ports.map((p: any) => p.port);
    expect(ports(GatewayService.loadBalancer())).toEqual([15021, 15443]);
    expect(ports(GatewayService.loadBalancer({ webPorts: true }))).toEqual([15021, 80, 443, 15443]);
  });

  test('install no gateway that nobody needs', () => {
    const { ingressGateways, egressGateways } = values({ ingressGateway: false })['istio-operator.yml'].spec.components;
    expect([ingressGateways, egressGateways]).toEqual(
      [[{ name: 'istio-ingressgateway', enabled: false }], [{ name: 'istio-egressgateway', enabled: false }]],
    );
  });

  test('name the revision everywhere', () => {
    const all = values({ revision: 'canary' });
    expect(
      [
        all['istio-operator.yml'].spec.revision,
        all['istiod-values.yml'].revision,
        all['istio-ingressgateway-values.yml'].revision,
        all['base-values.yml'].defaultRevision,
      ],
    )
      .toEqual(['canary', 'canary', 'canary', 'canary']);
  });

  test('on 1.5 carry a trust domain of one\'s own', () => {
    const operator = values(
      { istio: IstioRelease.V1_5, trustDomain: 'a.example', trustDomainAliases: ['b.example'] },
    )['istio-operator.yml'];
    expect(operator.spec.values.global).toMatchObject({ trustDomain: 'a.example', trustDomainAliases: ['b.example'] });
  });

  test('name the command that takes them', () => {
    expect(new ControlPlane({ istio: IstioRelease.V1_31, cluster: 'c' }).installCommand('f.yml')).toBe('istioctl install -f f.yml');
    expect(new ControlPlane({ istio: IstioRelease.V1_5, cluster: 'c' }).installCommand('f.yml')).toBe('istioctl manifest apply -f f.yml');
  });
});

describe('the Service of an ingress gateway', () => {
  const health = { protocol: 'HTTP', port: '15021', path: '/healthz/ready' };

  test('on AWS is a Network Load Balancer that asks the gateway whether it is ready', () => {
    const aws = (internal: boolean) => GatewayService.awsNlb({ internal }).annotations;
    expect(aws(false)).toEqual({
      'service.beta.kubernetes.io/aws-load-balancer-type': 'external',
      'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type': 'ip',
      'service.beta.kubernetes.io/aws-load-balancer-scheme': 'internet-facing',
      'service.beta.kubernetes.io/aws-load-balancer-healthcheck-protocol': health.protocol,
      'service.beta.kubernetes.io/aws-load-balancer-healthcheck-port': health.port,
      'service.beta.kubernetes.io/aws-load-balancer-healthcheck-path': health.path,
    });
    expect(aws(true)['service.beta.kubernetes.io/aws-load-balancer-scheme']).toBe('internal');
  });

  test('on Google Cloud is a passthrough load balancer that leaves out nodes without a gateway', () => {
    expect(GatewayService.gcp()).toMatchObject({ annotations: { 'cloud.google.com/l4-rbs': 'enabled' }, externalTrafficPolicy: 'Local' });
    expect(GatewayService.gcp({ internal: true }).annotations).toEqual({ 'networking.gke.io/load-balancer-type': 'Internal' });
    expect(ingressOf({ ingressGatewayService: GatewayService.gcp() }).k8s.service.externalTrafficPolicy).toBe('Local');
  });

  test('on Azure probes the readiness of the gateway', () => {
    expect(GatewayService.azure({ internal: true }).annotations).toEqual({
      'service.beta.kubernetes.io/azure-load-balancer-internal': 'true',
      'service.beta.kubernetes.io/port_15443_health-probe_protocol': 'http',
      'service.beta.kubernetes.io/port_15443_health-probe_port': '15021',
      'service.beta.kubernetes.io/port_15443_health-probe_request-path': '/healthz/ready',
    });
  });

  test('takes annotations and source ranges of one\'s own', () => {
    const service = GatewayService.loadBalancer(
      { annotations: { 'example.com/a': 'b' }, sourceRanges: ['198.51.100.0/24', '2001:db8::/32'] },
    );
    expect(ingressOf({ ingressGatewayService: service }).k8s).toMatchObject({
      serviceAnnotations: { 'example.com/a': 'b' },
      service: { type: 'LoadBalancer', loadBalancerSourceRanges: ['198.51.100.0/24', '2001:db8::/32'] },
    });
  });

  test('has the node ports that other clusters were told', () => {
    const { ports, type } = ingressOf({ ingressGatewayService: GatewayService.nodePort({ tlsNodePort: 30443 }) }).k8s.service;
    expect(type).toBe('NodePort');
    expect(ports.map((p: any) => [p.port, p.nodePort])).toEqual([[15021, undefined], [15443, 30443]]);
  });
});
