import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

/** Returns the weights, or throws when they are not whole numbers from 0 to 100 that sum to 100. */
export function checkedWeights(weights: { [name: string]: number }, where: string, example: string): { [name: string]: number } {
  const values = Object.values(weights);
  const isPercent = values.every(weight => Number.isInteger(weight) && weight >= 0 && weight <= 100);
  if (isPercent && values.reduce((sum, weight) => sum + weight, 0) === 100) {
    return weights;
  }
  throw new MeshError({
    code: values.length === 0 ? MeshErrorCode.EMPTY : MeshErrorCode.INVALID_WEIGHTS,
    where,
    what: 'weights that do not sum to 100 percent',
    got: weights,
    expected: 'whole numbers from 0 to 100 that sum to 100',
    fix: `write for instance ${example}`,
  });
}
