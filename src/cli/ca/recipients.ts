import { createHash } from 'crypto';
import type { EncryptionSettings } from './encryption-settings';
import { certificatesOf, shownName } from '../../pki/certificate';
import { PKI } from '../../pki/pki-folder';

/** Kind of a recipient: the controller of sealed-secrets, or the holder of an age key, for sops. */
export type RecipientKind = 'sealed-secrets' | 'age';

/** Holder of a private key that can decrypt the key of a CA. */
export interface Recipient {
  readonly kind: RecipientKind;
  /** Fingerprint of the sealing certificate, such as `SHA256:0f3a...`, or the age recipient itself, which is a public key. */
  readonly fingerprint: string;
  /** Subject of the sealing certificate. It is only shown: anybody can make a certificate with this subject. */
  readonly subject?: string;
}

/** Everything that decides who can read the key of a CA after its encryption. */
export interface Audience {
  readonly recipients: Recipient[];
  /** Namespace that the secret is for. Who can read secrets in that namespace can read the key. */
  readonly namespace: string;
  /** Scope of sealing. A wider scope lets other namespaces unseal the key. */
  readonly scope: string;
}

/** Longest age recipient that is shown as it is: one of X25519 has 62 characters, one of a post-quantum key about 2,000. */
const LONGEST_SHOWN = 100;

/** Recipients, namespace and scope of encryption settings. */
export function audienceOf({ sealingCert, ageRecipients, namespace, scope }: EncryptionSettings): Audience {
  return {
    namespace,
    scope,
    recipients: [
      ...sealingCert === undefined ? [] : [sealedSecretsRecipient(sealingCert)],
      ...ageRecipients.map(text => ({ kind: 'age' as const, fingerprint: ageFingerprint(text) })),
    ],
  };
}

/** Fingerprint of an age recipient. */
export function ageFingerprint(recipient: string): string {
  return recipient.length <= LONGEST_SHOWN ? recipient : `SHA256:${createHash('sha256').update(recipient).digest('hex')}`;
}

/** Fingerprint as a user types it, in the form of `Recipient.fingerprint`: OpenSSL prints `sha256 Fingerprint=AB:CD:...`. */
export function typedFingerprint(text: string): string {
  const hex = text.trim().replace(/^sha-?256(?: fingerprint)?[:=]/i, '').replace(/:/g, '').toLowerCase();
  return /^[0-9a-f]{64}$/.test(hex) ? `SHA256:${hex}` : ageFingerprint(text.trim());
}

/** Whether a value is a fingerprint. It then has no characters that control a terminal or a shell. */
export function isFingerprint(value: unknown): boolean {
  return typeof value === 'string' && /^(SHA256:[0-9a-f]{64}|age1[0-9a-z]+)$/.test(value);
}

/** Whether two recipients are the same. */
export function isSameRecipient(one: Recipient, other: Recipient): boolean {
  return one.kind === other.kind && one.fingerprint === other.fingerprint;
}

/** Recipient in words, such as `sealed-secrets SHA256:0f3a... (CN=controller)`. */
export function shownRecipient({ kind, fingerprint, subject }: Recipient): string {
  return `${kind} ${fingerprint}${subject ? ` (${printable(subject)})` : ''}`;
}

/** Recipients, namespace and scope in words. */
export function shownAudience({ recipients, namespace, scope }: Audience): string {
  const sealed = recipients.some(({ kind }) => kind === 'sealed-secrets');
  const names = recipients.map(shownRecipient).join(', ') || 'nobody';
  return `${names}; namespace ${namespace}${sealed ? `, scope ${scope}` : ''}`;
}

function sealedSecretsRecipient(pem: string): Recipient {
  const [{ fingerprint, x509 }] = certificatesOf(pem, PKI.sealingCert);
  return { kind: 'sealed-secrets', fingerprint: `SHA256:${fingerprint}`, subject: shownName(x509.subject ?? '') };
}

/** Text without characters that control a terminal or a log: a subject is what the maker of a certificate wrote. */
function printable(text: string): string {
  return text.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, character => `\\u{${character.codePointAt(0)!.toString(16)}}`).slice(0, 200);
}
