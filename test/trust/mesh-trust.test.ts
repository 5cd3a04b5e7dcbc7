import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'fs';
import { join } from 'path';
import { ApiObject, App, Chart, Duration, Testing } from 'cdk8s';
import {
  CacertsDelivery,
  CertManagerIssuer,
  ControlPlane,
  GatewayAddress,
  IstioRelease,
  Mesh,
  MeshApp,
  MeshTrust,
  RetirementStep,
} from '../../src';
import { inputsOf, readClusterCa } from '../../src/pki/pki-folder';
import { make } from '../pki/make';
import { sealingCertOf, workplace, workplaceWith, Workplace } from '../pki/pki';

const istio = IstioRelease.V1_31;
let place: Workplace;

beforeEach(async () => {
  place = await workplaceWith('cluster1', 'cluster2');
});

function meshOf(trust: MeshTrust | undefined, app: App = new App(), release = istio): Mesh {
  const mesh = new Mesh(app, 'mesh', { istio: release, trust });
  ['cluster1', 'cluster2'].forEach((name, i) => mesh.addCluster(name, { ingressGateway: GatewayAddress.of(`203.0.113.${i + 1}`) }));
  return mesh;
}

function problems(mesh: Mesh): string[] {
  return mesh.node.root.node.findAll().flatMap(node => node.node.validate());
}

const secretsOf = (mesh: Mesh, cluster = 'cluster1') => Testing.synth(mesh.cluster(cluster)).filter(
  ({ metadata }) => metadata.name === 'cacerts',
);
const env = (mesh: Mesh) => mesh.cluster('cluster1').controlPlane.files().map(({ content }) => JSON.stringify(content)).join();

