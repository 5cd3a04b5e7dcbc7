import { isDeepStrictEqual } from 'util';
import { entryDifferences, weightDivisor } from './entries';
import { addedText, lostFields, lostText } from './lost';
import { policyDifference, PolicyDifference } from './policies';
import { objectAt, objectsIn } from '../../../checks/content';
import { WrittenCluster } from '../../../written/cluster';
import type { Manifest } from '../../../written/manifest';
import { isOfLibrary } from '../draft/common-metadata';
import { destinationHosts, entryFactsOf, hostOf } from '../facts/entry-facts';
import { routingOf } from '../facts/routing';

/** How an object that was taken reads in the output of the program. */
export interface Comparison {
  /** Object of the program; undefined where it writes none. */
  readonly counterpart?: Manifest;
  /** What is lost, in words. */
  readonly reasons: readonly string[];
  /** Fields of a traffic policy that an option of the import can add. */
  readonly patch: PolicyDifference['patch'];
  /** The fields of the patch, in words. */
  readonly patchReasons: readonly string[];
}

const NOTHING: Omit<Comparison, 'counterpart'> = { reasons: [], patch: {}, patchReasons: [] };

/** Compares an object of a cluster with the one that the program writes for it. */
export function compared(manifest: Manifest, before: WrittenCluster, after: WrittenCluster, namespace: string): Comparison {
  const counterpart = counterpartOf(manifest, after, namespace);
  if (counterpart === undefined) {
    return { ...NOTHING, reasons: ['the program writes no such object'] };
  }
  switch (manifest.kind) {
    case 'ServiceEntry': return { ...NOTHING, counterpart, reasons: entryReasons(manifest, counterpart, before, after) };
    case 'DestinationRule':
      return { counterpart, ...policyDifference(manifest, counterpart, portsOf(manifest, counterpart, before, after)) };
    case 'VirtualService': return { ...NOTHING, counterpart, reasons: routeReasons(manifest, counterpart, after) };
    case 'ConfigMap': return { ...NOTHING, counterpart };
    default: return {
      ...NOTHING,
      counterpart,
      reasons: lostFields(manifest.content.spec, counterpart.content.spec, ['spec'])
        .map(lostText),
    };
  }
}

/** The object of the program that has the name, or that is for the same host in the namespace. */
function counterpartOf(manifest: Manifest, after: WrittenCluster, namespace: string): Manifest | undefined {
  const { kind, group, name } = manifest;
  const named = after.find(kind, group, manifest.namespace, name);
  const host = hostOf(manifest);
  const isForHost = ({ content, namespace: place }: Manifest) => hostOf({ content } as Manifest) === host && place === namespace;
  const opened = objectsIn(objectAt(manifest.content.spec).servers).flatMap(server => objectsIn([server.hosts]).flat());
  const opening = after.opened.find(candidate => opened.length > 0
    && candidate.host === String(opened[0]).replace(/^[^/]*\//, ''))?.gateway;
  if (named !== undefined && (hostOf(named) === host || !['ServiceEntry', 'DestinationRule', 'VirtualService'].includes(kind))) {
    return named;
  }
  if (kind === 'Gateway') {
    return named ?? opening;
  }
  const candidates = after.of(kind, group);
  return candidates.find(isForHost) ?? (kind === 'VirtualService' ? routeBesides(manifest, candidates, namespace) : undefined);
}

/** The guide of 1.5 routes the host of the local Service; later releases route the imported host. */
function routeBesides(manifest: Manifest, candidates: readonly Manifest[], namespace: string): Manifest | undefined {
  const destinations = objectsIn(objectAt(manifest.content.spec).http).flatMap(({ route }) => objectsIn(route))
    .map(({ destination }) => String(objectAt(destination).host));
  return candidates.find(candidate => candidate.namespace === namespace && destinations.includes(hostOf(candidate)));
}

/** Compares routes by what they say: they may be for another host, and a prefix may be an expression (`request-match.ts`). */
function routeReasons(manifest: Manifest, counterpart: Manifest, after: WrittenCluster): readonly string[] {
  const [entry] = after.withHost('ServiceEntry', hostOf(counterpart));
  const ports = objectsIn(objectAt(entry?.content.spec).ports).map(({ number }) => ({ number: Number(number) }));
  const [some, others] = [manifest, counterpart].map(route => routingOf(route, ports.length > 0 ? ports : [{ number: 0 }], {
    host: destinationHosts(route)[0] ?? '',
    clusterOf: subset => subset.replace(/^cluster-/, ''),
  }));
  // Routes of an egress gateway are no routing, and are compared as they stand.
  if (some.reason !== undefined) {
    return specReasons(manifest, counterpart);
  }
  return isDeepStrictEqual(some, others) ? [] : ['its routes are written otherwise'];
}

function entryReasons(manifest: Manifest, counterpart: Manifest, before: WrittenCluster, after: WrittenCluster): readonly string[] {
  const host = hostOf(counterpart);
  const hosts = new Set([host, hostOf(manifest)]);
  const [some] = entryFactsOf(before, hosts).filter(facts => facts.entry === manifest && hosts.has(facts.host));
  const [other] = entryFactsOf(after, hosts).filter(facts => facts.entry === counterpart && hosts.has(facts.host));
  if (some === undefined || other === undefined) {
    return specReasons(manifest, counterpart, inOneOrder);
  }
  return entryDifferences(some, other);
}

/** Differences of specifications. In an object that this library wrote, what is new changes its meaning as well as what is lost. */
function specReasons(before: Manifest, after: Manifest, formOf = (spec: any): any => spec): readonly string[] {
  const [some, others] = [before, after].map(({ content }) => formOf(content.spec));
  const added = isOfLibrary(before) ? lostFields(others, some, ['spec']).filter(({ after: known }) => known === undefined) : [];
  return [...lostFields(some, others, ['spec']).map(lostText), ...added.map(addedText)];
}

/** The specification of an entry in one form: the order of endpoints means nothing, and neither do weights, but for their ratio. */
function inOneOrder(spec: any): any {
  const endpoints = objectsIn(spec.endpoints);
  const divisor = weightDivisor(endpoints);
  const sorted = endpoints.map(({ weight, ...others }) => ({ ...others, ...typeof weight === 'number' && { weight: weight / divisor } }))
    .sort((a, b) => String(a.address) < String(b.address) ? -1 : 1);
  return { ...spec, endpoints: sorted };
}

/** Ports of the entry that a rule is for; the ports of the rule itself where there is no entry. */
function portsOf(rule: Manifest, counterpart: Manifest, before: WrittenCluster, after: WrittenCluster): { readonly number: number }[] {
  const host = hostOf(rule);
  const [entry] = [...before.withHost('ServiceEntry', host), ...after.withHost('ServiceEntry', hostOf(counterpart))];
  const service = before.service(host) ?? after.service(host);
  const named = [rule, counterpart].flatMap(({ content }) => objectsIn(objectAt(objectAt(content.spec).trafficPolicy).portLevelSettings))
    .map(setting => Number(objectAt(setting.port).number));
  const numbers = entry ? objectsIn(objectAt(entry.content.spec).ports).map(({ number }) => Number(number))
    : named.length > 0 ? named : objectsIn(objectAt(service?.content.spec).ports).map(({ port }) => Number(port));
  return [...new Set(numbers.length > 0 ? numbers : [0])].map(number => ({ number }));
}
