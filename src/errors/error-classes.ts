import * as errors from './mesh-error';

// jsii refuses classes that extend Error, and passes over constants and aliases of types: so TypeScript gets both classes.

/** A mistake of the user, thrown by the call that makes it. */
export const MeshError = errors.MeshError;
/** A mistake of the user, thrown by the call that makes it. */
export type MeshError = errors.MeshError;

/** Every mistake that an app or a folder shows, in one error. */
export const MeshErrors = errors.MeshErrors;
/** Every mistake that an app or a folder shows, in one error. */
export type MeshErrors = errors.MeshErrors;
