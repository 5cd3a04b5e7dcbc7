import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { CLUSTER_DNS, ClusterDns } from './cluster-dns';
import { currentContentProblem } from './current-content';
import type { DnsPlan, DnsPlanner } from './dns-plan';
import { checkedZone, ForwardedZone } from './zone';
import { checkedDeclarations } from '../checks/checks';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { Problem, problemText } from '../errors/problem';
import { addCheck, addWarnings } from '../errors/reports';
import { DEFAULT_CLUSTER_DOMAIN } from '../model/dns-suffix';
import { InstallFile } from '../model/install-file';
import { domainName } from '../names';
import { mark } from '../objects/provenance';
import { NEVER_PRUNE } from '../objects/prune-guards';
import { checkedProps } from '../options/checked';
import { text } from '../options/kinds';
import { optional, required, schema } from '../options/schema';

const CONTENT_FIX = 'pass the content of the cluster as it is now, complete and unchanged; '
  + 'docs/how-to/resolve-names-without-a-sidecar.md shows the form for each platform';

/** Ids of the objects, and names of the files: for the platform, and for a cache in front of it. */
const OBJECT_IDS = ['object', 'node-local-object'];
const FILES = ['cluster-dns.yml', 'node-local-dns.yml'];

/** Properties of a `DnsForwarding`. */
export interface DnsForwardingProps {
  /** DNS platform of the cluster, with the resolvers. */
  readonly dns: ClusterDns;

  /**
   * Zone that is forwarded.
   * @default "global"
   */
  readonly zone?: string;
}

export const DNS_FORWARDING_PROPS = schema<DnsForwardingProps>({ dns: required(CLUSTER_DNS), zone: optional(text) });

/**
 * The guide's "Setup DNS" on any platform: the object that makes the DNS of a cluster forward a zone. It holds the content of others
 * too. Where this content is unknown, instructions for the owner of the platform take the place of the object.
 *
 * @example
 * const dns = ClusterDns.coreDnsCustom({ resolvers: ['10.96.0.53'] });
 * new DnsForwarding(chart, 'dns', { dns });
 */
export class DnsForwarding extends Construct {
  /** Object of the platform; undefined when no object is written. */
  public readonly object?: ApiObject;
  /** Object of a DNS cache on each node; undefined when no object is written. */
  public readonly nodeLocalObject?: ApiObject;

  private readonly plans: Array<DnsPlan | undefined>;

  /**
   * Adds the object by which the DNS of the cluster forwards the zone.
   * @param scope chart, or construct in a chart, that the objects are added to
   * @param id id of the construct, unique within `scope`; no object is named by it
   * @param props the platform, and the zone that it forwards
   * @throws MESH001 for a zone that is no DNS name, MESH036 for a zone that overlaps the cluster domain or is too long, MESH044 for a
   * zone whose names mean something else
   */
  public constructor(scope: Construct, id: string, props: DnsForwardingProps) {
    super(scope, id);
    const checked = checkedProps(DNS_FORWARDING_PROPS, this, props);
    const zone = checkedZone(domainName(checked.zone ?? 'global', 'zone', 'DnsForwarding'), DEFAULT_CLUSTER_DOMAIN, 'DnsForwarding');
    const { platform, resolvers, _planners: planners } = checked.dns;
    const where = `ClusterDns.${platform} in ${this.node.path}`;
    const planned = planners.map(planFor => planOf(planFor, { zone, resolvers }, where));
    this.plans = planned.map(({ plan }) => plan);
    if (planned.length === 0) {
      return;
    }
    checkedDeclarations(this);
    [this.object, this.nodeLocalObject] = this.plans.map((plan, i) => this.objectOf(plan, OBJECT_IDS[i]));
    const problems = new Map(planned.flatMap(plan => plan.problems).map(problem => [problemText(problem), problem]));
    addCheck(this, () => [...problems.values()]);
    addWarnings(this, () => this.plans.flatMap(plan => plan?.warnings ?? []).map(warning => ({ ...warning, where })));
  }

  /**
   * Returns the files beside the install values: instructions, or values of the platform that are no object of the cluster.
   * @returns the files; none for a platform whose configuration is an object of the cluster, and known
   */
  public files(): InstallFile[] {
    return this.plans.flatMap((plan, i) => plan?.file ? [{ name: FILES[i], content: plan.file }] : []);
  }

  private objectOf(plan: DnsPlan | undefined, id: string): ApiObject | undefined {
    return plan?.object && mark(
      new ApiObject(this, id, { ...plan.object, metadata: { ...plan.object.metadata, annotations: NEVER_PRUNE } }),
      { isCleanedUp: true, sharedPart: plan.part },
    );
  }
}

/** Plan for a zone, or the problems that prevent it. */
interface PlanOrProblems {
  readonly plan?: DnsPlan;
  readonly problems: Problem[];
}

/** Makes the plan for a zone. The current content is checked without resolvers too, so that one run reports all problems. */
function planOf(planFor: DnsPlanner, forwarded: ForwardedZone, where: string): PlanOrProblems {
  const problems = forwarded.resolvers.length > 0 ? [] : [noResolver(where)];
  try {
    const plan = planFor(forwarded);
    return problems.length > 0 ? { problems } : { plan, problems };
  } catch (error) {
    return { problems: [...problems, currentContentProblem(error, forwarded.zone, where, CONTENT_FIX)] };
  }
}

function noResolver(where: string): Problem {
  return {
    code: MeshErrorCode.DNS,
    where,
    what: 'no resolver for the zone',
    fix: 'add a globalDns to the cluster, or pass resolvers; on Istio 1.5 the resolver is the clusterIP of istiocoredns',
  };
}
