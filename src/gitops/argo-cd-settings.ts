import type { EngineSettings } from './settings';

/** Valid settings of Argo CD. */
export interface ArgoCdSettings extends EngineSettings {
  readonly repoUrl: string;
  readonly revision: string;
  readonly namespace: string;
  readonly project: string;
  /** Whether each Application has an AppProject of its own, instead of `project`. */
  readonly ownProject: boolean;
  /** Further namespaces of an AppProject. */
  readonly projectNamespaces: string[];
  readonly automated: boolean;
  readonly prune: boolean;
  readonly selfHeal: boolean;
  readonly labels?: { [key: string]: string };
  /** Order of the clusters of a hub; undefined for none. */
  readonly rollout?: RolloutSettings;
}

/** Valid settings of a rollout. */
export interface RolloutSettings {
  readonly label: string;
  readonly order: string[];
  readonly maxUpdate?: string | number;
  /** Name of the ApplicationSet. */
  readonly name: string;
}

/** Cluster and namespace that an Application leads to. */
export interface Destination {
  readonly name?: string;
  readonly server?: string;
  readonly namespace?: string;
}
