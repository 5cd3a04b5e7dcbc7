import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

/**
 * Returns the weights, or throws when they are not whole percentages that sum to 100.
 * @param example weights that the fix shows
 */
export function checkedWeights(weights: { [name: string]: number }, where: string, example: string): { [name: string]: number } {
  const fix = `write for instance ${example}`;
  const values = Object.values(weights);
  if (values.length === 0) {
    throw new MeshError({ code: MeshErrorCode.EMPTY, where, what: 'no weights', fix });
  }
  const arePercentages = values.every(weight => Number.isInteger(weight) && weight >= 0 && weight <= 100);
  if (arePercentages && values.reduce((sum, weight) => sum + weight, 0) === 100) {
    return weights;
  }
  throw new MeshError({
    code: MeshErrorCode.INVALID_WEIGHTS,
    where,
    what: 'invalid weights',
    got: weights,
    expected: 'whole numbers from 0 to 100 that sum to 100',
    fix,
  });
}
