import { ControlPlane, GatewayService, GatewayServiceOptions, IstioRelease } from '../../src';

/** The Kubernetes settings of the ingress gateway in the install values. */
function ingressGateway(ingressGatewayService: GatewayService): any {
  const controlPlane = new ControlPlane({ istio: IstioRelease.V1_31, cluster: 'cluster1', ingressGatewayService });
  const operator = controlPlane.files().find(({ name }) => name === 'istio-operator.yml')!.content;
  return operator.spec.components.ingressGateways[0].k8s;
}

function portsOf(service: GatewayService): number[] {
  return ingressGateway(service).service.ports.map(({ port }: { port: number }) => port);
}

describe('the Service of an ingress gateway', () => {
  const health = { protocol: 'HTTP', port: '15021', path: '/healthz/ready' };

  test('opens 15443 and the port of the health check by default', () => {
    expect(portsOf(GatewayService.loadBalancer())).toEqual([15021, 15443]);
  });

  test('also opens 80 and 443 with webPorts', () => {
    expect(portsOf(GatewayService.loadBalancer({ webPorts: true }))).toEqual([15021, 80, 443, 15443]);
  });

  test('keeps other ports with extraPorts, and pods listen on unprivileged ports for istioctl', () => {
    const service = GatewayService.loadBalancer({ extraPorts: { 'tcp-9443': 9443, 'http': 80 } });
    expect(ingressGateway(service).service.ports.map(({ name, port, targetPort }: any) => [name, port, targetPort])).toEqual(
      [['status-port', 15021, 15021], ['http', 80, 8080], ['tcp-9443', 9443, 9443], ['tls', 15443, 15443]],
    );
  });

  test.each<GatewayServiceOptions & { code: string }>([
    { extraPorts: { Web: 80 }, code: 'MESH003' },
    { extraPorts: { 'longer-than-15-characters': 80 }, code: 'MESH003' },
    { extraPorts: { http: 0 }, code: 'MESH003' },
    { extraPorts: { mesh: 15443 }, code: 'MESH006' },
    { extraPorts: { tls: 9443 }, code: 'MESH006' },
    { extraPorts: { one: 9443, two: 9443 }, code: 'MESH006' },
    { extraPorts: { web: 443 }, webPorts: true, code: 'MESH006' },
  ])('refuses $extraPorts', ({ code, ...options }) => {
    expect(() => GatewayService.clusterIp(options)).toThrow(expect.objectContaining({ code }));
  });

  test('on AWS is a Network Load Balancer that checks the readiness of the gateway', () => {
    const annotations = (internal: boolean) => GatewayService.awsNlb({ internal }).annotations;
    expect(annotations(false)).toEqual({
      'service.beta.kubernetes.io/aws-load-balancer-type': 'external',
      'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type': 'ip',
      'service.beta.kubernetes.io/aws-load-balancer-scheme': 'internet-facing',
      'service.beta.kubernetes.io/aws-load-balancer-healthcheck-protocol': health.protocol,
      'service.beta.kubernetes.io/aws-load-balancer-healthcheck-port': health.port,
      'service.beta.kubernetes.io/aws-load-balancer-healthcheck-path': health.path,
    });
    expect(annotations(true)['service.beta.kubernetes.io/aws-load-balancer-scheme']).toBe('internal');
  });

  test('on Google Cloud is a passthrough load balancer that leaves out nodes without a gateway pod', () => {
    expect(GatewayService.gcp()).toMatchObject({ annotations: { 'cloud.google.com/l4-rbs': 'enabled' }, externalTrafficPolicy: 'Local' });
    expect(GatewayService.gcp({ internal: true }).annotations).toEqual({ 'networking.gke.io/load-balancer-type': 'Internal' });
    expect(ingressGateway(GatewayService.gcp()).service.externalTrafficPolicy).toBe('Local');
  });

  test('on Azure is a load balancer that probes the readiness of the gateway', () => {
    expect(GatewayService.azure({ internal: true }).annotations).toEqual({
      'service.beta.kubernetes.io/azure-load-balancer-internal': 'true',
      'service.beta.kubernetes.io/port_15443_health-probe_protocol': 'http',
      'service.beta.kubernetes.io/port_15443_health-probe_port': '15021',
      'service.beta.kubernetes.io/port_15443_health-probe_request-path': '/healthz/ready',
    });
  });

  test('has the annotations and source ranges of the user', () => {
    const sourceRanges = ['198.51.100.0/24', '2001:db8::/32'];
    const service = GatewayService.loadBalancer({ annotations: { 'example.com/a': 'b' }, sourceRanges });
    expect(ingressGateway(service)).toMatchObject({
      serviceAnnotations: { 'example.com/a': 'b' },
      service: { type: 'LoadBalancer', loadBalancerSourceRanges: sourceRanges },
    });
  });

  test('has the node port that other clusters use', () => {
    const { ports, type } = ingressGateway(GatewayService.nodePort({ tlsNodePort: 30443 })).service;
    expect(type).toBe('NodePort');
    expect(ports).toEqual([
      { name: 'status-port', port: 15021, targetPort: 15021, protocol: 'TCP' },
      { name: 'tls', port: 15443, targetPort: 15443, protocol: 'TCP', nodePort: 30443 },
    ]);
  });
});
