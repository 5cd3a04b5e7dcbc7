import { textsIn } from './content';
import { Declarations, ForeignManifest, indexed } from './declarations';
import { appliesAtHome, exportToOf, placeOf, resolvedHost } from './rule-scope';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { hasLocalRoutes } from '../model/import-model';

/** An import for whose host this library writes a VirtualService. */
interface RoutedImport {
  readonly host: string;
  readonly namespace: string;
  /** Whether every namespace uses the routes. */
  readonly isForAll: boolean;
}

/**
 * A VirtualService of the user's own for the host of one of this library. Sidecars do not merge the routes of two VirtualServices: they
 * use those of one, by scope and age, and the other one has no effect.
 */
export function secondRoutes(declared: Declarations): Problem[] {
  const routed = routedImports(declared);
  const virtualServices = routed.length === 0 ? [] : declared.manifests('VirtualService', 'networking.istio.io').filter(isForSidecars);
  if (virtualServices.length === 0) {
    return [];
  }
  const byHost = indexed(routed, ({ host }) => host);
  const [{ service: { clusterDomain } }] = [...declared.localImports, ...declared.imports];
  return virtualServices.flatMap(virtualService => hostsOf(virtualService, clusterDomain)
    .flatMap(host => byHost.get(host) ?? [])
    .filter(imported => collides(virtualService, imported))
    .map(({ host, namespace }) => ({
      code: MeshErrorCode.SECOND_ROUTES,
      where: placeOf('VirtualService', virtualService),
      path: virtualService.path,
      what: `a second VirtualService for a host that namespace '${namespace}' imports`,
      got: host,
      expected: 'one VirtualService for each host and namespace, which the import has',
      fix: 'declare your routes as routing of the import, and remove your VirtualService: sidecars use one of the two',
    })));
}

/** On supported releases an import has a VirtualService, unless all its ports carry TLS of the application. */
function routedImports({ imports, localImports }: Declarations): RoutedImport[] {
  const global = imports.filter(({ isScoped, routing, service }) => isScoped && (routing || service.ports.some(({ isTls }) => !isTls)));
  return [
    ...global.map(({ service, namespace }) => ({ host: service.host, namespace, isForAll: false })),
    ...localImports.filter(hasLocalRoutes).map(({ localHost, namespace }) => ({ host: localHost, namespace, isForAll: true })),
  ];
}

/** A VirtualService without gateways is for sidecars. */
function isForSidecars({ spec }: ForeignManifest): boolean {
  const gateways = textsIn(spec.gateways);
  return gateways.length === 0 || gateways.includes('mesh');
}

function hostsOf(virtualService: ForeignManifest, clusterDomain: string): string[] {
  return textsIn(virtualService.spec.hosts).map(host => resolvedHost(host, virtualService, clusterDomain));
}

/** Routes of an import under the global name are for its namespace; sidecars prefer them to routes of other namespaces. */
function collides(virtualService: ForeignManifest, { namespace, isForAll }: RoutedImport): boolean {
  const isAtHome = virtualService.metadata.namespace === namespace && appliesAtHome(virtualService);
  const exportTo = exportToOf(virtualService);
  return isAtHome || isForAll && (exportTo.length === 0 || exportTo.includes('*'));
}
