import type { HttpRoute, VirtualServiceSpec } from './wire';
import type { Routing, RoutingRule } from '../model/routing';
import type { ServicePort } from '../model/service-port';

/** Name of no version: the destination is the host itself. */
const ANY_VERSION = '';

/** Destination of routed requests: the imported host and its ports. */
export interface RouteTarget {
  /** Host whose subsets are the versions. */
  readonly destination: string;
  readonly ports: ServicePort[];
}

/**
 * Routes of a VirtualService that send requests to a host, or to its subsets where a routing is declared. HTTP ports get every rule of
 * the routing. TCP and TLS ports have no headers, so they get only the last rule, which applies to every request, and each route
 * names its port.
 */
export function versionRoutes(routing: Routing | undefined, target: RouteTarget): Pick<VirtualServiceSpec, 'http' | 'tcp' | 'tls'> {
  const several = target.ports.length > 1;
  const rules: RoutingRule[] = routing?.rules ?? [{ weights: { [ANY_VERSION]: 100 } }];
  const http = target.ports.filter(port => port.isHttp);
  // A TLS route matches by SNI, so it would refuse callers that send another name than the host.
  const tls = routing ? target.ports.filter(port => port.isTls) : [];
  const tcp = target.ports.filter(port => !port.isHttp && !port.isTls);
  const everyRequest = rules[rules.length - 1];
  return {
    ...http.length > 0 && {
      http: http.flatMap(port => rules.map(rule => ({
        ...matchOf(rule, several ? port : undefined),
        route: destinations(rule, target, several ? port : undefined),
      }))),
    },
    ...tls.length > 0 && {
      tls: tls.map(
        port => ({ match: [{ port: port.port, sniHosts: [target.destination] }], route: destinations(everyRequest, target, port) }),
      ),
    },
    ...tcp.length > 0 && {
      tcp: tcp.map(port => ({ match: [{ port: port.port }], route: destinations(everyRequest, target, port) })),
    },
  };
}

/** Whether a port can have routes without a declared routing. */
export function takesRoutes(port: ServicePort): boolean {
  return !port.isTls;
}

function matchOf(rule: RoutingRule, port: ServicePort | undefined): Pick<HttpRoute, 'match'> {
  const headers = rule.headers && Object.fromEntries(
    Object.entries(rule.headers).map(([name, match]) => [name, { [match.kind]: match.value }]),
  );
  if (!headers && !port) {
    return {};
  }
  return { match: [{ ...headers && { headers }, ...port && { port: port.port } }] };
}

/** Destinations by the name of the version. A single destination needs no weight. */
function destinations(rule: RoutingRule, target: RouteTarget, port: ServicePort | undefined) {
  const shares = Object.entries(rule.weights).filter(([, weight]) => weight > 0).sort(([a], [b]) => a < b ? -1 : 1);
  return shares.map(([version, weight]) => ({
    destination: {
      host: target.destination,
      ...version !== ANY_VERSION && { subset: version },
      ...port && { port: { number: port.port } },
    },
    ...shares.length > 1 && { weight },
  }));
}
