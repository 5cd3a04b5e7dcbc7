import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { App, Chart, Testing } from 'cdk8s';
import { parse } from 'yaml';
import { CacertsSecret, CaFiles, GatewayAddress, IstioRelease, Mesh, MeshApp, MeshTrust } from '../../../../src';
import { Pki, pkiIn } from '../../cluster/pki';
import { attempt, run } from '../../process';
import { must, Proof, ProofRun } from '../../proof';

const FILES = ['ca-cert.pem', 'ca-key.pem', 'cert-chain.pem', 'root-cert.pem'];

/** Ciphertext is opened by the real thing and by nothing else; the guide's Secret is what kubectl makes. */
export const secretsProof: Proof = {
  name: 'ca-secrets',
  parts: [
    { name: 'kubeseal', module: 'pki', package: 'github.com/bitnami-labs/sealed-secrets/cmd/kubeseal' },
    { name: 'sops', module: 'pki', package: 'github.com/getsops/sops/v3/cmd/sops' },
    { name: 'kubectl', module: 'kube', package: 'k8s.io/kubernetes/cmd/kubectl' },
  ],
  async show(proof) {
    const { folder } = proof;
    const work = await pkiIn(folder);
    const { ca, folder: pki, sealingCert } = work;
    const { identity, recipient } = await ageKey(folder);
    await ca('init', '--key-size', '2048');
    await ca('issue', 'cluster1', '--key-size', '2048', '--sealing-cert', sealingCert, '--age-recipient', recipient);
    const secret = plainSecret(folder, pki);
    await likeKubectl(proof, secret);
    const opened = await sealed(proof, work, secret);
    await sopsOpens(proof, pki, identity, secret);
    const sops = 'sops 3.13.3 opens what was encrypted for its age key, not with another key nor with a changed bit';
    return `${opened}; ${sops}; CacertsSecret is what kubectl create secret generic --from-file prints`;
  },
};

/** The secret in the clear, as the library makes it for an app that asks for that. */
function plainSecret(folder: string, pki: string): any {
  process.env.ISTIO_MESH_PASSPHRASE_FILE = join(folder, 'passphrase');
  const chart = new Chart(new App(), 'chart');
  new CacertsSecret(chart, 'cacerts', { files: CaFiles.fromPki(pki, 'cluster1'), keyInTheClear: true });
  delete process.env.ISTIO_MESH_PASSPHRASE_FILE;
  return Testing.synth(chart)[0];
}

async function likeKubectl({ folder, program }: ProofRun, secret: any): Promise<void> {
  FILES.forEach(file => writeFileSync(join(folder, file), Buffer.from(secret.data[file], 'base64')));
  const args = [
    'create',
    'secret',
    'generic',
    'cacerts',
    '-n',
    'istio-system',
    ...FILES.map(file => `--from-file=${join(folder, file)}`),
    '--dry-run=client',
    '-o',
    'yaml',
  ];
  const { metadata: { creationTimestamp: _, ...metadata }, ...rest } = parse(await run(program('kubectl'), args));
  must(JSON.stringify(sorted({ ...rest, metadata })) === JSON.stringify(sorted(secret)), 'CacertsSecret differs from what kubectl makes');
}

