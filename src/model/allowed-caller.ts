import { dnsLabel, dnsName } from '../names';

/** Trust domain of an allowed caller. */
export interface AllowedCallerOptions {
  /**
   * Trust domain of the callers. Istio treats every trust domain alias of the exporting cluster as the trust domain itself, so an
   * alias here also admits callers of the other aliases.
   * @default - the trust domain of the exporting cluster
   */
  readonly trustDomain?: string;
}

/**
 * Callers that may call an exported service, by the identity in their certificate. The CA of every cluster in a shared trust
 * domain can issue any identity: the rule stops workloads, and does not stop the owner of another cluster.
 *
 * @example
 * const allow = [AllowedCaller.serviceAccount('foo', 'sleep'), AllowedCaller.namespace('shop')];
 */
export class AllowedCaller {
  /**
   * Allows workloads that run as one service account.
   * @throws MESH001 for invalid names
   */
  public static serviceAccount(namespace: string, name: string, options: AllowedCallerOptions = {}): AllowedCaller {
    return new AllowedCaller(namespace, dnsName(name, 'service account', 'AllowedCaller'), options.trustDomain);
  }

  /**
   * Allows every workload of a namespace, in all clusters of the trust domain.
   * @throws MESH001 for an invalid name
   */
  public static namespace(namespace: string, options: AllowedCallerOptions = {}): AllowedCaller {
    return new AllowedCaller(namespace, '*', options.trustDomain);
  }

  private constructor(private readonly callerNamespace: string, private readonly account: string, private readonly trustDomain?: string) {
    dnsLabel(callerNamespace, 'namespace', 'AllowedCaller');
    if (trustDomain !== undefined) {
      dnsName(trustDomain, 'trust domain', 'AllowedCaller');
    }
  }

  /**
   * Returns the principal in the notation of Istio: `<trust domain>/ns/<namespace>/sa/<service account>`.
   * @param trustDomain trust domain of the exporting cluster
   */
  public principal(trustDomain: string): string {
    return `${this.trustDomain ?? trustDomain}/ns/${this.callerNamespace}/sa/${this.account}`;
  }
}
