import { shown } from '../../../errors/problem';
import { inOneSpelling } from '../../../model/ip-address';
import { selects } from '../../../written/cluster';
import { unsupportedFields } from '../draft/global-imports';
import { portOf } from '../draft/owners';
import type { EntryFacts, RemoteEndpoint } from '../facts/entry-facts';

/** What an entry says that the entry of a program does not, in words: where requests go, and by which addresses and ports. */
export function entryDifferences(before: EntryFacts, after: EntryFacts): string[] {
  const versions = before.subsets.map(({ name }) => name).filter(name => after.subsets.some(other => other.name === name));
  const facts = (entry: EntryFacts) => ({
    'VIPs': entry.vips.map(inOneSpelling).sort(),
    'ports': entry.ports.map(({ name, number, protocol }) => `${protocol} ${name} ${number}`).sort(),
    'gateways': entry.endpoints.map(endpoint => `${inOneSpelling(endpoint.address)}:${portOf(endpoint)}`).sort(),
    'egress gateway': entry.egress === undefined ? [] : [inOneSpelling(entry.egress)],
    'identities': entry.identities,
    'gateways of versions': gatewaysOfVersions(entry, versions),
    'order of gateways': orderOf(entry.endpoints),
    'localities': entry.endpoints.flatMap(({ locality }) => locality ?? []).sort(),
  });
  const [some, others] = [facts(before), facts(after)];
  const changed = Object.entries(some).filter(([name, values]) => values.join() !== others[name as keyof typeof some].join());
  return [
    // Istio gave an entry without addresses some of its own, and a locality of its cluster is an option.
    ...changed.filter(([name, values]) => !OPTIONAL.includes(name) || values.length > 0)
      .map(([name, values]) => `${name} ${shown(values)} become ${shown(others[name as keyof typeof some])}`),
    ...unsupportedFields(before.entry).map(field => `${field} is not written`),
  ];
}

/** The gateways that the subset of each version selects. Behind an egress gateway, the SNI decides. */
function gatewaysOfVersions({ subsets, endpoints, egress }: EntryFacts, versions: readonly string[]): string[] {
  return egress !== undefined ? [] : subsets.filter(({ name }) => versions.includes(name)).map(({ name, labels }) => {
    const selected = endpoints.filter(endpoint => selects(labels, endpoint.labels)).map(({ address }) => inOneSpelling(address));
    return `${name}: ${selected.sort().join(' ')}`;
  }).sort();
}

/** What a program may add to an entry that says nothing of it. */
const OPTIONAL = ['localities', 'VIPs', 'order of gateways'];

/** Label by which this library orders endpoints. */
const RANK = /^failover(-[a-z0-9-]+)?\/\d+$/;

/** The ranks and shares of endpoints; none where no endpoint precedes another. */
function orderOf(endpoints: readonly RemoteEndpoint[]): string[] {
  const divisor = weightDivisor(endpoints);
  const order = endpoints.map(({ address, labels, weight }) => {
    const ranks = Object.keys(labels).filter(label => RANK.test(label)).sort();
    return [inOneSpelling(address), ...ranks, ...weight === undefined ? [] : [`weight ${weight / divisor}`]].join(' ');
  }).sort();
  return order.some(text => text.includes(' ')) ? order : [];
}

/** Number by which the weights of endpoints can be divided. */
export function weightDivisor(endpoints: ReadonlyArray<{ readonly weight?: number }>): number {
  return endpoints.reduce((found, { weight = 0 }) => greatestCommonDivisor(found, weight), 0) || 1;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
