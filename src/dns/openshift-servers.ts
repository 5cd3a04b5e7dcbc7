import { zoneOf } from './corefile-merge';

/** Why a list of servers cannot take the zone. */
export class ServersError extends Error {}

/** A server of OpenShift's DNS operator. */
interface Server {
  readonly name: string;
  readonly zones: string[];
  readonly [field: string]: any;
}

/** The servers with one added at the end; one of its name and zone is replaced where it stands. All others stay as they are. */
export function mergeServers(current: string, server: Server): Server[] {
  const servers = parsed(current);
  const isOurs = (other: Server) => other.name === server.name && JSON.stringify(other.zones) === JSON.stringify(server.zones);
  const hasZone = (other: Server) => other.zones.some(zone => server.zones.includes(zoneOf(zone)));
  const taken = servers.find(other => !isOurs(other) && (other.name === server.name || hasZone(other)));
  if (taken) {
    throw new ServersError(`server ${taken.name} is for ${server.zones[0]} already`);
  }
  const at = servers.findIndex(isOurs);
  return at < 0 ? [...servers, server] : servers.map((other, i) => i === at ? server : other);
}

function parsed(text: string): Server[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ServersError('it is no JSON');
  }
  const right = Array.isArray(value) && value.every(server => typeof server?.name === 'string' && Array.isArray(server.zones));
  if (!right) {
    throw new ServersError('it is no list of servers, each with a name and zones');
  }
  return value as Server[];
}
