import { generateKeyPairSync, KeyObject } from 'crypto';
import { mkdirSync, readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';
import { FluxOciProvider, GatewayAddress, GitOps, IstioRelease, Mesh, MeshApp } from '../../../src';
import { Flux, FLUX_NAMESPACE, FLUX_PARTS } from '../cluster/flux';
import { Kube, KUBE_PARTS } from '../cluster/kube';
import { cleanUp, prepare, until } from '../cluster/machine';
import { OciRegistry } from '../cluster/oci-registry';
import { run } from '../process';
import { must, Proof } from '../proof';

const KEYS = 'cosign-keys';
const SOURCE = 'cluster1-source';

/** Flux's source-controller takes the written folder from a registry by the written OCIRepository, if the right key signed it. */
export const fluxOciProof: Proof = {
  name: 'flux-oci',
  parts: [...KUBE_PARTS, ...FLUX_PARTS],
  async show({ folder, program }) {
    await prepare();
    const registry = new OciRegistry();
    try {
      await registry.start();
      const kube = new Kube('oci', '10.62', program);
      await kube.start();
      const flux = new Flux(kube, program);
      await flux.start();
      const accepted = await everyFormIsAccepted(kube, join(folder, 'forms'), registry.url);

      const dist = synthesized(join(folder, 'dist'), GitOps.flux({ oci: { url: registry.url, verify: { secretName: KEYS } } }));
      const tarball = join(folder, 'dist.tgz');
      await run('tar', ['-czf', tarball, '-C', dist, '.']);
      const digest = registry.push('latest', readFileSync(tarball));
      const [right, wrong] = [keys(), keys()];
      await flux.apply({
        apiVersion: 'v1', kind: 'Secret', metadata: { name: KEYS, namespace: FLUX_NAMESPACE }, stringData: { 'mesh.pub': right.pem },
      });
      await kube.kubectl('apply', '--server-side', '--validate=strict', '-f', join(dist, 'flux', 'cluster1', fileOf(dist)));
      const isRefused = async () => /no matching signatures/.test((await flux.status('OCIRepository', SOURCE)).message);
      await until('an artifact without a signature is refused', isRefused, 90);
      registry.sign(digest, wrong.key);
      await flux.reconcile('OCIRepository', SOURCE);
      must(await isRefused(), 'a signature by another key is accepted');
      registry.sign(digest, right.key);
      await flux.reconcile('OCIRepository', SOURCE);
      await flux.ready('OCIRepository', SOURCE, digest);

      const taken = join(folder, 'taken');
      mkdirSync(taken);
      await run('tar', ['-xzf', artifactIn(join(kube.folder, 'flux', 'data')), '-C', taken]);
      const files = filesBelow(dist);
      must(JSON.stringify(filesBelow(taken)) === JSON.stringify(files), 'Flux has other files than were written');
      return `the definitions accept ${accepted} objects of ten forms of an OCI artifact, and refuse a planted unknown field in each; the `
        + `source-controller refuses the artifact without a signature and with one by another key, and has its ${files.length} files after `
        + 'the right key signed it. The registry, and the program that signs, are replacements';
    } finally {
      registry.stop();
      await cleanUp();
    }
  },
};

/** Writes a mesh of one cluster, and returns the folder. */
function synthesized(outdir: string, gitOps: GitOps): string {
  const app = new MeshApp({ outdir });
  const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31, gitOps });
  mesh.addCluster('cluster1', { ingressGateway: GatewayAddress.of('203.0.113.1') });
  app.synth();
  return outdir;
}

/** The definitions of Flux accept the objects for every option, and refuse an unknown field. Returns the number of objects. */
async function everyFormIsAccepted(kube: Kube, folder: string, url: string): Promise<number> {
  const subject = 'https://github.com/example/mesh/.github/workflows/mesh.yml@refs/heads/main';
  const identities = [{ issuer: 'https://token.actions.githubusercontent.com', subject }];
  const forms = [
    {}, { tag: 'production' }, { semver: '>=1.0.0 <2.0.0' }, { secretName: 'registry' }, { certSecretName: 'registry-ca' },
    ...Object.values(FluxOciProvider).map(provider => ({ provider })), { verify: { identities } },
  ];
  let count = 0;
  for (const [i, form] of forms.entries()) {
    const own = join(synthesized(join(folder, String(i)), GitOps.flux({ oci: { url, ...form } })), 'flux', 'cluster1');
    // The Kustomizations are the same for every form.
    for (const file of readdirSync(own).filter(name => name.endsWith('.yaml') && (i === 0 || name.startsWith('OCIRepository')))) {
      const object = parse(readFileSync(join(own, file), 'utf8'));
      const refusal = await kube.refusalOf(object);
      must(refusal === '', `${file} of ${JSON.stringify(form)}: ${refusal}`);
      const planted = await kube.refusalOf({ ...object, spec: { ...object.spec, noSuchField: 1 } });
      must(/noSuchField/.test(planted), `${file}: an unknown field is accepted`);
      count++;
    }
  }
  return count;
}

function fileOf(dist: string): string {
  return readdirSync(join(dist, 'flux', 'cluster1')).find(name => name.startsWith('OCIRepository'))!;
}

/** A key pair as `cosign generate-key-pair` makes it. */
function keys(): { readonly key: KeyObject; readonly pem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { key: privateKey, pem: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
}

/** The archive that the source-controller serves to the kustomize-controller. */
function artifactIn(data: string): string {
  const files = readdirSync(data, { recursive: true, withFileTypes: true });
  const archive = files.find(({ name, parentPath }) => name.endsWith('.tar.gz') && /ocirepository/.test(parentPath));
  must(archive !== undefined, 'Flux stored no artifact');
  return join(archive!.parentPath, archive!.name);
}

/** The text of each file below a folder, by its path. */
function filesBelow(folder: string): Array<[string, string]> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  const paths = entries.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return paths.map(path => [path.slice(folder.length), readFileSync(path, 'utf8')]);
}
