import { ApiObjectMetadata, Chart } from 'cdk8s';
import { Mark } from './mark';
import { ASK_BEFORE_PRUNING } from './prune-guards';

/** Labels or annotations. */
export interface Strings {
  readonly [key: string]: string;
}

/** Labels and annotations of all objects that this library makes in a chart. An object of its own can say otherwise. */
export interface CommonMetadata {
  /** Undefined for none. */
  readonly labels?: Strings;
  /** Undefined for none. */
  readonly annotations?: Strings;
}

/**
 * Recommended labels of Kubernetes.
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
 */
export const MANAGED_BY = 'app.kubernetes.io/managed-by';
export const PART_OF = 'app.kubernetes.io/part-of';

/** Name of this package, which is the value of the label `managed-by`. */
export const LIBRARY = 'cdk8s-istio-multicluster';

/** Metadata in the chart of nobody's cluster. The program says in the labels of the chart what the objects are part of. */
export const OUTSIDE_OF_A_MESH: CommonMetadata = { labels: { [MANAGED_BY]: LIBRARY } };

/** Metadata of the objects of the guide, to the letter. */
export const NO_COMMON_METADATA: CommonMetadata = {};

const OF_CHART = new Mark<CommonMetadata>('CommonMetadata');

/**
 * What all objects of a kind have. istiod takes the labels of a WorkloadEntry for labels of its endpoint, by which Services and subsets
 * select it, so it has no labels that a program chose.
 * @see https://istio.io/latest/docs/reference/config/networking/workload-entry/
 */
export function commonMetadataOf(kind: string, common: CommonMetadata): CommonMetadata {
  if (kind !== 'WorkloadEntry' || common.labels === undefined) {
    return common;
  }
  const labels = Object.fromEntries(Object.entries(common.labels).filter(([key]) => key === MANAGED_BY || key === PART_OF));
  return { ...common, labels };
}

/** Sets what objects of this library have that are added to a chart from now on. */
export function setCommonMetadata(chart: Chart, metadata: CommonMetadata): void {
  OF_CHART.set(chart, metadata);
}

/** What objects of this library have in a chart, or outside of a mesh. */
export function commonMetadata(chart: Chart, outside = OUTSIDE_OF_A_MESH): CommonMetadata {
  return OF_CHART.of(chart) ?? outside;
}

/**
 * Returns the metadata of an object, with what all objects have. An object that asks before it is pruned does not have the label
 * `managed-by`, so that `kubectl apply --prune` by this label never deletes it.
 */
export function withCommonMetadata(common: CommonMetadata, metadata: ApiObjectMetadata = {}): ApiObjectMetadata {
  const labels = { ...common.labels, ...metadata.labels };
  const annotations = { ...common.annotations, ...metadata.annotations };
  if (Object.entries(ASK_BEFORE_PRUNING).every(([key, value]) => annotations[key] === value)) {
    delete labels[MANAGED_BY];
  }
  return {
    ...metadata,
    ...Object.keys(labels).length > 0 && { labels },
    ...Object.keys(annotations).length > 0 && { annotations },
  };
}
