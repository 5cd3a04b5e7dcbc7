import { ApiObject, App, Chart } from 'cdk8s';
import type { MeshCluster } from './cluster';
import { RetirementStep } from './retirement';
import { addCheck } from '../errors/reports';
import type { EngineTarget } from '../gitops/engine';
import type { GitOps } from '../gitops/git-ops';
import { noteHubObjects } from '../gitops/hub-names';
import { addJointObject } from '../gitops/joint-objects';
import { dialectOf } from '../istio/dialects';
import { commonMetadata, NO_COMMON_METADATA, withCommonMetadata } from '../objects/common-metadata';
import { OwnObject } from '../objects/provenance';
import { unwrittenOf } from '../objects/unwritten';
import { FolderChart } from '../output/folders';

/** Adds the objects by which an engine applies the folder of a cluster, in charts of their own. */
export function addEngineObjects(cluster: MeshCluster, gitOps: GitOps, cascadesDeletion: boolean): void {
  const { istio } = cluster;
  const target: EngineTarget = {
    cluster: cluster.clusterName,
    istioNamespace: cluster.istioNamespace,
    istio: { version: istio.version, hasCharts: dialectOf(istio).installsGatewayServices },
    trust: cluster.trust?.deliveryName,
    files: cluster._files,
    hasNamespace: namespace => cluster._makes(namespace),
    objects: () => [cluster, unwrittenOf(cluster)].flatMap(chart => chart ? objectsOf(chart) : []),
    cascadesDeletion,
    isControlPlaneRetired: cluster._hasReached(RetirementStep.CONTROL_PLANE),
  };
  addCheck(cluster, () => gitOps._engine.problems(target));
  const app = App.of(cluster);
  // Every folder before the first object: a folder that is refused leaves no object in a folder that clusters share.
  const engineFolders = gitOps._engine.folders(target);
  const folders = engineFolders.map(
    ({ path, shared, ...rest }) => ({ chart: FolderChart.at(app, path, { cluster: target.cluster, shared }), ...rest }),
  );
  noteHubObjects(app, target.cluster, engineFolders);
  const common = commonMetadata(cluster);
  for (const { chart, objects, joint } of folders) {
    if (joint !== undefined) {
      addJointObject(chart, target.cluster, joint, common);
    }
    for (const object of objects) {
      const metadata = withCommonMetadata(common, object.metadata);
      new OwnObject(chart, `${target.cluster}-${object.kind}-${object.metadata.name}`, { ...object, metadata }, {}, NO_COMMON_METADATA);
    }
  }
}

function objectsOf(chart: Chart): ApiObject[] {
  return chart.node.findAll().filter((node): node is ApiObject => ApiObject.isApiObject(node) && node.chart === chart);
}