describe('sealed secrets', () => {
  test('each cluster gets its own SealedSecret, guarded against being pruned, and a second synth is the same to the byte', () => {
    const [one] = secretsOf(meshOf(MeshTrust.sealedSecrets({ directory: place.pki })));
    const [two] = secretsOf(meshOf(MeshTrust.sealedSecrets({ directory: place.pki })), 'cluster2');
    const files = ['ca-cert.pem', 'ca-key.pem', 'cert-chain.pem', 'root-cert.pem'];
    expect(one).toMatchObject({
      apiVersion: 'bitnami.com/v1alpha1',
      kind: 'SealedSecret',
      metadata: {
        name: 'cacerts',
        namespace: 'istio-system',
        annotations: { 'argocd.argoproj.io/sync-options': 'Prune=confirm,Delete=confirm', 'kustomize.toolkit.fluxcd.io/prune': 'disabled' },
      },
      spec: { template: { metadata: { name: 'cacerts', namespace: 'istio-system' }, type: 'Opaque' } },
    });
    expect(Object.keys(one.spec.encryptedData)).toEqual(files);
    expect(two.spec.encryptedData['ca-key.pem']).not.toBe(one.spec.encryptedData['ca-key.pem']);
    expect(secretsOf(meshOf(MeshTrust.sealedSecrets({ directory: place.pki })))).toEqual([one]);
  });

  test('a wider scope is said on the object and on its template', async () => {
    await place.ca('reseal', 'cluster1', '--scope', 'namespace-wide');
    const [secret] = secretsOf(meshOf(MeshTrust.sealedSecrets({ directory: place.pki })));
    const annotation = { 'sealedsecrets.bitnami.com/namespace-wide': 'true' };
    expect(
      [secret.metadata.annotations, secret.spec.template.metadata.annotations],
    ).toEqual([expect.objectContaining(annotation), annotation]);
  });

  test.each<[string, RegExp, () => Promise<unknown> | unknown]>([
    ['no pki/ at all', /MESH030 .*name it by directory.*istio-mesh ca init/, () => rmSync(place.pki, { recursive: true })],
    [
      'no CA of one cluster',
      /MESH030 .*run istio-mesh ca issue cluster2/,
      () => rmSync(join(place.pki, 'clusters', 'cluster2'), { recursive: true }),
    ],
    [
      'no ciphertext',
      /MESH030 .*run istio-mesh ca reseal cluster2 --sealing-cert/,
      () => rmSync(join(place.pki, 'clusters', 'cluster2', 'cacerts.sealed.json')),
    ],
    [
      'ciphertext for another namespace',
      /MESH030 .*encrypted for another namespace/,
      () => place.ca('reseal', 'cluster2', '--namespace', 'other'),
    ],
    ['ciphertext of other certificates', /MESH030 .*run istio-mesh ca reseal cluster2/, () => {
      const path = join(place.pki, 'clusters', 'cluster2', 'sealing-cert.pem');
      writeFileSync(path, make({ name: 'another controller' }).pem);
    }],
    ['a certificate that was edited', /MESH029/, () => {
      const path = join(place.pki, 'clusters', 'cluster2', 'cert-chain.pem');
      writeFileSync(path, readFileSync(path, 'utf8').trim());
    }],
  ])('%s is an error at synth that says what to do, and nothing is written', async (_, message, spoil) => {
    await spoil();
    const outdir = join(place.folder, 'dist');
    const app = new MeshApp({ outdir });
    meshOf(MeshTrust.sealedSecrets({ directory: place.pki }), app);
    expect(() => app.synth()).toThrow(message);
    expect(existsSync(outdir)).toBe(false);
  });

  test.each(
    ['text', '', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
  )('a ca-cert.pem that holds %j is a problem among the others, and no crash', text => {
    writeFileSync(join(place.pki, 'clusters', 'cluster2', 'ca-cert.pem'), text);
    expect(problems(meshOf(MeshTrust.sealedSecrets({ directory: place.pki })))).toEqual([expect.stringMatching(/^MESH029 .*ca-cert.pem/)]);
  });

  test('times are checked against a time that is given', () => {
    const at = (time: string) => problems(meshOf(MeshTrust.sealedSecrets({ directory: place.pki, validAt: new Date(time) })));
    expect(at('2100-01-01')).toEqual(expect.arrayContaining([expect.stringMatching(/MESH029 .*expired/)]));
    expect(at(new Date().toISOString())).toEqual([]);
  });
});

test('two clusters with one CA key are an error', () => {
  jest.requireActual('fs').cpSync(join(place.pki, 'clusters', 'cluster1'), join(place.pki, 'clusters', 'cluster2'), { recursive: true });
  expect(
    problems(meshOf(MeshTrust.sealedSecrets({ directory: place.pki, sharedSealingKey: true }))),
  ).toEqual([expect.stringMatching(/MESH030 .*both have one CA key/)]);
});

test('a CA that is sealed for the controller of another cluster is told, unless they share a key on purpose', async () => {
  await place.ca('reseal', 'cluster2', '--sealing-cert', place.sealingCert);
  const told = /MESH033 clusters cluster1 and cluster2: their CAs are sealed for one key/;
  expect(problems(meshOf(MeshTrust.sealedSecrets({ directory: place.pki })))).toEqual([expect.stringMatching(told)]);
  expect(await place.ca('verify')).toEqual({ code: 1, out: expect.stringMatching(told) });
  expect(problems(meshOf(MeshTrust.sealedSecrets({ directory: place.pki, sharedSealingKey: true })))).toEqual([]);
  expect((await place.ca('verify', '--shared-sealing-key')).code).toBe(0);
  const half = new Mesh(new App(), 'mesh', { istio, trust: MeshTrust.sealedSecrets({ directory: place.pki, sharedSealingKey: true }) });
  half.addCluster('cluster1');
  half.addCluster('cluster2', { trust: MeshTrust.sealedSecrets({ directory: place.pki }) });
  expect(problems(half)).toEqual([expect.stringMatching(told)]);
});

test.each([['a function', MeshTrust.sealedSecrets], ['text', 'sealedSecrets']])('trust that is %s is told', (_, trust) => {
  expect(() => meshOf(trust as any)).toThrow(/MESH033 addCluster\('cluster1'\): trust is not a MeshTrust/);
});

test('clusters of two roots do not trust each other: a check names both', async () => {
  const other = workplace();
  await other.ca('init', '--organization', 'Other');
  await other.ca('issue', 'cluster2', '--sealing-cert', sealingCertOf(other, 'cluster2'));
  const mesh = new Mesh(new App(), 'mesh', { istio, trust: MeshTrust.sealedSecrets({ directory: place.pki }) });
  mesh.addCluster('cluster1');
  mesh.addCluster('cluster2', { trust: MeshTrust.sealedSecrets({ directory: other.pki }) });
  expect(problems(mesh)).toEqual([
    expect.stringMatching(
      /MESH032 clusters cluster2 and cluster1: .*O=Other, CN=Root CA/,
    ), expect.stringMatching(/MESH032 clusters cluster1 and cluster2/),
  ]);
});

describe('the replacement of a root', () => {
  test('turns on what istiod and proxies need, and leaves it on afterwards', async () => {
    const trust = () => MeshTrust.sealedSecrets({ directory: place.pki });
    expect(env(meshOf(trust()))).not.toMatch(/ISTIO_MULTIROOT_MESH|PROXY_CONFIG_XDS_AGENT/);
    for (const step of ['introduce', 'switch', 'retire']) {
      await place.ca('rotate-root', step);
      expect(env(meshOf(trust())).match(/"ISTIO_MULTIROOT_MESH":"true"|"PROXY_CONFIG_XDS_AGENT":"true"/g)).toHaveLength(4);
      expect(problems(meshOf(trust()))).toEqual([]);
    }
  });

  test('can be made ready for from the first day', () => {
    expect(env(meshOf(MeshTrust.sealedSecrets({ directory: place.pki, rotatable: true })))).toContain('ISTIO_MULTIROOT_MESH');
  });

  test('clusters whose steps do not overlap are an error', async () => {
    const copy = workplace();
    const stay = join(copy.folder, 'pki');
    jest.requireActual('fs').cpSync(place.pki, stay, { recursive: true });
    await place.ca('rotate-root', 'introduce');
    await place.ca('rotate-root', 'switch');
    const mesh = new Mesh(new App(), 'mesh', { istio, trust: MeshTrust.sealedSecrets({ directory: place.pki }) });
    mesh.addCluster('cluster1');
    mesh.addCluster('cluster2', { trust: MeshTrust.sealedSecrets({ directory: stay }) });
    expect(problems(mesh)).toEqual([expect.stringMatching(/MESH032 clusters cluster2 and cluster1/)]);
  });

  test('Istio 1.5 trusts one root alone', () => {
    expect(() => new ControlPlane({ istio: IstioRelease.V1_5, cluster: 'cluster1', followsRoots: true })).toThrow(/MESH008/);
  });
});

describe('sops', () => {
  const AGE = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p\n';
  const encrypt = (cluster: string) => {
    const ca = readClusterCa(place.pki, cluster);
    const document = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'cacerts', namespace: 'istio-system' },
      data: { 'ca-key.pem': 'ENC[...]' },
      sops: { mac: 'ENC[...]' },
    };
    writeFileSync(join(ca.folder, 'age-recipients.txt'), AGE);
    writeFileSync(
      join(ca.folder, 'cacerts.sops.json'),
      JSON.stringify({ namespace: 'istio-system', inputs: inputsOf(ca, { namespace: 'istio-system', recipient: AGE }), document }),
    );
  };

  test('the encrypted Secret is written as it was stored, guarded against being pruned', () => {
    ['cluster1', 'cluster2'].forEach(encrypt);
    const mesh = meshOf(MeshTrust.sops({ directory: place.pki }));
    expect(problems(mesh)).toEqual([]);
    expect(secretsOf(mesh)).toEqual(
      [expect.objectContaining({ kind: 'Secret', data: { 'ca-key.pem': 'ENC[...]' }, sops: { mac: 'ENC[...]' } })],
    );
  });

  test('without it, or for other recipients, the synth names the command', () => {
    encrypt('cluster1');
    writeFileSync(join(place.pki, 'clusters', 'cluster1', 'age-recipients.txt'), 'age1other\n');
    expect(problems(meshOf(MeshTrust.sops({ directory: place.pki })))).toEqual([
      expect.stringMatching(/MESH030 .*run istio-mesh ca reseal cluster1/), expect.stringMatching(
        /MESH030 .*run istio-mesh ca reseal cluster2 --age-recipient/,
      ),
    ]);
  });
});

