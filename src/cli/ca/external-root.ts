import type { IntermediateShape } from './certificate-extensions';
import { certificateRequest } from './certificates';
import { CaContext } from './context';
import type { KeyPair } from './environment';
import { readOptionFile, writeFileAtomically } from './files';
import { refuseUntrustedRoot, Roots } from './roots';
import { MeshError, MeshErrors } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { problemText } from '../../errors/problem';
import { readTextIfThere } from '../../files/read';
import { rootCertificateProblems } from '../../pki/ca-bundle';
import { Certificate, certificatesOf, keyIdOf, shownName, signedBy } from '../../pki/certificate';
import type { CaBundle } from '../../pki/cluster-ca';
import { uriConstraintsOf } from '../../pki/name-constraints';
import { pemMistake } from '../../pki/pem';
import { rootWarnings } from '../../pki/root-warnings';

// An external root is a root whose key is outside the pki/ folder. It signs certificate requests.

/** Intermediate CA that an external root signed. */
export interface ImportedCa {
  readonly certificate: Certificate;
  readonly bundle: CaBundle;
  readonly keys: KeyPair;
}

/**
 * Reads the certificate of an external root.
 * @throws MESH029 with every problem of the certificate, MESH030 for a file that cannot be read
 */
export function readExternalRoot(file: string, now: Date): Certificate {
  const text = `${readOptionFile(file, '--root-cert').replace(/\r\n/g, '\n').trim()}\n`;
  const problems = rootCertificateProblems(text, file, { at: now });
  if (problems.length > 0) {
    throw new MeshErrors(problems);
  }
  return certificatesOf(text, file)[0];
}

/** Prints the properties of a root that strict verifiers refuse. */
export function printRootWarnings({ print }: Pick<CaContext, 'print'>, pem: string): void {
  rootWarnings(pem).forEach(warning => print(`warning: ${problemText(warning)}`));
}

/**
 * Creates a key and writes a certificate request for it.
 * @throws MESH030 if the file exists and is not a certificate request
 */
export async function writeCertificateRequest(
  context: CaContext, cluster: string, shape: IntermediateShape, keySize: number, file: string,
): Promise<void> {
  refuseOverwriting(file);
  const keys = await context.keys.create(cluster, keySize);
  writeFileAtomically(file, certificateRequest(shape, cluster, keys));
  const constraint = shape.trustDomain ? ` and the critical name constraint permitted;URI:${shape.trustDomain}` : '';
  context.print(
    `${file}: have your root sign this request as a CA with pathlen 0${constraint}, then run the same command with --import-cert <file>`,
  );
}

/**
 * Imports a certificate that an external root signed. The private folder must have the key of the request.
 * @param trustDomain trust domain that the certificate must be limited to
 * @throws MESH030 for a certificate that is not for this cluster, MESH034 if a cluster does not trust the root
 */
export async function importCertificate(
  context: CaContext, cluster: string, roots: Pick<Roots, 'trusted' | 'bundle'>, file: string, trustDomain: string | undefined,
): Promise<ImportedCa> {
  const certificates = certificatesIn(file);
  const [certificate] = certificates;
  refuseOtherKeys(context, cluster, certificates, file);
  refuseOtherTrustDomain(certificate, trustDomain, file);
  const keys = await context.keys.open(keyIdOf(certificate.publicKey), `the CA of cluster '${cluster}'`);
  const last = certificates[certificates.length - 1];
  const root = issuingRoot(roots.trusted, last);
  if (!root) {
    throw badImport(file, `issued by ${shownName(last.x509.issuer)}`);
  }
  refuseUntrustedRoot(context.pki, root);
  const chain = root.fingerprint === last.fingerprint ? certificates : [...certificates, root];
  return {
    certificate,
    keys,
    bundle: { caCert: certificate.pem, certChain: chain.map(({ pem }) => pem).join(''), rootCert: roots.bundle },
  };
}

function certificatesIn(file: string): Certificate[] {
  const text = readOptionFile(file, '--import-cert').replace(/\r\n/g, '\n');
  const mistake = pemMistake(text, /^CERTIFICATE$/);
  if (mistake) {
    throw badImport(file, mistake);
  }
  try {
    return certificatesOf(text, file);
  } catch {
    throw badImport(file, 'an unreadable certificate');
  }
}

function refuseOtherKeys({ keys }: CaContext, cluster: string, [certificate, ...issuers]: Certificate[], file: string): void {
  const keyId = keyIdOf(certificate.publicKey);
  if (issuers.some(({ publicKey }) => keys.belongsTo(keyIdOf(publicKey), cluster))) {
    throw badImport(file, 'the certificate of the cluster after the certificate of its issuer');
  }
  if (keys.has(keyId) && !keys.belongsTo(keyId, cluster)) {
    throw badImport(file, `${shownName(certificate.x509.subject)}, for a key of another cluster`);
  }
}

function refuseOtherTrustDomain(certificate: Certificate, trustDomain: string | undefined, file: string): void {
  const { permitted } = uriConstraintsOf(certificate);
  if (trustDomain !== undefined && (permitted.length !== 1 || permitted[0] !== trustDomain)) {
    throw badImport(
      file,
      permitted.length === 0 ? 'a CA without a name constraint' : `a CA for trust domain ${permitted.join(' or ')}`,
      `a critical name constraint that permits only URIs of ${trustDomain}`,
    );
  }
}

/** Newest of the trusted roots that the last certificate of a chain is, or that signed it. */
function issuingRoot(trusted: Certificate[], last: Certificate): Certificate | undefined {
  const newestFirst = [...trusted].reverse();
  return newestFirst.find(({ fingerprint }) => fingerprint === last.fingerprint) ?? newestFirst.find(root => signedBy(last, root));
}

function refuseOverwriting(file: string): void {
  const existing = readTextIfThere(file);
  if (existing === undefined || existing.includes('CERTIFICATE REQUEST')) {
    return;
  }
  throw new MeshError({
    code: MeshErrorCode.PKI,
    where: '--csr-out',
    what: 'the file exists and is not a certificate request',
    got: file,
    fix: 'pass the path of a new file',
  });
}

function badImport(
  file: string,
  got: string,
  expected = 'the certificate of the cluster, then the certificates of its issuers, up to a root of the folder',
): MeshError {
  return new MeshError({
    code: MeshErrorCode.PKI,
    where: file,
    what: 'not a certificate for this cluster',
    got,
    expected,
    fix: 'have that root sign the request of this cluster, and pass the signed certificate in PEM',
  });
}
