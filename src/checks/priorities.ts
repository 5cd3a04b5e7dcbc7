import type { DeclaredImport, DeclaredLocalImport, Declarations } from './declarations';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { exportersOf, ExportingCluster, hasHostname, versionsOf } from '../model/exporting-cluster';
import { gatewayHostOf, notExporting } from '../model/remote-service';

type AnyImport = DeclaredImport | DeclaredLocalImport;

/**
 * Priorities that would do nothing: for clusters that do not export, lost in the route that imports share at an egress gateway, or
 * among gateways known by a hostname.
 */
export function priorities({ imports, localImports }: Declarations): Problem[] {
  return [
    ...imports.flatMap(unknownClusters),
    ...sharedRoutes([...imports, ...localImports]),
    ...imports.filter(({ egressGateway }) => !egressGateway).flatMap(unorderedVersions),
    ...localImports.filter(({ egressGateway }) => !egressGateway).flatMap(unorderedHostnames),
    ...[...imports, ...localImports].filter(({ egressGateway }) => egressGateway !== undefined).flatMap(unorderedEgress),
  ];
}

/**
 * Versions of an import whose clusters have no order. Where a gateway is known by a hostname, istiod follows an order among the endpoints
 * of the host, and ignores it among those of a subset.
 */
function unorderedVersions(imported: DeclaredImport): Problem[] {
  const { exporters, ownExporter, routing } = imported;
  const all = [...exporters, ...ownExporter ? [ownExporter] : []];
  const isOrdered = (clusters: ExportingCluster[]) => ranksOf(clusters, imported).size > 1;
  const versions = (routing?.versions ?? []).filter(version => isOrdered(exportersOf(version, all)));
  return versions.length === 0 || !all.some(hasHostname) ? [] : [unordered(imported, versions, all)];
}

/**
 * Clusters that an import under a local name cannot place. The addresses behind a hostname come to proxies without the labels of an
 * order, so all of these clusters answer first among the remote ones.
 */
function unorderedHostnames(imported: DeclaredLocalImport): Problem[] {
  const { where, path, exporters, priority } = imported;
  const rankOf = ({ cluster }: ExportingCluster) => priority?._rankOf(cluster) ?? 1;
  const first = Math.min(...exporters.map(rankOf));
  const late = exporters.filter(exporter => hasHostname(exporter) && rankOf(exporter) > first).map(({ cluster }) => cluster);
  return late.length === 0 ? [] : [{
    code: MeshErrorCode.UNORDERED_CLUSTERS,
    where,
    path,
    what: 'under a local name, a cluster whose gateway is known by a hostname can only be first among the remote ones',
    got: late.join(', '),
    expected: 'IP addresses of these gateways, or a priority that names no cluster before them',
    fix: 'use IP addresses, change priority, or import the service under its global name',
  }];
}

/** The same in the route of an egress gateway, where only versions that some of the exporters lack are subsets. */
function unorderedEgress(imported: AnyImport): Problem[] {
  const { exporters } = imported;
  const versions = versionsOf(exporters).filter(version => {
    const having = exportersOf(version, exporters);
    return having.length < exporters.length && ranksOf(having, imported).size > 1;
  });
  return versions.length === 0 || !exporters.some(hasHostname) ? [] : [unordered(imported, versions, exporters)];
}

function unordered({ where, path, egressGateway, priority }: AnyImport, versions: string[], exporters: ExportingCluster[]): Problem {
  const byName = exporters.filter(hasHostname).map(({ cluster }) => cluster).sort();
  const isLocalFirstAlone = priority === undefined || priority.clusters.length === 0;
  return {
    code: MeshErrorCode.UNORDERED_CLUSTERS,
    where,
    path,
    what: 'istiod has no order of clusters for a version where a gateway is known by a hostname',
    got: `version ${versions.join(', ')}, with a hostname for ${byName.join(', ')}`,
    expected: 'IP addresses of the gateways, or clusters that answer alike',
    fix: egressGateway
      ? 'leave priority out, use IP addresses, or declare the same versions in every cluster'
      : `write priority: ClusterPriority.spread(), or use IP addresses${isLocalFirstAlone ? ', or write name: ImportName.local()' : ''}`,
  };
}

/** The ranks of clusters that serve an import; all alike where nothing says who answers first. */
function ranksOf(clusters: ExportingCluster[], { priority, ownExporter }: Partial<Pick<DeclaredImport, 'priority' | 'ownExporter'>>) {
  const isLocal = ({ cluster }: ExportingCluster) => cluster === ownExporter?.cluster;
  const localRank = priority?.isLocalFirst ?? true ? 0 : 1;
  return new Set(clusters.map(exporter => isLocal(exporter) ? localRank : priority?._rankOf(exporter.cluster) ?? 1));
}

/** A priority under the global name that names a cluster which does not export the service. The check of local names has its own. */
function unknownClusters(imported: DeclaredImport): Problem[] {
  const { priority, service } = imported;
  const unknown = priority ? notExporting(priority.clusters, service) : [];
  if (unknown.length === 0) {
    return [];
  }
  return [{
    code: MeshErrorCode.NO_EXPORTER,
    where: imported.where,
    path: imported.path,
    what: 'the priority names a cluster that does not export the service',
    got: unknown.join(', '),
    expected: service.exporters.map(({ cluster }) => cluster).join(', '),
    fix: 'correct the name, or export the service from that cluster',
  }];
}

/** Imports of one service through an egress gateway share its route, which follows one priority. */
function sharedRoutes(imports: AnyImport[]): Problem[] {
  const first = new Map<string, AnyImport>();
  return imports.filter(({ egressGateway }) => egressGateway !== undefined).flatMap(imported => {
    const { service, path } = imported;
    const key = gatewayHostOf(service);
    const other = first.get(key) ?? imported;
    first.set(key, other);
    const [expected, got] = [other, imported].map(({ priority }) => JSON.stringify(priority ?? 'none'));
    if (expected === got) {
      return [];
    }
    return [{
      code: MeshErrorCode.EXPORTERS_DISAGREE,
      where: `imports of ${service.name}.${service.namespace} through the egress gateway`,
      path,
      what: 'imports with different priorities share one route',
      got,
      expected,
      fix: 'give all imports of the service through the egress gateway the same priority',
    }];
  });
}
