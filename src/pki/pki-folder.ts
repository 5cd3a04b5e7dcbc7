import { createHash } from 'crypto';
import { join, resolve } from 'path';
import { Certificate, certificatesOf, signedBy } from './certificate';
import { parsedSealedFile, parsedSopsFile } from './ciphertext-files';
import type { CaBundle, ClusterCa } from './cluster-ca';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { entriesOf, isThere, readTextIfThere } from '../files/read';

/** Names of the files and folders in a pki/ folder, which `istio-mesh ca` makes. All but `private` belong into Git. */
export const PKI = {
  root: 'root-cert.pem',
  /** Root that is to replace the current one, while a replacement is under way. */
  nextRoot: 'next-root-cert.pem',
  /** Folder with the roots that were replaced. */
  retired: 'retired',
  /** Folder with a folder for each cluster. */
  clusters: 'clusters',
  /** Folder with the encrypted private keys, which Git ignores. */
  private: 'private',
  caCert: 'ca-cert.pem',
  certChain: 'cert-chain.pem',
  clusterRoot: 'root-cert.pem',
  crl: 'ca-crl.pem',
  sealingCert: 'sealing-cert.pem',
  sealed: 'cacerts.sealed.json',
  ageRecipients: 'age-recipients.txt',
  sops: 'cacerts.sops.json',
  /** Signed record of the recipients that the CA key was last encrypted for; in the private folder, those of all clusters. */
  recipients: 'recipients.json',
} as const;

/** Name of the secret that istiod reads its CA from. */
export const CACERTS = 'cacerts';

/** Cluster name as RFC 1123 defines a label. Other folders in `clusters` are not read. */
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Reads the CA of a cluster from a pki/ folder.
 * @throws MESH030 when the folder has no CA of the cluster, or a file is missing; the fix names the command; MESH055 when a file cannot
 * be read
 */
export function readClusterCa(pki: string, cluster: string): ClusterCa {
  const folder = join(pki, PKI.clusters, cluster);
  if (!isThere(pki)) {
    throw missingPkiFolder(pki, cluster, folder);
  }
  if (!isClusterName(cluster) || !isThere(folder)) {
    throw missingCluster(pki, cluster, folder);
  }
  const required = (file: string) => {
    const text = readTextIfThere(join(folder, file));
    if (text !== undefined) {
      return text;
    }
    throw new MeshError({
      code: MeshErrorCode.PKI,
      where: join(folder, file),
      what: `the CA of cluster '${cluster}' lacks ${file}`,
      fix: `restore the folder from Git, or run istio-mesh ca verify${dirOption(pki)} to see what else is wrong`,
    });
  };
  return {
    cluster,
    folder,
    caCert: required(PKI.caCert),
    certChain: required(PKI.certChain),
    rootCert: required(PKI.clusterRoot),
    crl: readTextIfThere(join(folder, PKI.crl)),
    sealingCert: readTextIfThere(join(folder, PKI.sealingCert)),
    sealed: readParsed(join(folder, PKI.sealed), cluster, parsedSealedFile),
    ageRecipients: readTextIfThere(join(folder, PKI.ageRecipients)),
    sops: readParsed(join(folder, PKI.sops), cluster, parsedSopsFile),
  };
}

function missingPkiFolder(pki: string, cluster: string, folder: string): MeshError {
  return new MeshError({
    code: MeshErrorCode.PKI,
    where: folder,
    what: `no folder ${pki}, so no CA of cluster '${cluster}'`,
    expected: `the folder of istio-mesh ca at ${resolve(pki)}`,
    fix: 'run this from the directory that holds the folder, or name it by directory; restore a lost folder from Git; '
      + 'for a new mesh, run istio-mesh ca init',
  });
}

