import type { ClusterCa } from './cluster-ca';
import { inputsOf } from './pki-folder';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/** Ciphertext that was made of other files than those beside it. */
export function staleCiphertext(ca: ClusterCa): Problem[] {
  return [...sealedProblems(ca), ...sopsProblems(ca)];
}

/** What is wrong with the sealed secret of a cluster, if it has one. */
export function sealedProblems(ca: ClusterCa): Problem[] {
  const { sealed, sealingCert } = ca;
  if (!sealed) {
    return [];
  }
  const fresh = sealingCert !== undefined && sealed.inputs === inputsOf(ca, { ...sealed, recipient: sealingCert });
  return fresh ? [] : [stale(ca, 'cacerts.sealed.json')];
}

/** What is wrong with the sops secret of a cluster, if it has one. */
export function sopsProblems(ca: ClusterCa): Problem[] {
  const { sops, ageRecipients } = ca;
  if (!sops) {
    return [];
  }
  return sops.inputs === inputsOf(
    ca,
    { namespace: sops.namespace, recipient: ageRecipients ?? '' },
  ) ? [] : [stale(ca, 'cacerts.sops.json')];
}

function stale(ca: ClusterCa, file: string): Problem {
  return {
    code: MeshErrorCode.PKI,
    where: `${ca.folder}, ${file}`,
    what: 'ciphertext of other certificates, recipients, namespace or scope than those beside it',
    got: 'another digest',
    expected: 'the digest of the files beside it',
    fix: `run istio-mesh ca reseal ${ca.cluster}, where the keys are kept`,
  };
}
