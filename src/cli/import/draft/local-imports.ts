import { isOfLibrary } from './common-metadata';
import type { DraftContext } from './context';
import type { ImportDraft, LocalDraft, ServiceDraft } from './draft';
import { ExporterFacts, exporterOf } from './exporters';
import { openedHostOf, ServiceIdentity } from './identity';
import { catalogPorts } from './ports';
import { objectAt, objectsIn } from '../../../checks/content';
import { grouped } from '../../../written/cluster';
import type { Manifest } from '../../../written/manifest';
import { subsetLabelsOf } from '../../../written/tls-policy';
import type { PortFacts } from '../facts/entry-facts';
import {
  egressObjectsFor, isEgress, localFactsOf, LocalEndpoint, LocalFacts, localVersions, portsOfService, selectorIn,
} from '../facts/local-facts';
import { isSpread, priorityOf, RankedEndpoint } from '../facts/priority';
import { routingOf, RoutingDraft } from '../facts/routing';
import { call, data, Expression, object } from '../program/expression';

/** Reads the imports under local names, and the services that no import under the global name knows yet. */
export function localDrafts(known: readonly ServiceDraft[], context: DraftContext): { services: ServiceDraft[]; imports: ImportDraft[] } {
  const facts = [...context.inputs.clusters.values()].flatMap(localFactsOf);
  const byService = [...grouped(facts, ({ name, namespace }) => [`${name}.${namespace}`])].sort(([a], [b]) => a < b ? -1 : 1);
  const drafts = byService.map(([, found]) => draftsOf(found, known, context));
  return {
    services: drafts.flatMap(({ service }) => service && !known.includes(service) ? [service] : []),
    imports: drafts.flatMap(({ imports }) => imports),
  };
}

function draftsOf(
  facts: LocalFacts[], known: readonly ServiceDraft[], context: DraftContext,
): { service?: ServiceDraft; imports: ImportDraft[] } {
  const [{ name, namespace }] = facts;
  const service = known.find(candidate => candidate.name === name && candidate.namespace === namespace && candidate.subdomain === undefined)
    ?? serviceOf(facts, context);
  if (service === undefined) {
    const objects = facts.flatMap(({ endpoints, rule, route }) => [...endpoints
      .map(({ entry }) => entry), ...rule ? [rule] : [], ...route ? [route] : []]);
    const reason = `no input says which ports the Service ${namespace}/${name} has: pass its Service too`;
    objects.forEach(manifest => context.ledger.refuse(manifest, reason));
    return { imports: [] };
  }
  return { service, imports: facts.map(found => importOf(found, service, context)) };
}

function serviceOf(facts: LocalFacts[], context: DraftContext): ServiceDraft | undefined {
  const { inputs, suffix } = context;
  const [{ name, namespace, cluster }] = facts;
  const described = inputs.services.find(candidate => candidate.name === name && candidate.namespace === namespace);
  const service = facts.find(found => found.service !== undefined)?.service
    ?? [...inputs.clusters.values()].flatMap(candidate => candidate.find('Service', '', namespace, name) ?? [])[0];
  const ports: PortFacts[] = described ? catalogPorts(described) : service ? portsOfService(service) : [];
  if (ports.length === 0) {
    return undefined;
  }
  const clusterDomain = described?.clusterDomain ?? cluster.settings.clusterDomain;
  const identity: ServiceIdentity = { name, namespace, suffix, clusterDomain, onlyExportedPorts: false };
  const openedBy = [...inputs.clusters.values()].filter(({ opened }) => opened.some(({ host }) => host === openedHostOf(identity)));
  const remotes = facts.flatMap(found => remoteEndpoints(found, context));
  const clusters = [...new Set([...remotes.map(({ owner }) => owner), ...openedBy.map(candidate => candidate.name)])].sort();
  const exporters = clusters.map(exporter => exporterOf(exporterFacts(exporter, facts, remotes, context), identity, context));
  return {
    name,
    namespace,
    suffix,
    clusterDomain,
    ports,
    exporters,
    host: `${name}.${namespace}.${suffix}`,
    addresses: [],
    isForeign: clusters.some(exporter => !inputs.clusters.has(exporter)),
  };
}

