import { Chart, Duration } from 'cdk8s';
import {
  AllowedCaller, CacertsDelivery, CacertsForm, CacertsSecret, CaFiles, CertManagerIssuer, Cleanup, ClusterDns, ClusterFacts,
  ClusterPriority, ControlPlane, DnsForwarding, EgressGateway, EgressListener, EgressRoute, ExportedService, ExternalTrafficPolicy,
  GatewayAddress, GatewayService, GitOps, GlobalDns, Httpbin, ImportName, ImportPath, ImportPolicy, IstioRelease, KubeDnsStubDomain,
  LoadBalancing, LocalNameImport, Mesh, MeshApp, MeshCluster, MeshErrorCode, MeshErrorCodes, MeshNamespace, MeshObservability, MeshTrust,
  NetworkPolicies, NodeLocalDns, PathMatch, PodSecurityLevel, RemoteGateway, RemoteService, RemoteServiceEntry, RetirementStep, RetryOn,
  Routing, ServiceCatalog, ServiceExport, ServicePort, ServiceVersion, Sleep, StringMatch, VipRange,
} from '../../src';
import { cluster1, factsFile, ROOT } from '../facts/facts-file';

/** A call of the public surface with arguments that it accepts. */
export interface ValidCall {
  readonly call: (...args: unknown[]) => unknown;
  readonly args: unknown[];
}

/** A mesh with what the calls need. */
export interface World {
  readonly app: MeshApp;
  readonly chart: Chart;
  readonly mesh: Mesh;
  readonly one: MeshCluster;
  readonly two: MeshCluster;
  readonly service: ExportedService;
}

const istio = IstioRelease.V1_31;
const ports = [ServicePort.http('http', 8000)];
const gateway = GatewayAddress.of('203.0.113.10');
const egressGateway = EgressGateway.clusterIp('10.96.0.9');
const selector = { app: 'web' };
const routing = Routing.weights({ v1: 90, v2: 10 });
const priority = ClusterPriority.localFirst();
const connectTimeout = Duration.seconds(2);
const keepalive = { time: Duration.seconds(30), interval: Duration.seconds(5), probes: 2 };
const retries = {
  attempts: 3,
  perTryTimeout: Duration.seconds(1),
  on: [RetryOn.RESET],
  statusCodes: [503],
  backoff: Duration.millis(50),
  acrossPriorities: true,
};
const policy: Required<ImportPolicy> = {
  timeout: Duration.seconds(3),
  retries,
  loadBalancing: LoadBalancing.byHeader('x-user'),
  connectionLimits: {
    maxConnections: 100,
    maxPendingRequests: 10,
    maxRequests: 200,
    maxRequestsPerConnection: 1000,
    maxConcurrentStreams: 50,
    maxRetries: 3,
    idleTimeout: Duration.minutes(5),
    maxConnectionDuration: Duration.minutes(10),
  },
  errorEjection: { consecutiveErrors: 5, baseEjectionTime: Duration.seconds(20), maxEjectionPercent: 50 },
  connectTimeout,
  keepalive,
  overrides: { trafficPolicy: { loadBalancer: { simple: 'RANDOM' } }, httpRoute: { corsPolicy: { allowMethods: ['GET'] } } },
};
const warmUp = { duration: Duration.seconds(30), minimumPercent: 5, aggression: 1.5 };
const match = {
  path: PathMatch.prefix('/api'), method: 'GET', headers: { user: StringMatch.exact('x') }, query: { debug: StringMatch.exact('1') },
};
const headerChanges = { set: { a: '1' }, add: { b: '2' }, remove: ['c'] };
const action = {
  versions: { v1: 100 },
  rewrite: { path: '/v2', host: 'web.example' },
  mirror: { version: 'v2', percent: 10 },
  fault: { abortStatus: 503, abortPercent: 1, delay: Duration.millis(10), delayPercent: 2 },
  timeout: Duration.seconds(1),
  retries,
  requestHeaders: headerChanges,
  responseHeaders: headerChanges,
};
const resolvers = ['10.96.0.53'];
const nodeLocal = NodeLocalDns.stubDomains('{}');

