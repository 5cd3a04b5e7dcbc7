import { X509Certificate } from 'crypto';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { App, Chart, Testing } from 'cdk8s';
import { meshOf, problemsOf, secretsOf } from './two-clusters';
import { CacertsDelivery, ControlPlane, IstioRelease, Mesh, MeshApp, MeshTrust } from '../../src';
import { keysOf, make } from '../pki/make';
import { sealingCertOf, workplace, workplaceWith, Workplace } from '../pki/pki';
import { writeSopsSecret } from '../pki/sops-secret';

const istio = IstioRelease.V1_31;
let place: Workplace;

beforeEach(async () => {
  place = await workplaceWith('cluster1', 'cluster2');
});

/** Returns the delivery of sealed secrets from the pki/ folder of the test. */
function sealed(options: object = {}): MeshTrust {
  return MeshTrust.sealedSecrets({ directory: place.pki, ...options });
}

/** Returns the path of a file of cluster2 in the pki/ folder. */
function fileOf2(...path: string[]): string {
  return join(place.pki, 'clusters', 'cluster2', ...path);
}

/** Returns a mesh whose two clusters have deliveries of their own. */
function meshOfTwo(trust1: MeshTrust, trust2: MeshTrust): Mesh {
  const mesh = new Mesh(new App(), 'mesh', { istio, trust: trust1 });
  mesh.addCluster('cluster1');
  mesh.addCluster('cluster2', { trust: trust2 });
  return mesh;
}

