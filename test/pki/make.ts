import { createPrivateKey, createPublicKey, generateKeyPairSync, KeyObject, sign } from 'crypto';
import { asn1, md, pki } from 'node-forge';
import { integer, oidOf, nothing, sequence, bitString, toDer } from '../../src/pki/der';
import { toPem } from '../../src/pki/pem';
import { unusedKeyPair } from '../key-pool';

/** Key and certificate for a test. */
export interface Made {
  /** Certificate as PEM. */
  readonly pem: string;
  /** Private key as PEM. */
  readonly key: string;
  readonly certificate: pki.Certificate;
  readonly keys: pki.rsa.KeyPair;
}

/** Form of a certificate for a test. Without any of these fields, the certificate is that of a good root. */
export interface Shape {
  /** Without an issuer, the certificate is self-signed. */
  readonly issuer?: Made;
  readonly name?: string;
  /** Attributes of the subject. Without them, the subject is `O=Test, CN=<name>`. */
  readonly attributes?: pki.CertificateField[];
  readonly bits?: number;
  readonly ca?: boolean | 'absent' | 'not critical';
  readonly pathLength?: number;
  readonly keyUsage?: object | 'absent';
  readonly serial?: string;
  /** Begin of the validity, in days from now. */
  readonly from?: number;
  /** End of the validity, in days from now. */
  readonly until?: number;
  readonly digest?: 'md5' | 'sha1' | 'sha256' | 'sha384';
  readonly subjectKeyId?: 'absent';
  readonly authorityKeyId?: 'absent' | 'own';
  readonly keys?: pki.rsa.KeyPair;
  /** Further extensions, in the form of node-forge. */
  readonly more?: object[];
}

const DAY = 24 * 3600 * 1000;
const keyPairs = new Map<string, pki.rsa.KeyPair>();

/** Returns a pair of keys. The same name gets the same pair, because key generation is slow. */
export function keysOf(name: string, bits = 2048): pki.rsa.KeyPair {
  const id = `${name} ${bits}`;
  const found = keyPairs.get(id);
  if (found) {
    return found;
  }
  const { privateKey } = unusedKeyPair(bits) ?? generateKeyPairSync('rsa', { modulusLength: bits });
  const keys = {
    privateKey: pki.privateKeyFromPem(privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()) as pki.rsa.PrivateKey,
    publicKey: pki.publicKeyFromPem(createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString()) as pki.rsa.PublicKey,
  };
  keyPairs.set(id, keys);
  return keys;
}

let serial = 1000;

/** Makes a certificate, which may be wrong on purpose. */
export function make(shape: Shape = {}): Made {
  const { issuer, name = issuer ? 'Intermediate' : 'Root', ca = true } = shape;
  const keys = shape.keys ?? keysOf(name, shape.bits);
  const certificate = pki.createCertificate();
  certificate.publicKey = keys.publicKey;
  certificate.serialNumber = shape.serial ?? (serial++).toString(16).padStart(8, '4');
  certificate.validity.notBefore = new Date(Date.now() + (shape.from ?? -1) * DAY);
  certificate.validity.notAfter = new Date(Date.now() + (shape.until ?? 365) * DAY);
  certificate.setSubject(shape.attributes ?? [{ name: 'organizationName', value: 'Test' }, { name: 'commonName', value: name }]);
  certificate.setIssuer(issuer ? issuer.certificate.subject.attributes : certificate.subject.attributes);
  const usage = shape.keyUsage ?? { keyCertSign: true, cRLSign: true };
  const limit = shape.pathLength === undefined ? {} : { pathLenConstraint: shape.pathLength };
  const constraints = { name: 'basicConstraints', critical: ca !== 'not critical', cA: ca !== false, ...limit };
  const authority = shape.authorityKeyId === 'own' || !issuer ? certificate : issuer.certificate;
  certificate.setExtensions([
    ...ca === 'absent' ? [] : [constraints],
    ...usage === 'absent' ? [] : [{ name: 'keyUsage', critical: true, ...usage as object }],
    ...shape.subjectKeyId === 'absent' ? [] : [{ name: 'subjectKeyIdentifier' }],
    ...shape.more ?? [],
    ...issuer && shape.authorityKeyId !== 'absent' ? [{ name: 'authorityKeyIdentifier', keyIdentifier: keyId(authority) }] : [],
  ]);
  const digest = shape.digest ?? 'sha256';
  // node:crypto signs ten times as fast as node-forge, which asks its key for the signature.
  const signer = { sign: () => sign(digest, toDer((certificate as any).tbsCertificate), keyIn(issuer?.keys ?? keys)).toString('binary') };
  certificate.sign(signer as unknown as pki.rsa.PrivateKey, md[digest].create());
  return { keys, certificate, pem: lf(pki.certificateToPem(certificate)), key: pemOf(keys) };
}

/** Returns the CRL of a CA as PEM. It revokes certificates by their serial numbers. */
export function crl(of: Made, untilDays = 30, ...revoked: Made[]): string {
  const key: KeyObject = createPrivateKey(of.key);
  const utc = (days: number) => asn1.dateToUtcTime(new Date(Date.now() + days * DAY)) as unknown as string;
  const time = (days: number) => asn1.create(asn1.Class.UNIVERSAL, asn1.Type.UTCTIME, false, utc(days));
  const number = (hex: string) => asn1.create(asn1.Class.UNIVERSAL, asn1.Type.INTEGER, false, Buffer.from(hex, 'hex').toString('binary'));
  const entry = ({ certificate }: Made) => sequence(number(certificate.serialNumber), time(-1));
  const algorithm = sequence(oidOf('1.2.840.113549.1.1.11'), nothing());
  const issuer = (pki as any).distinguishedNameToAsn1(of.certificate.subject);
  const entries = revoked.length > 0 ? [sequence(...revoked.map(entry))] : [];
  const tbs = sequence(integer(1), algorithm, issuer, time(-2), time(untilDays), ...entries);
  return toPem('X509 CRL', toDer(sequence(tbs, algorithm, bitString(sign('sha256', toDer(tbs), key)))));
}

function pemOf({ privateKey }: pki.rsa.KeyPair): string {
  return lf(pki.privateKeyInfoToPem(pki.wrapRsaPrivateKey(pki.privateKeyToAsn1(privateKey))));
}

const keyObjects = new WeakMap<pki.rsa.KeyPair, KeyObject>();

function keyIn(keys: pki.rsa.KeyPair): KeyObject {
  const key = keyObjects.get(keys) ?? createPrivateKey(pemOf(keys));
  keyObjects.set(keys, key);
  return key;
}

function keyId(certificate: pki.Certificate): string {
  return certificate.generateSubjectKeyIdentifier().getBytes();
}

function lf(pem: string): string {
  return `${pem.replace(/\r\n/g, '\n').trim()}\n`;
}
