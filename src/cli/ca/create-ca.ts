import { join } from 'path';
import { AcceptedEncryption, acceptedEncryption } from './accepted-encryption';
import type { IntermediateShape } from './certificate-extensions';
import { intermediateCertificate } from './certificates';
import { writeCluster } from './cluster-files';
import type { CaContext } from './context';
import type { EncryptionOptions, EncryptionSettings } from './encryption-settings';
import { refuseExpiredRoot } from './expiry';
import { importCertificate, writeCertificateRequest } from './external-root';
import type { Roots } from './roots';
import { certificatesOf, keyIdOf, shownName } from '../../pki/certificate';
import { shownTrustDomains } from '../../pki/name-constraints';
import { PKI } from '../../pki/pki-folder';

/** Options for the intermediate CA of a cluster. */
export interface IssueOptions extends EncryptionOptions {
  /** Size of the RSA key, in bits. */
  readonly keySize: number;
  /** Validity in days. */
  readonly days: number;
  /**
   * Organization in the certificate.
   * @default - the organization of the root
   */
  readonly organization?: string;
  /**
   * Trust domain of the identities that the CA can sign.
   * @default - any trust domain
   */
  readonly trustDomain?: string;
  /**
   * File for a certificate request. The request is written instead of a certificate.
   * @default - no request
   */
  readonly csrOut?: string;
  /**
   * File with the signed certificate of a request and the certificates between it and the root.
   * @default - a root of the folder signs
   */
  readonly importCert?: string;
}

/** Root that signs a certificate, and roots that the cluster trusts. */
export type Issuer = Pick<Roots, 'trusted' | 'bundle' | 'signing'>;

/**
 * Writes a certificate request for a cluster, imports its signed certificate, or creates a CA that a root of the folder signs,
 * depending on the options.
 */
export async function createCa(
  context: CaContext, cluster: string, roots: Issuer, shape: IntermediateShape, encryption: EncryptionSettings, options: IssueOptions,
): Promise<void> {
  if (options.csrOut !== undefined) {
    await writeCertificateRequest(context, cluster, shape, options.keySize, options.csrOut);
    return;
  }
  const [accepted] = await acceptedEncryption(context, [{ cluster, settings: encryption }], options);
  if (options.importCert !== undefined) {
    const { bundle, keys } = await importCertificate(context, cluster, roots, options.importCert, shape.trustDomain);
    await writeCluster(context, cluster, bundle, accepted, keys);
    printCa(context, cluster, bundle.certChain);
  } else {
    await createSignedCa(context, cluster, roots, shape, accepted, options);
  }
}

/**
 * Creates a key and a certificate that a root of the folder signs, and writes them to the folder of the cluster.
 * @throws MESH034 for a root that has expired
 */
export async function createSignedCa(
  context: CaContext, cluster: string, roots: Pick<Roots, 'signing' | 'bundle'>, shape: IntermediateShape,
  encryption: AcceptedEncryption, options: Pick<IssueOptions, 'keySize' | 'days'>,
): Promise<void> {
  const root = roots.signing;
  refuseExpiredRoot(context, root);
  const { privateKey: rootKey } = await context.keys.open(keyIdOf(root.publicKey), `the root ${shownName(root.x509.subject)}`);
  const keys = await context.keys.create(cluster, options.keySize);
  const caCert = intermediateCertificate(
    { ...shape, cluster, days: options.days, publicKey: keys.publicKey, issuer: { certificate: root, key: rootKey } },
    context.environment,
  );
  await writeCluster(context, cluster, { caCert, certChain: caCert + root.pem, rootCert: roots.bundle }, encryption, keys);
  printCa(context, cluster, caCert + root.pem);
}

function printCa({ pki, print }: CaContext, cluster: string, certChain: string): void {
  const chain = certificatesOf(certChain, PKI.certChain);
  const [{ x509, notAfter }] = chain;
  const names = `${shownName(x509.subject)}, signed by ${shownName(x509.issuer)}`;
  const trustDomains = `signs for trust domain: ${shownTrustDomains(chain)}`;
  print(`${join(pki, PKI.clusters, cluster)}: ${names}, ${trustDomains}, valid until ${notAfter.toISOString()}`);
}
