import { createHash } from 'crypto';
import { Certificate, certificatesOf, commonNameOf, localityOf, shownName } from './certificate';
import type { ClusterCa, SealedFile, SopsFile } from './cluster-ca';
import { isClusterName, PKI, rootsOf } from './pki-folder';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/** Common name of the certificates that `istio-mesh ca` and Istio's own Makefile make for a cluster. */
export const INTERMEDIATE = 'Intermediate CA';

/**
 * Returns the cluster that a CA certificate names. `istio-mesh ca` and Istio's Makefile write it as the locality. A certificate
 * with another common name is from another tool, and its locality may be a place.
 */
export function clusterNamedBy(certificate: Certificate): string | undefined {
  // The Makefile of Istio writes the folder of the cluster, with a slash at its end.
  const locality = localityOf(certificate)?.replace(/\/$/, '');
  return commonNameOf(certificate) === INTERMEDIATE && locality !== undefined && isClusterName(locality) ? locality : undefined;
}

/**
 * Returns a problem for each file in the folder of a cluster that is from the folder of another one. A certificate of another
 * cluster is the only problem of its folder, because the ciphertext then belongs to that cluster too.
 */
export function foreignFiles(ca: ClusterCa): Problem[] {
  const certificate = foreignCertificate(ca);
  return certificate.length > 0 ? certificate : [
    ...foreignCiphertext(ca, PKI.sealed, ca.sealed),
    ...foreignCiphertext(ca, PKI.sops, ca.sops),
  ];
}

/** Returns the problem of a CA certificate that names another cluster. */
export function foreignCertificate(ca: Pick<ClusterCa, 'cluster' | 'folder' | 'caCert'>): Problem[] {
  const named = clusterNamedBy(certificatesOf(ca.caCert, `${ca.folder}, ${PKI.caCert}`)[0]);
  return named === undefined || named === ca.cluster ? [] : [foreign(ca, PKI.caCert, 'the CA certificate', named)];
}

/**
 * Returns a digest of ciphertext, with the cluster and the inputs that it is for. Anyone can compute it: it shows a file that
 * was merged or edited by mistake, and it is no proof against an attacker.
 */
export function ciphertextDigest(cluster: string, inputs: string, content: object): string {
  return createHash('sha256').update(JSON.stringify([cluster, inputs, content])).digest('hex');
}

/** Returns a problem for each root that a cluster trusts and the folder does not have. */
export function unknownRoots(ca: ClusterCa, known: Certificate[], pki: string): Problem[] {
  const missing = rootsOf(ca).trusted.filter(root => !known.some(({ fingerprint }) => fingerprint === root.fingerprint));
  return missing.map(root => ({
    code: MeshErrorCode.PKI,
    where: pki,
    what: `cluster '${ca.cluster}' trusts a root that is not in the folder`,
    got: `${shownName(root.x509.subject)} (${root.fingerprint.slice(0, 16)})`,
    expected: `this root in ${PKI.root} or ${PKI.nextRoot}`,
    fix: 'restore these files from Git',
  }));
}

function foreignCiphertext(ca: ClusterCa, file: string, ciphertext: SealedFile | SopsFile | undefined): Problem[] {
  if (!ciphertext) {
    return [];
  }
  const { cluster, inputs, digest } = ciphertext;
  if (cluster !== undefined && cluster !== ca.cluster) {
    return [foreign(ca, file, 'the ciphertext', cluster)];
  }
  const content = 'document' in ciphertext ? ciphertext.document : ciphertext.encryptedData;
  const expected = ciphertextDigest(ca.cluster, inputs, content);
  return digest === undefined || digest === expected ? [] : [{
    code: MeshErrorCode.CLUSTER_FILES,
    where: `${ca.folder}, ${file}`,
    what: 'the ciphertext was changed after it was made',
    got: `a digest ${digest.slice(0, 16)}`,
    expected: expected.slice(0, 16),
    fix: `restore the file from Git, or find out who changed it and run istio-mesh ca reseal ${ca.cluster} where the keys are kept`,
  }];
}

function foreign({ cluster, folder }: Pick<ClusterCa, 'cluster' | 'folder'>, file: string, what: string, named: string): Problem {
  return {
    code: MeshErrorCode.CLUSTER_FILES,
    where: `${folder}, ${file}`,
    what: `${what} of another cluster`,
    got: named,
    expected: cluster,
    fix: `restore ${folder} from Git; for a cluster that was renamed, remove the folder and run istio-mesh ca issue ${cluster}`,
  };
}
