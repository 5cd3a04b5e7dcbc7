import { createPrivateKey, KeyObject } from 'crypto';
import { Certificate, KEY_CERT_SIGN, readCertificates, shownName, signedBy } from './certificate';
import type { BundleRules, CaBundle } from './cluster-ca';
import { crlProblems } from './crl';
import { oid, parts } from './der';
import { pemBlocks, pemMistake } from './pem';
import { SAMPLE_CERTIFICATES } from './sample-certificates';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

const CERTIFICATE = /^CERTIFICATE$/;
const KEY = /^(RSA |EC )?PRIVATE KEY$/;
/** sha256, sha384 and sha512 with RSA and with ECDSA. RSASSA-PSS is left out: Go knows it with few of its parameters. */
const SIGNATURES = new Set(
  [
    '1.2.840.113549.1.1.11',
    '1.2.840.113549.1.1.12',
    '1.2.840.113549.1.1.13',
    '1.2.840.10045.4.3.2',
    '1.2.840.10045.4.3.3',
    '1.2.840.10045.4.3.4',
  ],
);

/** The curves that Go and Envoy know. */
const CURVES = ['prime256v1', 'secp384r1', 'secp521r1'];
/** Extensions that every verifier knows: another one that is critical makes Go and OpenSSL refuse the certificate. */
const KNOWN_EXTENSIONS = new Set(['2.5.29.14', '2.5.29.15', '2.5.29.17', '2.5.29.19', '2.5.29.30', '2.5.29.35', '2.5.29.37']);
const EXTENDED_KEY_USAGE = '2.5.29.37';
const ANY_USAGE = '2.5.29.37.0';
/** What workloads show their certificates for: serverAuth and clientAuth. */
const WORKLOAD_USAGES = ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'];

/** One thing that is wrong: where in the bundle, what, and what to change. */
type Say = (file: string, what: string, got: unknown, expected: string, fix: string) => void;

/**
 * Everything that is wrong with a bundle. istiod itself takes bundles that later break proxies, such as chains in the
 * wrong order, files without a final newline and keys of 1024 bits, so this is stricter than istiod and than OpenSSL.
 * @see https://istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert/
 */
export function bundleProblems(bundle: CaBundle, where: string, rules: BundleRules = {}): Problem[] {
  const problems: Problem[] = [];
  const say: Say = (file, what, got, expected, fix) => problems.push(
    { code: MeshErrorCode.CA_BUNDLE, where: `${where}, ${file}`, what, got, expected, fix },
  );
  const own = certificates('ca-cert.pem', bundle.caCert, say);
  const chain = certificates('cert-chain.pem', bundle.certChain, say);
  const roots = certificates('root-cert.pem', bundle.rootCert, say);
  const key = bundle.caKey === undefined ? undefined : privateKey(bundle.caKey, say);
  if (!own || !chain || !roots) {
    return problems;
  }

  const [ca] = own;
  if (own.length !== 1) {
    say(
      'ca-cert.pem',
      'several certificates',
      own.length,
      'the intermediate alone',
      'move the others to cert-chain.pem',
    );
  }
  if (key && !ca.x509.checkPrivateKey(key)) {
    say(
      'ca-key.pem',
      'a key that does not belong to ca-cert.pem',
      shownName(ca.x509.subject),
      'the key of that certificate',
      'take certificate and key of one CA',
    );
  }
  if (isSelfSigned(ca)) {
    say(
      'ca-cert.pem',
      'a root as the CA of a cluster',
      shownName(ca.x509.subject),
      'an intermediate of the root',
      'sign an intermediate for each cluster, and keep the root away from all of them',
    );
  }
  chainProblems(ca, chain, roots, say);
  const authorities = [...new Map([...chain, ca, ...roots].map(certificate => [certificate.fingerprint, certificate])).values()];
  authorities.forEach(certificate => authorityProblems(certificate, fileOf(certificate, ca, roots), rules, say));
  if (bundle.crl !== undefined) {
    crlProblems(
      bundle.crl,
      [
        ...chain,
        ...roots.filter(
          root => chain.some(below => signedBy(below, root)) && !chain.some(({ fingerprint }) => fingerprint === root.fingerprint),
        ),
      ],
      rules.at,
    ).forEach(([what, got, expected, fix]) => say('ca-crl.pem', what, got, expected, fix));
  }
  return problems;
}

