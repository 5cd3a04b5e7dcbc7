import { CorefileError, Environment, readCorefile, ServerBlock } from './corefile';

const OWNER = 'cdk8s-istio-multicluster';
/** Said where a newline had to be added before, so that it can be taken out again. */
const CUT = 'the line before had no end';

/** The zone that is added to a Corefile, and who answers for it. */
export interface Zone {
  /** Without a final dot, such as "global". */
  readonly zone: string;
  /** IP addresses. */
  readonly resolvers: string[];
}

/**
 * A Corefile with a server block for the zone added at its end, between two comments; a block that was added before is
 * replaced. Everything else stays as it is, to the byte.
 * @throws CorefileError for what is no Corefile, has a zone of that name already, or cannot take another block
 */
export function mergeCorefile(text: string, zone: Zone): string {
  const original = takeOutOfCorefile(text, zone.zone);
  const before = readCorefile(original);
  if (before.length === 0) {
    throw new CorefileError(
      'it has no server: CoreDNS would answer for the zone alone, and refuse every other name',
    );
  }
  refuseClusterDomain(zone.zone, before);
  const taken = before.find(block => block.keys.some(key => zoneOf(key) === zone.zone));
  if (taken) {
    throw new CorefileError(`another server block for ${zone.zone}: ${taken.keys.join(' ')}`);
  }
  const glued = original.endsWith('\n');
  const merged = `${original}${glued ? '' : '\n'}${begin(zone.zone, glued)}\n${serverBlock(zone, before)}${end(zone.zone)}\n`;
  // What is added must not become a part of what was there: of a server without braces, or of a quote that is not closed.
  if (!ENVIRONMENTS.every(
    environment => isAdded(zone.zone, original, merged, environment) && isTakenOut(zone.zone, text, original, environment),
  )) {
    throw new CorefileError(
      `its last server block has no braces, or a quote in it is not closed: nothing can be added after it${hint(text)}`,
    );
  }
  return merged;
}

