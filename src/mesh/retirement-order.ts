import { RetirementStep } from './retirement';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

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

/** Returns the step of a cluster, or throws when it is no step: without types, a misspelt step would do nothing. */
export function checkedStep(step: RetirementStep | undefined, where: string): RetirementStep | undefined {
  if (step === undefined || RETIREMENT_ORDER.includes(step)) {
    return step;
  }
  throw unknownValue(where, step, RETIREMENT_ORDER.join(', '), 'write for instance RetirementStep.CONSUMERS');
}

/** Returns whether an import or export retires, or throws for a value that is neither true nor false. */
export function checkedRetire(retire: boolean | undefined, where: string): boolean {
  if (retire === undefined || typeof retire === 'boolean') {
    return retire ?? false;
  }
  throw unknownValue(where, retire, 'true or false', 'write retire: true; only clusters retire in steps');
}

function unknownValue(where: string, got: unknown, expected: string, fix: string): MeshError {
  return new MeshError({ code: MeshErrorCode.RETIREMENT, where, what: 'an unknown value of retire', got, expected, fix });
}
