import type { ClusterDraft, ImportDraft, MeshDraft, ServiceDraft } from './draft';
import { replicated, serviceStatements } from './service-statements';
import { gatewayAddress, MESH, optionalText } from './shared-expressions';
import { call, constant, construct, data, Expression, isEmptyObject, list, object, Statement, variable } from '../program/expression';
import { Names } from '../program/names';
import { APP } from '../program/run';

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
  return {
    statements: used,
    ofImport,
    ofService: new Map([...ofService].map(([service, own]) => [service, own
      .map(one => current.get(one)!)])),
  };
}

function meshExpression({ release, suffix, common: { meshId, labels, annotations } }: MeshDraft): Expression {
  return construct('Mesh', variable(APP), data('mesh'), object({
    istio: constant('IstioRelease', `V${release.replace('.', '_')}`),
    meshId: meshId === 'mesh1' ? undefined : optionalText(meshId),
    suffix: suffix === 'global' ? undefined : data(suffix),
    labels: Object.keys(labels).length > 0 ? data(labels) : undefined,
    annotations: Object.keys(annotations).length > 0 ? data(annotations) : undefined,
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
export function withoutUnused(statements: readonly Statement[]): Statement[] {
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
