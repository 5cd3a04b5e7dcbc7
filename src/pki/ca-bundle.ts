import { createPrivateKey, KeyObject } from 'crypto';
import { BundleProblem, pemProblems } from './bundle-problem';
import { certificateProblems } from './ca-certificate-rules';
import { Certificate, isSelfSigned, readCertificates, shownName, signedBy } from './certificate';
import { chainProblems } from './chain';
import type { BundleRules, CaBundle } from './cluster-ca';
import { crlProblems } from './crl';
import { pemBlocks, pemMistake } from './pem';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

const CERTIFICATE = /^CERTIFICATE$/;
const PRIVATE_KEY = /^(RSA |EC )?PRIVATE KEY$/;

/**
 * Returns every problem of a CA bundle.
 *
 * istiod accepts bundles that make proxies fail later: chains in the wrong order, files without a final newline, keys of
 * 1024 bits. These checks are therefore stricter than those of istiod and of OpenSSL.
 * @see https://istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert/
 */
export function bundleProblems(bundle: CaBundle, where: string, rules: BundleRules = {}): Problem[] {
  const own = readCertificateFile('ca-cert.pem', bundle.caCert);
  const chain = readCertificateFile('cert-chain.pem', bundle.certChain);
  const roots = readCertificateFile('root-cert.pem', bundle.rootCert);
  const key: FileContent<KeyObject> = bundle.caKey === undefined ? { problems: [] } : readPrivateKey(bundle.caKey);
  const problems = [own, chain, roots, key].flatMap(file => file.problems);
  if (own.content && chain.content && roots.content) {
    const certificates = { own: own.content, chain: chain.content, roots: roots.content };
    problems.push(...caProblems(certificates.own, key.content), ...contentProblems(certificates, bundle.crl, rules));
  }
  return problems.map(({ file, ...problem }) => ({ code: MeshErrorCode.CA_BUNDLE, where: `${where}, ${file}`, ...problem }));
}

/** Returns every problem of the certificate of a root. */
export function rootCertificateProblems(text: string, where: string, rules: BundleRules = {}): Problem[] {
  const file = 'root-cert.pem';
  const { content: roots = [], problems } = readCertificateFile(file, text);
  const several: BundleProblem[] = roots.length <= 1 ? [] : [{
    file, what: 'several certificates', got: roots.length, expected: 'one root', fix: 'pass only the root',
  }];
  return [...problems, ...several, ...roots.flatMap(root => [...certificateProblems(root, file, rules), ...noCasBelow(root, file)])]
    .map(({ what, got, expected, fix }) => ({ code: MeshErrorCode.CA_BUNDLE, where, what, got, expected, fix }));
}

/** Returns the problem of a root that allows no CA below it, so no CA of a cluster. */
function noCasBelow({ x509, basicConstraints }: Certificate, file: string): BundleProblem[] {
  if (basicConstraints?.pathLength !== 0) {
    return [];
  }
  return [{
    file,
    what: `${shownName(x509.subject)}: the root allows no CAs below it`,
    got: 'pathlen:0',
    expected: 'pathlen:1 or more, or none',
    fix: 'use a root without that limit',
  }];
}

/** Certificates of a bundle whose files can be read. */
interface BundleCertificates {
  /** Content of ca-cert.pem. */
  readonly own: Certificate[];
  readonly chain: Certificate[];
  readonly roots: Certificate[];
}

/** Content of a file; undefined where the file cannot be read, which is then a problem. */
interface FileContent<T> {
  readonly content?: T;
  readonly problems: BundleProblem[];
}

function readCertificateFile(file: string, text: string): FileContent<Certificate[]> {
  const problems = pemProblems({ file, text, label: CERTIFICATE, content: 'certificates', command: 'openssl x509' });
  if (problems.length > 0) {
    return { problems };
  }
  try {
    return { problems, content: readCertificates(text) };
  } catch {
    return {
      problems: [{
        file, what: 'a certificate that cannot be read', expected: 'X.509 certificates', fix: 'write the file again from its source',
      }],
    };
  }
}

