import { AudienceChange, changeOf, isChange } from './audience-change';
import { BoundRecipients, boundRecipients, openedKeys } from './bound-recipients';
import type { CaContext } from './context';
import { EncryptionOptions, EncryptionSettings, hasRecipient, refuseInvalidSettings, validSealingCert } from './encryption-settings';
import type { RecordContent } from './recipient-record';
import { Audience, audienceOf, Recipient, shownAudience, typedFingerprint } from './recipients';
import { refusalOf } from './recipients-refusal';
import { sharedSealingWarning } from './shared-sealing-key';
import { MeshError, MeshErrors } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { Problem } from '../../errors/problem';
import { PKI } from '../../pki/pki-folder';

/**
 * Encryption settings whose recipients are those of the last encryption, or that the user has named. Only
 * `acceptedEncryption` makes them, and nothing is encrypted without them.
 */
export interface AcceptedEncryption extends EncryptionSettings {
  /** What the record of the encryption states; undefined if nothing has ever been encrypted, and nothing is now. */
  readonly record?: RecordContent;
}

/** Cluster whose CA key is to be encrypted. */
export interface EncryptionRequest {
  readonly cluster: string;
  readonly settings: EncryptionSettings;
}

/** Names of recipients on the command line. */
type NamedRecipients = Pick<EncryptionOptions, 'acceptRecipients' | 'dropRecipients' | 'ageRecipients' | 'namespace' | 'scope'>;

/**
 * Compares the recipients of clusters with those that the CA keys were last encrypted for, and prints for whom each CA key is
 * encrypted. All clusters are compared before the first one is encrypted.
 * @param options recipients that the user names; a command without such options passes none
 * @throws MESH048 for recipients that differ and that the user does not name, MESH049 if the records do not show the
 * recipients of the last encryption, MESH033 for settings that are not valid
 */
export async function acceptedEncryption(
  context: CaContext, requests: EncryptionRequest[], options?: NamedRecipients,
): Promise<AcceptedEncryption[]> {
  const accepted: AcceptedEncryption[] = [];
  const problems: Problem[] = [];
  for (const { cluster, settings } of requests) {
    refuseInvalidSettings(settings, cluster);
    if (settings.sealingCert !== undefined) {
      validSealingCert(settings.sealingCert, `${cluster}, ${PKI.sealingCert}`, context.environment.now());
    }
    const bound = boundRecipients(context.pki, cluster, await openedKeys(context, cluster));
    const audience = audienceOf(settings);
    const change = changeOf(audience, bound);
    const unnamed = hasRecipient(settings) || bound.last ? unnamedChange(change, bound, options ?? {}) : undefined;
    problems.push(...unnamed ? [refusalOf({ cluster, audience, bound, unnamed, hasOptions: options !== undefined })] : []);
    accepted.push({ ...settings, record: recordOf(cluster, audience, bound, change) });
  }
  refuseUnusedNames(requests, options ?? {}, problems);
  if (problems.length > 0) {
    throw problems.length === 1 ? new MeshError(problems[0]) : new MeshErrors(problems);
  }
  requests.filter(({ settings }) => hasRecipient(settings)).forEach(request => announce(context, request, requests));
  return accepted;
}

/** Prints for whom a CA key is encrypted. It is printed before anything is written, so that the user can still stop the command. */
function announce({ pki, print }: CaContext, { cluster, settings }: EncryptionRequest, requests: EncryptionRequest[]): void {
  print(`cluster '${cluster}': the CA key is encrypted for ${shownAudience(audienceOf(settings))}`);
  const planned = requests.map(request => ({ cluster: request.cluster, sealingCert: request.settings.sealingCert }));
  const warning = sharedSealingWarning(pki, { cluster, sealingCert: settings.sealingCert }, planned);
  if (warning !== undefined) {
    print(warning);
  }
}

/** The part of a change that the command line does not name; undefined if it names all of it. */
function unnamedChange(change: AudienceChange, { isNew }: BoundRecipients, options: NamedRecipients): AudienceChange | undefined {
  const accepts = namesOf(options.acceptRecipients);
  const drops = namesOf(options.dropRecipients);
  const ages = namesOf(options.ageRecipients);
  const isNamed = ({ fingerprint }: Recipient) => isNew || accepts.has(fingerprint) || ages.has(fingerprint);
  const isReplaced = ({ kind }: Recipient) => change.added.some(other => other.kind === kind)
    || (kind === 'age' && ages.size > 0);
  const unnamed = {
    added: change.added.filter(recipient => !isNamed(recipient)),
    removed: change.removed.filter(recipient => !drops.has(recipient.fingerprint) && !isReplaced(recipient)),
    namespace: options.namespace === undefined ? change.namespace : undefined,
    scope: options.scope === undefined ? change.scope : undefined,
  };
  return isChange(unnamed) ? unnamed : undefined;
}

function recordOf(cluster: string, audience: Audience, { last, flaw }: BoundRecipients, change: AudienceChange): RecordContent | undefined {
  if (!last) {
    return audience.recipients.length === 0 ? undefined : { ...audience, cluster, number: 1 };
  }
  return isChange(change) || flaw !== undefined ? { ...audience, cluster, number: last.number + 1 } : last;
}

/** A name that no recipient has is a mistake in typing, or the recipient is not the one that the user has compared. */
function refuseUnusedNames(requests: EncryptionRequest[], { acceptRecipients = [] }: NamedRecipients, problems: Problem[]): void {
  const recipients = requests.flatMap(({ settings }) => audienceOf(settings).recipients.map(({ fingerprint }) => fingerprint));
  const unknown = acceptRecipients.filter(name => !recipients.includes(typedFingerprint(name)));
  problems.push(...unknown.map(got => ({
    got,
    code: MeshErrorCode.RECIPIENTS,
    where: '--accept-recipient',
    what: 'the CA key is not encrypted for a recipient with this fingerprint',
    expected: recipients.length > 0 ? `one of ${[...new Set(recipients)].join(', ')}` : 'a recipient in the folder of the cluster',
    fix: 'find out which of the two is right: the fingerprint that you have compared, or the file in the folder of the cluster',
  })));
}

function namesOf(names: string[] = []): ReadonlySet<string> {
  return new Set(names.map(typedFingerprint));
}