/** A mesh of two clusters, of which the second exports a service; and a chart beside it. */
export function world(): World {
  const app = new MeshApp();
  const mesh = new Mesh(app, 'mesh', { istio });
  const [one, two] = ['one', 'two'].map((name, i) => mesh.addCluster(name, {
    egressGateway: EgressGateway.clusterIp('10.96.0.9'), ingressGateway: GatewayAddress.of(`203.0.113.${i + 1}`),
  }));
  const versions = [ServiceVersion.of('v1'), ServiceVersion.of('v2')];
  const service = two.exportService('web', { namespace: 'shop', ports, versions, workloadSelector: selector, serviceAccount: 'web' });
  return { app, mesh, one, two, service, chart: new Chart(app, 'chart') };
}

const FACTS = { schemaVersion: 1, clusters: { cluster1: cluster1() } };
const facts = () => ClusterFacts.fromFile(factsFile(FACTS));
const extraPorts = { 'tcp-9443': 9443 };

/** Every public constructor and method that takes arguments, by its name, with valid arguments that use every option. */
export const ENTRIES: { readonly [name: string]: (world: World) => ValidCall } = {
  'AllowedCaller.namespace': () => valid(AllowedCaller.namespace, 'shop', { trustDomain: 'east.example' }),
  'AllowedCaller.principal': () => valid(domain => AllowedCaller.namespace('shop').principal(domain), 'cluster.local'),
  'AllowedCaller.serviceAccount': () => valid(AllowedCaller.serviceAccount, 'shop', 'web', { trustDomain: 'east.example' }),
  'CaFiles.fromDirectory': () => valid(CaFiles.fromDirectory, 'no-such-folder'),
  'CaFiles.fromPki': () => valid(CaFiles.fromPki, 'no-such-folder', 'cluster1'),
  'CacertsDelivery': ({ chart }) => valid(
    props => new CacertsDelivery(chart, 'made', props),
    {
      istio,
      trust: MeshTrust.externalSecret({ store: 'vault' }),
      cluster: 'cluster1',
      namespace: 'istio-system',
      trustDomain: 'cluster.local',
    },
  ),
  'CacertsSecret': ({ chart }) => valid(props => new CacertsSecret(chart, 'made', props), {
    files: undefined,
    keyInTheClear: true,
    form: CacertsForm.TLS,
    namespace: 'istio-system',
    validAt: new Date(0),
    allowSampleCertificates: true,
  }),
  'CertManagerIssuer.external': () => valid(CertManagerIssuer.external, 'root', { group: 'issuers.example.com', kind: 'Issuer' }),
  'CertManagerIssuer.vault': () => valid(CertManagerIssuer.vault, 'root', { kind: 'Issuer' }),
  'CertManagerIssuer.venafi': () => valid(CertManagerIssuer.venafi, 'root', { kind: 'Issuer' }),
  'Cleanup': ({ one, chart }) => valid(
    props => new Cleanup(chart, 'made', props),
    { chart: one, image: 'kubectl', argoCdHook: false, hookNamespace: 'kube-system', networkPolicies: NetworkPolicies.enabled() },
  ),
  'ClusterDns.coreDns': () => valid(ClusterDns.coreDns, { resolvers, corefile: '.:53 {\n    errors\n}\n', nodeLocal }),
  'ClusterDns.coreDnsCustom': () => valid(ClusterDns.coreDnsCustom, { resolvers, port: 8053, data: '{}', nodeLocal }),
  'ClusterDns.eksAddon': () => valid(
    ClusterDns.eksAddon,
    { resolvers, configurationValues: '{}', corefile: '.:53 {\n    errors\n}\n', nodeLocal },
  ),
  'ClusterDns.kubeDns': () => valid(ClusterDns.kubeDns, { resolvers, stubDomains: '{}' }),
  'ClusterDns.nodeLocal': () => valid(ClusterDns.nodeLocal, { resolvers, stubDomains: '{}' }),
  'ClusterDns.openShift': () => valid(ClusterDns.openShift, { resolvers, servers: '[]' }),
  'ClusterDns.rke2': () => valid(ClusterDns.rke2, { resolvers, valuesContent: 'servers: []', nodeLocal }),
  'ClusterFacts.cluster': () => valid(name => facts().cluster(name), 'cluster1'),
  'ClusterFacts.clusterDns': () => valid(name => facts().clusterDns(name), 'cluster1'),
  'ClusterFacts.fromFile': () => valid(ClusterFacts.fromFile, factsFile(FACTS), {
    expect: { gateways: [gateway], trustDomains: ['cluster.local'], rootFingerprints: [ROOT] },
  }),
  'ClusterFacts.service': () => valid(
    (cluster, name, options) => facts().service(cluster, name, options),
    'cluster1',
    'httpbin',
    { namespace: 'bar' },
  ),
  'ClusterPriority.inOrder': () => valid(ClusterPriority.inOrder, 'one', 'two'),
  'ClusterPriority.weights': () => valid(ClusterPriority.weights, { one: 40, two: 60 }),
  'ControlPlane': () => valid(props => new ControlPlane(props).files(), controlPlane()),
  'ControlPlane.installCommand': () => valid(file => new ControlPlane(controlPlane()).installCommand(file), 'istio.yml'),
  'ControlPlane.uninstallCommand': () => valid(file => new ControlPlane(controlPlane()).uninstallCommand(file), 'istio.yml'),
  'DnsForwarding': ({ chart }) => valid(
    props => new DnsForwarding(chart, 'made', props).files(),
    { dns: ClusterDns.coreDnsCustom({ resolvers }), zone: 'global' },
  ),
  'EgressGateway.clusterIp': () => valid(EgressGateway.clusterIp, '10.96.0.9', egressOptions()),
  'EgressGateway.service': () => valid(EgressGateway.service, egressOptions()),
  'EgressListener': ({ chart }) => valid(props => new EgressListener(chart, 'made', props), { istio, egressGateway }),
  'EgressRoute': ({ chart, service }) => valid(
    props => new EgressRoute(chart, 'made', props),
    { istio, service, egressGateway, importingCluster: 'one', connectTimeout, keepalive, priority, clusterDomain: 'cluster.local' },
  ),
  'ExportedStatefulSet.pod': ({ one }) => valid(
    ordinal => one.exportStatefulSet('db', { namespace: 'shop', replicas: 1, ports }).pod(ordinal),
    0,
  ),
  'GatewayAddress.of': () => valid(GatewayAddress.of, '203.0.113.10', { port: 443 }),
  'GatewayService.awsNlb': () => valid(GatewayService.awsNlb, cloudOptions()),
  'GatewayService.azure': () => valid(GatewayService.azure, cloudOptions()),
  'GatewayService.clusterIp': () => valid(GatewayService.clusterIp, { annotations: { a: 'b' }, webPorts: true, extraPorts }),
  'GatewayService.gcp': () => valid(GatewayService.gcp, cloudOptions()),
  'GatewayService.loadBalancer': () => valid(
    GatewayService.loadBalancer,
    {
      annotations: { a: 'b' },
      webPorts: true,
      extraPorts,
      sourceRanges: ['198.51.100.0/24'],
      externalTrafficPolicy: ExternalTrafficPolicy.CLUSTER,
    },
  ),
  'GatewayService.nodePort': () => valid(
    GatewayService.nodePort,
    { tlsNodePort: 31443, statusNodePort: 31021, nodePortRange: '31000-32000', annotations: { a: 'b' }, webPorts: true, extraPorts },
  ),
  'GitOps.argoCd': () => valid(
    GitOps.argoCd,
    { ...engine(), repoUrl: 'https://git.example.com/mesh.git', ...argoCdOptions() },
  ),
  'GitOps.flux': () => valid(GitOps.flux, {
    ...engine(), source: 'flux-system', namespace: 'flux-system', decryptionSecret: 'sops-age', serviceAccountName: 'mesh',
  }),
  'GlobalDns': ({ chart, service }) => valid(props => new GlobalDns(chart, 'made', props), {
    istio, services: [service], clusterIp: '10.96.0.53', vips: VipRange.ipv4(), zone: 'global', namespace: 'dns', ...dnsOptions(),
  }),
  'StringMatch.exact': () => valid(StringMatch.exact, 'jason'),
  'StringMatch.prefix': () => valid(StringMatch.prefix, 'jason'),
  'StringMatch.regex': () => valid(StringMatch.regex, 'jas.n'),
  'Httpbin': ({ chart }) => valid(props => new Httpbin(chart, 'made', props), { istio, namespace: 'bar', restricted: true }),
  'ImportName.local': () => valid(
    ImportName.local,
    { createService: true, selector, targetPorts: { http: 'web' }, versionLabels: { v1: { version: 'v1' } } },
  ),
  'IstioRelease.of': () => valid(IstioRelease.of, '1.31'),
  'KubeDnsStubDomain': ({ chart }) => valid(
    props => new KubeDnsStubDomain(chart, 'made', props),
    { resolvers, domain: 'global', current: '{}' },
  ),
  'LoadBalancing.byCookie': () => valid(LoadBalancing.byCookie, 'user', { ttl: Duration.hours(1), path: '/' }),
  'LoadBalancing.byHeader': () => valid(LoadBalancing.byHeader, 'x-user'),
  'LoadBalancing.byQueryParameter': () => valid(LoadBalancing.byQueryParameter, 'user'),
  'LoadBalancing.leastRequest': () => valid(LoadBalancing.leastRequest, warmUp),
  'LoadBalancing.roundRobin': () => valid(LoadBalancing.roundRobin, warmUp),
  'LocalNameImport': ({ chart, service }) => valid(props => new LocalNameImport(chart, 'made', props), {
    istio,
    service,
    egressGateway,
    ...policy,
    priority,
    routing,
    selector,
    importingCluster: 'one',
    clusterDomain: 'cluster.local',
    createService: true,
    targetPorts: { http: 'web' },
    versionLabels: { v1: { version: 'v1' } },
    retire: false,
  }),
  'Mesh': ({ app }) => valid(props => new Mesh(app, 'made', props), {
    istio,
    meshId: 'mesh2',
    suffix: 'global',
    trustDomain: 'east.example',
    clusterDomain: 'cluster.local',
    vips: VipRange.ipv4(),
    importDefaults: policy,
    trust: MeshTrust.externalSecret({ store: 'vault' }),
    gitOps: GitOps.flux(),
    cleanup: { image: 'kubectl', argoCdHook: false, hookNamespace: 'kube-system', networkPolicies: NetworkPolicies.enabled() },
    hardened: true,
    consumers: [],
    observability: observability(),
  }),
  'Mesh.addCluster': ({ mesh }) => valid((name, options) => mesh.addCluster(name, options), 'three', {
    istio,
    ingressGateway: gateway,
    ingressGatewaySelector: { istio: 'ingressgateway' },
    ingressGatewayService: GatewayService.loadBalancer(),
    ingressGatewayNamespace: 'istio-ingress',
    ingressGatewayWorkload: workload(),
    installValues: { global: { hub: 'registry.example.com/istio' } },
    sailOperator: { version: 'v1.31.4' },
    adopt: false,
    observability: observability(),
    egressGateway,
    gatewaysOfAnyNamespace: false,
    networkPolicies: NetworkPolicies.enabled(),
    readerRbac: false,
    istioNamespace: 'istio-system',
    revision: 'canary',
    trustDomain: 'east.example',
    trustDomainAliases: ['west.example'],
    clusterDomain: 'cluster.local',
    locality: 'eu/one',
    dns: ClusterDns.sidecarCapture(),
    globalDns: { clusterIp: '10.96.0.53', ...dnsOptions() },
    vips: VipRange.ipv4(),
    importDefaults: policy,
    importDefaultsByNamespace: { shop: policy },
    trust: MeshTrust.externalSecret({ store: 'vault' }),
    strictMtls: true,
    gitOps: GitOps.flux(),
    retire: RetirementStep.CONSUMERS,
  }),
  'Mesh.cluster': ({ mesh }) => valid(name => mesh.cluster(name), 'one'),
  'Mesh.replicateService': ({ mesh, one, two }) => valid((name, options) => mesh.replicateService(name, options), 'api', {
    clusters: [one, two],
    priority,
    via: ImportPath.direct(),
    routing,
    selector,
    targetPorts: { http: 'web' },
    ...exportOptions(),
    ...policy,
  }),
  'MeshApp': () => valid(props => new MeshApp(props), { outdir: 'dist' }),
  'MeshCluster.addNamespace': ({ one }) => valid(
    (name, options) => one.addNamespace(name, options),
    'foo',
    { injection: false, pruneGuard: false, podSecurity: podSecurity() },
  ),
  'MeshCluster.exportService': ({ one }) => valid((name, options) => one.exportService(name, options), 'api', exportOptions()),
  'MeshCluster.importService': ({ one, service }) => valid(
    (imported, options) => one.importService(imported, options),
    service,
    {
      namespace: 'foo',
      name: ImportName.global(),
      priority,
      via: ImportPath.direct(),
      routing,
      addresses: ['240.0.0.9'],
      retire: false,
      ...policy,
    },
  ),
  'MeshCluster.exportServices': ({ one }) => valid(
    services => one.exportServices(services),
    [{ name: 'api', namespace: 'shop', ports, serviceAccount: 'api' }],
  ),
  'MeshCluster.exportStatefulSet': ({ one }) => valid((name, options) => one.exportStatefulSet(name, options), 'db', statefulSetOptions()),
  'MeshCluster.importServices': ({ one, service }) => valid(
    (services, options) => one.importServices(services, options),
    [service],
    {
      namespaces: ['foo', 'bar'],
      name: ImportName.global(),
      priority,
      via: ImportPath.direct(),
      routing,
      addresses: ['240.0.0.9'],
      retire: false,
    },
  ),
  'MeshCluster.isMeshCluster': ({ one }) => valid(MeshCluster.isMeshCluster, one),
  'MeshErrorCodes.inMessage': () => valid(MeshErrorCodes.inMessage, 'MESH001 mesh: this is no name'),
  'MeshErrorCodes.textOf': () => valid(MeshErrorCodes.textOf, MeshErrorCode.INVALID_NAME),
  'MeshNamespace': ({ chart }) => valid(
    props => new MeshNamespace(chart, 'made', props),
    { istio, name: 'foo', revision: 'canary', injection: true, pruneGuard: true, podSecurity: podSecurity() },
  ),
  'MeshObservability': ({ chart }) => valid(
    props => new MeshObservability(chart, 'made', props),
    { ...observability(), cluster: 'cluster1', suffix: 'global', localHosts: ['a.b.svc.cluster.local'], exportedHosts: [] },
  ),
  'MeshTrust.certManager': () => valid(MeshTrust.certManager, {
    issuer: CertManagerIssuer.vault('root'),
    organization: 'Us',
    duration: Duration.days(90),
    renewBefore: Duration.days(9),
    rotatable: true,
  }),
  'MeshTrust.externalSecret': () => valid(MeshTrust.externalSecret, {
    store: 'vault', storeKind: 'SecretStore', remoteKey: '{cluster}', refreshInterval: Duration.hours(2), rotatable: true,
  }),
  'MeshTrust.plain': () => valid(MeshTrust.plain, { ...pki(), outdir: 'plain' }),
  'MeshTrust.sealedSecrets': () => valid(MeshTrust.sealedSecrets, { ...pki(), sharedSealingKey: true }),
  'MeshTrust.sops': () => valid(MeshTrust.sops, pki()),
  'NetworkPolicies.enabled': () => valid(NetworkPolicies.enabled, {
    resolverClients: ['10.0.0.0/8'], apiServer: ['203.0.113.7/32'], metricsFrom: ['monitoring'], localNameCallers: ['foo'],
  }),
  'NodeLocalDns.corefile': () => valid(NodeLocalDns.corefile, { corefile: '.:53 {\n    errors\n}\n', configMap: 'nodelocaldns' }),
  'NodeLocalDns.stubDomains': () => valid(NodeLocalDns.stubDomains, '{}'),
  'RemoteGateway': ({ chart, service }) => valid(
    props => new RemoteGateway(chart, 'made', props),
    { istio, service, cluster: 'two', namespace: 'istio-system' },
  ),
  'RemoteService': () => valid(props => new RemoteService(props), {
    name: 'web',
    namespace: 'shop',
    subdomain: 'web-headless',
    ports,
    exporters: [{
      cluster: 'far',
      gateways: [gateway],
      locality: 'eu',
      serviceAccount: 'web',
      trustDomain: 'far.example',
      versions: ['v1'],
      versionLabels: { v1: { version: 'v1' } },
      workloadSelector: selector,
      gatewayService: 'web-exported',
    }],
    suffix: 'global',
    clusterDomain: 'cluster.local',
    addresses: ['240.0.0.9'],
    istio,
    meshId: 'mesh9',
  }),
  'RemoteServiceEntry': ({ chart, service }) => valid(props => new RemoteServiceEntry(chart, 'made', props).addresses, {
    istio,
    service,
    namespace: 'foo',
    addresses: ['240.0.0.9'],
    vips: VipRange.ipv4(),
    egressGateway,
    importingCluster: 'one',
    clusterDomain: 'cluster.local',
    ...policy,
    priority,
    routing,
    retire: false,
  }),
  'PathMatch.exact': () => valid(PathMatch.exact, '/api'),
  'PathMatch.prefix': () => valid(PathMatch.prefix, '/api'),
  'PathMatch.regex': () => valid(PathMatch.regex, '/api/v[0-9]+'),
  'Routing.all': () => valid(Routing.all, { ...action, rewrite: { host: 'web.example' } }),
  'Routing.when': () => valid((when, then) => routing.when(when, then), match, action),
  'Routing.weights': () => valid(Routing.weights, { v1: 90, v2: 10 }),
  'Routing.whenHeaders': () => valid(
    (headers, weights) => routing.whenHeaders(headers, weights),
    { 'end-user': StringMatch.exact('jason') },
    { v1: 100 },
  ),
  'ServiceCatalog.fromFile': () => valid(ServiceCatalog.fromFile, 'no-such-file.json', {
    expect: { meshId: 'mesh1', suffix: 'global', gateways: [gateway], trustDomains: ['far.example'], addresses: ['240.0.0.9'] },
  }),
  'ServiceCatalog.ofImports': ({ chart }) => valid(ServiceCatalog.ofImports, 'team', chart),
  'ServiceCatalog.podsOf': ({ mesh, one }) => valid(
    (name, options) => {
      one.exportStatefulSet('db', { namespace: 'shop', replicas: 1, ports });
      return mesh.catalog().podsOf(name, options);
    },
    'db',
    { namespace: 'shop', ports: [8000] },
  ),
  'ServiceCatalog.service': ({ mesh }) => valid(
    (name, options) => mesh.catalog().service(name, options),
    'web',
    { namespace: 'shop', ports: [8000] },
  ),
  'ServiceExport': ({ chart }) => valid(props => new ServiceExport(chart, 'made', props), {
    istio,
    name: 'web',
    namespace: 'shop',
    governingService: 'web-headless',
    publishNotReadyAddresses: true,
    ports,
    gatewayNamespace: 'istio-system',
    gatewaySelector: { istio: 'ingressgateway' },
    clusterDomain: 'cluster.local',
    trustDomain: 'cluster.local',
    versions: [ServiceVersion.of('v1')],
    workloadSelector: selector,
    allow: [AllowedCaller.namespace('foo')],
    onlyExportedPorts: true,
    podPorts: { http: '8080' },
    strictMtls: true,
  }),
  ...Object.fromEntries((['http', 'http2', 'grpc', 'tcp', 'tls', 'https', 'mongo', 'redis', 'mysql'] as const).map(
    protocol => [`ServicePort.${protocol}`, () => valid(ServicePort[protocol], 'web', 8000)],
  )),
  'ServicePort.of': () => valid(ServicePort.of, 'http', 'web', 8000),
  'ServiceVersion.existing': () => valid(ServiceVersion.existing, 'v1'),
  'ServiceVersion.of': () => valid(ServiceVersion.of, 'v1'),
  'ServiceVersion.withLabels': () => valid(ServiceVersion.withLabels, 'v1', { version: 'one' }),
  'Sleep': ({ chart }) => valid(props => new Sleep(chart, 'made', props), { istio, namespace: 'foo', restricted: true }),
  'VipRange.addressesOf': () => valid(host => VipRange.ipv4().addressesOf(host), 'web.shop.global'),
  'VipRange.dualStack': () => valid(VipRange.dualStack, { ipv4: { cidr: '250.0.0.0/8', exclude: [] }, ipv6: { cidr: 'fd00::/48' } }),
  'VipRange.ipv4': () => valid(VipRange.ipv4, { cidr: '250.0.0.0/8', exclude: ['250.1.0.0/16'] }),
  'VipRange.ipv6': () => valid(VipRange.ipv6, { cidr: 'fd00::/48', exclude: ['fd00::/64'] }),
};

