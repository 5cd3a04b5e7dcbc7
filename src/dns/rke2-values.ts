import type { Zone } from './corefile-merge';
import { zoneOf } from './corefile-merge';

/** Why values cannot take the zone. */
export class ValuesError extends Error {}

const OWNER = 'cdk8s-istio-multicluster';

/**
 * The values of RKE2's CoreDNS chart with a server for the zone added at the end of the list `servers`, between two
 * comments; one that was added before is replaced. Everything else stays as it is, to the byte.
 * @throws ValuesError where there is no such list in block form, or it has the zone already
 */
export function mergeRke2Values(text: string, zone: Zone): string {
  const original = takeOutOfRke2Values(text, zone.zone);
  const lines = original.split('\n');
  const head = lines.findIndex(line => /^servers:\s*(#.*)?$/.test(line));
  if (head < 0) {throw new ValuesError('it has no list "servers" in block form: give the chart\'s own too, since a list in values takes its place');}
  let end = head + 1;
  while (end < lines.length && (/^\s*(#.*)?$/.test(lines[end]) || /^( +|- |-$)/.test(lines[end]))) {end++;}
  // Empty lines and comments after the last item belong to what follows.
  while (end > head + 1 && /^\s*(#.*)?$/.test(lines[end - 1])) {end--;}
  const list = lines.slice(head + 1, end);
  const indent = /^( *)-( |$)/.exec(list[0] ?? '')?.[1];
  if (indent === undefined) {throw new ValuesError('its list "servers" has no items');}
  const taken = list.find(line => {
    const name = /^\s*(?:- +)*zone:\s*["']?([^"'\s#]+)/.exec(line)?.[1];
    return name !== undefined && zoneOf(name) === zone.zone;
  });
  if (taken) {throw new ValuesError(`another server for ${zone.zone}: ${taken.trim()}`);}
  const at = (depth: number, line: string) => `${indent}${'  '.repeat(depth)}${line}`;
  const server = [
    at(0, `# BEGIN ${OWNER}: ${zone.zone}`),
    at(0, '- zones:'), at(1, `- zone: ${zone.zone}`), at(1, 'port: 53'), at(1, 'plugins:'), at(1, '- name: errors'),
    at(1, '- name: cache'), at(2, 'parameters: 30'), at(1, '- name: forward'), at(2, `parameters: ". ${zone.resolvers.join(' ')}"`),
    at(0, `# END ${OWNER}: ${zone.zone}`),
  ];
  return [...lines.slice(0, end), ...server, ...lines.slice(end)].join('\n');
}

/** The values without the server that `mergeRke2Values` added: the original, to the byte. */
export function takeOutOfRke2Values(text: string, zone: string): string {
  const lines = text.split('\n');
  const begin = lines.findIndex(line => line.trim() === `# BEGIN ${OWNER}: ${zone}`);
  const end = lines.findIndex((line, i) => i > begin && line.trim() === `# END ${OWNER}: ${zone}`);
  return begin < 0 || end < 0 ? text : [...lines.slice(0, begin), ...lines.slice(end + 1)].join('\n');
}
