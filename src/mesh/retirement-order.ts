import { RetirementStep } from './retirement';

/** The steps, first to last. */
export const RETIREMENT_ORDER: RetirementStep[] = [
  RetirementStep.CONSUMERS,
  RetirementStep.SERVICES,
  RetirementStep.DNS,
  RetirementStep.CONTROL_PLANE,
  RetirementStep.CA,
];

/** Whether a retirement has reached a step. */
export function hasReached(step: RetirementStep, now: RetirementStep | undefined): boolean {
  return now !== undefined && RETIREMENT_ORDER.indexOf(now) >= RETIREMENT_ORDER.indexOf(step);
}
