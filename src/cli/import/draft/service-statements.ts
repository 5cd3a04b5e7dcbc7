import type { CallerDraft, ExporterDraft, ImportDraft, MeshDraft, ServiceDraft, VersionDraft } from './draft';
import { gatewayAddress, MESH, optionalText } from './shared-expressions';
import { exportServiceName } from '../../../names';
import type { PortFacts } from '../facts/entry-facts';
import { call, constant, construct, data, Expression, list, object, Statement, variable } from '../program/expression';
import type { Names } from '../program/names';

/** What the statements of a service refer to. */
export interface ServiceScope {
  readonly clusters: ReadonlyMap<string, string>;
  readonly names: Names;
  readonly handles: Map<ServiceDraft, string>;
  readonly isImported: boolean;
}

/** The exports of a service, and the service itself where clusters outside the mesh export it. */
export function serviceStatements(
  service: ServiceDraft, draft: MeshDraft, { clusters, names, handles, isImported }: ServiceScope,
): Statement[] {
  const { name, namespace, exporters, isForeign } = service;
  const handle = isImported ? names.unique(name, `${name}-${namespace}`) : undefined;
  if (handle !== undefined) {
    handles.set(service, handle);
  }
  const own = exporters.filter(({ cluster }) => clusters.has(cluster));
  // An import reaches every exporter by the service that one of them returned. It is the first one that stays.
  const staying = own.find(({ retire }) => !retire) ?? own[0];
  const exports = own.map((exporter): Statement => ({
    comments: [...exporter.comments, ...service.addresses.length > 0 && exporter === own[0] ? [KEPT_VIPS] : []],
    variable: !isForeign && exporter === staying ? handle : undefined,
    expression: exportExpression(service, exporter, clusters.get(exporter.cluster)!, draft),
  }));
  const foreign = { comments: foreignComments(service, clusters), variable: handle, expression: remoteService(service, draft) };
  return isForeign ? [...exports, foreign] : exports;
}

/** Why an export names VIPs. */
const KEPT_VIPS = 'The VIPs are those that callers use today.';

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
export function replicated(service: ServiceDraft, imports: readonly ImportDraft[], clusters: ReadonlyMap<string, string>): Statement {
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
      gateways: list((draft.clusters.find(cluster => cluster.name === exporter.cluster)?.gateways
        ?? exporter.gateways).map(gatewayAddress)),
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
