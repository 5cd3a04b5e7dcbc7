import type { ClusterCa } from './cluster-ca';
import { inputsOf, PKI } from './pki-folder';
import { sealedKeyProblems, sopsKeyProblems } from './secret-keys';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/**
 * Returns the problems of all ciphertext of a cluster: ciphertext that is missing, that was made from other files than those
 * beside it, or that does not have the files of the secret.
 */
export function ciphertextProblems(ca: ClusterCa): Problem[] {
  return [...missingCiphertext(ca), ...sealedProblems(ca), ...sopsProblems(ca)];
}

/** Returns the problems of the sealed secret of a cluster that has one. */
export function sealedProblems(ca: ClusterCa): Problem[] {
  const { sealed, sealingCert } = ca;
  if (!sealed) {
    return [];
  }
  const isCurrent = sealingCert !== undefined && sealed.inputs === inputsOf(ca, { ...sealed, recipient: sealingCert });
  return isCurrent ? sealedKeyProblems(ca) : [staleProblem(ca, PKI.sealed)];
}

/** Returns the problems of the sops secret of a cluster that has one. */
export function sopsProblems(ca: ClusterCa): Problem[] {
  const { sops, ageRecipients = '' } = ca;
  if (!sops) {
    return [];
  }
  const isCurrent = sops.inputs === inputsOf(ca, { namespace: sops.namespace, recipient: ageRecipients });
  return isCurrent ? sopsKeyProblems(ca) : [staleProblem(ca, PKI.sops)];
}

/** Returns a problem for each recipient of a cluster that nothing is encrypted for. */
function missingCiphertext({ cluster, folder, sealingCert, sealed, ageRecipients = '', sops }: ClusterCa): Problem[] {
  const missing = [
    ...sealingCert !== undefined && !sealed ? [[PKI.sealed, PKI.sealingCert]] : [],
    ...ageRecipients.trim() !== '' && !sops ? [[PKI.sops, PKI.ageRecipients]] : [],
  ];
  return missing.map(([file, recipient]) => ({
    code: MeshErrorCode.PKI,
    where: `${folder}, ${file}`,
    what: `the folder has ${recipient}, and no secret that is encrypted for it`,
    expected: `${file}, as istio-mesh ca writes it`,
    fix: `restore the file from Git, or find out who changed it and run istio-mesh ca reseal ${cluster} where the keys are kept`,
  }));
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
