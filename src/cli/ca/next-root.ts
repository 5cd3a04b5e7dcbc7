import { readdirSync } from 'fs';
import { join } from 'path';
import { CaContext } from './context';
import { printRootWarnings, readExternalRoot } from './external-root';
import { renameDurably, writeFileAtomically } from './files';
import { createRoot, RootOptions } from './init';
import { Roots } from './roots';
import { MeshError } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { isThere } from '../../files/read';
import { Certificate, certificatesOf, keyIdOf, shownName } from '../../pki/certificate';
import { PKI } from '../../pki/pki-folder';

/** Roots during a replacement. */
export type ReplacedRoots = Roots & { readonly next: Certificate };

/**
 * Root that replaces the current one. If the folder has none yet, the root is created or taken over.
 * @throws MESH034 for an external root other than the one being introduced, or for the root in use
 */
export async function introducedRoot(context: CaContext, roots: Roots, options: RootOptions): Promise<Certificate> {
  const external = options.rootCert === undefined ? undefined : readExternalRoot(options.rootCert, context.environment.now());
  if (roots.next) {
    refuseOtherRoot(roots.next, external);
    return roots.next;
  }
  if (external && external.fingerprint === roots.current.fingerprint) {
    throw notThisRoot('this root is already in use', external, 'pass the certificate of the root that replaces it');
  }
  return writeNextRoot(context, external?.pem ?? await createRoot(context, options, retiredRootCount(context.pki) + 2));
}

/** Moves the current root to the retired roots, and makes the next root the current one. Returns the path of the retired root. */
export function promoteNextRoot(pki: string, { current }: ReplacedRoots): string {
  const retired = join(pki, PKI.retired, `root-${current.fingerprint.slice(0, 16)}.pem`);
  if (!isThere(retired)) {
    writeFileAtomically(retired, current.pem);
  }
  renameDurably(join(pki, PKI.nextRoot), join(pki, PKI.root));
  return retired;
}

/** Number of roots that were replaced. */
export function retiredRootCount(pki: string): number {
  const folder = join(pki, PKI.retired);
  return isThere(folder) ? readdirSync(folder).filter(name => name.endsWith('.pem')).length : 0;
}

function writeNextRoot(context: CaContext, pem: string): Certificate {
  const { pki, keys, print } = context;
  const path = join(pki, PKI.nextRoot);
  const [next] = certificatesOf(pem, path);
  writeFileAtomically(path, pem);
  keys.markCertified(keyIdOf(next.publicKey));
  print(`${path}: ${shownName(next.x509.subject)}, valid until ${next.notAfter.toISOString()}`);
  printRootWarnings(context, pem);
  return next;
}

function refuseOtherRoot(next: Certificate, external: Certificate | undefined): void {
  if (external && external.fingerprint !== next.fingerprint) {
    throw notThisRoot(
      'another root is being introduced',
      external,
      'finish that replacement first, or omit --root-cert to continue it',
      shownName(next.x509.subject),
    );
  }
}

function notThisRoot(what: string, external: Certificate, fix: string, expected?: string): MeshError {
  return new MeshError(
    { code: MeshErrorCode.ROTATION, where: '--root-cert', what, got: shownName(external.x509.subject), expected, fix },
  );
}
