/**
 * How far the retirement of a cluster has come. Each step is a commit of its own, applied everywhere before the next: what
 * calls goes before what is called, and what signs goes last.
 */
export enum RetirementStep {
  /** Nobody calls it any more: the imports of other clusters leave it out, and the catalog no longer names it. It still answers. */
  CONSUMERS = 'consumers',
  /** What it exports is closed, and its own imports are gone. */
  SERVICES = 'services',
  /** Its DNS no longer knows the zone. */
  DNS = 'dns',
  /** Its Istio is removed where an engine installed it; elsewhere a person removes it, by its install values. Its resolver goes. */
  CONTROL_PLANE = 'control-plane',
  /** Its CA, the namespace of its control plane and its install values are gone. */
  CA = 'ca',
}
