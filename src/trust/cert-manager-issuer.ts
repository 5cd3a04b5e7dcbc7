import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { inCall } from '../errors/problem';
import { dnsName } from '../names';
import { checkedOptions } from '../options/checked';
import { instance, text } from '../options/kinds';
import { optional, required, schema } from '../options/schema';

/** Issuer of the API group of cert-manager that keeps the root outside the cluster. */
export interface CertManagerIssuerOptions {
  /**
   * Kind of the issuer: Issuer or ClusterIssuer.
   * @default "ClusterIssuer"
   */
  readonly kind?: string;
}

export const CERT_MANAGER_ISSUER_OPTIONS = schema<CertManagerIssuerOptions>({ kind: optional(text) });

/** Issuer of another API group, such as the one for a private CA of a cloud. */
export interface ExternalIssuerOptions {
  /** API group of the issuer, such as awspca.cert-manager.io or cas-issuer.jetstack.io. */
  readonly group: string;
  /** Kind of the issuer, such as AWSPCAClusterIssuer or GoogleCASClusterIssuer. */
  readonly kind: string;
}

export const EXTERNAL_ISSUER_OPTIONS = schema<ExternalIssuerOptions>({ group: required(text), kind: required(text) });

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
   * @param name name of the issuer
   * @param options whether the issuer is cluster-wide
   * @returns the issuer, for `MeshTrust.certManager`
   * @throws MESH001 for an invalid name
   */
  public static vault(name: string, options: CertManagerIssuerOptions = {}): CertManagerIssuer {
    const { kind = 'ClusterIssuer' } = checkedOptions(CERT_MANAGER_ISSUER_OPTIONS, options, 'CertManagerIssuer.vault');
    return new CertManagerIssuer(name, kind, 'cert-manager.io', 'vault');
  }

  /**
   * Returns an issuer that signs with CyberArk Certificate Manager, formerly Venafi.
   * @param name name of the issuer
   * @param options whether the issuer is cluster-wide
   * @returns the issuer, for `MeshTrust.certManager`
   * @throws MESH001 for an invalid name
   */
  public static venafi(name: string, options: CertManagerIssuerOptions = {}): CertManagerIssuer {
    const { kind = 'ClusterIssuer' } = checkedOptions(CERT_MANAGER_ISSUER_OPTIONS, options, 'CertManagerIssuer.venafi');
    return new CertManagerIssuer(name, kind, 'cert-manager.io', 'venafi');
  }

  /**
   * Returns an issuer of another API group, such as those for step-ca or the private CA service of a cloud.
   * @param name name of the issuer
   * @param options API group and kind of the issuer
   * @returns the issuer, for `MeshTrust.certManager`
   * @throws MESH001 for an invalid name or group, MESH033 for the group of cert-manager, whose kinds do not say where the root is
   */
  public static external(name: string, options: ExternalIssuerOptions): CertManagerIssuer {
    const where = inCall('CertManagerIssuer.external', name);
    const { group, kind } = checkedOptions(EXTERNAL_ISSUER_OPTIONS, options, where);
    if (group === 'cert-manager.io') {
      throw new MeshError({
        code: MeshErrorCode.DELIVERY,
        where,
        what: 'an issuer that may keep the root in the cluster',
        got: group,
        expected: 'the API group of an external issuer',
        fix: 'use CertManagerIssuer.vault or venafi; the CA issuer of cert-manager would put the root key into every cluster',
      });
    }
    return new CertManagerIssuer(name, kind, dnsName(group, 'API group', 'CertManagerIssuer'), 'external');
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

/** The kind of options that hold an issuer. */
export const CERT_MANAGER_ISSUER = instance(
  CertManagerIssuer,
  {
    write: 'CertManagerIssuer.vault, venafi or external: the CA issuer of cert-manager would put the root key into every cluster',
    code: MeshErrorCode.DELIVERY,
  },
);
