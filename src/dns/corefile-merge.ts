import { readCorefile, ServerBlock } from './corefile';
import type { Environment } from './corefile-cursor';
import { CurrentContentError } from './current-content';
import { beginComment, endComment, escaped, withoutMarkedBlock } from './marked-block';
import { ForwardedZone, isPlainDns, portOf, zoneOf } from './zone';
import { longerZones, refuseClaims } from './zone-claims';
import { domainsOverlap } from '../model/dns-suffix';

/**
 * Environments in which the meaning of a Corefile is compared: CoreDNS replaces references to variables, which can stand for
 * anything, braces included. A Corefile must read alike whether or not the variables are set.
 */
const ENVIRONMENTS: Environment[] = [() => undefined, () => ''];

/**
 * Adds a server block for a zone to a Corefile, at its end and between two comments. A block that was added before is replaced.
 * Everything else stays, byte for byte.
 * @throws CurrentContentError for an invalid Corefile, one with another block for the zone, and one that no block can be added to
 */
export function mergeCorefile(text: string, forwarded: ForwardedZone): string {
  const { zone } = forwarded;
  const original = withdrawFromCorefile(text, zone);
  const blocks = readCorefile(original);
  refuseForeignContent(zone, blocks);
  refuseClaims(zone, blocks, portOfPods(blocks));
  const endsWithNewline = original.endsWith('\n');
  const begin = `${endsWithNewline ? '' : '\n'}${beginComment(zone, endsWithNewline)}`;
  const merged = `${original}${begin}\n${serverBlock(forwarded, blocks)}${endComment(zone)}\n`;
  // The new block must not become part of an old one, such as a server without braces or a quote that is not closed.
  const isSafe = ENVIRONMENTS.every(environment =>
    addsOnlyTheZone(zone, original, merged, environment) && removesOnlyTheZone(zone, text, original, environment));
  if (!isSafe) {
    throw new CurrentContentError(
      `no block can be added at its end: its last server has no braces, or a quote is not closed${hint(text)}`,
    );
  }
  return merged;
}

/** Zones within a zone that a Corefile without the zone serves. Their names do not reach the resolvers of the zone. */
export function longerZonesIn(corefile: string, zone: string): string[] {
  const blocks = readCorefile(corefile);
  return longerZones(zone, blocks, portOfPods(blocks));
}

/** Port that pods send their queries to. */
function portOfPods(blocks: ServerBlock[]): string {
  return rootServer(blocks)?.port ?? '53';
}

/** Removes the server block that `mergeCorefile` added. The result is the original, byte for byte. */
export function withdrawFromCorefile(text: string, zone: string): string {
  return withoutMarkedBlock(text, zone, [
    `${escaped(zone)}:\\d+ \\{(?:\\n {4}bind [^\\n]*)?`,
    ' {4}errors',
    ' {4}cache 30',
    ' {4}forward \\. [^\\n]*',
    '\\}',
  ]);
}

/**
 * Server block of a zone. It uses the port and addresses of the platform's own root server, since pods send their queries there.
 * @param others server blocks of the platform
 * @param defaultPort port that pods ask, where no server of the platform tells it
 * @throws CurrentContentError when the port or the addresses are ambiguous
 */
export function serverBlock({ zone, resolvers }: ForwardedZone, others: ServerBlock[] = [], defaultPort = 53): string {
  const root = rootServer(others);
  const bind = bindLine(root?.block.directives.bind);
  return `${zone}:${root?.port ?? defaultPort} {\n${bind}    errors\n    cache 30\n    forward . ${resolvers.join(' ')}\n}\n`;
}

function refuseForeignContent(zone: string, blocks: ServerBlock[]): void {
  if (blocks.length === 0) {
    throw new CurrentContentError('it has no server: CoreDNS would answer for the zone alone, and refuse every other name');
  }
  // CoreDNS would forward the names of Services if the zone held or were part of the cluster domain.
  const clusterDomain = blocks.flatMap(({ directives }) => directives.kubernetes ?? []).map(zoneOf)
    .find(name => name !== '.' && domainsOverlap(name, zone));
  if (clusterDomain !== undefined) {
    throw new CurrentContentError('the zone overlaps the domain of the cluster itself', clusterDomain);
  }
  const existing = blocks.find(({ keys }) => keys.some(key => zoneOf(key) === zone));
  if (existing) {
    throw new CurrentContentError('it has another server block for the zone', existing.keys.join(' '));
  }
}

/** What a user probably passed in the place of a Corefile; empty if that cannot be guessed. */
function hint(text: string): string {
  if (/^kind: /m.test(text)) {
    return '; it looks like a whole object: pass its data.Corefile';
  }
  return /[\n{]/.test(text.trim()) ? '' : '; it looks like the name of a file, or the output of a command that failed';
}

/** Whether a merged text has the blocks of the original, unchanged, and then the block of the zone. */
function addsOnlyTheZone(zone: string, original: string, merged: string, environment: Environment): boolean {
  try {
    const before = readCorefile(original, environment);
    const after = readCorefile(merged, environment);
    const added = after.pop();
    return JSON.stringify(after) === JSON.stringify(before) && added !== undefined && added.keys.some(key => zoneOf(key) === zone);
  } catch {
    return false;
  }
}

/** Whether a text and its original differ in the block of the zone only: somebody may have joined a line to the block. */
function removesOnlyTheZone(zone: string, text: string, original: string, environment: Environment): boolean {
  const foreign = readCorefile(text, environment).filter(block => !block.keys.every(key => zoneOf(key) === zone));
  return JSON.stringify(foreign) === JSON.stringify(readCorefile(original, environment));
}

interface RootServer {
  readonly block: ServerBlock;
  readonly port: string;
}

/**
 * Server that pods ask: the server of the root zone over plain DNS, on port 53 if there are several ports. Several servers on one port
 * answer different clients, by the directive `view`.
 */
function rootServer(blocks: ServerBlock[]): RootServer | undefined {
  const roots = blocks.flatMap(block => block.keys
    .filter(key => zoneOf(key) === '.' && isPlainDns(key))
    .map(key => ({ block, port: portOf(key) })));
  const ports = [...new Set(roots.map(({ port }) => port))];
  const chosen = roots.find(({ port }) => port === '53') ?? roots[0];
  if (chosen && (!/^\d+$/.test(chosen.port) || (ports.length > 1 && chosen.port !== '53'))) {
    throw new CurrentContentError('the port that pods ask is ambiguous', ports.join(', '));
  }
  refuseDifferentAddresses(roots.filter(({ port }) => port === chosen?.port));
  return chosen;
}

function refuseDifferentAddresses(roots: RootServer[]): void {
  const addresses = new Set(roots.map(({ block }) => block.directives.bind?.slice(1).sort().join(' ')));
  if (addresses.size > 1) {
    const found = [...addresses].map(list => list ?? 'all').join('; ');
    throw new CurrentContentError('its root servers listen on different addresses', found);
  }
}

/** Directive `bind` with the addresses of the root server: a server on all addresses would conflict with it. */
function bindLine(bind: string[] | undefined): string {
  if (!bind) {
    return '';
  }
  const [, ...addresses] = bind;
  if (addresses.length === 0 || !addresses.every(address => address !== 'bind' && /^[\w.:%-]+$/.test(address))) {
    throw new CurrentContentError('the addresses of its root server cannot be read', bind.join(' '));
  }
  return `    bind ${addresses.join(' ')}\n`;
}
