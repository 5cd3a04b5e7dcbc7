import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dnsName } from '../names';

/** Issuer of the API group of cert-manager that keeps the root outside the cluster. */
export interface CertManagerIssuerOptions {
  /**
   * Kind of the issuer: Issuer or ClusterIssuer.
   * @default "ClusterIssuer"
   */
  readonly kind?: string;
}

/** Issuer of another API group, such as the one for a private CA of a cloud. */
export interface ExternalIssuerOptions {
  /** API group of the issuer, such as awspca.cert-manager.io or cas-issuer.jetstack.io. */
  readonly group: string;
  /** Kind of the issuer, such as AWSPCAClusterIssuer or GoogleCASClusterIssuer. */
  readonly kind: string;
}

/**
 * Issuer of cert-manager that signs the intermediate of each cluster. The issuer must keep the root outside the cluster: with
 * the CA issuer of cert-manager, every cluster would hold the private key of the root.
 *
 * @example
 * MeshTrust.certManager({ issuer: CertManagerIssuer.vault('mesh-root') });
 */
export class CertManagerIssuer {
  /**
   * Returns an issuer that signs with HashiCorp Vault.
   * @throws MESH001 for an invalid name
   */
  public static vault(name: string, options: CertManagerIssuerOptions = {}): CertManagerIssuer {
    return new CertManagerIssuer(name, options.kind ?? 'ClusterIssuer', 'cert-manager.io', 'vault');
  }

  /**
   * Returns an issuer that signs with CyberArk Certificate Manager, formerly Venafi.
   * @throws MESH001 for an invalid name
   */
  public static venafi(name: string, options: CertManagerIssuerOptions = {}): CertManagerIssuer {
    return new CertManagerIssuer(name, options.kind ?? 'ClusterIssuer', 'cert-manager.io', 'venafi');
  }

  /**
   * Returns an issuer of another API group, such as those for step-ca or the private CA service of a cloud.
   * @throws MESH001 for an invalid name or group, MESH033 for the group of cert-manager, whose kinds do not say where the root is
   */
  public static external(name: string, options: ExternalIssuerOptions): CertManagerIssuer {
    if (options.group === 'cert-manager.io') {
      throw new MeshError({
        code: MeshErrorCode.DELIVERY,
        where: `CertManagerIssuer.external('${name}')`,
        what: 'an issuer that may keep the root in the cluster',
        got: options.group,
        expected: 'the API group of an external issuer',
        fix: 'use CertManagerIssuer.vault or venafi; the CA issuer of cert-manager would put the root key into every cluster',
      });
    }
    return new CertManagerIssuer(name, options.kind, dnsName(options.group, 'API group', 'CertManagerIssuer'), 'external');
  }

  private constructor(
    /** Name of the issuer. */
    public readonly name: string,
    /** Kind of the issuer. */
    public readonly kind: string,
    /** API group of the issuer. */
    public readonly group: string,
    /** Type of the issuer: vault, venafi or external. */
    public readonly type: string,
  ) {
    dnsName(name, 'issuer name', 'CertManagerIssuer');
  }
}
