import { existsSync, readdirSync } from 'fs';
import { join } from 'path';
import { CaFiles } from './ca-files';
import { cacertsFile, DeliveredObject, deliveredByHand, DeliveryTarget, stepsOfFolderObject, TrustDelivery } from './delivery';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { toYaml } from '../output/yaml';
import { bundleProblems } from '../pki/ca-bundle';
import { sealedProblems, sopsProblems } from '../pki/ciphertext';
import type { BundleRules, ClusterCa } from '../pki/cluster-ca';
import { CACERTS, PKI, publicFiles, readClusterCa, rootsOf } from '../pki/pki-folder';

/** What all deliveries from a pki/ folder share. */
export interface PkiSource extends BundleRules {
  readonly directory: string;
  readonly rotatable: boolean;
}

const SEALED_SECRET = { apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret' };
const SECRET = { apiVersion: 'v1', kind: 'Secret' };

/** The secret sealed for the sealed-secrets controller of the cluster. */
export function sealedDelivery(source: PkiSource): TrustDelivery {
  const pki = fromPki(
    source,
    (ca, target) => [
      ...missing(ca, ca.sealed, 'sealed', '--sealing-cert <file>'),
      ...sealedProblems(ca),
      ...namespaceProblems(ca, ca.sealed, target),
    ],
  );
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

/** The secret encrypted by sops, for Flux or whoever has the age key. */
export function sopsDelivery(source: PkiSource): TrustDelivery {
  const pki = fromPki(
    source,
    (ca, target) => [
      ...missing(ca, ca.sops, 'encrypted for sops', '--age-recipient <age1...>'),
      ...sopsProblems(ca),
      ...namespaceProblems(ca, ca.sops, target),
    ],
  );
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

/** The secret itself, in a folder of its own. */
export function plainDelivery(source: PkiSource, outdir: string): TrustDelivery {
  return {
    ...fromPki(source, () => []),
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
        const files = Object.entries({ ...publicFiles(bundle), 'ca-key.pem': bundle.caKey });
        const data = Object.fromEntries(files.map(([file, text]) => [file, Buffer.from(text).toString('base64')]));
        const secret = { ...SECRET, metadata: { name: CACERTS, namespace }, data };
        return new Map([[`${cluster}/Secret_${namespace}_${CACERTS}.yaml`, toYaml(secret, { sortKeys: true })]]);
      },
    },
  };
}

function fromPki(
  source: PkiSource,
  own: (ca: ClusterCa, target: DeliveryTarget) => Problem[],
): Pick<Required<TrustDelivery>, 'ca' | 'problems' | 'followsRoots'> {
  const known = new Map<string, ClusterCa>();
  const ca = (cluster: string) => {
    const found = known.get(cluster) ?? readClusterCa(source.directory, cluster);
    known.set(cluster, found);
    return found;
  };
  return {
    ca,
    // Once a root was replaced proxies go on being able to: to take that away would restart them all.
    followsRoots: cluster => source.rotatable || hasRetiredRoots(source.directory) || rootsOf(ca(cluster)).trusted.length > 1,
    problems: target => {
      const found = ca(target.cluster);
      const bundle = bundleProblems(found, found.folder, source);
      return bundle.length > 0 ? bundle : own(found, target);
    },
  };
}

function hasRetiredRoots(directory: string): boolean {
  const folder = join(directory, PKI.retired);
  return existsSync(folder) && readdirSync(folder).some(name => name.endsWith('.pem'));
}

function missing(ca: ClusterCa, ciphertext: object | undefined, how: string, option: string): Problem[] {
  if (ciphertext) {
    return [];
  }
  return [{
    code: MeshErrorCode.PKI, where: ca.folder, what: `the secret is not ${how} yet`, got: 'certificates alone', expected: 'ciphertext beside them', fix: `run istio-mesh ca reseal ${ca.cluster} ${option}, where the keys are kept`,
  }];
}

/** Ciphertext opens only in the namespace that it was made for. */
function namespaceProblems(ca: ClusterCa, made: { readonly namespace: string } | undefined, target: DeliveryTarget): Problem[] {
  if (!made || made.namespace === target.namespace) {
    return [];
  }
  return [{
    code: MeshErrorCode.PKI, where: ca.folder, what: 'the secret was encrypted for another namespace than istiod\'s', got: made.namespace, expected: target.namespace, fix: `run istio-mesh ca reseal ${ca.cluster} --namespace ${target.namespace}`,
  }];
}

function scopeAnnotation(scope: string): { annotations?: { [key: string]: string } } {
  return scope === 'strict' ? {} : { annotations: { [`sealedsecrets.bitnami.com/${scope}`]: 'true' } };
}
