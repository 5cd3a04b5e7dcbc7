import type { CallerDraft, ClusterDraft, ExporterDraft, GatewayDraft, ImportDraft, MeshDraft, ServiceDraft, VersionDraft } from './draft';
import { GATEWAY_PORT } from '../../../model/port-number';
import { exportServiceName } from '../../../names';
import type { PortFacts } from '../facts/entry-facts';
import { call, constant, construct, data, Expression, isEmptyObject, list, object, Statement, variable } from '../program/expression';
import { Names } from '../program/names';
import { APP } from '../program/run';

/** Name of the variable of the mesh. */
const MESH = 'mesh';

/** The statements of a program, and which part of the draft each of them is for. */
export interface Program {
  readonly statements: readonly Statement[];
  readonly ofImport: ReadonlyMap<ImportDraft, Statement>;
  readonly ofService: ReadonlyMap<ServiceDraft, readonly Statement[]>;
}

/** Writes a draft as a program: the mesh, its clusters, exports and imports, each by name. */
export function programOf(draft: MeshDraft, defaults: ReadonlyMap<string, { readonly [option: string]: Expression }>): Program {
  const names = new Names();
  const clusters = new Map(draft.clusters.map(cluster => [cluster.name, names.unique(cluster.name, `cluster-${cluster.name}`)]));
  const handles = new Map<ServiceDraft, string>();
  const ofImport = new Map<ImportDraft, Statement>();
  const ofService = new Map<ServiceDraft, readonly Statement[]>();
  const services = [...draft.services].sort((a, b) => a.host < b.host ? -1 : 1);
  const exports = services.flatMap(service => {
    const isImported = draft.imports.some(imported => imported.service === service);
    const statements = draft.replicated.has(service)
      ? [replicated(service, draft.imports, clusters)] : serviceStatements(service, draft, { clusters, names, handles, isImported });
    ofService.set(service, statements);
    return statements;
  });
  const imports = [...draft.imports].filter(({ service }) => !draft.replicated.has(service)).sort(byPlace).map(imported => {
    const statement = importStatement(imported, clusters.get(imported.cluster)!, handles.get(imported.service));
    ofImport.set(imported, statement);
    return statement;
  });
  const statements = [
    { comments: [], variable: MESH, expression: meshExpression(draft) },
    ...draft.clusters.flatMap(cluster => clusterStatements(cluster, clusters, defaults.get(cluster.name) ?? {})),
    ...exports,
    ...imports,
  ];
  const used = withoutUnused(statements);
  const current = new Map(statements.map((statement, i) => [statement, used[i]]));
  return { statements: used, ofImport, ofService: new Map([...ofService].map(([service, own]) => [service, own.map(one => current.get(one)!)])) };
}

function meshExpression({ release, suffix }: MeshDraft): Expression {
  return construct('Mesh', variable(APP), data('mesh'), object({
    istio: constant('IstioRelease', `V${release.replace('.', '_')}`),
    suffix: suffix === 'global' ? undefined : data(suffix),
  }));
}

function clusterStatements(
  cluster: ClusterDraft, variables: ReadonlyMap<string, string>, defaults: { readonly [option: string]: Expression },
): Statement[] {
  const { name, gateways, gatewayNamespace, gatewaySelector, istioNamespace, trustDomain, clusterDomain, locality, stubDomain } = cluster;
  const options = object({
    ingressGateway: gateways.length === 1 ? gatewayAddress(gateways[0]) : undefined,
    ingressGateways: gateways.length > 1 ? list(gateways.map(gatewayAddress)) : undefined,
    ingressGatewaySelector: gatewaySelector && data(gatewaySelector),
    ingressGatewayNamespace: optionalText(gatewayNamespace),
    egressGateway: egressExpression(cluster),
    istioNamespace: istioNamespace === 'istio-system' ? undefined : data(istioNamespace),
    trustDomain: trustDomain === 'cluster.local' ? undefined : data(trustDomain),
    trustDomainAliases: cluster.trustDomainAliases.length > 0 ? data(cluster.trustDomainAliases) : undefined,
    clusterDomain: clusterDomain === 'cluster.local' ? undefined : data(clusterDomain),
    locality: optionalText(locality),
    importDefaults: Object.keys(defaults).length > 0 ? object(defaults) : undefined,
    strictMtls: cluster.strictMtls ? data(true) : undefined,
  });
  const added = call(variable(MESH), 'addCluster', data(name), ...isEmptyObject(options) ? [] : [options]);
  return [
    { comments: cluster.comments, variable: variables.get(name), expression: added },
    ...stubDomain === undefined ? [] : [{
      comments: [],
      expression: construct('KubeDnsStubDomain', variable(variables.get(name)!), data('dns'), object({
        resolvers: data(stubDomain.resolvers), current: optionalText(stubDomain.current),
      })),
    }],
  ];
}

