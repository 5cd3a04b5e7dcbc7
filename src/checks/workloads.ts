import { objectAt } from './content';
import { Declarations, indexed } from './declarations';
import type { Labels } from './selection';

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

/** The templates of pods in a chart, by namespace. */
export function podTemplatesByNamespace(declared: Declarations): Map<string, PodTemplate[]> {
  const templates = WORKLOADS.flatMap(({ kind, apiGroup }) => declared.manifests(kind, apiGroup).map(({ metadata, spec }): PodTemplate => ({
    workload: `${kind} ${metadata.name}`,
    namespace: metadata.namespace ?? '',
    labels: objectAt(spec.template?.metadata?.labels),
  })));
  const pods = declared.manifests('Pod', 'core').map(({ metadata }): PodTemplate => ({
    workload: `Pod ${metadata.name}`, namespace: metadata.namespace ?? '', labels: objectAt(metadata.labels),
  }));
  return indexed([...templates, ...pods], ({ namespace }) => namespace);
}