/** Remote gateways of an import: those of its entries, or those behind the egress gateway. */
function remoteEndpoints(
  facts: LocalFacts, { owners }: DraftContext,
): Array<RankedEndpoint & { readonly address?: string; readonly port?: number }> {
  const { cluster, endpoints } = facts;
  const direct = endpoints.filter(endpoint => !isEgress(endpoint));
  if (direct.length > 0) {
    return direct;
  }
  const [entry] = behindEgress(facts).filter(({ kind }) => kind === 'ServiceEntry');
  return objectsIn(objectAt(entry?.content.spec).endpoints).map(({ address, ports, labels = {}, weight }) => {
    const port = Number(Object.values(objectAt(ports))[0]);
    const endpoint = { address: String(address), ports: new Map([['tls', port]]), labels: objectAt(labels), weight };
    return { ...endpoint, port, owner: owners.ownerOf(endpoint, { cluster, host: facts.name, namespace: facts.namespace }, []) };
  });
}

function behindEgress({ cluster, name, namespace }: LocalFacts): Manifest[] {
  return egressObjectsFor(cluster, `${name}.${namespace}.svc.${cluster.settings.clusterDomain}`);
}

function exporterFacts(
  cluster: string,
  facts: readonly LocalFacts[],
  remotes: ReadonlyArray<RankedEndpoint & { readonly address?: string; readonly port?: number }>,
  { owners }: DraftContext,
): ExporterFacts {
  const own = remotes.filter(({ owner }) => owner === cluster);
  const gateways = own.flatMap(({ address, port }) => address === undefined || port === undefined ? [] : [{ address, port }]);
  const entries = facts.flatMap(({ endpoints }) => endpoints);
  const ofCluster = entries.filter(endpoint => endpoint.owner === cluster
    || isEgress(endpoint) && isBehindEgress(endpoint.version, cluster, remotes));
  const others = facts.filter(({ cluster: { name } }) => name !== cluster);
  return {
    cluster,
    gateways: gateways.length > 0 ? [...new Map(gateways
      .map(gateway => [JSON.stringify(gateway), gateway])).values()] : owners.addressesOf(cluster),
    versions: [...new Set(ofCluster.flatMap(({ version }) => version ?? []))].sort(),
    identity: ofCluster
      .flatMap(({ serviceAccount }) => serviceAccount === undefined ? [] : [`spiffe://cluster.local/ns/-/sa/${serviceAccount}`])[0],
    isUsed: own.length > 0 || others.length === 0,
  };
}

/** Whether the egress gateway passes a version on to a cluster: where only some clusters have it, their endpoints have a label for it. */
function isBehindEgress(version: string | undefined, cluster: string, remotes: readonly RankedEndpoint[]): boolean {
  const labelled = remotes.filter(({ labels }) => version !== undefined && labels[`version/${version}`] !== undefined);
  return labelled.length === 0 || labelled.some(({ owner }) => owner === cluster);
}

function importOf(facts: LocalFacts, service: ServiceDraft, context: DraftContext): ImportDraft {
  const { ledger } = context;
  const { cluster, name, namespace, endpoints, rule, route } = facts;
  const host = `${name}.${namespace}.svc.${cluster.settings.clusterDomain}`;
  const versions = localVersions(facts);
  const clusterOf = (subset: string) => versions.includes(subset)
    || !subset.startsWith('cluster-') ? undefined : subset.slice('cluster-'.length);
  const routing: RoutingDraft = route ? routingOf(route, service.ports, { host, clusterOf }) : {};
  if (route && routing.reason !== undefined) {
    ledger.refuse(route, routing.reason);
  }
  const viaEgress = endpoints.some(isEgress);
  const behind = viaEgress ? behindEgress(facts) : [];
  const sources = [
    ...endpoints.map(({ entry }) => entry), ...rule ? [rule] : [], ...route && routing.reason === undefined ? [route] : [], ...behind,
  ];
  const created = isCreated(facts) ? facts.service : undefined;
  const remoteGateways = cluster.of('Gateway', 'gateway.networking.k8s.io').filter(({ content }) => {
    const network: unknown = objectAt(content.metadata.labels)['topology.istio.io/network'];
    return endpoints.some(({ owner, address }) => owner === network && address === undefined);
  });
  remoteGateways.forEach(gateway => ledger.take(gateway));
  [...sources, ...created ? [created] : []].forEach(source => ledger.take(source));
  const remotes = remoteEndpoints(facts, context).filter(({ owner }) => owner !== cluster.name);
  return {
    cluster: cluster.name,
    namespace,
    service,
    viaEgress,
    local: localOf(facts, service, created !== undefined),
    addresses: [],
    priority: localPriority(facts, remotes, behind),
    routing: routing.routing,
    policy: policyOf(routing),
    retire: false,
    comments: [],
    sources: [...sources, ...created ? [created] : []],
  };
}

