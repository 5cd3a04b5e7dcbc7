// Types alone, which public ones refer to: they must not lead users to the types of Node.

/** What istiod signs with, by the names of its files: PEM. */
export interface CaBundle {
  /** ca-cert.pem: the intermediate of the cluster. */
  readonly caCert: string;
  /** ca-key.pem: its key; not looked at when it is not given. */
  readonly caKey?: string;
  /** cert-chain.pem: the intermediate and what signed it, up to the root. */
  readonly certChain: string;
  /** root-cert.pem: the roots that are trusted. */
  readonly rootCert: string;
  /** ca-crl.pem: a CRL of each CA of the chain. */
  readonly crl?: string;
}

/** How strictly a bundle is looked at. */
export interface BundleRules {
  /** The time at which everything must be valid; times are not looked at without one. */
  readonly at?: Date;
  /** Whether Istio's public sample certificates are taken. */
  readonly allowSampleCertificates?: boolean;
}

/** Ciphertext for a sealed-secrets controller. */
export interface SealedFile {
  readonly namespace: string;
  readonly scope: string;
  /** What it was made of: see `inputsOf`. */
  readonly inputs: string;
  readonly encryptedData: { readonly [file: string]: string };
}

/** A secret as sops encrypts it. */
export interface SopsFile {
  readonly namespace: string;
  readonly inputs: string;
  readonly document: { readonly [key: string]: any };
}

/** What pki/ holds of a cluster, without its key. */
export interface ClusterCa extends CaBundle {
  readonly cluster: string;
  /** Its folder. */
  readonly folder: string;
  readonly sealingCert?: string;
  readonly sealed?: SealedFile;
  readonly ageRecipients?: string;
  readonly sops?: SopsFile;
}
