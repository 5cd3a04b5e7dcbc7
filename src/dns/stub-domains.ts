import { zoneOf } from './corefile-merge';
import { yaml } from './yaml-reader';

/** Why a text is no map of stub domains, or cannot take the domain. */
export class StubDomainsError extends Error {}

/**
 * The stub domains of kube-dns, a JSON object of domains and their resolvers, with one added at the end. Everything else stays as it
 * is, to the byte. JSON has no comments, so nothing tells an entry of ours: with other resolvers it counts as a foreign one.
 * @throws StubDomainsError for what is no such object, or has the domain with other resolvers
 */
export function mergeStubDomains(text: string, domain: string, resolvers: string[]): string {
  const map = parsed(text);
  const own = entry(domain, resolvers);
  const there = Object.keys(map).find(key => zoneOf(key) === domain);
  if (there !== undefined) {
    if (there === domain && JSON.stringify(map[domain]) === JSON.stringify(resolvers)) {
      return text;
    }
    throw new StubDomainsError(
      `${there} goes to ${JSON.stringify(map[there])} already; leave it out of what you give if it is an earlier resolver of yours`,
    );
  }
  const close = text.lastIndexOf('}');
  const last = text.slice(0, close).trimEnd().length;
  return `${text.slice(0, last)}${Object.keys(map).length > 0 ? ', ' : ''}${own}${text.slice(last)}`;
}

/** An entry of the object, wherever white space stands. */
const STRING = '"(?:[^"\\\\]|\\\\.)*"';
const ENTRY = new RegExp(`(${STRING})\\s*:\\s*(\\[(?:\\s*${STRING}\\s*,?)*\\s*\\])`, 'g');

/** The stub domains without the one that `mergeStubDomains` added: the original, to the byte. One that was written by hand goes with its comma. */
export function takeOutOfStubDomains(text: string, domain: string, resolvers: string[]): string {
  const wanted = JSON.stringify([domain, resolvers]);
  const own = [...text.matchAll(ENTRY)].find(([, key, value]) => JSON.stringify([JSON.parse(key), JSON.parse(value)]) === wanted);
  if (!own) {
    return text;
  }
  const before = text.slice(0, own.index).replace(/,\s*$/, '');
  const after = text.slice(own.index + own[0].length);
  const isFirst = before.length === own.index;
  return isFirst ? before + after.replace(/^\s*,\s*/, '') : before + after;
}

function entry(domain: string, resolvers: string[]): string {
  return `${JSON.stringify(domain)}: [${resolvers.map(resolver => JSON.stringify(resolver)).join(', ')}]`;
}

function parsed(text: string): { [domain: string]: unknown } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new StubDomainsError('it is no JSON');
  }
  // JSON is YAML, whose reader notices a key that stands twice.
  const [twice] = yaml().parseDocument(text, { uniqueKeys: true }).errors.filter(({ code }) => code === 'DUPLICATE_KEY');
  if (twice) {
    throw new StubDomainsError('a domain stands twice');
  }
  const right = value !== null && typeof value === 'object' && !Array.isArray(value)
    && Object.values(value).every(resolvers => Array.isArray(resolvers) && resolvers.every(resolver => typeof resolver === 'string'));
  if (!right) {
    throw new StubDomainsError('it is no object of domains, each with a list of resolvers');
  }
  return value as { [domain: string]: unknown };
}
