import { join } from 'path';
import { CaContext } from './context';
import { exposedKeys } from './exposed-keys';
import { temporaryFoldersIn } from './files';
import { hasPrivateFolder, IGNORE_ALL } from './keyring';
import { allClusters, readRoots } from './roots';
import { recipientProblems } from './verify-recipients';
import { problemsOf } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import type { Problem } from '../../errors/problem';
import { bundleProblems, rootCertificateProblems } from '../../pki/ca-bundle';
import { certificatesOf, keyIdOf } from '../../pki/certificate';
import { staleCiphertext } from '../../pki/ciphertext';
import type { ClusterCa } from '../../pki/cluster-ca';
import { PKI, readOptional } from '../../pki/pki-folder';
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
    ...clusters.flatMap(staleCiphertext),
    ...clusters.flatMap(ca => problemsIn(() => recipientProblems({ pki, keys }, ca))),
    ...hasPrivateFolder(pki) ? clusters.flatMap(ca => missingKey(ca, keys)) : [],
  ];
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
  if (!hasPrivateFolder(pki) || readOptional(file) === IGNORE_ALL) {
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

function missingKey(ca: ClusterCa, keys: CaContext['keys']): Problem[] {
  const keyId = keyIdOf(certificatesOf(ca.caCert, ca.folder)[0].publicKey);
  if (keys.has(keyId)) {
    return [];
  }
  return [{
    code: MeshErrorCode.PKI,
    where: ca.folder,
    what: 'the key of the CA is missing in the private folder',
    expected: `a file that ends in -${keyId}.pem`,
    fix: `restore the key from a backup, or run istio-mesh ca renew ${ca.cluster}`,
  }];
}
