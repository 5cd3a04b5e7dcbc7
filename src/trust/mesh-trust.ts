import { Duration } from 'cdk8s';
import { CERT_MANAGER_ISSUER, CertManagerIssuer } from './cert-manager-issuer';
import { certificateTimes } from './certificate-times';
import { TrustDelivery } from './delivery';
import { certManagerDelivery, externalSecretDelivery } from './outside-delivery';
import { plainDelivery, PkiSource, sealedDelivery, sopsDelivery } from './pki-delivery';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { checkedDuration, goDuration, LONGEST_IN_GO } from '../model/durations';
import { dnsName } from '../names';
import { duration } from '../options/cdk8s-kinds';
import { checkedOptions } from '../options/checked';
import { date, flag, instance, text } from '../options/kinds';
import { optional, required, schema } from '../options/schema';

/** Limits of External Secrets, which reads the store once for zero. */
const REFRESH_INTERVAL = { least: Duration.millis(0), longest: LONGEST_IN_GO };

/** Settings of every delivery of the secret `cacerts`. */
export interface MeshTrustOptions {
  /**
   * Whether proxies can follow a change of roots before the first one (`ISTIO_MULTIROOT_MESH` of istiod,
   * `PROXY_CONFIG_XDS_AGENT` of proxies). Without it, you must restart every workload when you introduce a new root; see
   * docs/how-to/replace-the-root.md.
   * @default - false until the first replacement of a root in the pki/ folder, true from then on
   */
  readonly rotatable?: boolean;
}

export const MESH_TRUST_OPTIONS = schema<MeshTrustOptions>({ rotatable: optional(flag) });

/** Delivery of a CA from a pki/ folder. */
export interface PkiTrustOptions extends MeshTrustOptions {
  /**
   * Path of the folder that `istio-mesh ca` made.
   * @default "pki"
   */
  readonly directory?: string;

  /**
   * Time at which every certificate must be valid. A synth does not read the clock.
   * @default - validity times are not checked; `istio-mesh ca status` and `verify` check them
   */
  readonly validAt?: Date;

  /**
   * Whether Istio's public sample certificates are accepted. Everyone has their private keys.
   * @default false
   */
  readonly allowSampleCertificates?: boolean;
}

export const PKI_TRUST_OPTIONS = schema<PkiTrustOptions>({
  ...MESH_TRUST_OPTIONS.options,
  directory: optional(text),
  validAt: optional(date),
  allowSampleCertificates: optional(flag),
});

/** Delivery of a CA from a pki/ folder, sealed for the sealed-secrets controller of each cluster. */
export interface SealedSecretsTrustOptions extends PkiTrustOptions {
  /**
   * Whether the sealed-secrets controllers of several clusters share a key on purpose. Each can then decrypt the CAs of the others.
   * @default false - two clusters with one sealing certificate are a problem, MESH033
   */
  readonly sharedSealingKey?: boolean;
}

export const SEALED_SECRETS_TRUST_OPTIONS = schema<SealedSecretsTrustOptions>({
  ...PKI_TRUST_OPTIONS.options,
  sharedSealingKey: optional(flag),
});

/** Delivery of a CA from a pki/ folder, with its private key in the clear. */
export interface PlainTrustOptions extends PkiTrustOptions {
  /**
   * Folder that the secrets are written to. A .gitignore excludes everything in it.
   * @default "plain-secrets"
   */
  readonly outdir?: string;
}

export const PLAIN_TRUST_OPTIONS = schema<PlainTrustOptions>({ ...PKI_TRUST_OPTIONS.options, outdir: optional(text) });

/** Delivery of a CA that External Secrets reads from a store. */
export interface ExternalSecretTrustOptions extends MeshTrustOptions {
  /** Name of the store. */
  readonly store: string;

  /**
   * Kind of the store: SecretStore or ClusterSecretStore.
   * @default "ClusterSecretStore"
   */
  readonly storeKind?: string;

  /**
   * Key of the secret in the store, with "{cluster}" for the name of the cluster. The secret has the properties ca-cert.pem,
   * ca-key.pem, cert-chain.pem and root-cert.pem.
   * @default "istio/{cluster}/cacerts"
   */
  readonly remoteKey?: string;

  /**
   * Interval at which the store is read. With zero, it is read once.
   * @default Duration.hours(1)
   */
  readonly refreshInterval?: Duration;
}

export const EXTERNAL_SECRET_TRUST_OPTIONS = schema<ExternalSecretTrustOptions>({
  ...MESH_TRUST_OPTIONS.options,
  store: required(text),
  storeKind: optional(text),
  remoteKey: optional(text),
  refreshInterval: optional(duration),
});

/** Delivery of a CA that cert-manager requests from an issuer. */
export interface CertManagerTrustOptions extends MeshTrustOptions {
  /** Issuer that keeps the root outside the cluster. */
  readonly issuer: CertManagerIssuer;

  /**
   * Organization in the certificates.
   * @default "Istio"
   */
  readonly organization?: string;

  /**
   * Validity of an intermediate: at least an hour.
   * @default Duration.days(365)
   */
  readonly duration?: Duration;

  /**
   * Time before the end of its validity at which an intermediate is renewed: at least five minutes, and shorter than `duration`.
   * @default Duration.days(60)
   */
  readonly renewBefore?: Duration;
}

export const CERT_MANAGER_TRUST_OPTIONS = schema<CertManagerTrustOptions>({
  ...MESH_TRUST_OPTIONS.options,
  issuer: required(CERT_MANAGER_ISSUER),
  organization: optional(text),
  duration: optional(duration),
  renewBefore: optional(duration),
});