/** What was given instead of a Corefile, where that can be told. */
function hint(text: string): string {
  if (/^kind: /m.test(text)) {
    return '; it looks like a whole object: give its data.Corefile';
  }
  return /[\n{]/.test(text.trim()) ? '' : '; it looks like the name of a file, or what a command said that failed';
}

/** Variables can stand anywhere, braces included: a Corefile must read the same way whether they hold something or nothing. */
const ENVIRONMENTS: Environment[] = [() => undefined, () => ''];

/** Whether the merged text has the blocks that were there, as they were, and then the one of the zone. */
function isAdded(zone: string, original: string, merged: string, environment: Environment): boolean {
  try {
    const [before, after] = [original, merged].map(text => readCorefile(text, environment));
    const added = after.pop();
    return JSON.stringify(after) === JSON.stringify(before) && added !== undefined && added.keys.some(key => zoneOf(key) === zone);
  } catch {
    return false;
  }
}

/** Whether nothing but our own block has been taken out: whoever wrote behind it may have joined a line to it. */
function isTakenOut(zone: string, text: string, original: string, environment: Environment): boolean {
  const foreign = readCorefile(text, environment).filter(block => !block.keys.every(key => zoneOf(key) === zone));
  return JSON.stringify(foreign) === JSON.stringify(readCorefile(original, environment));
}

/** The zone of the cluster itself, what is above it and what is below: answered elsewhere, no Service would be found any more. */
function refuseClusterDomain(zone: string, blocks: ServerBlock[]): void {
  const own = blocks.flatMap(
    ({ directives }) => (directives.kubernetes ?? []).map(zoneOf),
  ).find(name => name !== '.' && overlap(name, zone));
  if (own !== undefined) {
    throw new CorefileError(`${zone} overlaps ${own}, which is the cluster's own`);
  }
}

/** Whether one of two zones is the other, or lies within it. */
export function overlap(one: string, other: string): boolean {
  return one === other || one.endsWith(`.${other}`) || other.endsWith(`.${one}`);
}

/** A Corefile without the server block that `mergeCorefile` added: the original, to the byte. */
export function takeOutOfCorefile(text: string, zone: string): string {
  const name = zone.replace(/[.]/g, '\\.');
  // Nothing but what is written here is taken out: an edited block stays, and is told as a foreign one.
  const own = new RegExp(
    `^# BEGIN ${OWNER}: ${name}( \\(${CUT}\\))?\n${name}:\\d+ \\{\n(?:    bind [^\n]*\n)?    errors\n    cache 30\n    forward \\. [^\n]*\n\\}\n# END ${OWNER}: ${name}(?:\n|$(?![^]))`,
    'gm',
  );
  const last = [...text.matchAll(own)].pop();
  if (!last) {
    return text;
  }
  const rest = text.slice(last.index + last[0].length);
  // The newline that was added before it goes with it, unless somebody has written behind it since.
  const cut = last[1] !== undefined && rest === '' ? 1 : 0;
  return text.slice(0, last.index - cut) + rest;
}

/** The server block of the zone. It listens where the servers of the platform do. */
export function serverBlock({ zone, resolvers }: Zone, others: ServerBlock[] = []): string {
  const root = rootServer(others);
  return `${zone}:${root?.port ?? '53'} {\n${bindLine(root?.block.directives.bind)}    errors\n    cache 30\n    forward . ${resolvers.join(' ')}\n}\n`;
}

/** The server that pods ask, and its port: the root zone over plain DNS, on port 53 where there are several. */
function rootServer(blocks: ServerBlock[]): { readonly block: ServerBlock; readonly port: string } | undefined {
  const roots = blocks.flatMap(
    block => block.keys.filter(key => zoneOf(key) === '.' && !/^(?!dns:)[a-z]+:\/\//i.test(key)).map(key => ({ block, port: portOf(key) })),
  );
  const chosen = roots.find(({ port }) => port === '53') ?? roots[0];
  if (chosen && (!/^\d+$/.test(chosen.port) || (roots.length > 1 && chosen.port !== '53'))) {
    throw new CorefileError(`nobody can tell which port pods ask: ${roots.map(({ port }) => port).join(', ')}`);
  }
  const binds = new Set(
    roots.filter(({ port }) => port === chosen?.port).map(({ block }) => block.directives.bind?.slice(1).sort().join(' ')),
  );
  if (binds.size > 1) {
    throw new CorefileError(
      `its root servers listen on different addresses: ${[...binds].map(addresses => addresses ?? 'all').join('; ')}`,
    );
  }
  return chosen;
}

/** The zone that a key of a server block is for: "dns://Global.:53" is for "global". */
export function zoneOf(key: string): string {
  const host = key.replace(/^[a-z]+:\/\//i, '').replace(/:[^:\]]*$/, '').toLowerCase();
  return host === '.' || host === '' ? '.' : host.replace(/\.$/, '');
}

function portOf(key: string): string {
  return /:([^:\]/]+)$/.exec(key.replace(/^[a-z]+:\/\//i, ''))?.[1] ?? '53';
}

function begin(zone: string, glued: boolean): string {
  return `# BEGIN ${OWNER}: ${zone}${glued ? '' : ` (${CUT})`}`;
}

function end(zone: string): string {
  return `# END ${OWNER}: ${zone}`;
}

/** The addresses that the platform's servers listen on: the zone's does too, or the two would want one address. */
function bindLine(bind: string[] | undefined): string {
  if (!bind) {
    return '';
  }
  const [, ...addresses] = bind;
  if (addresses.length === 0 || !addresses.every(address => address !== 'bind' && /^[\w.:%-]+$/.test(address))) {
    throw new CorefileError(`the addresses of its root server cannot be taken over: ${bind.join(' ')}`);
  }
  return `    bind ${addresses.join(' ')}\n`;
}
