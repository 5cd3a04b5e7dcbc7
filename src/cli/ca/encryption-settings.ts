import { X509Certificate } from 'crypto';
import { readOptionFile } from './files';
import { isAgeRecipient } from './sops';
import { MeshError } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { dnsLabel } from '../../names';
import { SCOPES } from '../../pki/ciphertext-files';
import type { ClusterCa } from '../../pki/cluster-ca';
import { pemBlocks, pemMistake } from '../../pki/pem';
import { PKI } from '../../pki/pki-folder';

/** Smallest RSA key, in bits, that a secret is sealed for. */
const SMALLEST_SEALING_KEY = 2048;

/** Text that may be an age recipient. `isAgeRecipient` decides; this form has no characters that control a terminal or a shell. */
const AGE_RECIPIENT = /^age1[0-9a-z]{20,4000}$/;

/** How the secret `cacerts` of a cluster is encrypted. Without a certificate and a recipient, it is not encrypted at all. */
export interface EncryptionSettings {
  /** Certificate of the cluster's sealed-secrets controller, in PEM. */
  readonly sealingCert?: string;
  /** age recipients, for sops. */
  readonly ageRecipients: string[];
  /** Namespace of the secret. */
  readonly namespace: string;
  /** Scope of sealing: see `SCOPES`. */
  readonly scope: string;
}

/** Options for the encryption of the secret `cacerts`. */
export interface EncryptionOptions {
  /**
   * Namespace of istiod.
   * @default - the current namespace of the cluster, or "istio-system"
   */
  readonly namespace?: string;
  /**
   * File with the certificate of the cluster's sealed-secrets controller.
   * @default - the current certificate of the cluster
   */
  readonly sealingCert?: string;
  /**
   * Scope of sealing: see `SCOPES`.
   * @default - the current scope of the cluster, or "strict"
   */
  readonly scope?: string;
  /**
   * age recipients, for sops.
   * @default - the current recipients of the cluster
   */
  readonly ageRecipients?: string[];
  /**
   * Fingerprints of recipients that the CA key was not encrypted for last time, and is encrypted for now.
   * @default - no other recipients than last time
   */
  readonly acceptRecipients?: string[];
  /**
   * Fingerprints of recipients that the CA key was encrypted for last time, and that nobody replaces.
   * @default - every recipient of last time is one now, or another one replaces it
   */
  readonly dropRecipients?: string[];
}

/** Settings of a new cluster. */
export const DEFAULT_ENCRYPTION: EncryptionSettings = { ageRecipients: [], namespace: 'istio-system', scope: 'strict' };

/** Current settings of a cluster. */
export function encryptionOf(ca: ClusterCa): EncryptionSettings {
  return {
    sealingCert: ca.sealingCert,
    ageRecipients: (ca.ageRecipients ?? '').split(/\r?\n/).filter(Boolean),
    namespace: ca.sealed?.namespace ?? ca.sops?.namespace ?? DEFAULT_ENCRYPTION.namespace,
    scope: ca.sealed?.scope ?? DEFAULT_ENCRYPTION.scope,
  };
}

/**
 * Refuses settings that were read from the folder and are not valid. They come from Git, where others can write them.
 * @throws MESH001 for a namespace, MESH033 for a scope or a recipient that is not valid
 */
export function refuseInvalidSettings({ namespace, scope, ageRecipients }: EncryptionSettings, cluster: string): void {
  dnsLabel(namespace, 'namespace', `cluster '${cluster}'`);
  if (!SCOPES.includes(scope)) {
    throw invalidSetting(cluster, 'not a scope of sealing', SCOPES.join(', '));
  }
  if (!ageRecipients.every(recipient => AGE_RECIPIENT.test(recipient))) {
    throw invalidSetting(cluster, `a line of ${PKI.ageRecipients} is not an age recipient`, 'age1... on each line');
  }
}

/** The value is not printed: it may be a secret key. */
function invalidSetting(cluster: string, what: string, expected: string): MeshError {
  return new MeshError({
    code: MeshErrorCode.DELIVERY,
    where: `cluster '${cluster}'`,
    what,
    expected,
    fix: 'restore the folder of the cluster from Git, and find out who changed it',
  });
}

/** Whether there is anyone to encrypt for. Only then is the private key of the CA needed. */
export function hasRecipient({ sealingCert, ageRecipients }: EncryptionSettings): boolean {
  return sealingCert !== undefined || ageRecipients.length > 0;
}

/**
 * Settings after a change by options. A setting without an option keeps its current value.
 * @throws MESH001 for a namespace that is not valid, MESH033 for a recipient that is not valid
 */
export async function changedEncryption(current: EncryptionSettings, options: EncryptionOptions, now: Date): Promise<EncryptionSettings> {
  const { ageRecipients, namespace, scope } = options;
  return {
    sealingCert: changedSealingCert(current.sealingCert, options.sealingCert, now),
    ageRecipients: ageRecipients?.length ? await validAgeRecipients(ageRecipients, '--age-recipient') : current.ageRecipients,
    namespace: namespace === undefined ? current.namespace : dnsLabel(namespace, 'namespace', '--namespace'),
    scope: scope ?? current.scope,
  };
}

function changedSealingCert(current: string | undefined, file: string | undefined, now: Date): string | undefined {
  if (file !== undefined) {
    return validSealingCert(readOptionFile(file, '--sealing-cert'), file, now);
  }
  // The current certificate may have expired since it was passed.
  return current && validSealingCert(current, PKI.sealingCert, now);
}

/**
 * Sealing certificate in PEM, with LF line ends.
 * @throws MESH033 for anything else than one valid RSA certificate of a strong key
 */
export function validSealingCert(text: string, file: string, now: Date): string {
  const pem = `${text.replace(/\r\n/g, '\n').trim()}\n`;
  const mistake = sealingCertMistake(pem, now);
  if (mistake !== undefined) {
    throw new MeshError({
      code: MeshErrorCode.DELIVERY,
      where: file,
      what: 'not a valid sealing certificate',
      got: mistake,
      expected: `one valid RSA certificate with a key of ${SMALLEST_SEALING_KEY} bits or more`,
      fix: 'fetch the certificate with kubeseal --fetch-cert',
    });
  }
  return pem;
}

/**
 * age recipients, sorted and without duplicates.
 * @throws MESH033 for a text that is not an age recipient
 */
async function validAgeRecipients(recipients: string[], where: string): Promise<string[]> {
  for (const recipient of recipients) {
    if (!await isAgeRecipient(recipient)) {
      // The value is not printed: it may be a secret key.
      throw new MeshError({
        code: MeshErrorCode.DELIVERY,
        where,
        what: 'not an age recipient',
        expected: 'age1...',
        fix: 'pass the public key that age-keygen printed',
      });
    }
  }
  return [...new Set(recipients)].sort();
}

function sealingCertMistake(pem: string, now: Date): string | undefined {
  const mistake = pemMistake(pem, /^CERTIFICATE$/);
  if (mistake) {
    return mistake;
  }
  if (pemBlocks(pem).length > 1) {
    return 'several certificates';
  }
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch {
    return 'an unreadable certificate';
  }
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
  const bits = asymmetricKeyDetails?.modulusLength ?? 0;
  if (asymmetricKeyType !== 'rsa' || bits < SMALLEST_SEALING_KEY) {
    return `a key of type ${asymmetricKeyType} with ${bits} bits`;
  }
  if (new Date(certificate.validTo) < now) {
    return `expired at ${certificate.validTo}`;
  }
  if (new Date(certificate.validFrom) > now) {
    return `not valid before ${certificate.validFrom}`;
  }
  return undefined;
}
