import type { AudienceChange } from './audience-change';
import type { BoundRecipients } from './bound-recipients';
import { Audience, shownAudience, shownRecipient } from './recipients';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import type { Problem } from '../../errors/problem';

/** Encryption that is refused. */
export interface RefusedEncryption {
  readonly cluster: string;
  readonly audience: Audience;
  readonly bound: BoundRecipients;
  /** Part of the change that the command line does not name. */
  readonly unnamed: AudienceChange;
  /** Whether the command has the options that name recipients. */
  readonly hasOptions: boolean;
}

const COMPARE = 'compare each fingerprint with its source (kubeseal --fetch-cert in the context of the cluster, age-keygen -y)';

/** Problem of an encryption for recipients that the user has not named. */
export function refusalOf({ cluster, audience, bound, unnamed, hasOptions }: RefusedEncryption): Problem {
  const { last, flaw } = bound;
  const options = optionsFor(unnamed);
  // Without a recipient there is nothing to seal again: a new CA takes the place of the one that others can decrypt.
  const command = `istio-mesh ca ${audience.recipients.length > 0 ? 'reseal' : 'renew'} ${cluster}`;
  const before = last ? shownAudience(last) : 'unknown';
  const difference = `now: ${shownAudience(audience)}; last time: ${before}${goneOf(unnamed)}`;
  return {
    code: flaw === undefined ? MeshErrorCode.RECIPIENTS : MeshErrorCode.RECIPIENTS_UNKNOWN,
    where: `cluster '${cluster}'`,
    what: flaw === undefined
      ? `the CA key would be encrypted for others than last time (${difference})`
      : `nothing shows for whom the CA key was encrypted last time, because ${flaw} (${difference})`,
    fix: `${COMPARE}; if all of them are right, ${hasOptions ? `add ${options}` : `first run ${command} ${options}`}; `
      + 'if one is not, somebody wants the key: restore the folder of the cluster from Git, and find out who changed it',
  };
}

/** Options that name a change. */
function optionsFor({ added, removed, namespace, scope }: AudienceChange): string {
  return [
    ...added.map(({ fingerprint }) => `--accept-recipient ${fingerprint}`),
    ...removed.map(({ fingerprint }) => `--drop-recipient ${fingerprint}`),
    ...namespace === undefined ? [] : [`--namespace ${namespace}`],
    ...scope === undefined ? [] : [`--scope ${scope}`],
  ].join(' ');
}

function goneOf({ removed }: AudienceChange): string {
  return removed.length === 0 ? '' : `; no longer: ${removed.map(shownRecipient).join(', ')}`;
}
