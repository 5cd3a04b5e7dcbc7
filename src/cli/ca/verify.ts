import { allClusters, CaContext, rootsIn } from './context';
import { hasKeys } from './status';
import { MeshErrorCode, Problem } from '../../mesh-error';
import { bundleProblems } from '../../trust/ca-bundle';
import { keyIdOf, readCertificates } from '../../trust/certificate';
import { staleCiphertext } from '../../trust/ciphertext';
import type { ClusterCa } from '../../trust/cluster-ca';
import { differingRoots, sharedKeys } from '../../trust/trust-problems';

/** Everything that is wrong in the folder, as far as it shows without a passphrase. */
export function verifyProblems(context: Pick<CaContext, 'pki' | 'keys' | 'chance'>): Problem[] {
  const { pki, keys, chance } = context;
  rootsIn(pki);
  const clusters = allClusters(pki);
  const bundles = clusters.flatMap(ca => bundleProblems(ca, `cluster '${ca.cluster}'`, { at: chance.now() }));
  // What cannot be read is told once.
  if (bundles.length > 0) {return bundles;}
  const lost = hasKeys(pki) ? clusters.flatMap(ca => lostKey(ca, keys)) : [];
  return [...differingRoots(clusters), ...sharedKeys(clusters), ...clusters.flatMap(staleCiphertext), ...lost];
}

function lostKey(ca: ClusterCa, keys: CaContext['keys']): Problem[] {
  const keyId = keyIdOf(readCertificates(ca.caCert)[0].publicKey);
  if (keys.has(keyId)) {return [];}
  return [{ code: MeshErrorCode.PKI, where: ca.folder, what: 'the key of the CA is not in the private folder', got: 'no such file', expected: `a file that ends in -${keyId}.pem`, fix: `restore it from where keys are kept, or run istio-mesh ca renew ${ca.cluster}` }];
}
