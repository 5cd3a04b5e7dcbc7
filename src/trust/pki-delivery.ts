import { join } from 'path';
import { CaFiles } from './ca-files';
import {
  base64Data,
  cacertsFile,
  DeliveredObject,
  deliveredByHand,
  DeliveryTarget,
  SECRET,
  stepsOfFolderObject,
  TrustDelivery,
} from './delivery';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { entriesOf, readTextIfThere } from '../files/read';
import { fileName } from '../output/file-name';
import { toYaml } from '../output/yaml';
import { bundleProblems } from '../pki/ca-bundle';
import { certificatesOf } from '../pki/certificate';
import { sealedProblems, sopsProblems } from '../pki/ciphertext';
import type { BundleRules, ClusterCa } from '../pki/cluster-ca';
import { foreignFiles, unknownRoots } from '../pki/cluster-identity';
import { trustDomainProblems } from '../pki/name-constraints';
import { CACERTS, PKI, publicFiles, readClusterCa, rootsOf } from '../pki/pki-folder';
import { rootWarnings } from '../pki/root-warnings';

/** The pki/ folder that CAs come from, and the settings for its checks. */
export interface PkiSource extends BundleRules {
  readonly directory: string;
  readonly rotatable: boolean;
}

const SEALED_SECRET = { apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret' };

/** Returns a delivery of the secret sealed for the sealed-secrets controller of the cluster. */
export function sealedDelivery(source: PkiSource): TrustDelivery {
  const pki = pkiDelivery(source, (ca, target) => [
    ...missingCiphertext(ca, ca.sealed, 'sealed', '--sealing-cert <file>'),
    ...sealedProblems(ca),
    ...namespaceProblems(ca, ca.sealed, target),
  ]);
  return {
    ...pki,
    name: 'sealed-secrets',
    nextSteps: context => stepsOfFolderObject(context, `kubectl apply -f ${cacertsFile(context, SEALED_SECRET)}`),
    object: ({ cluster, namespace }) => {
      const { sealed } = pki.ca(cluster);
      if (!sealed) {
        return undefined;
      }
      const metadata = { name: CACERTS, namespace, ...scopeAnnotation(sealed.scope) };
      return {
        ...SEALED_SECRET,
        metadata,
        spec: { encryptedData: sealed.encryptedData, template: { metadata, type: 'Opaque' } },
      };
    },
  };
}

/** Returns a delivery of the secret encrypted by sops, which Flux decrypts, or any other holder of the age key. */
export function sopsDelivery(source: PkiSource): TrustDelivery {
  const pki = pkiDelivery(source, (ca, target) => [
    ...missingCiphertext(ca, ca.sops, 'encrypted for sops', '--age-recipient <age1...>'),
    ...sopsProblems(ca),
    ...namespaceProblems(ca, ca.sops, target),
  ]);
  return {
    ...pki,
    name: 'sops',
    nextSteps: context => {
      const file = cacertsFile(context, SECRET);
      return {
        ...stepsOfFolderObject(context, `let Flux apply ${file} (or: sops decrypt ${file} | kubectl apply -f -)`),
        applyFolder: `commit ${context.outdir}/${context.cluster} for Flux, which decrypts what sops encrypted`,
      };
    },
    object: ({ cluster }) => pki.ca(cluster).sops?.document as DeliveredObject | undefined,
  };
}

/** Returns a delivery of the secret in the clear, in a folder of its own. */
export function plainDelivery(source: PkiSource, outdir: string): TrustDelivery {
  return {
    ...pkiDelivery(source, () => []),
    name: 'plain',
    nextSteps: context => ({
      // A GitOps engine applies what Git holds, and Git ignores this folder.
      engineDeliversSecret: false,
      beforeIstiodStarts: deliveredByHand(context, `kubectl apply -f ${context.shownPath(outdir)}/${context.cluster}`),
    }),
    object: () => undefined,
    plain: {
      outdir,
      files: ({ cluster, namespace }) => {
        const { _bundle: bundle } = CaFiles.fromPki(source.directory, cluster);
        const data = base64Data({ ...publicFiles(bundle), 'ca-key.pem': bundle.caKey });
        const secret = { ...SECRET, metadata: { name: CACERTS, namespace }, data };
        return new Map([[`${cluster}/${fileName(secret)}`, toYaml(secret, { sortKeys: true })]]);
      },
    },
  };
}

/** Parts that all deliveries from a pki/ folder have in common. */
type PkiDelivery = Pick<Required<TrustDelivery>, 'directory' | 'ca' | 'problems' | 'warnings' | 'followsRoots'>;

/** Returns the common parts. Ciphertext is checked only for a bundle that has no problems itself. */
function pkiDelivery(source: PkiSource, ciphertextProblems: (ca: ClusterCa, target: DeliveryTarget) => Problem[]): PkiDelivery {
  const cache = new Map<string, ClusterCa>();
  const caOf = (cluster: string) => {
    const ca = cache.get(cluster) ?? readClusterCa(source.directory, cluster);
    cache.set(cluster, ca);
    return ca;
  };
  return {
    directory: source.directory,
    ca: caOf,
    // Proxies keep the ability to follow roots after a replacement, because to remove it would restart all of them.
    followsRoots: cluster => source.rotatable || hasRetiredRoots(source.directory) || rootsOf(caOf(cluster)).trusted.length > 1,
    problems: target => {
      const ca = caOf(target.cluster);
      const problems = bundleProblems(ca, ca.folder, source);
      if (problems.length > 0) {
        return problems;
      }
      const foreign = foreignFiles(ca);
      return foreign.length > 0 ? foreign : [
        ...untrustedRoots(ca, source.directory),
        ...target.trustDomain === undefined ? [] : trustDomainProblems(ca, target.trustDomain),
        ...ciphertextProblems(ca, target),
      ];
    },
    warnings: ({ cluster }) => rootWarnings(caOf(cluster).rootCert),
  };
}

/** Returns a problem for each root that only the folder of the cluster has. A folder without a root of its own is not checked. */
function untrustedRoots(ca: ClusterCa, directory: string): Problem[] {
  const [root, next] = [PKI.root, PKI.nextRoot].map(file => readTextIfThere(join(directory, file)));
  return root === undefined ? [] : unknownRoots(ca, certificatesOf(root + (next ?? ''), join(directory, PKI.root)), directory);
}

function hasRetiredRoots(directory: string): boolean {
  const folder = join(directory, PKI.retired);
  return entriesOf(folder).some(({ name }) => name.endsWith('.pem'));
}

function missingCiphertext(ca: ClusterCa, ciphertext: object | undefined, form: string, option: string): Problem[] {
  if (ciphertext) {
    return [];
  }
  return [{
    code: MeshErrorCode.PKI,
    where: ca.folder,
    what: `the secret is not ${form} yet`,
    expected: 'ciphertext beside the certificates',
    fix: `run istio-mesh ca reseal ${ca.cluster} ${option}, where the keys are kept`,
  }];
}

/** Returns the problem of ciphertext that would become a secret in another namespace, where istiod does not look for it. */
function namespaceProblems(ca: ClusterCa, ciphertext: { readonly namespace: string } | undefined, target: DeliveryTarget): Problem[] {
  if (!ciphertext || ciphertext.namespace === target.namespace) {
    return [];
  }
  return [{
    code: MeshErrorCode.PKI,
    where: ca.folder,
    what: 'the secret was encrypted for another namespace than that of istiod',
    got: ciphertext.namespace,
    expected: target.namespace,
    fix: `run istio-mesh ca reseal ${ca.cluster} --namespace ${target.namespace}`,
  }];
}

/** Returns the annotation that the controller reads a scope from; none for the default scope. */
function scopeAnnotation(scope: string): { annotations?: { [key: string]: string } } {
  return scope === 'strict' ? {} : { annotations: { [`sealedsecrets.bitnami.com/${scope}`]: 'true' } };
}