function egressExpression({ egress, istioNamespace }: ClusterDraft): Expression | undefined {
  if (egress === undefined) {
    return undefined;
  }
  const options = object({
    name: egress.name === 'istio-egressgateway' ? undefined : data(egress.name),
    namespace: egress.namespace === istioNamespace ? undefined : data(egress.namespace),
    selector: egress.selector && data(egress.selector),
  });
  const args = isEmptyObject(options) ? [] : [options];
  return egress.clusterIp === undefined
    ? call('EgressGateway', 'service', ...args) : call('EgressGateway', 'clusterIp', data(egress.clusterIp), ...args);
}

function gatewayAddress({ address, port }: GatewayDraft): Expression {
  return call('GatewayAddress', 'of', data(address), ...port === GATEWAY_PORT ? [] : [object({ port: data(port) })]);
}

interface ServiceScope {
  readonly clusters: ReadonlyMap<string, string>;
  readonly names: Names;
  readonly handles: Map<ServiceDraft, string>;
  readonly isImported: boolean;
}

function serviceStatements(service: ServiceDraft, draft: MeshDraft, { clusters, names, handles, isImported }: ServiceScope): Statement[] {
  const { name, namespace, exporters, isForeign } = service;
  const handle = isImported ? names.unique(name, `${name}-${namespace}`) : undefined;
  if (handle !== undefined) {
    handles.set(service, handle);
  }
  const own = exporters.filter(({ cluster }) => clusters.has(cluster));
  // An import reaches every exporter by the service that one of them returned. It is the first one that stays.
  const staying = own.find(({ retire }) => !retire) ?? own[0];
  const exports = own.map((exporter): Statement => ({
    comments: exporter.comments,
    variable: !isForeign && exporter === staying ? handle : undefined,
    expression: exportExpression(service, exporter, clusters.get(exporter.cluster)!, draft),
  }));
  return isForeign ? [...exports, { comments: foreignComments(service, clusters), variable: handle, expression: remoteService(service, draft) }] : exports;
}

function foreignComments({ exporters }: ServiceDraft, clusters: ReadonlyMap<string, string>): string[] {
  const others = exporters.map(({ cluster }) => cluster).filter(cluster => !clusters.has(cluster));
  return others.length === 0 ? [] : [`Exported by ${others.join(', ')}, of which no manifests were imported.`];
}

function exportExpression(service: ServiceDraft, exporter: ExporterDraft, cluster: string, { clusters }: MeshDraft): Expression {
  const { trustDomain } = clusters.find(({ name }) => name === exporter.cluster)!;
  return call(variable(cluster), 'exportService', data(service.name), object(exportFields(service, exporter, trustDomain)));
}

function exportFields(service: ServiceDraft, exporter: ExporterDraft, trustDomain: string): { [name: string]: Expression | undefined } {
  return {
    namespace: data(service.namespace),
    ports: ports(service.ports),
    serviceAccount: optionalText(exporter.serviceAccount),
    addresses: service.addresses.length > 0 ? data(service.addresses) : undefined,
    versions: exporter.versions.length > 0 ? list(exporter.versions.map(versionExpression)) : undefined,
    workloadSelector: exporter.workloadSelector && data(exporter.workloadSelector),
    allow: exporter.allow && list(exporter.allow.map(caller => callerExpression(caller, trustDomain))),
    onlyExportedPorts: exporter.onlyExportedPorts ? data(true) : undefined,
    podPorts: exporter.podPorts && data(exporter.podPorts),
    strictMtls: exporter.strictMtls ? data(true) : undefined,
    retire: exporter.retire ? data(true) : undefined,
  };
}

/** A service that each of its clusters exports and imports under its own name. */
function replicated(service: ServiceDraft, imports: readonly ImportDraft[], clusters: ReadonlyMap<string, string>): Statement {
  const targetPorts = imports.find(imported => imported.service === service)?.local?.targetPorts;
  const [exporter] = service.exporters;
  const fields = exportFields(service, exporter, 'cluster.local');
  return {
    comments: exporter.comments,
    expression: call(variable(MESH), 'replicateService', data(service.name), object({
      clusters: list(service.exporters.map(({ cluster }) => variable(clusters.get(cluster)!))),
      ...fields,
      targetPorts: targetPorts && data(targetPorts),
    })),
  };
}

