import { certificateRequest, IntermediateShape, shapeOf } from './certificates';
import { CaContext, refuseUntrusted, Roots } from './context';
import { given } from './given';
import { Keys } from './keys';
import { writeWhole } from './store';
import { MeshError } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { Certificate, certificatesOf, keyIdOf, shownName, signedBy } from '../../pki/certificate';
import type { CaBundle } from '../../pki/cluster-ca';
import { pemMistake } from '../../pki/pem';
import { readOptional } from '../../pki/pki-folder';

/** A CA that a root elsewhere signed. */
export interface SignedElsewhere {
  readonly bundle: CaBundle;
  readonly keys: Keys;
  /** Its names and its end, in words. */
  readonly what: string;
}

/** Makes a key, and writes a request for its certificate. */
export async function writeRequest(
  context: CaContext,
  cluster: string,
  shape: IntermediateShape,
  keySize: number,
  file: string,
): Promise<void> {
  refuseOverwriting(file);
  const keys = await context.keys.make(cluster, keySize);
  writeWhole(file, certificateRequest({ ...shape, cluster }, keys.privateKey, keys.publicKey));
  const constraint = shape.trustDomain ? ` and the critical name constraint permitted;URI:${shape.trustDomain}` : '';
  context.print(
    `${file}: have it signed by your root as a CA with pathlen 0${constraint}, then run the same command with --import-cert <file>`,
  );
}

/** Takes a certificate that a root elsewhere signed: the key that it was asked for with must be here. */
export async function signedElsewhere(
  context: CaContext, cluster: string, roots: Pick<Roots, 'trusted' | 'bundle'>, file: string, trustDomain: string | undefined,
): Promise<SignedElsewhere> {
  const text = given(file, '--import-cert').replace(/\r\n/g, '\n');
  const mistake = pemMistake(text, /^CERTIFICATE$/);
  if (mistake) {
    throw badImport(file, mistake);
  }
  const certificates = readable(file, text);
  const [own] = certificates;
  const keyId = keyIdOf(own.publicKey);
  if (certificates.slice(1).some(
    ({ publicKey }) => context.keys.isOf(keyIdOf(publicKey), cluster),
  )) {
    throw badImport(file, 'the intermediate after what signed it');
  }
  if (context.keys.has(keyId) && !context.keys.isOf(keyId, cluster)) {
    throw badImport(
      file,
      `${shownName(own.x509.subject)}, for a key of another cluster`,
    );
  }
  const confined = shapeOf(own).trustDomain;
  if (trustDomain !== undefined && confined !== trustDomain) {
    throw badImport(
      file,
      confined === undefined ? 'a CA without a name constraint' : `a CA for trust domain ${confined}`,
      `a critical name constraint that permits URIs of ${trustDomain} alone`,
    );
  }
  const keys = await context.keys.open(keyId, `the CA of ${cluster}`);
  const last = certificates[certificates.length - 1];
  const newestFirst = [...roots.trusted].reverse();
  const root = newestFirst.find(
    ({ fingerprint }) => fingerprint === last.fingerprint,
  ) ?? newestFirst.find(candidate => signedBy(last, candidate));
  if (!root) {
    throw badImport(file, `issued by ${shownName(last.x509.issuer)}`);
  }
  refuseUntrusted(context.pki, root);
  const chain = root.fingerprint === last.fingerprint ? certificates : [...certificates, root];
  return {
    keys,
    bundle: { caCert: own.pem, certChain: chain.map(({ pem }) => pem).join(''), rootCert: roots.bundle },
    what: `${shownName(own.x509.subject)}, signed by ${shownName(own.x509.issuer)}, valid until ${own.notAfter.toISOString()}`,
  };
}

function readable(file: string, text: string): Certificate[] {
  try {
    return certificatesOf(text, file);
  } catch {
    throw badImport(file, 'a certificate that cannot be read');
  }
}

/** A request is written where there is nothing, or another request. */
function refuseOverwriting(file: string): void {
  const there = readOptional(file);
  if (there === undefined || there.includes('CERTIFICATE REQUEST')) {
    return;
  }
  throw new MeshError(
    {
      code: MeshErrorCode.PKI,
      where: '--csr-out',
      what: 'a file that is no certificate request is in the way',
      got: file,
      expected: 'a new file',
      fix: 'name another file',
    },
  );
}

function badImport(
  file: string,
  got: string,
  expected = 'the signed intermediate first, then what signed it, up to the root of the folder',
): MeshError {
  return new MeshError({
    code: MeshErrorCode.PKI, where: file, what: 'no certificate for this cluster', got, expected, fix: 'have the request of this cluster signed by that root, and give its answer as PEM',
  });
}
