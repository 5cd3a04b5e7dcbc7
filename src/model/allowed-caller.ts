import { dnsLabel, dnsName } from '../names';
import { checkedArgument, checkedOptions } from '../options/checked';
import { instance, text } from '../options/kinds';
import { optional, schema } from '../options/schema';

/** Options of an `AllowedCaller`. */
export interface AllowedCallerOptions {
  /**
   * Trust domain of the callers. An alias of the exporting cluster's trust domain has no effect: Istio treats an alias as the trust
   * domain itself.
   * @default - the trust domain of the exporting cluster
   */
  readonly trustDomain?: string;
}

export const ALLOWED_CALLER_OPTIONS = schema<AllowedCallerOptions>({ trustDomain: optional(text) });

/**
 * Callers that may call an exported service, by the identity in their certificate. In a shared trust domain the CA of every cluster can
 * issue every identity. The rule therefore protects against callers, but not against the owner of another cluster.
 *
 * @example
 * cluster2.exportService('httpbin', {
 *   namespace: 'bar',
 *   ports: [ServicePort.http('http', 8000)],
 *   workloadSelector: { app: 'httpbin' },
 *   allow: [AllowedCaller.serviceAccount('foo', 'sleep')],
 * });
 */
export class AllowedCaller {
  /**
   * Allows the workloads that run as a service account.
   * @param namespace namespace of the callers
   * @param name name of their service account
   * @param options their trust domain
   * @returns the callers, for `allow` of an export
   * @throws MESH001 for an invalid namespace, service account or trust domain
   */
  public static serviceAccount(namespace: string, name: string, options: AllowedCallerOptions = {}): AllowedCaller {
    const { trustDomain } = checkedOptions(ALLOWED_CALLER_OPTIONS, options, 'AllowedCaller.serviceAccount');
    return new AllowedCaller(namespace, dnsName(name, 'service account', 'AllowedCaller'), trustDomain);
  }

  /**
   * Allows every workload of a namespace, in all clusters of the trust domain.
   * @param namespace namespace of the callers
   * @param options their trust domain
   * @returns the callers, for `allow` of an export
   * @throws MESH001 for an invalid namespace or trust domain
   */
  public static namespace(namespace: string, options: AllowedCallerOptions = {}): AllowedCaller {
    const { trustDomain } = checkedOptions(ALLOWED_CALLER_OPTIONS, options, 'AllowedCaller.namespace');
    return new AllowedCaller(namespace, '*', trustDomain);
  }

  /**
   * Allows every workload of the mesh. Workloads without a certificate of the mesh are refused, which is the difference to an export
   * without `allow`.
   * @returns the callers, for `allow` of an export
   */
  public static anyWorkload(): AllowedCaller {
    return new AllowedCaller(undefined, '*');
  }

  private constructor(
    private readonly callerNamespace: string | undefined,
    private readonly account: string,
    private readonly trustDomain?: string,
  ) {
    if (callerNamespace !== undefined) {
      dnsLabel(callerNamespace, 'namespace', 'AllowedCaller');
    }
    if (trustDomain !== undefined) {
      dnsName(trustDomain, 'trust domain', 'AllowedCaller');
    }
  }

  /**
   * Returns the principal for an AuthorizationPolicy, such as `cluster.local/ns/foo/sa/sleep`.
   * @param trustDomain the trust domain of the exporting cluster
   * @returns the principal; `*` stands for every workload of the mesh
   */
  public principal(trustDomain: string): string {
    checkedArgument(text, trustDomain, 'trustDomain', 'AllowedCaller.principal');
    if (this.callerNamespace === undefined) {
      return '*';
    }
    return `${this.trustDomain ?? trustDomain}/ns/${this.callerNamespace}/sa/${this.account}`;
  }

  /**
   * Whether some workload of a namespace is allowed. To Istio, the trust domain of the exporting cluster and its aliases are one.
   * @param trustDomain the trust domain of the callers
   * @param accepted the trust domain of the exporting cluster, and its aliases
   * @internal
   */
  public _admits(namespace: string, trustDomain: string, accepted: string[]): boolean {
    const [own] = accepted;
    const allowed = this.trustDomain ?? own;
    const isSame = allowed === trustDomain || accepted.includes(allowed) && accepted.includes(trustDomain);
    return this.callerNamespace === undefined || this.callerNamespace === namespace && isSame;
  }
}

/** The kind of options that hold a caller. */
export const ALLOWED_CALLER = instance(AllowedCaller, { write: "AllowedCaller.namespace('web')" });
