import { Certificate, certificatesOf, keyIdOf, shownName } from './certificate';
import type { ClusterCa } from './cluster-ca';
import { ClusterRoots, rootsOf } from './pki-folder';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/**
 * Returns a problem for each cluster that does not trust the root of another cluster's CA: their workloads refuse each
 * other. During the replacement of a root, this finds clusters that are more than one step apart.
 */
export function differingRoots(clusters: ClusterCa[]): Problem[] {
  const known = clusters.map(ca => ({ cluster: ca.cluster, roots: rootsOf(ca) }));
  // Clusters share few roots. One signer for each root keeps the work below a comparison of every two clusters.
  const signedByRoot = new Map<string, { readonly signed: string; readonly root: Certificate }>();
  for (const { cluster, roots: { signing } } of known) {
    if (signing) {
      signedByRoot.set(signing.fingerprint, { signed: cluster, root: signing });
    }
  }
  return [...signedByRoot.values()].flatMap(({ signed, root }) => known
    .filter(({ roots }) => !trusts(roots, root.fingerprint))
    .map(({ cluster, roots }) => ({
      code: MeshErrorCode.ROOTS_DIFFER,
      where: `clusters ${cluster} and ${signed}`,
      what: `${cluster} does not trust the root that signed the CA of ${signed}`,
      got: roots.trusted.map(shownRoot).join(' and '),
      expected: `${shownRoot(root)} among them`,
      fix: 'issue all clusters of a mesh from one root; '
        + 'replace a root with istio-mesh ca rotate-root, and take each step in every cluster before the next step',
    })));
}

/** Returns a problem for each cluster with the CA key of another cluster: who breaks into one can act as workloads of both. */
export function sharedKeys(clusters: ClusterCa[]): Problem[] {
  const caCertificate = ({ cluster, caCert }: ClusterCa) => certificatesOf(caCert, `${cluster}, ca-cert.pem`)[0];
  return clustersWithSameKey(clusters, caCertificate).map(({ first, second, certificate }) => ({
    code: MeshErrorCode.PKI,
    where: `clusters ${first} and ${second}`,
    what: 'both have one CA key',
    got: shownName(certificate.x509.subject),
    expected: 'a CA of its own for each cluster',
    fix: `run istio-mesh ca renew ${second}`,
  }));
}

/**
 * Returns a problem for each cluster whose CA is sealed for the key of another cluster: each could decrypt the CA of the
 * other. The usual cause is the sealing certificate of the wrong cluster.
 * @param apart names of the clusters that must have a sealing key of their own; the default is all of them
 */
export function sharedSealingKeys(clusters: ClusterCa[], apart = new Set(clusters.map(({ cluster }) => cluster))): Problem[] {
  const sealingCertificate = ({ cluster, sealingCert }: ClusterCa) => (
    sealingCert === undefined ? undefined : certificatesOf(sealingCert, `${cluster}, sealing-cert.pem`)[0]
  );
  const pairs = clustersWithSameKey(clusters, sealingCertificate).filter(({ first, second }) => apart.has(first) || apart.has(second));
  return pairs.map(({ first, second, certificate }) => ({
    code: MeshErrorCode.DELIVERY,
    where: `clusters ${first} and ${second}`,
    what: 'their CAs are sealed for one key, so each cluster can decrypt the CA of the other',
    got: `sealing-cert.pem with the key ${keyIdOf(certificate.publicKey)}`,
    expected: 'the certificate of each cluster\'s own sealed-secrets controller',
    fix: `fetch it (kubeseal --fetch-cert, in the context of ${second}) `
      + `and run istio-mesh ca reseal ${second} --sealing-cert <file>; `
      + 'if the controllers share a key on purpose, set sharedSealingKey: true and use ca verify --shared-sealing-key',
  }));
}

/** Two clusters whose certificates have the same key. */
interface SameKey {
  readonly first: string;
  readonly second: string;
  /** Certificate of the second cluster. */
  readonly certificate: Certificate;
}

/** Returns each cluster whose certificate has the key of an earlier cluster. Clusters without a certificate are left out. */
function clustersWithSameKey(clusters: ClusterCa[], certificateOf: (ca: ClusterCa) => Certificate | undefined): SameKey[] {
  const firstByKey = new Map<string, string>();
  return clusters.flatMap(ca => {
    const certificate = certificateOf(ca);
    if (!certificate) {
      return [];
    }
    const keyId = keyIdOf(certificate.publicKey);
    const first = firstByKey.get(keyId);
    if (first === undefined) {
      firstByKey.set(keyId, ca.cluster);
    }
    return first === undefined || first === ca.cluster ? [] : [{ first, second: ca.cluster, certificate }];
  });
}

function shownRoot({ x509, fingerprint }: Certificate): string {
  return `${shownName(x509.subject)} (${fingerprint.slice(0, 16)})`;
}

function trusts(roots: ClusterRoots, fingerprint: string): boolean {
  return roots.trusted.some(root => root.fingerprint === fingerprint);
}
