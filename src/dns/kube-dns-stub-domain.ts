import { isIP } from 'net';
import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dnsName } from '../names';
import { mergeStubDomains, takeOutOfStubDomains, StubDomainsError } from './stub-domains';
import { mark } from '../objects/provenance';

/** Which domain goes to which resolver. */
export interface KubeDnsStubDomainProps {
  /**
   * The IP addresses of the resolvers that answer for the domain: on Istio 1.5 the clusterIP of `istiocoredns` in
   * istio-system. kube-dns takes no names here.
   */
  readonly resolvers: string[];

  /**
   * The domain that is forwarded.
   * @default "global"
   */
  readonly domain?: string;

  /**
   * The key `stubDomains` as it is now: other domains in it are kept, to the byte.
   * @default - there are no other stub domains: the guide's ConfigMap
   */
  readonly current?: string;
}

/**
 * The guide's "Setup DNS" for kube-dns: the ConfigMap that forwards `*.global` to a resolver which knows those names.
 * Where kube-dns has other stub domains, give them as `current`.
 * @see https://kubernetes.io/docs/tasks/administer-cluster/dns-custom-nameservers/
 */
export class KubeDnsStubDomain extends Construct {
  /** The ConfigMap `kube-dns` in `kube-system`. */
  public readonly configMap: ApiObject;

  /**
   * @throws MESH002 for a resolver that is no IP address
   * @throws MESH004 for no resolvers
   * @throws MESH001 for a domain that is no DNS name
   * @throws MESH036 for a `current` that is no map of stub domains, or has the domain with other resolvers
   */
  public constructor(scope: Construct, id: string, props: KubeDnsStubDomainProps) {
    super(scope, id);
    const domain = dnsName(props.domain ?? 'global', 'stub domain', 'KubeDnsStubDomain');
    const bad = props.resolvers.find(resolver => !isIP(resolver));
    if (bad !== undefined || props.resolvers.length === 0) {
      throw new MeshError({
        code: bad === undefined ? MeshErrorCode.EMPTY : MeshErrorCode.INVALID_ADDRESS,
        where: 'KubeDnsStubDomain',
        what: bad === undefined ? 'no resolvers' : 'a resolver that is no IP address',
        got: bad ?? props.resolvers,
        expected: 'at least one IP address',
        fix: 'use the clusterIP that "kubectl get service istiocoredns -n istio-system" shows',
      });
    }
    const merged = stubDomains(domain, props);
    this.configMap = mark(new ApiObject(this, 'config-map', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'kube-dns', namespace: 'kube-system' },
      data: { stubDomains: merged },
    }), {
      isCleanedUp: true,
      sharedPart: { path: '/data/stubDomains', merged, without: takeOutOfStubDomains(merged, domain, props.resolvers) },
    });
  }
}

function stubDomains(domain: string, { current = '{}\n', resolvers }: KubeDnsStubDomainProps): string {
  try {
    return mergeStubDomains(current, domain, resolvers);
  } catch (error) {
    if (!(error instanceof StubDomainsError)) {
      throw error;
    }
    throw new MeshError({
      code: MeshErrorCode.DNS, where: 'KubeDnsStubDomain', what: 'the current stub domains cannot take the domain', got: error.message, expected: `a JSON object without ${domain}`, fix: 'give them as kubectl get configmap kube-dns -n kube-system shows them',
    });
  }
}
