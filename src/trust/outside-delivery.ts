import { CertManagerIssuer } from './cert-manager-issuer';
import { cacertsFile, stepsOfFolderObject, TrustDelivery } from './delivery';
import { CACERTS } from '../pki/pki-folder';

/** Settings of a delivery by External Secrets. */
export interface ExternalSecretSettings {
  /** Name of the store. */
  readonly store: string;
  /** SecretStore or ClusterSecretStore. */
  readonly storeKind: string;
  /** Key of the secret in the store, with "{cluster}" for the name of the cluster. */
  readonly remoteKey: string;
  /** Interval at which the store is read, in the format of Go. */
  readonly refreshInterval: string;
  readonly rotatable: boolean;
}

/** Settings of a delivery by cert-manager. */
export interface CertManagerSettings {
  readonly issuer: CertManagerIssuer;
  /** Organization in the certificates. */
  readonly organization: string;
  /** Validity of an intermediate, in the format of Go. */
  readonly duration: string;
  /** Time before the end of its validity at which an intermediate is renewed, in the format of Go. */
  readonly renewBefore: string;
  readonly rotatable: boolean;
}

const FILES = ['ca-cert.pem', 'ca-key.pem', 'cert-chain.pem', 'root-cert.pem'];

const EXTERNAL_SECRET = { apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret' };
const CERTIFICATE = { apiVersion: 'cert-manager.io/v1', kind: 'Certificate' };

/** Returns a delivery by External Secrets, which reads the CA of each cluster from a store. */
export function externalSecretDelivery(settings: ExternalSecretSettings): TrustDelivery {
  return {
    name: 'external-secrets',
    nextSteps: context => stepsOfFolderObject(context, `kubectl apply -f ${cacertsFile(context, EXTERNAL_SECRET)}`),
    followsRoots: () => settings.rotatable,
    problems: () => [],
    object: ({ cluster, namespace }) => ({
      ...EXTERNAL_SECRET,
      metadata: { name: CACERTS, namespace },
      spec: {
        refreshInterval: settings.refreshInterval,
        secretStoreRef: { name: settings.store, kind: settings.storeKind },
        // Without its CA, a cluster loses the identity of every workload. The secret stays if the ExternalSecret is deleted, or the
        // entry in the store.
        target: { name: CACERTS, creationPolicy: 'Orphan', deletionPolicy: 'Retain' },
        data: FILES.map(file => ({
          secretKey: file,
          remoteRef: { key: settings.remoteKey.replace(/\{cluster\}/g, cluster), property: file },
        })),
      },
    }),
  };
}

/** Returns a delivery by cert-manager: it makes the key in the cluster, and an external issuer signs the intermediate. */
export function certManagerDelivery(settings: CertManagerSettings): TrustDelivery {
  const { name, kind, group } = settings.issuer;
  return {
    name: 'cert-manager',
    nextSteps: context => stepsOfFolderObject(context, `kubectl apply -f ${cacertsFile(context, CERTIFICATE)}`),
    followsRoots: () => settings.rotatable,
    problems: () => [],
    object: ({ cluster, namespace }) => ({
      ...CERTIFICATE,
      metadata: { name: CACERTS, namespace },
      spec: {
        isCA: true,
        secretName: CACERTS,
        commonName: 'Intermediate CA',
        subject: { organizations: [settings.organization], localities: [cluster] },
        dnsNames: [`istiod.${namespace}.svc`],
        duration: settings.duration,
        renewBefore: settings.renewBefore,
        privateKey: { algorithm: 'RSA', size: 4096, rotationPolicy: 'Always' },
        // A CA without "crl sign" cannot publish a CRL later.
        usages: ['digital signature', 'content commitment', 'cert sign', 'crl sign'],
        issuerRef: { name, kind, group },
      },
    }),
  };
}
