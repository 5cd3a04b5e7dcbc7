import { join } from 'path';
import type { AcceptedEncryption } from './accepted-encryption';
import { remember } from './bound-recipients';
import type { CaContext } from './context';
import { EncryptionSettings, validSealingCert } from './encryption-settings';
import type { Environment, KeyPair } from './environment';
import { replaceFolder } from './files';
import { ciphertextDigest, signedRecord } from './recipient-record';
import { labelOf, seal } from './seal';
import { SecretManifest, sopsEncrypted } from './sops';
import { MeshErrors } from '../../errors/mesh-error';
import { bundleProblems } from '../../pki/ca-bundle';
import { certificatesOf, keyIdOf } from '../../pki/certificate';
import type { CaBundle, SealedFile, SopsFile } from '../../pki/cluster-ca';
import { CACERTS, inputsOf, PKI, publicFiles } from '../../pki/pki-folder';

/** Files of the secret `cacerts`, by name. */
type SecretFiles = { readonly [file: string]: string };

/** Files of a cluster's folder in pki/, by name. */
type ClusterFiles = Map<string, string>;

/**
 * Replaces the folder of a cluster in one step.
 * @param keys key pair of the CA; needed only if the settings have a recipient
 * @throws MESH029 for an invalid bundle, MESH033 for a sealing certificate that is not valid
 */
export async function writeCluster(
  context: CaContext, cluster: string, bundle: CaBundle, encryption: AcceptedEncryption, keys: KeyPair | undefined,
): Promise<void> {
  const files = await clusterFiles(context, cluster, bundle, encryption, keys);
  if (encryption.record) {
    const recipientsKey = await context.keys.recipientsKey();
    const record = signedRecord(encryption.record, 'cluster folder', recipientsKey, ciphertextDigest(ciphertextIn(files)));
    files.set(PKI.recipients, json(record));
    // The private folder comes first: if the run ends between the two, the same command passes the comparison and completes it.
    remember(context.pki, signedRecord(encryption.record, 'private folder', recipientsKey));
  }
  replaceFolder(join(context.pki, PKI.clusters, cluster), files);
  context.keys.markCertified(keyIdOf(certificatesOf(bundle.caCert, PKI.caCert)[0].publicKey));
}

/** Opens the key of a cluster's CA. */
export function openClusterKey({ keys }: CaContext, ca: CaBundle & { readonly cluster: string }): Promise<KeyPair> {
  const [certificate] = certificatesOf(ca.caCert, `${ca.cluster}, ${PKI.caCert}`);
  return keys.open(keyIdOf(certificate.publicKey), `the CA of cluster '${ca.cluster}'`);
}

async function clusterFiles(
  { environment }: CaContext, cluster: string, bundle: CaBundle, encryption: EncryptionSettings, keys: KeyPair | undefined,
): Promise<ClusterFiles> {
  const caKey = keys?.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const problems = bundleProblems({ ...bundle, caKey }, cluster, { at: environment.now() });
  if (problems.length > 0) {
    throw new MeshErrors(problems);
  }
  const secret = { ...publicFiles(bundle), 'ca-key.pem': caKey ?? '' };
  return new Map([
    ...certificateFiles(bundle),
    ...sealedFiles(bundle, secret, encryption, cluster, environment),
    ...await sopsFiles(bundle, secret, encryption, environment),
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
  const sealed: SealedFile = {
    namespace,
    scope,
    inputs: inputsOf(bundle, { namespace, scope, recipient: sealingCert }),
    encryptedData: Object.fromEntries(Object.keys(secret).sort().map(file => [file, seal(sealingCert, label, secret[file], environment)])),
  };
  return new Map<string, string>([[PKI.sealingCert, sealingCert], [PKI.sealed, json(sealed)]]);
}

async function sopsFiles(
  bundle: CaBundle, secret: SecretFiles, { namespace, ageRecipients }: EncryptionSettings, environment: Environment,
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
  const sops: SopsFile = {
    namespace,
    inputs: inputsOf(bundle, { namespace, recipient: recipients }),
    document: await sopsEncrypted(manifest, ageRecipients, environment),
  };
  return new Map<string, string>([[PKI.ageRecipients, recipients], [PKI.sops, json(sops)]]);
}

function ciphertextIn(files: ClusterFiles): { readonly sealed?: object; readonly sops?: object } {
  const contentOf = (file: string) => files.has(file) ? JSON.parse(files.get(file)!) : undefined;
  return { sealed: contentOf(PKI.sealed), sops: contentOf(PKI.sops) };
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
