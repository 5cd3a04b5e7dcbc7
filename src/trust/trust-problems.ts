import { MeshErrorCode, Problem } from '../mesh-error';
import { Certificate, certificatesOf, keyIdOf, shownName } from './certificate';
import type { ClusterCa } from './cluster-ca';
import { ClusterRoots, rootsOf } from './pki-folder';

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
  const owners = new Map<string, string>();
  return clusters.flatMap(({ cluster, caCert }) => {
    const [own] = certificatesOf(caCert, `${cluster}, ca-cert.pem`);
    const keyId = keyIdOf(own.publicKey);
    const owner = owners.get(keyId) ?? cluster;
    owners.set(keyId, owner);
    if (owner === cluster) {return [];}
    return [{
      code: MeshErrorCode.PKI, where: `clusters ${owner} and ${cluster}`, what: 'both have one CA key', got: shownName(own.x509.subject), expected: 'a CA of its own for each cluster', fix: `run istio-mesh ca renew ${cluster}`,
    }];
  });
}

/** Clusters whose sealed-secrets controllers have one key: each could open the CA of the other. It is most often the wrong file. */
export function sharedSealingKeys(clusters: ClusterCa[]): Problem[] {
  const owners = new Map<string, string>();
  return clusters.flatMap(({ cluster, sealingCert }): Problem[] => {
    if (sealingCert === undefined) {return [];}
    const [own] = certificatesOf(sealingCert, `${cluster}, sealing-cert.pem`);
    const keyId = keyIdOf(own.publicKey);
    const owner = owners.get(keyId) ?? cluster;
    owners.set(keyId, owner);
    if (owner === cluster) {return [];}
    return [{
      code: MeshErrorCode.DELIVERY,
      where: `clusters ${owner} and ${cluster}`,
      what: 'their CAs are sealed for one key, so one cluster can open that of the other',
      got: `sealing-cert.pem with the key ${keyId}`,
      expected: 'the certificate of each cluster\'s own sealed-secrets controller',
      fix: `fetch it (kubeseal --fetch-cert, in the context of ${cluster}) and run istio-mesh ca reseal ${cluster} --sealing-cert <file>; where the controllers share a key on purpose, sharedSealingKey: true and ca verify --shared-sealing-key`,
    }];
  });
}

function shownRoot({ x509, fingerprint }: Certificate): string {
  return `${shownName(x509.subject)} (${fingerprint.slice(0, 16)})`;
}

function trusts(roots: ClusterRoots, fingerprint: string): boolean {
  return roots.trusted.some(root => root.fingerprint === fingerprint);
}