function remoteService(service: ServiceDraft, draft: MeshDraft): Expression {
  const { name, namespace, subdomain, suffix, clusterDomain, addresses, exporters } = service;
  return construct('RemoteService', object({
    name: data(name),
    namespace: data(namespace),
    subdomain: optionalText(subdomain),
    ports: ports(service.ports),
    exporters: list(exporters.map(exporter => object({
      cluster: data(exporter.cluster),
      gateways: list((draft.clusters.find(cluster => cluster.name === exporter.cluster)?.gateways ?? exporter.gateways).map(gatewayAddress)),
      locality: optionalText(exporter.locality),
      serviceAccount: optionalText(exporter.serviceAccount),
      trustDomain: exporter.trustDomain === 'cluster.local' ? undefined : optionalText(exporter.trustDomain),
      versions: exporter.versions.length > 0 ? data(exporter.versions.map(version => version.name)) : undefined,
      versionLabels: versionLabels(exporter.versions),
      gatewayService: exporter.onlyExportedPorts ? data(exportServiceName(name)) : undefined,
    }))),
    suffix: suffix === 'global' ? undefined : data(suffix),
    clusterDomain: clusterDomain === 'cluster.local' ? undefined : data(clusterDomain),
    addresses: addresses.length > 0 ? data(addresses) : undefined,
    istio: constant('IstioRelease', `V${draft.release.replace('.', '_')}`),
  }));
}

function versionLabels(versions: readonly VersionDraft[]): Expression | undefined {
  const own = versions.flatMap(({ name, labels }) => labels && !isUsual(name, labels) ? [[name, labels] as const] : []);
  return own.length === 0 ? undefined : data(Object.fromEntries(own));
}

function ports(facts: readonly PortFacts[]): Expression {
  return list(facts.map(({ protocol, name, number }) => PORT_METHODS.includes(protocol)
    ? call('ServicePort', protocol, data(name), data(number)) : call('ServicePort', 'of', data(protocol), data(name), data(number))));
}

const PORT_METHODS = ['http', 'http2', 'grpc', 'tcp', 'tls', 'https', 'mongo', 'redis', 'mysql'];

function versionExpression({ name, labels }: VersionDraft): Expression {
  if (labels === undefined) {
    return call('ServiceVersion', 'existing', data(name));
  }
  return isUsual(name, labels) ? call('ServiceVersion', 'of', data(name)) : call('ServiceVersion', 'withLabels', data(name), data(labels));
}

function isUsual(name: string, labels: { readonly [key: string]: string }): boolean {
  return Object.keys(labels).length === 1 && labels.version === name;
}

function callerExpression(caller: CallerDraft, trustDomain: string): Expression {
  if ('any' in caller) {
    return call('AllowedCaller', 'anyWorkload');
  }
  const options = caller.trustDomain === trustDomain ? [] : [object({ trustDomain: data(caller.trustDomain) })];
  return caller.account === undefined
    ? call('AllowedCaller', 'namespace', data(caller.namespace), ...options)
    : call('AllowedCaller', 'serviceAccount', data(caller.namespace), data(caller.account), ...options);
}

function importStatement(imported: ImportDraft, cluster: string, service: string | undefined): Statement {
  const { namespace, viaEgress, local, addresses, priority, routing, policy, retire, comments } = imported;
  const options = object({
    namespace: local ? undefined : data(namespace),
    name: local && importName(local),
    priority,
    via: viaEgress ? call('ImportPath', 'egressGateway') : undefined,
    routing,
    addresses: addresses.length > 0 ? data(addresses) : undefined,
    ...policy,
    retire: retire ? data(true) : undefined,
  });
  return { comments, expression: call(variable(cluster), 'importService', variable(service ?? 'missing'), options) };
}

function importName({ createService, selector, versionLabels: labels, targetPorts }: NonNullable<ImportDraft['local']>): Expression {
  const options = object({
    createService: createService ? data(true) : undefined,
    selector: selector && data(selector),
    versionLabels: labels && data(labels),
    targetPorts: targetPorts && data(targetPorts),
  });
  return call('ImportName', 'local', ...isEmptyObject(options) ? [] : [options]);
}

/** A variable that nothing refers to would not compile where unused variables are errors. */
function withoutUnused(statements: readonly Statement[]): Statement[] {
  const text = JSON.stringify(statements.map(({ expression }) => expression));
  return statements.map(statement => {
    const { variable: name, ...others } = statement;
    return name === undefined || text.includes(JSON.stringify(variable(name))) ? statement : others;
  });
}

function byPlace(a: ImportDraft, b: ImportDraft): number {
  const key = ({ cluster, namespace, service, local }: ImportDraft) => [cluster, namespace, service.host, local ? 1 : 0].join(' ');
  return key(a) < key(b) ? -1 : 1;
}

function optionalText(value: string | undefined): Expression | undefined {
  return value === undefined ? undefined : data(value);
}
