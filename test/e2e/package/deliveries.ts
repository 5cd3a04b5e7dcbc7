import { writeFileSync } from 'fs';
import { join } from 'path';
import { textsBelow, USER_ENVIRONMENT } from './built';
import { pkiIn } from '../cluster/pki';
import { run } from '../process';
import { must } from '../proof';
import { ageKey } from '../proofs/ca/secrets';

/** A mesh whose clusters have all deliveries of a CA. */
const PROGRAM = `
import { CertManagerIssuer, GatewayAddress, IstioRelease, Mesh, MeshApp, MeshTrust } from 'cdk8s-istio-multicluster';

const app = new MeshApp();
const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31 });
const trust = {
  sealed: MeshTrust.sealedSecrets(),
  sops: MeshTrust.sops(),
  plain: MeshTrust.plain(),
  store: MeshTrust.externalSecret({ store: 'vault' }),
  issuer: MeshTrust.certManager({ issuer: CertManagerIssuer.vault('mesh-root') }),
};
Object.entries(trust).forEach(([name, delivery], i) => {
  mesh.addCluster(name, { ingressGateway: GatewayAddress.of(\`203.0.113.\${i + 1}\`), trust: delivery });
});
app.synth();
`;

/** The object that each delivery writes, by its file. */
const OBJECTS = [
  'dist/sealed/SealedSecret.bitnami.com_istio-system_cacerts.yaml',
  'dist/sops/Secret_istio-system_cacerts.yaml',
  'plain-secrets/plain/Secret_istio-system_cacerts.yaml',
  'dist/store/ExternalSecret.external-secrets.io_istio-system_cacerts.yaml',
  'dist/issuer/Certificate.cert-manager.io_istio-system_cacerts.yaml',
];

/** Makes CAs by the installed command in a project that has the package, and delivers them in each way. Returns how many there are. */
export async function deliverIn(project: string): Promise<number> {
  const { sealingCert } = await pkiIn(join(project, 'keys'));
  const { recipient } = await ageKey(project);
  const env = { ...USER_ENVIRONMENT, ISTIO_MESH_PASSPHRASE_FILE: join(project, 'keys', 'passphrase') };
  const ca = (...args: string[]) => run(join(project, 'node_modules', '.bin', 'istio-mesh'), ['ca', ...args], { env, cwd: project });
  const small = ['--key-size', '2048'];
  await ca('init', ...small);
  await ca('issue', 'sealed', ...small, '--sealing-cert', sealingCert);
  await ca('issue', 'sops', ...small, '--age-recipient', recipient);
  await ca('issue', 'plain', ...small);
  await ca('verify');
  await ca('status', '--within', '1');
  writeFileSync(join(project, 'deliveries.mjs'), PROGRAM);
  await run(process.execPath, ['deliveries.mjs'], { env, cwd: project });
  const written = textsBelow(project);
  const missing = OBJECTS.filter(path => !written.get(path)?.includes('cacerts'));
  must(missing.length === 0, `a delivery has no object: ${missing.join(', ')}`);
  must(written.get(OBJECTS[1])!.includes('ENC[AES256_GCM'), 'the Secret for sops is not encrypted');
  const check = await run(join(project, 'node_modules', '.bin', 'istio-mesh'), ['check', 'dist'], { env, cwd: project });
  must(check.includes('no errors') || !/error/i.test(check), `istio-mesh check finds:\n${check}`);
  return OBJECTS.length;
}
