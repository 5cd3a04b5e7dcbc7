import type { Declarations } from './declarations';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/** Mutual TLS that is off in the namespace of an export: a gateway drops endpoints without mutual TLS, so it would answer 503. */
export function plainText(declared: Declarations): Problem[] {
  const policies = declared.manifests('PeerAuthentication', 'security.istio.io');
  const off = policies.filter(({ spec }) => !spec?.selector && spec?.mtls?.mode === 'DISABLE');
  return declared.exports.flatMap(({ name, namespace, path }) => off.filter(
    ({ metadata }) => metadata.namespace === namespace,
  ).map(policy => ({
    code: MeshErrorCode.PLAIN_TEXT,
    where: `export of ${name}.${namespace}`,
    path,
    what: `PeerAuthentication ${policy.metadata.name} turns mutual TLS off in its namespace`,
    got: policy.spec.mtls.mode,
    expected: 'PERMISSIVE or STRICT',
    fix: 'limit the policy to other workloads by a selector, or do not export from this namespace',
  })));
}
