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
