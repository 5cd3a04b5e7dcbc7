import { Certificate, certificatesOf, keyIdOf, shownName } from './certificate';
import type { ClusterCa } from './cluster-ca';
import { ClusterRoots, rootsOf } from './pki-folder';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/**
 * Clusters of which one does not trust the root that signs for another: their workloads refuse each other. During the
 * replacement of a root, this is what tells phases that do not overlap.
 */
export function differingRoots(clusters: ClusterCa[]): Problem[] {
  const known = clusters.map(ca => ({ cluster: ca.cluster, roots: rootsOf(ca) }));
  // Roots are few: each is asked of each cluster once, and not each cluster of each other.
  const signing = new Map<string, { readonly signer: string; readonly root: Certificate }>();
  known.forEach(({ cluster, roots }) => roots.signing && signing.set(roots.signing.fingerprint, { signer: cluster, root: roots.signing }));
  const strangers = (root: Certificate) => known.filter(({ roots }) => !trusts(roots, root.fingerprint));
  return [...signing.values()].flatMap(({ signer, root }) => strangers(root).map(({ cluster, roots }): Problem => ({
    code: MeshErrorCode.ROOTS_DIFFER,
    where: `clusters ${cluster} and ${signer}`,
    what: `${cluster} does not trust the root that ${signer} is signed by`,
    got: roots.trusted.map(shownRoot).join(' and '),
    expected: `${shownRoot(root)} among them`,
    fix: 'issue all clusters of a mesh from one root; replace a root by the steps of istio-mesh ca rotate-root, each in every cluster before the next',
  })));
}

/** Clusters with one CA: whoever breaks into one of them can be any workload of the others. */
export function sharedKeys(clusters: ClusterCa[]): Problem[] {
  return alike(
    clusters,
    ({ cluster, caCert }) => certificatesOf(caCert, `${cluster}, ca-cert.pem`)[0],
  ).map(({ owner, cluster, certificate }) => ({
    code: MeshErrorCode.PKI,
    where: `clusters ${owner} and ${cluster}`,
    what: 'both have one CA key',
    got: shownName(certificate.x509.subject),
    expected: 'a CA of its own for each cluster',
    fix: `run istio-mesh ca renew ${cluster}`,
  }));
}

/**
 * Clusters whose sealed-secrets controllers have one key: each could open the CA of the other. It is most often the wrong file.
 * @param apart the clusters that must have one of their own
 */
export function sharedSealingKeys(clusters: ClusterCa[], apart = new Set(clusters.map(({ cluster }) => cluster))): Problem[] {
  const sealing = ({ cluster, sealingCert }: ClusterCa) => sealingCert === undefined ? undefined : certificatesOf(
    sealingCert,
    `${cluster}, sealing-cert.pem`,
  )[0];
  return alike(clusters, sealing).filter(
    ({ owner, cluster }) => apart.has(owner) || apart.has(cluster),
  ).map(({ owner, cluster, certificate }) => ({
    code: MeshErrorCode.DELIVERY,
    where: `clusters ${owner} and ${cluster}`,
    what: 'their CAs are sealed for one key, so one cluster can open that of the other',
    got: `sealing-cert.pem with the key ${keyIdOf(certificate.publicKey)}`,
    expected: 'the certificate of each cluster\'s own sealed-secrets controller',
    fix: `fetch it (kubeseal --fetch-cert, in the context of ${cluster}) and run istio-mesh ca reseal ${cluster} --sealing-cert <file>; where the controllers share a key on purpose, sharedSealingKey: true and ca verify --shared-sealing-key`,
  }));
}

/** A cluster, and the first that has the key of its certificate. */
interface Alike {
  readonly owner: string;
  readonly cluster: string;
  readonly certificate: Certificate;
}

/** Clusters whose certificate has the key of another cluster's. */
function alike(clusters: ClusterCa[], of: (ca: ClusterCa) => Certificate | undefined): Alike[] {
  const owners = new Map<string, string>();
  return clusters.flatMap(ca => {
    const certificate = of(ca);
    if (!certificate) {
      return [];
    }
    const keyId = keyIdOf(certificate.publicKey);
    const owner = owners.get(keyId) ?? ca.cluster;
    owners.set(keyId, owner);
    return owner === ca.cluster ? [] : [{ owner, cluster: ca.cluster, certificate }];
  });
}

function shownRoot({ x509, fingerprint }: Certificate): string {
  return `${shownName(x509.subject)} (${fingerprint.slice(0, 16)})`;
}

function trusts(roots: ClusterRoots, fingerprint: string): boolean {
  return roots.trusted.some(root => root.fingerprint === fingerprint);
}
