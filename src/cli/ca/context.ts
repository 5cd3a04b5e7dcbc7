import { join } from 'path';
import { Chance } from './certificates';
import { Keyring } from './keyring';
import { alone, recover, removeUnfinished } from './store';
import { MeshError, orUndefined } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { Certificate, certificatesOf, keyIdOf, shownName } from '../../pki/certificate';
import type { ClusterCa } from '../../pki/cluster-ca';
import { clustersOf, PKI, readClusterCa, readOptional, RotationStep, rootsOf } from '../../pki/pki-folder';

/** What a command works with. */
export interface CaContext {
  /** The pki/ folder. */
  readonly pki: string;
  readonly keys: Keyring;
  readonly chance: Chance;
  /** Tells people what was done. */
  readonly print: (line: string) => void;
}

/** The roots of a pki/ folder: the one in use, and the one that is to replace it. */
export interface Roots {
  readonly current: Certificate;
  readonly next?: Certificate;
  /** What a new cluster trusts: both while one replaces the other. */
  readonly trusted: Certificate[];
  /** The same as PEM. */
  readonly bundle: string;
  /** The one that signs new intermediates. */
  readonly signing: Certificate;
}

/** Does the work of a command that writes: alone, and after finishing what an earlier run left. */
export function changing<T>(context: CaContext, work: () => Promise<T>): Promise<T> {
  return alone(context.pki, async () => {
    recover(join(context.pki, PKI.clusters));
    ['', PKI.private, PKI.retired].forEach(folder => removeUnfinished(join(context.pki, folder)));
    context.keys.guard();
    settleKeys(context);
    return work();
  });
}

/**
 * The roots of the folder.
 * @throws MESH030 when there is none, or one that clusters trust is lost
 */
export function rootsIn(pki: string): Roots {
  const current = rootAt(join(pki, PKI.root));
  if (!current) {
    throw noRoot(pki);
  }
  const next = rootAt(join(pki, PKI.nextRoot));
  const clusters = allClusters(pki).map(ca => ({ ca, roots: rootsOf(ca) }));
  const known = [current, next].map(root => root?.fingerprint);
  const trustedBy = clusters.flatMap(({ ca, roots }) => roots.trusted.map(root => ({ ca, root })));
  const stranger = trustedBy.find(({ root }) => !known.includes(root.fingerprint));
  if (stranger) {
    throw lostRoot(pki, stranger.ca, stranger.root);
  }
  const retiring = next !== undefined && clusters.some(
    ({ roots }) => roots.trusted.every(({ fingerprint }) => fingerprint === next.fingerprint),
  );
  const switched = retiring || clusters.some(({ roots }) => roots.step === RotationStep.SWITCHED);
  // Once a cluster has let the old root go, nobody is to trust it anew.
  const trusted = retiring ? [next] : [current, ...next ? [next] : []];
  return { current, next, trusted, bundle: trusted.map(({ pem }) => pem).join(''), signing: next && switched ? next : current };
}

/**
 * Refuses to sign with a root that a cluster does not trust.
 * @throws MESH034
 */
export function refuseUntrusted(pki: string, root: Certificate): void {
  const behind = allClusters(pki).find(ca => !rootsOf(ca).trusted.some(({ fingerprint }) => fingerprint === root.fingerprint));
  if (!behind) {
    return;
  }
  throw new MeshError({
    code: MeshErrorCode.ROTATION,
    where: `cluster '${behind.cluster}'`,
    what: 'a step that the state of the clusters does not allow',
    got: `trusted: ${rootsOf(behind).trusted.map(({ x509 }) => shownName(x509.subject)).join(', ')}`,
    expected: `${shownName(root.x509.subject)} trusted in every cluster before it signs for one of them`,
    fix: `run istio-mesh ca rotate-root introduce --cluster ${behind.cluster}, or go on with retire where the new root is trusted alone`,
  });
}

/** All clusters of the folder. */
export function allClusters(pki: string): ClusterCa[] {
  return clustersOf(pki).map(cluster => readClusterCa(pki, cluster));
}

/** The root in a file, if there is one. */
function rootAt(path: string): Certificate | undefined {
  const text = readOptional(path);
  return text === undefined ? undefined : certificatesOf(text, path)[0];
}

/** Keys whose certificates are in place have had their marks taken off, unless a run was ended just before. */
function settleKeys({ pki, keys }: CaContext): void {
  const own = clustersOf(pki).map(cluster => readOptional(join(pki, PKI.clusters, cluster, PKI.caCert)));
  const roots = [PKI.root, PKI.nextRoot].map(file => readOptional(join(pki, file)));
  for (const text of [...own, ...roots]) {
    // What cannot be read is told by whoever needs it.
    const certificate = text === undefined ? undefined : orUndefined(() => certificatesOf(text, '')[0]);
    if (certificate) {
      keys.settle(keyIdOf(certificate.publicKey));
    }
  }
}

function noRoot(pki: string): MeshError {
  const used = clustersOf(pki).length > 0;
  return new MeshError({
    code: MeshErrorCode.PKI, where: join(pki, PKI.root), what: used ? 'the root certificate is lost' : 'no root', got: 'no such file', expected: 'the root certificate of the mesh', fix: used ? 'restore the folder from Git' : 'run istio-mesh ca init, or restore the folder from Git',
  });
}

function lostRoot(pki: string, ca: ClusterCa, root: Certificate): MeshError {
  return new MeshError({
    code: MeshErrorCode.PKI,
    where: pki,
    what: 'a root that a cluster trusts is not in the folder',
    got: `${ca.cluster} trusts ${shownName(root.x509.subject)} (${root.fingerprint.slice(0, 16)})`,
    expected: `it as ${PKI.root} or ${PKI.nextRoot}`,
    fix: 'restore these files from Git',
  });
}
