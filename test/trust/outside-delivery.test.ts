import { App, Duration } from 'cdk8s';
import { addIssuer, meshOf, problemsOf, secretsOf } from './two-clusters';
import { CertManagerIssuer, IstioRelease, MeshTrust } from '../../src';

describe('External Secrets', () => {
  test('reads the CA of each cluster, and keeps the secret if the ExternalSecret is deleted', () => {
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

  test('requests an intermediate for each cluster from the issuer', () => {
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

  test.each([
    { type: 'ca', problem: 'an issuer whose key is in the cluster' },
    { type: 'selfSigned', problem: 'an issuer whose key is in the cluster' },
    { type: 'acme', problem: 'an issuer that signs no CAs' },
  ])('an issuer in the chart with spec.$type is refused', ({ type, problem }) => {
    const mesh = meshOf(trust);
    addIssuer(mesh, 'mesh-root', { [type]: {} });
    expect(problemsOf(mesh)).toEqual([expect.stringMatching(`MESH033 ClusterIssuer 'mesh-root' in cluster1: ${problem}: got "${type}"`)]);
  });

  test('an issuer in the chart that keeps the root outside is accepted', () => {
    const mesh = meshOf(trust);
    addIssuer(mesh, 'mesh-root', { vault: {} });
    expect(problemsOf(mesh)).toEqual([]);
  });

  test('an issuer that is not a CertManagerIssuer is refused', () => {
    expect(() => MeshTrust.certManager({ issuer: 'root' as any })).toThrow(/MESH033/);
  });

  test('an external issuer in the API group of cert-manager is refused, because its kind does not say where the root is', () => {
    expect(() => CertManagerIssuer.external('root', { group: 'cert-manager.io', kind: 'ClusterIssuer' })).toThrow(/MESH033/);
    const issuer = CertManagerIssuer.external('root', { group: 'awspca.cert-manager.io', kind: 'AWSPCAClusterIssuer' });
    expect(issuer).toMatchObject({ group: 'awspca.cert-manager.io', type: 'external' });
  });

  test('an issuer of Venafi may be of the kind Issuer', () => {
    expect(CertManagerIssuer.venafi('root', { kind: 'Issuer' })).toMatchObject({ kind: 'Issuer', type: 'venafi' });
  });

  test('Istio 1.5 does not read the secret that cert-manager writes', () => {
    const problems = problemsOf(meshOf(trust, new App(), IstioRelease.V1_5));
    expect(problems).toEqual(Array(2).fill(expect.stringMatching(/MESH033 .*does not read/)));
  });
});
