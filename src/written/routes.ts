import { fullHost } from './cluster';
import { Manifest } from './manifest';
import { objectAt, objectsIn } from '../checks/content';

/** Where a route sends requests. */
export interface Destination {
  readonly host: string;
  /** Subset; empty for the whole host. */
  readonly subset: string;
  readonly port?: number;
  /** Percent of the requests; undefined for all of them. */
  readonly weight?: number;
}

/** Route of a VirtualService for a port. */
export interface Route {
  /** Which requests take the route, in words; empty for all of them. */
  readonly condition: string;
  readonly destinations: Destination[];
  /** Path of the route in the VirtualService. */
  readonly path: (string | number)[];
}

/** The routes that a port of a host has, in the order in which proxies try them. Routes after one for all requests are unreachable. */
export function routesFor(virtualService: Manifest, port: number, clusterDomain: string): Route[] {
  const routes: Route[] = [];
  for (const protocol of ['http', 'tls', 'tcp'] as const) {
    for (const [index, entry] of objectsIn(objectAt(virtualService.content.spec)[protocol]).entries()) {
      const matches = objectsIn(entry.match);
      const forPort = matches.filter(match => match.port === undefined || match.port === port);
      if (matches.length > 0 && forPort.length === 0) {
        continue;
      }
      const destinations = objectsIn(entry.route).map(
        ({ destination, weight }) => destinationOf(objectAt(destination), weight, virtualService.namespace, clusterDomain),
      );
      routes.push({ condition: conditionOf(forPort), destinations, path: ['spec', protocol, index] });
      if (conditionOf(forPort) === '') {
        return routes;
      }
    }
  }
  return routes;
}

function destinationOf({ host, subset, port }: any, weight: unknown, namespace: string, clusterDomain: string): Destination {
  return {
    host: fullHost(String(host), namespace, clusterDomain),
    subset: typeof subset === 'string' ? subset : '',
    ...objectAt(port).number !== undefined && { port: Number(objectAt(port).number) },
    ...typeof weight === 'number' && { weight },
  };
}

/** What matches besides the port: headers in words, other conditions by their names. An SNI or port alone is no condition. */
function conditionOf(matches: any[]): string {
  const conditions = matches.map(({ port: _, sniHosts: __, gateways: ___, headers, ...others }) => [
    ...Object.entries(objectAt(headers)).map(([name, match]) => `header ${name} ${Object.entries(objectAt(match)).flat().join(' ')}`),
    ...Object.keys(others).sort(),
  ].join(' and '));
  return conditions.every(condition => condition !== '') ? conditions.join(', or ') : '';
}
