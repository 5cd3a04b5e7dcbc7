import { CertManagerIssuer } from './cert-manager-issuer';
import { cacertsFile, stepsOfFolderObject, TrustDelivery } from './delivery';
import { CACERTS } from '../pki/pki-folder';

/** The secret that External Secrets fetches from a store outside. */
export interface ExternalSecretSettings {
  readonly store: string;
  readonly storeKind: string;
  /** What the store calls the secret of a cluster; "{cluster}" stands for its name. */
  readonly remoteKey: string;
  readonly refreshInterval: string;
  readonly rotatable: boolean;
}

const FILES = ['ca-cert.pem', 'ca-key.pem', 'cert-chain.pem', 'root-cert.pem'];

const EXTERNAL_SECRET = { apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret' };
const CERTIFICATE = { apiVersion: 'cert-manager.io/v1', kind: 'Certificate' };

/** The CA stays in a store outside; External Secrets fetches it. */
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
        // The CA stays when the ExternalSecret goes, or what it was fetched from: without it every workload would lose its identity.
        target: { name: CACERTS, creationPolicy: 'Orphan', deletionPolicy: 'Retain' },
        data: FILES.map(
          file => ({ secretKey: file, remoteRef: { key: settings.remoteKey.replace(/\{cluster\}/g, cluster), property: file } }),
        ),
      },
    }),
  };
}

/** The intermediate that cert-manager has signed by an issuer outside. */
export interface CertManagerSettings {
  readonly issuer: CertManagerIssuer;
  readonly organization: string;
  readonly duration: string;
  readonly renewBefore: string;
  readonly rotatable: boolean;
}

/** cert-manager makes the key in the cluster, and an issuer outside signs the intermediate. */
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
        // "crl sign" lets the CA publish a CRL one day.
        usages: ['digital signature', 'content commitment', 'cert sign', 'crl sign'],
        issuerRef: { name, kind, group },
      },
    }),
  };
}
