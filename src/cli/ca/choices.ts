import type { RotationStepName } from './rotation-steps';

/** Supported sizes of an RSA key, in bits. */
export const KEY_SIZES = [2048, 3072, 4096];

/** Steps that replace the root, in order. The result of each step must reach every cluster before the next step. */
export const ROTATION_STEPS: RotationStepName[] = ['introduce', 'switch', 'retire'];
