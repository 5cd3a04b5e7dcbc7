import { CurrentContentError, readJson } from './current-content';
import { refuseUnreadableStubDomains, StubDomainsReader } from './stub-domains-reader';
import { zoneOf } from './zone';

/** String of JSON, as the source of a regular expression. */
const STRING = '"(?:[^"\\\\]|\\\\.)*"';
/** Entry of the JSON object: a domain and the list of its resolvers. */
const ENTRY = new RegExp(`(?<domain>${STRING})\\s*:\\s*(?<resolvers>\\[(?:\\s*${STRING}\\s*,?)*\\s*\\])`, 'g');

/**
 * Adds a domain to the stub domains of kube-dns, a JSON object with the resolvers of each domain. Everything else stays, byte for
 * byte. JSON has no comments that could mark an entry of this library, so an entry with other resolvers counts as foreign.
 * @param reader program that reads the domains, and refuses all of them for one bad entry
 * @throws CurrentContentError for a text that is no such object, has the domain with other resolvers, or that its reader refuses
 */
export function mergeStubDomains(text: string, domain: string, resolvers: string[], reader: StubDomainsReader): string {
  const stubDomains = readStubDomains(text);
  const existing = Object.keys(stubDomains).find(key => zoneOf(key) === domain);
  if (existing !== undefined) {
    if (existing === domain && JSON.stringify(stubDomains[domain]) === JSON.stringify(resolvers)) {
      refuseUnreadableStubDomains(stubDomains, reader);
      return text;
    }
    throw new CurrentContentError(
      'it has the domain with other resolvers; if these are earlier resolvers of your own, leave the entry out of the input',
      `${existing} ${JSON.stringify(stubDomains[existing])}`,
    );
  }
  refuseUnreadableStubDomains(stubDomains, reader);
  const entry = `${JSON.stringify(domain)}: [${resolvers.map(resolver => JSON.stringify(resolver)).join(', ')}]`;
  const end = text.slice(0, text.lastIndexOf('}')).trimEnd().length;
  return `${text.slice(0, end)}${Object.keys(stubDomains).length > 0 ? ', ' : ''}${entry}${text.slice(end)}`;
}

/**
 * Removes a domain with these resolvers from the stub domains of kube-dns. After `mergeStubDomains` the result is the original, byte
 * for byte. An entry that a person wrote is removed together with its comma.
 */
export function withdrawFromStubDomains(text: string, domain: string, resolvers: string[]): string {
  const wanted = JSON.stringify([domain, resolvers]);
  const own = [...text.matchAll(ENTRY)].find(
    ({ groups }) => JSON.stringify([JSON.parse(groups!.domain), JSON.parse(groups!.resolvers)]) === wanted,
  );
  if (!own) {
    return text;
  }
  const before = text.slice(0, own.index).replace(/,\s*$/, '');
  const after = text.slice(own.index + own[0].length);
  const isFirst = before.length === own.index;
  return isFirst ? before + after.replace(/^\s*,\s*/, '') : before + after;
}

function readStubDomains(text: string): { [domain: string]: string[] } {
  const value = readJson(text);
  if (!isStubDomains(value)) {
    throw new CurrentContentError('it is not a JSON object of domains, each with a list of resolvers');
  }
  return value;
}

function isStubDomains(value: unknown): value is { [domain: string]: string[] } {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    && Object.values(value).every(resolvers => Array.isArray(resolvers) && resolvers.every(resolver => typeof resolver === 'string'));
}
