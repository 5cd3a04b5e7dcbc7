import { dnsLabel, dnsName } from '../names';

/** Callers in a trust domain other than that of the exporting cluster. */
export interface AllowedCallerOptions {
  /**
   * Their trust domain. It tells callers apart only where it is no alias of the exporting cluster's: Istio takes every
   * alias for the trust domain itself.
   * @default - that of the exporting cluster
   */
  readonly trustDomain?: string;
}

/**
 * Who may call an exported service, by the identity in the caller's certificate. In a shared trust domain every
 * cluster's CA can issue any identity, so this holds against callers, not against the owner of another cluster.
 */
export class AllowedCaller {
  /**
   * Workloads that run as one service account.
   * @throws MESH001 for invalid names
   */
  public static serviceAccount(namespace: string, name: string, options: AllowedCallerOptions = {}): AllowedCaller {
    return new AllowedCaller(namespace, dnsName(name, 'service account', 'AllowedCaller'), options.trustDomain);
  }

  /**
   * Every workload of a namespace, in whichever cluster of the trust domain.
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
   * The principal as Istio writes it.
   * @param trustDomain the trust domain of the exporting cluster
   */
  public principal(trustDomain: string): string {
    return `${this.trustDomain ?? trustDomain}/ns/${this.callerNamespace}/sa/${this.account}`;
  }
}
