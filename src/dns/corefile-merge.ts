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
  const taken = before.find(block => block.keys.some(key => zoneOf(key) === zone.zone));
  if (taken) {throw new CorefileError(`another server block for ${zone.zone}: ${taken.keys.join(' ')}`);}
  const glued = original === '' || original.endsWith('\n');
  const merged = `${original}${glued ? '' : '\n'}${begin(zone.zone, glued)}\n${serverBlock(zone, before)}${end(zone.zone)}\n`;
  // What is added must not become a part of what was there: of a server without braces, or of a quote that is not closed.
  if (!ENVIRONMENTS.every(environment => isAdded(zone.zone, original, merged, environment))) {
    throw new CorefileError('its last server block has no braces, or a quote in it is not closed: nothing can be added after it');
  }
  return merged;
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

/** A Corefile without the server block that `mergeCorefile` added: the original, to the byte. */
export function takeOutOfCorefile(text: string, zone: string): string {
  const name = zone.replace(/[.]/g, '\\.');
  // Nothing but what is written here is taken out: an edited block stays, and is told as a foreign one.
  const own = new RegExp(`^# BEGIN ${OWNER}: ${name}( \\(${CUT}\\))?\n${name}:\\d+ \\{\n(?:    bind [^\n]*\n)?    errors\n    cache 30\n    forward \\. [^\n]*\n\\}\n# END ${OWNER}: ${name}\n`, 'gm');
  const last = [...text.matchAll(own)].pop();
  if (!last) {return text;}
  return text.slice(0, last.index - (last[1] === undefined ? 0 : 1)) + text.slice(last.index + last[0].length);
}

/** The server block of the zone. It listens where the servers of the platform do. */
export function serverBlock({ zone, resolvers }: Zone, others: ServerBlock[] = []): string {
  const root = others.find(block => block.keys.some(key => zoneOf(key) === '.'));
  const port = root && portOf(root.keys.find(key => zoneOf(key) === '.')!);
  return `${zone}:${port ?? '53'} {\n${bindLine(root?.directives.bind)}    errors\n    cache 30\n    forward . ${resolvers.join(' ')}\n}\n`;
}

/** The zone that a key of a server block is for: "dns://Global.:53" is for "global". */
export function zoneOf(key: string): string {
  const host = key.replace(/^[a-z]+:\/\//i, '').replace(/:[^:\]]*$/, '').toLowerCase();
  return host === '.' || host === '' ? '.' : host.replace(/\.$/, '');
}

function portOf(key: string): string | undefined {
  return /:(\d+)$/.exec(key)?.[1];
}

function begin(zone: string, glued: boolean): string {
  return `# BEGIN ${OWNER}: ${zone}${glued ? '' : ` (${CUT})`}`;
}

function end(zone: string): string {
  return `# END ${OWNER}: ${zone}`;
}

/** The addresses that the platform's servers listen on: the zone's does too, or the two would want one address. */
function bindLine(bind: string[] | undefined): string {
  if (!bind) {return '';}
  const [, ...addresses] = bind;
  if (addresses.length === 0 || !addresses.every(address => address !== 'bind' && /^[\w.:%-]+$/.test(address))) {
    throw new CorefileError(`the addresses of its root server cannot be taken over: ${bind.join(' ')}`);
  }
  return `    bind ${addresses.join(' ')}\n`;
}
