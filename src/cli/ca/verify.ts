import { existsSync, readdirSync } from 'fs';
import { join } from 'path';
import { allClusters, CaContext, rootsIn } from './context';
import { hasKeys } from './status';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import type { Problem } from '../../errors/problem';
import { bundleProblems, rootCertificateProblems } from '../../pki/ca-bundle';
import { certificatesOf, keyIdOf } from '../../pki/certificate';
import { staleCiphertext } from '../../pki/ciphertext';
import type { ClusterCa } from '../../pki/cluster-ca';
import { PKI, readOptional } from '../../pki/pki-folder';
import { differingRoots, sharedKeys, sharedSealingKeys } from '../../pki/trust-problems';

/** Everything that is wrong in the folder, as far as it shows without a passphrase. */
export function verifyProblems(context: Pick<CaContext, 'pki' | 'keys' | 'chance'>, { sharedSealingKey = false } = {}): Problem[] {
  const { pki, keys, chance } = context;
  const at = chance.now();
  const clusters = allClusters(pki);
  const bundles = clusters.flatMap(ca => bundleProblems(ca, `cluster '${ca.cluster}'`, { at }));
  const broken = [...unfinished(pki), ...clearKeys(pki), ...bundles];
  // What cannot be read is told once.
  if (bundles.length > 0) {
    return broken;
  }
  const { current, next } = rootsIn(pki);
  const roots = [[PKI.root, current], [PKI.nextRoot, next]] as const;
  const badRoots = roots.flatMap(([file, root]) => root ? rootCertificateProblems(root.pem, join(pki, file), { at }) : []);
  const lost = hasKeys(pki) ? clusters.flatMap(ca => lostKey(ca, keys)) : [];
  const shared = [...sharedKeys(clusters), ...sharedSealingKey ? [] : sharedSealingKeys(clusters)];
  return [...broken, ...badRoots, ...differingRoots(clusters), ...shared, ...clusters.flatMap(staleCiphertext), ...lost];
}

function lostKey(ca: ClusterCa, keys: CaContext['keys']): Problem[] {
  const keyId = keyIdOf(certificatesOf(ca.caCert, ca.folder)[0].publicKey);
  if (keys.has(keyId)) {
    return [];
  }
  return [{
    code: MeshErrorCode.PKI, where: ca.folder, what: 'the key of the CA is not in the private folder', got: 'no such file', expected: `a file that ends in -${keyId}.pem`, fix: `restore it from where keys are kept, or run istio-mesh ca renew ${ca.cluster}`,
  }];
}

/** What a run left that was ended in the middle. */
function unfinished(pki: string): Problem[] {
  const folder = join(pki, PKI.clusters);
  const left = existsSync(folder) ? readdirSync(folder).filter(name => /^\..+\.(next|old)$/.test(name)) : [];
  return left.map(name => ({
    code: MeshErrorCode.PKI, where: join(folder, name), what: 'a run was ended in the middle', got: name, expected: 'a finished folder', fix: 'run any command that writes, such as istio-mesh ca issue of a cluster that is there: it finishes or takes back what was under way',
  }));
}

/** Private keys in the clear, or outside the folder that Git ignores. */
function clearKeys(pki: string): Problem[] {
  const entries = readdirSync(pki, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  const files = entries.map(entry => join(entry.parentPath, entry.name));
  const isPrivate = (file: string) => file.startsWith(join(pki, PKI.private));
  const found = files.filter(
    file => (isPrivate(file) ? /-----BEGIN (?!ENCRYPTED )[A-Z ]*PRIVATE KEY-----/ : /PRIVATE KEY-----/).test(readOptional(file) ?? ''),
  );
  const open = hasKeys(pki) && readOptional(join(pki, PKI.private, '.gitignore')) !== '*\n' ? [join(pki, PKI.private, '.gitignore')] : [];
  return [
    ...found.map(
      (file): Problem => ({
        code: MeshErrorCode.PRIVATE_KEY,
        where: file,
        what: 'a private key in the clear, or outside the private folder',
        got: 'a private key',
        expected: 'encrypted keys in the private folder alone',
        fix: 'remove it, and renew the CA that it is of if it was ever in Git',
      }),
    ),
    ...open.map(
      (file): Problem => ({
        code: MeshErrorCode.PRIVATE_KEY,
        where: file,
        what: 'Git does not ignore the private keys',
        got: 'no .gitignore, or another',
        expected: 'one that ignores everything',
        fix: 'run any istio-mesh ca command that writes: it puts it back',
      }),
    ),
  ];
}
