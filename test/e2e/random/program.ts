import {
  ClusterDeclaration, EgressDeclaration, ExportDeclaration, GatewayDeclaration, HeaderRule, ImportDeclaration, MeshDeclaration,
  PortDeclaration, PriorityDeclaration, RoutingDeclaration, ServiceDeclaration, VersionDeclaration, clusterOf,
} from './declaration';
import { kindOf } from './import-kinds';
import { exportServiceName } from '../../../src/names';

/**
 * The program that declares a mesh, as a person would write it. The text that is printed for a failing mesh is the very
 * text that ran: `lib` holds what the first line imports.
 */
export function programOf(mesh: MeshDeclaration, outdir = 'dist'): string {
  return [
    `const app = new MeshApp({ outdir: ${text(outdir)} });`,
    `const mesh = new Mesh(app, 'mesh', { istio: ${release(mesh.release)}, suffix: ${text(mesh.suffix)} });`,
    ...mesh.clusters.map(cluster => clusterLine(cluster, mesh)),
    ...mesh.services.flatMap((service, i) => service.foreign
      ? [remoteServiceLine(service, i, mesh)]
      : service.exports.flatMap(exported => exportLines(service, exported, i, mesh))),
    ...mesh.imports.map(imported => importLine(imported, mesh)),
    'app.synth();',
    ...mesh.hostile ? ['// Beside it stand the objects of a hostile namespace: see hostile.ts.'] : [],
  ].join('\n');
}

/** What a program needs to run. */
export const PROGRAM_IMPORTS = [
  "import { ApiObject, Duration } from 'cdk8s';",
  `import {
  AllowedCaller, ClusterPriority, EgressGateway, GatewayAddress, GatewayService, ImportName, ImportPath, IstioRelease, Mesh, MeshApp,
  RemoteService, RetirementStep, Routing, ServicePort, ServiceVersion, StringMatch, VipRange,
} from 'cdk8s-istio-multicluster';`,
].join('\n');

function clusterLine(cluster: ClusterDeclaration, mesh: MeshDeclaration): string {
  return `const ${clusterVariable(cluster.name, mesh)} = mesh.addCluster(${text(cluster.name)}, ${record({
    istio: cluster.release === mesh.release ? undefined : release(cluster.release),
    ingressGateways: cluster.gateways.length > 0 ? `[${cluster.gateways.map(gateway).join(', ')}]` : undefined,
    ingressGatewaySelector: cluster.selector && json(cluster.selector),
    ingressGatewayService: cluster.nodePort === undefined ? undefined : `GatewayService.nodePort({ tlsNodePort: ${cluster.nodePort} })`,
    egressGateway: cluster.egress && egressGateway(cluster.egress),
    istioNamespace: cluster.istioNamespace === 'istio-system' ? undefined : text(cluster.istioNamespace),
    revision: cluster.revision && text(cluster.revision),
    trustDomain: cluster.trustDomain === 'cluster.local' ? undefined : text(cluster.trustDomain),
    trustDomainAliases: cluster.aliases.length > 0 ? json(cluster.aliases) : undefined,
    clusterDomain: cluster.domain === 'cluster.local' ? undefined : text(cluster.domain),
    locality: cluster.locality && text(cluster.locality),
    vips: vipRange(cluster),
    importDefaults: cluster.connectTimeoutMs === undefined
      ? undefined
      : `{ connectTimeout: Duration.millis(${cluster.connectTimeoutMs}) }`,
    strictMtls: cluster.strictMtls ? 'true' : undefined,
    retire: cluster.retire && `RetirementStep.${cluster.retire}`,
  })});`;
}

function exportLines(service: ServiceDeclaration, exported: ExportDeclaration, i: number, mesh: MeshDeclaration): string[] {
  const cluster = clusterVariable(exported.cluster, mesh);
  const own = exported.versions.filter(({ existing }) => existing);
  const { domain } = clusterOf(mesh, exported.cluster);
  return [
    `const ${handle(i, exported.cluster, mesh)} = ${cluster}.exportService(${text(service.name)}, ${record({
      namespace: text(service.namespace),
      ports: `[${service.ports.map(port).join(', ')}]`,
      serviceAccount: exported.serviceAccount && text(exported.serviceAccount),
      addresses: service.addresses.length > 0 ? json(service.addresses) : undefined,
      versions: exported.versions.length > 0 ? `[${exported.versions.map(serviceVersion).join(', ')}]` : undefined,
      workloadSelector: exported.guarded || service.onlyPorts ? json({ app: service.name }) : undefined,
      onlyExportedPorts: service.onlyPorts ? 'true' : undefined,
      allow: exported.guarded ? callers(service, mesh) : undefined,
      strictMtls: exported.guarded ? 'true' : undefined,
      retire: exported.retire ? 'true' : undefined,
    })});`,
    ...own.length === 0 ? [] : [`new ApiObject(${cluster}, 'own-rule-${i}', ${json({
      apiVersion: 'networking.istio.io/v1',
      kind: 'DestinationRule',
      metadata: { name: `own-${i}`, namespace: service.namespace },
      spec: { host: `${service.name}.${service.namespace}.svc.${domain}`, subsets: own.map(({ name, labels }) => ({ name, labels })) },
    })});`],
  ];
}

