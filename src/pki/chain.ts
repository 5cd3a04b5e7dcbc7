import type { BundleProblem } from './bundle-problem';
import { Certificate, shownName, signedBy } from './certificate';

/**
 * Returns the problems of a certificate chain. A chain begins with the CA of the cluster, each certificate is signed by
 * the next one, and the last one is a trusted root or is signed by one.
 */
export function chainProblems(ca: Certificate, chain: Certificate[], roots: Certificate[]): BundleProblem[] {
  if (chain[0].fingerprint !== ca.fingerprint) {
    return [{
      file: 'cert-chain.pem',
      what: 'it does not begin with ca-cert.pem',
      got: shownName(chain[0].x509.subject),
      expected: shownName(ca.x509.subject),
      fix: 'put the intermediate first, then the certificate that signed it, and the root last',
    }];
  }
  const gap = chain.slice(0, -1).findIndex((certificate, i) => !signedBy(certificate, chain[i + 1]));
  // Certificates after a gap belong to another chain: a limit that they set says nothing about this one.
  const connected = gap < 0 ? chain : chain.slice(0, gap + 1);
  return [...pathLengthProblems(connected), ...gap < 0 ? rootProblems(chain, roots) : [gapProblem(chain[gap], chain[gap + 1], gap + 1)]];
}

/** Returns the problem of two neighbours in a chain where the second did not sign the first. */
function gapProblem(certificate: Certificate, next: Certificate, position: number): BundleProblem {
  const reason = certificate.issuer === next.subject
    ? ': its authorityKeyIdentifier names another key, or the signature does not match'
    : '';
  return {
    file: 'cert-chain.pem',
    what: `certificate ${position + 1} did not sign certificate ${position}${reason}`,
    got: shownName(next.x509.subject),
    expected: `the issuer, ${shownName(certificate.x509.issuer)}`,
    fix: 'order the chain from the intermediate to the root, and remove certificates that do not belong to it',
  };
}

/** Returns a problem for each certificate with fewer CAs allowed below it than the chain has. */
function pathLengthProblems(chain: Certificate[]): BundleProblem[] {
  return chain.flatMap((certificate, below) => !allowsFewerThan(below, certificate) ? [] : [{
    file: 'cert-chain.pem',
    what: `certificate ${below + 1} allows fewer CAs below it than there are`,
    got: pathLengthOf(certificate),
    expected: `pathlen:${below} or more, or none`,
    fix: 'have the upper CA signed again without that limit',
  }]);
}

/** Returns the problem of the root that the chain leads to, or of a chain that leads to no trusted root. */
function rootProblems(chain: Certificate[], roots: Certificate[]): BundleProblem[] {
  const last = chain[chain.length - 1];
  const root = roots.find(candidate => candidate.fingerprint === last.fingerprint || signedBy(last, candidate));
  if (!root) {
    return [{
      file: 'root-cert.pem',
      what: 'the chain does not lead to a trusted root',
      got: shownName(last.x509.issuer),
      expected: `a chain to ${roots.map(({ x509 }) => shownName(x509.subject)).join(' or ')}`,
      fix: 'use the root, chain and intermediate of one CA',
    }];
  }
  // The limit of a root within the chain is already checked there.
  if (root.fingerprint === last.fingerprint || !allowsFewerThan(chain.length, root)) {
    return [];
  }
  return [{
    file: 'root-cert.pem',
    what: 'the root allows fewer CAs below it than there are',
    got: pathLengthOf(root),
    expected: `pathlen:${chain.length} or more, or none`,
    fix: 'use a root without that limit',
  }];
}

function allowsFewerThan(below: number, { basicConstraints }: Certificate): boolean {
  return basicConstraints?.pathLength !== undefined && basicConstraints.pathLength < below;
}

function pathLengthOf({ basicConstraints }: Certificate): string {
  return `pathlen:${basicConstraints?.pathLength}`;
}
