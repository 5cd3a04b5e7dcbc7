import type { Document, Node, YAMLSeq } from 'yaml';
import { CurrentContentError } from './current-content';
import { beginComment, endComment, escaped, withoutMarkedBlock } from './marked-block';
import { blocksOfRke2Servers, checkedRke2Servers, Rke2Server } from './rke2-servers';
import { readYaml, yamlPackage } from './yaml-content';
import { ForwardedZone, zoneOf } from './zone';
import { longerZones, refuseClaims } from './zone-claims';

const NO_SERVERS = 'it has no list "servers" in block form; add the servers of the chart, since a list in values replaces them';

/** Values of a Helm chart: the text with its positions, and the plain data. */
interface Values {
  readonly document: Document;
  readonly data: { readonly [key: string]: unknown };
}

/**
 * Adds a server for a zone to the values of RKE2's CoreDNS chart, at the end of the list `servers` and between two comments. A
 * server that was added before is replaced. Everything else stays, byte for byte.
 * @throws CurrentContentError for values without such a list in block form, or with another server for the zone
 */
export function mergeRke2Values(text: string, forwarded: ForwardedZone): string {
  const { zone } = forwarded;
  const original = withdrawFromRke2Values(text, zone);
  const before = readValues(original);
  const list = serverListOf(before);
  const servers = serversIn(before);
  if (servers.some(server => zoneNamesOf(server).some(name => zoneOf(name) === zone))) {
    throw new CurrentContentError('it has another server for the zone');
  }
  refuseClaims(zone, blocksOfRke2Servers(servers), rootPort(servers));
  const position = endOfLine(original, endOfLastValue(list));
  const endsWithNewline = original[position - 1] === '\n';
  const lines = [beginComment(zone, endsWithNewline), ...serverLines(forwarded, rootPort(servers)), endComment(zone)];
  const block = lines.map(line => `${indentOf(list, original)}${line}\n`).join('');
  const merged = `${original.slice(0, position)}${endsWithNewline ? '' : '\n'}${block}${original.slice(position)}`;
  if (!addsOnlyTheZone(zone, before, readValues(merged))) {
    throw new CurrentContentError('no server can be added at the end of its list "servers"');
  }
  return merged;
}

/** Zones within a zone that the servers of the values serve. Their names do not reach the resolvers of the zone. */
export function longerZonesInRke2Values(text: string, zone: string): string[] {
  const servers = serversIn(readValues(text));
  return longerZones(zone, blocksOfRke2Servers(servers), rootPort(servers));
}

/** Removes the server that `mergeRke2Values` added. The result is the original, byte for byte. */
export function withdrawFromRke2Values(text: string, zone: string): string {
  const content = serverLines({ zone, resolvers: ['RESOLVERS'] }, 'PORT').map(line =>
    escaped(line).replace('RESOLVERS', '[0-9a-f.: ]+').replace('PORT', '\\d+'));
  return withoutMarkedBlock(text, zone, content, ' *');
}

function serverLines({ zone, resolvers }: ForwardedZone, port: string): string[] {
  return [
    '- zones:',
    `  - zone: "${zone}"`,
    `  port: ${port}`,
    '  plugins:',
    '  - name: errors',
    '  - name: cache',
    '    parameters: 30',
    '  - name: forward',
    `    parameters: ". ${resolvers.join(' ')}"`,
  ];
}

function readValues(text: string): Values {
  const { document, data } = readYaml(text);
  if (!yamlPackage().isMap(document.contents)) {
    throw new CurrentContentError(NO_SERVERS);
  }
  return { document, data: data as Values['data'] };
}

function serverListOf({ document }: Values): YAMLSeq {
  const list = document.get('servers', true);
  if (!yamlPackage().isSeq(list) || list.flow || list.items.length === 0) {
    throw new CurrentContentError(NO_SERVERS);
  }
  return list;
}

function serversIn({ data }: Values): Rke2Server[] {
  return checkedRke2Servers(data.servers);
}

/** Names of the zones of a server, as the chart reads them. */
function zoneNamesOf({ zones }: Rke2Server): string[] {
  return zones.map(({ zone }) => zone);
}

/** Port of the chart's server for the root zone: pods send their queries there. */
function rootPort(servers: Rke2Server[]): string {
  const port = servers.find(server => zoneNamesOf(server).includes('.'))?.port ?? '53';
  return /^\d+$/.test(port) ? port : '53';
}

/** Whether two values differ in a last server only, and that server is for the zone. */
function addsOnlyTheZone(zone: string, before: Values, after: Values): boolean {
  const servers = listOf(after.data.servers);
  const [added] = checkedRke2Servers(servers.slice(-1));
  const rest = { ...after.data, servers: servers.slice(0, -1) };
  return JSON.stringify(rest) === JSON.stringify(before.data) && zoneNamesOf(added).some(name => zoneOf(name) === zone);
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function indentOf(list: YAMLSeq, text: string): string {
  const [start] = list.range!;
  return ' '.repeat(start - text.lastIndexOf('\n', start - 1) - 1);
}

/** Position where the last value of a node ends, at any depth. Its line is the last line of the list. */
function endOfLastValue(node: Node): number {
  const { isCollection, isNode, isPair } = yamlPackage();
  const last = isCollection(node) && !node.flow ? node.items[node.items.length - 1] : undefined;
  const value = isPair(last) ? last.value ?? last.key : last;
  return isNode(value) ? endOfLastValue(value) : node.range![1];
}

function endOfLine(text: string, position: number): number {
  if (position > 0 && text[position - 1] === '\n') {
    return position;
  }
  const end = text.indexOf('\n', position);
  return end < 0 ? text.length : end + 1;
}
