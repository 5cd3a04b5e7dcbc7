import type { Declarations } from './declarations';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { GATEWAY_PORT } from '../model/port-number';

/**
 * A Gateway of the user's own that claims an exported host on 15443. With the same host, the younger Gateway loses its
 * server; with a wildcard that covers the host, Envoy refuses the listener for two equal SNIs, and no export works.
 */
export function gatewayHosts(declared: Declarations): Problem[] {
  const exported = declared.exports.map(({ localHost }) => localHost);
  const covers = (host: string) => exported.some(local => host === local || host.startsWith('*') && local.endsWith(host.slice(1)));
  return declared.manifests('Gateway', 'networking.istio.io').flatMap(gateway => {
    const servers: any[] = gateway.spec?.servers ?? [];
    const onGatewayPort = servers.filter(server => server.port?.number === GATEWAY_PORT);
    const hosts = onGatewayPort.flatMap((server): string[] => server.hosts ?? []).map(host => host.slice(host.indexOf('/') + 1));
    return hosts.filter(covers).map(host => ({
      code: MeshErrorCode.GATEWAY_HOST,
      where: `Gateway ${gateway.metadata.namespace}/${gateway.metadata.name}`,
      path: gateway.path,
      what: `a second Gateway for exported hosts on ${GATEWAY_PORT}`,
      got: host,
      expected: 'one Gateway for each host and port',
      fix: 'remove the host from the Gateway: exportService already opens it',
    }));
  });
}
