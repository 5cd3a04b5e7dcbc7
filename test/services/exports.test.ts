import { App, Testing } from 'cdk8s';
import { AllowedCaller, ExportServiceOptions, GatewayAddress, IstioRelease, Mesh, MeshClusterOptions, ServicePort } from '../../src';

/** The manifests of a cluster that exports httpbin of namespace `bar`. */
function exportedManifests(service: Partial<ExportServiceOptions> = {}, cluster: MeshClusterOptions = {}, istio = IstioRelease.V1_31) {
  const mesh = new Mesh(new App(), 'mesh', { istio });
  const receiver = mesh.addCluster('receiver', { ingressGateway: GatewayAddress.of('203.0.113.20'), ...cluster });
  receiver.exportService('httpbin', { namespace: 'bar', ports: [ServicePort.http('http', 8000)], ...service });
  return Testing.synth(receiver);
}

describe('an export', () => {
  test('opens the ingress gateway for its host only, with a Gateway of its own', () => {
    expect(exportedManifests()).toEqual([{
      apiVersion: 'networking.istio.io/v1',
      kind: 'Gateway',
      metadata: expect.objectContaining({ name: 'mesh-httpbin-bar', namespace: 'istio-system' }),
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

  test('selects the ingress gateway that the cluster declares', () => {
    const [gateway] = exportedManifests({}, { istioNamespace: 'mesh-gateways', ingressGatewaySelector: { istio: 'eastwestgateway' } });
    expect(gateway.metadata.namespace).toBe('mesh-gateways');
    expect(gateway.spec.selector).toEqual({ istio: 'eastwestgateway' });
  });

  test('admits only the allowed callers, with an AuthorizationPolicy for its workload', () => {
    const allow = [AllowedCaller.serviceAccount('foo', 'sleep'), AllowedCaller.namespace('shop', { trustDomain: 'other.example' })];
    const manifests = exportedManifests({ allow, workloadSelector: { app: 'httpbin' } }, { trustDomain: 'west.example' });
    const policy = manifests.find(({ kind }) => kind === 'AuthorizationPolicy');
    expect(policy).toEqual({
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: expect.objectContaining({ name: 'mesh.httpbin', namespace: 'bar' }),
      spec: {
        selector: { matchLabels: { app: 'httpbin' } },
        action: 'ALLOW',
        rules: [{ from: [{ source: { principals: ['other.example/ns/shop/sa/*', 'west.example/ns/foo/sa/sleep'] } }] }],
      },
    });
  });

  test('with strictMtls refuses plain text at its workload', () => {
    const manifests = exportedManifests({ strictMtls: true, workloadSelector: { app: 'httpbin' } });
    const policy = manifests.find(({ kind }) => kind === 'PeerAuthentication');
    expect(policy.metadata).toMatchObject({ name: 'mesh.httpbin', namespace: 'bar' });
    expect(policy.spec).toEqual({ selector: { matchLabels: { app: 'httpbin' } }, mtls: { mode: 'STRICT' } });
  });

  test('on 1.5 uses the API versions that 1.5 serves', () => {
    const manifests = exportedManifests(
      { strictMtls: true, allow: [AllowedCaller.namespace('foo')], workloadSelector: { app: 'httpbin' } },
      {},
      IstioRelease.V1_5,
    );
    expect(manifests.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`)).toEqual(
      ['security.istio.io/v1beta1 AuthorizationPolicy', 'security.istio.io/v1beta1 PeerAuthentication'],
    );
  });
});

test('a cluster with strictMtls refuses plain text at all workloads', () => {
  const policy = exportedManifests({}, { strictMtls: true }).find(({ kind }) => kind === 'PeerAuthentication');
  expect(policy.metadata).toMatchObject({ name: 'default', namespace: 'istio-system' });
  expect(policy.spec).toEqual({ mtls: { mode: 'STRICT' } });
});
