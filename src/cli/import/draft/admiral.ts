import type { DraftContext } from './context';
import { objectAt, objectsIn, textsIn } from '../../../checks/content';
import { selects, WrittenCluster } from '../../../written/cluster';
import type { Manifest } from '../../../written/manifest';
import type { EntryFacts } from '../facts/entry-facts';

/** Annotation by which Admiral marks what it generates. */
const CREATED_BY = 'app.kubernetes.io/created-by';

/** Label or annotation that names what runs in a workload, by default. */
const IDENTITY = 'identity';

/** An entry that Admiral generated, and the Service that it leads to. */
export interface AdmiralEntry {
  readonly facts: EntryFacts;
  /** Host of the Service, such as `greeting.sample.svc.cluster.local`; undefined where no cluster that runs it is imported. */
  readonly service?: string;
}

/** Whether Admiral generated an entry: by its mark, or by its name and the namespace that it writes into. */
export function isOfAdmiral({ content, name, namespace }: Manifest): boolean {
  const { annotations, labels } = objectAt(content.metadata);
  return objectAt(annotations)[CREATED_BY] === 'admiral' || objectAt(labels)['admiral.io/env'] !== undefined
    || namespace === 'admiral-sync' && /-se$/.test(name);
}

/**
 * Entries of Admiral as entries of the Services behind them. Admiral names a host by environment and identity, such as
 * `stage.greeting.global`, and not by the Service. The cluster that runs the workload has an entry with the Service's own host; the others
 * have the gateway of that cluster.
 * @see https://github.com/istio-ecosystem/admiral/blob/master/docs/Architecture.md
 */
export function withoutAdmiral(facts: readonly EntryFacts[], context: DraftContext): EntryFacts[] {
  const { ledger, inputs } = context;
  const generated = facts.filter(({ entry }) => isOfAdmiral(entry));
  const services = new Map(generated.flatMap(fact => localHosts(fact).map(host => [fact.host, host] as const)));
  noteObjects(context);
  const translated = generated.flatMap(fact => {
    const service = services.get(fact.host);
    if (service === undefined) {
      ledger.refuse(fact.entry, `no imported cluster has an entry for ${fact.host} with the Service behind it: `
        + 'import the cluster that runs it too');
      return [];
    }
    return translatedEntries(fact, service, callersOf(fact, inputs.clusters), context);
  });
  return [...facts.filter(fact => !generated.includes(fact)), ...translated];
}

/** Hosts of local Services among the endpoints of an entry. */
function localHosts({ endpoints }: EntryFacts): string[] {
  return endpoints.map(({ address }) => address).filter(address => /^[^.]+\.[^.]+\.svc\./.test(address));
}

/** The entry of a Service for each namespace that calls it. */
function translatedEntries(
  fact: EntryFacts, service: string, callers: readonly string[], { ledger, suffix, inputs }: DraftContext,
): EntryFacts[] {
  const [name, namespace, , ...domain] = service.split('.');
  const host = `${name}.${namespace}.${suffix}`;
  const port = servicePort(name, namespace, [...inputs.clusters.values()]);
  const remote = fact.endpoints.filter(({ address }) => !/\.svc\./.test(address));
  const reason = `callers use ${fact.host}, which no Service is named after: the program names it ${host}`;
  if (remote.length === 0) {
    ledger.refuse(fact.entry, `callers use ${fact.host}, which no Service is named after: `
      + `callers in this cluster use ${name}.${namespace}`);
    fact.rules.forEach(rule => noteRule(rule, ledger));
    return [];
  }
  ledger.refuse(fact.entry, reason);
  fact.rules.forEach(rule => noteRule(rule, ledger));
  if (callers.length === 0) {
    ledger.decide(`no Dependency and no workload says which namespaces of ${fact.cluster.name} call ${fact.host}: `
      + `add an import of ${host} for each`);
  }
  const ports = fact.ports.map(entryPort => ({ ...entryPort, number: port ?? entryPort.number }));
  return callers.map(caller => ({
    ...fact,
    host,
    ports,
    namespace: caller,
    visibleIn: [caller],
    rules: [],
    routes: [],
    subsets: [],
    identities: [],
    endpoints: remote.map(endpoint => ({ ...endpoint, labels: {}, locality: undefined })),
    server: { port: ports[0]?.number ?? 80, subset: '', host: `${name}.${namespace}.svc.${domain.join('.')}` },
  }));
}

