import { createHash, KeyObject, X509Certificate } from 'crypto';
import type { asn1 } from 'node-forge';
import { octets, oid, parts, readDer, tagged, toDer } from './der';
import { PemBlock, pemBlocks, toPem } from './pem';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

/** X.509 certificate, with the fields that Node's `X509Certificate` does not offer. */
export interface Certificate {
  readonly pem: string;
  readonly x509: X509Certificate;
  /** SHA-256 of the DER, in lower case hex. */
  readonly fingerprint: string;
  /** Subject as DER in hex: verifiers compare names by their octets. */
  readonly subject: string;
  /** Issuer as DER in hex. */
  readonly issuer: string;
  readonly publicKey: KeyObject;
  /** OID of the signature algorithm. */
  readonly signatureAlgorithm: string;
  /** Version of X.509: 1, 2 or 3. */
  readonly version: number;
  readonly serial: Buffer;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly basicConstraints?: { readonly ca: boolean; readonly pathLength?: number; readonly critical: boolean };
  /** Bits of KeyUsage that are set, by their number in RFC 5280. */
  readonly keyUsage?: ReadonlySet<number>;
  /** subjectKeyIdentifier in hex. */
  readonly subjectKeyId?: string;
  /** Key identifier of the authorityKeyIdentifier in hex. */
  readonly authorityKeyId?: string;
  /** Extensions by their OID. */
  readonly extensions: ReadonlyMap<string, Extension>;
}

/** Extension of a certificate. */
export interface Extension {
  readonly value: asn1.Asn1;
  /** Whether a verifier that does not implement the extension must refuse the certificate. */
  readonly critical: boolean;
}

/** Number of the KeyUsage bit that lets a CA sign certificates. */
export const KEY_CERT_SIGN = 5;

/**
 * Hash of each accepted signature algorithm, by the OID of the algorithm: RSA and ECDSA with SHA-256 or better. RSASSA-PSS
 * is left out, because Go supports only some of its parameters.
 */
export const SIGNATURE_HASHES: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.1.11', 'sha256'],
  ['1.2.840.113549.1.1.12', 'sha384'],
  ['1.2.840.113549.1.1.13', 'sha512'],
  ['1.2.840.10045.4.3.2', 'sha256'],
  ['1.2.840.10045.4.3.3', 'sha384'],
  ['1.2.840.10045.4.3.4', 'sha512'],
]);

const OID = {
  commonName: '2.5.4.3',
  locality: '2.5.4.7',
  organization: '2.5.4.10',
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  authorityKeyId: '2.5.29.35',
};

/** ASN.1 type of a string with two octets for each character. */
const BMP_STRING = 30;

/**
 * Returns the certificates of a PEM file, in order.
 * @throws Error when a PEM block holds no certificate
 */
export function readCertificates(text: string): Certificate[] {
  return pemBlocks(text).map(readCertificate);
}

/**
 * Returns the certificates of a PEM file that must have at least one.
 * @throws MESH030 for a file without certificates, or with one that cannot be read
 */
export function certificatesOf(text: string, where: string): Certificate[] {
  const certificates = readableCertificates(text);
  if (certificates.length > 0) {
    return certificates;
  }
  throw new MeshError({
    code: MeshErrorCode.PKI,
    where,
    what: 'no certificate, or one that cannot be read',
    expected: 'certificates as PEM',
    fix: 'restore the file from Git',
  });
}

function readableCertificates(text: string): Certificate[] {
  try {
    return readCertificates(text);
  } catch {
    return [];
  }
}

/** Returns the organization (O) of the subject; undefined when it has none. */
export function organizationOf(certificate: Certificate): string | undefined {
  return subjectAttribute(certificate, OID.organization);
}

/** Returns the common name (CN) of the subject; undefined when it has none. */
export function commonNameOf(certificate: Certificate): string | undefined {
  return subjectAttribute(certificate, OID.commonName);
}

/** Returns the locality (L) of the subject; undefined when it has none. */
export function localityOf(certificate: Certificate): string | undefined {
  return subjectAttribute(certificate, OID.locality);
}

function subjectAttribute(certificate: Certificate, type: string): string | undefined {
  const attributes = parts(readDer(Buffer.from(certificate.subject, 'hex'))).flatMap(parts);
  const attribute = attributes.map(parts).find(([id]) => oid(id) === type);
  if (!attribute) {
    return undefined;
  }
  const [, value] = attribute;
  return Number(value.type) === BMP_STRING ? octets(value).swap16().toString('utf16le') : octets(value).toString('utf8');
}