/**
 * How the CA of each cluster, the secret `cacerts` of the guide, reaches the cluster without its private key in Git.
 * @see https://istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert/
 *
 * @example
 * new Mesh(app, 'mesh', { istio: IstioRelease.V1_31, trust: MeshTrust.sealedSecrets() });
 */
export class MeshTrust {
  /**
   * Delivers a SealedSecret, which only the sealed-secrets controller of the cluster can decrypt. The ciphertext comes from
   * `istio-mesh ca issue --sealing-cert`.
   * @param options the pki/ folder, and whether roots can be replaced
   * @returns the delivery, for `trust` of a mesh or a cluster
   */
  public static sealedSecrets(options: SealedSecretsTrustOptions = {}): MeshTrust {
    const checked = checkedOptions(SEALED_SECRETS_TRUST_OPTIONS, options, 'MeshTrust.sealedSecrets');
    return new MeshTrust({ ...sealedDelivery(pkiSource(checked)), sealedApart: !checked.sharedSealingKey });
  }

  /**
   * Delivers a Secret that sops encrypted for age recipients. The ciphertext comes from `istio-mesh ca issue --age-recipient`.
   * Flux decrypts it; Argo CD needs a plugin for that.
   * @param options the pki/ folder, and whether roots can be replaced
   * @returns the delivery, for `trust` of a mesh or a cluster
   */
  public static sops(options: PkiTrustOptions = {}): MeshTrust {
    return new MeshTrust(sopsDelivery(pkiSource(checkedOptions(PKI_TRUST_OPTIONS, options, 'MeshTrust.sops'))));
  }

  /**
   * Writes the Secret in the clear to a folder that Git ignores. The synth decrypts the private keys with the passphrase in the
   * file that ISTIO_MESH_PASSPHRASE_FILE names. It needs a `MeshApp`.
   * @param options the pki/ folder, and the folder of the secrets
   * @returns the delivery, for `trust` of a mesh or a cluster
   */
  public static plain(options: PlainTrustOptions = {}): MeshTrust {
    const checked = checkedOptions(PLAIN_TRUST_OPTIONS, options, 'MeshTrust.plain');
    return new MeshTrust(plainDelivery(pkiSource(checked), checked.outdir ?? 'plain-secrets'));
  }

  /**
   * Delivers an ExternalSecret. The CA is in a store outside the cluster, such as Vault or the secret manager of a cloud.
   * @param options the store, and the keys of the clusters in it
   * @returns the delivery, for `trust` of a mesh or a cluster
   * @throws MESH001 for an invalid store name, MESH027 for a part of a millisecond, MESH033 for a key that is the same for all clusters
   */
  public static externalSecret(options: ExternalSecretTrustOptions): MeshTrust {
    const checked = checkedOptions(EXTERNAL_SECRET_TRUST_OPTIONS, options, 'MeshTrust.externalSecret');
    const remoteKey = checked.remoteKey ?? 'istio/{cluster}/cacerts';
    if (!remoteKey.includes('{cluster}')) {
      throw new MeshError({
        code: MeshErrorCode.DELIVERY,
        where: 'MeshTrust.externalSecret',
        what: 'one CA for all clusters',
        got: remoteKey,
        expected: 'a key that contains {cluster}',
        fix: 'keep an intermediate for each cluster, for example as istio/{cluster}/cacerts',
      });
    }
    return new MeshTrust(externalSecretDelivery({
      remoteKey,
      store: dnsName(checked.store, 'store name', 'MeshTrust.externalSecret'),
      storeKind: checked.storeKind ?? 'ClusterSecretStore',
      refreshInterval: goDuration(
        checkedDuration(checked.refreshInterval ?? Duration.hours(1), 'refreshInterval', REFRESH_INTERVAL, 'MeshTrust.externalSecret'),
      ),
      rotatable: checked.rotatable ?? false,
    }));
  }

  /**
   * Delivers a Certificate of cert-manager. cert-manager makes the private key in the cluster, and the issuer signs the
   * intermediate.
   * @param options the issuer, and how long certificates are valid
   * @returns the delivery, for `trust` of a mesh or a cluster
   * @throws MESH027 for times that cert-manager refuses, MESH033 for an issuer that is not a CertManagerIssuer
   */
  public static certManager(options: CertManagerTrustOptions): MeshTrust {
    const where = 'MeshTrust.certManager';
    const checked = checkedOptions(CERT_MANAGER_TRUST_OPTIONS, options, where);
    return new MeshTrust(certManagerDelivery({
      issuer: checked.issuer,
      organization: checked.organization ?? 'Istio',
      ...certificateTimes(checked, where),
      rotatable: checked.rotatable ?? false,
    }));
  }

  private constructor(private readonly delivery: TrustDelivery) {}

  /** Name of the delivery: sealed-secrets, sops, plain, external-secrets or cert-manager. */
  public get deliveryName(): string {
    return this.delivery.name;
  }

  /**
   * Functions of the delivery.
   * @internal
   */
  public get _delivery(): TrustDelivery {
    return this.delivery;
  }
}

/** The kind of options that hold a delivery. */
export const MESH_TRUST = instance(
  MeshTrust,
  { write: 'MeshTrust.sealedSecrets(), with its parentheses', code: MeshErrorCode.DELIVERY },
);

function pkiSource({ directory = 'pki', rotatable = false, validAt: at, allowSampleCertificates }: PkiTrustOptions): PkiSource {
  return { directory, rotatable, at, allowSampleCertificates };
}
