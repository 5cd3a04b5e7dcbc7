import { createHash } from 'crypto';
import { existsSync, readdirSync, readFileSync } from 'fs';
import { join, resolve } from 'path';
import { Certificate, certificatesOf, signedBy } from './certificate';
import type { CaBundle, ClusterCa, SealedFile, SopsFile } from './cluster-ca';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

/** The files of a pki/ folder, made by `istio-mesh ca`: all of them are for Git, save what is in `private`. */
export const PKI = {
  root: 'root-cert.pem',
  /** The root that is to replace it, while it does. */
  nextRoot: 'next-root-cert.pem',
  /** Roots that were replaced. */
  retired: 'retired',
  clusters: 'clusters',
  /** Encrypted keys; ignored by Git. */
  private: 'private',
  caCert: 'ca-cert.pem',
  certChain: 'cert-chain.pem',
  clusterRoot: 'root-cert.pem',
  crl: 'ca-crl.pem',
  sealingCert: 'sealing-cert.pem',
  sealed: 'cacerts.sealed.json',
  ageRecipients: 'age-recipients.txt',
  sops: 'cacerts.sops.json',
} as const;

/** The secret that istiod reads. */
export const CACERTS = 'cacerts';

/**
 * What pki/ holds of a cluster.
 * @throws MESH030 when there is nothing, or a part is missing or unreadable; it names the command that makes it
 */
export function readClusterCa(pki: string, cluster: string): ClusterCa {
  const folder = join(pki, PKI.clusters, cluster);
  if (!LABEL.test(cluster) || !existsSync(folder)) {
    throw noCluster(pki, cluster, folder);
  }
  const missing = (what: string, path: string) => new MeshError({
    code: MeshErrorCode.PKI, where: path, what, got: 'no such file', expected: 'what istio-mesh ca made', fix: `restore the folder from Git, or run istio-mesh ca verify${dirOption(pki)} to see what else is wrong`,
  });
  const needed = (file: string) => {
    const text = readOptional(join(folder, file));
    if (text === undefined) {
      throw missing(`the CA of cluster '${cluster}' lacks ${file}`, join(folder, file));
    }
    return text;
  };
  return {
    cluster,
    folder,
    caCert: needed(PKI.caCert),
    certChain: needed(PKI.certChain),
    rootCert: needed(PKI.clusterRoot),
    crl: readOptional(join(folder, PKI.crl)),
    sealingCert: readOptional(join(folder, PKI.sealingCert)),
    sealed: readJson(join(folder, PKI.sealed), cluster) as SealedFile | undefined,
    ageRecipients: readOptional(join(folder, PKI.ageRecipients)),
    sops: readJson(join(folder, PKI.sops), cluster) as SopsFile | undefined,
  };
}

function noCluster(pki: string, cluster: string, folder: string): MeshError {
  if (!existsSync(pki)) {
    return new MeshError({
      code: MeshErrorCode.PKI, where: folder, what: `no folder ${pki}, so no CA of cluster '${cluster}'`, got: `nothing at ${resolve(pki)}`, expected: 'the folder that istio-mesh ca made', fix: 'run this from where the folder is, or name it by directory; restore it from Git if it is lost. For a mesh that is new: istio-mesh ca init',
    });
  }
  const known = clustersOf(pki);
  const command = `istio-mesh ca ${existsSync(join(pki, PKI.root)) ? `issue ${cluster}` : 'init'}${dirOption(pki)}`;
  return new MeshError({
    code: MeshErrorCode.PKI,
    where: folder,
    what: `no CA of cluster '${cluster}'`,
    got: 'no such folder',
    expected: known.length > 0 ? `what ${command} makes; there are ${known.join(', ')}` : `what ${command} makes`,
    fix: `run ${command}, restore the folder from Git, or correct the name`,
  });
}

/** What must be added to a command for another folder than its own. */
export function dirOption(pki: string): string {
  return pki === 'pki' ? '' : ` --dir ${pki}`;
}

/** What names a cluster, RFC 1123; other folders and files are none of ours. */
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** The clusters that pki/ knows. */
export function clustersOf(pki: string): string[] {
  const folder = join(pki, PKI.clusters);
  if (!existsSync(folder)) {
    return [];
  }
  return readdirSync(folder, { withFileTypes: true }).filter(
    entry => entry.isDirectory() && LABEL.test(entry.name),
  ).map(({ name }) => name).sort();
}

/** The files of the secret that are public, by their names in it. */
export function publicFiles(ca: CaBundle): { [file: string]: string } {
  return {
    'ca-cert.pem': ca.caCert,
    'cert-chain.pem': ca.certChain,
    'root-cert.pem': ca.rootCert,
    ...ca.crl === undefined ? {} : { 'ca-crl.pem': ca.crl },
  };
}

/** A digest of all that ciphertext is made of: when it changes, the ciphertext is out of date. The key is named by its certificate. */
export function inputsOf(
  ca: CaBundle,
  delivery: { readonly namespace: string; readonly scope?: string; readonly recipient: string },
): string {
  const { namespace, scope, recipient } = delivery;
  return createHash('sha256').update(
    JSON.stringify([CACERTS, namespace, scope ?? '', recipient, Object.entries(publicFiles(ca)).sort()]),
  ).digest('hex');
}

/** Where a cluster is in the replacement of a root. What its files say is the record: nothing can contradict it. */
export enum RotationStep {
  /** One root is trusted. */
  STABLE = 'stable',
  /** Two roots are trusted, the older signs. */
  INTRODUCED = 'introduced',
  /** Two roots are trusted, the newer signs. */
  SWITCHED = 'switched',
}

/** The roots that a cluster trusts, the one that its CA is signed by, and where that puts it. */
export interface ClusterRoots {
  readonly trusted: Certificate[];
  readonly signing?: Certificate;
  readonly step: RotationStep;
}

/**
 * The roots of a cluster.
 * @throws MESH030 for files that hold no certificates
 */
export function rootsOf(ca: Pick<CaBundle, 'certChain' | 'rootCert'>): ClusterRoots {
  const trusted = certificatesOf(ca.rootCert, PKI.clusterRoot);
  const chain = certificatesOf(ca.certChain, PKI.certChain);
  const last = chain[chain.length - 1];
  const signing = trusted.find(root => root.fingerprint === last.fingerprint) ?? trusted.find(root => signedBy(last, root));
  const step = trusted.length < 2 ? RotationStep.STABLE : signing === trusted[trusted.length - 1] ? RotationStep.SWITCHED : RotationStep.INTRODUCED;
  return { trusted, signing, step };
}

/**
 * The text of a file; undefined when there is none.
 * @throws MESH030 when there is something that cannot be read
 */
export function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return undefined;
    }
    throw new MeshError(
      {
        code: MeshErrorCode.PKI,
        where: path,
        what: 'a file that cannot be read',
        got: code,
        expected: 'a file',
        fix: 'restore it from Git, or give yourself the right to read it',
      },
    );
  }
}

function readJson(path: string, cluster: string): unknown {
  const text = readOptional(path);
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    throw new MeshError(
      {
        code: MeshErrorCode.PKI,
        where: path,
        what: 'a file that is no JSON',
        got: 'something else',
        expected: 'what istio-mesh ca wrote',
        fix: `restore it from Git, or run istio-mesh ca reseal ${cluster}`,
      },
    );
  }
}
