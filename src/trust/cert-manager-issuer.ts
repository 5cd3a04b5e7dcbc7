import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dnsName } from '../names';

/** An issuer of cert-manager's own group that keeps the root outside the cluster. */
export interface CertManagerIssuerOptions {
  /**
   * Issuer or ClusterIssuer.
   * @default "ClusterIssuer"
   */
  readonly kind?: string;
}

/** An issuer of another group, such as that of a cloud's private CA. */
export interface ExternalIssuerOptions {
  /** Its API group, such as awspca.cert-manager.io or cas-issuer.jetstack.io. */
  readonly group: string;
  /** Its kind, such as AWSPCAClusterIssuer or GoogleCASClusterIssuer. */
  readonly kind: string;
}

/**
 * The cert-manager issuer that signs the intermediate of each cluster. It must keep the root outside the cluster: with
 * cert-manager's CA issuer every cluster would hold the key of the root.
 */
export class CertManagerIssuer {
  /** HashiCorp Vault. */
  public static vault(name: string, options: CertManagerIssuerOptions = {}): CertManagerIssuer {
    return new CertManagerIssuer(name, options.kind ?? 'ClusterIssuer', 'cert-manager.io', 'vault');
  }

  /** CyberArk Certificate Manager, formerly Venafi. */
  public static venafi(name: string, options: CertManagerIssuerOptions = {}): CertManagerIssuer {
    return new CertManagerIssuer(name, options.kind ?? 'ClusterIssuer', 'cert-manager.io', 'venafi');
  }

  /**
   * An issuer of another group: a cloud's private CA service, step-ca and others.
   * @throws MESH033 for cert-manager's own group, whose kinds alone do not say where the root is
   */
  public static external(name: string, options: ExternalIssuerOptions): CertManagerIssuer {
    if (options.group === 'cert-manager.io') {
      throw new MeshError({
        code: MeshErrorCode.DELIVERY, where: `CertManagerIssuer.external('${name}')`, what: 'an issuer of which nobody can tell where the root is', got: options.group, expected: 'a group of its own', fix: 'write CertManagerIssuer.vault or venafi; cert-manager\'s CA issuer would put the root key into every cluster',
      });
    }
    return new CertManagerIssuer(name, options.kind, dnsName(options.group, 'API group', 'CertManagerIssuer'), 'external');
  }

  private constructor(
    /** Its name. */
    public readonly name: string,
    /** Its kind. */
    public readonly kind: string,
    /** Its API group. */
    public readonly group: string,
    /** What it is: vault, venafi or external. */
    public readonly type: string,
  ) {
    dnsName(name, 'issuer name', 'CertManagerIssuer');
  }
}
