import { changeOf, isChange } from './audience-change';
import { BoundRecipients, boundRecipients, inPlace, keysInFolder, recordInCluster } from './bound-recipients';
import type { CaContext } from './context';
import { encryptionOf, hasRecipient, refuseInvalidSettings } from './encryption-settings';
import { hasPrivateFolder } from './keyring';
import { recordedDigest, publicKeyOf } from './recipient-record';
import { audienceOf, shownAudience } from './recipients';
import { refusalOf } from './recipients-refusal';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import type { Problem } from '../../errors/problem';
import type { ClusterCa } from '../../pki/cluster-ca';

/**
 * Problems of the recipients of a cluster, without the passphrase. With the private folder, it finds every change that a command
 * would refuse. Without it, a record is only compared with the files beside it: whoever writes them can write the record, too.
 */
export function recipientProblems({ pki, keys }: Pick<CaContext, 'pki' | 'keys'>, ca: ClusterCa): Problem[] {
  const { cluster } = ca;
  const settings = encryptionOf(ca);
  refuseInvalidSettings(settings, cluster);
  const bound = hasPrivateFolder(pki) ? boundRecipients(pki, cluster, keysInFolder(keys)) : boundInGit(pki, cluster);
  const isKnown = bound.last !== undefined && bound.flaw === undefined;
  const audience = audienceOf(settings);
  const unnamed = changeOf(audience, bound);
  const isRight = isKnown ? !isChange(unnamed) : !bound.last && !hasRecipient(settings);
  return [
    ...isRight ? [] : [refusalOf({ cluster, audience, bound, unnamed, hasOptions: false })],
    ...otherCiphertext(pki, ca),
  ];
}

/** Problem of ciphertext that is not the one that a run of the command made. Commands need no such check: they replace it. */
function otherCiphertext(pki: string, ca: ClusterCa): Problem[] {
  const { record } = recordInCluster(pki, ca.cluster, publicKeyOf);
  if (!record || record.ciphertext === recordedDigest(ca)) {
    return [];
  }
  return [{
    code: MeshErrorCode.RECIPIENTS_UNKNOWN,
    where: ca.folder,
    what: 'the ciphertext is not the one that was made for the recipients, so nothing shows who can decrypt it, and what it holds',
    fix: `restore the folder of the cluster from Git, and find out who changed it; or run istio-mesh ca reseal ${ca.cluster}, which `
      + 'makes new ciphertext and shows for whom',
  }];
}

/** Lines that name the recipients of each cluster, for a reader who compares them with the clusters. */
export function recipientLines(clusters: ClusterCa[]): string[] {
  return clusters.filter(ca => hasRecipient(encryptionOf(ca)))
    .map(ca => `cluster '${ca.cluster}': the CA key is encrypted for ${shownAudience(audienceOf(encryptionOf(ca)))}`);
}

function boundInGit(pki: string, cluster: string): BoundRecipients {
  const { record, flaw } = recordInCluster(pki, cluster, publicKeyOf);
  return { last: record, flaw: flaw && inPlace(flaw, 'cluster folder'), isNew: false };
}
