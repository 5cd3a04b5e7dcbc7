import type { IRemoteService } from './remote-service';
import { covers, REQUEST_MATCH, refuseInvalidHeaderNames, refuseInvalidMatch, RequestMatch } from './request-match';
import { actionNeedsHttp, refuseInvalidAction, ROUTE_ACTION, RouteAction } from './route-action';
import { STRING_MATCH, StringMatch } from './string-match';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { checkedArgument, checkedOptions } from '../options/checked';
import { instance, mapOf, numeric } from '../options/kinds';

/** Rule of a routing: what happens to requests that fulfil a condition. */
export interface RoutingRule {
  /**
   * Condition on requests.
   * @default - the rule applies to every request
   */
  readonly match?: RequestMatch;

  /** What happens to the requests. */
  readonly action: RouteAction;
}

/**
 * Rules by which requests of an import reach versions and clusters: the guide's "Version-aware routing to remote services", and what else a
 * route of Istio can do. The first rule whose condition a request fulfils applies.
 *
 * @example
 * Routing.weights({ v1: 90, v2: 10 })
 *   .when({ path: PathMatch.prefix('/api'), method: 'GET' }, { versions: { v2: 100 }, timeout: Duration.seconds(1) });
 */
export class Routing {
  /**
   * Returns a routing that distributes requests among versions by percentages.
   * @param weights whole numbers from 0 to 100 that sum to 100, by the name of the version
   * @returns the routing, for `routing` of an import
   * @throws MESH004 for no weights, MESH005 for weights that are no whole numbers from 0 to 100 or do not sum to 100
   */
  public static weights(weights: { [version: string]: number }): Routing {
    return Routing.all({ versions: checkedArgument(mapOf(numeric), weights, 'weights', 'Routing.weights') });
  }

  /**
   * Returns a routing that treats every request alike.
   * @param action what happens to each request: its versions, and timeouts, retries or rewrites of its own
   * @returns the routing, for `routing` of an import
   * @throws MESH004 and MESH005 for weights as `Routing.weights` throws them, MESH012 for parts that exclude each other, MESH057 for
   * values that Istio refuses
   */
  public static all(action: RouteAction): Routing {
    return new Routing([{ action: checkedAction(action, undefined, 'Routing.all') }]);
  }

  private constructor(
    /** Rules in the order in which they are matched. The last rule matches every request. */
    public readonly rules: RoutingRule[],
  ) {}

  /**
   * Returns the same routing with another rule for requests that fulfil a condition. If a request fulfils the conditions of several rules,
   * the one that was added first applies.
   * @param match the condition
   * @param action what happens to requests that fulfil it
   * @returns a new routing; this one does not change
   * @throws MESH001 for an invalid name of a method, header or parameter, MESH004 for an empty condition, MESH012 for a condition that
   * an earlier rule covers, so that the rule would never apply; for the action, the codes of `Routing.all`
   */
  public when(match: RequestMatch, action: RouteAction): Routing {
    const where = 'Routing.when';
    const checked = checkedOptions(REQUEST_MATCH, match, where);
    refuseInvalidMatch(checked, where);
    const earlier = this.rules.slice(0, -1);
    const first = earlier.findIndex(rule => rule.match && covers(rule.match, checked));
    if (first >= 0) {
      throw new MeshError({
        code: MeshErrorCode.ROUTING,
        where,
        what: `a rule that never applies, because rule ${first + 1} takes its requests`,
        got: checked,
        expected: 'the narrower condition first',
        fix: 'add the rule before the other one, or remove it',
      });
    }
    const ruleForAll = this.rules[this.rules.length - 1];
    return new Routing([...earlier, { match: checked, action: checkedAction(action, checked, where) }, ruleForAll]);
  }

  /**
   * Returns the same routing with another rule that sends requests with certain headers to certain versions. A request must have all of
   * the headers.
   * @param headers conditions by the name of the header, in lower case
   * @param weights whole numbers from 0 to 100 that sum to 100, by the name of the version
   * @returns a new routing; this one does not change
   * @throws MESH001 for a header name with other characters than lower-case letters, digits, "-" and "_", MESH004 for no headers or no
   * weights, MESH005 for weights that are no whole numbers from 0 to 100 or do not sum to 100, MESH012 as `when` does
   */
  public whenHeaders(headers: { [name: string]: StringMatch }, weights: { [version: string]: number }): Routing {
    const where = 'Routing.whenHeaders';
    const checked = checkedArgument(mapOf(STRING_MATCH), headers, 'headers', where);
    refuseInvalidHeaderNames(Object.keys(checked), where);
    return this.when({ headers: checked }, { versions: checkedArgument(mapOf(numeric), weights, 'weights', where) });
  }

  /** Names of all versions in the rules, sorted. */
  public get versions(): string[] {
    return this.namesIn(({ versions = {}, mirror }) => [...Object.keys(versions), ...mirror?.version ? [mirror.version] : []]);
  }

  /** Names of all clusters in the rules, sorted. */
  public get clusters(): string[] {
    return this.namesIn(({ clusters = {}, mirror }) => [...Object.keys(clusters), ...mirror?.cluster ? [mirror.cluster] : []]);
  }

  /** Whether a rule has a condition or an action that only HTTP has. */
  public get needsHttp(): boolean {
    return this.rules.length > 1 || actionNeedsHttp(this.rules[0].action);
  }

  /**
   * Whether the rules have conditions on headers and percentages of versions alone, which every release can do.
   * @internal
   */
  public get _isByVersion(): boolean {
    return this.rules.every(({ match = {}, action: { versions, ...others } }) => Object.values(others).every(part => part === undefined)
      && (match.path ?? match.method ?? match.query) === undefined);
  }

  private namesIn(namesOf: (action: RouteAction) => string[]): string[] {
    return [...new Set(this.rules.flatMap(({ action }) => namesOf(action)))].sort();
  }
}

/** The kind of options that hold a routing. */
export const ROUTING = instance(Routing, { write: 'Routing.weights({ v1: 90, v2: 10 })' });

function checkedAction(action: RouteAction, match: RequestMatch | undefined, where: string): RouteAction {
  const checked = checkedOptions(ROUTE_ACTION, action, where);
  refuseInvalidAction(checked, where);
  if (checked.rewrite?.path !== undefined && !match?.path) {
    throw new MeshError({
      code: MeshErrorCode.ROUTING,
      where,
      what: 'a rewrite of a path that no condition names',
      got: checked.rewrite.path,
      expected: 'a condition on the path, whose match is replaced',
      fix: 'write .when({ path: PathMatch.prefix("/") }, { rewrite: ... })',
    });
  }
  return checked;
}

/** Throws when a routing reads requests, and no port of the service speaks HTTP. */
export function refuseRoutingWithoutHttp(service: IRemoteService, routing: Routing | undefined, where: string): void {
  if (!routing?.needsHttp || service.ports.some(port => port.isHttp)) {
    return;
  }
  throw new MeshError({
    code: MeshErrorCode.ROUTING,
    where,
    what: 'a routing that reads or changes requests, on a service without HTTP',
    got: service.ports.map(({ protocol }) => protocol),
    expected: 'a port that speaks http, http2 or grpc',
    fix: 'route by weights, or declare the protocol that the port speaks',
  });
}
