import { DraftContext, isForGuide } from './context';
import type { ClusterDraft, EgressDraft, GatewayDraft, ServiceDraft } from './draft';
import { gatewayAddresses, isIngress } from './owners';
import { stubDomainOf } from './stub-domain';
import { objectAt, objectsIn } from '../../../checks/content';
import { exportServiceName, localHost } from '../../../names';
import { WrittenCluster } from '../../../written/cluster';
import type { Manifest } from '../../../written/manifest';
import type { EntryFacts } from '../facts/entry-facts';
import { isEgress, localFactsOf } from '../facts/local-facts';

/** The clusters of the mesh: every cluster that is imported. */
export function clusterDrafts(services: readonly ServiceDraft[], facts: readonly EntryFacts[], context: DraftContext): ClusterDraft[] {
  return [...context.inputs.clusters.values()].map(cluster => clusterDraft(cluster, services, facts, context));
}

function clusterDraft(
  cluster: WrittenCluster, services: readonly ServiceDraft[], facts: readonly EntryFacts[], context: DraftContext,
): ClusterDraft {
  const { ledger, inputs } = context;
  const exported = services.filter(({ exporters }) => exporters.some(exporter => exporter.cluster === cluster.name));
  const opening = exported.flatMap(service => openingGateways(cluster, service));
  opening.forEach(gateway => ledger.take(gateway));
  const [gateway] = opening;
  const { settings } = cluster;
  const strict = cluster.find('PeerAuthentication', 'security.istio.io', rootNamespace(cluster, gateway), 'default');
  const isStrict = strict !== undefined && JSON.stringify(objectAt(strict.content.spec)) === JSON.stringify({ mtls: { mode: 'STRICT' } });
  if (isStrict) {
    ledger.take(strict);
  }
  const selecting = gateway ?? cluster.opened[0]?.gateway;
  const selector = selecting && objectAt(objectAt(selecting.content.spec).selector);
  const istioNamespace = rootNamespace(cluster, gateway);
  const gatewayNamespace = gateway?.namespace ?? cluster.of('Service').find(isIngress)?.namespace;
  const described = inputs.services.flatMap(({ exporters }) => objectsIn(exporters)).find(exporter => exporter.cluster === cluster.name);
  const locality = described?.locality ?? exported.flatMap(({ exporters }) => exporters)
    .find(exporter => exporter.cluster === cluster.name && exporter.locality !== undefined)?.locality;
  return {
    name: cluster.name,
    gateways: gatewaysOf(cluster, exported, described, context),
    istioNamespace,
    ...gatewayNamespace !== undefined && gatewayNamespace !== istioNamespace && !isForGuide(context) && { gatewayNamespace },
    ...selector && !isUsual(selector, 'ingressgateway') && { gatewaySelector: selector },
    egress: egressOf(cluster, facts),
    trustDomain: settings.file ? settings.trustDomain : described?.trustDomain ?? trustDomainIn(exported, cluster.name),
    trustDomainAliases: settings.trustDomainAliases,
    clusterDomain: settings.file ? settings.clusterDomain : exported[0]?.clusterDomain ?? settings.clusterDomain,
    locality: isForGuide(context) ? undefined : locality,
    strictMtls: isStrict && !isForGuide(context),
    ...isForGuide(context) && { stubDomain: stubDomainOf(cluster, context) },
    comments: [],
  };
}

/** Namespace of the control plane: what the install values say, or where a rule for the whole cluster stands, or the gateway. */
function rootNamespace(cluster: WrittenCluster, gateway: Manifest | undefined): string {
  const { file, istioNamespace } = cluster.settings;
  const strict = cluster.of('PeerAuthentication', 'security.istio.io').find(({ name, content }) => name === 'default'
    && objectAt(content.spec).selector === undefined && cluster.of('Gateway', 'networking.istio.io').some(
    candidate => candidate.namespace === content.metadata.namespace));
  return file ? istioNamespace : strict?.namespace ?? gateway?.namespace ?? istioNamespace;
}

/** Gateways of a cluster that open the Service of an export, and no other. */
function openingGateways(cluster: WrittenCluster, { name, namespace, clusterDomain }: ServiceDraft): Manifest[] {
  const hosts = [name, exportServiceName(name)].map(service => localHost({ name: service, namespace, clusterDomain }));
  return cluster.opened.filter(({ host, gateway }) => hosts.includes(host)
    && objectsIn(objectAt(gateway.content.spec).servers).length === 1)
    .map(({ gateway }) => gateway);
}

function gatewaysOf(
  cluster: WrittenCluster, services: readonly ServiceDraft[], described: any, { owners }: DraftContext,
): readonly GatewayDraft[] {
  const stated: GatewayDraft[] = objectsIn(described?.gateways)
    .map(({ address, port }) => ({ address: String(address), port: Number(port) }));
  const used = services.flatMap(({ exporters }) => exporters).filter(exporter => exporter.cluster === cluster.name)
    .flatMap(({ gateways }) => gateways);
  const found = [stated, used, gatewayAddresses(cluster), owners.addressesOf(cluster.name)].find(({ length }) => length > 0) ?? [];
  return [...new Map(found.map(gateway => [`${gateway.address} ${gateway.port}`, gateway])).values()];
}

function trustDomainIn(services: readonly ServiceDraft[], cluster: string): string {
  const domains = services.flatMap(({ exporters }) => exporters).filter(exporter => exporter.cluster === cluster)
    .flatMap(({ trustDomain }) => trustDomain ?? []);
  return domains.find(domain => domain !== 'cluster.local') ?? 'cluster.local';
}

/** The egress gateway that imports of a cluster use. */
function egressOf(cluster: WrittenCluster, facts: readonly EntryFacts[]): EgressDraft | undefined {
  const ofEntries = facts.filter(fact => fact.cluster === cluster && fact.egress !== undefined)
    .map(({ egress, egressObjects }) => ({ address: egress!, listener: egressObjects.find(({ kind }) => kind === 'Gateway') }));
  const ofLocal = localFactsOf(cluster).flatMap(({ endpoints }) => endpoints.filter(isEgress))
    .flatMap(({ address }) => address === undefined ? [] : [{ address, listener: listenerIn(cluster) }]);
  const [found] = [...ofEntries, ...ofLocal];
  const listener = found?.listener ?? listenerIn(cluster);
  const address = found?.address;
  if (address === undefined && listener === undefined) {
    return undefined;
  }
  const [, name, namespace] = /^([^.]+)\.([^.]+)\.svc\./.exec(address ?? '') ?? [];
  const selector = listener && objectAt(objectAt(listener.content.spec).selector);
  return {
    ...address !== undefined && name === undefined && { clusterIp: address },
    name: name ?? (listener ? listener.name.replace(/^mesh-/, '') : 'istio-egressgateway'),
    namespace: listener?.namespace ?? namespace ?? cluster.settings.istioNamespace,
    ...selector && !isUsual(selector, 'egressgateway') && { selector },
  };
}

/** The Gateway of an egress gateway that passes TLS on for other clusters. */
function listenerIn(cluster: WrittenCluster): Manifest | undefined {
  return cluster.of('Gateway', 'networking.istio.io').find(({ content, name }) => name.startsWith('mesh-')
    && objectsIn(objectAt(content.spec).servers).some(server => objectAt(server.tls).mode === 'PASSTHROUGH'));
}

function isUsual(selector: { readonly [key: string]: unknown }, istio: string): boolean {
  return Object.keys(selector).length === 1 && selector.istio === istio;
}
