import { list, text } from '../options/kinds';
import { optional, required, schema } from '../options/schema';

/**
 * Order in which a hub updates the clusters, by progressive syncs of an ApplicationSet. Argo CD does a step when all clusters of the step
 * before are healthy. Clusters of no step come last, all at once.
 *
 * The applicationset-controller must run with `--enable-progressive-syncs`.
 * @see https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Progressive-Syncs/
 */
export interface ArgoCdRollout {
  /** Label of the Secrets by which Argo CD knows the clusters, such as "stage". Whoever registers a cluster sets it. */
  readonly label: string;

  /** Values of the label, in the order of the steps, such as `['canary', 'production']`. */
  readonly order: string[];

  /**
   * Clusters of a step that are updated at once: a number, or a percentage such as "25%".
   * @default - all clusters of the step
   */
  readonly maxUpdate?: string;

  /**
   * Name of the ApplicationSet. It must be unique among those of the hub.
   * @default "mesh"
   */
  readonly name?: string;
}

export const ARGO_CD_ROLLOUT = schema<ArgoCdRollout>({
  label: required(text), order: required(list(text)), maxUpdate: optional(text), name: optional(text),
});
