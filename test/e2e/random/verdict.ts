import { BlockList, isIPv6 } from 'net';
import { ClusterExpectation, Endpoint, ExpectedCall, ExpectedOpening, ExpectedVips } from './expectation';
import { HOSTILE_HOST } from './hostile-names';
import type { CallVerdict, ClusterVerdict, Opening, Route } from './judge';

/** Where what istiod makes of a cluster differs from what must follow from the declaration, one line each; none when all is right. */
export function differences(cluster: string, expected: ClusterExpectation, verdict: ClusterVerdict): string[] {
  if (verdict.error !== undefined) {
    return [`${cluster}: ${verdict.error}`];
  }
  const [ingress, egress] = verdict.gateways ?? [];
  return [
    ...(verdict.invalid ?? []).map(problem => `istiod's validation: ${problem}`),
    ...openingDifferences('ingress gateway', expected.ingress, ingress),
    ...expected.egress ? openingDifferences('egress gateway', expected.egress, egress) : [],
    ...expected.calls.flatMap((call, i) => callDifferences(call, verdict.calls![i])),
  ].map(difference => `${cluster}: ${difference}`);
}

/** A gateway opens these names on 15443, passes TLS on as it is, and opens nothing else. */
function openingDifferences(gateway: string, expected: ExpectedOpening[], got: Opening[]): string[] {
  const wanted = expected.map(({ sni, tiers }) => `15443 ${sni} -> 100% NONE ${tiersText(tiers)}`);
  const leadsTo = (routes: Route[]) => routes.map(({ weight, tls, tiers }) => `${weight}% ${tls} ${tiersText(tiers)}`).join('; ');
  const found = got.map(({ port, sni, routes }) => `${port} ${sni} -> ${leadsTo(routes)}`);
  return [
    ...wanted.filter(opening => !found.includes(opening)).map(opening => `the ${gateway} lacks ${opening}`),
    ...found.filter(opening => !wanted.includes(opening)).map(opening => `the ${gateway} opens ${opening}`),
    ...found.filter((opening, i) => found.indexOf(opening) !== i).map(opening => `the ${gateway} opens twice ${opening}`),
  ];
}

/** A host that nobody imports may be answered by the hostile namespace: whoever calls it asked for nothing of the mesh. */
function callDifferences({ call, vips, routes, areSharesPromised }: ExpectedCall, got: CallVerdict): string[] {
  const headers = Object.entries(call.headers).map(([name, value]) => ` ${name}: ${value}`).join('');
  const what = `${call.protocol} call from namespace ${call.namespace} to ${call.host} port ${call.port}${headers}`;
  const textOf = (route: Route) => routeText(areSharesPromised ? route : { ...route, tiers: withoutShares(route.tiers) });
  const wanted = routes.map(route => textOf({ ...route, cluster: '' })).sort().join('; ') || 'nowhere';
  return [
    ...vipDifferences(vips, got.resolved).map(difference => `${what}: ${difference}`),
    ...got.outcomes.flatMap(({ address, nowhere, routes: found }) => {
      const isOpen = nowhere === undefined && !(routes.length === 0 && found.every(({ host }) => host === HOSTILE_HOST));
      const text = isOpen ? found.map(textOf).sort().join('; ') : 'nowhere';
      return text === wanted ? [] : [`${what}, at ${address}: ends at ${text}${nowhere ? ` (${nowhere})` : ''}, not at ${wanted}`];
    }),
  ];
}

function routeText({ host, subset, weight, tls, sni, identities, tiers }: Route): string {
  const version = subset ? `version ${subset} ` : '';
  return `${weight}% ${host} ${version}${tls} ${sni} as [${identities.join(', ')}] at ${tiersText(tiers)}`;
}

function withoutShares(tiers: Endpoint[][]): Endpoint[][] {
  return tiers.map(tier => tier.map(({ address }) => ({ address, weight: 1 })));
}

/**
 * Endpoints by tier, each with its share where shares differ. One that is listed several times has the sum: istiod lists those of
 * a host with two VIPs twice.
 */
function tiersText(tiers: Endpoint[][]): string {
  return tiers.map(tier => {
    const weights = new Map<string, number>();
    tier.forEach(({ address, weight }) => weights.set(address, (weights.get(address) ?? 0) + weight));
    const sum = tier.reduce((total, { weight }) => total + weight, 0);
    const isEven = new Set(weights.values()).size === 1;
    const share = (weight: number) => isEven ? '' : ` ${(100 * weight / sum).toFixed(2)}%`;
    return `[${[...weights].map(([address, weight]) => `${address}${share(weight)}`).sort().join(', ')}]`;
  }).join(' then ');
}

function vipDifferences(vips: ExpectedVips | undefined, resolved: string[]): string[] {
  if (!vips) {
    return resolved.length === 0 ? [] : [`the name resolves to ${resolved.join(', ')}, though it must not`];
  }
  const wanted = [...vips.addresses, ...vips.ranges].sort();
  const right = vips.addresses.length > 0
    ? [...resolved].sort().join() === wanted.join()
    : resolved.length === vips.ranges.length && vips.ranges.every(range => resolved.some(address => isWithin(address, range)));
  const among = vips.addresses.length > 0 ? '' : 'one of ';
  return right ? [] : [`the name resolves to ${resolved.join(', ') || 'nothing'}, not to ${among}${wanted.join(', ')}`];
}

function isWithin(address: string, range: string): boolean {
  const [network, prefix] = range.split('/');
  const family = isIPv6(network) ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), family);
  return isIPv6(address) === (family === 'ipv6') && list.check(address, family);
}
