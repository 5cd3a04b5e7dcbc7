import type { BundleProblem } from './bundle-problem';
import { Certificate, isSelfSigned, KEY_CERT_SIGN, shownName, SIGNATURE_HASHES } from './certificate';
import type { BundleRules } from './cluster-ca';
import { oid, parts } from './der';
import { SAMPLE_CERTIFICATES } from './sample-certificates';

/** CA certificate in a bundle, with the facts that its rules depend on. */
interface CaInBundle {
  readonly certificate: Certificate;
  readonly selfSigned: boolean;
  /** File of the bundle that the certificate is from. */
  readonly file: string;
  readonly rules: BundleRules;
  /** Whether the chain leads to this root. Verifiers ignore other roots of a bundle, expired ones too. */
  readonly isUsed: boolean;
}

/** Rule that each CA certificate of a bundle must keep. */
interface CaCertificateRule {
  /** Whether the certificate breaks the rule. */
  readonly isBroken: (ca: CaInBundle) => boolean;
  /**
   * Whether a root that breaks the rule works all the same: verifiers trust a root as it is, and check only what depends on it.
   * @default - no such root works
   */
  readonly worksAsRoot?: (root: Certificate) => boolean;
  readonly what: string;
  readonly got?: (ca: CaInBundle) => unknown;
  readonly expected: string | ((ca: CaInBundle) => string);
  /** @default - the certificate must be issued again */
  readonly fix?: string;
}

const ROOT_FILE = 'root-cert.pem';

/** Curves that Go and Envoy implement. */
const CURVES = ['prime256v1', 'secp384r1', 'secp521r1'];

/** OIDs of the extensions that every verifier implements. Go and OpenSSL refuse a certificate with another critical extension. */
const KNOWN_EXTENSIONS = new Set(['2.5.29.14', '2.5.29.15', '2.5.29.17', '2.5.29.19', '2.5.29.30', '2.5.29.35', '2.5.29.37']);

const EXTENDED_KEY_USAGE = '2.5.29.37';
const ANY_USAGE = '2.5.29.37.0';
/** OIDs of serverAuth and clientAuth: a workload is both a server and a client. */
const WORKLOAD_USAGES = ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'];

const MAX_SERIAL_OCTETS = 20;

/** OIDs of RSA and ECDSA with SHA-1. No verifier checks the signature of a root: its key would only vouch for itself. */
const SHA1_SIGNATURES = ['1.2.840.113549.1.1.5', '1.2.840.10045.4.1'];

const RULES: CaCertificateRule[] = [
  {
    isBroken: ({ certificate, rules }) => SAMPLE_CERTIFICATES.has(certificate.fingerprint) && !rules.allowSampleCertificates,
    what: 'a sample certificate of Istio, whose private key is public',
    got: ({ certificate }) => certificate.fingerprint,
    expected: 'a CA of your own',
    fix: 'make one with istio-mesh ca init, or set allowSampleCertificates for a test',
  },
  {
    isBroken: ({ certificate }) => certificate.version !== 3,
    what: 'not an X.509 v3 certificate',
    got: ({ certificate }) => `v${certificate.version}`,
    expected: 'v3',
  },
  {
    isBroken: ({ certificate: { basicConstraints } }) => !basicConstraints?.ca || !basicConstraints.critical,
    worksAsRoot: ({ basicConstraints }) => basicConstraints?.ca === true,
    what: 'not marked as a CA',
    got: ({ certificate }) => shownBasicConstraints(certificate),
    expected: 'critical basicConstraints with CA:true',
  },
  {
    isBroken: ({ certificate }) => !certificate.keyUsage?.has(KEY_CERT_SIGN),
    worksAsRoot: ({ keyUsage }) => keyUsage === undefined,
    what: 'not allowed to sign certificates',
    got: ({ certificate }) => certificate.keyUsage ? 'keyUsage without keyCertSign' : 'no keyUsage',
    expected: 'keyUsage with keyCertSign',
  },
  {
    isBroken: ({ certificate }) => !SIGNATURE_HASHES.has(certificate.signatureAlgorithm),
    worksAsRoot: ({ signatureAlgorithm }) => SHA1_SIGNATURES.includes(signatureAlgorithm),
    what: 'signed with a weak or unknown algorithm',
    got: ({ certificate }) => certificate.signatureAlgorithm,
    expected: 'RSA or ECDSA with SHA-256 or better',
  },
  {
    isBroken: ({ certificate }) => !hasStrongKey(certificate),
    what: 'a weak or unknown kind of key',
    got: ({ certificate }) => shownKeyType(certificate),
    expected: 'RSA of 2048 bits or more, or EC on P-256, P-384 or P-521',
  },
  {
    isBroken: ({ certificate }) => unknownCriticalExtensions(certificate).length > 0,
    what: 'a critical extension that verifiers may not know',
    got: ({ certificate }) => unknownCriticalExtensions(certificate).join(', '),
    expected: 'no critical extensions other than those of a CA',
  },
  {
    isBroken: ({ certificate }) => !allowsWorkloads(certificate),
    what: 'an extendedKeyUsage that does not allow workloads to be both servers and clients',
    got: ({ certificate }) => extendedKeyUsages(certificate).join(', '),
    expected: 'no extendedKeyUsage, or serverAuth and clientAuth',
  },
  {
    isBroken: ({ certificate: { serial } }) => (
      serial.length > MAX_SERIAL_OCTETS || isZero(serial) || serial[0] >= 0x80
    ),
    worksAsRoot: ({ serial }) => isZero(serial),
    what: 'a serial number that is zero, negative or too long',
    got: ({ certificate }) => certificate.serial.toString('hex'),
    expected: `a positive number of at most ${MAX_SERIAL_OCTETS} octets`,
  },
  {
    isBroken: ({ certificate }) => !certificate.subjectKeyId,
    worksAsRoot: () => true,
    what: 'no subjectKeyIdentifier',
    expected: 'one, so that verifiers can build chains',
  },
  {
    isBroken: ({ certificate, selfSigned }) => !selfSigned && !certificate.authorityKeyId,
    what: 'no authorityKeyIdentifier',
    expected: 'the subjectKeyIdentifier of the issuer',
  },
  {
    isBroken: ({ certificate: { authorityKeyId, subjectKeyId }, selfSigned }) => (
      selfSigned && authorityKeyId !== undefined && authorityKeyId !== subjectKeyId
    ),
    what: 'self-signed, but its authorityKeyIdentifier names another key',
    got: ({ certificate }) => certificate.authorityKeyId,
    expected: ({ certificate }) => String(certificate.subjectKeyId),
  },
  {
    isBroken: ({ file, selfSigned }) => file === ROOT_FILE && !selfSigned,
    what: 'not a self-signed root',
    got: ({ certificate }) => `issued by ${shownName(certificate.x509.issuer)}`,
    expected: 'a self-signed certificate',
    fix: 'list only roots in root-cert.pem',
  },
  {
    isBroken: ({ certificate, rules }) => rules.at !== undefined && rules.at < certificate.notBefore,
    what: 'not valid yet',
    got: ({ certificate }) => `valid from ${certificate.notBefore.toISOString()}`,
    expected: ({ rules }) => `valid at ${rules.at?.toISOString()}`,
  },
  {
    isBroken: ({ certificate, rules, isUsed }) => isUsed && rules.at !== undefined && rules.at > certificate.notAfter,
    what: 'expired',
    got: ({ certificate }) => `valid until ${certificate.notAfter.toISOString()}`,
    expected: ({ rules }) => `valid at ${rules.at?.toISOString()}`,
    fix: 'renew the CA with istio-mesh ca renew; replace a root with istio-mesh ca rotate-root (docs/how-to/replace-the-root.md)',
  },
];

