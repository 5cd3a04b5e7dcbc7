import { KeyObject, X509Certificate } from 'crypto';
import { labelOf, seal } from './seal';
import { isRecipient, sopsEncrypted } from './sops';
import { MeshError, MeshErrors } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { bundleProblems } from '../../pki/ca-bundle';
import type { CaBundle, ClusterCa, SealedFile, SopsFile } from '../../pki/cluster-ca';
import { pemBlocks, pemMistake } from '../../pki/pem';
import { CACERTS, inputsOf, PKI, publicFiles } from '../../pki/pki-folder';

/** For whom the secret of a cluster is encrypted. */
export interface Delivery {
  /** The certificate of its sealed-secrets controller: PEM. */
  readonly sealingCert?: string;
  /** age recipients, for sops. */
  readonly ageRecipients: string[];
  readonly namespace: string;
  /** The scope of sealing. */
  readonly scope: string;
}

/** How a cluster's secret is delivered now. */
export function deliveryOf(ca: ClusterCa): Delivery {
  return {
    sealingCert: ca.sealingCert,
    ageRecipients: recipientsOf(ca.ageRecipients ?? ''),
    namespace: ca.sealed?.namespace ?? ca.sops?.namespace ?? 'istio-system',
    scope: ca.sealed?.scope ?? 'strict',
  };
}

/** Whether ciphertext is made at all, so that the private key is needed. */
export function isDelivered(delivery: Delivery): boolean {
  return delivery.sealingCert !== undefined || delivery.ageRecipients.length > 0;
}

/**
 * The files of a cluster's folder.
 * @throws an error with every problem of the bundle
 */
export async function clusterFiles(
  bundle: CaBundle, delivery: Delivery, key: KeyObject | undefined, now: Date, where: string,
): Promise<Map<string, string>> {
  const caKey = key?.export({ type: 'pkcs8', format: 'pem' }).toString();
  const problems = bundleProblems({ ...bundle, caKey }, where, { at: now });
  if (problems.length > 0) {
    throw new MeshErrors(problems);
  }
  const files = new Map<string, string>(
    [[PKI.caCert, bundle.caCert], [PKI.certChain, bundle.certChain], [PKI.clusterRoot, bundle.rootCert]],
  );
  if (bundle.crl !== undefined) {
    files.set(PKI.crl, bundle.crl);
  }
  const { namespace, scope, sealingCert, ageRecipients } = delivery;
  const secret: { [file: string]: string } = { ...publicFiles(bundle), 'ca-key.pem': caKey ?? '' };
  if (sealingCert !== undefined) {
    checkedSealingCert(sealingCert, `${where}, ${PKI.sealingCert}`, now);
    const label = labelOf(scope, namespace, CACERTS);
    const encryptedData = Object.fromEntries(Object.keys(secret).sort().map(file => [file, seal(sealingCert, label, secret[file])]));
    const sealed: SealedFile = { namespace, scope, inputs: inputsOf(bundle, { namespace, scope, recipient: sealingCert }), encryptedData };
    files.set(PKI.sealingCert, sealingCert).set(PKI.sealed, json(sealed));
  }
  if (ageRecipients.length > 0) {
    const recipients = ageRecipients.map(recipient => `${recipient}\n`).join('');
    const data = Object.fromEntries(Object.entries(secret).map(([file, text]) => [file, Buffer.from(text).toString('base64')]));
    const document = await sopsEncrypted(
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: CACERTS, namespace }, data },
      ageRecipients,
      now,
    );
    const sops: SopsFile = { namespace, inputs: inputsOf(bundle, { namespace, recipient: recipients }), document };
    files.set(PKI.ageRecipients, recipients).set(PKI.sops, json(sops));
  }
  return files;
}

/**
 * A sealing certificate as kubeseal fetches it.
 * @throws MESH033 when it is none, is weak or has expired
 */
export function checkedSealingCert(text: string, file: string, now: Date): string {
  const bad = (got: string) => new MeshError({
    code: MeshErrorCode.DELIVERY, where: file, what: 'no certificate to seal for', got, expected: 'one valid RSA certificate of 2048 bits or more', fix: 'fetch it with kubeseal --fetch-cert',
  });
  const clean = `${text.replace(/\r\n/g, '\n').trim()}\n`;
  const mistake = pemMistake(clean, /^CERTIFICATE$/);
  if (mistake) {
    throw bad(mistake);
  }
  if (pemBlocks(clean).length > 1) {
    throw bad('several certificates');
  }
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(clean);
  } catch {
    throw bad('an unreadable certificate');
  }
  const size = certificate.publicKey.asymmetricKeyDetails?.modulusLength ?? 0;
  if (certificate.publicKey.asymmetricKeyType !== 'rsa' || size < 2048) {
    throw bad(
      `a key of kind ${certificate.publicKey.asymmetricKeyType}, ${size} bits`,
    );
  }
  if (new Date(certificate.validTo) < now) {
    throw bad(`expired at ${certificate.validTo}`);
  }
  if (new Date(certificate.validFrom) > now) {
    throw bad(`not valid before ${certificate.validFrom}`);
  }
  return clean;
}

/**
 * age recipients, sorted.
 * @throws MESH033 for what is none
 */
export async function checkedRecipients(recipients: string[], where: string): Promise<string[]> {
  for (const recipient of recipients) {
    if (!await isRecipient(recipient)) {
      throw new MeshError(
        {
          code: MeshErrorCode.DELIVERY,
          where,
          what: 'no age recipient',
          got: 'something else, which is not shown: it may be a secret key',
          expected: 'age1...',
          fix: 'give the public half that age-keygen printed',
        },
      );
    }
  }
  return [...new Set(recipients)].sort();
}

function recipientsOf(text: string): string[] {
  return text.split('\n').filter(Boolean);
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
