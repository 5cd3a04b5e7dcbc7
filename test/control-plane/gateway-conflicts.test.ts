import * as fc from 'fast-check';
import {
  ControlPlane, ControlPlaneProps, EgressGateway, EgressGatewayOptions, GatewayAddress, IstioRelease, MeshClusterOptions,
} from '../../src';
import { clusters, errorOf } from '../mistakes/mistake';

const ingressGateway = GatewayAddress.of('203.0.113.10');

/** Declares a cluster with an ingress gateway and an egress gateway. */
function declare(egress: EgressGatewayOptions, options: MeshClusterOptions = {}): unknown {
  return clusters().mesh.addCluster('c', { ingressGateway, egressGateway: EgressGateway.service(egress), ...options });
}

describe('the name of an egress gateway', () => {
  const TAKEN: ReadonlyArray<readonly [string, EgressGatewayOptions, MeshClusterOptions]> = [
    ['the ingress gateway', { name: 'istio-ingressgateway' }, {}],
    ['the ingress gateway, in another namespace', { name: 'istio-ingressgateway', namespace: 'egress' }, {}],
    ['the ingress gateway, in a cluster without it', { name: 'istio-ingressgateway' }, { ingressGateway: undefined }],
    ['istiod', { name: 'istiod' }, {}],
    ['istiod, in another namespace', { name: 'istiod', namespace: 'egress' }, {}],
    ['istiod of a revision', { name: 'istiod-canary' }, { revision: 'canary' }],
    ['istiod of a revision, in another namespace', { name: 'istiod-canary', namespace: 'egress' }, { revision: 'canary' }],
    ['istiod of another revision', { name: 'istiod-blue' }, { revision: 'green' }],
    ['a tag of a revision', { name: 'istiod-revision-tag-prod' }, {}],
    ['the values of the base chart', { name: 'base' }, {}],
    ['the release of the base chart', { name: 'istio-base' }, {}],
    ['the resolver', { name: 'mesh-dns' }, { globalDns: { clusterIp: '10.96.0.53' } }],
  ];

  test.each(TAKEN)('is not that of %s', (_, egress, options) => {
    expect(errorOf(() => declare(egress, options)).code).toBe('MESH047');
  });

  const FREE: ReadonlyArray<readonly [string, EgressGatewayOptions, MeshClusterOptions]> = [
    ['its default', {}, {}],
    ['a name of its own', { name: 'way-out' }, {}],
    ['a name that begins like another', { name: 'istiodx' }, {}],
    ['a name that ends like another', { name: 'my-istiod' }, {}],
    ['istiod of another revision, in another namespace', { name: 'istiod-blue', namespace: 'egress' }, { revision: 'green' }],
    ['the name of the resolver, in a cluster without it', { name: 'mesh-dns' }, {}],
    ['the name of the resolver, in another namespace', { name: 'mesh-dns', namespace: 'e' }, { globalDns: { clusterIp: '10.96.0.53' } }],
  ];

  test.each(FREE)('may be %s', (_, egress, options) => {
    expect(() => declare(egress, options)).not.toThrow();
  });

  test('never makes two install files or two releases of one name', () => {
    const part = fc.constantFrom('istio', 'istiod', 'base', 'ingressgateway', 'egressgateway', 'canary', 'blue', 'revision-tag', 'a');
    const name = fc.array(part, { minLength: 1, maxLength: 3 }).map(parts => parts.join('-'));
    const props = fc.record({ name, namespace: fc.constantFrom('istio-system', 'egress'), revision: fc.option(part, { nil: undefined }) });
    let accepted = 0;
    fc.assert(fc.property(props, ({ revision, ...egress }) => {
      const files = filesOf({ revision, egressGateway: EgressGateway.service(egress) });
      if (files === undefined) {
        return;
      }
      accepted++;
      expect(new Set(files.map(file => file.name)).size).toBe(files.length);
      // Flux has the releases of all namespaces in one.
      const releases = files.flatMap(({ helm }) => helm ? [helm.name] : []);
      expect(new Set(releases).size).toBe(releases.length);
    }), { numRuns: 2000 });
    expect(accepted).toBeGreaterThan(1000);
  });
});