function missingCluster(pki: string, cluster: string, folder: string): MeshError {
  const known = clustersOf(pki);
  const command = `istio-mesh ca ${isThere(join(pki, PKI.root)) ? `issue ${cluster}` : 'init'}${dirOption(pki)}`;
  return new MeshError({
    code: MeshErrorCode.PKI,
    where: folder,
    what: `no CA of cluster '${cluster}'`,
    expected: known.length > 0 ? `one of the clusters ${known.join(', ')}` : undefined,
    fix: `run ${command}, restore the folder from Git, or correct the name`,
  });
}

/** Whether a text can be the name of a cluster, and so of its folder. */
export function isClusterName(text: string): boolean {
  return LABEL.test(text);
}

/** Returns the option that a command needs for this pki/ folder: empty for the default folder. */
export function dirOption(pki: string): string {
  return pki === 'pki' ? '' : ` --dir ${pki}`;
}

/** Returns the names of the clusters in a pki/ folder, sorted. */
export function clustersOf(pki: string): string[] {
  const folders = entriesOf(join(pki, PKI.clusters)).filter(entry => entry.isDirectory() && isClusterName(entry.name));
  return folders.map(({ name }) => name).sort();
}

/** Returns the public files of the secret, by their names in the secret. */
export function publicFiles(ca: CaBundle): { [file: string]: string } {
  return {
    'ca-cert.pem': ca.caCert,
    'cert-chain.pem': ca.certChain,
    'root-cert.pem': ca.rootCert,
    ...ca.crl === undefined ? {} : { 'ca-crl.pem': ca.crl },
  };
}

/** Settings that a secret is encrypted with. */
export interface EncryptionSettings {
  /** Namespace of the secret. */
  readonly namespace: string;
  /** Scope of sealed-secrets. */
  readonly scope?: string;
  /** Sealing certificate, or recipients of age. */
  readonly recipient: string;
}

/**
 * Returns a digest of everything that ciphertext is made from: ciphertext with another digest is out of date. The digest has
 * no need of the private key, which the CA certificate identifies.
 */
export function inputsOf(ca: CaBundle, { namespace, scope = '', recipient }: EncryptionSettings): string {
  const inputs = [CACERTS, namespace, scope, recipient, Object.entries(publicFiles(ca)).sort()];
  return createHash('sha256').update(JSON.stringify(inputs)).digest('hex');
}

/** Step of a cluster in the replacement of a root. The files of the cluster tell it, so no record can contradict them. */
export enum RotationStep {
  /** The cluster trusts one root. */
  STABLE = 'stable',
  /** The cluster trusts two roots, and the older one signed its CA. */
  INTRODUCED = 'introduced',
  /** The cluster trusts two roots, and the newer one signed its CA. */
  SWITCHED = 'switched',
}

/** Roots of a cluster. */
export interface ClusterRoots {
  /** Roots that the cluster trusts, the newest last. */
  readonly trusted: Certificate[];
  /** Trusted root that signed the CA of the cluster; undefined when no trusted root did. */
  readonly signing?: Certificate;
  readonly step: RotationStep;
}

/**
 * Returns the roots of a cluster.
 * @throws MESH030 for files that hold no certificates
 */
export function rootsOf(ca: Pick<CaBundle, 'certChain' | 'rootCert'>): ClusterRoots {
  const trusted = certificatesOf(ca.rootCert, PKI.clusterRoot);
  const chain = certificatesOf(ca.certChain, PKI.certChain);
  const last = chain[chain.length - 1];
  const signing = trusted.find(root => root.fingerprint === last.fingerprint) ?? trusted.find(root => signedBy(last, root));
  return { trusted, signing, step: rotationStep(trusted, signing) };
}

function rotationStep(trusted: Certificate[], signing: Certificate | undefined): RotationStep {
  if (trusted.length < 2) {
    return RotationStep.STABLE;
  }
  return signing === trusted[trusted.length - 1] ? RotationStep.SWITCHED : RotationStep.INTRODUCED;
}

function readParsed<T>(path: string, cluster: string, parse: (text: string, path: string, cluster: string) => T): T | undefined {
  const text = readTextIfThere(path);
  return text === undefined ? undefined : parse(text, path, cluster);
}