describe('plain', () => {
  test('the secret goes into a folder of its own, which Git ignores and others cannot read; dist holds no key', () => {
    process.env.ISTIO_MESH_PASSPHRASE_FILE = join(place.folder, 'passphrase');
    try {
      const [outdir, secrets] = [join(place.folder, 'dist'), join(place.folder, 'secrets')];
      const app = new MeshApp({ outdir });
      meshOf(MeshTrust.plain({ directory: place.pki, outdir: secrets }), app);
      app.synth();
      const secret = readFileSync(join(secrets, 'cluster1', 'Secret_istio-system_cacerts.yaml'), 'utf8');
      expect(secret).toContain(Buffer.from('-----BEGIN PRIVATE KEY-----').toString('base64').slice(0, 30));
      expect(readFileSync(join(secrets, '.gitignore'), 'utf8')).toBe('*\n');
      expect(
        [secrets, join(secrets, 'cluster1', 'Secret_istio-system_cacerts.yaml')].map(path => statSync(path).mode & 0o077),
      ).toEqual([0, 0]);
      expect(readdirSync(outdir, { recursive: true }).filter(name => String(name).includes('cacerts'))).toEqual([]);
    } finally {
      delete process.env.ISTIO_MESH_PASSPHRASE_FILE;
    }
  });

  test('with the last step of a retirement the secret goes, without passphrase or pki/', () => {
    const secrets = join(place.folder, 'secrets');
    const secret = join(secrets, 'cluster1', 'Secret_istio-system_cacerts.yaml');
    const synth = (retire?: RetirementStep) => {
      const app = new MeshApp({ outdir: join(place.folder, 'dist') });
      new Mesh(
        app,
        'mesh',
        { istio, trust: MeshTrust.plain({ directory: place.pki, outdir: secrets }) },
      ).addCluster('cluster1', { retire });
      app.synth();
      return existsSync(secret);
    };
    process.env.ISTIO_MESH_PASSPHRASE_FILE = join(place.folder, 'passphrase');
    try {
      expect(synth()).toBe(true);
    } finally {
      delete process.env.ISTIO_MESH_PASSPHRASE_FILE;
    }
    rmSync(place.pki, { recursive: true });
    expect(synth(RetirementStep.CA)).toBe(false);
  });

  test.each(['dist', 'dist/cluster1', '.'])('%s is no folder for secrets: it is, holds or lies in the output folder', outdir => {
    const app = new MeshApp({ outdir: join(place.folder, 'dist') });
    process.env.ISTIO_MESH_PASSPHRASE_FILE = join(place.folder, 'passphrase');
    try {
      meshOf(MeshTrust.plain({ directory: place.pki, outdir: join(place.folder, outdir) }), app);
      expect(() => app.synth()).toThrow(/MESH033/);
      expect(existsSync(join(place.folder, 'dist'))).toBe(false);
    } finally {
      delete process.env.ISTIO_MESH_PASSPHRASE_FILE;
    }
  });

  test('without the passphrase it fails with a code, and nothing is written', () => {
    const outdir = join(place.folder, 'dist');
    const app = new MeshApp({ outdir });
    meshOf(MeshTrust.plain({ directory: place.pki }), app);
    expect(() => app.synth()).toThrow(/MESH035/);
    expect(existsSync(outdir)).toBe(false);
  });

  test('it needs a MeshApp: another app has no place for keys', () => {
    expect(problems(meshOf(MeshTrust.plain({ directory: place.pki })))).toEqual(Array(2).fill(expect.stringMatching(/MESH033 .*MeshApp/)));
  });
});

