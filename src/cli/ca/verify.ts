import { join } from 'path';
import { CaContext } from './context';
import { exposedKeys } from './exposed-keys';
import { temporaryFoldersIn } from './files';
import { foreignKey } from './folder-owner';
import { hasPrivateFolder, IGNORE_ALL } from './keyring';
import { allClusters, readRoots } from './roots';
import { recipientProblems } from './verify-recipients';
import { problemsOf } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import type { Problem } from '../../errors/problem';
import { readTextIfThere } from '../../files/read';
import { bundleProblems, rootCertificateProblems } from '../../pki/ca-bundle';
import { certificatesOf, keyIdOf } from '../../pki/certificate';
import { ciphertextProblems } from '../../pki/ciphertext';
import type { ClusterCa } from '../../pki/cluster-ca';
import { foreignFiles } from '../../pki/cluster-identity';
import { PKI } from '../../pki/pki-folder';
import { rootWarnings } from '../../pki/root-warnings';
import { differingRoots, sharedKeys, sharedSealingKeys } from '../../pki/trust-problems';

/** Options for `verify`. */
export interface VerifyOptions {
  /**
   * Whether sealed-secrets controllers of several clusters may share a key.
   * @default false
   */
  readonly sharedSealingKey?: boolean;
}

/**
 * All problems of a pki/ folder that can be found without the passphrase. A file that cannot be read is one of them, and does
 * not hide those of the other files.
 */
export function verifyProblems(context: Pick<CaContext, 'pki' | 'keys' | 'environment'>, options: VerifyOptions = {}): Problem[] {
  const { pki } = context;
  return [...interruptedRuns(pki), ...exposedKeys(pki), ...missingGitignore(pki), ...problemsIn(() => caProblems(context, options))];
}

function caProblems({ pki, keys, environment }: Pick<CaContext, 'pki' | 'keys' | 'environment'>, options: VerifyOptions): Problem[] {
  const at = environment.now();
  const clusters = allClusters(pki);
  const bundles = clusters.flatMap(ca => bundleProblems(ca, `cluster '${ca.cluster}'`, { at }));
  // The other checks need valid bundles and would report the same mistakes again.
  if (bundles.length > 0) {
    return bundles;
  }
  const { current, next } = readRoots(pki);
  return [
    ...rootCertificateProblems(current.pem, join(pki, PKI.root), { at }),
    ...next ? rootCertificateProblems(next.pem, join(pki, PKI.nextRoot), { at }) : [],
    ...differingRoots(clusters),
    ...sharedKeys(clusters),
    ...options.sharedSealingKey ? [] : sharedSealingKeys(clusters),
    ...clusters.flatMap(fileProblems),
    ...clusters.flatMap(ca => problemsIn(() => recipientProblems({ pki, keys }, ca))),
    ...hasPrivateFolder(pki) ? clusters.flatMap(ca => keyProblems(ca, keys)) : [],
  ];
}

/** Returns what the checks of a pki/ folder leave out, in words. */
export function uncheckedParts(pki: string): string[] {
  const hasCiphertext = allClusters(pki).some(({ sealed, sops }) => sealed || sops);
  return [
    ...hasPrivateFolder(pki) ? [] : ['private keys were not checked, because the private folder is missing, '
      + 'and neither was whether the recipients above are those that a holder of the keys has accepted'],
    ...hasCiphertext ? ['what the ciphertext holds was not checked beyond its files, their lengths and its digest, because only its '
      + 'recipients can open it'] : [],
  ];
}

/** Warnings about the roots of a pki/ folder. They do not change the exit code. */
export function verifyWarnings(pki: string): Problem[] {
  const { current, next } = readRoots(pki);
  return [current, ...next ? [next] : []].flatMap(({ pem }) => rootWarnings(pem));
}

/** The problems that a check returns, or that it throws. */
function problemsIn(check: () => Problem[]): Problem[] {
  try {
    return check();
  } catch (error) {
    return problemsOf(error);
  }
}

function interruptedRuns(pki: string): Problem[] {
  const folder = join(pki, PKI.clusters);
  return temporaryFoldersIn(folder).map(name => ({
    code: MeshErrorCode.PKI,
    where: join(folder, name),
    what: 'a run was interrupted before it had replaced this folder',
    fix: 'run a command that changes the folder, such as istio-mesh ca issue of an existing cluster: it completes or reverts the change',
  }));
}

function missingGitignore(pki: string): Problem[] {
  const file = join(pki, PKI.private, '.gitignore');
  if (!hasPrivateFolder(pki) || readTextIfThere(file) === IGNORE_ALL) {
    return [];
  }
  return [{
    code: MeshErrorCode.PRIVATE_KEY,
    where: file,
    what: 'Git does not ignore the private keys',
    expected: 'a file that ignores everything in the folder',
    fix: 'run any istio-mesh ca command that changes the folder: it restores the file',
  }];
}

/** Ciphertext is checked only in a folder whose files belong to its cluster: the advice to encrypt again would be wrong elsewhere. */
function fileProblems(ca: ClusterCa): Problem[] {
  const foreign = foreignFiles(ca);
  return foreign.length > 0 ? foreign : ciphertextProblems(ca);
}

function keyProblems(ca: ClusterCa, keys: CaContext['keys']): Problem[] {
  const keyId = keyIdOf(certificatesOf(ca.caCert, ca.folder)[0].publicKey);
  if (keys.has(keyId)) {
    return foreignKey(ca, keys);
  }
  return [{
    code: MeshErrorCode.PKI,
    where: ca.folder,
    what: 'the key of the CA is missing in the private folder',
    expected: `a file that ends in -${keyId}.pem`,
    fix: `restore the key from a backup, or run istio-mesh ca renew ${ca.cluster}`,
  }];
}
