import { Duration } from 'cdk8s';
import { checkedTime, istioDuration } from './durations';
import { checkedPercentage } from './numbers';
import { checkedPath } from './path-match';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { duration } from '../options/cdk8s-kinds';
import { checkedArgument, checkedOptions } from '../options/checked';
import { instance, numeric, text } from '../options/kinds';
import { optional, required, schema } from '../options/schema';

/** Time in which an endpoint that joins gets a growing share of the requests. */
export interface WarmUp {
  /** Time until the endpoint gets its full share. */
  readonly duration: Duration;

  /**
   * Share at the begin, in percent of the full share.
   * @default - 10
   */
  readonly minimumPercent?: number;

  /**
   * Exponent of the growth: above 1 the share grows slowly at first, and faster later.
   * @default - 1, which is linear
   */
  readonly aggression?: number;
}

export const WARM_UP = schema<WarmUp>({ duration: required(duration), minimumPercent: optional(numeric), aggression: optional(numeric) });

/** Cookie that a consistent hash reads. */
export interface HashCookie {
  /**
   * Lifetime of the cookie. The sidecar sets the cookie where a request has none.
   * @default - the sidecar sets no cookie
   */
  readonly ttl?: Duration;

  /**
   * Path of the cookie that the sidecar sets.
   * @default - the path of the request
   */
  readonly path?: string;
}

export const HASH_COOKIE = schema<HashCookie>({ ttl: optional(duration), path: optional(text) });

/**
 * Choice among the endpoints of an import that answer first. An endpoint is a gateway of another cluster, or a local pod. A gateway
 * chooses the pod of its cluster for each connection, because it sees TLS and no requests.
 *
 * @example
 * cluster1.importService(api, { namespace: 'shop', loadBalancing: LoadBalancing.byHeader('x-user') });
 */
export class LoadBalancing {
  /**
   * Endpoints take turns.
   * @param warmUp how a new endpoint is given its full share little by little; by default it has it at once
   * @returns the choice, for `loadBalancing` of an import
   */
  public static roundRobin(warmUp?: WarmUp): LoadBalancing {
    return new LoadBalancing({ simple: 'ROUND_ROBIN', ...warmUpOf(warmUp, 'LoadBalancing.roundRobin') });
  }

  /**
   * Of two endpoints chosen at random, the one with fewer open requests: the default of Istio.
   * @param warmUp how a new endpoint is given its full share little by little; by default it has it at once
   * @returns the choice, for `loadBalancing` of an import
   */
  public static leastRequest(warmUp?: WarmUp): LoadBalancing {
    return new LoadBalancing({ simple: 'LEAST_REQUEST', ...warmUpOf(warmUp, 'LoadBalancing.leastRequest') });
  }

  /**
   * An endpoint at random.
   * @returns the choice, for `loadBalancing` of an import
   */
  public static random(): LoadBalancing {
    return new LoadBalancing({ simple: 'RANDOM' });
  }

  /**
   * Requests with one value of a header reach one endpoint, as long as it answers.
   * @param name name of the header
   * @returns the choice, for `loadBalancing` of an import
   * @throws MESH001 for an invalid name of a header
   */
  public static byHeader(name: string): LoadBalancing {
    return new LoadBalancing({ consistentHash: { httpHeaderName: token(name, 'header', 'LoadBalancing.byHeader') } }, true);
  }

  /**
   * Requests with one value of a cookie reach one endpoint, as long as it answers: session affinity.
   * @param name name of the cookie
   * @param options path and lifetime of a cookie that Envoy sets where the caller sends none
   * @returns the choice, for `loadBalancing` of an import
   * @throws MESH001 for an invalid name or path of a cookie
   */
  public static byCookie(name: string, options: HashCookie = {}): LoadBalancing {
    const where = 'LoadBalancing.byCookie';
    const { ttl, path } = checkedOptions(HASH_COOKIE, options, where);
    return new LoadBalancing({
      consistentHash: {
        httpCookie: {
          name: token(name, 'cookie', where),
          ...path !== undefined && { path: checkedPath(path, where) },
          // istiod requires a lifetime. Without one above zero, proxies set no cookie.
          ttl: ttl === undefined ? '0s' : `${checkedTime(ttl, 'lifetime of a cookie', where).toMilliseconds() / 1000}s`,
        },
      },
    }, true);
  }

  /**
   * Requests with one value of a query parameter reach one endpoint, as long as it answers.
   * @param name name of the parameter
   * @returns the choice, for `loadBalancing` of an import
   * @throws MESH001 for an invalid name
   */
  public static byQueryParameter(name: string): LoadBalancing {
    const where = 'LoadBalancing.byQueryParameter';
    return new LoadBalancing({ consistentHash: { httpQueryParameterName: token(name, 'query parameter', where) } }, true);
  }

  /**
   * Connections of one caller reach one endpoint, as long as it answers. It is the only hash for TCP.
   * @returns the choice, for `loadBalancing` of an import
   */
  public static bySource(): LoadBalancing {
    return new LoadBalancing({ consistentHash: { useSourceIp: true } });
  }

  private constructor(
    /** Settings as a DestinationRule has them. */
    private readonly settings: LoadBalancerSettings,
    /** Whether only HTTP requests have what the choice reads. */
    public readonly needsHttp: boolean = false,
  ) {}

  /**
   * Settings as a DestinationRule has them.
   * @internal
   */
  public get _settings(): LoadBalancerSettings {
    return this.settings;
  }
}

/** The kind of options that hold a load balancing. */
export const LOAD_BALANCING = instance(LoadBalancing, { write: "LoadBalancing.byHeader('x-user')" });

/** Fields of `loadBalancer` of a DestinationRule that this library writes. */
export interface LoadBalancerSettings {
  readonly simple?: 'ROUND_ROBIN' | 'LEAST_REQUEST' | 'RANDOM';
  readonly warmup?: { readonly duration: string; readonly minimumPercent?: number; readonly aggression?: number };
  readonly consistentHash?: {
    readonly httpHeaderName?: string;
    readonly httpQueryParameterName?: string;
    readonly useSourceIp?: boolean;
    readonly httpCookie?: { readonly name: string; readonly path?: string; readonly ttl: string };
  };
}

type WarmUpSettings = Pick<LoadBalancerSettings, 'warmup'>;

function warmUpOf(options: WarmUp | undefined, where: string): WarmUpSettings {
  if (options === undefined || options === null) {
    return {};
  }
  const { duration: time, minimumPercent, aggression } = checkedOptions(WARM_UP, options, where);
  if (aggression !== undefined && !(aggression > 0)) {
    throw new MeshError({
      code: MeshErrorCode.INVALID_OPTION,
      where,
      what: 'an invalid aggression',
      got: aggression,
      expected: 'a number above 0',
      fix: 'write for instance 1',
    });
  }
  return {
    warmup: {
      duration: istioDuration(checkedTime(time, 'time of a warm-up', where)),
      ...minimumPercent !== undefined && { minimumPercent: checkedPercentage(minimumPercent, 'the full share', where) },
      ...aggression !== undefined && { aggression },
    },
  };
}

/** Returns the name of a header, cookie or parameter, or throws for other characters than RFC 9110 allows in a token. */
function token(name: string, what: string, where: string): string {
  if (/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(checkedArgument(text, name, 'name', where))) {
    return name;
  }
  throw new MeshError({
    code: MeshErrorCode.INVALID_NAME,
    where,
    what: `an invalid name of a ${what}`,
    got: name,
    expected: 'a token of RFC 9110: letters, digits and !#$%&\'*+-.^_`|~',
    fix: 'write for instance "x-user"',
  });
}