describe('External Secrets', () => {
  test('fetches each cluster\'s own CA, and keeps it when the ExternalSecret goes', () => {
    const [secret] = secretsOf(meshOf(MeshTrust.externalSecret({ store: 'vault', refreshInterval: Duration.minutes(90) })), 'cluster2');
    expect(secret).toMatchObject({
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      spec: {
        refreshInterval: '1h30m0s',
        secretStoreRef: { name: 'vault', kind: 'ClusterSecretStore' },
        target: { name: 'cacerts', deletionPolicy: 'Retain' },
      },
    });
    expect(secret.spec.data[1]).toEqual({ secretKey: 'ca-key.pem', remoteRef: { key: 'istio/cluster2/cacerts', property: 'ca-key.pem' } });
  });

  test('one key for all clusters is refused', () => {
    expect(() => MeshTrust.externalSecret({ store: 'vault', remoteKey: 'istio/cacerts' })).toThrow(/MESH033/);
  });
});

describe('cert-manager', () => {
  const trust = MeshTrust.certManager({ issuer: CertManagerIssuer.vault('mesh-root') });

  test('has an issuer outside sign an intermediate for each cluster', () => {
    const [certificate] = secretsOf(meshOf(trust));
    expect(certificate).toMatchObject({
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      spec: {
        isCA: true,
        secretName: 'cacerts',
        usages: expect.arrayContaining(['cert sign', 'crl sign']),
        issuerRef: { name: 'mesh-root', kind: 'ClusterIssuer', group: 'cert-manager.io' },
        duration: '8760h0m0s',
      },
    });
  });

  test.each(['ca', 'selfSigned', 'acme'])('an issuer in the chart that is %s is refused: the root\'s key would be in the cluster, or it signs no CA', type => {
    const mesh = meshOf(trust);
    const issuer = (spec: object) => new ApiObject(
      mesh.cluster('cluster1'),
      'issuer',
      { apiVersion: 'cert-manager.io/v1', kind: 'ClusterIssuer', metadata: { name: 'mesh-root' }, spec } as any,
    );
    issuer({ [type]: {} });
    expect(problems(mesh)).toEqual([expect.stringMatching(/MESH033/)]);
    const right = meshOf(trust);
    new ApiObject(
      right.cluster('cluster1'),
      'issuer',
      { apiVersion: 'cert-manager.io/v1', kind: 'ClusterIssuer', metadata: { name: 'mesh-root' }, spec: { vault: {} } } as any,
    );
    expect(problems(right)).toEqual([]);
  });

  test('an issuer of its own group that does not say where the root is, is refused, and so is anything else', () => {
    expect(() => CertManagerIssuer.external('root', { group: 'cert-manager.io', kind: 'ClusterIssuer' })).toThrow(/MESH033/);
    expect(() => MeshTrust.certManager({ issuer: 'root' as any })).toThrow(/MESH033/);
    expect(
      CertManagerIssuer.external('root', { group: 'awspca.cert-manager.io', kind: 'AWSPCAClusterIssuer' }),
    ).toMatchObject({ group: 'awspca.cert-manager.io' });
    expect(CertManagerIssuer.venafi('root', { kind: 'Issuer' })).toMatchObject({ kind: 'Issuer', type: 'venafi' });
  });

  test('Istio 1.5 does not read what cert-manager writes', () => {
    expect(problems(meshOf(trust, new App(), IstioRelease.V1_5))).toEqual(Array(2).fill(expect.stringMatching(/MESH033 .*does not read/)));
  });
});

test('on its own, a delivery goes into any chart of any app', () => {
  const chart = new Chart(Testing.app(), 'any');
  new CacertsDelivery(chart, 'cacerts', { istio, trust: MeshTrust.sealedSecrets({ directory: place.pki }), cluster: 'cluster1' });
  expect(Testing.synth(chart)).toHaveLength(1);
});

test('a mesh without trust delivers nothing', () => {
  expect(secretsOf(meshOf(undefined))).toEqual([]);
});
