import { difference } from './live-difference';
import type { ProxyCluster } from './proxy';
import type { LivePart, Walk } from './walk';
import type { Finding } from '../../written/finding';
import type { Hop, Step } from '../../written/way/step';

/** The listener and the route of a caller for the VIPs of a host. */
export function nameLive(step: Step, walk: Walk, { host, port }: { readonly host: string; readonly port: number }): LivePart {
  const { proxy } = walk;
  if (proxy === undefined || step.vips === undefined) {
    return { live: [] };
  }
  const parts = step.vips.map((vip): LivePart => {
    const listener = proxy.listenerOf(vip, port);
    if (listener === undefined) {
      const what = `the sidecar of ${proxy.pod} has no listener for the host, so it passes requests on unchanged`;
      return { live: [], findings: [difference(step, walk, { what, got: 'no listener', expected: `a listener for ${vip}:${port}` })] };
    }
    const targets = proxy.targetsOf(listener, [host, vip]);
    const isRouted = targets.length === 0 || targets.some(target => target.startsWith('outbound|') && target.endsWith(`|${host}`));
    const what = `the sidecar of ${proxy.pod} sends requests for the host elsewhere`;
    return {
      live: [`listener ${listener.name} to ${targets.join(', ') || 'no cluster'}`],
      findings: isRouted ? [] : [difference(step, walk, { what, got: targets, expected: `outbound|${port}||${host}` })],
    };
  });
  return { settles: true, live: parts.flatMap(({ live }) => live), findings: parts.flatMap(({ findings = [] }) => findings) };
}

/** The Envoy cluster of a caller for a destination: it must be there, with the SNI and the identities of the files. */
export function tlsLive(step: Step, walk: Walk): LivePart {
  const { proxy } = walk;
  const { hop } = step;
  if (proxy === undefined || hop === undefined) {
    return { live: [] };
  }
  const name = `outbound|${hop.port}|${hop.subset}|${hop.host}`;
  const upstream = proxy.clusters.get(name);
  if (upstream === undefined) {
    const what = `the sidecar of ${proxy.pod} has no cluster ${name}, so it sends the request elsewhere`;
    return { live: [], findings: [difference(step, walk, { what, expected: name })] };
  }
  return {
    live: [`${name}${upstream.sni === undefined ? '' : `, SNI ${upstream.sni}`}`],
    findings: tlsDifferences(step, walk, hop, upstream),
    next: { hop, upstream },
  };
}

function tlsDifferences(step: Step, walk: Walk, hop: Hop, upstream: ProxyCluster): Finding[] {
  const { pod } = walk.proxy!;
  const identities = [...hop.identities].sort();
  // Under a local name, the proxy accepts the identities of local pods too.
  const accepted = hop.isLocalName ? upstream.identities.filter(identity => identities.includes(identity)) : upstream.identities;
  const isOpen = hop.isLocalName && upstream.identities.length === 0;
  return [
    ...upstream.sni === hop.sni ? [] : [difference(step, walk, {
      what: upstream.sni === undefined
        ? `the sidecar of ${pod} sends plain text, and the gateway closes the connection`
        : `the sidecar of ${pod} sends another SNI`,
      got: upstream.sni ?? 'no mutual TLS',
      expected: hop.sni,
    })],
    ...isOpen || JSON.stringify(accepted) === JSON.stringify(identities) ? [] : [difference(step, walk, {
      what: `the sidecar of ${pod} accepts other servers`,
      got: upstream.identities.length > 0 ? upstream.identities : 'every workload of the mesh',
      expected: identities.join(', ') || 'every workload of the mesh',
    })],
  ];
}
