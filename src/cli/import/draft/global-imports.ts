import { DraftContext, isForGuide } from './context';
import type { ImportDraft, ServiceDraft } from './draft';
import { ExporterFacts, exporterOf, identitiesByExporter } from './exporters';
import { hostOfIdentity, identityOf, openedHostOf, ServiceIdentity } from './identity';
import { portOf } from './owners';
import { inOrderOfService } from './ports';
import { objectAt, objectsIn, textsIn } from '../../../checks/content';
import { orUndefined } from '../../../errors/mesh-error';
import { VipRange } from '../../../model/vip-range';
import { localHost } from '../../../names';
import { grouped } from '../../../written/cluster';
import { subsetsOf } from '../../../written/tls-policy';
import { EntryFacts, PortFacts, RemoteEndpoint } from '../facts/entry-facts';
import { priorityOf, ranked } from '../facts/priority';
import { routingOf, RoutingDraft } from '../facts/routing';
import { clusterOfSubset, clustersOfVersion, OwnedEndpoint } from '../facts/subsets';
import { data, Expression, object } from '../program/expression';

/** An entry, with the clusters behind its endpoints. */
interface OwnedEntry extends EntryFacts {
  readonly owned: readonly OwnedEndpoint[];
}

/** Services that are imported under global names, and their imports. */
export interface GlobalDrafts {
  readonly services: ServiceDraft[];
  readonly imports: ImportDraft[];
}

/** Reads the services and imports of entries, host by host. */
export function globalDrafts(facts: readonly EntryFacts[], context: DraftContext): GlobalDrafts {
  const byHost = [...grouped([...facts], ({ host }) => [host])].sort(([a], [b]) => a < b ? -1 : 1);
  const drafts = byHost.map(([host, entries]) => draftsOf(host, entries, context));
  return { services: drafts.map(({ service }) => service), imports: drafts.flatMap(({ imports }) => imports) };
}

function draftsOf(host: string, entries: EntryFacts[], context: DraftContext): { service: ServiceDraft; imports: ImportDraft[] } {
  const { inputs, owners, ledger, suffix } = context;
  const identity = identityOf(host, entries, inputs.services, suffix);
  const serviceHosts = [openedHostOf(identity), localHost(identity)];
  const owned = entries.map((facts): OwnedEntry => ({
    ...facts, owned: facts.endpoints.map(endpoint => ({ endpoint, owner: owners.ownerOf(endpoint, facts, serviceHosts) })),
  }));
  const service = serviceOf(host, identity, owned, context);
  if (hostOfIdentity(identity) !== host) {
    entries.forEach(({ entry }) => ledger.refuse(entry, `callers use ${host}, and the SNI leads to the Service `
      + `${identity.namespace}/${identity.name}: the program names it ${hostOfIdentity(identity)}`));
  }
  const imports = owned.flatMap(facts => importingNamespaces(facts, context)
    .map(namespace => importOf({ ...facts, namespace }, service, identity, context)));
  return { service, imports: unique(imports) };
}

/** The namespaces that see an entry, where it names them: each gets an import. An entry for all namespaces is imported into its own. */
function importingNamespaces({ visibleIn, namespace }: EntryFacts, context: DraftContext): readonly string[] {
  return isForGuide(context) || visibleIn.includes('*') ? [namespace] : visibleIn;
}

/** One import for each namespace: entries for one host that a namespace sees twice are told apart by the comparison. */
function unique(imports: ImportDraft[]): ImportDraft[] {
  return [...new Map(imports.reverse().map(imported => [`${imported.cluster} ${imported.namespace}`, imported])).values()].reverse();
}

