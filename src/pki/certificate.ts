import { createHash, KeyObject, X509Certificate } from 'crypto';
import type { asn1 } from 'node-forge';
import { octets, oid, parts, readDer, tagged, toDer } from './der';
import { PemBlock, pemBlocks, toPem } from './pem';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

/** A certificate, and what Node does not tell of one. */
export interface Certificate {
  readonly pem: string;
  readonly x509: X509Certificate;
  /** SHA-256 of its DER, lower case hex. */
  readonly fingerprint: string;
  /** The names as DER, to compare them by octets as verifiers do. */
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  /** OID of the signature algorithm. */
  readonly signatureAlgorithm: string;
  readonly version: number;
  readonly serial: Buffer;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly basicConstraints?: { readonly ca: boolean; readonly pathLength?: number; readonly critical: boolean };
  /** Bits of KeyUsage by their number in RFC 5280: 5 is keyCertSign. */
  readonly keyUsage?: ReadonlySet<number>;
  readonly subjectKeyId?: string;
  readonly authorityKeyId?: string;
  /** What each extension holds, by its OID. */
  readonly extensions: ReadonlyMap<string, Extension>;
}

/** An extension: its DER, and whether who does not know it must refuse the certificate. */
export interface Extension {
  readonly value: asn1.Asn1;
  readonly critical: boolean;
}

/** The number of the bit of KeyUsage that lets a CA sign certificates. */
export const KEY_CERT_SIGN = 5;

/**
 * The certificates of a PEM file, in order.
 * @throws when a block holds no certificate
 */
export function readCertificates(text: string): Certificate[] {
  return pemBlocks(text).map(readCertificate);
}

/**
 * The certificates of a file that must have some.
 * @throws MESH030 when it has none, or one that cannot be read
 */
export function certificatesOf(text: string, where: string): Certificate[] {
  try {
    const found = readCertificates(text);
    if (found.length > 0) {
      return found;
    }
  } catch { /* said below */ }
  throw new MeshError(
    {
      code: MeshErrorCode.PKI,
      where,
      what: 'no certificate, or one that cannot be read',
      got: 'something else',
      expected: 'certificates as PEM',
      fix: 'restore the file from Git',
    },
  );
}

/** The organization that a name holds, if it holds one. */
export function organizationOf(certificate: Certificate): string | undefined {
  for (const attribute of parts(readDer(Buffer.from(certificate.subject, 'hex'))).flatMap(parts)) {
    const [type, value] = parts(attribute);
    // UTF8String and the strings of ASCII letters; BMPString has two octets for each.
    if (oid(type) === '2.5.4.10') {
      return Number(value.type) === 30 ? octets(value).swap16().toString('utf16le') : octets(value).toString('utf8');
    }
  }
  return undefined;
}

function readCertificate(block: PemBlock): Certificate {
  const x509 = new X509Certificate(block.der);
  if (x509.raw.length !== block.der.length) {
    throw new Error('octets after the certificate');
  }
  const [tbs, algorithm] = parts(readDer(x509.raw));
  const fields = parts(tbs);
  const version = tagged(fields, 0);
  // Without a version, which stands first when it is there, the serial number is the first field.
  const [serial, , issuer, , subject] = version ? fields.slice(1) : fields;
  const list = tagged(fields, 3);
  const extensions = new Map((list ? parts(parts(list)[0]) : []).map(extension => [oid(parts(extension)[0]), content(extension)]));
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
    basicConstraints: basicConstraints(extensions.get('2.5.29.19')),
    keyUsage: keyUsage(extensions.get('2.5.29.15')),
    subjectKeyId: keyId(extensions.get('2.5.29.14'), value => value),
    authorityKeyId: keyId(extensions.get('2.5.29.35'), value => tagged(parts(value), 0)),
  };
}

/** What names a key for ever: SHA-256 of its public half, the first 16 hex digits. */
export function keyIdOf(publicKey: KeyObject): string {
  return createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest('hex').slice(0, 16);
}

/** Whether a certificate is signed by a key that another certificate names; says nothing of times. */
export function signedBy(certificate: Certificate, issuer: Certificate): boolean {
  const sameKeyId = !certificate.authorityKeyId || !issuer.subjectKeyId || certificate.authorityKeyId === issuer.subjectKeyId;
  return certificate.issuer === issuer.subject && sameKeyId && certificate.x509.verify(issuer.publicKey);
}

/** A name as people read it: "O=Istio, CN=Root CA". */
export function shownName(name: string): string {
  return name.split('\n').join(', ');
}

/** The DER within an extension, and whether it is critical. */
function content(extension: asn1.Asn1): Extension {
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

function keyUsage(extension: Extension | undefined): ReadonlySet<number> | undefined {
  if (!extension) {
    return undefined;
  }
  const [, ...bytes] = octets(extension.value);
  return new Set(bytes.flatMap((byte, i) => [0, 1, 2, 3, 4, 5, 6, 7].filter(bit => byte & 0x80 >> bit).map(bit => i * 8 + bit)));
}

function keyId(extension: Extension | undefined, find: (value: asn1.Asn1) => asn1.Asn1 | undefined): string | undefined {
  const value = extension && find(extension.value);
  return value && octets(value).toString('hex');
}