/** Calls that read files which do not exist, so that even their valid arguments are refused. */
export const REFUSED_ANYWAY = new Set(['CaFiles.fromDirectory', 'CaFiles.fromPki', 'CacertsSecret', 'ServiceCatalog.fromFile']);

/** A call may get anything, so its parameters have the type that fits none of it. */
function valid(call: (...args: never[]) => unknown, ...args: unknown[]): ValidCall {
  return { call: call as ValidCall['call'], args };
}

function controlPlane() {
  return {
    istio,
    cluster: 'cluster1',
    meshId: 'mesh1',
    istioNamespace: 'istio-system',
    clusterDomain: 'cluster.local',
    trustDomain: 'cluster.local',
    trustDomainAliases: ['west.example'],
    revision: 'canary',
    ingressGateway: true,
    ingressGatewayService: GatewayService.loadBalancer(),
    ingressGatewaySelector: { istio: 'ingressgateway' },
    ingressGatewayNamespace: 'istio-ingress',
    ingressGatewayWorkload: workload(),
    installValues: { global: { hub: 'registry.example.com/istio' } },
    sailOperator: { version: 'v1.31.4' },
    adopt: false,
    observability: true,
    egressGateway,
    dnsCapture: true,
    gatewaysOfAnyNamespace: true,
    readerRbac: false,
    followsRoots: false,
  };
}

