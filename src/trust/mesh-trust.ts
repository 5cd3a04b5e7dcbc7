import { Duration } from 'cdk8s';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dnsName } from '../names';
import { CertManagerIssuer } from './cert-manager-issuer';
import { TrustDelivery } from './delivery';
import { certManagerDelivery, externalSecretDelivery } from './outside-delivery';
import { plainDelivery, sealedDelivery, sopsDelivery } from './pki-delivery';

/** What every delivery can be told. */
export interface MeshTrustOptions {
  /**
   * Whether proxies are set up to follow a change of roots before there is one (`ISTIO_MULTIROOT_MESH` of istiod,
   * `PROXY_CONFIG_XDS_AGENT` of proxies). Where they are not, every workload must be restarted when a new root is
   * introduced; see docs/how-to/replace-the-root.md.
   * @default - only from the first replacement of a root in pki/ on
   */
  readonly rotatable?: boolean;
}

/** A CA from a pki/ folder. */
export interface PkiTrustOptions extends MeshTrustOptions {
  /**
   * The folder that `istio-mesh ca` made.
   * @default "pki"
   */
  readonly directory?: string;

  /**
   * The time at which every certificate must be valid. A synth reads no clock, so it is given.
   * @default - times are not checked; `istio-mesh ca status` and `verify` do
   */
  readonly validAt?: Date;

  /**
   * Whether Istio's public sample certificates are taken, whose private keys everybody has.
   * @default false
   */
  readonly allowSampleCertificates?: boolean;
}

/** A CA from a pki/ folder, sealed for the controller of each cluster. */
export interface SealedSecretsTrustOptions extends PkiTrustOptions {
  /**
   * Whether the sealed-secrets controllers of several clusters share a key, on purpose. Each can then open the CAs of the others.
   * @default false - a sealing certificate that two clusters have is MESH033
   */
  readonly sharedSealingKey?: boolean;
}

/** A CA from a pki/ folder, with its key in the clear. */
export interface PlainTrustOptions extends PkiTrustOptions {
  /**
   * The folder that the secrets are written to. It gets a .gitignore for everything in it.
   * @default "plain-secrets"
   */
  readonly outdir?: string;
}

/** A CA that External Secrets fetches. */
export interface ExternalSecretTrustOptions extends MeshTrustOptions {
  /** The name of the store. */
  readonly store: string;

  /**
   * SecretStore or ClusterSecretStore.
   * @default "ClusterSecretStore"
   */
  readonly storeKind?: string;

  /**
   * What the store calls the secret of a cluster, with "{cluster}" for its name. It has a property for each of
   * ca-cert.pem, ca-key.pem, cert-chain.pem and root-cert.pem.
   * @default "istio/{cluster}/cacerts"
   */
  readonly remoteKey?: string;

  /**
   * How often the store is asked.
   * @default Duration.hours(1)
   */
  readonly refreshInterval?: Duration;
}

/** A CA that cert-manager has signed. */
export interface CertManagerTrustOptions extends MeshTrustOptions {
  /** The issuer. It keeps the root outside the cluster. */
  readonly issuer: CertManagerIssuer;

  /**
   * The organization in the certificates.
   * @default "Istio"
   */
  readonly organization?: string;

  /**
   * How long an intermediate is valid.
   * @default Duration.days(365)
   */
  readonly duration?: Duration;

  /**
   * How long before its end it is renewed.
   * @default Duration.days(60)
   */
  readonly renewBefore?: Duration;
}

/**
 * How the CA of each cluster, the guide's secret `cacerts`, reaches it through Git without its key.
 * @see https://istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert/
 */
export class MeshTrust {
  /**
   * A SealedSecret, whose ciphertext `istio-mesh ca issue --sealing-cert` made: the cluster's sealed-secrets controller
   * alone can open it.
   */
  public static sealedSecrets(options: SealedSecretsTrustOptions = {}): MeshTrust {
    return new MeshTrust({ ...sealedDelivery(pkiSource(options)), sealedApart: !options.sharedSealingKey });
  }

  /**
   * A Secret that sops encrypts for age recipients, by `istio-mesh ca issue --age-recipient`: Flux decrypts it. Argo CD
   * does not by itself.
   */
  public static sops(options: PkiTrustOptions = {}): MeshTrust {
    return new MeshTrust(sopsDelivery(pkiSource(options)));
  }

  /**
   * The Secret itself, in a folder of its own that Git ignores; the private keys are opened at synth, by the passphrase
   * in the file that ISTIO_MESH_PASSPHRASE_FILE names. It needs a `MeshApp`.
   */
  public static plain(options: PlainTrustOptions = {}): MeshTrust {
    return new MeshTrust(plainDelivery(pkiSource(options), options.outdir ?? 'plain-secrets'));
  }

  /**
   * An ExternalSecret: the CA is in a store outside, such as Vault or a cloud's secret manager.
   * @throws MESH001 for an invalid store name, MESH033 for a key that is the same for all clusters
   */
  public static externalSecret(options: ExternalSecretTrustOptions): MeshTrust {
    const remoteKey = options.remoteKey ?? 'istio/{cluster}/cacerts';
    if (!remoteKey.includes('{cluster}')) {
      throw new MeshError({
        code: MeshErrorCode.DELIVERY, where: 'MeshTrust.externalSecret', what: 'one CA for all clusters', got: remoteKey, expected: 'a key with {cluster} in it', fix: 'keep an intermediate for each cluster, for instance as istio/{cluster}/cacerts',
      });
    }
    return new MeshTrust(externalSecretDelivery({
      remoteKey,
      store: dnsName(options.store, 'store name', 'MeshTrust.externalSecret'),
      storeKind: options.storeKind ?? 'ClusterSecretStore',
      refreshInterval: goDuration(options.refreshInterval ?? Duration.hours(1)),
      rotatable: options.rotatable ?? false,
    }));
  }

  /**
   * A Certificate of cert-manager: the key is made in the cluster, and the issuer signs the intermediate.
   */
  public static certManager(options: CertManagerTrustOptions): MeshTrust {
    if (!(options.issuer instanceof CertManagerIssuer)) {
      throw new MeshError({
        code: MeshErrorCode.DELIVERY, where: 'MeshTrust.certManager', what: 'no issuer that keeps the root outside', got: options.issuer, expected: 'a CertManagerIssuer', fix: 'write CertManagerIssuer.vault, venafi or external; cert-manager\'s CA issuer would put the root key into every cluster',
      });
    }
    return new MeshTrust(certManagerDelivery({
      issuer: options.issuer,
      organization: options.organization ?? 'Istio',
      duration: goDuration(options.duration ?? Duration.days(365)),
      renewBefore: goDuration(options.renewBefore ?? Duration.days(60)),
      rotatable: options.rotatable ?? false,
    }));
  }

  private constructor(private readonly delivery: TrustDelivery) {}

  /** How it is delivered, in one word. */
  public get deliveryName(): string {
    return this.delivery.name;
  }

  /** @internal */
  public get _delivery(): TrustDelivery {
    return this.delivery;
  }
}

function pkiSource({ directory = 'pki', rotatable = false, validAt: at, allowSampleCertificates }: PkiTrustOptions) {
  return { directory, rotatable, at, allowSampleCertificates };
}

/** As Go writes it: cert-manager and External Secrets take "1h0m0s". */
function goDuration(duration: Duration): string {
  const seconds = duration.toSeconds();
  return `${Math.floor(seconds / 3600)}h${Math.floor(seconds % 3600 / 60)}m${seconds % 60}s`;
}