function serviceOf(host: string, identity: ServiceIdentity, entries: OwnedEntry[], context: DraftContext): ServiceDraft {
  const { inputs } = context;
  const known = inputs.services.find(service => service.host === host);
  // Under another suffix, a service of the same name is one of another mesh.
  const own = identity.suffix === context.suffix ? [...inputs.clusters.values()] : [];
  const opening = own.filter(({ opened }) => opened.some(candidate => candidate.host === openedHostOf(identity)));
  const reached = new Set(entries.flatMap(({ owned }) => owned.map(({ owner }) => owner)));
  const clusters = [...new Set([...reached, ...opening.map(({ name }) => name), ...exporterNames(known)])].sort();
  const identities = [...new Set(entries.flatMap(facts => facts.identities))].sort();
  const byExporter = identitiesByExporter(clusters, identities, cluster => trustDomainOf(cluster, inputs));
  const exporters = clusters.map(cluster => exporterOf({
    ...exporterFacts(cluster, identity, entries, reached, context), identity: byExporter.get(cluster),
  }, identity, context));
  const { name, namespace, subdomain, suffix, clusterDomain } = identity;
  return {
    host,
    name,
    namespace,
    subdomain,
    suffix,
    clusterDomain,
    ports: inOrderOfService(portsIn(entries), identity, inputs),
    addresses: sharedVips(entries),
    exporters,
    // Exports of a mesh all have its suffix.
    isForeign: suffix !== context.suffix || clusters.some(cluster => !inputs.clusters.has(cluster)),
  };
}

/** Trust domain of a cluster, as far as its install values say. */
function trustDomainOf(cluster: string, { clusters }: DraftContext['inputs']): string | undefined {
  const settings = clusters.get(cluster)?.settings;
  return settings?.file ? settings.trustDomain : undefined;
}

function exporterNames(known: any): string[] {
  return objectsIn(known?.exporters).map(({ cluster }) => String(cluster));
}

function exporterFacts(
  cluster: string, identity: ServiceIdentity, entries: OwnedEntry[], reached: ReadonlySet<string>, { owners, inputs }: DraftContext,
): ExporterFacts {
  const endpoints = entries.flatMap(({ owned }) => owned.filter(({ owner }) => owner === cluster).map(({ endpoint }) => endpoint));
  const others = entries.filter(facts => facts.cluster.name !== cluster);
  const known = inputs.services.find(({ name, namespace }) => name === identity.name && namespace === identity.namespace);
  const versions = others.flatMap(facts => facts.subsets
    .filter(subset => clusterOfSubset(subset, facts.owned, isVersionOf(identity, inputs)) === undefined)
    .filter(subset => clustersOfVersion(subset, facts, facts.owned).includes(cluster)).map(({ name }) => name));
  return {
    cluster,
    gateways: [...distinct(endpoints), ...endpoints.length === 0 ? owners.addressesOf(cluster) : []],
    locality: endpoints.find(({ locality }) => locality !== undefined)?.locality,
    versions: [...new Set(versions)].sort(),
    // A catalog leaves out exports that retire. Without one, an exporter that no other cluster reaches may be the only one.
    isUsed: reached.has(cluster) || (known ? exporterNames(known).includes(cluster) : others.length === 0),
  };
}

/** Whether a subset is a version: the cluster that it leads to has a subset of that name. */
function isVersionOf(identity: ServiceIdentity, inputs: DraftContext['inputs']) {
  return (subset: string, cluster: string): boolean => {
    const rules = inputs.clusters.get(cluster)?.withHost('DestinationRule', openedHostOf(identity)) ?? [];
    return rules.some(rule => subsetsOf(rule).includes(subset));
  };
}

function distinct(endpoints: readonly RemoteEndpoint[]): { address: string; port: number }[] {
  const found = endpoints.map(endpoint => ({ address: endpoint.address, port: portOf(endpoint) }));
  return [...new Map(found.map(gateway => [`${gateway.address} ${gateway.port}`, gateway])).values()];
}

/** Ports of all entries for a host. Where entries differ, the comparison says so. */
function portsIn(entries: readonly EntryFacts[]): PortFacts[] {
  const ports = entries.flatMap(facts => facts.ports);
  return [...new Map(ports.reverse().map(port => [port.number, port])).values()].sort((a, b) => a.number - b.number);
}

/** VIPs that every entry has, unless they are those that a program gives anyway. */
function sharedVips(entries: readonly EntryFacts[]): readonly string[] {
  const [first, ...others] = entries.map(ownVips);
  return first !== undefined && others.every(vips => vips.join() === first.join()) ? first : [];
}

