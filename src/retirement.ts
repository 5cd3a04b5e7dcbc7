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
  /** Its Istio is removed, where an engine installed it, and its install values are no longer written. */
  CONTROL_PLANE = 'control-plane',
  /** Its CA and the namespace of its control plane are gone. */
  CA = 'ca',
}

const ORDER = [RetirementStep.CONSUMERS, RetirementStep.SERVICES, RetirementStep.DNS, RetirementStep.CONTROL_PLANE, RetirementStep.CA];

/** Whether a retirement has come to a step. */
export function reached(step: RetirementStep, now: RetirementStep | undefined): boolean {
  return now !== undefined && ORDER.indexOf(now) >= ORDER.indexOf(step);
}