async function sealed({ program }: ProofRun, { ca, folder: pki, sealingKey }: Pki, secret: any): Promise<string> {
  const open = async (object: any): Promise<any> => {
    const { code, stdout } = await attempt(
      program('kubeseal'),
      ['--recovery-unseal', '--recovery-private-key', sealingKey],
      { input: JSON.stringify(object) },
    );
    return code === 0 ? JSON.parse(stdout).data : undefined;
  };
  const same = (data: any) => JSON.stringify(sorted(data)) === JSON.stringify(sorted(secret.data));
  let refused = 0;
  for (const scope of ['strict', 'namespace-wide', 'cluster-wide']) {
    await ca('reseal', 'cluster1', '--scope', scope);
    const object = delivered(pki, MeshTrust.sealedSecrets({ directory: pki }));
    must(object.kind === 'SealedSecret' && same(await open(object)), `${scope}: kubeseal does not open it`);
    const elsewhere = (change: object) => open({ ...object, metadata: { ...object.metadata, ...change } });
    must(same(await elsewhere({ name: 'other' })) === (scope !== 'strict'), `${scope}: another name`);
    must(same(await elsewhere({ namespace: 'other' })) === (scope === 'cluster-wide'), `${scope}: another namespace`);
    must(scope === 'strict' || await elsewhere({ annotations: {} }) === undefined, `${scope}: without its annotation`);
    const flipped = Buffer.from(object.spec.encryptedData['ca-key.pem'], 'base64');
    flipped[flipped.length - 20] ^= 1;
    must(
      await open(
        { ...object, spec: { ...object.spec, encryptedData: { ...object.spec.encryptedData, 'ca-key.pem': flipped.toString('base64') } } },
      ) === undefined,
      `${scope}: a flipped bit is not noticed`,
    );
    refused += scope === 'strict' ? 3 : scope === 'namespace-wide' ? 3 : 2;
  }
  const wrong = `${refused} of ${refused} with a wrong name, namespace or scope or a flipped bit`;
  return `the code of sealed-secrets 0.27.1 opens all 3 scopes, and refuses ${wrong}`;
}

async function sopsOpens({ folder, program }: ProofRun, pki: string, identity: string, secret: any): Promise<void> {
  const object = delivered(pki, MeshTrust.sops({ directory: pki }));
  const written = readFileSync(join(pki, '..', 'dist', 'cluster1', 'Secret_istio-system_cacerts.yaml'), 'utf8');
  const open = async (manifest: string, key: string) => {
    writeFileSync(join(folder, 'sops.yaml'), manifest);
    writeFileSync(join(folder, 'age.key'), `${key}\n`);
    const { code, stdout } = await attempt(
      program('sops'),
      ['decrypt', '--input-type', 'yaml', '--output-type', 'json', join(folder, 'sops.yaml')],
      { env: { ...process.env, SOPS_AGE_KEY_FILE: join(folder, 'age.key') } },
    );
    return code === 0 ? JSON.parse(stdout) : undefined;
  };
  const opened = await open(written, identity);
  must(opened && JSON.stringify(sorted(opened.data)) === JSON.stringify(sorted(secret.data)), 'sops does not open it');
  must(opened.sops === undefined && opened.metadata.name === 'cacerts', 'what sops gives is no Secret');
  must(await open(written, (await ageKey(folder)).identity) === undefined, 'another age key opens it');
  const key: string = object.data['ca-key.pem'];
  const changed = key.replace(/data:(.)/, (_, first) => `data:${first === 'A' ? 'B' : 'A'}`);
  must(
    await open(JSON.stringify({ ...object, data: { ...object.data, 'ca-key.pem': changed } }), identity) === undefined,
    'sops takes a value that was changed',
  );
}

/** The object that the folder of cluster1 gets, as it is written. */
function delivered(pki: string, trust: MeshTrust): any {
  const outdir = join(pki, '..', 'dist');
  const app = new MeshApp({ outdir });
  new Mesh(app, 'mesh', { istio: IstioRelease.V1_31, trust }).addCluster('cluster1', { ingressGateway: GatewayAddress.of('203.0.113.1') });
  app.synth();
  return Testing.synth(app.node.findChild('cluster1') as Chart).find(({ metadata }) => metadata.name === 'cacerts');
}

/** A key pair of age, made by its own library in a process of its own, since it is an ES module. */
export async function ageKey(folder: string): Promise<{ identity: string; recipient: string }> {
  const script = join(folder, 'age.mjs');
  writeFileSync(script, `import { generateIdentity, identityToRecipient } from ${JSON.stringify(
    join(__dirname, '../../../../node_modules/age-encryption/dist/index.js'),
  )};
const identity = await generateIdentity();
console.log(JSON.stringify({ identity, recipient: await identityToRecipient(identity) }));\n`);
  return JSON.parse(await run(process.execPath, [script]));
}

function sorted(value: any): any {
  if (value === null || typeof value !== 'object') {
    return value;
  }
  return Object.fromEntries(Object.keys(value).sort().map(key => [key, sorted(value[key])]));
}
