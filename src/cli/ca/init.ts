import { join } from 'path';
import { rootCertificate } from './certificates';
import { CaContext, changePkiFolder } from './context';
import { printRootWarnings, readExternalRoot } from './external-root';
import { writeFileAtomically } from './files';
import { MeshError } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { readTextIfThere } from '../../files/read';
import { Certificate, certificatesOf, keyIdOf, shownName } from '../../pki/certificate';
import { clustersOf, PKI } from '../../pki/pki-folder';

/** Options for a new root. */
export interface RootOptions {
  readonly organization: string;
  /** Size of the RSA key, in bits. */
  readonly keySize: number;
  /** Validity in days. */
  readonly days: number;
  /**
   * File with the certificate of an external root.
   * @default - a root is created
   */
  readonly rootCert?: string;
}

/**
 * Creates the root of a mesh, or takes over the certificate of an external root. If the folder has a root, nothing changes.
 * @throws MESH030 if the folder has another root, or lost its root
 */
export function init(context: CaContext, options: RootOptions): Promise<void> {
  return changePkiFolder(context, async () => {
    const { pki, keys, environment, print } = context;
    const path = join(pki, PKI.root);
    const existing = readTextIfThere(path);
    const external = options.rootCert === undefined ? undefined : readExternalRoot(options.rootCert, environment.now());
    if (existing !== undefined) {
      const [root] = certificatesOf(existing, path);
      if (external && external.fingerprint !== root.fingerprint) {
        throw otherRoot(path, root, external);
      }
      print(`${path} exists (${shownName(root.x509.subject)}): nothing changed`);
      return;
    }
    if (clustersOf(pki).length > 0 || keys.hasCertifiedKey('root')) {
      throw lostRoot(path);
    }
    const pem = external?.pem ?? await createRoot(context, options, 1);
    writeFileAtomically(path, pem);
    const [root] = certificatesOf(pem, path);
    printRootWarnings(context, pem);
    keys.markCertified(keyIdOf(root.publicKey));
    print(`${path}: ${shownName(root.x509.subject)}, valid until ${root.notAfter.toISOString()}`);
    print(external
      ? 'The key of this root is external. Sign intermediates with ca issue --csr-out and --import-cert.'
      : `The encrypted key is in ${join(pki, PKI.private)}. Keep a copy of this folder and the passphrase in a safe place outside Git.`);
  });
}

/** Creates a root key and returns the root certificate in PEM, which the caller writes. */
export async function createRoot(context: CaContext, options: RootOptions, generation: number): Promise<string> {
  const { organization, keySize, days } = options;
  const keys = await context.keys.create('root', keySize);
  return rootCertificate({ organization, generation, days, keys }, context.environment);
}

function otherRoot(path: string, root: Certificate, other: Certificate): MeshError {
  return new MeshError({
    code: MeshErrorCode.PKI,
    where: path,
    what: 'the folder has another root',
    got: other.fingerprint,
    expected: root.fingerprint,
    fix: 'to replace the root, run istio-mesh ca rotate-root introduce --root-cert',
  });
}

function lostRoot(path: string): MeshError {
  return new MeshError({
    code: MeshErrorCode.PKI,
    where: path,
    what: 'the root certificate is missing, but the folder has clusters or a key of the root',
    expected: 'the root that signed the clusters: no cluster trusts a new root',
    fix: 'restore the folder from Git',
  });
}
