import { createHash, KeyObject } from 'crypto';
import { Certificate, organizationOf } from '../../pki/certificate';
import { octets, parts, sequence, tagged, toDer } from '../../pki/der';
import { forge } from '../../pki/forge';
import { uriConstraintsOf } from '../../pki/name-constraints';

const SUBJECT_ALT_NAME = '2.5.29.17';
const NAME_CONSTRAINTS = '2.5.29.30';

/** Tag of a DNS name in a GeneralName. */
const DNS_NAME = 2;
/** Tag of a URI in a GeneralName. */
const URI = 6;
/** Tag of the permitted subtrees in name constraints. */
const PERMITTED_SUBTREES = 0;

/**
 * Key usages of a CA: those of Istio's own Makefile, with cRLSign, and without keyEncipherment, which RFC 3279 does not allow
 * together with keyCertSign.
 */
const KEY_USAGE = { name: 'keyUsage', critical: true, digitalSignature: true, nonRepudiation: true, keyCertSign: true, cRLSign: true };

/** Properties that an intermediate CA certificate shares with the certificate that replaces it. */
export interface IntermediateShape {
  readonly organization: string;
  /** DNS name of istiod, such as `istiod.istio-system.svc`. */
  readonly dnsName: string;
  /** Trust domain that the CA is limited to by a name constraint. */
  readonly trustDomain?: string;
}

/** Extension in the form that node-forge expects. */
export interface ForgeExtension {
  readonly [property: string]: unknown;
}

/** Extensions of a root certificate. */
export function rootExtensions(publicKey: KeyObject): ForgeExtension[] {
  return [
    { name: 'basicConstraints', critical: true, cA: true },
    KEY_USAGE,
    subjectKeyIdentifier(publicKey),
  ];
}

/** Extensions of an intermediate CA certificate. */
export function intermediateExtensions(shape: IntermediateShape, publicKey: KeyObject, issuer: Certificate): ForgeExtension[] {
  const [basicConstraints, keyUsage, ...names] = requestedExtensions(shape);
  return [basicConstraints, keyUsage, subjectKeyIdentifier(publicKey), authorityKeyIdentifier(issuer), ...names];
}

/** Extensions of an intermediate CA certificate that a certificate request can ask for. */
export function requestedExtensions({ dnsName, trustDomain }: IntermediateShape): ForgeExtension[] {
  return [
    { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: 0 },
    KEY_USAGE,
    { name: 'subjectAltName', altNames: [{ type: DNS_NAME, value: dnsName }] },
    ...trustDomain ? [nameConstraint(trustDomain)] : [],
  ];
}

/** Shape of an existing intermediate CA certificate. */
export function shapeOf(certificate: Certificate): IntermediateShape {
  const names = certificate.extensions.get(SUBJECT_ALT_NAME);
  const dnsName = names && tagged(parts(names.value), DNS_NAME);
  return {
    organization: organizationOf(certificate) ?? 'Istio',
    dnsName: dnsName ? octets(dnsName).toString('latin1') : 'istiod.istio-system.svc',
    trustDomain: uriConstraintsOf(certificate).permitted[0],
  };
}

function subjectKeyIdentifier(publicKey: KeyObject): ForgeExtension {
  return { name: 'subjectKeyIdentifier', subjectKeyIdentifier: keyIdentifier(publicKey).toString('hex') };
}

/** Key identifier of the issuer. It is passed explicitly: node-forge would write the identifier of the subject by default. */
function authorityKeyIdentifier({ subjectKeyId, publicKey }: Certificate): ForgeExtension {
  const identifier = subjectKeyId ? Buffer.from(subjectKeyId, 'hex') : keyIdentifier(publicKey);
  return { name: 'authorityKeyIdentifier', keyIdentifier: identifier.toString('binary') };
}

/**
 * SHA-1 digest of a public key. It only names the key, so SHA-1 is not a weakness here.
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.2
 */
function keyIdentifier(publicKey: KeyObject): Buffer {
  return createHash('sha1').update(publicKey.export({ type: 'pkcs1', format: 'der' })).digest();
}

/**
 * Critical name constraint that permits only URIs of a trust domain, and thus only identities `spiffe://<trust domain>/...`.
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.10
 */
function nameConstraint(trustDomain: string): ForgeExtension {
  const { asn1: kit } = forge();
  const uri = kit.create(kit.Class.CONTEXT_SPECIFIC, URI, false, trustDomain);
  const permitted = kit.create(kit.Class.CONTEXT_SPECIFIC, PERMITTED_SUBTREES, true, [sequence(uri)]);
  return { id: NAME_CONSTRAINTS, critical: true, value: toDer(sequence(permitted)).toString('binary') };
}
