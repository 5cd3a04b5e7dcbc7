import { isIP } from 'net';
import type { ServerBlock } from './corefile';
import { CurrentContentError } from './current-content';
import { isPlainDns, isWithin, portOf, zoneOf } from './zone';
import { ownValue } from '../options/own-value';

/**
 * Directives that answer queries, or refuse them, for the zones in their arguments. The value says which arguments are zones: the first
 * of them, and the one after the last.
 */
const ZONE_ARGUMENTS: { readonly [directive: string]: readonly [number, number?] } = {
  acl: [0],
  auto: [0],
  azure: [0],
  clouddns: [0],
  etcd: [0],
  file: [1],
  forward: [0, 1],
  grpc: [0, 1],
  hosts: [1],
  k8s_external: [0],
  k8s_gateway: [0],
  multicluster: [0],
  proxy: [0, 1],
  route53: [0],
  secondary: [0],
  template: [2],
};

const MATCHES = ['exact', 'prefix', 'suffix', 'substring', 'regex'];

/** Words that begin a line in the block of a directive. CoreDNS ends the line before them; the words alone do not show where. */
const HOSTS_OPTIONS = ['fallthrough', 'no_reverse', 'reload', 'ttl'];
const TEMPLATE_OPTIONS = ['additional', 'answer', 'authority', 'ederror', 'fallthrough', 'match', 'rcode', 'upstream'];

/**
 * Refuses a Corefile in which a directive serves the zone, or names in it, in the server that answers for the zone so far. A new server
 * block for the zone would take these queries away from the directive. A directive for all names, such as `forward .`, is no obstacle.
 * @param port port that the new server block is for
 * @throws CurrentContentError with the directive
 */
export function refuseClaims(zone: string, blocks: ServerBlock[], port: string): void {
  for (const { directives } of currentServers(zone, blocks, port)) {
    for (const [name, words] of Object.entries(directives)) {
      const claim = statementsOf(name, words).find(statement => names(statement, zone));
      if (claim !== undefined) {
        throw new CurrentContentError(
          'a directive serves names of the zone already, and a server block for the zone would take them away from it',
          claim.join(' '),
        );
      }
    }
  }
}

/** Zones of server blocks that lie within a zone, such as "bar.global" in "global". CoreDNS prefers the longer zone. */
export function longerZones(zone: string, blocks: ServerBlock[], port: string): string[] {
  return blocks.flatMap(({ keys }) => keys)
    .filter(key => isPlainDns(key) && portOf(key) === port)
    .map(zoneOf)
    .filter(name => name !== zone && isWithin(name, zone));
}

/** Server blocks that answer for a zone so far: those of the longest zone that holds it. Several of them are views. */
function currentServers(zone: string, blocks: ServerBlock[], port: string): ServerBlock[] {
  const lengthOf = (key: string) => zoneOf(key) === '.' ? 0 : zoneOf(key).length;
  const holding = blocks.map(block => ({
    block,
    lengths: block.keys.filter(key => isPlainDns(key) && portOf(key) === port && isWithin(zone, zoneOf(key))).map(lengthOf),
  }));
  const longest = holding.flatMap(({ lengths }) => lengths).reduce((most, length) => Math.max(most, length), -1);
  return holding.filter(({ lengths }) => lengths.includes(longest)).map(({ block }) => block);
}

/** Splits the words of all directives of one name: each directive begins with the name. */
function statementsOf(name: string, words: string[]): string[][] {
  const statements: string[][] = [];
  for (const word of words) {
    if (word === name || statements.length === 0) {
      statements.push([]);
    }
    statements[statements.length - 1].push(word);
  }
  return statements;
}

/** Whether a directive is for names of a zone. */
function names([directive, ...words]: string[], zone: string): boolean {
  const start = words.indexOf('{');
  const head = start < 0 ? words : words.slice(0, start);
  const body = start < 0 ? [] : words.slice(start + 1, -1);
  const [from, to] = ownValue(ZONE_ARGUMENTS, directive) ?? [head.length];
  if (head.slice(from, to).some(argument => isWithin(zoneOf(argument), zone))) {
    return true;
  }
  switch (directive) {
    case 'hosts': return linesOf(body, word => isIP(word) !== 0 || HOSTS_OPTIONS.includes(word))
      .some(([address, ...hosts]) => isIP(address) !== 0 && hosts.some(host => isWithin(zoneOf(host), zone)));
    case 'template': return linesOf(body, word => TEMPLATE_OPTIONS.includes(word))
      .some(([option, ...patterns]) => option === 'match' && patterns.some(pattern => patternNames(pattern, zone)));
    case 'rewrite': return rewrites(words.filter(word => word !== '{'), zone);
    default: return false;
  }
}

/** Whether a directive `rewrite` changes the names of queries for a zone. */
function rewrites(words: string[], zone: string): boolean {
  const [field, ...rest] = ['continue', 'stop'].includes(words[0]) ? words.slice(1) : words;
  const [match, name = ''] = MATCHES.includes(rest[0]) ? rest : ['exact', rest[0]];
  if (field !== 'name') {
    return false;
  }
  return match === 'regex' ? patternNames(name, zone) : isWithin(zoneOf(name.replace(/^\.+/, '')), zone);
}

function linesOf(words: string[], begins: (word: string) => boolean): string[][] {
  const lines: string[][] = [[]];
  for (const word of words) {
    if (begins(word)) {
      lines.push([]);
    }
    lines[lines.length - 1].push(word);
  }
  return lines;
}

/** Whether a regular expression ends in the name of a zone, such as `(.*)\.bar\.global\.?$`. */
function patternNames(pattern: string, zone: string): boolean {
  const plain = pattern.replace(/\\([.-])|\[(\.)\]/g, '$1$2').toLowerCase();
  const name = zone.replace(/[.]/g, '\\.');
  return new RegExp(`(?<![a-z0-9-])${name}[.)?$]*(?:$|\\|)`).test(plain);
}
