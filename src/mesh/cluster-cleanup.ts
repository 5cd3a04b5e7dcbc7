import { App } from 'cdk8s';
import type { MeshCluster } from './cluster';
import { FolderChart } from '../output/folder-chart';
import { MeshError, MeshErrorCode } from '../errors/mesh-error';
import { Cleanup, CleanupOptions } from '../cleanup/cleanup';

/** Adds the clean-up of a cluster where it belongs; throws for a hook that nothing but Argo CD would know as one. */
export function addCleanup(cluster: MeshCluster, options: CleanupOptions): void {
  if (options.argoCdHook && !cluster.gitOps?._engine.runsHooks) {
    throw new MeshError({
      code: MeshErrorCode.GIT_OPS, where: `cleanup of '${cluster.clusterName}'`, what: 'a hook that nothing but Argo CD holds back', got: `engine: ${cluster.gitOps?.engineName ?? 'none'}`, expected: 'GitOps.argoCd', fix: 'leave argoCdHook out: the Job would run as soon as the folder is applied',
    });
  }
  const folder = FolderChart.at(App.of(cluster), `cleanup/${cluster.clusterName}`, false);
  const cleanup = new Cleanup(options.argoCdHook ? cluster : folder, 'mesh-cleanup', { ...options, chart: cluster });
  folder.texts.set('clean-up.sh', () => cleanup.script);
}
