import { Construct } from 'constructs';
import type { ClusterSettings } from './cluster-settings';
import type { ExportedService } from './exported-service';
import type { ImportedService } from './imported-service';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dialectOf } from '../istio/dialects';
import type { InstallFile } from '../model/install-file';
import { localHost } from '../names';
import { kialiFile } from '../observability/kiali';
import { MeshObservability } from '../observability/mesh-observability';

/** What alerts are about, as it is at synth. */
interface WatchedCluster {
  readonly imports: ImportedService[];
  readonly exports: ExportedService[];
}

/** Adds the alerts and the dashboard of a cluster, where they are asked for. Throws on Istio 1.5, whose metrics are not known. */
export function addObservability(scope: Construct, settings: ClusterSettings, watched: WatchedCluster): void {
  const { name: cluster, observability, istio, istioNamespace, clusterDomain, mesh: { suffix } } = settings;
  if (!observability) {
    return;
  }
  if (!dialectOf(istio).installsGatewayServices) {
    throw new MeshError({
      code: MeshErrorCode.RELEASE,
      where: `observability of '${cluster}'`,
      what: `the metrics of Istio ${istio.version} are not known`,
      fix: 'leave observability out for this cluster, or use a supported release',
    });
  }
  const props = { namespace: istioNamespace, ...observability, cluster, suffix };
  new MeshObservability(scope, 'mesh-observability', props)._watch(() => ({
    suffix,
    localHosts: [...new Set(watched.imports.filter(({ usesLocalName }) => usesLocalName).map(({ host }) => host))],
    exportedHosts: watched.exports.map(service => localHost({ ...service, clusterDomain })),
  }));
}

/** Values for the Kiali of a cluster that is watched: the other clusters of the mesh, as they are at synth. */
export function kialiFiles({ name, observability, mesh }: ClusterSettings): InstallFile[] {
  const peers = [...mesh._kialis.values()].filter(({ cluster }) => cluster !== name);
  return observability && peers.length > 0 ? [kialiFile(peers)] : [];
}
