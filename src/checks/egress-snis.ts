import type { DeclaredEgressRoute, Declarations } from './declarations';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { exportersFor, gatewayHostOf, IRemoteService } from '../model/remote-service';

/** A service of a route, with its exporters as text. */
interface RoutedService {
  readonly route: DeclaredEgressRoute;
  readonly service: IRemoteService;
  readonly exporters: string;
}

/**
 * Two services behind one egress gateway whose SNIs are equal and whose exporters differ. An SNI names a Service, not a
 * cluster, so the gateway cannot tell which exporters a connection is for.
 */
export function egressSnis({ egressRoutes }: Declarations): Problem[] {
  return [...sharedSnis(egressRoutes), ...egressRoutes.flatMap(mixedSnis)];
}

function sharedSnis(egressRoutes: DeclaredEgressRoute[]): Problem[] {
  const first = new Map<string, RoutedService>();
  const routed = egressRoutes.flatMap(route => [...route.services.values()].map((service): RoutedService => ({
    route, service, exporters: exportersText(service, route.importingCluster),
  })));
  return routed.flatMap(({ route, service, exporters }) => service.ports.flatMap(({ port }) => {
    const { egressGateway: gateway, path } = route;
    const sni = `port ${port} of ${gatewayHostOf(service)}`;
    const key = `${gateway.namespace}/${gateway.name} ${sni}`;
    const other = first.get(key) ?? { route, service, exporters };
    first.set(key, other);
    if (other.exporters === exporters) {
      return [];
    }
    return [{
      code: MeshErrorCode.EGRESS_SNI,
      where: `egress gateway ${gateway.namespace}/${gateway.name}`,
      path,
      what: `${sni} leads to two sets of exporters`,
      got: [other.exporters, exporters],
      expected: 'one set of exporters for each SNI',
      fix: `import ${other.service.host} and ${service.host} from the same clusters, or one of them directly`,
    }];
  }));
}

/**
 * Services of one name and namespace whose gateways open different Services, with different exporters: one route holds all their SNIs
 * and all their exporters. A pod of a StatefulSet and a Service of another mesh can have one name.
 */
function mixedSnis({ egressGateway: gateway, importingCluster, services, path }: DeclaredEgressRoute): Problem[] {
  const [first, ...others] = [...services.values()];
  const other = others.find(service => gatewayHostOf(service) !== gatewayHostOf(first)
    && exportersText(service, importingCluster) !== exportersText(first, importingCluster));
  return other === undefined ? [] : [{
    code: MeshErrorCode.EGRESS_SNI,
    where: `egress gateway ${gateway.namespace}/${gateway.name}`,
    path,
    what: `${first.host} and ${other.host} have one name and namespace, and different exporters`,
    got: [exportersText(first, importingCluster), exportersText(other, importingCluster)],
    expected: 'one set of exporters for each name and namespace',
    fix: 'import one of them directly',
  }];
}

function exportersText(service: IRemoteService, importingCluster: string | undefined): string {
  return exportersFor(service, importingCluster).map(
    ({ cluster, gateways }) => `${cluster} ${gateways.map(({ address, port }) => `${address}:${port}`).join(',')}`,
  ).join('; ');
}
