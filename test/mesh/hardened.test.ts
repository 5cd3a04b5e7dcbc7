import { App, Testing } from 'cdk8s';
import {
  AllowedCaller, EgressGateway, ExportServiceOptions, GatewayAddress, ImportPath, IstioRelease, Mesh, MeshApp, MeshClusterOptions,
  NetworkPolicies, ServicePort,
} from '../../src';

const PORTS = [ServicePort.http('http', 8000)];
const EXPORT: ExportServiceOptions = {
  namespace: 'shop',
  ports: PORTS,
  serviceAccount: 'orders',
  workloadSelector: { app: 'orders' },
  allow: [AllowedCaller.serviceAccount('foo', 'sleep')],
};

interface Hardened {
  readonly app: MeshApp;
  readonly mesh: Mesh;
  /** Objects of the exporting cluster, by kind, namespace and name. */
  readonly objects: { readonly [name: string]: any };
  /** Install values of the exporting cluster, by file. */
  readonly values: { readonly [file: string]: any };
}

/** A hardened mesh of two clusters, of which the second exports a service to the first. */
function hardened(
  cluster: MeshClusterOptions = {}, exported: Partial<ExportServiceOptions> = {}, props: { hardened?: boolean; istio?: IstioRelease } = {},
): Hardened {
  const app = new MeshApp();
  const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31, hardened: true, ...props });
  const [one, two] = [1, 2].map(n => mesh.addCluster(`cluster${n}`, {
    ingressGateway: GatewayAddress.of(`203.0.113.${n}`), egressGateway: EgressGateway.service(), ...cluster,
  }));
  one.importService(two.exportService('orders', { ...EXPORT, ...exported }), { namespace: 'foo', via: ImportPath.egressGateway() });
  const nameOf = ({ kind, metadata: { namespace, name } }: any) => `${kind} ${namespace}/${name}`;
  return {
    app,
    mesh,
    objects: Object.fromEntries(Testing.synth(two).map(object => [nameOf(object), object])),
    values: Object.fromEntries(two.controlPlane.files().map(({ name, content }) => [name, content])),
  };
}

const STRICT = 'PeerAuthentication istio-system/default';
const POLICIES = ['NetworkPolicy istio-system/mesh-istio-egressgateway', 'NetworkPolicy istio-system/mesh-istio-ingressgateway'];
const OWN_SERVICE = 'Service shop/mesh-export-orders';
const CALLERS = 'AuthorizationPolicy shop/mesh.orders';

describe('a hardened mesh', () => {
  const { objects, values } = hardened();

  test('has no object beside those that are reviewed here', () => {
    expect(Object.keys(objects).sort()).toEqual([
      CALLERS, 'Gateway istio-system/mesh-orders-shop', ...POLICIES, STRICT, OWN_SERVICE,
    ]);
  });

  test.each([
    ['mutual TLS for every workload', STRICT],
    ['the NetworkPolicy of the ingress gateway', POLICIES[1]],
    ['the NetworkPolicy of the egress gateway', POLICIES[0]],
    ['a Service with the exported ports alone', OWN_SERVICE],
    ['a list of callers, which refuses everybody else', CALLERS],
  ])('writes %s', (_what, name) => {
    expect(objects[name]).toMatchSnapshot();
  });

  test('limits gateways to Gateways of their own namespace, and installs no istio-reader', () => {
    expect(values['istiod-values.yml'].env.PILOT_SCOPE_GATEWAY_TO_NAMESPACE).toBe('true');
    expect(values['istiod-values.yml'].global).toMatchSnapshot();
    expect(values['base-values.yml'].global).toMatchSnapshot();
    expect(values['istio-operator.yml'].spec.values.global.enableReaderRBAC).toBe(false);
  });

  test('passes its own checks', () => {
    expect(hardened().app.problems).toEqual([]);
  });
});

