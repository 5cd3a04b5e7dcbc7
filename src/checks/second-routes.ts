import { Declarations, DeclaredRouting, ForeignManifest, indexed } from './declarations';
import { appliesAtHome, exportToOf, placeOf, resolvedHost } from './rule-scope';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/**
 * A VirtualService of the user's own for the host of one of this library. Sidecars do not merge the routes of two VirtualServices: they
 * use those of one, by scope and age, and the other one has no effect.
 */
export function secondRoutes(declared: Declarations): Problem[] {
  const { routings, localImports } = declared;
  const virtualServices = routings.length === 0 ? [] : declared.manifests('VirtualService', 'networking.istio.io').filter(isForSidecars);
  if (virtualServices.length === 0) {
    return [];
  }
  const localHosts = new Map(localImports.map(imported => [imported.path, imported.localHost]));
  const hostOf = ({ path, service }: DeclaredRouting) => localHosts.get(path) ?? service.host;
  const byHost = indexed(routings, hostOf);
  return virtualServices.flatMap(virtualService => hostsOf(virtualService, routings[0].service.clusterDomain)
    .flatMap(host => byHost.get(host) ?? [])
    .filter(routing => collides(virtualService, routing, localHosts.has(routing.path)))
    .map(routing => ({
      code: MeshErrorCode.SECOND_ROUTES,
      where: placeOf('VirtualService', virtualService),
      path: virtualService.path,
      what: `a second VirtualService for a host that namespace '${routing.namespace}' imports with routes`,
      got: hostOf(routing),
      expected: 'one VirtualService for each host and namespace',
      fix: 'remove your VirtualService, or the routing of the import: sidecars use the routes of one of them',
    })));
}

/** A VirtualService without gateways is for sidecars. */
function isForSidecars({ spec }: ForeignManifest): boolean {
  const gateways: string[] = spec?.gateways ?? [];
  return gateways.length === 0 || gateways.includes('mesh');
}

function hostsOf(virtualService: ForeignManifest, clusterDomain: string): string[] {
  const hosts: unknown[] = virtualService.spec?.hosts ?? [];
  return hosts.map(host => resolvedHost(host, virtualService, clusterDomain));
}

/**
 * Sidecars prefer routes that only their namespace sees, which those of an import under the global name are. Those of a local name are
 * for every namespace.
 */
function collides(virtualService: ForeignManifest, { namespace }: DeclaredRouting, isLocalName: boolean): boolean {
  const isAtHome = virtualService.metadata.namespace === namespace && appliesAtHome(virtualService);
  const exportTo = exportToOf(virtualService);
  return isAtHome || isLocalName && (exportTo.length === 0 || exportTo.includes('*'));
}