describe('sealed secrets', () => {
  test('each cluster has a SealedSecret of its own, guarded against pruning, and a second synth returns the same', () => {
    const [secret1] = secretsOf(meshOf(sealed()));
    const [secret2] = secretsOf(meshOf(sealed()), 'cluster2');
    expect(secret1).toMatchObject({
      apiVersion: 'bitnami.com/v1alpha1',
      kind: 'SealedSecret',
      metadata: {
        name: 'cacerts',
        namespace: 'istio-system',
        annotations: { 'argocd.argoproj.io/sync-options': 'Prune=confirm,Delete=confirm', 'kustomize.toolkit.fluxcd.io/prune': 'disabled' },
      },
      spec: { template: { metadata: { name: 'cacerts', namespace: 'istio-system' }, type: 'Opaque' } },
    });
    expect(Object.keys(secret1.spec.encryptedData)).toEqual(['ca-cert.pem', 'ca-key.pem', 'cert-chain.pem', 'root-cert.pem']);
    expect(secret2.spec.encryptedData['ca-key.pem']).not.toBe(secret1.spec.encryptedData['ca-key.pem']);
    expect(secretsOf(meshOf(sealed()))).toEqual([secret1]);
  });

  test('a wider scope is an annotation of the object and of its template', async () => {
    await place.ca('reseal', 'cluster1', '--scope', 'namespace-wide');
    const [{ metadata, spec }] = secretsOf(meshOf(sealed()));
    const annotation = { 'sealedsecrets.bitnami.com/namespace-wide': 'true' };
    expect(metadata.annotations).toMatchObject(annotation);
    expect(spec.template.metadata.annotations).toEqual(annotation);
  });

  test.each<{ name: string; message: RegExp; spoil: () => unknown }>([
    {
      name: 'no pki/ folder',
      message: /MESH030 .*name it by directory.*istio-mesh ca init/,
      spoil: () => rmSync(place.pki, { recursive: true }),
    },
    {
      name: 'no CA of one cluster',
      message: /MESH030 .*expected one of the clusters cluster1; fix: run istio-mesh ca issue cluster2/,
      spoil: () => rmSync(fileOf2(), { recursive: true }),
    },
    {
      name: 'a missing file',
      message: /MESH030 .*root-cert.pem: the CA of cluster 'cluster2' lacks root-cert.pem; fix: restore the folder from Git/,
      spoil: () => rmSync(fileOf2('root-cert.pem')),
    },
    {
      name: 'no ciphertext',
      message: /MESH030 .*run istio-mesh ca reseal cluster2 --sealing-cert/,
      spoil: () => rmSync(fileOf2('cacerts.sealed.json')),
    },
    {
      name: 'ciphertext that is not valid JSON',
      message: /MESH030 .*not valid JSON; fix: .*run istio-mesh ca reseal cluster2/,
      spoil: () => writeFileSync(fileOf2('cacerts.sealed.json'), '{'),
    },
    {
      name: 'ciphertext for another namespace',
      message: /MESH030 .*encrypted for another namespace/,
      spoil: () => place.ca('reseal', 'cluster2', '--namespace', 'other'),
    },
    {
      name: 'ciphertext for another sealing certificate',
      message: /MESH030 .*the ciphertext does not match.*run istio-mesh ca reseal cluster2/,
      spoil: () => writeFileSync(fileOf2('sealing-cert.pem'), make({ name: 'another controller' }).pem),
    },
    {
      name: 'a chain that was edited',
      message: /MESH029/,
      spoil: () => writeFileSync(fileOf2('cert-chain.pem'), readFileSync(fileOf2('cert-chain.pem'), 'utf8').trim()),
    },
  ])('the synth fails, names the fix and writes nothing: $name', async ({ message, spoil }) => {
    await spoil();
    const outdir = join(place.folder, 'dist');
    const app = new MeshApp({ outdir });
    meshOf(sealed(), app);
    expect(() => app.synth()).toThrow(message);
    expect(existsSync(outdir)).toBe(false);
  });

  test.each(
    ['text', '', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
  )('a ca-cert.pem that holds %j is a problem like others, and no crash', text => {
    writeFileSync(fileOf2('ca-cert.pem'), text);
    expect(problemsOf(meshOf(sealed()))).toEqual([expect.stringMatching(/^MESH029 .*ca-cert.pem/)]);
  });

  test('validity times are checked against validAt', () => {
    expect(problemsOf(meshOf(sealed({ validAt: new Date('2100-01-01') })))).toContainEqual(expect.stringMatching(/MESH029 .*expired/));
    expect(problemsOf(meshOf(sealed({ validAt: new Date() })))).toEqual([]);
  });

  test('a root that strict verifiers refuse is a warning, once for all clusters that trust it', () => {
    const unusual = make({ name: 'Unusual root', keyUsage: 'absent' });
    ['cluster1', 'cluster2'].forEach(cluster => {
      const folder = join(place.pki, 'clusters', cluster);
      const intermediate = make({ issuer: unusual, pathLength: 0, keys: keysOf(`CA of ${cluster}`) });
      writeFileSync(join(folder, 'ca-cert.pem'), intermediate.pem);
      writeFileSync(join(folder, 'cert-chain.pem'), intermediate.pem + unusual.pem);
      writeFileSync(join(folder, 'root-cert.pem'), unusual.pem);
    });
    const app = new MeshApp({ outdir: join(place.folder, 'dist') });
    const mesh = meshOf(sealed(), app);
    expect(problemsOf(mesh)).not.toContainEqual(expect.stringContaining('MESH029'));
    expect(app.warnings.filter(({ code }) => code === 'MESH053')).toEqual([
      expect.objectContaining({ what: 'O=Test, CN=Unusual root: not allowed to sign certificates', got: 'no keyUsage' }),
    ]);
  });

  test('in a chart without a mesh, CacertsDelivery adds the object', () => {
    const chart = new Chart(new App(), 'any');
    new CacertsDelivery(chart, 'cacerts', { istio, trust: sealed(), cluster: 'cluster1' });
    expect(Testing.synth(chart)).toHaveLength(1);
  });
});

describe('sops', () => {
  test('the encrypted Secret in pki/ is the object of the cluster', async () => {
    const { document } = await writeSopsSecret(place.pki, 'cluster1');
    await writeSopsSecret(place.pki, 'cluster2');
    const mesh = meshOf(MeshTrust.sops({ directory: place.pki }));
    expect(problemsOf(mesh)).toEqual([]);
    const { kind, data, sops } = document;
    expect(secretsOf(mesh)).toEqual([expect.objectContaining({ kind, data, sops })]);
  });

  test('a missing Secret, or one for other recipients, is a problem that names the command', async () => {
    await writeSopsSecret(place.pki, 'cluster1');
    writeFileSync(join(place.pki, 'clusters', 'cluster1', 'age-recipients.txt'), 'age1other\n');
    expect(problemsOf(meshOf(MeshTrust.sops({ directory: place.pki })))).toEqual([
      expect.stringMatching(/MESH030 .*run istio-mesh ca reseal cluster1/),
      expect.stringMatching(/MESH030 .*run istio-mesh ca reseal cluster2 --age-recipient/),
    ]);
  });
});

describe('checks across clusters', () => {
  test('two clusters with one CA key are a problem', () => {
    cpSync(join(place.pki, 'clusters', 'cluster1'), fileOf2(), { recursive: true });
    expect(problemsOf(meshOf(sealed({ sharedSealingKey: true })))).toEqual([
      expect.stringMatching(/MESH030 .*both have one CA key/),
      expect.stringMatching(/MESH051 .*cluster2, ca-cert.pem: the CA certificate of another cluster: got "cluster1", expected cluster2/),
    ]);
  });

  test('two clusters with one sealing certificate are a problem, unless both share a key on purpose', async () => {
    const { fingerprint256 } = new X509Certificate(readFileSync(place.sealingCert));
    await place.ca('reseal', 'cluster2', '--sealing-cert', place.sealingCert, '--accept-recipient', fingerprint256);
    const problem = /MESH033 clusters cluster1 and cluster2: their CAs are sealed for one key/;
    expect(problemsOf(meshOf(sealed()))).toEqual([expect.stringMatching(problem)]);
    expect(problemsOf(meshOf(sealed({ sharedSealingKey: true })))).toEqual([]);
    expect(problemsOf(meshOfTwo(sealed({ sharedSealingKey: true }), sealed()))).toEqual([expect.stringMatching(problem)]);
    expect(await place.ca('verify')).toEqual({ code: 1, out: expect.stringMatching(problem) });
    expect((await place.ca('verify', '--shared-sealing-key')).code).toBe(0);
  });

  test('clusters of two roots do not trust each other', async () => {
    const other = workplace();
    await other.ca('init', '--organization', 'Other');
    await other.ca('issue', 'cluster2', '--sealing-cert', sealingCertOf(other, 'cluster2'));
    expect(problemsOf(meshOfTwo(sealed(), MeshTrust.sealedSecrets({ directory: other.pki })))).toEqual([
      expect.stringMatching(/MESH032 clusters cluster2 and cluster1: .*O=Other, CN=Root CA/),
      expect.stringMatching(/MESH032 clusters cluster1 and cluster2/),
    ]);
  });
});

describe('the replacement of a root', () => {
  const values = (trust: MeshTrust) => {
    const files = meshOf(trust).cluster('cluster1').controlPlane.files();
    return files.map(({ content }) => JSON.stringify(content)).join();
  };

  test('sets the variables of istiod and proxies, and does not remove them afterwards', async () => {
    expect(values(sealed())).not.toMatch(/ISTIO_MULTIROOT_MESH|PROXY_CONFIG_XDS_AGENT/);
    for (const step of ['introduce', 'switch', 'retire']) {
      await place.ca('rotate-root', step);
      expect(values(sealed()).match(/"ISTIO_MULTIROOT_MESH":"true"|"PROXY_CONFIG_XDS_AGENT":"true"/g)).toHaveLength(4);
      expect(problemsOf(meshOf(sealed()))).toEqual([]);
    }
  });

  test('is prepared by `rotatable` before the first replacement', () => {
    expect(values(sealed({ rotatable: true }))).toContain('ISTIO_MULTIROOT_MESH');
  });

  test('finds clusters that are more than one step apart', async () => {
    const before = join(workplace().folder, 'pki');
    cpSync(place.pki, before, { recursive: true });
    await place.ca('rotate-root', 'introduce');
    await place.ca('rotate-root', 'switch');
    const mesh = meshOfTwo(sealed(), MeshTrust.sealedSecrets({ directory: before }));
    expect(problemsOf(mesh)).toEqual([expect.stringMatching(/MESH032 clusters cluster2 and cluster1/)]);
  });

  test('is not possible with Istio 1.5, which trusts one root', () => {
    expect(() => new ControlPlane({ istio: IstioRelease.V1_5, cluster: 'cluster1', followsRoots: true })).toThrow(/MESH008/);
  });
});

test.each([
  { name: 'a function', trust: MeshTrust.sealedSecrets },
  { name: 'text', trust: 'sealedSecrets' },
])('$name instead of a MeshTrust is refused', ({ trust }) => {
  expect(() => meshOf(trust as any)).toThrow(/MESH033 Mesh 'mesh'/);
});

test('a mesh without trust has no object for the secret', () => {
  expect(secretsOf(meshOf(undefined))).toEqual([]);
});
