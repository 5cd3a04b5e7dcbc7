import { readdirSync, rmSync, statSync } from 'fs';
import { join } from 'path';
import { GatewayAddress, IstioRelease, Mesh, MeshApp, MeshTrust } from '../../../../src';
import { RUN_BLOCKS } from '../../../doc-blocks';
import { PageShell } from '../../page-shell';
import { must, Proof } from '../../proof';

const OWN = 'test/e2e/proofs/ca/documents.ts';

const PAGES: { readonly [page: string]: (shell: PageShell, folder: string) => Promise<void> } = {
  'docs/how-to/deliver-ca-certificates.md': deliver,
  'docs/how-to/sign-with-an-external-root.md': externalRoot,
  'docs/how-to/operate-a-mesh.md': operate,
  'docs/reference/istio-mesh.md': passphrase,
};

/** The commands of pages about CAs do what the pages say, as they stand there. Keys are shorter, and nothing else differs. */
export const documentsProof: Proof = {
  name: 'ca-documents',
  parts: [],
  async show({ folder, say }) {
    for (const [page, show] of Object.entries(PAGES)) {
      say(page);
      const own = join(folder, page.replace(/\W/g, '-'));
      const shell = new PageShell(OWN, page, own);
      await show(shell, own);
      must(shell.left.length === 0, `${page}: these blocks did not run: ${shell.left.join(', ')}`);
    }
    const count = Object.values(RUN_BLOCKS[OWN]).flat().length;
    return `${count} blocks of ${Object.keys(PAGES).length} pages run as they stand there; the root is replaced after its key is lost, and `
      + 'without a cluster that is compromised';
  },
};

async function deliver(shell: PageShell): Promise<void> {
  const controllers = ['cluster1', 'cluster2'];
  for (const cluster of controllers) {
    await shell.sealingCert(`${cluster}-controller.pem`);
  }
  shell.program('kubeseal', 'cat "$HOME/$2-controller.pem"');
  const status = await shell.block('export ISTIO_MESH_PASSPHRASE_FILE=/path/outside/of/git', { '/path/outside/of/git': shell.passphrase });
  must(controllers.every(cluster => status.includes(`L=${cluster}`)), `ca status shows not all clusters: ${status}`);

  await shell.sealingCert('cluster1-controller.pem');
  const fingerprint = await fingerprintOf(shell, 'cluster1-controller.pem');
  const resealed = await shell.block('kubeseal --context cluster1 --fetch-cert > cluster1-sealing.pem', { '<fingerprint>': fingerprint });
  must(resealed.toUpperCase().includes(fingerprint), 'openssl does not print the fingerprint that the command takes');

  await shell.shell('rm pki/clusters/cluster1/recipients.json pki/private/recipients.json');
  await shell.block('npx istio-mesh ca reseal cluster1 --accept-recipient <fingerprint>', { '<fingerprint>': fingerprint });
  const id = await keyIdIn(shell, 'cluster1');
  const key = await shell.block(
    'openssl pkey -in pki/private/cluster1-<id>.pem -passin file:<passphrase file>', { '<id>': id, '<passphrase file>': shell.passphrase },
  );
  must(key.startsWith('-----BEGIN PRIVATE KEY-----'), 'openssl does not decrypt the key');
  const subject = await shell.block('openssl x509 -in ca-cert.pem -noout -subject', {}, 'pki/clusters/cluster1');
  must(/L ?= ?cluster1/.test(subject), `the subject does not name the cluster: ${subject}`);
}

async function externalRoot(shell: PageShell): Promise<void> {
  await shell.sealingCert('cluster1-sealing.pem');
  await shell.shell('openssl req -x509 -newkey rsa:2048 -nodes -keyout root.key -out organisation-root.pem -days 99 '
    + '-subj "/O=Example/CN=Organisation root" -addext keyUsage=critical,keyCertSign,cRLSign');
  await shell.block('npx istio-mesh ca init --root-cert organisation-root.pem');
  await shell.block('npx istio-mesh ca issue cluster1 --csr-out cluster1.csr');
  await shell.shell('openssl x509 -req -in cluster1.csr -CA organisation-root.pem -CAkey root.key -days 30 -copy_extensions copyall '
    + '-out signed.pem');
  await shell.block('npx istio-mesh ca issue cluster1 --import-cert signed.pem --sealing-cert cluster1-sealing.pem');
  await shell.shell('npx istio-mesh ca verify');
}

