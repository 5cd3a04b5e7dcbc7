import { objectAt, objectsIn, textsIn } from '../../checks/content';
import { orUndefined } from '../../errors/mesh-error';
import type { ServiceFacts, ServicePortFacts } from '../../facts/facts';
import { ServicePort } from '../../model/service-port';
import { isDnsLabel } from '../../names';
import type { LiveObject } from '../kubectl/kubectl';

/** Services of a cluster that are exported, and what a user should know about them. */
export interface ExportedServices {
  readonly services: ServiceFacts[];
  readonly notes: string[];
}

/** The Services whose host a Gateway opens to other clusters, and those that a user names as `namespace/name`. */
export function exportedServices(services: LiveObject[], gateways: LiveObject[], named: string[]): ExportedServices {
  const hosts = gateways.flatMap(({ spec }) => objectsIn(objectAt(spec).servers)).flatMap(
    server => objectAt(server.tls).mode === 'AUTO_PASSTHROUGH' ? textsIn(server.hosts) : [],
  );
  const opened = hosts.flatMap(host => {
    const [, name, namespace] = /^(?:[^/]*\/)?([a-z0-9-]+)\.([a-z0-9-]+)\.svc\./.exec(host) ?? [];
    return name === undefined ? [] : [`${namespace}/${name}`];
  });
  const wanted = new Set([...opened, ...named]);
  const found = services.filter(service => wanted.has(keyOf(service))).sort((a, b) => keyOf(a) < keyOf(b) ? -1 : 1);
  return {
    services: found.map(serviceFacts),
    notes: named.filter(key => !found.some(service => keyOf(service) === key)).map(key => `no Service ${key}`),
  };
}

function serviceFacts({ metadata, spec }: LiveObject): ServiceFacts {
  const selector = Object.entries(objectAt(spec.selector)).map(([key, text]) => [key, String(text)] as [string, string]).sort();
  return {
    name: String(metadata.name),
    namespace: String(metadata.namespace),
    ports: objectsIn(spec.ports).filter(({ protocol }) => protocol === undefined || protocol === 'TCP').map(portFacts),
    selector: Object.fromEntries(selector),
  };
}

function portFacts({ name, port, appProtocol }: LiveObject): ServicePortFacts {
  const protocol = protocolOf(appProtocol, name);
  return { name: isDnsLabel(name) ? name : `${protocol}-${port}`, port: Number(port), protocol };
}

/**
 * The protocol by the rules of Istio: `appProtocol`, or else the name up to its first dash. Anything else is TCP here, since a gateway
 * detects no protocol.
 * @see https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/
 */
function protocolOf(appProtocol: unknown, name: unknown): string {
  const written = typeof appProtocol === 'string' ? appProtocol.replace(/^kubernetes\.io\/h2c$/, 'http2') : prefixOf(String(name ?? ''));
  return orUndefined(() => ServicePort.of(written, 'port', 1).protocol) ?? 'tcp';
}

function prefixOf(name: string): string {
  return name.startsWith('grpc-web') ? 'grpc-web' : name.split('-')[0];
}

function keyOf({ metadata }: LiveObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}
