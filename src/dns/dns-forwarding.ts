import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { addCheck } from '../errors/reports';
import { dnsName } from '../names';
import { ClusterDns } from './cluster-dns';
import { CorefileError } from './corefile';
import type { DnsPlan } from './dns-plan';
import { ServersError } from './openshift-servers';
import { ownZone } from './own-zone';
import { ValuesError } from './rke2-values';
import { StubDomainsError } from './stub-domains';
import { checkedDeclarations } from '../checks/checks';
import { InstallFile } from '../model/install-file';
import { mark } from '../objects/provenance';
import { NEVER_PRUNE } from '../objects/prune-guards';

/** Which zone is forwarded, and how. */
export interface DnsForwardingProps {
  /** The platform, and who answers. */
  readonly dns: ClusterDns;

  /**
   * The zone.
   * @default "global"
   */
  readonly zone?: string;
}

/**
 * The guide's "Setup DNS", on any platform: the object that forwards a zone, with everything that others put there. Where
 * the platform's current content is not known there is no object, but instructions for the platform's owner.
 */
export class DnsForwarding extends Construct {
  /** The object; undefined when there is none. */
  public readonly object?: ApiObject;

  private readonly plan?: DnsPlan;

  /** @throws MESH001 for a zone that is no DNS name, MESH036 for one that overlaps the cluster's own */
  public constructor(scope: Construct, id: string, props: DnsForwardingProps) {
    super(scope, id);
    const zone = ownZone(dnsName(props.zone ?? 'global', 'zone', 'DnsForwarding'), 'cluster.local', 'DnsForwarding');
    const { platform, resolvers, _planFor: planFor } = props.dns;
    if (!planFor) {
      return;
    }
    checkedDeclarations(this);
    const problem = (what: string, got: unknown, expected: string, fix: string): Problem => ({
      code: MeshErrorCode.DNS,
      where: `ClusterDns.${platform} in ${this.node.path}`,
      what,
      got,
      expected,
      fix,
    });
    const problems: Problem[] = [];
    if (resolvers.length === 0) {
      problems.push(
        problem(
          'no resolver for the zone',
          resolvers,
          'at least one IP address',
          'give resolvers (on Istio 1.5 the clusterIP of istiocoredns), or a globalDns to the cluster',
        ),
      );
    }
    try {
      // Without resolvers too: what else is wrong is told in the same run.
      const plan = planFor({ zone, resolvers });
      if (resolvers.length > 0) {
        this.plan = plan;
      }
    } catch (error) {
      if (![CorefileError, StubDomainsError, ServersError, ValuesError].some(type => error instanceof type)) {
        throw error;
      }
      problems.push(
        problem(
          'the current content cannot take the zone',
          (error as Error).message,
          `content of the platform that can take the zone ${zone}`,
          'give it as it is on the cluster now, whole and unchanged; docs/how-to/resolve-names-without-a-sidecar.md says what each platform takes',
        ),
      );
    }
    const object = this.plan?.object;
    this.object = object && mark(
      new ApiObject(this, 'object', { ...object, metadata: { ...object.metadata, annotations: NEVER_PRUNE } }),
      { isCleanedUp: true, sharedPart: this.plan!.part },
    );
    addCheck(this, () => problems);
  }

  /** What is written beside the install values: instructions, or values of the platform that are no object of the cluster. */
  public files(): InstallFile[] {
    return this.plan?.file ? [{ name: 'cluster-dns.yml', content: this.plan.file }] : [];
  }
}