function readCertificate(block: PemBlock): Certificate {
  const x509 = new X509Certificate(block.der);
  if (x509.raw.length !== block.der.length) {
    throw new Error('octets after the certificate');
  }
  const [tbs, algorithm] = parts(readDer(x509.raw));
  const fields = parts(tbs);
  const version = tagged(fields, 0);
  // The version is optional. A certificate without it begins with the serial number.
  const [serial, , issuer, , subject] = version ? fields.slice(1) : fields;
  const list = tagged(fields, 3);
  const extensions = new Map((list ? parts(parts(list)[0]) : []).map(extension => [oid(parts(extension)[0]), readExtension(extension)]));
  return {
    x509,
    extensions,
    pem: toPem('CERTIFICATE', x509.raw),
    fingerprint: x509.fingerprint256.replace(/:/g, '').toLowerCase(),
    subject: toDer(subject).toString('hex'),
    issuer: toDer(issuer).toString('hex'),
    publicKey: x509.publicKey,
    signatureAlgorithm: oid(parts(algorithm)[0]),
    version: version ? octets(parts(version)[0])[0] + 1 : 1,
    serial: octets(serial),
    notBefore: new Date(x509.validFrom),
    notAfter: new Date(x509.validTo),
    basicConstraints: basicConstraints(extensions.get(OID.basicConstraints)),
    keyUsage: keyUsage(extensions.get(OID.keyUsage)),
    subjectKeyId: hexOf(extensions.get(OID.subjectKeyId)?.value),
    authorityKeyId: hexOf(tagged(parts(extensions.get(OID.authorityKeyId)?.value), 0)),
  };
}

/** Returns a name for a key that never changes: the first 16 hex digits of the SHA-256 of its public half. */
export function keyIdOf(publicKey: KeyObject): string {
  return createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest('hex').slice(0, 16);
}

/** Whether the issuer's key signed a certificate, and the names and key identifiers match. Validity times are not checked. */
export function signedBy(certificate: Certificate, issuer: Certificate): boolean {
  const keyIdsMatch = !certificate.authorityKeyId || !issuer.subjectKeyId || certificate.authorityKeyId === issuer.subjectKeyId;
  return certificate.issuer === issuer.subject && keyIdsMatch && certificate.x509.verify(issuer.publicKey);
}

/** Whether a certificate is signed by its own key, as the certificate of a root is. */
export function isSelfSigned(certificate: Certificate): boolean {
  return certificate.issuer === certificate.subject && certificate.x509.verify(certificate.publicKey);
}

/** Returns a name of Node on one line, such as `O=Istio, CN=Root CA`. */
export function shownName(name: string): string {
  return name.split('\n').join(', ');
}

function readExtension(extension: asn1.Asn1): Extension {
  // SEQUENCE { extnID OBJECT IDENTIFIER, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }
  const [, ...rest] = parts(extension);
  return { value: readDer(octets(rest[rest.length - 1])), critical: rest.length > 1 && octets(rest[0])[0] !== 0 };
}

function basicConstraints(extension: Extension | undefined): Certificate['basicConstraints'] {
  if (!extension) {
    return undefined;
  }
  const { value, critical } = extension;
  // SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER OPTIONAL }
  const [ca, length] = parts(value);
  return {
    critical,
    ca: ca !== undefined && octets(ca)[0] === 0xff,
    pathLength: length && octets(length).readUIntBE(0, octets(length).length),
  };
}

/** Returns the numbers of the bits that are set: RFC 5280 counts them from the highest bit of the first octet. */
function keyUsage(extension: Extension | undefined): ReadonlySet<number> | undefined {
  if (!extension) {
    return undefined;
  }
  // The first octet of a BIT STRING counts the unused bits.
  const [, ...bytes] = octets(extension.value);
  return new Set(bytes.flatMap((byte, i) => [0, 1, 2, 3, 4, 5, 6, 7].filter(bit => byte & 0x80 >> bit).map(bit => i * 8 + bit)));
}

function hexOf(value: asn1.Asn1 | undefined): string | undefined {
  return value && octets(value).toString('hex');
}
