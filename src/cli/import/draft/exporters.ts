import type { DraftContext } from './context';
import type { CallerDraft, ExporterDraft, GatewayDraft, VersionDraft } from './draft';
import { openedHostOf, ServiceIdentity } from './identity';
import { objectAt, objectsIn, textsIn } from '../../../checks/content';
import { exportServiceName } from '../../../names';
import { WrittenCluster, workloadSelectorOf } from '../../../written/cluster';
import type { Manifest } from '../../../written/manifest';
import { subsetLabelsOf, subsetsOf } from '../../../written/tls-policy';

/** Prefix of the names of rules that this library writes for an exported workload. */
const OWN_RULE = 'mesh.';

/** What importers say of an exporter. */
export interface ExporterFacts {
  readonly cluster: string;
  readonly gateways: readonly GatewayDraft[];
  readonly locality?: string;
  readonly versions: readonly string[];
  /** Identity of the server, such as `spiffe://cluster.local/ns/bar/sa/httpbin`. */
  readonly identity?: string;
  /** Whether some importer reaches it, or nobody imports the service. */
  readonly isUsed: boolean;
}

/** An exporter: what importers and the catalog say of it, and what the objects of its own cluster say. */
export function exporterOf(facts: ExporterFacts, identity: ServiceIdentity, { inputs, ledger, release }: DraftContext): ExporterDraft {
  const cluster = inputs.clusters.get(facts.cluster);
  const described = inputs.services.filter(({ name, namespace }) => name === identity.name && namespace === identity.namespace)
    .flatMap(({ exporters }) => objectsIn(exporters)).find(exporter => exporter.cluster === facts.cluster);
  const identityOfServer = parsedIdentity(facts.identity);
  const account = described ? described.serviceAccount : identityOfServer?.account;
  const stated = described ? textsIn(described.versions) : [];
  const labels = objectAt(described?.versionLabels);
  const comments: string[] = [];
  const names = [...described ? stated : facts.versions].sort();
  const versions = names.map(name => cluster && inputs.clusters.has(facts.cluster)
    ? versionIn(cluster, identity, name, { ledger, release }, comments)
    : { name, labels: objectAt(labels[name] ?? { version: name }) });
  return {
    cluster: facts.cluster,
    gateways: facts.gateways,
    versions,
    comments,
    ...typeof account === 'string' && { serviceAccount: account },
    trustDomain: (cluster?.settings.file ? cluster.settings.trustDomain : undefined) ?? described?.trustDomain
      ?? identityOfServer?.trustDomain,
    locality: described?.locality ?? facts.locality,
    workloadSelector: described?.workloadSelector,
    onlyExportedPorts: identity.onlyExportedPorts,
    strictMtls: false,
    retire: !facts.isUsed,
    ...cluster && rulesIn(cluster, identity, { ledger }),
  };
}

/** The parts of an identity such as `spiffe://cluster.local/ns/bar/sa/httpbin`. */
export function parsedIdentity(identity: string | undefined): { readonly trustDomain: string; readonly account: string } | undefined {
  const [, trustDomain, account] = /^spiffe:\/\/([^/]+)\/ns\/[^/]+\/sa\/(.+)$/.exec(identity ?? '') ?? [];
  return trustDomain === undefined ? undefined : { trustDomain, account };
}

/**
 * One identity of the server for each exporter. An importer accepts all of them from each of the exporters, so it does not matter which
 * one is whose, unless the trust domain of the cluster says so.
 */
export function identitiesByExporter(
  clusters: readonly string[], identities: readonly string[], trustDomainOf: (cluster: string) => string | undefined,
): ReadonlyMap<string, string> {
  const fits = (cluster: string, identity: string) => [undefined, parsedIdentity(identity)?.trustDomain].includes(trustDomainOf(cluster));
  const given = new Map<string, string>();
  for (const cluster of [...clusters].sort((a, b) => Number(trustDomainOf(a) === undefined) - Number(trustDomainOf(b) === undefined))) {
    const fitting = identities.filter(identity => fits(cluster, identity));
    const free = fitting.find(identity => ![...given.values()].includes(identity));
    const [chosen] = [free, ...fitting, ...identities].filter(identity => identity !== undefined);
    if (chosen !== undefined) {
      given.set(cluster, chosen);
    }
  }
  return given;
}

