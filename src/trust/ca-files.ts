import type { KeyObject } from 'crypto';
import { join } from 'path';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { isThere, readText, readTextIfThere } from '../files/read';
import { dnsLabel } from '../names';
import { checkedArgument } from '../options/checked';
import { instance, text } from '../options/kinds';
import { Certificate, certificatesOf, keyIdOf, shownName } from '../pki/certificate';
import type { CaBundle } from '../pki/cluster-ca';
import { openedKey, PASSPHRASE_FILE, passphraseFromFile } from '../pki/encrypted-key';
import { PKI, readClusterCa } from '../pki/pki-folder';

/** Bundle with the private key. */
type KeyedBundle = CaBundle & { readonly caKey: string };

/**
 * CA of one cluster with its private key: certificate, key, chain and trusted roots.
 *
 * @example
 * const files = CaFiles.fromDirectory('certs/cluster1');
 */
export class CaFiles {
  /**
   * Reads the CA from a folder with ca-cert.pem, ca-key.pem, cert-chain.pem, root-cert.pem and optionally ca-crl.pem, as the
   * Makefile of Istio writes it. The private key in the folder is not encrypted.
   * @param directory path of the folder
   * @returns the CA; its content is checked by whoever uses it
   * @throws MESH030 when one of the four required files is missing, MESH055 when one cannot be read
   */
  public static fromDirectory(directory: string): CaFiles {
    checkedArgument(text, directory, 'directory', 'CaFiles.fromDirectory');
    const required = (file: string) => {
      const content = readTextIfThere(join(directory, file));
      if (content !== undefined) {
        return content;
      }
      throw new MeshError({
        code: MeshErrorCode.PKI,
        where: join(directory, file),
        what: 'a file of the CA is missing',
        expected: 'ca-cert.pem, ca-key.pem, cert-chain.pem and root-cert.pem',
        fix: 'make them with istio-mesh ca or Istio\'s Makefile, or name another folder',
      });
    };
    return new CaFiles({
      caCert: required('ca-cert.pem'),
      caKey: required('ca-key.pem'),
      certChain: required('cert-chain.pem'),
      rootCert: required('root-cert.pem'),
      crl: readTextIfThere(join(directory, 'ca-crl.pem')),
    }, directory, directory);
  }

  /**
   * Reads the CA from a pki/ folder with private keys. The passphrase of the keys is in the file that the environment variable
   * ISTIO_MESH_PASSPHRASE_FILE names.
   * @param directory path of the pki/ folder
   * @param cluster name of the cluster
   * @returns the CA with its private key, which stays in memory
   * @throws MESH001 for an invalid cluster name, MESH030 when the folder lacks the CA of the cluster or its private key,
   * MESH035 when the passphrase is missing or wrong, MESH051 when the file of the key holds another key
   */
  public static fromPki(directory: string, cluster: string): CaFiles {
    checkedArgument(text, directory, 'directory', 'CaFiles.fromPki');
    dnsLabel(cluster, 'cluster name', 'CaFiles.fromPki');
    const ca = readClusterCa(directory, cluster);
    const [certificate] = certificatesOf(ca.caCert, ca.folder);
    const path = join(directory, PKI.private, `${cluster}-${keyIdOf(certificate.publicKey)}.pem`);
    if (!isThere(path)) {
      throw new MeshError({
        code: MeshErrorCode.PKI,
        where: path,
        what: 'the private key of the CA is missing',
        expected: 'the private keys, which Git ignores, in the pki/ folder',
        fix: 'synthesize where the keys are kept',
      });
    }
    const key = openedKey(readText(path), requiredPassphrase(), path);
    refuseOtherKey(certificate, key, path, cluster);
    return new CaFiles({ ...ca, caKey: key.export({ type: 'pkcs8', format: 'pem' }).toString() }, ca.folder, directory);
  }

  private readonly bundle!: KeyedBundle;

  private constructor(bundle: KeyedBundle, private readonly where: string, private readonly directory: string) {
    // A property that is not enumerable keeps the key out of console.log and JSON.stringify.
    Object.defineProperty(this, 'bundle', { value: bundle, enumerable: false });
  }

  /**
   * Content of the files. It is internal, so that programs have no access to the private key.
   * @internal
   */
  public get _bundle(): KeyedBundle {
    return this.bundle;
  }

  /**
   * Path of the folder, for error messages.
   * @internal
   */
  public get _where(): string {
    return this.where;
  }

  /**
   * Path of the folder that the caller named.
   * @internal
   */
  public get _directory(): string {
    return this.directory;
  }
}

/** The kind of options that hold the CA of a cluster. */
export const CA_FILES = instance(CaFiles, { write: "CaFiles.fromDirectory('certs/cluster1')" });
/** Refuses a key that is not the one that the name of its file promises: istiod would not start with it. */
function refuseOtherKey({ x509 }: Certificate, key: KeyObject, path: string, cluster: string): void {
  if (x509.checkPrivateKey(key)) {
    return;
  }
  throw new MeshError({
    code: MeshErrorCode.CLUSTER_FILES,
    where: path,
    what: `the file does not hold the key of the CA of cluster '${cluster}'`,
    got: 'another key',
    expected: `the key of ${shownName(x509.subject)}`,
    fix: 'restore the file from a copy of the private folder',
  });
}

function requiredPassphrase(): string {
  const passphrase = passphraseFromFile('CaFiles.fromPki');
  if (passphrase) {
    return passphrase;
  }
  throw new MeshError({
    code: MeshErrorCode.PASSPHRASE,
    where: 'CaFiles.fromPki',
    what: 'no passphrase for the private keys',
    expected: `a file that ${PASSPHRASE_FILE} names`,
    fix: `write the passphrase to a file that only you can read, and set ${PASSPHRASE_FILE} to its path`,
  });
}