/** An export with `allow` lists each namespace that imports the service. */
function callers(service: ServiceDeclaration, { imports }: MeshDeclaration): string {
  const namespaces = imports.filter(imported => imported.service === service).map(({ namespace }) => namespace);
  return `[${[...new Set(['foo', ...namespaces])].map(namespace => `AllowedCaller.namespace(${text(namespace)})`).join(', ')}]`;
}

function remoteServiceLine(service: ServiceDeclaration, i: number, mesh: MeshDeclaration): string {
  const exporters = service.exports.map(({ cluster: name, serviceAccount, versions }) => {
    const { gateways, locality, trustDomain } = clusterOf(mesh, name);
    return inline({
      cluster: text(name),
      gateways: `[${gateways.map(gateway).join(', ')}]`,
      locality: locality && text(locality),
      serviceAccount: serviceAccount && text(serviceAccount),
      trustDomain: text(trustDomain),
      versions: versions.length > 0 ? json(versions.map(version => version.name)) : undefined,
      gatewayService: service.onlyPorts ? text(exportServiceName(service.name)) : undefined,
    });
  });
  return `const ${handle(i, '', mesh)} = new RemoteService(${record({
    name: text(service.name),
    namespace: text(service.namespace),
    suffix: text(service.suffix),
    ports: `[${service.ports.map(port).join(', ')}]`,
    addresses: service.addresses.length > 0 ? json(service.addresses) : undefined,
    exporters: `[${exporters.join(', ')}]`,
  })});`;
}

function importLine(imported: ImportDeclaration, mesh: MeshDeclaration): string {
  const service = handle(mesh.services.indexOf(imported.service), imported.handle, mesh);
  return `${clusterVariable(imported.cluster, mesh)}.importService(${service}, ${record({
    ...kindOf(imported).options(imported, mesh),
    routing: imported.routing && routing(imported.routing),
    priority: imported.priority && clusterPriority(imported.priority),
    addresses: imported.addresses.length > 0 ? json(imported.addresses) : undefined,
    retire: imported.retire ? 'true' : undefined,
  })});`;
}

function clusterPriority({ kind, order, shares }: PriorityDeclaration): string {
  return `ClusterPriority.${kind}(${kind === 'inOrder' ? order.map(text).join(', ') : kind === 'weights' ? json(shares) : ''})`;
}

function routing({ weights, rules }: RoutingDeclaration): string {
  return `Routing.weights(${json(weights)})${rules.map(headerRule).join('')}`;
}

function headerRule(rule: HeaderRule): string {
  const headers = rule.headers.map(({ name, kind, value }) => `${text(name)}: StringMatch.${kind}(${text(value)})`);
  return `.whenHeaders({ ${headers.join(', ')} }, ${json(rule.weights)})`;
}

function serviceVersion({ name, labels, existing }: VersionDeclaration): string {
  if (existing) {
    return `ServiceVersion.existing(${text(name)})`;
  }
  return labels.version === name ? `ServiceVersion.of(${text(name)})` : `ServiceVersion.withLabels(${text(name)}, ${json(labels)})`;
}

function egressGateway({ clusterIp, ...options }: EgressDeclaration): string {
  const given = [...clusterIp ? [text(clusterIp)] : [], ...Object.keys(options).length > 0 ? [json(options)] : []];
  return `EgressGateway.${clusterIp ? 'clusterIp' : 'service'}(${given.join(', ')})`;
}

function vipRange({ vips: range }: ClusterDeclaration): string | undefined {
  if (!range) {
    return undefined;
  }
  const parts = Object.entries(range).map(([family, cidr]) => [family, `{ cidr: ${text(cidr)} }`]);
  if (parts.length === 2) {
    return `VipRange.dualStack({ ${parts.map(part => part.join(': ')).join(', ')} })`;
  }
  return `VipRange.${parts[0][0]}(${parts[0][1]})`;
}

function gateway({ address, port: number }: GatewayDeclaration): string {
  return `GatewayAddress.of(${text(address)}${number === undefined ? '' : `, { port: ${number} }`})`;
}

function port({ protocol, name, port: number }: PortDeclaration): string {
  return `ServicePort.${protocol}(${text(name)}, ${number})`;
}

function release(version: string): string {
  return `IstioRelease.V${version.replace('.', '_')}`;
}

/** Variables that read well, whatever the names of clusters are. */
function clusterVariable(name: string, mesh: MeshDeclaration): string {
  return `cluster${mesh.clusters.findIndex(cluster => cluster.name === name) + 1}`;
}

function handle(service: number, cluster: string, mesh: MeshDeclaration): string {
  const variable = `service${service + 1}`;
  return mesh.services[service].foreign ? variable : `${variable}of${clusterVariable(cluster, mesh).slice('cluster'.length)}`;
}

function record(fields: { [key: string]: string | undefined }): string {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return given.length === 0 ? '{}' : `{\n${given.map(([key, value]) => `  ${key}: ${value},\n`).join('')}}`;
}

function inline(fields: { [key: string]: string | undefined }): string {
  return `{ ${Object.entries(fields).filter(([, value]) => value !== undefined).map(([key, value]) => `${key}: ${value}`).join(', ')} }`;
}

function json(value: unknown): string {
  return JSON.stringify(value);
}

function text(value: string): string {
  return `'${value.replace(/[\\']/g, '\\$&')}'`;
}
