import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

/** Returns a percentage, or throws for a number that is none. */
export function checkedPercentage(percent: number, what: string, where: string): number {
  if (percent > 0 && percent <= 100) {
    return percent;
  }
  throw new MeshError({
    code: MeshErrorCode.INVALID_WEIGHTS,
    where,
    what: `an invalid percentage of ${what}`,
    got: percent,
    expected: 'a number above 0, at most 100',
    fix: 'write for instance 10, or leave it out',
  });
}

/** Returns a whole number, or throws for one outside of a range. */
export function checkedWhole(value: number, { what, least, most }: WholeRange, where: string): number {
  if (Number.isInteger(value) && value >= least && value <= most) {
    return value;
  }
  throw new MeshError({
    code: MeshErrorCode.INVALID_OPTION,
    where,
    what: `an invalid ${what}`,
    got: value,
    expected: `a whole number from ${least} to ${most}`,
    fix: `write for instance ${Math.max(least, 1)}`,
  });
}

/** Range of whole numbers. */
export interface WholeRange {
  /** What the number is, for messages. */
  readonly what: string;
  readonly least: number;
  readonly most: number;
}