/** Everything that is wrong with the certificate of a root. */
export function rootProblems(text: string, where: string, rules: BundleRules = {}): Problem[] {
  const problems: Problem[] = [];
  const say: Say = (_, what, got, expected, fix) => problems.push({ code: MeshErrorCode.CA_BUNDLE, where, what, got, expected, fix });
  const roots = certificates('root-cert.pem', text, say) ?? [];
  if (roots.length > 1) {
    say('root-cert.pem', 'several certificates', roots.length, 'one root', 'give the root alone');
  }
  roots.forEach(root => authorityProblems(root, 'root-cert.pem', rules, say));
  return problems;
}

/** The certificates of a file; undefined when its form is wrong, which is said. */
function certificates(file: string, text: string, say: Say): Certificate[] | undefined {
  const mistake = pemMistake(text, CERTIFICATE);
  if (mistake) {
    say(
      file,
      'not a clean PEM file',
      mistake,
      'certificates alone, each on lines of its own, LF line ends and a final newline',
      'write the file anew, for instance with openssl x509',
    );
    return undefined;
  }
  try {
    return readCertificates(text);
  } catch {
    say(file, 'a certificate that cannot be read', file, 'X.509 certificates', 'write the file anew from its source');
    return undefined;
  }
}

/** The key of a bundle; errors never show a part of it. */
function privateKey(text: string, say: Say): KeyObject | undefined {
  const mistake = pemMistake(text, KEY) ?? (pemBlocks(text).length > 1 ? 'several keys' : undefined);
  try {
    if (!mistake) {
      return createPrivateKey(text);
    }
  } catch { /* said below */ }
  say(
    'ca-key.pem',
    'no private key that istiod reads',
    mistake ?? 'an unreadable key',
    'one PEM block with an unencrypted RSA or EC key, LF line ends and a final newline',
    'convert it with openssl pkey',
  );
  return undefined;
}

/** The chain begins with the CA, each certificate is signed by the next, and it ends at a root that is trusted. */
function chainProblems(ca: Certificate, chain: Certificate[], roots: Certificate[], say: Say): void {
  if (chain[0].fingerprint !== ca.fingerprint) {
    say(
      'cert-chain.pem',
      'it does not begin with ca-cert.pem',
      shownName(chain[0].x509.subject),
      shownName(ca.x509.subject),
      'put the intermediate first, then what signed it, then the root',
    );
    return;
  }
  for (let i = 0; i + 1 < chain.length; i++) {
    if (!signedBy(chain[i], chain[i + 1])) {
      const sameName = chain[i].issuer === chain[i + 1].subject;
      say(
        'cert-chain.pem',
        `certificate ${i + 2} did not sign certificate ${i + 1}${sameName ? ': its authorityKeyIdentifier names another key, or the signature does not fit' : ''}`,
        shownName(chain[i + 1].x509.subject),
        `the issuer, ${shownName(chain[i].x509.issuer)}`,
        'order the chain from the intermediate to the root, and leave out what is not in it',
      );
      return;
    }
    const { pathLength } = chain[i + 1].basicConstraints ?? {};
    if (pathLength !== undefined && pathLength < i + 1) {
      say(
        'cert-chain.pem',
        `certificate ${i + 2} allows fewer CAs below it than there are`,
        `pathlen:${pathLength}`,
        `pathlen:${i + 1} or more, or none`,
        'have the upper CA signed anew without that limit',
      );
    }
  }
  const last = chain[chain.length - 1];
  const root = roots.find(candidate => candidate.fingerprint === last.fingerprint || signedBy(last, candidate));
  if (!root) {
    say(
      'root-cert.pem',
      'the chain does not lead to a root that is trusted',
      shownName(last.x509.issuer),
      `a chain to ${roots.map(r => shownName(r.x509.subject)).join(' or ')}`,
      'take root, chain and intermediate of one CA',
    );
    return;
  }
  const below = chain.length - (root.fingerprint === last.fingerprint ? 1 : 0);
  const { pathLength } = root.basicConstraints ?? {};
  if (root.fingerprint !== last.fingerprint && pathLength !== undefined && pathLength < below) {
    say(
      'root-cert.pem',
      'the root allows fewer CAs below it than there are',
      `pathlen:${pathLength}`,
      `pathlen:${below} or more, or none`,
      'take a root without that limit',
    );
  }
}

