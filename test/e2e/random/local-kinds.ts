import { isIP } from 'net';
import { ClusterDeclaration, ImportDeclaration, MeshDeclaration, ServiceDeclaration, clusterOf } from './declaration';
import type { Endpoint, ExpectedVips } from './expectation';
import { gatewayEndpoints, gatewayTiers, servingExports, versionsOf } from './serving';
import { clusterIpOf, homeLabels, isExportedFrom, podsIn } from './workloads';

/** A version of a port, or any version when its name is empty. */
interface PortOf {
  readonly port: number;
  readonly version: string;
}

/**
 * Whether a service can be imported under its local name: one SNI stands for it in every cluster, and one Service for its name. All
 * of its TCP ports are exported, since a local Service sends all of its ports to other clusters.
 */
export function canBeLocal(cluster: ClusterDeclaration, service: ServiceDeclaration, mesh: MeshDeclaration): boolean {
  const { name, namespace, onlyPorts, extraPorts } = service;
  const twins = mesh.services.filter(other => other.name === name && other.namespace === namespace);
  return clusterOf(mesh, service.exports[0].cluster).domain === cluster.domain && !onlyPorts && twins.length === 1
    && extraPorts.every(({ protocol }) => protocol === 'udp');
}

/** An egress gateway is one endpoint of the local Service: it has an address, and one account for all exporters. */
export function canLeaveLocally(cluster: ClusterDeclaration, service: ServiceDeclaration, mesh: MeshDeclaration): boolean {
  const accounts = new Set(servingExports({ service, cluster: cluster.name }, mesh).map(({ serviceAccount }) => serviceAccount));
  return cluster.egress?.clusterIp !== undefined && accounts.size === 1 && canBeLocal(cluster, service, mesh);
}

export function localHostOf({ service: { name, namespace }, cluster }: ImportDeclaration, mesh: MeshDeclaration): string {
  return `${name}.${namespace}.svc.${clusterOf(mesh, cluster).domain}`;
}

/** Options of an import under the local name: what the library cannot know of the Service. */
export function localName(imported: ImportDeclaration, mesh: MeshDeclaration): string {
  const { cluster, service, home } = imported;
  const isOwn = isExportedFrom(cluster, service);
  const options = {
    ...!isOwn && home === 'created' && { createService: true },
    ...(service.foreign || !service.exports[0].guarded) && { selector: { app: service.name } },
    ...versionLabels(imported, mesh),
  };
  return `ImportName.local(${Object.keys(options).length > 0 ? JSON.stringify(options) : ''})`;
}

function versionLabels({ cluster, service, home }: ImportDeclaration, mesh: MeshDeclaration): object {
  const own = service.exports.find(exported => exported.cluster === cluster);
  const hidden = (own?.versions ?? []).filter(({ existing }) => existing).map(({ name, labels }) => [name, labels]);
  const beside = own === undefined && home === 'pods'
    ? versionsOf({ cluster, service }, mesh).map(version => [version, homeLabels(version)]) : [];
  const named = [...hidden, ...beside];
  return named.length > 0 ? { versionLabels: Object.fromEntries(named) } : {};
}

/** The host is that of a Service, with its clusterIP. */
export function localVips({ cluster, service }: ImportDeclaration, mesh: MeshDeclaration): ExpectedVips {
  return { addresses: [clusterIpOf(cluster, service, mesh)], ranges: [] };
}

/** Local pods first, then gateways as the priority says. */
export function localTiers(imported: ImportDeclaration, { port, version }: PortOf, mesh: MeshDeclaration): Endpoint[][] {
  const alike = { kind: 'inOrder' as const, order: [], shares: {} };
  const exports = servingExports(imported, mesh);
  const { families } = clusterOf(mesh, imported.cluster);
  const endpointsOf = (cluster: ClusterDeclaration) => gatewayEndpoints(reachable(cluster, families));
  const remote = gatewayTiers({ ...imported, priority: imported.priority ?? alike }, { exports, version, endpointsOf }, mesh);
  return behindPods(imported, { port, version }, remote, mesh);
}

/**
 * A cluster without the gateways that pods of these families have no addresses for. istiod leaves them out where another gateway of
 * the cluster is known by a hostname: it then connects to addresses that it looks up itself.
 */
function reachable(cluster: ClusterDeclaration, families: number[]): ClusterDeclaration {
  const { gateways } = cluster;
  const isByName = gateways.some(({ address }) => isIP(address) === 0);
  return { ...cluster, gateways: gateways.filter(({ address }) => !isByName || isIP(address) === 0 || families.includes(isIP(address))) };
}

/** Local pods first, then the egress gateway, which chooses the cluster. */
export function localEgressTiers(imported: ImportDeclaration, portOf: PortOf, mesh: MeshDeclaration): Endpoint[][] {
  const { clusterIp } = clusterOf(mesh, imported.cluster).egress!;
  return behindPods(imported, portOf, [[{ address: `${clusterIp} port 15443`, weight: 1 }]], mesh);
}

function behindPods(imported: ImportDeclaration, { port, version }: PortOf, remote: Endpoint[][], mesh: MeshDeclaration): Endpoint[][] {
  const pods = localPods(imported, version, mesh).map(({ ip }) => ({ address: `${ip} port ${port}`, weight: 1 }));
  const tiers = imported.priority?.kind === 'spread' ? [[...pods, ...remote.flat()]] : [pods, ...remote];
  return tiers.filter(({ length }) => length > 0);
}

function localPods({ cluster, service }: ImportDeclaration, version: string, mesh: MeshDeclaration) {
  const pods = podsIn(cluster, service, mesh);
  if (version === '') {
    return pods;
  }
  const own = service.exports.find(exported => exported.cluster === cluster);
  const labels = own ? own.versions.find(({ name }) => name === version)?.labels : homeLabels(version);
  return labels ? pods.filter(pod => Object.entries(labels).every(([key, value]) => pod.labels[key] === value)) : [];
}

/** Whom a caller takes for the server: the accounts of local pods and those that exporters name, in every trust domain of the caller. */
export function localIdentities(imported: ImportDeclaration, mesh: MeshDeclaration): string[] {
  const { cluster, service } = imported;
  const { trustDomain, aliases } = clusterOf(mesh, cluster);
  const accounts = new Set([
    ...podsIn(cluster, service, mesh).map(({ serviceAccount }) => serviceAccount),
    ...servingExports(imported, mesh).flatMap(({ serviceAccount }) => serviceAccount ?? []),
  ]);
  return [...accounts].flatMap(account => [trustDomain, ...aliases]
    .map(domain => `spiffe://${domain}/ns/${service.namespace}/sa/${account}`)).sort();
}
