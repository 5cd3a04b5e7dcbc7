import { readCorefile, ServerBlock } from './corefile';
import { CurrentContentError } from './current-content';

/** Server in the values of RKE2's CoreDNS chart, as the chart reads it: a field that is missing or null has the value of the chart. */
export interface Rke2Server {
  readonly zones: ReadonlyArray<{ readonly scheme: string; readonly zone: string }>;
  readonly port: string;
  readonly plugins: ReadonlyArray<{ readonly name: string; readonly parameters: string; readonly configBlock: string }>;
}

/** Map of the values, or an empty one in the place of null. */
interface Fields {
  readonly [name: string]: unknown;
}

/**
 * Reads the servers of the values.
 * @throws CurrentContentError for a field of another kind than the chart expects
 */
export function checkedRke2Servers(servers: unknown): Rke2Server[] {
  return listIn(servers, 'servers').map((server, i) => {
    const path = `servers[${i}]`;
    const { zones, port, plugins } = fieldsIn(server, path);
    return {
      zones: listIn(zones, `${path}.zones`).map((zone, at) => zoneIn(zone, `${path}.zones[${at}]`)),
      port: textIn(port, `${path}.port`, '53'),
      plugins: listIn(plugins, `${path}.plugins`).map((plugin, at) => pluginIn(plugin, `${path}.plugins[${at}]`)),
    };
  });
}

/** Server blocks that RKE2's CoreDNS chart makes of its servers. */
export function blocksOfRke2Servers(servers: Rke2Server[]): ServerBlock[] {
  return servers.flatMap(server => readCorefile(corefileOf(server)));
}

function corefileOf({ zones, port, plugins }: Rke2Server): string {
  const keys = zones.map(({ scheme, zone }) => `${scheme}${zone}:${port}`);
  const directives = plugins.map(({ name, parameters, configBlock }) =>
    `${name} ${parameters}${configBlock === '' ? '' : ` {\n${configBlock}\n}`}\n`);
  return `${keys.join(' ') || '.'} {\n${directives.join('')}}\n`;
}

function zoneIn(value: unknown, path: string): Rke2Server['zones'][number] {
  const { scheme, zone } = fieldsIn(value, path);
  return { scheme: textIn(scheme, `${path}.scheme`), zone: textIn(zone, `${path}.zone`, '.') };
}

function pluginIn(value: unknown, path: string): Rke2Server['plugins'][number] {
  const { name, parameters, configBlock } = fieldsIn(value, path);
  return {
    name: textIn(name, `${path}.name`),
    parameters: textIn(parameters, `${path}.parameters`),
    configBlock: textIn(configBlock, `${path}.configBlock`),
  };
}

function listIn(value: unknown, path: string): unknown[] {
  if (value === undefined || value === null || Array.isArray(value)) {
    return value ?? [];
  }
  throw wrongKind(path, 'a list');
}

function fieldsIn(value: unknown, path: string): Fields {
  if (value === undefined || value === null || (typeof value === 'object' && !Array.isArray(value))) {
    return (value ?? {}) as Fields;
  }
  throw wrongKind(path, 'a map');
}

function textIn(value: unknown, path: string, otherwise = ''): string {
  if (typeof value === 'object' && value !== null) {
    throw wrongKind(path, 'a text or number');
  }
  return String(value ?? otherwise);
}

function wrongKind(path: string, expected: string): CurrentContentError {
  return new CurrentContentError(`its field ${path} is not ${expected}`);
}
