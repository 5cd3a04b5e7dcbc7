import { writeFileSync } from 'fs';
import { join } from 'path';
import { SYSTEM_ENVIRONMENT } from '../../src/cli/ca/environment';
import { sopsEncrypted } from '../../src/cli/ca/sops';
import type { SopsFile } from '../../src/pki/cluster-ca';
import { ciphertextDigest } from '../../src/pki/cluster-identity';
import { inputsOf, publicFiles, readClusterCa } from '../../src/pki/pki-folder';

const RECIPIENT = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p';

/** Jest cannot load age-encryption, so the data key is encrypted for nobody. */
const environment = { ...SYSTEM_ENVIRONMENT, ageEncrypt: async () => 'no age file' };

/** Encrypts the secret of a cluster as `istio-mesh ca` does, with text in the place of its private key, and writes it to the folder. */
export async function writeSopsSecret(pki: string, cluster: string): Promise<SopsFile> {
  const ca = readClusterCa(pki, cluster);
  const namespace = 'istio-system';
  const files = { ...publicFiles(ca), 'ca-key.pem': `the key of ${cluster}` };
  const document = await sopsEncrypted({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'cacerts', namespace },
    data: Object.fromEntries(Object.entries(files).map(([file, text]) => [file, Buffer.from(text).toString('base64')])),
  }, [RECIPIENT], environment);
  const inputs = inputsOf(ca, { namespace, recipient: `${RECIPIENT}\n` });
  const sops = { cluster, namespace, inputs, digest: ciphertextDigest(cluster, inputs, document), document };
  writeFileSync(join(ca.folder, 'age-recipients.txt'), `${RECIPIENT}\n`);
  writeFileSync(join(ca.folder, 'cacerts.sops.json'), JSON.stringify(sops));
  return sops;
}