/** Install files; undefined where they are refused for the name of the egress gateway. */
function filesOf(props: Partial<ControlPlaneProps>) {
  const make = () => new ControlPlane({ istio: IstioRelease.V1_31, cluster: 'c', ...props }).files();
  try {
    return make();
  } catch {
    expect(errorOf(make).code).toBe('MESH047');
    return undefined;
  }
}

describe('the pods of an egress gateway', () => {
  const SHARED: ReadonlyArray<readonly [string, EgressGatewayOptions, MeshClusterOptions]> = [
    ['the labels of the ingress gateway', { selector: { istio: 'ingressgateway' } }, {}],
    ['its own name for the ingress gateway', { selector: { app: 'istio-ingressgateway' } }, {}],
    ['a label of every gateway', { selector: { 'sidecar.istio.io/inject': 'true' } }, {}],
    ['the revision', { selector: { 'istio.io/rev': 'canary' } }, { revision: 'canary' }],
    ['one label of two of the ingress gateway', { selector: { tier: 'edge' } }, { ingressGatewaySelector: { app: 'in', tier: 'edge' } }],
    ['a label of the chart of the ingress gateway', { selector: { istio: 'ingressgateway' } }, { ingressGatewaySelector: { app: 'e' } }],
    ['more labels than the ingress gateway has', { selector: { app: 'out', tier: 'edge' } }, { ingressGatewaySelector: { tier: 'edge' } }],
    ['a label of the chart of the egress gateway', { name: 'ingressgateway', selector: { app: 'out' } }, {}],
    ['a namespace whose Gateways apply to all', { namespace: 'e', selector: { istio: 'ingressgateway' } },
      { gatewaysOfAnyNamespace: true }],
  ];

  test.each(SHARED)('are not told apart by %s', (_, egress, options) => {
    expect(errorOf(() => declare(egress, options)).code).toBe('MESH047');
  });

  const APART: ReadonlyArray<readonly [string, EgressGatewayOptions, MeshClusterOptions]> = [
    ['the defaults', {}, {}],
    ['the defaults of the egress gateway alone', {}, { ingressGatewaySelector: { app: 'east-west' } }],
    ['a label of its own', { selector: { app: 'way-out' } }, {}],
    ['one label of two', { selector: { tier: 'edge', app: 'out' } }, { ingressGatewaySelector: { tier: 'edge', app: 'in' } }],
    ['another value of one label', { selector: { tier: 'out' } }, { ingressGatewaySelector: { tier: 'in' } }],
    ['another namespace', { namespace: 'egress', selector: { istio: 'ingressgateway' } }, {}],
    ['nothing, in a cluster without ingress gateway', { selector: { istio: 'ingressgateway' } }, { ingressGateway: undefined }],
  ];

  test.each(APART)('are told apart by %s', (_, egress, options) => {
    expect(() => declare(egress, options)).not.toThrow();
  });
});

test('an egress gateway of Istio 1.5 has no Gateway object that could select other pods', () => {
  const { mesh } = clusters(IstioRelease.V1_5);
  const egressGateway = EgressGateway.service({ selector: { istio: 'ingressgateway' } });
  expect(() => mesh.addCluster('c', { ingressGateway, egressGateway })).not.toThrow();
});

test('a revision leaves room for the name of the Service of istiod', () => {
  const error = errorOf(() => new ControlPlane({ istio: IstioRelease.V1_31, cluster: 'c', revision: 'r'.repeat(57) }));
  expect(error.code).toBe('MESH001');
  expect(filesOf({ revision: 'r'.repeat(56) })).toBeDefined();
});
