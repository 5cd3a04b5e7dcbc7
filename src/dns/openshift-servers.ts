import { CurrentContentError, readJson } from './current-content';
import { zoneOf } from './zone';

/** Server of OpenShift's DNS operator, an element of `spec.servers`. */
export interface OpenShiftServer {
  readonly name: string;
  readonly zones: string[];
  readonly [field: string]: unknown;
}

/**
 * Adds a server to the servers of OpenShift's DNS operator, at the end. A server of the same name and zones is replaced where it
 * stands. All other servers stay as they are.
 * @throws CurrentContentError for a text that is no list of servers, or has another server of that name or zone
 */
export function mergeOpenShiftServers(current: string, added: OpenShiftServer): OpenShiftServer[] {
  const servers = readServers(current);
  const isOwn = (server: OpenShiftServer) => server.name === added.name && JSON.stringify(server.zones) === JSON.stringify(added.zones);
  const hasZone = (server: OpenShiftServer) => server.zones.some(zone => added.zones.includes(zoneOf(zone)));
  const foreign = servers.find(server => !isOwn(server) && (server.name === added.name || hasZone(server)));
  if (foreign) {
    throw new CurrentContentError('it has another server of that name or for the zone', foreign.name);
  }
  const position = servers.findIndex(isOwn);
  return position < 0 ? [...servers, added] : servers.map((server, i) => i === position ? added : server);
}

/** Removes the server of a name from the servers of OpenShift's DNS operator. */
export function withdrawFromOpenShiftServers(servers: OpenShiftServer[], name: string): OpenShiftServer[] {
  return servers.filter(server => server.name !== name);
}

function readServers(text: string): OpenShiftServer[] {
  const value = readJson(text);
  if (!Array.isArray(value) || !value.every(isServer)) {
    throw new CurrentContentError('it is not a JSON list of servers, each with a name and zones');
  }
  return value;
}

function isServer(value: unknown): value is OpenShiftServer {
  const { name, zones } = (value ?? {}) as { readonly name?: unknown; readonly zones?: unknown };
  return typeof name === 'string' && Array.isArray(zones) && zones.every(zone => typeof zone === 'string');
}
