import { toleratedInRoot } from './ca-certificate-rules';
import { readCertificates } from './certificate';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/**
 * Returns a warning for each property of a root that strict verifiers refuse, and that istiod and proxies accept. An organization
 * cannot change a root that it has. A certificate that `istio-mesh ca` or the root issues keeps every rule.
 * @param text content of root-cert.pem; a file that cannot be read has no warnings, because it is a problem
 */
export function rootWarnings(text: string): Problem[] {
  return readableRoots(text).flatMap(root => toleratedInRoot(root).map(({ what, got, expected }) => ({
    code: MeshErrorCode.UNUSUAL_ROOT,
    where: `root ${root.fingerprint.slice(0, 16)}`,
    what,
    got,
    expected,
    fix: 'nothing has to change, because istiod and proxies accept the root; a root that replaces it should not have this property',
  })));
}

function readableRoots(text: string) {
  try {
    return readCertificates(text);
  } catch {
    return [];
  }
}
