import { CertManagerIssuer, MeshTrust } from '../../src';

/** Every way to deliver the secret `cacerts`. None of these folders exists: the sentences need no files. */
const TRUST = {
  sealedSecrets: MeshTrust.sealedSecrets({ directory: 'absent' }),
  sops: MeshTrust.sops({ directory: 'absent' }),
  plain: MeshTrust.plain({ directory: 'absent', outdir: '/home/me/plain-secrets' }),
  externalSecret: MeshTrust.externalSecret({ store: 'vault' }),
  certManager: MeshTrust.certManager({ issuer: CertManagerIssuer.vault('mesh-root') }),
};

function nextSteps(trust: MeshTrust, hasGitOps: boolean) {
  const shownPath = (folder: string) => folder.replace('/home/me/', '');
  return trust._delivery.nextSteps({ cluster: 'cluster1', namespace: 'mesh-system', outdir: 'dist', hasGitOps, shownPath });
}

const byHand = (command: string) =>
  `once, before istiod first starts: kubectl create namespace mesh-system, ${command}, and wait for the secret cacerts`;

test.each([
  ['sealedSecrets', 'kubectl apply -f dist/cluster1/SealedSecret.bitnami.com_mesh-system_cacerts.yaml'],
  ['externalSecret', 'kubectl apply -f dist/cluster1/ExternalSecret.external-secrets.io_mesh-system_cacerts.yaml'],
  ['certManager', 'kubectl apply -f dist/cluster1/Certificate.cert-manager.io_mesh-system_cacerts.yaml'],
  ['plain', 'kubectl apply -f plain-secrets/cluster1'],
] as const)('without a GitOps engine, %s names the command that delivers the CA before istiod first starts', (name, command) => {
  expect(nextSteps(TRUST[name], false)).toEqual({ engineDeliversSecret: false, beforeIstiodStarts: byHand(command) });
});

test('without a GitOps engine, sops leaves the secret and the folder to Flux, and names the command for other cases', () => {
  const file = 'dist/cluster1/Secret_mesh-system_cacerts.yaml';
  expect(nextSteps(TRUST.sops, false)).toEqual({
    engineDeliversSecret: false,
    beforeIstiodStarts: byHand(`let Flux apply ${file} (or: sops decrypt ${file} | kubectl apply -f -)`),
    applyFolder: 'commit dist/cluster1 for Flux, which decrypts what sops encrypted',
  });
});

test.each(
  ['sealedSecrets', 'sops', 'externalSecret', 'certManager'] as const,
)('with a GitOps engine, %s waits for the secret that the engine delivers with the folder', name => {
  expect(nextSteps(TRUST[name], true)).toMatchObject({
    engineDeliversSecret: true,
    beforeIstiodStarts: 'once, before istiod first starts: wait for the secret cacerts in mesh-system',
  });
});

test('a secret in the clear is delivered by hand even with a GitOps engine: Git ignores its folder', () => {
  expect(nextSteps(TRUST.plain, true)).toEqual(nextSteps(TRUST.plain, false));
});
