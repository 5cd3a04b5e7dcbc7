import { clusterSubset, httpRoute } from './http-routes';
import type { HttpRoute, VirtualServiceSpec } from './wire';
import type { ImportPolicy } from '../model/import-policy';
import type { RouteAction } from '../model/route-action';
import type { Routing, RoutingRule } from '../model/routing';
import type { ServicePort } from '../model/service-port';

/** Destination of routed requests: the imported host and its ports. */
export interface RouteTarget {
  /** Host whose subsets are versions and clusters. */
  readonly destination: string;
  readonly ports: ServicePort[];
  readonly policy?: ImportPolicy;
}

const EVERY_REQUEST: RoutingRule[] = [{ action: {} }];

/**
 * Routes of a VirtualService that send requests to a host, or to its subsets where a routing is declared. HTTP ports get every rule of
 * the routing. TCP and TLS ports have no requests, so they get only the last rule, which applies to everything, and each route
 * names its port.
 */
export function routesOf(routing: Routing | undefined, target: RouteTarget): Pick<VirtualServiceSpec, 'http' | 'tcp' | 'tls'> {
  const several = target.ports.length > 1;
  const rules = routing?.rules ?? EVERY_REQUEST;
  const http = target.ports.filter(port => port.isHttp);
  // A TLS route matches by SNI, so it would refuse callers that send another name than the host.
  const tls = routing ? target.ports.filter(port => port.isTls) : [];
  const tcp = target.ports.filter(port => !port.isHttp && !port.isTls);
  const { action } = rules[rules.length - 1];
  return {
    ...http.length > 0 && { http: http.flatMap(({ port }) => httpRoutes(rules, target, several ? port : undefined)) },
    ...tls.length > 0 && {
      tls: tls.map(
        ({ port }) => ({ match: [{ port, sniHosts: [target.destination] }], route: destinations(action, target, port) }),
      ),
    },
    ...tcp.length > 0 && {
      tcp: tcp.map(({ port }) => ({ match: [{ port }], route: destinations(action, target, port) })),
    },
  };
}

/** Whether a port can have routes without a declared routing. */
export function takesRoutes(port: ServicePort): boolean {
  return !port.isTls;
}

function httpRoutes(rules: RoutingRule[], { destination, ports, policy }: RouteTarget, port: number | undefined): HttpRoute[] {
  return rules.map(rule => httpRoute(rule, {
    destination, port, policy, destinations: destinations(rule.action, { destination, ports }, port),
  }));
}

/** Destinations by the name of the version or cluster. A single destination needs no weight. */
function destinations(action: RouteAction, target: RouteTarget, port: number | undefined) {
  const shares = sharesOf(action).filter(([, weight]) => weight > 0).sort(([a], [b]) => a < b ? -1 : 1);
  const of = (subset?: string) => ({
    destination: {
      host: target.destination,
      ...subset !== undefined && { subset },
      ...port !== undefined && { port: { number: port } },
    },
  });
  return shares.length === 0 ? [of()] : shares.map(([subset, weight]) => ({ ...of(subset), ...shares.length > 1 && { weight } }));
}

/** Percentages by the name of the subset. */
function sharesOf({ versions, clusters }: RouteAction): Array<[string, number]> {
  return Object.entries(versions ?? {}).concat(
    Object.entries(clusters ?? {}).map(([cluster, weight]) => [clusterSubset(cluster), weight]),
  );
}
