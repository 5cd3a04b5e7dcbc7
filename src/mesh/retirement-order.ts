import { MeshError, MeshErrorCode } from '../errors/mesh-error';
import { RetirementStep } from './retirement';

/** The steps, first to last. */
export const RETIREMENT_ORDER: RetirementStep[] = [
  RetirementStep.CONSUMERS, RetirementStep.SERVICES, RetirementStep.DNS, RetirementStep.CONTROL_PLANE, RetirementStep.CA,
];

/** Whether a retirement has come to a step. */
export function reached(step: RetirementStep, now: RetirementStep | undefined): boolean {
  return now !== undefined && RETIREMENT_ORDER.indexOf(now) >= RETIREMENT_ORDER.indexOf(step);
}

/** Returns the step of a cluster, or throws when it is none: callers without types would wait for what never happens. */
export function checkedStep(step: RetirementStep | undefined, where: string): RetirementStep | undefined {
  if (step === undefined || RETIREMENT_ORDER.includes(step)) {return step;}
  throw unknown(where, step, RETIREMENT_ORDER.join(', '), 'write for instance RetirementStep.CONSUMERS');
}

/** Returns whether an import or export retires, or throws when that is not said by true or false. */
export function checkedRetire(retire: boolean | undefined, where: string): boolean {
  if (retire === undefined || typeof retire === 'boolean') {return retire ?? false;}
  throw unknown(where, retire, 'true or false', 'write retire: true; the steps are those of clusters');
}

function unknown(where: string, got: unknown, expected: string, fix: string): MeshError {
  return new MeshError({ code: MeshErrorCode.RETIREMENT, where, what: 'retire says nothing that is known', got, expected, fix });
}
