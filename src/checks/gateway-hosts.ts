import { MeshErrorCode, Problem } from '../errors/mesh-error';
import type { Declarations } from './declarations';
import { GATEWAY_PORT } from '../model/port-number';

/**
 * A Gateway of the user's own that claims an exported host on 15443. With the same host the younger of the two loses its
 * server; with a wildcard that covers it, Envoy refuses the listener for two equal SNIs, and no export works.
 */
export function gatewayHosts(declared: Declarations): Problem[] {
  const exported = declared.exports.map(e => e.localHost);
  return declared.manifests('Gateway', 'networking.istio.io').flatMap(gateway => (gateway.spec?.servers ?? [])
    .filter((server: any) => server.port?.number === GATEWAY_PORT)
    .flatMap((server: any) => (server.hosts ?? []).map((host: string) => host.slice(host.indexOf('/') + 1)))
    .filter((host: string) => exported.some(local => host === local || host.startsWith('*') && local.endsWith(host.slice(1))))
    .map((host: string) => ({
      code: MeshErrorCode.GATEWAY_HOST,
      where: `Gateway ${gateway.metadata.namespace}/${gateway.metadata.name}`,
      what: `a second Gateway for exported hosts on ${GATEWAY_PORT}`,
      got: host,
      expected: 'one Gateway for each host and port',
      fix: 'remove the host from the Gateway: exportService opens it already',
    })));
}