/** A rule of Admiral is replaced by that of the import, save for what it says beside mutual TLS and the default of Istio. */
function noteRule(rule: Manifest, ledger: DraftContext['ledger']): void {
  const { tls, loadBalancer, ...others } = objectAt(objectAt(rule.content.spec).trafficPolicy);
  const { simple, warmupDurationSecs, ...balancing } = objectAt(loadBalancer);
  const fields = [...Object.keys(others), ...Object.keys(balancing).map(field => `loadBalancer.${field}`)];
  if (fields.length > 0) {
    ledger.refuse(rule, `say ${fields.join(', ')} by options of the import: a policy or a priority`);
  } else {
    ledger.replace(rule, 'each import has a DestinationRule of its own');
  }
}

/** The port of a Service, where it has one alone: entries of Admiral all have port 80. */
function servicePort(name: string, namespace: string, clusters: readonly WrittenCluster[]): number | undefined {
  const [service] = clusters.flatMap(cluster => cluster.find('Service', '', namespace, name) ?? []);
  const ports = objectsIn(objectAt(service?.content.spec).ports).map(({ port }) => Number(port));
  return ports.length === 1 ? ports[0] : undefined;
}

/** Namespaces of a cluster whose workloads depend on the identity of an entry, by the objects of kind Dependency. */
function callersOf({ cluster, host, entry, visibleIn }: EntryFacts, clusters: ReadonlyMap<string, WrittenCluster>): string[] {
  const named = visibleIn.filter(namespace => namespace !== '*' && namespace !== entry.namespace);
  if (named.length > 0) {
    return named;
  }
  const identity = String(objectAt(entry.content.metadata.annotations)[IDENTITY] ?? objectAt(entry.content.metadata.labels)[IDENTITY]
    ?? host.split('.').slice(1, -1).join('.'));
  const sources = [...clusters.values()].flatMap(candidate => candidate.of('Dependency', 'admiral.io'))
    .filter(({ content }) => textsIn(objectAt(content.spec).destinations).some(target => target.toLowerCase() === identity.toLowerCase()))
    .map(({ content }) => String(objectAt(content.spec).source).toLowerCase());
  const workloads = ['Deployment', 'StatefulSet', 'DaemonSet'].flatMap(kind => cluster.of(kind, 'apps'));
  const calling = workloads.filter(({ content }) => {
    const { labels, annotations } = objectAt(objectAt(objectAt(content.spec).template).metadata);
    return sources.includes(String(objectAt(labels)[IDENTITY] ?? objectAt(annotations)[IDENTITY] ?? '').toLowerCase());
  });
  return [...new Set(calling.map(({ namespace }) => namespace))].sort();
}

/** Objects that only Admiral reads, and rules that it generates. */
function noteObjects({ inputs, ledger }: DraftContext): void {
  for (const cluster of inputs.clusters.values()) {
    cluster.of('Dependency', 'admiral.io')
      .forEach(dependency => ledger.replace(dependency, 'imports say which namespaces call which services'));
    cluster.manifests.filter(({ group, kind }) => group === 'admiral.io' && kind !== 'Dependency')
      .forEach(policy => ledger.refuse(policy, 'say it by priority, routing or a policy of the imports'));
    cluster.of('Gateway', 'networking.istio.io').filter(({ content }) => selects({}, content) && isOfAdmiral({ content } as Manifest))
      .forEach(gateway => ledger.replace(gateway, 'each export opens its own Service'));
  }
}
