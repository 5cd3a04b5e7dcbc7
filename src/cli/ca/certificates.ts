import { createHash, KeyObject, randomBytes, sign } from 'crypto';
import type { asn1, pki } from 'node-forge';
import { Certificate, organizationOf } from '../../pki/certificate';
import { bitString, nothing, octets, oidOf, parts, readDer, sequence, tagged, toDer } from '../../pki/der';
import { forge } from '../../pki/forge';
import { toPem } from '../../pki/pem';

const DAY = 24 * 3600 * 1000;
/** Clocks differ: what is valid from this very moment would be refused by a host that is a little behind. */
const BACKDATED = 5 * 60 * 1000;
const SHA256_WITH_RSA = '1.2.840.113549.1.1.11';

/** Where randomness and time come from: the commands give their own, tests give fixed ones. */
export interface Chance {
  readonly now: () => Date;
  /** 16 octets. */
  readonly serial: () => Buffer;
}

export const CHANCE: Chance = { now: () => new Date(), serial: () => randomBytes(16) };

/** A root that is to be made. */
export interface RootRequest {
  readonly organization: string;
  /** 1 for the first root, 2 for the one that replaces it, and so on. */
  readonly generation: number;
  readonly days: number;
  readonly key: KeyObject;
  readonly publicKey: KeyObject;
}

/** An intermediate that is to be made. */
export interface IntermediateRequest {
  readonly organization: string;
  readonly cluster: string;
  /** The DNS name of istiod, as Istio's own tooling writes it. */
  readonly dnsName: string;
  readonly days: number;
  readonly publicKey: KeyObject;
  /** When given, identities of this trust domain alone can be signed. */
  readonly trustDomain?: string;
  readonly issuer: { readonly certificate: Certificate; readonly key: KeyObject };
}

/** As Istio's tooling writes it, with cRLSign, and without keyEncipherment, which RFC 3279 does not allow beside keyCertSign. */
const KEY_USAGE = { name: 'keyUsage', critical: true, digitalSignature: true, nonRepudiation: true, keyCertSign: true, cRLSign: true };

/** Issues a self-signed root, as Istio's tooling does: PEM. */
export function rootCertificate(request: RootRequest, chance: Chance): string {
  const subject = name(request.organization, request.generation === 1 ? 'Root CA' : `Root CA G${request.generation}`);
  const certificate = blank(request.publicKey, subject, chance, request.days);
  certificate.setExtensions([
    { name: 'basicConstraints', critical: true, cA: true },
    KEY_USAGE,
    { name: 'subjectKeyIdentifier', subjectKeyIdentifier: keyIdentifier(request.publicKey).toString('hex') },
  ]);
  return signed(certificate, request.key);
}

/** Issues the intermediate of a cluster: PEM. It never outlives its issuer. */
export function intermediateCertificate(request: IntermediateRequest, chance: Chance): string {
  const { certificate: issuer } = request.issuer;
  const subject = [...name(request.organization, 'Intermediate CA'), attribute('localityName', request.cluster)];
  const certificate = blank(request.publicKey, subject, chance, request.days);
  if (certificate.validity.notAfter > issuer.notAfter) {
    certificate.validity.notAfter = issuer.notAfter;
  }
  certificate.setExtensions([
    { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: 0 },
    KEY_USAGE,
    { name: 'subjectKeyIdentifier', subjectKeyIdentifier: keyIdentifier(request.publicKey).toString('hex') },
    // Forge would write the subject's own identifier here, which OpenSSL refuses: the issuer's is given as octets.
    {
      name: 'authorityKeyIdentifier',
      keyIdentifier: (issuer.subjectKeyId ? Buffer.from(issuer.subjectKeyId, 'hex') : keyIdentifier(issuer.publicKey)).toString('binary'),
    },
    { name: 'subjectAltName', altNames: [{ type: 2, value: request.dnsName }] },
    ...request.trustDomain ? [nameConstraint(request.trustDomain)] : [],
  ]);
  return signed(certificate, request.issuer.key, issuer.subject);
}

/** A request for the intermediate of a cluster, for a root that signs elsewhere: PEM. */
export function certificateRequest(
  request: Pick<IntermediateRequest, 'organization' | 'cluster' | 'dnsName' | 'trustDomain'>,
  key: KeyObject,
  publicKey: KeyObject,
): string {
  const { pki: kit } = forge();
  const csr = kit.createCertificationRequest();
  csr.publicKey = forgeKey(publicKey);
  csr.setSubject([...name(request.organization, 'Intermediate CA'), attribute('localityName', request.cluster)] as pki.CertificateField[]);
  (csr as any).setAttributes([{
    name: 'extensionRequest',
    extensions: [
      { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: 0 },
      KEY_USAGE,
      { name: 'subjectAltName', altNames: [{ type: 2, value: request.dnsName }] },
      ...request.trustDomain ? [nameConstraint(request.trustDomain)] : [],
    ],
  }]);
  const info = (kit as any).getCertificationRequestInfo(csr);
  const signature = sign('sha256', toDer(info), key);
  return toPem('CERTIFICATE REQUEST', toDer(sequence(info, sequence(oidOf(SHA256_WITH_RSA), nothing()), bitString(signature))));
}

