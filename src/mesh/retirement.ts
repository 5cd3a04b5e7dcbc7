import { MeshErrorCode } from '../errors/mesh-error-code';
import { Kind, Leaf } from '../options/kind';
import { oneOf } from '../options/kinds';

/**
 * How far the retirement of a cluster has come. Each step is a commit of its own, applied in every cluster before the next
 * one: callers go first, then services, and the CA last.
 */
export enum RetirementStep {
  /** Imports of other clusters and the catalog leave the cluster out. Its exports still answer. */
  CONSUMERS = 'consumers',
  /** Its exports are closed, and its own imports are removed. */
  SERVICES = 'services',
  /** Its DNS no longer forwards the zone of remote names. */
  DNS = 'dns',
  /**
   * Its resolver is removed. An engine that installed Istio uninstalls it; elsewhere a person uninstalls Istio, with the install
   * values.
   */
  CONTROL_PLANE = 'control-plane',
  /** Its CA, the namespace of its control plane and its install values are removed. */
  CA = 'ca',
}

/** The kind of options that hold a step of the retirement of a cluster. */
export const RETIREMENT_STEP: Kind<RetirementStep> = oneOf(
  RetirementStep,
  { write: 'for instance RetirementStep.CONSUMERS', code: MeshErrorCode.RETIREMENT },
);

/** The kind of options that say whether an import or export retires. */
export const RETIRE = new Leaf<boolean>(
  'true or false',
  value => typeof value === 'boolean',
  { write: 'retire: true; only clusters retire in steps', code: MeshErrorCode.RETIREMENT },
);
