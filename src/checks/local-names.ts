import { catalogLabels, exportedSelector, hasCatalogSelector } from './catalog-labels';
import { objectAt, objectsIn } from './content';
import type { DeclaredLocalImport, Declarations, ForeignManifest } from './declarations';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { catalogOriginOf } from '../model/catalog-origin';
import { IRemoteService, notExporting } from '../model/remote-service';

/**
 * The selector of a service: that of the Service in the chart, or the one that its exporters name. A catalog is no source of labels:
 * remote gateways would become endpoints of whatever Service selects them.
 */
export function selectorOf(declared: Declarations, service: IRemoteService): { [key: string]: string } | undefined {
  return declared.serviceAt(service)?.spec.selector ?? (catalogOriginOf(service) ? undefined : exportedSelector(service));
}

/** The names of the target ports of the Service in the chart, where they are named. */
export function targetPortsOf(declared: Declarations, service: IRemoteService): { [port: string]: string } {
  const ports = objectsIn(declared.serviceAt(service)?.spec.ports);
  return Object.fromEntries(ports.filter(port => typeof port.targetPort === 'string').map(port => [port.name, port.targetPort]));
}

/** The labels of the pods of each version that the cluster exports itself: a subset selects local pods and remote gateways alike. */
export function ownVersionLabels(
  { exports }: Declarations, { name, namespace }: IRemoteService,
): { [version: string]: { [key: string]: string } } {
  const own = exports.find(exported => exported.name === name && exported.namespace === namespace);
  return Object.fromEntries((own?.versions ?? []).flatMap(version => version.podLabels ? [[version.name, version.podLabels]] : []));
}

/** Imports under a local name that the Service or the objects beside it do not allow. */
export function localNames(declared: Declarations): Problem[] {
  if (declared.localImports.length === 0) {
    return [];
  }
  const rules = declared.manifests('DestinationRule', 'networking.istio.io');
  const entries = declared.manifests('WorkloadEntry', 'networking.istio.io');
  return declared.localImports.flatMap(imported => [
    ...unserved(imported),
    ...catalogLabels(imported).map(details => problem(imported, details)),
    ...serviceProblems(imported, declared.serviceAt(imported.service)),
    ...ruleProblems(imported, rules),
    ...entryProblems(imported, entries),
  ]);
}

type Details = Pick<Problem, 'what' | 'got' | 'expected' | 'fix'>;

function problem({ where, path }: DeclaredLocalImport, details: Details): Problem {
  return { code: MeshErrorCode.LOCAL_NAME, where, path, ...details };
}

function unserved(imported: DeclaredLocalImport): Problem[] {
  const { exporters, selector, service, localHost, priority, egressGateway } = imported;
  const accounts = [...new Set(exporters.map(({ serviceAccount }) => serviceAccount))];
  const domain = localHost.slice(`${service.name}.${service.namespace}.svc.`.length);
  const unknown = notExporting(priority?.clusters ?? [], service);
  return [
    ...exporters.length > 0 ? [] : [problem(imported, {
      what: 'no other cluster exports the service',
      got: service.exporters.map(({ cluster }) => cluster),
      expected: 'an exporter beside the importing cluster',
      fix: 'export it from another cluster, or remove the import',
    })],
    ...selector !== undefined || hasCatalogSelector(service) ? [] : [problem(imported, {
      what: 'the selector of the Service is unknown',
      expected: 'the labels of its pods, which the entries of remote gateways carry too',
      fix: `add workloadSelector to the export, or write ImportName.local({ selector: { app: '${service.name}' } })`,
    })],
    ...exporters.every(({ gatewayService }) => gatewayService === undefined) ? [] : [problem(imported, {
      what: 'the export opens a Service with its exported ports alone, and the SNI of a local name is that of the Service itself',
      got: exporters.filter(({ gatewayService }) => gatewayService !== undefined).map(({ cluster }) => cluster),
      expected: 'exports without onlyExportedPorts',
      fix: 'import the service under its global name, or remove onlyExportedPorts from the exports',
    })],
    ...domain === service.clusterDomain ? [] : [problem(imported, {
      what: 'the DNS domains of the clusters differ, and the SNI of a local name holds the domain',
      got: domain,
      expected: service.clusterDomain,
      fix: 'import the service under its global name',
    })],
    ...egressGateway === undefined || accounts.length < 2 ? [] : [problem(imported, {
      what: 'the exporters run as different service accounts, and the egress gateway is one endpoint with one account',
      got: accounts,
      expected: 'one service account in all clusters',
      fix: 'run the service as one account, or import it directly',
    })],
    ...unknown.length === 0 ? [] : [problem(imported, {
      what: 'the priority names a cluster that does not export the service',
      got: unknown.join(', '),
      expected: service.exporters.map(({ cluster }) => cluster).join(', '),
      fix: 'correct the name, or export the service from that cluster',
    })],
  ];
}

