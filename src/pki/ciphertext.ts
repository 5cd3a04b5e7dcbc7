import type { ClusterCa } from './cluster-ca';
import { inputsOf } from './pki-folder';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/** Returns a problem for each ciphertext of a cluster that was made from other files than those beside it. */
export function staleCiphertext(ca: ClusterCa): Problem[] {
  return [...sealedProblems(ca), ...sopsProblems(ca)];
}

/** Returns the problem of the sealed secret of a cluster that has one. */
export function sealedProblems(ca: ClusterCa): Problem[] {
  const { sealed, sealingCert } = ca;
  if (!sealed) {
    return [];
  }
  const isCurrent = sealingCert !== undefined && sealed.inputs === inputsOf(ca, { ...sealed, recipient: sealingCert });
  return isCurrent ? [] : [staleProblem(ca, 'cacerts.sealed.json')];
}

/** Returns the problem of the sops secret of a cluster that has one. */
export function sopsProblems(ca: ClusterCa): Problem[] {
  const { sops, ageRecipients = '' } = ca;
  if (!sops || sops.inputs === inputsOf(ca, { namespace: sops.namespace, recipient: ageRecipients })) {
    return [];
  }
  return [staleProblem(ca, 'cacerts.sops.json')];
}

function staleProblem(ca: ClusterCa, file: string): Problem {
  return {
    code: MeshErrorCode.PKI,
    where: `${ca.folder}, ${file}`,
    what: 'the ciphertext does not match the certificates, recipients, namespace and scope that belong to it',
    fix: 'find out from the history of Git who changed them; if that was right, '
      + `run istio-mesh ca reseal ${ca.cluster} where the keys are kept: it encrypts the CA key for the recipients in the folder`,
  };
}
