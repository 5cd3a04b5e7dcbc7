import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { currentContentProblem } from './current-content';
import { mergeStubDomains, withdrawFromStubDomains } from './stub-domains';
import { StubDomainsReader } from './stub-domains-reader';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { refuseTakenSuffix } from '../model/dns-suffix';
import { isHostAddress } from '../model/ip-address';
import { domainName } from '../names';
import { mark } from '../objects/provenance';
import { checkedProps } from '../options/checked';
import { list, text } from '../options/kinds';
import { optional, required, schema } from '../options/schema';

/** Properties of a `KubeDnsStubDomain`. */
export interface KubeDnsStubDomainProps {
  /**
   * IP addresses of the resolvers that answer for the domain. On Istio 1.5 this is the clusterIP of Service `istiocoredns` in
   * namespace istio-system. kube-dns does not take hostnames.
   */
  readonly resolvers: string[];

  /**
   * Domain that is forwarded.
   * @default "global"
   */
  readonly domain?: string;

  /**
   * Current content of the key `stubDomains`. Other domains in it are kept, byte for byte.
   * @default - there are no other stub domains, as in the guide
   */
  readonly current?: string;
}

export const KUBE_DNS_STUB_DOMAIN_PROPS = schema<KubeDnsStubDomainProps>({
  resolvers: required(list(text)),
  domain: optional(text),
  current: optional(text),
});

/**
 * The guide's "Setup DNS" for kube-dns: the ConfigMap that forwards `*.global` to resolvers of remote names. If kube-dns has other stub
 * domains, pass them as `current`.
 * @see https://kubernetes.io/docs/tasks/administer-cluster/dns-custom-nameservers/
 */
export class KubeDnsStubDomain extends Construct {
  /** ConfigMap `kube-dns` in namespace `kube-system`. */
  public readonly configMap: ApiObject;

  /**
   * Adds the ConfigMap kube-system/kube-dns with the stub domain.
   * @param scope chart, or construct in a chart, that the objects are added to
   * @param id id of the construct, unique within `scope`; no object is named by it
   * @param props the domain, its resolvers, and the current stub domains
   * @throws MESH001 for a domain that is no DNS name, MESH002 for a resolver that is no IP address, MESH004 for no resolvers,
   * MESH036 when `current` is no map of stub domains, has the domain with other resolvers, or has an entry that kube-dns refuses,
   * MESH044 for a domain whose names mean something else
   */
  public constructor(scope: Construct, id: string, props: KubeDnsStubDomainProps) {
    super(scope, id);
    const checked = checkedProps(KUBE_DNS_STUB_DOMAIN_PROPS, this, props);
    const { resolvers } = checked;
    const domain = domainName(checked.domain ?? 'global', 'stub domain', 'KubeDnsStubDomain');
    refuseTakenSuffix(domain, [], 'KubeDnsStubDomain');
    refuseInvalidResolvers(resolvers);
    const merged = mergedStubDomains(domain, checked);
    this.configMap = mark(new ApiObject(this, 'config-map', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'kube-dns', namespace: 'kube-system' },
      data: { stubDomains: merged },
    }), {
      isCleanedUp: true,
      sharedPart: { path: '/data/stubDomains', merged, without: withdrawFromStubDomains(merged, domain, resolvers) },
    });
  }
}

function refuseInvalidResolvers(resolvers: string[]): void {
  const where = 'KubeDnsStubDomain';
  const fix = 'use the clusterIP that "kubectl get service istiocoredns -n istio-system" shows';
  if (resolvers.length === 0) {
    throw new MeshError({ code: MeshErrorCode.EMPTY, where, what: 'no resolvers', expected: 'at least one IP address', fix });
  }
  const invalid = resolvers.find(resolver => !isHostAddress(resolver));
  if (invalid !== undefined) {
    const what = 'a resolver that is no IP address that pods can reach';
    throw new MeshError({ code: MeshErrorCode.INVALID_ADDRESS, where, what, got: invalid, fix });
  }
}

function mergedStubDomains(domain: string, { current = '{}\n', resolvers }: KubeDnsStubDomainProps): string {
  try {
    return mergeStubDomains(current, domain, resolvers, StubDomainsReader.KUBE_DNS);
  } catch (error) {
    const fix = 'pass the key stubDomains as "kubectl get configmap kube-dns -n kube-system -o yaml" shows it';
    throw new MeshError(currentContentProblem(error, domain, 'KubeDnsStubDomain', fix));
  }
}