/** A version, by the rule of the exporting cluster that defines it. */
function versionIn(
  cluster: WrittenCluster, identity: ServiceIdentity, name: string, { ledger, release }: Pick<DraftContext, 'ledger' | 'release'>,
  comments: string[],
): VersionDraft {
  const rules = cluster.withHost('DestinationRule', openedHostOf(identity)).filter(rule => subsetsOf(rule).includes(name));
  const own = rules.find(rule => rule.name === OWN_RULE + identity.name && rule.namespace === identity.namespace);
  const hasOwn = cluster.find('DestinationRule', 'networking.istio.io', identity.namespace, OWN_RULE + identity.name) !== undefined;
  const [rule] = own ? [own] : rules;
  if (rule === undefined) {
    comments.push(`No object of ${cluster.name} says which pods have the version ${name}: check the label "version: ${name}".`);
    return { name, labels: { version: name } };
  }
  if (rule === own) {
    ledger.take(rule);
  } else if (hasOwn) {
    ledger.leave(rule, 'it stays, and defines a version beside those of the export');
    return { name };
  } else if (isSubsetsAlone(rule)) {
    ledger.replace(rule, 'its subsets are versions of the export: the program writes DestinationRule '
      + `${identity.namespace}/${OWN_RULE}${identity.name}`);
  } else {
    ledger.leave(rule, 'it has settings for callers of its own cluster, so it stays and defines the versions of the export');
    return { name };
  }
  const labels = subsetLabelsOf(rule, name) ?? {};
  return { name, labels: release === '1.5' || Object.keys(labels).length > 0 ? labels : { version: name } };
}

/** Whether a rule defines subsets and says nothing else than what Istio does anyway. */
function isSubsetsAlone({ content }: Manifest): boolean {
  const { trafficPolicy, subsets, exportTo } = objectAt(content.spec);
  const { tls, ...others } = objectAt(trafficPolicy);
  const isMutual = tls === undefined || Object.keys(objectAt(tls)).length === 1 && objectAt(tls).mode === 'ISTIO_MUTUAL';
  return isMutual && Object.keys(others).length === 0 && exportTo === undefined
    && objectsIn(subsets).every(subset => subset.trafficPolicy === undefined);
}

type RuleDraft = Partial<Pick<ExporterDraft, 'allow' | 'strictMtls' | 'workloadSelector' | 'podPorts'>>;

/** What the rules that this library writes for an exported workload say. */
function rulesIn(
  cluster: WrittenCluster, { name, namespace, onlyExportedPorts, subdomain }: ServiceIdentity, { ledger }: Pick<DraftContext, 'ledger'>,
): RuleDraft {
  const policy = cluster.find('AuthorizationPolicy', 'security.istio.io', namespace, OWN_RULE + name);
  const allow = policy && callersIn(policy);
  const strict = cluster.find('PeerAuthentication', 'security.istio.io', namespace, OWN_RULE + name);
  const isStrict = strict !== undefined && objectAt(objectAt(strict.content.spec).mtls).mode === 'STRICT';
  const service = onlyExportedPorts && subdomain === undefined
    ? cluster.find('Service', '', namespace, exportServiceName(name)) : undefined;
  [...policy && allow ? [policy] : [], ...isStrict ? [strict] : [], ...service ? [service] : []].forEach(manifest => ledger.take(manifest));
  const selector = service ? objectAt(objectAt(service.content.spec).selector)
    : policy && allow ? workloadSelectorOf(policy) : isStrict ? workloadSelectorOf(strict) : undefined;
  const podPorts = service ? podPortsOf(service) : {};
  return {
    ...allow && { allow },
    ...isStrict && { strictMtls: true },
    ...selector && { workloadSelector: selector },
    ...Object.keys(podPorts).length > 0 && { podPorts },
  };
}

function podPortsOf({ content }: Manifest): { readonly [port: string]: string } {
  const ports = objectsIn(objectAt(content.spec).ports).filter(({ port, targetPort }) => targetPort !== undefined && targetPort !== port);
  return Object.fromEntries(ports.map(({ name, targetPort }) => [String(name), String(targetPort)]));
}

/** The callers that a policy allows; undefined for a policy that says something else. */
function callersIn({ content }: Manifest): CallerDraft[] | undefined {
  const { action, rules } = objectAt(content.spec);
  const [rule, ...others] = objectsIn(rules);
  const principals = textsIn(objectAt(objectsIn(rule?.from)[0]?.source).principals);
  const callers = principals.map((principal): CallerDraft | undefined => {
    const [, trustDomain, namespace, account] = /^([^/]+)\/ns\/([^/]+)\/sa\/(.+)$/.exec(principal) ?? [];
    if (principal === '*') {
      return { any: true };
    }
    return namespace === undefined ? undefined : { namespace, trustDomain, ...account !== '*' && { account } };
  });
  const isKnown = action === 'ALLOW' && others.length === 0 && callers.length > 0;
  return isKnown && callers.every(caller => caller !== undefined) ? callers : undefined;
}
