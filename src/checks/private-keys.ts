import type { Declarations } from './declarations';
import type { Problem } from '../errors/problem';
import { provenanceOf } from '../objects/provenance';
import { privateKeyProblem, privateKeysIn } from '../pki/key-scan';

/** Kinds that this library writes and that may hold the files of a CA; the content of its other objects holds no key. */
const SCANNED_KINDS = new Set(['Secret']);

/** Private keys in objects of the chart, the user's own included. */
export function privateKeys({ objects }: Declarations): Problem[] {
  const scanned = objects.filter(object => {
    const { isOwnContent, mayHoldPrivateKey } = provenanceOf(object);
    return (!isOwnContent || SCANNED_KINDS.has(object.kind)) && !mayHoldPrivateKey;
  });
  return scanned.flatMap(object => privateKeysIn(object.toJson()).map(field => privateKeyProblem(object.node.path, field)));
}