describe('each part can be turned off by its own option', () => {
  test('mutual TLS', () => {
    expect(Object.keys(hardened({ strictMtls: false }).objects)).not.toContain(STRICT);
  });

  test('NetworkPolicies', () => {
    const names = Object.keys(hardened({ networkPolicies: NetworkPolicies.disabled() }).objects);
    expect(names.filter(name => name.startsWith('NetworkPolicy'))).toEqual([]);
  });

  test('the limit of gateways to their namespace', () => {
    expect(hardened({ gatewaysOfAnyNamespace: true }).values['istiod-values.yml'].env).toBeUndefined();
  });

  test('the missing istio-reader', () => {
    expect(hardened({ readerRbac: true }).values['istiod-values.yml'].global).not.toHaveProperty('enableReaderRBAC');
  });

  test('the limit to exported ports', () => {
    const { objects } = hardened({}, { onlyExportedPorts: false });
    expect(Object.keys(objects)).not.toContain(OWN_SERVICE);
    expect(objects['Gateway istio-system/mesh-orders-shop'].spec.servers[0].hosts).toEqual(['orders.shop.svc.cluster.local']);
  });

  test('the list of callers', () => {
    const { objects, app } = hardened({}, { allow: [AllowedCaller.anyWorkload()] });
    expect(objects[CALLERS].spec.rules).toEqual([{ from: [{ source: { principals: ['*'] } }] }]);
    expect(app.problems).toEqual([]);
  });

  test('the identity of the server, without the warning', () => {
    const { app } = hardened({}, { serviceAccount: undefined, anyServer: true });
    expect(app.warnings.filter(({ code }) => code === 'MESH040')).toEqual([]);
  });
});

test.each<{ name: string; exported: Partial<ExportServiceOptions>; error: RegExp }>([
  { name: 'its server', exported: { serviceAccount: undefined }, error: /^MESH040 .*does not name its server.*fix: .*anyServer/ },
  { name: 'its server, said in vain', exported: { serviceAccount: undefined, anyServer: false }, error: /^MESH040/ },
  { name: 'its callers', exported: { allow: undefined }, error: /^MESH066 .*does not name its callers.*fix: .*anyWorkload/ },
  { name: 'its pods', exported: { workloadSelector: undefined }, error: /^MESH015/ },
])('an export of a hardened mesh that does not name $name is refused', ({ exported, error }) => {
  expect(() => hardened({}, exported)).toThrow(error);
});

test('the same exports are accepted in a mesh that is not hardened', () => {
  const loose = { serviceAccount: undefined, allow: undefined, workloadSelector: undefined };
  const { objects, values } = hardened({}, loose, { hardened: false });
  expect(Object.keys(objects)).toEqual(['Gateway istio-system/mesh-orders-shop']);
  expect(values['istiod-values.yml'].global).not.toHaveProperty('enableReaderRBAC');
});

test('a refused export leaves the cluster without it', () => {
  const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31, hardened: true });
  const cluster = mesh.addCluster('cluster1', { ingressGateway: GatewayAddress.of('203.0.113.1') });
  expect(() => cluster.exportService('orders', { namespace: 'shop', ports: PORTS })).toThrow();
  expect(cluster.exports).toEqual([]);
  expect(() => cluster.exportService('orders', EXPORT)).not.toThrow();
});

test('a replicated service keeps all its ports open, since a local name needs the Service itself', () => {
  const app = new MeshApp();
  const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31, hardened: true });
  const clusters = [1, 2].map(n => mesh.addCluster(`cluster${n}`, { ingressGateway: GatewayAddress.of(`203.0.113.${n}`) }));
  mesh.replicateService('orders', { ...EXPORT, clusters });
  expect(app.problems).toEqual([]);
  expect(Testing.synth(clusters[0]).filter(({ metadata }) => metadata.name === 'mesh-export-orders')).toEqual([]);
});

test('Istio 1.29 keeps its istio-reader, and says so when it should not', () => {
  const istio = IstioRelease.V1_29;
  expect(hardened({}, {}, { istio }).values['base-values.yml'].global).not.toHaveProperty('enableReaderRBAC');
  expect(() => hardened({ readerRbac: false }, {}, { istio })).toThrow(/^MESH008 .*always installs istio-reader/);
  expect(() => hardened({ readerRbac: true }, {}, { istio })).not.toThrow();
});

test('Istio 1.5 cannot be hardened', () => {
  const make = (isHardened: boolean) => () => new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_5, hardened: isHardened });
  expect(make(true)).toThrow(/^MESH008 .*cannot be hardened/);
  expect(make(false)).not.toThrow();
});
