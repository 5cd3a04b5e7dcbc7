import { verify } from 'crypto';
import type { asn1 } from 'node-forge';
import { BundleProblem, pemProblems } from './bundle-problem';
import { Certificate, shownName, SIGNATURE_HASHES } from './certificate';
import { octets, oid, parts, readDer, toDer } from './der';
import { forge } from './forge';
import { pemBlocks } from './pem';

const FILE = 'ca-crl.pem';

/** Certificate revocation list of one CA. */
interface Crl {
  /** Issuer as DER in hex. */
  readonly issuer: string;
  /** Octets that the signature is for. */
  readonly signed: Buffer;
  readonly signature: Buffer;
  /** OID of the signature algorithm. */
  readonly algorithm: string;
  readonly nextUpdate?: Date;
  /** Serial numbers of the revoked certificates, in hex. */
  readonly revoked: ReadonlySet<string>;
}

/**
 * Returns the problems of the CRLs of a chain. As soon as Envoy has a CRL, it refuses all certificates of a chain, unless
 * each CA of the chain has one.
 * @see https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/transport_sockets/tls/v3/common.proto
 */
export function crlProblems(text: string, chain: Certificate[], at?: Date): BundleProblem[] {
  const problems = pemProblems({ file: FILE, text, label: /^X509 CRL$/, content: 'CRLs', command: 'openssl crl' });
  if (problems.length > 0) {
    return problems;
  }
  const crls = readCrls(text);
  if (!crls) {
    return [{ file: FILE, what: 'a CRL that cannot be read', expected: 'X.509 CRLs', fix: 'write the file again from its source' }];
  }
  return [...missingCrls(crls, chain), ...revokedAuthorities(crls, chain), ...at ? outdatedCrls(crls, at) : []];
}

function missingCrls(crls: Crl[], chain: Certificate[]): BundleProblem[] {
  const missing = chain.filter(authority => !crls.some(crl => isSignedBy(crl, authority)));
  return missing.map(({ x509 }) => ({
    file: FILE,
    what: 'a CA of the chain has no CRL, so proxies would refuse every certificate',
    got: shownName(x509.subject),
    expected: 'a CRL of each CA in cert-chain.pem, signed by that CA with SHA-256 or better',
    fix: 'add the CRL of that CA',
  }));
}

function revokedAuthorities(crls: Crl[], chain: Certificate[]): BundleProblem[] {
  const isRevoked = ({ issuer, serial }: Certificate) =>
    crls.some(crl => crl.issuer === issuer && crl.revoked.has(serial.toString('hex')));
  return chain.filter(isRevoked).map(({ x509 }) => ({
    file: FILE,
    what: 'a CA of the chain is revoked by the CRL of its issuer',
    got: shownName(x509.subject),
    expected: 'a CA that is not revoked',
    fix: 'renew the CA',
  }));
}

function outdatedCrls(crls: Crl[], at: Date): BundleProblem[] {
  return crls.flatMap(({ nextUpdate }) => nextUpdate === undefined || nextUpdate >= at ? [] : [{
    file: FILE,
    what: 'an outdated CRL',
    got: `valid until ${nextUpdate.toISOString()}`,
    expected: `valid at ${at.toISOString()}`,
    fix: 'publish a new CRL',
  }]);
}

/** Reads the CRLs of a PEM file; undefined when one of them cannot be read. */
function readCrls(text: string): Crl[] | undefined {
  try {
    return pemBlocks(text).map(({ der }) => readCrl(der));
  } catch {
    return undefined;
  }
}

function readCrl(der: Buffer): Crl {
  const [tbs, algorithm, signature] = parts(readDer(der));
  const { Class, Type } = forge().asn1;
  const fields = parts(tbs);
  // SEQUENCE { version INTEGER OPTIONAL, signature, issuer, thisUpdate, nextUpdate OPTIONAL, revokedCertificates OPTIONAL, ... }
  const [, issuer, , ...rest] = fields[0].type === Type.INTEGER ? fields.slice(1) : fields;
  const revoked = rest.find(field => field.tagClass === Class.UNIVERSAL && field.type === Type.SEQUENCE);
  return {
    issuer: toDer(issuer).toString('hex'),
    signed: toDer(tbs),
    // The first octet of a BIT STRING counts the unused bits.
    signature: octets(signature).subarray(1),
    algorithm: oid(parts(algorithm)[0]),
    nextUpdate: rest.length > 0 ? timeOf(rest[0]) : undefined,
    revoked: new Set(parts(revoked).map(entry => octets(parts(entry)[0]).toString('hex'))),
  };
}

/** Returns the date of a UTCTime or GeneralizedTime; undefined for another type. */
function timeOf(value: asn1.Asn1): Date | undefined {
  const { Type } = forge().asn1;
  const text = octets(value).toString();
  if (value.type === Type.UTCTIME) {
    // RFC 5280: a UTCTime has two digits for a year from 1950 to 2049.
    return dateOf(`${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}`);
  }
  return value.type === Type.GENERALIZEDTIME ? dateOf(text) : undefined;
}

function dateOf(text: string): Date | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) {
    return undefined;
  }
  const [, year, month, day, hours, minutes, seconds] = match;
  return new Date(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`);
}

function isSignedBy(crl: Crl, { subject, publicKey }: Certificate): boolean {
  const hash = SIGNATURE_HASHES.get(crl.algorithm);
  return hash !== undefined && crl.issuer === subject && verify(hash, crl.signed, publicKey, crl.signature);
}
