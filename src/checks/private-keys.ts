import type { Problem } from '../errors/mesh-error';
import { Declarations, isOurs } from './declarations';
import { isPrivateKeyAllowed, privateKeyProblem, privateKeysIn } from '../pki/key-scan';

/** What an object of this library holds is known; these may hold the CA's own files. */
const OWN_KINDS = new Set(['Secret']);

/** Private keys in objects of the chart, the user's own included. */
export function privateKeys({ objects }: Declarations): Problem[] {
  return objects.filter(object => (!isOurs(object) || OWN_KINDS.has(object.kind)) && !isPrivateKeyAllowed(object))
    .flatMap(object => privateKeysIn(object.toJson()).map(field => privateKeyProblem(object.node.path, field)));
}
