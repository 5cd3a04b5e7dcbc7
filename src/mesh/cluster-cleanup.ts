import { App } from 'cdk8s';
import type { MeshCluster } from './cluster';
import { RetirementStep } from './retirement';
import { Cleanup, CleanupOptions } from '../cleanup/cleanup';
import { CLUSTER_FACTS, InstalledIstio } from '../cleanup/target';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { commonMetadata, setCommonMetadata } from '../objects/common-metadata';
import { INSTALL_FOLDER } from '../output/folder-names';
import { FolderChart } from '../output/folders';

/** Tells clean-ups of a cluster about its control plane. */
export function noteClusterFacts(cluster: MeshCluster): void {
  const { istioNamespace, trust } = cluster;
  CLUSTER_FACTS.set(cluster, { istioNamespace, deliversCa: trust !== undefined, istio: () => installedIstio(cluster) });
}

/**
 * Adds the clean-up of a cluster.
 * @throws MESH037 for a hook without Argo CD: anything else would run the Job as soon as the folder is applied
 */
export function addCleanup(cluster: MeshCluster, options: CleanupOptions): void {
  if (options.argoCdHook && !cluster.gitOps?._engine.runsHooks) {
    throw new MeshError({
      code: MeshErrorCode.GIT_OPS,
      where: `cleanup of '${cluster.clusterName}'`,
      what: 'argoCdHook without Argo CD',
      got: `engine: ${cluster.gitOps?.engineName ?? 'none'}`,
      expected: 'GitOps.argoCd',
      fix: 'leave argoCdHook out: the Job would run as soon as the folder is applied',
    });
  }
  const folder = FolderChart.at(App.of(cluster), `cleanup/${cluster.clusterName}`, { cluster: cluster.clusterName, shared: false });
  setCommonMetadata(folder, commonMetadata(cluster));
  const networkPolicies = options.networkPolicies ?? cluster._networkPolicies;
  const cleanup = new Cleanup(options.argoCdHook ? cluster : folder, 'mesh-cleanup', { ...options, networkPolicies, chart: cluster });
  folder.texts.set('clean-up.sh', () => cleanup.script);
}

function installedIstio(cluster: MeshCluster): InstalledIstio {
  const { istioNamespace: namespace, controlPlane, clusterName } = cluster;
  const istio = { cluster: clusterName, namespace, revision: cluster._revision };
  const engine = cluster.gitOps?._engine;
  if (controlPlane._requiredSettings.length > 0) {
    // Somebody else installed Istio, and keeps it.
    return { ...istio, uninstallCommands: {} };
  }
  if (engine?.installsIstio) {
    const retire = cluster._hasReached(RetirementStep.CONTROL_PLANE)
      ? ''
      : `set retire: RetirementStep.CONTROL_PLANE on ${clusterName}, commit, and `;
    return { ...istio, engineStep: `${retire}wait until ${engine.name} has applied it`, uninstallCommands: {} };
  }
  // The values that istioctl needs are written until the CA is removed.
  const file = `"$(dirname "$0")/../../${INSTALL_FOLDER}/${clusterName}/istio-operator.yml"`;
  const istioctl = cluster._hasReached(RetirementStep.CA) ? undefined : controlPlane.uninstallCommand(file);
  const releases = controlPlane.files().flatMap(installed => installed.helm ?? []).reverse();
  const helm = releases.map(release => `helm uninstall ${release.name} --namespace=${release.namespace} --ignore-not-found`).join(' && ');
  return { ...istio, uninstallCommands: { ...istioctl !== undefined && { istioctl }, ...helm !== '' && { helm } } };
}
