import { App, Testing } from 'cdk8s';
import { AllowedCaller, ExportServiceOptions, GatewayAddress, IstioRelease, Mesh, MeshClusterOptions, ServicePort } from '../../src';

function exported(service: Partial<ExportServiceOptions> = {}, cluster: MeshClusterOptions = {}, istio = IstioRelease.V1_31): any[] {
  const mesh = new Mesh(new App(), 'mesh', { istio });
  const receiver = mesh.addCluster('receiver', { ingressGateway: GatewayAddress.of('203.0.113.20'), ...cluster });
  receiver.exportService('httpbin', { namespace: 'bar', ports: [ServicePort.http('http', 8000)], ...service });
  return Testing.synth(receiver) as any[];
}

describe('an export', () => {
  test('opens the gateway for exactly its host, in a Gateway of its own', () => {
    expect(exported()).toEqual([{
      apiVersion: 'networking.istio.io/v1',
      kind: 'Gateway',
      metadata: { name: 'mesh-httpbin-bar', namespace: 'istio-system' },
      spec: {
        selector: { istio: 'ingressgateway' },
        servers: [
          {
            port: { number: 15443, name: 'tls', protocol: 'TLS' },
            tls: { mode: 'AUTO_PASSTHROUGH' },
            hosts: ['httpbin.bar.svc.cluster.local'],
          },
        ],
      },
    }]);
  });

  test('selects the ingress gateway of the cluster', () => {
    const [gateway] = exported({}, { istioNamespace: 'mesh-gateways', ingressGatewaySelector: { istio: 'eastwestgateway' } });
    expect(gateway.metadata.namespace).toBe('mesh-gateways');
    expect(gateway.spec.selector).toEqual({ istio: 'eastwestgateway' });
  });

  test('admits only the named callers, by a rule at the workload', () => {
    const allow = [AllowedCaller.serviceAccount('foo', 'sleep'), AllowedCaller.namespace('shop', { trustDomain: 'other.example' })];
    const policy = exported(
      { allow, workloadSelector: { app: 'httpbin' } },
      { trustDomain: 'west.example' },
    ).find(o => o.kind === 'AuthorizationPolicy');
    expect(policy).toEqual({
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name: 'mesh.httpbin', namespace: 'bar' },
      spec: {
        selector: { matchLabels: { app: 'httpbin' } },
        action: 'ALLOW',
        rules: [{ from: [{ source: { principals: ['other.example/ns/shop/sa/*', 'west.example/ns/foo/sa/sleep'] } }] }],
      },
    });
  });

  test('accepts nothing but mutual TLS with strictMtls', () => {
    const policy = exported({ strictMtls: true, workloadSelector: { app: 'httpbin' } }).find(o => o.kind === 'PeerAuthentication');
    expect(policy.metadata).toEqual({ name: 'mesh.httpbin', namespace: 'bar' });
    expect(policy.spec).toEqual({ selector: { matchLabels: { app: 'httpbin' } }, mtls: { mode: 'STRICT' } });
  });

  test('on Istio 1.5 uses the API versions that Istio 1.5 serves', () => {
    const objects = exported(
      { strictMtls: true, allow: [AllowedCaller.namespace('foo')], workloadSelector: { app: 'httpbin' } },
      {},
      IstioRelease.V1_5,
    );
    expect(objects.map(o => `${o.apiVersion} ${o.kind}`)).toEqual(
      ['security.istio.io/v1beta1 AuthorizationPolicy', 'security.istio.io/v1beta1 PeerAuthentication'],
    );
  });
});

test('every workload of a cluster with strictMtls accepts nothing but mutual TLS', () => {
  const policy = exported({}, { strictMtls: true }).find(o => o.kind === 'PeerAuthentication');
  expect(policy.metadata).toEqual({ name: 'default', namespace: 'istio-system' });
  expect(policy.spec).toEqual({ mtls: { mode: 'STRICT' } });
});