function exportOptions() {
  return {
    ports,
    namespace: 'back',
    serviceAccount: 'api',
    anyServer: false,
    addresses: ['240.0.0.8'],
    versions: [ServiceVersion.of('v1'), ServiceVersion.of('v2')],
    workloadSelector: { app: 'api' },
    allow: [AllowedCaller.namespace('foo')],
    strictMtls: true,
    retire: false,
  };
}

function statefulSetOptions() {
  return {
    ports,
    namespace: 'back',
    replicas: 3,
    serviceName: 'db-headless',
    firstOrdinal: 1,
    serviceAccount: 'db',
    allow: [AllowedCaller.namespace('foo')],
    podPorts: { http: '8080' },
    publishNotReadyAddresses: true,
    strictMtls: true,
    retireLast: 1,
    retire: false,
  };
}

function egressOptions() {
  return {
    name: 'egress',
    namespace: 'istio-system',
    selector: { istio: 'egressgateway' },
    clusterDomain: 'cluster.local',
    workload: { replicas: 3 },
  };
}

function observability() {
  return {
    namespace: 'monitoring',
    ruleLabels: { release: 'prometheus' },
    dashboardLabels: { grafana_dashboard: '1' },
    runbookUrl: 'https://wiki.example.com/mesh',
    rootDays: 90,
    caDays: 14,
    failedShare: 0.1,
  };
}