/** What holds for each CA of the bundle by itself. */
function authorityProblems(certificate: Certificate, file: string, rules: BundleRules, say: Say): void {
  const name = shownName(certificate.x509.subject);
  const bad = (what: string, got: unknown, expected: string, fix = 'have the certificate made anew') => say(
    file,
    `${name}: ${what}`,
    got,
    expected,
    fix,
  );
  const { basicConstraints, keyUsage, serial, publicKey } = certificate;
  const selfSigned = isSelfSigned(certificate);
  if (SAMPLE_CERTIFICATES.has(certificate.fingerprint) && !rules.allowSampleCertificates) {
    bad(
      'a sample certificate of Istio, whose private key is public',
      certificate.fingerprint,
      'a CA of your own',
      'make one with istio-mesh ca init, or set allowSampleCertificates for a test',
    );
  }
  if (certificate.version !== 3) {
    bad('not an X.509 v3 certificate', `v${certificate.version}`, 'v3');
  }
  if (!basicConstraints?.ca || !basicConstraints.critical) {
    bad(
      'not marked as a CA',
      basicConstraints ? `CA:${basicConstraints.ca}${basicConstraints.critical ? '' : ', not critical'}` : 'no basicConstraints',
      'critical basicConstraints with CA:true',
    );
  }
  if (!keyUsage?.has(KEY_CERT_SIGN)) {
    bad(
      'not allowed to sign certificates',
      keyUsage ? 'keyUsage without keyCertSign' : 'no keyUsage',
      'keyUsage with keyCertSign',
    );
  }
  if (!SIGNATURES.has(certificate.signatureAlgorithm)) {
    bad(
      'signed with a weak or unknown algorithm',
      certificate.signatureAlgorithm,
      'RSA or ECDSA with SHA-256 or better',
    );
  }
  const size = publicKey.asymmetricKeyDetails?.modulusLength;
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = publicKey;
  if (!(type === 'rsa' ? size! >= 2048 : type === 'ec' && CURVES.includes(details?.namedCurve ?? ''))) {
    bad(
      'a weak or unknown kind of key',
      `${type} ${size ?? details?.namedCurve ?? ''}`.trim(),
      'RSA of 2048 bits or more, or EC on P-256, P-384 or P-521',
    );
  }
  usageProblems(certificate, bad);
  if (serial.length > 20 || serial.every(octet => octet === 0) || serial[0] >= 0x80) {
    bad(
      'a serial number that is zero, negative or too long',
      serial.toString('hex'),
      '1 to 20 octets, positive',
    );
  }
  if (!certificate.subjectKeyId) {
    bad('no subjectKeyIdentifier', 'none', 'one, so that chains can be built');
  }
  if (!selfSigned && !certificate.authorityKeyId) {
    bad('no authorityKeyIdentifier', 'none', 'the subjectKeyIdentifier of its issuer');
  }
  if (selfSigned && certificate.authorityKeyId !== undefined && certificate.authorityKeyId !== certificate.subjectKeyId) {
    bad(
      'an authorityKeyIdentifier that is not its own, though it is self-signed',
      certificate.authorityKeyId,
      String(certificate.subjectKeyId),
    );
  }
  if (file === 'root-cert.pem' && !selfSigned) {
    bad(
      'not a self-signed root',
      `issued by ${shownName(certificate.x509.issuer)}`,
      'a root',
      'list roots alone in root-cert.pem',
    );
  }
  if (rules.at && rules.at < certificate.notBefore) {
    bad(
      'not valid yet',
      certificate.notBefore.toISOString(),
      `valid at ${rules.at.toISOString()}`,
    );
  }
  if (rules.at && rules.at > certificate.notAfter) {
    bad(
      'expired',
      certificate.notAfter.toISOString(),
      `valid at ${rules.at.toISOString()}`,
      'renew it: istio-mesh ca renew, or rotate-root for a root',
    );
  }
}

/** Extensions that keep verifiers from taking the certificates of workloads below this CA. */
function usageProblems({ extensions }: Certificate, bad: (what: string, got: unknown, expected: string) => void): void {
  const unknown = [...extensions].filter(([id, { critical }]) => critical && !KNOWN_EXTENSIONS.has(id)).map(([id]) => id);
  if (unknown.length > 0) {
    bad(
      'a critical extension that verifiers may not know',
      unknown.join(', '),
      'no other critical extensions than those of a CA',
    );
  }
  const usage = extensions.get(EXTENDED_KEY_USAGE);
  const usages = usage ? parts(usage.value).map(oid) : [ANY_USAGE];
  if (!usages.includes(ANY_USAGE) && !WORKLOAD_USAGES.every(wanted => usages.includes(wanted))) {
    bad('an extendedKeyUsage that keeps workloads from calling or answering', usages.join(', '), 'none, or serverAuth and clientAuth');
  }
}

function isSelfSigned(certificate: Certificate): boolean {
  return certificate.issuer === certificate.subject && certificate.x509.verify(certificate.publicKey);
}

function fileOf(certificate: Certificate, ca: Certificate, roots: Certificate[]): string {
  if (certificate.fingerprint === ca.fingerprint) {
    return 'ca-cert.pem';
  }
  return roots.some(root => root.fingerprint === certificate.fingerprint) ? 'root-cert.pem' : 'cert-chain.pem';
}