/** VIPs of an entry, unless they are those that a program gives anyway, or those that it refuses. */
function ownVips({ vips, host }: EntryFacts): readonly string[] {
  const isUsual = vips.join() === [...VipRange.ipv4().addressesOf(host)].sort().join();
  return isUsual || orUndefined(() => VipRange._chosen([...vips], host)) === undefined ? [] : vips;
}

function importOf(facts: OwnedEntry, service: ServiceDraft, identity: ServiceIdentity, context: DraftContext): ImportDraft {
  const { ledger, inputs } = context;
  const importer = facts.cluster.name;
  const meaning = {
    host: facts.host,
    clusterOf: (name: string) => {
      const subset = facts.subsets.find(candidate => candidate.name === name);
      return subset && clusterOfSubset(subset, facts.owned, isVersionOf(identity, inputs));
    },
  };
  const [route] = facts.routes;
  const routing: RoutingDraft = route ? routingOf(route, facts.ports, meaning) : {};
  if (routing.reason !== undefined) {
    ledger.refuse(route, routing.reason);
  }
  const remote = facts.owned.filter(({ owner }) => owner !== importer);
  const behind = facts.egressObjects.find(({ kind }) => kind === 'DestinationRule');
  const hasLocal = facts.egress === undefined && remote.length < facts.owned.length;
  const vips = ownVips(facts);
  const sources = [facts.entry, ...facts.rules.slice(0, 1), ...route
    && routing.reason === undefined ? [route] : [], ...facts.egressObjects];
  sources.forEach(source => ledger.take(source));
  noteReplaced(facts, context);
  return {
    cluster: importer,
    namespace: facts.namespace,
    service,
    viaEgress: facts.egress !== undefined,
    addresses: service.addresses.join() === vips.join() ? [] : vips,
    priority: isForGuide(context) ? undefined : priorityOf(ranked(remote), behind ?? facts.rules[0], hasLocal),
    routing: routing.routing,
    policy: policyOf(routing),
    retire: false,
    comments: visibilityComments(facts, context),
    sources,
  };
}

/** The rules of the guide that a program needs no more: those for versions of the local host, beside the import. */
function noteReplaced({ cluster, namespace, host, rules }: EntryFacts, { ledger }: DraftContext): void {
  rules.slice(1)
    .forEach(rule => ledger.refuse(rule, `Istio merges it with ${rules[0].name}, or ignores it: the program writes one rule for ${host}`));
  const [name, serviceNamespace] = host.split('.');
  const { clusterDomain } = cluster.settings;
  const local = cluster.forHost('DestinationRule', localHost({ name, namespace: serviceNamespace, clusterDomain }), namespace)
    .filter(rule => rule.namespace === namespace && namespace !== serviceNamespace && subsetsOf(rule).length > 0);
  local.forEach(rule => ledger.replace(rule, 'versions of the local host are those of the exporting cluster'));
}

function policyOf({ timeout, retries, httpRoute }: RoutingDraft): { readonly [option: string]: Expression } {
  return {
    ...timeout && { timeout },
    ...retries && { retries },
    ...httpRoute && { overrides: object({ httpRoute: data(httpRoute) }) },
  };
}

/** On supported releases, an import is seen by its namespace alone. */
function visibilityComments(facts: EntryFacts, context: DraftContext): string[] {
  const { visibleIn, namespace, host, cluster } = facts;
  if (isForGuide(context) || !visibleIn.includes('*')) {
    return [];
  }
  const where = 'every namespace';
  context.ledger.decide(`${host} was visible in ${where} of ${cluster.name}, and the program imports it into ${namespace} alone: `
    + 'add an import for each other namespace that calls it');
  return [`Was visible in ${where}. Add an import for each other namespace that calls it.`];
}

/** Names in the specification of an entry that a program never writes. */
export function unsupportedFields({ content }: EntryFacts['entry']): string[] {
  const { workloadSelector, ports } = objectAt(content.spec);
  const targets = objectsIn(ports).filter(({ targetPort, number }) => targetPort !== undefined && targetPort !== number);
  return [
    ...workloadSelector === undefined ? [] : ['workloadSelector'],
    ...targets.length > 0 ? [`targetPort of ${textsIn(targets.map(({ name }) => name)).join(', ')}`] : [],
  ];
}

