import { MeshErrorCode, Problem } from '../errors/mesh-error';
import type { Declarations } from './declarations';

/** Mutual TLS turned off in the namespace of an export: a gateway drops endpoints that speak plain text, so it would answer nothing. */
export function plainText(declared: Declarations): Problem[] {
  const off = declared.manifests('PeerAuthentication', 'security.istio.io').filter(policy => !policy.spec?.selector && policy.spec?.mtls?.mode === 'DISABLE');
  return declared.exports.flatMap(({ name, namespace }) => off.filter(policy => policy.metadata.namespace === namespace).map(policy => ({
    code: MeshErrorCode.PLAIN_TEXT,
    where: `export of ${name}.${namespace}`,
    what: `PeerAuthentication ${policy.metadata.name} turns mutual TLS off in its namespace`,
    got: policy.spec.mtls.mode,
    expected: 'PERMISSIVE or STRICT',
    fix: 'limit the policy to other workloads by a selector, or do not export from this namespace',
  })));
}
