import { MeshErrorCode, Problem } from '../mesh-error';
import { Certificate, shownName } from './certificate';
import { ClusterCa, ClusterRoots, rootsOf } from './pki-folder';

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

function shownRoot({ x509, fingerprint }: Certificate): string {
  return `${shownName(x509.subject)} (${fingerprint.slice(0, 16)})`;
}

function trusts(roots: ClusterRoots, fingerprint: string): boolean {
  return roots.trusted.some(root => root.fingerprint === fingerprint);
}
