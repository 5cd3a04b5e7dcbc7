import type { Document } from 'yaml';
import { Zone, zoneOf } from './corefile-merge';
import { yaml } from './yaml-reader';

/** Why values cannot take the zone. */
export class ValuesError extends Error {}

const OWNER = 'cdk8s-istio-multicluster';
const CUT = 'the line before had no end';

/**
 * The values of RKE2's CoreDNS chart with a server for the zone added at the end of the list `servers`, between two
 * comments; one that was added before is replaced. Everything else stays as it is, to the byte.
 * @throws ValuesError where there is no such list in block form, or it has the zone already
 */
export function mergeRke2Values(text: string, zone: Zone): string {
  const original = takeOutOfRke2Values(text, zone.zone);
  const before = valuesOf(original);
  const list = before.document.get('servers', true);
  if (!yaml().isSeq(list) || list.flow || list.items.length === 0) {
    throw new ValuesError('it has no list "servers" in block form: give the chart\'s own too, since a list in values takes its place');
  }
  const taken = before.values.servers.find(
    (server: any) => server?.zones?.some?.((entry: any) => zoneOf(String(entry?.zone ?? '.')) === zone.zone),
  );
  if (taken) {
    throw new ValuesError(`another server for ${zone.zone}`);
  }
  const [first] = list.range!;
  const indent = ' '.repeat(first - original.lastIndexOf('\n', first - 1) - 1);
  const at = endOfLine(original, lastValueEnd(list));
  const glued = original[at - 1] === '\n';
  const merged = `${original.slice(0, at)}${glued ? '' : '\n'}${serverText(
    zone,
    indent,
    rootPort(before.values.servers),
    glued,
  )}${original.slice(at)}`;
  const after = valuesOf(merged).values;
  const added = after.servers?.pop();
  if (JSON.stringify(after) !== JSON.stringify(before.values) || zoneOf(String(added?.zones?.[0]?.zone)) !== zone.zone) {
    throw new ValuesError('its list "servers" cannot take another item where it stands');
  }
  return merged;
}

/** The values without the server that `mergeRke2Values` added: the original, to the byte. */
export function takeOutOfRke2Values(text: string, zone: string): string {
  // Nothing but what is written here is taken out: an edited server stays, and is told as a foreign one.
  const lines = serverText({ zone, resolvers: ['RESOLVERS'] }, '', 'PORT', true).trimEnd().split('\n');
  const pattern = lines.map(
    (line, i) => `\\1${line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}${i === 0 ? `( \\(${CUT}\\))?` : ''}`,
  ).join('\\n');
  const own = new RegExp(`^( *)${pattern.slice(2).replace('RESOLVERS', '[0-9a-f.: ]+').replace('PORT', '\\d+')}(?:\\n|$(?![^]))`, 'gm');
  const last = [...text.matchAll(own)].pop();
  if (!last) {
    return text;
  }
  const rest = text.slice(last.index + last[0].length);
  return text.slice(0, last.index - (last[2] !== undefined && rest === '' ? 1 : 0)) + rest;
}

function valuesOf(text: string): { readonly document: Document; readonly values: any } {
  const document = yaml().parseDocument(text);
  const [error] = document.errors;
  if (error) {
    throw new ValuesError(`it is no YAML: ${error.message.split('\n')[0]}`);
  }
  if (!yaml().isMap(document.contents)) {
    throw new ValuesError('it has no list "servers" in block form');
  }
  return { document, values: document.toJS() };
}

/** Where the last value of a node ends, however deep it is: the line of it is the last of the list. */
function lastValueEnd(node: any): number {
  const items: any[] = node?.items ?? [];
  const last = items[items.length - 1];
  const inner = last?.value ?? last?.key ?? last;
  return inner?.range && !node.flow ? lastValueEnd(inner) : node.range[1];
}

function endOfLine(text: string, at: number): number {
  if (at > 0 && text[at - 1] === '\n') {
    return at;
  }
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

/** The port of the chart's root server: pods ask there. */
function rootPort(servers: any[]): string {
  const root = servers.find(server => server?.zones?.some?.((entry: any) => entry?.zone === '.'));
  return /^\d+$/.test(String(root?.port)) ? String(root.port) : '53';
}

function serverText({ zone, resolvers }: Zone, indent: string, port: string, glued: boolean): string {
  return [
    `# BEGIN ${OWNER}: ${zone}${glued ? '' : ` (${CUT})`}`,
    '- zones:', `  - zone: "${zone}"`, `  port: ${port}`, '  plugins:', '  - name: errors', '  - name: cache', '    parameters: 30', '  - name: forward',
    `    parameters: ". ${resolvers.join(' ')}"`,
    `# END ${OWNER}: ${zone}`,
  ].map(line => `${indent}${line}\n`).join('');
}