/**
 * The order of an import: that of its entries. Through an egress gateway, callers choose between local pods and the gateway, by a label
 * of the entry, and the egress gateway chooses among the clusters.
 */
function localPriority(
  { rule, endpoints }: LocalFacts, remotes: readonly RankedEndpoint[], behind: readonly Manifest[],
): Expression | undefined {
  const gateways = oncePerGateway(remotes);
  const egressRule = behind.find(({ kind }) => kind === 'DestinationRule');
  if (egressRule === undefined) {
    return priorityOf(gateways, rule, true);
  }
  if (endpoints.every(({ labels }) => labels['failover/1'] === undefined)) {
    return call('ClusterPriority', 'spread');
  }
  return priorityOf(gateways, undefined, false) ?? (isSpread(egressRule) ? call('ClusterPriority', 'localFirst') : undefined);
}

/** One entry for each version stands for the same gateway. */
function oncePerGateway(endpoints: readonly RankedEndpoint[]): RankedEndpoint[] {
  const key = ({ owner, address, port }: any) => `${owner} ${address} ${port}`;
  return [...new Map(endpoints.map(endpoint => [key(endpoint), endpoint])).values()];
}

function localOf(facts: LocalFacts, service: ServiceDraft, createService: boolean): LocalDraft {
  const selector = selectorIn(facts);
  const declared = service.exporters.find(({ workloadSelector }) => workloadSelector !== undefined)?.workloadSelector;
  const labels = facts.rule ? Object.fromEntries(localVersions(facts).map(name => [name, subsetLabelsOf(facts.rule!, name) ?? {}])) : {};
  const known = Object.fromEntries(service.exporters.flatMap(({ versions }) => versions.map(version => [version.name, version.labels])));
  const own = Object.entries(labels).filter(([name, value]) => Object.keys(value).length > 0
    && JSON.stringify(known[name] ?? { version: name }) !== JSON.stringify(value));
  const targetPorts = targetPortsOf(facts, service);
  return {
    createService,
    ...Object.keys(selector).length > 0 && JSON.stringify(declared) !== JSON.stringify(selector) && { selector },
    ...own.length > 0 && { versionLabels: Object.fromEntries(own) },
    ...Object.keys(targetPorts).length > 0 && { targetPorts },
  };
}

/** Names of target ports: entries have them beside the names of ports. */
function targetPortsOf({ endpoints, service: manifest }: LocalFacts, { ports }: ServiceDraft): { readonly [port: string]: string } {
  const names = ports.map(({ name }) => name);
  const targets = (endpoints[0] as LocalEndpoint | undefined)?.portNames.filter(name => !names.includes(name)) ?? [];
  if (targets.length === 0) {
    return {};
  }
  const stated = objectsIn(objectAt(manifest?.content.spec).ports)
    .flatMap(({ name, targetPort }) => typeof targetPort === 'string' && targets.includes(targetPort) ? [[String(name), targetPort]] : []);
  return stated.length > 0 ? Object.fromEntries(stated) : Object.fromEntries(targets.map((target, i) => [names[i] ?? target, target]));
}

/** Whether the Service is one that an import of this library created: it says nothing else, and no workload belongs to it. */
function isCreated({ service, cluster, name, namespace }: LocalFacts): boolean {
  if (service === undefined || cluster.opened.some(({ host }) => host === `${name}.${namespace}.svc.${cluster.settings.clusterDomain}`)) {
    return false;
  }
  const { selector, ports, ...others } = objectAt(service.content.spec);
  const { name: _, namespace: __, ...metadata } = objectAt(service.content.metadata);
  if (isOfLibrary(service)) {
    return true;
  }
  const isOwn = objectsIn(ports).every(port => Object.keys(port).sort().join() === 'appProtocol,name,port,protocol,targetPort');
  return isOwn && selector !== undefined && Object.keys(others).length === 0 && Object.keys(metadata).length === 0;
}

function policyOf({ timeout, retries, httpRoute }: RoutingDraft): { readonly [option: string]: Expression } {
  return {
    ...timeout && { timeout }, ...retries && { retries }, ...httpRoute && { overrides: object({ httpRoute: data(httpRoute) }) },
  };
}
