import { join } from 'path';
import { MeshError, MeshErrors } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { readTextIfThere } from '../../files/read';
import { Certificate, certificatesOf, shownName } from '../../pki/certificate';
import type { ClusterCa } from '../../pki/cluster-ca';
import { unknownRoots } from '../../pki/cluster-identity';
import { clustersOf, PKI, readClusterCa, RotationStep, rootsOf } from '../../pki/pki-folder';

/** Roots of a pki/ folder. */
export interface Roots {
  /** Root in use. */
  readonly current: Certificate;
  /** Root that replaces the current one, during a replacement. */
  readonly next?: Certificate;
  /** Roots that a new cluster trusts: both during a replacement. */
  readonly trusted: Certificate[];
  /** Trusted roots in PEM. */
  readonly bundle: string;
  /** Root that signs new intermediates. */
  readonly signing: Certificate;
}

/**
 * Reads the roots of a pki/ folder.
 * @throws MESH030 if the folder has no root, or lacks a root that a cluster trusts
 */
export function readRoots(pki: string): Roots {
  const current = rootIn(join(pki, PKI.root));
  if (!current) {
    throw noRoot(pki);
  }
  const next = rootIn(join(pki, PKI.nextRoot));
  const clusters = allClusters(pki);
  refuseUnknownRoots(pki, clusters, [current, ...next ? [next] : []]);
  const clusterRoots = clusters.map(rootsOf);
  const isRetiring = next !== undefined && clusterRoots.some(({ trusted }) => trusted.every(root => isSame(root, next)));
  const hasSwitched = isRetiring || clusterRoots.some(({ step }) => step === RotationStep.SWITCHED);
  // As soon as one cluster no longer trusts the old root, a new cluster must not trust it either.
  const trusted = isRetiring ? [next] : [current, ...next ? [next] : []];
  return { current, next, trusted, bundle: trusted.map(({ pem }) => pem).join(''), signing: next && hasSwitched ? next : current };
}

/**
 * Refuses to sign with a root that a cluster does not trust.
 * @throws MESH034 if there is such a cluster
 */
export function refuseUntrustedRoot(pki: string, root: Certificate): void {
  const behind = allClusters(pki).find(ca => !rootsOf(ca).trusted.some(trusted => isSame(trusted, root)));
  if (!behind) {
    return;
  }
  const name = shownName(root.x509.subject);
  throw new MeshError({
    code: MeshErrorCode.ROTATION,
    where: `cluster '${behind.cluster}'`,
    what: `the cluster does not trust ${name}, so that root cannot sign yet`,
    got: rootsOf(behind).trusted.map(({ x509 }) => shownName(x509.subject)).join(', '),
    expected: `${name} among the trusted roots of every cluster`,
    fix: `run istio-mesh ca rotate-root introduce --cluster ${behind.cluster}; if a cluster already trusts only the new root, run retire`,
  });
}

/** All clusters of a pki/ folder. */
export function allClusters(pki: string): ClusterCa[] {
  return clustersOf(pki).map(cluster => readClusterCa(pki, cluster));
}

function rootIn(path: string): Certificate | undefined {
  const text = readTextIfThere(path);
  return text === undefined ? undefined : certificatesOf(text, path)[0];
}

function isSame(one: Certificate, other: Certificate): boolean {
  return one.fingerprint === other.fingerprint;
}

function noRoot(pki: string): MeshError {
  const problem = { code: MeshErrorCode.PKI, where: join(pki, PKI.root) };
  return clustersOf(pki).length > 0
    ? new MeshError({ ...problem, what: 'the root certificate is missing', fix: 'restore the folder from Git' })
    : new MeshError({ ...problem, what: 'the folder has no root', fix: 'run istio-mesh ca init, or restore the folder from Git' });
}

function refuseUnknownRoots(pki: string, clusters: ClusterCa[], known: Certificate[]): void {
  const problems = clusters.flatMap(ca => unknownRoots(ca, known, pki));
  if (problems.length > 0) {
    throw new MeshErrors(problems);
  }
}
