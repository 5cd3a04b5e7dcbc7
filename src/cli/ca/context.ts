import { join } from 'path';
import { Chance } from './certificates';
import { Keyring } from './keyring';
import { alone, recover, removeUnfinished } from './store';
import { MeshError, MeshErrorCode } from '../../mesh-error';
import { Certificate, keyIdOf, readCertificates, shownName } from '../../trust/certificate';
import type { ClusterCa } from '../../trust/cluster-ca';
import { clustersOf, PKI, readClusterCa, readOptional, RotationStep, rootsOf } from '../../trust/pki-folder';

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
  /** What clusters trust from now on: both while one replaces the other. */
  readonly bundle: string;
  /** The one that signs new intermediates. */
  readonly signing: Certificate;
}

/** Does the work of a command that writes: alone, and after finishing what an earlier run left. */
export function changing<T>(context: CaContext, work: () => Promise<T>): Promise<T> {
  return alone(context.pki, async () => {
    recover(join(context.pki, PKI.clusters));
    ['', PKI.private, PKI.retired].forEach(folder => removeUnfinished(join(context.pki, folder)));
    settleKeys(context);
    return work();
  });
}

/**
 * The roots of the folder.
 * @throws MESH030 when there is none
 */
export function rootsIn(pki: string): Roots {
  const current = rootAt(join(pki, PKI.root));
  if (!current) {throw noRoot(pki);}
  const next = rootAt(join(pki, PKI.nextRoot));
  const switched = next && allClusters(pki).some(ca => ca.rootCert === next.pem || rootsOf(ca).step === RotationStep.SWITCHED);
  return { current, next, bundle: current.pem + (next?.pem ?? ''), signing: next && switched ? next : current };
}

/**
 * Refuses to sign with the new root while a cluster does not trust it.
 * @throws MESH034
 */
export function refuseEarlySwitch(pki: string): void {
  const behind = allClusters(pki).find(ca => rootsOf(ca).step === RotationStep.STABLE);
  if (!behind) {return;}
  const { signing } = rootsOf(behind);
  throw new MeshError({
    code: MeshErrorCode.ROTATION,
    where: `cluster '${behind.cluster}'`,
    what: 'a step that the state of the clusters does not allow',
    got: `one trusted root, ${shownName(signing?.x509.subject ?? 'none')}`,
    expected: 'both roots trusted in every cluster before one of them signs with the new',
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
  return text === undefined ? undefined : readCertificates(text)[0];
}

/** Keys whose certificates are in place have had their marks taken off, unless a run was ended just before. */
function settleKeys({ pki, keys }: CaContext): void {
  const own = clustersOf(pki).map(cluster => readOptional(join(pki, PKI.clusters, cluster, PKI.caCert)));
  const roots = [PKI.root, PKI.nextRoot].map(file => readOptional(join(pki, file)));
  for (const text of [...own, ...roots]) {
    if (text !== undefined) {readCertificates(text).slice(0, 1).forEach(certificate => keys.settle(keyIdOf(certificate.publicKey)));}
  }
}

function noRoot(pki: string): MeshError {
  const used = clustersOf(pki).length > 0;
  return new MeshError({
    code: MeshErrorCode.PKI, where: join(pki, PKI.root), what: used ? 'the root certificate is lost' : 'no root', got: 'no such file', expected: 'the root certificate of the mesh', fix: used ? 'restore the folder from Git' : 'run istio-mesh ca init, or restore the folder from Git',
  });
}
