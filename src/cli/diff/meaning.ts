import { objectAt } from '../../checks/content';
import { endpointText } from '../../model/gateway-address';
import { importsOf } from '../../written/imports';
import { titleOf } from '../../written/manifest';
import type { WrittenMesh } from '../../written/mesh';
import { principalsOf } from '../../written/way/callers';
import { findingsOn, outcomesOf, stepsOf } from '../../written/way/step';
import { Way, waysOfImport } from '../../written/way/way';

/** What an import means for the callers of one port. */
export interface Reach {
  readonly cluster: string;
  readonly namespace: string;
  readonly host: string;
  readonly port: number;
  readonly vips: string;
  readonly path: string;
  /** Clusters that requests go to. */
  readonly exporters: string[];
  /** Addresses of the gateways of those clusters. */
  readonly gateways: string;
  readonly routes: string;
  readonly servers: string;
  /** What stops requests, in words; undefined where no file shows that something does. */
  readonly stopped?: string;
}

/** What the objects of a mesh mean, by keys that stay the same when the meaning changes. */
export interface Meaning {
  readonly reaches: ReadonlyMap<string, Reach>;
  /** Hosts that gateways open, by cluster and host. */
  readonly opened: ReadonlyMap<string, { readonly cluster: string; readonly host: string }>;
  /** Callers that workloads accept, by cluster and policy. */
  readonly callers: ReadonlyMap<string, { readonly cluster: string; readonly policy: string; readonly principals: string[] }>;
}

/** Reads what the objects of a mesh mean. */
export function meaningOf(mesh: WrittenMesh): Meaning {
  const clusters = [...mesh.clusters.values()];
  const reaches = clusters.flatMap(cluster => importsOf(mesh, cluster).flatMap(imported => {
    const vips = imported.kind === 'global' ? imported.addresses.join(', ') : '';
    return waysOfImport(mesh, imported).map(way => reachOf(way, vips));
  }));
  const opened = clusters.flatMap(({ name, opened: hosts }) => hosts.map(({ host }) => ({ cluster: name, host })));
  const callers = clusters.flatMap(cluster => cluster.of('AuthorizationPolicy', 'security.istio.io')
    .filter(({ content }) => [undefined, 'ALLOW'].includes(objectAt(content.spec).action))
    .map(policy => ({ cluster: cluster.name, policy: titleOf(policy), principals: principalsOf(policy).sort() })));
  return {
    reaches: new Map(reaches.map(reach => [`${reach.cluster} ${reach.namespace} ${reach.host}:${reach.port}`, reach])),
    opened: new Map(opened.map(item => [`${item.cluster} ${item.host}`, item])),
    callers: new Map(callers.map(item => [`${item.cluster} ${item.policy}`, item])),
  };
}

function reachOf({ cluster, namespace, host, port, first }: Way, vips: string): Reach {
  const steps = stepsOf(first);
  const [error] = findingsOn(first).filter(({ severity }) => severity === 'error');
  return {
    cluster,
    namespace,
    host,
    port,
    vips,
    path: steps.some(({ station }) => station === 'egress') ? 'through the egress gateway' : 'directly',
    exporters: [...new Set(steps.flatMap(({ cluster: exporter }) => exporter ?? []))].sort(),
    gateways: [...new Set(steps.flatMap(({ endpoint }) => endpoint ? [endpointText(endpoint)] : []))].sort().join(', '),
    routes: steps.filter(({ station }) => station === 'route').map(({ text, details }) => [text, ...details].join(' ')).join('; '),
    servers: [...new Set(steps.filter(({ station }) => station === 'TLS').flatMap(
      ({ details }) => details.filter(detail => detail.includes('server')),
    ))].join('; '),
    ...error && outcomesOf(first).includes('stopped') && { stopped: `${error.code} ${error.what}` },
  };
}
