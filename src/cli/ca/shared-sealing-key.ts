import { allClusters } from './roots';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { problemText } from '../../errors/problem';
import { certificatesOf, keyIdOf } from '../../pki/certificate';
import { PKI } from '../../pki/pki-folder';

/** Sealing certificate of a cluster, in PEM. */
export interface ClusterSealing {
  readonly cluster: string;
  readonly sealingCert?: string;
}

/**
 * Warning for a cluster whose sealing certificate has the key of another cluster's. It is no error, because controllers may
 * share a key on purpose; `verify` and a synth refuse it unless that is declared.
 * @param planned sealing certificates of the clusters that are being encrypted, instead of those in the folder
 */
export function sharedSealingWarning(pki: string, { cluster, sealingCert }: ClusterSealing, planned: ClusterSealing[]): string | undefined {
  if (sealingCert === undefined) {
    return undefined;
  }
  const keyId = sealingKeyId({ cluster, sealingCert });
  const unchanged = allClusters(pki).filter(ca => !planned.some(other => other.cluster === ca.cluster));
  const owner = [...unchanged, ...planned].find(other => other.cluster !== cluster && sealingKeyId(other) === keyId);
  return owner && `warning: ${problemText({
    code: MeshErrorCode.DELIVERY,
    where: `clusters ${owner.cluster} and ${cluster}`,
    what: 'their CAs are sealed for one key, so each cluster can decrypt the CA of the other',
    got: `a sealing certificate with the key ${keyId}`,
    expected: 'the certificate of each cluster\'s own sealed-secrets controller',
    fix: `fetch it (kubeseal --fetch-cert, in the context of ${cluster}) and run istio-mesh ca reseal ${cluster} --sealing-cert <file>; `
      + 'if the controllers share a key on purpose, set sharedSealingKey: true and use ca verify --shared-sealing-key',
  })}`;
}

function sealingKeyId({ cluster, sealingCert }: ClusterSealing): string | undefined {
  return sealingCert && keyIdOf(certificatesOf(sealingCert, `${cluster}, ${PKI.sealingCert}`)[0].publicKey);
}
