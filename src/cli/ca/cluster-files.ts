import { join } from 'path';
import type { AcceptedEncryption } from './accepted-encryption';
import { remember } from './bound-recipients';
import type { CaContext } from './context';
import { EncryptionSettings, validSealingCert } from './encryption-settings';
import type { Environment, KeyPair } from './environment';
import { printExpiry } from './expiry';
import { replaceFolder } from './files';
import { recordedDigest, signedRecord } from './recipient-record';
import { labelOf, seal } from './seal';
import { SecretManifest, sopsEncrypted } from './sops';
import { MeshErrors } from '../../errors/mesh-error';
import { readTextIfThere } from '../../files/read';
import { bundleProblems } from '../../pki/ca-bundle';
import { certificatesOf, keyIdOf } from '../../pki/certificate';
import type { CaBundle, SealedFile, SopsFile } from '../../pki/cluster-ca';
import { ciphertextDigest, foreignCertificate } from '../../pki/cluster-identity';
import { CACERTS, inputsOf, PKI, publicFiles } from '../../pki/pki-folder';

/** Files of the secret `cacerts`, by name. */
type SecretFiles = { readonly [file: string]: string };

/** Files of a cluster's folder in pki/, by name. */
type ClusterFiles = Map<string, string>;

/**
 * Replaces the folder of a cluster in one step. A CA that is already in the folder may have expired: its validity is checked when
 * it is new, and the user reads about it later.
 * @param keys key pair of the CA; needed only if the settings have a recipient
 * @throws MESH029 for an invalid bundle, MESH033 for a sealing certificate that is not valid, MESH051 for the CA of another cluster
 */
export async function writeCluster(
  context: CaContext, cluster: string, bundle: CaBundle, encryption: AcceptedEncryption, keys: KeyPair | undefined,
): Promise<void> {
  const files = await clusterFiles(context, cluster, bundle, encryption, keys);
  if (encryption.record) {
    const recipientsKey = await context.keys.recipientsKey();
    const record = signedRecord(encryption.record, 'cluster folder', recipientsKey, recordedDigest(ciphertextIn(files)));
    files.set(PKI.recipients, json(record));
    // The private folder comes first: if the run ends between the two, the same command passes the comparison and completes it.
    remember(context.pki, signedRecord(encryption.record, 'private folder', recipientsKey));
  }
  replaceFolder(join(context.pki, PKI.clusters, cluster), files);
  printExpiry(context, cluster, bundle);
  context.keys.markCertified(keyIdOf(certificatesOf(bundle.caCert, PKI.caCert)[0].publicKey));
}

/** Opens the key of a cluster's CA. */
export function openClusterKey({ keys }: CaContext, ca: CaBundle & { readonly cluster: string }): Promise<KeyPair> {
  const [certificate] = certificatesOf(ca.caCert, `${ca.cluster}, ${PKI.caCert}`);
  return keys.open(keyIdOf(certificate.publicKey), `the CA of cluster '${ca.cluster}'`);
}

async function clusterFiles(
  { pki, environment }: CaContext, cluster: string, bundle: CaBundle, encryption: EncryptionSettings, keys: KeyPair | undefined,
): Promise<ClusterFiles> {
  const caKey = keys?.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const folder = join(pki, PKI.clusters, cluster);
  const isNew = readTextIfThere(join(folder, PKI.caCert)) !== bundle.caCert;
  const problems = [
    ...bundleProblems({ ...bundle, caKey }, cluster, isNew ? { at: environment.now() } : {}),
    ...foreignCertificate({ cluster, folder, caCert: bundle.caCert }),
  ];
  if (problems.length > 0) {
    throw new MeshErrors(problems);
  }
  const secret = { ...publicFiles(bundle), 'ca-key.pem': caKey ?? '' };
  return new Map([
    ...certificateFiles(bundle),
    ...sealedFiles(bundle, secret, encryption, cluster, environment),
    ...await sopsFiles(bundle, secret, encryption, cluster, environment),
  ]);
}

function certificateFiles({ caCert, certChain, rootCert, crl }: CaBundle): ClusterFiles {
  const files = new Map<string, string>([[PKI.caCert, caCert], [PKI.certChain, certChain], [PKI.clusterRoot, rootCert]]);
  return crl === undefined ? files : files.set(PKI.crl, crl);
}

function sealedFiles(
  bundle: CaBundle, secret: SecretFiles, encryption: EncryptionSettings, cluster: string, environment: Environment,
): ClusterFiles {
  const { namespace, scope, sealingCert } = encryption;
  if (sealingCert === undefined) {
    return new Map();
  }
  validSealingCert(sealingCert, `${cluster}, ${PKI.sealingCert}`, environment.now());
  const label = labelOf(scope, namespace, CACERTS);
  const inputs = inputsOf(bundle, { namespace, scope, recipient: sealingCert });
  const encryptedData = Object.fromEntries(
    Object.keys(secret).sort().map(file => [file, seal(sealingCert, label, secret[file], environment)]),
  );
  const digest = ciphertextDigest(cluster, inputs, encryptedData);
  const sealed: SealedFile = { cluster, namespace, scope, inputs, digest, encryptedData };
  return new Map<string, string>([[PKI.sealingCert, sealingCert], [PKI.sealed, json(sealed)]]);
}

async function sopsFiles(
  bundle: CaBundle, secret: SecretFiles, { namespace, ageRecipients }: EncryptionSettings, cluster: string, environment: Environment,
): Promise<ClusterFiles> {
  if (ageRecipients.length === 0) {
    return new Map();
  }
  const manifest: SecretManifest = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: CACERTS, namespace },
    data: Object.fromEntries(Object.entries(secret).map(([file, text]) => [file, Buffer.from(text).toString('base64')])),
  };
  const recipients = ageRecipients.map(recipient => `${recipient}\n`).join('');
  const inputs = inputsOf(bundle, { namespace, recipient: recipients });
  const document = await sopsEncrypted(manifest, ageRecipients, environment);
  const sops: SopsFile = { cluster, namespace, inputs, digest: ciphertextDigest(cluster, inputs, document), document };
  return new Map<string, string>([[PKI.ageRecipients, recipients], [PKI.sops, json(sops)]]);
}

function ciphertextIn(files: ClusterFiles): { readonly sealed?: object; readonly sops?: object } {
  const contentOf = (file: string) => files.has(file) ? JSON.parse(files.get(file)!) : undefined;
  return { sealed: contentOf(PKI.sealed), sops: contentOf(PKI.sops) };
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
