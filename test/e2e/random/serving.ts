import { isIPv6 } from 'net';
import {
  ClusterDeclaration, ExportDeclaration, ImportDeclaration, MeshDeclaration, ServiceDeclaration, clusterOf, hasReached,
} from './declaration';
import type { Endpoint } from './expectation';
import { exportServiceName } from '../../../src/names';

/** What of an import says who serves it. */
interface Importer {
  readonly service: ServiceDeclaration;
  readonly cluster: string;
}

/** The exports that serve an import: those of other clusters, without those that retire as long as one of them stays. */
export function servingExports({ service, cluster }: Importer, mesh: MeshDeclaration): ExportDeclaration[] {
  const others = service.exports.filter(exported => exported.cluster !== cluster);
  const staying = others.filter(exported => !isRetiring(exported, mesh));
  return staying.length > 0 ? staying : others;
}

/** Where sidecars connect to gateways themselves, a cluster that exports the service too reaches its own pods through its own gateway. */
export function withOwn(imported: ImportDeclaration, mesh: MeshDeclaration): ExportDeclaration[] {
  const own = imported.service.exports.filter(exported => exported.cluster === imported.cluster && !isRetiring(exported, mesh));
  return [...servingExports(imported, mesh), ...own];
}

export function isRetiring(exported: ExportDeclaration, mesh: MeshDeclaration): boolean {
  return exported.retire || hasReached(clusterOf(mesh, exported.cluster), 'CONSUMERS');
}

/** The host of a service outside its own clusters. */
export function hostOf({ name, namespace, suffix }: ServiceDeclaration): string {
  return `${name}.${namespace}.${suffix}`;
}

/** Every version that one of the exporters has. */
export function versionsOf(imported: Importer, mesh: MeshDeclaration): string[] {
  return [...new Set(servingExports(imported, mesh).flatMap(({ versions }) => versions.map(({ name }) => name)))].sort();
}

export function havingVersion(exports: ExportDeclaration[], version: string): ExportDeclaration[] {
  return exports.filter(({ versions }) => version === '' || versions.some(({ name }) => name === version));
}

/** A version, or any version when its name is empty, of what these exports are. */
interface VersionOf {
  readonly exports: ExportDeclaration[];
  readonly version: string;
  /** Where callers reach a cluster; by default at all of its gateways. */
  readonly endpointsOf?: (cluster: ClusterDeclaration) => string[];
}

/**
 * The gateways of exports, those first that answer first: the cluster's own, then others by the priority of the import. Where there
 * is neither, Istio prefers those that are near.
 */
export function gatewayTiers(
  { cluster: own, priority }: ImportDeclaration, { exports, version, endpointsOf = gatewayEndpoints }: VersionOf, mesh: MeshDeclaration,
): Endpoint[][] {
  const isByDistance = priority === undefined && !exports.some(({ cluster }) => cluster === own);
  const rankOf = (cluster: string) => {
    if (isByDistance) {
      return distance(clusterOf(mesh, own).locality, clusterOf(mesh, cluster).locality);
    }
    if (cluster === own) {
      return priority?.kind === 'spread' ? 1 : 0;
    }
    if (priority?.kind === 'inOrder') {
      return 1 + (priority.order.includes(cluster) ? priority.order.indexOf(cluster) : priority.order.length);
    }
    return priority?.kind === 'weights' && !priority.shares[cluster] ? 2 : 1;
  };
  const having = havingVersion(exports, version);
  const ranks = [...new Set(having.map(({ cluster }) => rankOf(cluster)))].sort();
  return ranks.map(rank => having.filter(({ cluster }) => rankOf(cluster) === rank).flatMap(({ cluster }) => {
    const addresses = endpointsOf(clusterOf(mesh, cluster));
    const share = priority?.kind === 'weights' && priority.shares[cluster];
    return addresses.map(address => ({ address, weight: share ? share / addresses.length : 1 }));
  }));
}

/** How far Istio takes two places to be apart: one that is unknown is near to others that are. */
function distance(here = '', there = ''): number {
  const [a, b] = [here, there].map(place => [...place.split('/'), '', ''].slice(0, 3));
  return 3 - [0, 1, 2].filter(i => a.slice(0, i + 1).join('/') === b.slice(0, i + 1).join('/')).length;
}

/** Where other clusters reach the ingress gateway of a cluster. */
export function gatewayEndpoints({ gateways, nodePort }: ClusterDeclaration): string[] {
  return gateways.map(({ address, port }) => `${inOneSpelling(address)} port ${port ?? nodePort ?? 15443}`);
}

/** The SNI that an exporter's gateway knows a version of a Service's port by. */
export function sniOf({ service }: ImportDeclaration, port: number, version: string, mesh: MeshDeclaration): string {
  const { domain } = clusterOf(mesh, service.exports[0].cluster);
  return `outbound_.${port}_.${version}_.${openedService(service)}.${service.namespace}.svc.${domain}`;
}

/** The Service that the gateways of exporters open. */
export function openedService({ name, onlyPorts }: ServiceDeclaration): string {
  return onlyPorts ? exportServiceName(name) : name;
}

/** Whom a caller takes for the server: the accounts that exporters name, also in trust domains that its cluster takes for its own. */
export function identitiesOf(imported: ImportDeclaration, exports: ExportDeclaration[], mesh: MeshDeclaration): string[] {
  if (!exports.every(({ serviceAccount }) => serviceAccount !== undefined)) {
    return [];
  }
  const { aliases } = clusterOf(mesh, imported.cluster);
  return [...new Set(exports.flatMap(({ cluster, serviceAccount }) => [clusterOf(mesh, cluster).trustDomain, ...aliases]
    .map(trustDomain => `spiffe://${trustDomain}/ns/${imported.service.namespace}/sa/${serviceAccount}`)))].sort();
}

/** An address as manifests have it: URLs too have one spelling for each IPv6 address. */
function inOneSpelling(address: string): string {
  return isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}
