import type { RemoteRequest } from './destination';
import { endpointOf } from './endpoint';
import { gatewayStep } from './remote-way';
import { step, Step } from './step';
import { objectAt, objectsIn, textsIn } from '../../checks/content';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { selects, WrittenCluster } from '../cluster';
import type { Finding } from '../finding';
import { Manifest, placeOf, titleOf } from '../manifest';
import type { WrittenMesh } from '../mesh';
import type { Place } from '../source';
import { subsetLabelsOf } from '../tls-policy';

/** Endpoint of an import that is an egress gateway. */
export interface EgressEndpoint {
  readonly address: string;
  readonly port: number;
  readonly place: Place;
}

/** Whether an endpoint of an import is the egress gateway of its own cluster: a Service of the cluster, or a route leads on from there. */
export function isEgressGateway(mesh: WrittenMesh, cluster: WrittenCluster, address: string, port: number, sni: string): boolean {
  if (address.endsWith(`.svc.${cluster.settings.clusterDomain}`)) {
    return true;
  }
  return mesh.gatewayOwners.of(address, port).length === 0 && (routesOf(cluster, sni).length > 0 || listeners(cluster).length > 0);
}

/** The step through the egress gateway: its listener, the route of the SNI, and the remote gateways behind it. */
export function egressStep(request: RemoteRequest, cluster: WrittenCluster, { address, port, place }: EgressEndpoint): Step {
  const text = `${address}:${port}, the egress gateway of ${cluster.name}`;
  const [listener] = listeners(cluster);
  const [route] = routesOf(cluster, request.sni);
  if (listener === undefined || route === undefined) {
    return step('egress', text, { place, egress: { address, port }, findings: [incomplete(request, cluster, listener, place)] });
  }
  const destinations = objectsIn(route.tls.route).map(({ destination }) => objectAt(destination));
  return step('egress', text, {
    egress: { address, port },
    place: placeOf(route.virtualService, 'spec', 'tls', route.index),
    details: [titleOf(listener), `${titleOf(route.virtualService)} passes the SNI on`],
    risks: ['no pod of the egress gateway is ready'],
    next: destinations.flatMap(({ host, subset }) => behind(request, cluster, route.virtualService, String(host), subset)),
  });
}

/** The remote gateways behind an egress gateway. */
function behind(request: RemoteRequest, cluster: WrittenCluster, from: Manifest, host: string, subset: unknown): Step[] {
  const [entry] = cluster.forHost('ServiceEntry', host, from.namespace);
  const [rule] = cluster.forHost('DestinationRule', host, from.namespace);
  const labels = typeof subset === 'string' && rule ? subsetLabelsOf(rule, subset) : {};
  const endpoints = objectsIn(objectAt(entry?.content.spec).endpoints);
  const chosen = endpoints.map((endpoint, index) => ({ endpoint, index })).filter(({ endpoint }) => selects(labels, endpoint.labels));
  if (entry === undefined || chosen.length === 0) {
    const place = entry ? placeOf(entry, 'spec', 'endpoints') : placeOf(from, 'spec', 'tls');
    return [step('gateway', `no endpoint of ${host}`, {
      findings: [{
        ...problemOf(request),
        what: 'the egress gateway has no remote gateway for the service',
        got: entry ? 'no endpoint' : `no ServiceEntry for ${host}`,
        expected: `a ServiceEntry for ${host} with the gateways of the exporting clusters`,
        place,
      }],
    })];
  }
  return chosen.map(({ endpoint, index }) => {
    const [port] = Object.values(objectAt(endpoint.ports));
    return gatewayStep(request, endpointOf(endpoint, Number(port)), placeOf(entry, 'spec', 'endpoints', index));
  });
}

/** Gateways that pass TLS on by its SNI. */
function listeners(cluster: WrittenCluster): Manifest[] {
  return cluster.of('Gateway', 'networking.istio.io').filter(
    ({ content }) => objectsIn(objectAt(content.spec).servers).some(({ tls }) => objectAt(tls).mode === 'PASSTHROUGH'),
  );
}

interface SniRoute {
  readonly virtualService: Manifest;
  readonly tls: any;
  readonly index: number;
}

/** Routes of VirtualServices of gateways for an SNI. */
function routesOf(cluster: WrittenCluster, sni: string): SniRoute[] {
  return cluster.withHost('VirtualService', sni).flatMap(virtualService => {
    const { gateways, tls: routes } = objectAt(virtualService.content.spec);
    return objectsIn(textsIn(gateways).length > 0 ? routes : []).flatMap((tls, index) => {
      const snis = objectsIn(tls.match).flatMap(({ sniHosts }) => textsIn(sniHosts));
      return snis.includes(sni) ? [{ virtualService, tls, index }] : [];
    });
  });
}

function incomplete(request: RemoteRequest, cluster: WrittenCluster, listener: Manifest | undefined, place: Place): Finding {
  return {
    ...problemOf(request),
    what: listener === undefined
      ? `no Gateway of ${cluster.name} lets the egress gateway listen`
      : 'no VirtualService of the egress gateway passes the SNI on',
    got: request.sni,
    expected: listener === undefined ? 'a Gateway in mode PASSTHROUGH on port 15443' : 'a route for the SNI',
    place: listener === undefined ? place : placeOf(listener),
  };
}

function problemOf({ where }: RemoteRequest) {
  return {
    severity: 'error' as const,
    code: MeshErrorCode.INCOMPLETE_IMPORT,
    where,
    fix: 'run the synth again, or restore the objects from Git',
  };
}
