import { join } from 'path';
import type { CaContext } from './context';
import { MeshErrors } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import type { Problem } from '../../errors/problem';
import { certificatesOf, keyIdOf } from '../../pki/certificate';
import type { ClusterCa } from '../../pki/cluster-ca';
import { foreignCertificate } from '../../pki/cluster-identity';
import { PKI } from '../../pki/pki-folder';

/**
 * Refuses to change the folder of a cluster that holds the CA of another cluster: its key would be encrypted for the wrong
 * controller, or the mistake would become permanent.
 * @throws MESH051 for a certificate or key of another cluster
 */
export function refuseForeignFolder({ keys }: Pick<CaContext, 'keys'>, ca: ClusterCa): void {
  const problems = [...foreignCertificate(ca), ...foreignKey(ca, keys)];
  if (problems.length > 0) {
    throw new MeshErrors(problems);
  }
}

/**
 * Returns the problem of a CA whose key was made for another cluster, where the certificate does not say so itself. It takes the
 * private folder to see it.
 */
export function foreignKey(ca: ClusterCa, keys: CaContext['keys']): Problem[] {
  const keyId = keyIdOf(certificatesOf(ca.caCert, `${ca.folder}, ${PKI.caCert}`)[0].publicKey);
  if (!keys.has(keyId) || keys.belongsTo(keyId, ca.cluster) || foreignCertificate(ca).length > 0) {
    return [];
  }
  return [{
    code: MeshErrorCode.CLUSTER_FILES,
    where: `${ca.folder}, ${PKI.caCert}`,
    what: 'the key of the CA certificate was made for another cluster',
    got: `a key file that ends in -${keyId}.pem`,
    expected: `${join(PKI.private, `${ca.cluster}-${keyId}.pem`)}`,
    fix: `restore ${ca.folder} from Git; for a cluster that was renamed, remove the folder and run istio-mesh ca issue ${ca.cluster}`,
  }];
}
