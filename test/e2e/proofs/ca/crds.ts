import { readdirSync } from 'fs';
import { join } from 'path';
import { App, Chart, Testing } from 'cdk8s';
import { CacertsDelivery, CertManagerIssuer, IstioRelease, MeshTrust } from '../../../../src';
import { Kube, KUBE_PARTS } from '../../cluster/kube';
import { cleanUp, prepare } from '../../cluster/machine';
import { pkiIn } from '../../cluster/pki';
import { moduleAt, moduleFolder } from '../../parts';
import { must, Proof } from '../../proof';

/** Where the definitions of the kinds are published, with the checksum of what was looked at. */
const CERT_MANAGER = {
  path: 'github.com/cert-manager/cert-manager',
  version: 'v1.21.2',
  folder: 'deploy/crds',
  sum: 'h1:UWgoYM+KLNtRlqmoWOKjKBOBUPVHeepQ6/ac3ERJW68=',
};
const EXTERNAL_SECRETS = {
  path: 'github.com/external-secrets/external-secrets',
  version: 'v1.3.2',
  folder: 'config/crds/bases',
  sum: 'h1:u2J8RjlHIeF0oZCqtl92adI/uZWUwOesJIDkfql6LqQ=',
};

/** What is delivered validates by the real definitions of its kinds, on a real API server that refuses unknown fields. */
export const crdsProof: Proof = {
  name: 'ca-crds',
  parts: KUBE_PARTS,
  async show({ folder, program }) {
    const { ca, folder: pki, sealingCert } = await pkiIn(folder);
    await ca('init', '--key-size', '2048');
    await ca('issue', 'cluster1', '--key-size', '2048', '--sealing-cert', sealingCert);
    await prepare();
    try {
      const kube = new Kube('crds', '10.61', program);
      await kube.start();
      await kube.kubectl('create', 'namespace', 'istio-system');
      const sealed = join(await moduleFolder('pki', 'github.com/bitnami-labs/sealed-secrets'), 'helm/sealed-secrets/crds');
      const kinds: Array<[string, string, MeshTrust]> = [
        ['sealedsecrets', sealed, MeshTrust.sealedSecrets({ directory: pki })],
        ['externalsecrets', join(await moduleAt(EXTERNAL_SECRETS), EXTERNAL_SECRETS.folder), MeshTrust.externalSecret({ store: 'vault' })],
        [
          'certificates',
          join(await moduleAt(CERT_MANAGER), CERT_MANAGER.folder),
          MeshTrust.certManager({ issuer: CertManagerIssuer.vault('root') }),
        ],
      ];
      for (const [plural, crds] of kinds) {
        const file = readdirSync(crds).find(name => name.endsWith(`_${plural}.yaml`))!;
        await kube.kubectl('apply', '--server-side', '-f', join(crds, file));
      }
      await kube.established();
      for (const [plural,, trust] of kinds) {
        const chart = new Chart(new App(), plural);
        new CacertsDelivery(chart, 'cacerts', { istio: IstioRelease.V1_31, trust, cluster: 'cluster1' });
        const [object] = Testing.synth(chart);
        const refusal = await kube.refusalOf(object);
        must(refusal === '', `${object.kind}: ${refusal}`);
        must(
          await kube.refusalOf({ ...object, spec: { ...object.spec, noSuchField: 1 } }) !== '',
          `${object.kind}: a field that does not exist is taken`,
        );
      }
      const accepted = 'SealedSecret (0.27.1), ExternalSecret (1.3.2) and Certificate (1.21.2)';
      return `${accepted} are taken by a real API server with the published definitions, and a planted unknown field in each is refused`;
    } finally {
      await cleanUp();
    }
  },
};

