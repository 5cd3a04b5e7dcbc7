import { objectAt } from './content';
import { Declarations, indexed } from './declarations';
import { Labels, selectionOf } from './selection';

const WORKLOADS = [
  { kind: 'Deployment', apiGroup: 'apps' },
  { kind: 'StatefulSet', apiGroup: 'apps' },
  { kind: 'DaemonSet', apiGroup: 'apps' },
  { kind: 'ReplicaSet', apiGroup: 'apps' },
  { kind: 'Rollout', apiGroup: 'argoproj.io' },
];

/** Pods of a chart, by the template of their workload. */
export interface PodTemplate {
  readonly workload: string;
  readonly namespace: string;
  readonly labels: Labels;
}

/** The templates of pods in a chart. */
export class PodTemplates {
  private readonly byNamespace: Map<string, PodTemplate[]>;
  private byLabel?: Map<string, PodTemplate[]>;

  public constructor(declared: Declarations) {
    this.byNamespace = indexed([...templatesIn(declared), ...podsIn(declared)], ({ namespace }) => namespace);
  }

  /** The pods of a namespace. */
  public in(namespace: string): PodTemplate[] {
    return this.byNamespace.get(namespace) ?? [];
  }

  /** The pods of a namespace that a selector with at least one label selects. */
  public selectedBy(namespace: string, selector: Labels): PodTemplate[] {
    this.byLabel ??= this.indexedByLabel();
    const [[key, value]] = Object.entries(selector);
    return (this.byLabel.get(`${namespace} ${key}=${value}`) ?? []).filter(({ labels }) => selectionOf(selector, labels) === 'all');
  }

  private indexedByLabel(): Map<string, PodTemplate[]> {
    const labelled = [...this.byNamespace.values()].flat().flatMap(
      pod => Object.entries(pod.labels).map(([key, value]) => ({ pod, key: `${pod.namespace} ${key}=${value}` })),
    );
    const groups = indexed(labelled, ({ key }) => key);
    return new Map([...groups].map(([key, group]) => [key, group.map(({ pod }) => pod)]));
  }
}

function templatesIn(declared: Declarations): PodTemplate[] {
  return WORKLOADS.flatMap(({ kind, apiGroup }) => declared.manifests(kind, apiGroup).map(({ metadata, spec }) => ({
    workload: `${kind} ${metadata.name}`,
    namespace: metadata.namespace ?? '',
    labels: objectAt(spec.template?.metadata?.labels),
  })));
}

function podsIn(declared: Declarations): PodTemplate[] {
  return declared.manifests('Pod', 'core').map(({ metadata }) => ({
    workload: `Pod ${metadata.name}`, namespace: metadata.namespace ?? '', labels: objectAt(metadata.labels),
  }));
}
