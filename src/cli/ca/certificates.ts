import { KeyObject, sign } from 'crypto';
import type { pki } from 'node-forge';
import { ForgeExtension, intermediateExtensions, IntermediateShape, requestedExtensions, rootExtensions } from './certificate-extensions';
import type { Environment, KeyPair } from './environment';
import type { Certificate } from '../../pki/certificate';
import { INTERMEDIATE } from '../../pki/cluster-identity';
import { bitString, nothing, oidOf, readDer, sequence, toDer } from '../../pki/der';
import { forge } from '../../pki/forge';
import { toPem } from '../../pki/pem';

const DAY = 24 * 3600 * 1000;

/** Time between the start of the validity and the current time: a host whose clock is late accepts a new certificate. */
const BACKDATED = 5 * 60 * 1000;

const SHA256_WITH_RSA = '1.2.840.113549.1.1.11';

/** Properties of a root certificate. */
export interface RootCertificateProps {
  readonly organization: string;
  /** Number of the root: 1 for the first root, 2 for the root that replaces it, and so on. */
  readonly generation: number;
  /** Validity in days. */
  readonly days: number;
  readonly keys: KeyPair;
}

/** Properties of an intermediate CA certificate. */
export interface IntermediateCertificateProps extends IntermediateShape {
  readonly cluster: string;
  /** Validity in days. The certificate never outlives its issuer. */
  readonly days: number;
  readonly publicKey: KeyObject;
  readonly issuer: { readonly certificate: Certificate; readonly key: KeyObject };
}

/**
 * Issues a self-signed root certificate in PEM, with the content that Istio's own Makefile writes.
 * @see https://github.com/istio/istio/blob/master/tools/certs/Makefile.selfsigned.mk
 */
export function rootCertificate(props: RootCertificateProps, environment: Environment): string {
  const { organization, generation, days, keys } = props;
  const subject = distinguishedName(organization, generation === 1 ? 'Root CA' : `Root CA G${generation}`);
  const certificate = unsignedCertificate(keys.publicKey, subject, days, environment);
  return signedCertificate(certificate, rootExtensions(keys.publicKey), keys.privateKey);
}

/** Issues the intermediate CA certificate of a cluster in PEM. */
export function intermediateCertificate(props: IntermediateCertificateProps, environment: Environment): string {
  const { publicKey, days, issuer } = props;
  const certificate = unsignedCertificate(publicKey, intermediateName(props), days, environment);
  if (certificate.validity.notAfter > issuer.certificate.notAfter) {
    certificate.validity.notAfter = issuer.certificate.notAfter;
  }
  const extensions = intermediateExtensions(props, publicKey, issuer.certificate);
  return signedCertificate(certificate, extensions, issuer.key, issuer.certificate.subject);
}

/** Certificate request in PEM for the intermediate CA of a cluster, for an external root. */
export function certificateRequest(shape: IntermediateShape, cluster: string, keys: KeyPair): string {
  const { pki: kit } = forge();
  const request = kit.createCertificationRequest();
  request.publicKey = forgeKey(keys.publicKey);
  request.setSubject(intermediateName({ ...shape, cluster }));
  // The type definitions of node-forge lack both functions.
  (request as any).setAttributes([{ name: 'extensionRequest', extensions: requestedExtensions(shape) }]);
  const info = (kit as any).getCertificationRequestInfo(request);
  const signature = sign('sha256', toDer(info), keys.privateKey);
  return toPem('CERTIFICATE REQUEST', toDer(sequence(info, sequence(oidOf(SHA256_WITH_RSA), nothing()), bitString(signature))));
}

function unsignedCertificate(
  publicKey: KeyObject, subject: pki.CertificateField[], days: number, environment: Environment,
): pki.Certificate {
  const certificate = forge().pki.createCertificate();
  const notBefore = wholeSeconds(environment.now().getTime() - BACKDATED);
  certificate.publicKey = forgeKey(publicKey);
  certificate.serialNumber = serialNumber(environment.randomBytes(16));
  certificate.validity.notBefore = notBefore;
  certificate.validity.notAfter = new Date(notBefore.getTime() + days * DAY);
  certificate.setSubject(subject);
  certificate.setIssuer(subject);
  return certificate;
}

/**
 * Signs a certificate with node:crypto, so that no private key is passed to node-forge.
 * @param issuer subject of the issuer as DER in hex, copied byte for byte. By default, the certificate is self-signed.
 */
function signedCertificate(certificate: pki.Certificate, extensions: ForgeExtension[], key: KeyObject, issuer?: string): string {
  const { pki: kit } = forge();
  certificate.setExtensions(extensions);
  // The type definitions of node-forge lack the fields that its own `sign` sets.
  const fields = certificate as any;
  fields.signatureOid = SHA256_WITH_RSA;
  fields.siginfo.algorithmOid = SHA256_WITH_RSA;
  fields.tbsCertificate = (kit as any).getTBSCertificate(certificate);
  if (issuer !== undefined) {
    // Fields of a TBSCertificate: version, serial number, algorithm, issuer.
    fields.tbsCertificate.value[3] = readDer(Buffer.from(issuer, 'hex'));
  }
  fields.signature = sign('sha256', toDer(fields.tbsCertificate), key).toString('binary');
  return toPem('CERTIFICATE', toDer(kit.certificateToAsn1(certificate)));
}

/** Serial number of 16 octets whose first bits make it positive and keep its length. */
function serialNumber(random: Buffer): string {
  const serial = Buffer.from(random);
  serial[0] = serial[0] & 0x7f | 0x40;
  return serial.toString('hex');
}

function intermediateName({ organization, cluster }: { readonly organization: string; readonly cluster: string }): pki.CertificateField[] {
  return [...distinguishedName(organization, INTERMEDIATE), nameAttribute('localityName', cluster)];
}

function distinguishedName(organization: string, commonName: string): pki.CertificateField[] {
  return [nameAttribute('organizationName', organization), nameAttribute('commonName', commonName)];
}

/** Attribute of a name as UTF8String. The default type of node-forge supports only ASCII letters. */
function nameAttribute(name: string, value: string): pki.CertificateField {
  return { name, value, valueTagClass: forge().asn1.Type.UTF8 as any };
}

function forgeKey(publicKey: KeyObject): pki.PublicKey {
  return forge().pki.publicKeyFromPem(publicKey.export({ type: 'spki', format: 'pem' }).toString());
}

function wholeSeconds(milliseconds: number): Date {
  return new Date(Math.floor(milliseconds / 1000) * 1000);
}
