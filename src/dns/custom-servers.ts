import { readCorefile } from './corefile';
import { CurrentContentError, readJson } from './current-content';
import { isPlainDns, portOf, zoneOf } from './zone';
import { longerZones, refuseClaims } from './zone-claims';

/** ConfigMap coredns-custom, whose keys CoreDNS imports: `.server` as server blocks, `.override` into the server of the root zone. */
export interface CustomServers {
  /** Current data of the ConfigMap as JSON; undefined when it is unknown. */
  readonly data?: string;
  /** Port that CoreDNS listens on. */
  readonly port: number;
}

/** Key of this library in the ConfigMap. */
interface OwnServer {
  readonly zone: string;
  readonly key: string;
  readonly port: number;
}

/**
 * Refuses a ConfigMap coredns-custom in which a key of another owner serves the zone: with two server blocks for one zone, CoreDNS does
 * not start.
 * @returns zones of server blocks that lie within the zone
 * @throws CurrentContentError with the key
 */
export function refuseCustomServers(data: string, { zone, key: ownKey, port }: OwnServer): string[] {
  const longer: string[] = [];
  for (const [key, text] of Object.entries(readData(data)).filter(([name]) => name !== ownKey)) {
    if (key.endsWith('.server')) {
      const blocks = inKey(key, () => readCorefile(text));
      const isTaken = (address: string) => zoneOf(address) === zone && isPlainDns(address) && portOf(address) === String(port);
      const taken = blocks.flatMap(({ keys }) => keys).find(isTaken);
      if (taken !== undefined) {
        throw new CurrentContentError('it has another server block for the zone, and CoreDNS does not start with two', `${key}: ${taken}`);
      }
      longer.push(...longerZones(zone, blocks, String(port)));
    } else if (key.endsWith('.override')) {
      inKey(key, () => refuseClaims(zone, readCorefile(`.:${port} {\n${text}\n}\n`), String(port)));
    }
  }
  return longer;
}

function readData(data: string): { [key: string]: string } {
  const value = data.trim() === '' ? {} : readJson(data);
  const isData = value !== null && typeof value === 'object' && !Array.isArray(value)
    && Object.values(value).every(text => typeof text === 'string');
  if (!isData) {
    throw new CurrentContentError('it is not the data of a ConfigMap as a JSON object of texts');
  }
  return value as { [key: string]: string };
}

/** Reads a key. A problem names the key. */
function inKey<T>(key: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof CurrentContentError ? new CurrentContentError(`${key}: ${error.reason}`, error.found) : error;
  }
}
