// Public declarations refer to these types. The file must not import types of Node, which would become part of the public API.

/** Files that istiod signs with, as PEM. */
export interface CaBundle {
  /** ca-cert.pem: intermediate of the cluster. */
  readonly caCert: string;
  /**
   * ca-key.pem: private key of the intermediate.
   * @default - the key is not checked
   */
  readonly caKey?: string;
  /** cert-chain.pem: the intermediate and the certificates above it, up to the root. */
  readonly certChain: string;
  /** root-cert.pem: trusted roots. */
  readonly rootCert: string;
  /** ca-crl.pem: a CRL of each CA in the chain. */
  readonly crl?: string;
}

/** Settings for the checks of a bundle. */
export interface BundleRules {
  /**
   * Time at which every certificate must be valid.
   * @default - validity times are not checked
   */
  readonly at?: Date;
  /**
   * Whether Istio's public sample certificates are accepted.
   * @default false
   */
  readonly allowSampleCertificates?: boolean;
}

/** Secret that is encrypted for a sealed-secrets controller. */
export interface SealedFile {
  /** Namespace that the controller decrypts it for. */
  readonly namespace: string;
  /** Scope of sealed-secrets: strict, namespace-wide or cluster-wide. */
  readonly scope: string;
  /** Digest of the files that the ciphertext was made from: see `inputsOf`. */
  readonly inputs: string;
  /**
   * Name of the cluster.
   * @default - a file of an earlier version
   */
  readonly cluster?: string;
  /**
   * Digest of the ciphertext: see `ciphertextDigest`.
   * @default - a file of an earlier version
   */
  readonly digest?: string;
  /** Ciphertext of each file of the secret. */
  readonly encryptedData: { readonly [file: string]: string };
}

/** Secret that sops encrypted. */
export interface SopsFile {
  /** Namespace of the secret. */
  readonly namespace: string;
  /** Digest of the files that the ciphertext was made from: see `inputsOf`. */
  readonly inputs: string;
  /**
   * Name of the cluster.
   * @default - a file of an earlier version
   */
  readonly cluster?: string;
  /**
   * Digest of the document: see `ciphertextDigest`.
   * @default - a file of an earlier version
   */
  readonly digest?: string;
  /** Secret with encrypted values, as sops wrote it. */
  readonly document: { readonly [key: string]: unknown };
}

/** CA of a cluster in a pki/ folder, without its private key. */
export interface ClusterCa extends CaBundle {
  /** Name of the cluster. */
  readonly cluster: string;
  /** Path of the cluster's folder. */
  readonly folder: string;
  /** Certificate of the cluster's sealed-secrets controller, as PEM. */
  readonly sealingCert?: string;
  readonly sealed?: SealedFile;
  /** Recipients of age, as `istio-mesh ca` writes them. */
  readonly ageRecipients?: string;
  readonly sops?: SopsFile;
}
