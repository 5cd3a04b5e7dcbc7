import type { Chart } from 'cdk8s';
import type { JointObject, JointPart } from './engine';
import { invalid } from './settings';
import { CommonMetadata, MANAGED_BY, NO_COMMON_METADATA, PART_OF, withCommonMetadata } from '../objects/common-metadata';
import { Mark } from '../objects/mark';
import { OwnObject } from '../objects/provenance';

/** What is known of a joint object: the parts that clusters added, and the object without them. */
const JOINT = new Mark<{ readonly parts: JointPart[]; readonly without: string }>('JointObject');

/**
 * Adds the part of a cluster to the object that the clusters of a folder have together. The first cluster makes the object.
 * @throws MESH037 when the options of the cluster would make another object of this name
 */
export function addJointObject(chart: Chart, cluster: string, { single, partOf, object }: JointObject, common: CommonMetadata): void {
  const part = partOf({ ...single, metadata: withCommonMetadata(common, single.metadata) });
  const parts = [part];
  // Independent of the order in which the clusters are declared.
  const made = object(() => parts.sort((a, b) => a.name < b.name ? -1 : 1));
  const metadata = withCommonMetadata(ofAllClusters(common), made.metadata);
  const without = JSON.stringify({ ...object(() => []), metadata });
  const id = `${made.kind}-${made.metadata.name}`;
  const existing = chart.node.tryFindChild(id);
  const known = JOINT.of(existing);
  if (known === undefined) {
    JOINT.set(new OwnObject(chart, id, { ...made, metadata }, {}, NO_COMMON_METADATA), { parts, without });
  } else if (known.without === without) {
    known.parts.push(part);
  } else {
    throw invalid(`GitOps of '${cluster}'`, {
      what: 'clusters of one hub have rollouts of one name that differ',
      got: made.metadata.name,
      expected: 'one rollout for all clusters of an ApplicationSet',
      fix: 'give these clusters the same options, or another name of the rollout',
    });
  }
}

/** The labels that the clusters of a mesh share; others may be those of one cluster. */
function ofAllClusters({ labels = {} }: CommonMetadata): CommonMetadata {
  return { labels: Object.fromEntries(Object.entries(labels).filter(([key]) => key === MANAGED_BY || key === PART_OF)) };
}
