import { existsSync, readFileSync } from 'fs';
import { join } from 'path';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dnsLabel } from '../names';
import { certificatesOf, keyIdOf } from '../pki/certificate';
import type { CaBundle } from '../pki/cluster-ca';
import { openedKey } from '../pki/encrypted-key';
import { PKI, readClusterCa, readOptional } from '../pki/pki-folder';

/** The environment variable that names the file with the passphrase of encrypted keys. */
const PASSPHRASE_FILE = 'ISTIO_MESH_PASSPHRASE_FILE';

/** The CA of one cluster: its certificate, key, chain and trusted roots. */
export class CaFiles {
  /**
   * From a folder with ca-cert.pem, ca-key.pem, cert-chain.pem and root-cert.pem, and perhaps ca-crl.pem, as Istio's own
   * Makefile writes it. The key is there in the clear.
   * @param directory the folder
   * @throws MESH030 when one of the four is not there
   */
  public static fromDirectory(directory: string): CaFiles {
    const needed = (file: string) => {
      const text = readOptional(join(directory, file));
      if (text !== undefined) {
        return text;
      }
      throw new MeshError({
        code: MeshErrorCode.PKI, where: join(directory, file), what: 'a file of the CA is missing', got: 'no such file', expected: 'ca-cert.pem, ca-key.pem, cert-chain.pem and root-cert.pem', fix: 'make them with istio-mesh ca or Istio\'s Makefile, or name another folder',
      });
    };
    return new CaFiles({
      caCert: needed('ca-cert.pem'), caKey: needed('ca-key.pem'), certChain: needed('cert-chain.pem'), rootCert: needed('root-cert.pem'), crl: readOptional(join(directory, 'ca-crl.pem')),
    }, directory);
  }

  /**
   * From a pki/ folder, with its private keys, by the passphrase in the file that ISTIO_MESH_PASSPHRASE_FILE names.
   * @param directory the pki/ folder
   * @param cluster the name of the cluster
   * @throws MESH030 when the folder has no CA of the cluster, or not its key
   * @throws MESH035 when the passphrase is missing or wrong
   */
  public static fromPki(directory: string, cluster: string): CaFiles {
    dnsLabel(cluster, 'cluster name', 'CaFiles.fromPki');
    const ca = readClusterCa(directory, cluster);
    const path = join(directory, PKI.private, `${cluster}-${keyIdOf(certificatesOf(ca.caCert, ca.folder)[0].publicKey)}.pem`);
    if (!existsSync(path)) {
      throw new MeshError(
        {
          code: MeshErrorCode.PKI,
          where: path,
          what: 'the private key of the CA is not here',
          got: 'no such file',
          expected: 'the folder with the private keys, which Git ignores',
          fix: 'synthesize where the keys are kept',
        },
      );
    }
    const key = openedKey(readFileSync(path, 'utf8'), passphrase(), path);
    return new CaFiles({ ...ca, caKey: key.export({ type: 'pkcs8', format: 'pem' }).toString() }, ca.folder);
  }

  private readonly bundle!: CaBundle & { readonly caKey: string };

  private constructor(bundle: CaBundle & { readonly caKey: string }, private readonly where: string) {
    // Not enumerable: whoever prints the object, or writes it as JSON, does not print the key.
    Object.defineProperty(this, 'bundle', { value: bundle, enumerable: false });
  }

  /**
   * What the files hold. It stays inside the library: a key has no business in a user's hands here.
   * @internal
   */
  public get _bundle(): CaBundle & { readonly caKey: string } {
    return this.bundle;
  }

  /**
   * Where the files are from.
   * @internal
   */
  public get _where(): string {
    return this.where;
  }
}

function passphrase(): string {
  const file = process.env[PASSPHRASE_FILE];
  const text = file && readOptional(file);
  if (text) {
    return text.replace(/\r?\n$/, '');
  }
  throw new MeshError({
    code: MeshErrorCode.PASSPHRASE, where: 'CaFiles.fromPki', what: 'no passphrase for the private keys', got: file ? 'no such file' : 'nothing', expected: `a file named by ${PASSPHRASE_FILE}`, fix: `write the passphrase to a file that only you can read, and name the file in ${PASSPHRASE_FILE}`,
  });
}