/**
 * Returns a problem for each rule that a CA certificate of a bundle breaks.
 * @param isUsed whether the chain of the bundle has the certificate, or leads to it
 */
export function certificateProblems(certificate: Certificate, file: string, rules: BundleRules, isUsed = true): BundleProblem[] {
  const ca: CaInBundle = { certificate, file, rules, isUsed, selfSigned: isSelfSigned(certificate) };
  return RULES.filter(rule => rule.isBroken(ca) && !isTolerated(rule, ca)).map(rule => ({
    ...finding(rule, ca),
    file,
    fix: rule.fix ?? 'have the certificate issued again',
  }));
}

/** Finding about a root that works, as a part of a warning. */
export type RootFinding = Pick<BundleProblem, 'what' | 'got' | 'expected'>;

/** Returns a finding for each rule that a root breaks and that its verifiers do not apply to roots. */
export function toleratedInRoot(certificate: Certificate): RootFinding[] {
  const ca: CaInBundle = { certificate, file: ROOT_FILE, rules: {}, isUsed: true, selfSigned: isSelfSigned(certificate) };
  return RULES.filter(rule => rule.isBroken(ca) && isTolerated(rule, ca)).map(rule => finding(rule, ca));
}

function isTolerated({ worksAsRoot }: CaCertificateRule, { certificate, file, selfSigned }: CaInBundle): boolean {
  return file === ROOT_FILE && selfSigned && worksAsRoot !== undefined && worksAsRoot(certificate);
}

function finding({ what, got, expected }: CaCertificateRule, ca: CaInBundle): RootFinding {
  return {
    what: `${shownName(ca.certificate.x509.subject)}: ${what}`,
    got: got?.(ca),
    expected: typeof expected === 'string' ? expected : expected(ca),
  };
}

function isZero(serial: Buffer): boolean {
  return serial.every(octet => octet === 0);
}

function shownBasicConstraints({ basicConstraints }: Certificate): string {
  if (!basicConstraints) {
    return 'no basicConstraints';
  }
  return `CA:${basicConstraints.ca}${basicConstraints.critical ? '' : ', not critical'}`;
}

function hasStrongKey({ publicKey: { asymmetricKeyType, asymmetricKeyDetails } }: Certificate): boolean {
  const { modulusLength = 0, namedCurve = '' } = asymmetricKeyDetails ?? {};
  return asymmetricKeyType === 'rsa' ? modulusLength >= 2048 : asymmetricKeyType === 'ec' && CURVES.includes(namedCurve);
}

/** Returns the kind of a key with its size or curve, such as `rsa 1024`. */
function shownKeyType({ publicKey: { asymmetricKeyType, asymmetricKeyDetails } }: Certificate): string {
  return `${asymmetricKeyType} ${asymmetricKeyDetails?.modulusLength ?? asymmetricKeyDetails?.namedCurve ?? ''}`.trim();
}

function unknownCriticalExtensions({ extensions }: Certificate): string[] {
  return [...extensions].filter(([id, { critical }]) => critical && !KNOWN_EXTENSIONS.has(id)).map(([id]) => id);
}

/** Whether the certificates below this CA may be used by workloads. A CA without the extension sets no limit. */
function allowsWorkloads(certificate: Certificate): boolean {
  const usages = extendedKeyUsages(certificate);
  return usages.includes(ANY_USAGE) || WORKLOAD_USAGES.every(usage => usages.includes(usage));
}

function extendedKeyUsages({ extensions }: Certificate): string[] {
  const extension = extensions.get(EXTENDED_KEY_USAGE);
  return extension ? parts(extension.value).map(oid) : [ANY_USAGE];
}