function workload() {
  return {
    minReplicas: 2,
    maxReplicas: 4,
    cpuUtilization: 70,
    minAvailable: 1,
    topologySpreadConstraints: [],
    resources: { requests: { cpu: '100m' }, limits: { memory: '1Gi' } },
    priorityClassName: 'system-cluster-critical',
    tolerations: [{ operator: 'Exists' }],
    nodeSelector: { pool: 'edge' },
    affinity: {},
  };
}

function cloudOptions() {
  return {
    annotations: { a: 'b' },
    webPorts: true,
    extraPorts,
    sourceRanges: ['198.51.100.0/24'],
    externalTrafficPolicy: ExternalTrafficPolicy.LOCAL,
    internal: true,
  };
}

function engine() {
  return { path: 'dist', istioVersion: '1.31.4', charts: 'https://charts.example.com', hub: false };
}

function argoCdOptions() {
  return {
    revision: 'main',
    namespace: 'argocd',
    ownProject: true,
    projectNamespaces: ['old'],
    automated: true,
    prune: true,
    selfHeal: true,
    labels: { team: 'mesh' },
  };
}

function dnsOptions() {
  return { catalogs: [], replicas: 2, image: 'coredns:v1.12.4', platformUser: true, networkPolicies: NetworkPolicies.disabled() };
}

function podSecurity() {
  return { enforce: PodSecurityLevel.RESTRICTED, audit: PodSecurityLevel.BASELINE, warn: PodSecurityLevel.PRIVILEGED, version: 'v1.34' };
}

function pki() {
  return { directory: 'pki', validAt: new Date(0), allowSampleCertificates: false, rotatable: true };
}
