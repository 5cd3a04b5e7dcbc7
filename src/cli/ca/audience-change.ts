import type { BoundRecipients } from './bound-recipients';
import { DEFAULT_ENCRYPTION } from './encryption-settings';
import { Audience, isSameRecipient, Recipient } from './recipients';

/** Difference between the audience of an encryption and that of the last one. */
export interface AudienceChange {
  readonly added: Recipient[];
  readonly removed: Recipient[];
  /** Other namespace. */
  readonly namespace?: string;
  /** Other scope. */
  readonly scope?: string;
}

/**
 * Difference between an audience and that of the last encryption. Without a record that counts, every recipient is new, and the
 * defaults alone count for namespace and scope.
 */
export function changeOf(audience: Audience, { last, flaw }: BoundRecipients): AudienceChange {
  const before: Audience = last && flaw === undefined ? last : { ...DEFAULT_ENCRYPTION, recipients: [] };
  return {
    added: without(audience.recipients, before.recipients),
    removed: without(last?.recipients ?? [], audience.recipients),
    namespace: audience.namespace === before.namespace ? undefined : audience.namespace,
    scope: audience.scope === before.scope ? undefined : audience.scope,
  };
}

/** Whether there is a difference. */
export function isChange({ added, removed, namespace, scope }: AudienceChange): boolean {
  return added.length > 0 || removed.length > 0 || namespace !== undefined || scope !== undefined;
}

function without(recipients: Recipient[], others: Recipient[]): Recipient[] {
  return recipients.filter(recipient => !others.some(other => isSameRecipient(recipient, other)));
}
