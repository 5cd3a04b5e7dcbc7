import { join } from 'path';
import { rootCertificate } from './certificates';
import { CaContext, changing } from './context';
import { given } from './given';
import { writeWhole } from './store';
import { MeshError, MeshErrors } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { rootCertificateProblems } from '../../pki/ca-bundle';
import { Certificate, certificatesOf, keyIdOf, shownName } from '../../pki/certificate';
import { clustersOf, PKI, readOptional } from '../../pki/pki-folder';

/** How a root is made, or taken over. */
export interface RootOptions {
  readonly organization: string;
  readonly keySize: number;
  readonly days: number;
  /** A file with the certificate of a root whose key stays elsewhere. */
  readonly rootCert?: string;
}

/**
 * Makes the root of a mesh, or takes over the certificate of one that signs elsewhere. Where there is a root, nothing
 * changes.
 * @throws MESH030 where there was a root: another one would cut every cluster
 */
export function init(context: CaContext, options: RootOptions): Promise<void> {
  return changing(context, async () => {
    const { pki, print } = context;
    const path = join(pki, PKI.root);
    const there = readOptional(path);
    const external = options.rootCert === undefined ? undefined : externalRoot(options.rootCert, context.chance.now());
    if (there !== undefined) {
      const [root] = certificatesOf(there, path);
      if (external && external.fingerprint !== root.fingerprint) {
        throw otherRoot(path, root, external);
      }
      print(`${path} is there (${shownName(root.x509.subject)}): nothing changed`);
      return;
    }
    if (clustersOf(pki).length > 0 || context.keys.hadCertificate('root')) {
      throw lostRoot(path);
    }
    const root = external?.pem ?? await makeRoot(context, options, 1);
    writeWhole(path, root);
    const [certificate] = certificatesOf(root, path);
    context.keys.settle(keyIdOf(certificate.publicKey));
    print(`${path}: ${shownName(certificate.x509.subject)}, valid until ${certificate.notAfter.toISOString()}`);
    print(external ? 'Its key stays where it is: have intermediates signed with ca issue --csr-out and --import-cert.'
      : `Its key is in ${join(pki, PKI.private)}, encrypted: keep a copy of that folder and the passphrase in a safe place, and out of Git.`);
  });
}

/** Makes a root; its certificate is not in place yet. */
export async function makeRoot(context: CaContext, options: RootOptions, generation: number): Promise<string> {
  const keys = await context.keys.make('root', options.keySize);
  const { organization, days } = options;
  return rootCertificate({ organization, generation, days, key: keys.privateKey, publicKey: keys.publicKey }, context.chance);
}

/**
 * The certificate of a root that signs elsewhere.
 * @throws an error with everything that is wrong with it
 */
export function externalRoot(file: string, now: Date): Certificate {
  const text = `${given(file, '--root-cert').replace(/\r\n/g, '\n').trim()}\n`;
  const problems = rootCertificateProblems(text, file, { at: now });
  if (problems.length > 0) {
    throw new MeshErrors(problems);
  }
  return certificatesOf(text, file)[0];
}

function otherRoot(path: string, root: Certificate, other: Certificate): MeshError {
  return new MeshError({
    code: MeshErrorCode.PKI, where: path, what: 'the folder has another root', got: other.fingerprint, expected: root.fingerprint, fix: 'replace a root in steps, with istio-mesh ca rotate-root introduce --root-cert',
  });
}

function lostRoot(path: string): MeshError {
  return new MeshError({
    code: MeshErrorCode.PKI,
    where: path,
    what: 'the root certificate is lost, and clusters or a key of it are there',
    got: 'no such file',
    expected: 'the root that signed them: a new one would cut every cluster',
    fix: 'restore the folder from Git',
  });
}