/** Reads the private key of a bundle. The problems never show a part of the key. */
function readPrivateKey(text: string): FileContent<KeyObject> {
  const mistake = pemMistake(text, PRIVATE_KEY) ?? (pemBlocks(text).length > 1 ? 'several keys' : undefined);
  const key = mistake === undefined ? parsedPrivateKey(text) : undefined;
  if (key) {
    return { content: key, problems: [] };
  }
  return {
    problems: [{
      file: 'ca-key.pem',
      what: 'no private key that istiod reads',
      got: mistake,
      expected: 'one PEM block with an unencrypted RSA or EC key, LF line ends and a final newline',
      fix: 'convert it with openssl pkey',
    }],
  };
}

function parsedPrivateKey(text: string): KeyObject | undefined {
  try {
    return createPrivateKey(text);
  } catch {
    return undefined;
  }
}

/** Returns the problems of the cluster's own CA: its certificate, and the key of that certificate. */
function caProblems(own: Certificate[], key: KeyObject | undefined): BundleProblem[] {
  const [ca] = own;
  const name = shownName(ca.x509.subject);
  const problems: BundleProblem[] = [];
  if (own.length !== 1) {
    problems.push({
      file: 'ca-cert.pem',
      what: 'several certificates',
      got: own.length,
      expected: 'only the intermediate',
      fix: 'move the others to cert-chain.pem',
    });
  }
  if (key && !ca.x509.checkPrivateKey(key)) {
    problems.push({
      file: 'ca-key.pem',
      what: 'a key that does not belong to ca-cert.pem',
      expected: `the key of ${name}`,
      fix: 'use the certificate and the key of one CA',
    });
  }
  if (isSelfSigned(ca)) {
    problems.push({
      file: 'ca-cert.pem',
      what: 'a root as the CA of a cluster',
      got: name,
      expected: 'an intermediate of the root',
      fix: 'sign an intermediate for each cluster, and keep the root outside all clusters',
    });
  }
  return problems;
}

/** Returns the problems of the chain, of each CA in the bundle, and of the CRLs. */
function contentProblems({ own: [ca], chain, roots }: BundleCertificates, crl: string | undefined, rules: BundleRules): BundleProblem[] {
  const authorities = [...new Map([...chain, ca, ...roots].map(certificate => [certificate.fingerprint, certificate])).values()];
  const used = [...chain, ca, ...usedRoots(chain, roots)];
  return [
    ...chainProblems(ca, chain, roots),
    ...authorities.flatMap(
      certificate => certificateProblems(certificate, fileOf(certificate, ca, roots), rules, contains(used, certificate)),
    ),
    ...crl === undefined ? [] : crlProblems(crl, [...chain, ...signersOutside(chain, roots)], rules.at),
  ];
}

/** Returns the file that a message about a certificate names. */
function fileOf(certificate: Certificate, ca: Certificate, roots: Certificate[]): string {
  if (certificate.fingerprint === ca.fingerprint) {
    return 'ca-cert.pem';
  }
  return contains(roots, certificate) ? 'root-cert.pem' : 'cert-chain.pem';
}

/** Returns the roots that a chain leads to: its last certificate, or the roots that signed it. A broken chain uses all roots. */
function usedRoots(chain: Certificate[], roots: Certificate[]): Certificate[] {
  const last = chain[chain.length - 1];
  const signers = contains(roots, last) ? [last] : roots.filter(root => signedBy(last, root));
  return signers.length > 0 ? signers : roots;
}

/** Returns the roots that sign a certificate of the chain without being a part of the chain. */
function signersOutside(chain: Certificate[], roots: Certificate[]): Certificate[] {
  return roots.filter(root => !contains(chain, root) && chain.some(certificate => signedBy(certificate, root)));
}

function contains(certificates: Certificate[], { fingerprint }: Certificate): boolean {
  return certificates.some(certificate => certificate.fingerprint === fingerprint);
}