/** The Service in the same chart against what is imported: one name stands for one service in every cluster. */
function serviceProblems(imported: DeclaredLocalImport, service: ForeignManifest | undefined): Problem[] {
  if (!service) {
    return [];
  }
  const { selector: chosen, service: { ports } } = imported;
  const { clusterIP, type, selector } = service.spec;
  const own = objectsIn(service.spec.ports);
  if (type === 'ExternalName' || clusterIP === 'None') {
    return [problem(imported, {
      what: 'a Service that takes no endpoints of other clusters',
      got: type === 'ExternalName' ? type : 'headless',
      expected: 'a Service with a clusterIP',
      fix: 'add a Service with a clusterIP for the same pods, and import that',
    })];
  }
  const missing = ports.filter(
    ({ name, port }) => !own.some(candidate => candidate.port === port && (candidate.name ?? '') === name),
  );
  const selectsOthers = chosen !== undefined && Object.entries(objectAt(selector)).some(([key, value]) => chosen[key] !== value);
  return [
    ...missing.length === 0 ? [] : [problem(imported, {
      what: 'the Service has other ports than the exporters',
      got: own.map(port => `${port.name ?? ''} ${port.port}`),
      expected: ports.map(({ name, port }) => `${name} ${port}`).join(', '),
      fix: 'give the Service the same port names and numbers in every cluster: the SNI holds the number',
    })],
    ...selectsOthers ? [problem(imported, {
      what: 'the Service does not select the entries of remote gateways',
      got: chosen,
      expected: JSON.stringify(selector),
      fix: 'leave selector out, or write that of the Service',
    })] : [],
  ];
}

/** A rule of the user's own for the local host: Istio merges the rules of a host, and the settings of the oldest win. */
function ruleProblems(imported: DeclaredLocalImport, rules: ForeignManifest[]): Problem[] {
  const { localHost, service: { name, namespace } } = imported;
  const isFor = ({ metadata, spec }: ForeignManifest) => spec.host === localHost
    || spec.host === `${name}.${namespace}` || (spec.host === name && metadata.namespace === namespace);
  return rules.filter(rule => isFor(rule) && rule.spec.trafficPolicy !== undefined).map(rule => problem(imported, {
    what: `DestinationRule ${rule.metadata.namespace}/${rule.metadata.name} sets a trafficPolicy for the same host`,
    got: rule.spec.host,
    expected: 'one trafficPolicy for each host',
    fix: 'remove the trafficPolicy of the rule: with it, failover to other clusters may be lost',
  }));
}

/** An entry of the user's own that the Service selects would answer beside the remote gateways. */
function entryProblems(imported: DeclaredLocalImport, entries: ForeignManifest[]): Problem[] {
  const { selector = {}, namespace } = imported;
  const isSelected = ({ metadata, spec }: ForeignManifest) => metadata.namespace === namespace
    && Object.keys(selector).length > 0 && Object.entries(selector).every(([key, value]) => objectAt(spec.labels)[key] === value);
  return entries.filter(entry => isSelected(entry) && !entry.spec.network).map(entry => problem(imported, {
    what: `WorkloadEntry ${entry.metadata.namespace}/${entry.metadata.name} is an endpoint of the Service and names no network`,
    got: entry.spec.labels,
    expected: 'a network on every entry that is no workload of this cluster',
    fix: 'set network, or remove the entry: the gateway of this cluster would send requests of other clusters to it',
  }));
}