function blank(publicKey: KeyObject, subject: pki.CertificateField[], chance: Chance, days: number): pki.Certificate {
  const certificate = forge().pki.createCertificate();
  const from = wholeSeconds(chance.now().getTime() - BACKDATED);
  certificate.publicKey = forgeKey(publicKey);
  certificate.serialNumber = serialNumber(chance.serial());
  certificate.validity.notBefore = from;
  certificate.validity.notAfter = new Date(from.getTime() + days * DAY);
  certificate.setSubject(subject);
  certificate.setIssuer(subject);
  return certificate;
}

/** Signs by node:crypto: no private key ever enters forge. The issuer's name is taken over as it is, octet by octet. */
function signed(certificate: pki.Certificate, key: KeyObject, issuer?: string): string {
  const { pki: kit } = forge();
  const raw = certificate as any;
  raw.signatureOid = SHA256_WITH_RSA;
  raw.siginfo.algorithmOid = SHA256_WITH_RSA;
  raw.tbsCertificate = (kit as any).getTBSCertificate(certificate);
  // version, serial number, algorithm, issuer
  if (issuer !== undefined) {
    raw.tbsCertificate.value[3] = readDer(Buffer.from(issuer, 'hex'));
  }
  raw.signature = sign('sha256', toDer(raw.tbsCertificate), key).toString('binary');
  return toPem('CERTIFICATE', toDer(kit.certificateToAsn1(certificate)));
}

/** 1 to 16 octets of which none can make it negative or zero. */
function serialNumber(random: Buffer): string {
  const own = Buffer.from(random);
  own[0] = own[0] & 0x7f | 0x40;
  return own.toString('hex');
}

function name(organization: string, commonName: string): pki.CertificateField[] {
  return [attribute('organizationName', organization), attribute('commonName', commonName)];
}

/** UTF8String: forge's own choice cannot hold letters outside ASCII. */
function attribute(field: string, value: string): pki.CertificateField {
  return { name: field, value, valueTagClass: forge().asn1.Type.UTF8 as any };
}

function forgeKey(publicKey: KeyObject): pki.PublicKey {
  return forge().pki.publicKeyFromPem(publicKey.export({ type: 'spki', format: 'pem' }).toString());
}

/** SHA-1 of the key's bits: RFC 5280, 4.2.1.2, method 1. It names the key and protects nothing. */
function keyIdentifier(publicKey: KeyObject): Buffer {
  return createHash('sha1').update(publicKey.export({ type: 'pkcs1', format: 'der' })).digest();
}

/**
 * Permits URIs of the trust domain, and so identities spiffe://<trust domain>/..., alone.
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.10
 */
function nameConstraint(trustDomain: string): object {
  const { asn1 } = forge();
  const constructed = (tagClass: any, tag: number, ...values: any[]) => asn1.create(tagClass, tag, true, values);
  const uri = asn1.create(asn1.Class.CONTEXT_SPECIFIC, 6, false, trustDomain);
  const permitted = constructed(asn1.Class.CONTEXT_SPECIFIC, 0, sequence(uri));
  return { id: '2.5.29.30', critical: true, value: toDer(sequence(permitted)).toString('binary') };
}

function wholeSeconds(milliseconds: number): Date {
  return new Date(Math.floor(milliseconds / 1000) * 1000);
}


/** What an intermediate says of its cluster: what its successor says too. */
export interface IntermediateShape {
  readonly organization: string;
  readonly dnsName: string;
  readonly trustDomain?: string;
}

/** The shape of an intermediate that exists. */
export function shapeOf(certificate: Certificate): IntermediateShape {
  const names = certificate.extensions.get('2.5.29.17');
  const dns = names && tagged(parts(names.value), 2);
  const constraints = certificate.extensions.get('2.5.29.30');
  return {
    organization: organizationOf(certificate) ?? 'Istio',
    dnsName: dns ? octets(dns).toString('latin1') : 'istiod.istio-system.svc',
    trustDomain: constraints && permittedUri(constraints.value),
  };
}

/** The first URI of the permitted subtrees: [0] { SEQUENCE { [6] } }. */
function permittedUri(value: asn1.Asn1): string | undefined {
  const permitted = tagged(parts(value), 0);
  const uri = permitted && tagged(parts(parts(permitted)[0]), 6);
  return uri && octets(uri).toString('latin1');
}