async function operate(shell: PageShell, folder: string): Promise<void> {
  await shell.shell('npx istio-mesh ca init');
  for (const cluster of ['cluster1', 'cluster2', 'cluster3']) {
    await shell.sealingCert(`${cluster}-sealing.pem`);
  }
  for (const cluster of ['cluster1', 'cluster2']) {
    await shell.shell(`npx istio-mesh ca issue ${cluster} --sealing-cert ${cluster}-sealing.pem`);
  }
  const app = new MeshApp({ outdir: join(folder, 'dist') });
  const trust = MeshTrust.sealedSecrets({ directory: join(folder, 'pki') });
  const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31, trust });
  mesh.addCluster('cluster1', { ingressGateway: GatewayAddress.of('203.0.113.10') });
  mesh.addCluster('cluster2', { ingressGateway: GatewayAddress.of('203.0.113.20') });
  app.synth();
  await shell.block('npx istio-mesh ca status');
  await shell.block('npx istio-mesh ca issue cluster3 --sealing-cert cluster3-sealing.pem');
  const before = await keyIdIn(shell, 'cluster1');
  await shell.block('npx istio-mesh ca renew cluster1');
  must(await keyIdIn(shell, 'cluster1') !== before, 'renew makes no new key');

  // A cluster is compromised: the others move to a new root without it.
  await shell.block('rm -r pki/clusters/cluster2');
  const left = readdirSync(join(folder, 'pki', 'clusters')).sort().join();
  must(left === 'cluster1,cluster3' && readdirSync(join(folder, 'pki', 'retired')).length === 1, `after a compromise: ${left}`);

  // All private keys are lost, and the clusters still have theirs.
  for (const cluster of ['cluster1', 'cluster3']) {
    const key = `pki/private/${cluster}-${await keyIdIn(shell, cluster)}.pem`;
    await shell.shell(`openssl pkey -in ${key} -passin "file:$ISTIO_MESH_PASSPHRASE_FILE" -out ${cluster}.key`);
  }
  const [lost] = (await shell.shell('cat pki/root-cert.pem')).split('\n-----END');
  rmSync(join(folder, 'pki', 'private'), { recursive: true });
  await shell.shell('echo another passphrase > passphrase');
  for (const cluster of ['cluster1', 'cluster3']) {
    await shell.block('mkdir -p pki/private', { cluster1: cluster });
  }
  for (const cluster of ['cluster1', 'cluster3']) {
    await shell.block('npx istio-mesh ca reseal cluster1 --accept-recipient <fingerprint>', {
      'cluster1': cluster, '<fingerprint>': await fingerprintOf(shell, `${cluster}-sealing.pem`),
    });
  }
  const verified = await shell.block('npx istio-mesh ca rotate-root introduce');
  must(verified.includes('no problems found'), `ca verify after lost keys: ${verified}`);
  const trusted = await shell.shell('cat pki/root-cert.pem pki/clusters/*/root-cert.pem');
  must(!trusted.includes(lost), 'the root whose key was lost is still trusted');
}

async function passphrase(shell: PageShell, folder: string): Promise<void> {
  rmSync(shell.passphrase);
  await shell.block("(umask 077 && printf '%s\\n' '<passphrase>' > /path/outside/of/git)", {
    '<passphrase>': 'a first passphrase', '/path/outside/of/git': shell.passphrase,
  });
  must((statSync(shell.passphrase).mode & 0o77) === 0, 'others can read the passphrase');
  await shell.shell('npx istio-mesh ca init && npx istio-mesh ca issue cluster1');
  await shell.shell('cp passphrase old && echo a second passphrase > new');
  for (const file of readdirSync(join(folder, 'pki', 'private')).filter(name => name.endsWith('.pem'))) {
    await shell.block(
      'openssl pkcs8 -topk8 -v2 aes-256-cbc -iter 600000 -in <file> -passin file:old -out <new file> -passout file:new',
      { '<file>': `pki/private/${file}`, '<new file>': 'changed.pem' },
    );
    await shell.shell(`mv changed.pem pki/private/${file}`);
  }
  await shell.shell('mv new passphrase && npx istio-mesh ca renew cluster1 && npx istio-mesh ca verify');
}

/** Fingerprint of a certificate, as OpenSSL prints it. */
async function fingerprintOf(shell: PageShell, file: string): Promise<string> {
  return (await shell.shell(`openssl x509 -in ${file} -noout -fingerprint -sha256`)).split('=')[1].trim();
}

/** What the name of the key of a cluster's CA ends with. */
async function keyIdIn(shell: PageShell, cluster: string): Promise<string> {
  const publicKey = `openssl x509 -in pki/clusters/${cluster}/ca-cert.pem -noout -pubkey | openssl pkey -pubin -outform DER`;
  return (await shell.shell(`${publicKey} | openssl dgst -sha256 -r | cut -c1-16`)).trim();
}
