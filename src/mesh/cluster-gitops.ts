import { App } from 'cdk8s';
import { OwnObject } from '../checks/declarations';
import type { MeshCluster } from './cluster';
import { problemText } from '../errors/mesh-error';
import { RetirementStep } from './retirement';
import type { EngineTarget } from '../gitops/engine';
import { FolderChart } from '../output/folder-chart';
import type { GitOps } from '../gitops/git-ops';

/** Adds what an engine is told of a cluster to its app, in charts of its own. */
export function deliver(cluster: MeshCluster, gitOps: GitOps, cascades: boolean): void {
  const { istio } = cluster;
  const target: EngineTarget = {
    cluster: cluster.clusterName,
    istioNamespace: cluster.istioNamespace,
    istio: { version: istio.version, hasCharts: cluster.controlPlane.files().some(({ helm }) => helm !== undefined) },
    trust: cluster.trust?.deliveryName,
    files: cluster._files,
    makes: namespace => cluster._makes(namespace),
    cascades,
    leaving: cluster._hasReached(RetirementStep.CONTROL_PLANE),
  };
  cluster.node.addValidation({ validate: () => gitOps._engine.problems(target).map(problemText) });
  const app = App.of(cluster);
  // Every folder before the first object: one that is refused leaves no object in a folder that clusters share.
  const folders = gitOps._engine.folders(target).map(({ path, shared, objects }) => ({ chart: FolderChart.at(app, path, shared), objects }));
  for (const { chart, objects } of folders) {
    objects.forEach(object => new OwnObject(chart, `${target.cluster}-${object.kind}-${object.metadata.name}`, object));
  }
}
