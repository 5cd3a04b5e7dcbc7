import { DeclaredRouting, Declarations } from './declarations';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { hasHostname, versionsOf } from '../model/exporting-cluster';

/** A routing to clusters that cannot answer, or that cannot be told apart. */
export function routedClusters({ routings, localImports }: Declarations): Problem[] {
  return routings.filter(({ routing }) => routing.clusters.length > 0).flatMap((declared): Problem[] => {
    const { imported, routing, where, path } = declared;
    const problem = { code: MeshErrorCode.ROUTING, where, path };
    if (imported.egressGateway) {
      return [{
        ...problem,
        what: 'a routing by cluster through an egress gateway',
        got: routing.clusters,
        expected: 'a direct path: the egress gateway sees an SNI, which names no cluster',
        fix: 'use ClusterPriority, which the egress gateway follows for each connection, or remove via',
      }];
    }
    const byName = [...imported.exporters, ...imported.ownExporter ? [imported.ownExporter] : []].filter(hasHostname);
    if (byName.length > 0) {
      return [{
        ...problem,
        code: MeshErrorCode.UNORDERED_CLUSTERS,
        what: 'a routing by cluster where a gateway is known by a hostname, among whose endpoints istiod has no order',
        got: byName.map(({ cluster }) => cluster),
        expected: 'IP addresses of the gateways',
        fix: 'use IP addresses, or ClusterPriority.weights under the global name',
      }];
    }
    const known = clustersOf(declared, localImports.some(({ path: local }) => local === path));
    const unknown = routing.clusters.filter(cluster => !known.includes(cluster));
    const version = versionsOf(imported.exporters).find(name => routing.clusters.some(cluster => name === `cluster-${cluster}`));
    return [
      ...unknown.map(cluster => ({
        ...problem,
        what: 'a routing to a cluster that does not serve the import',
        got: cluster,
        expected: `one of ${known.join(', ')}`,
        fix: 'correct the name, or export the service from the cluster',
      })),
      ...version === undefined ? [] : [{
        ...problem,
        what: 'a version with the name of the subset that prefers a cluster',
        got: version,
        expected: 'versions that do not begin with "cluster-"',
        fix: 'rename the version',
      }],
    ];
  });
}

/** Clusters that can answer. Under a local name, pods of the importing cluster can, exported or not. */
function clustersOf({ imported: { exporters, ownExporter, importingCluster } }: DeclaredRouting, isLocal: boolean): string[] {
  const own = isLocal || ownExporter ? importingCluster : undefined;
  return [...exporters.map(({ cluster }) => cluster), ...own === undefined ? [] : [own]].sort();
}
