import type { WrittenMesh } from '../../written/mesh';
import { meaningOf, Reach } from '../diff/meaning';

/** The diagram of a mesh for Mermaid. Names of files stand in labels only, where everything but plain characters is a number of Unicode. */
export function mermaid(mesh: WrittenMesh): string {
  const { reaches, opened } = meaningOf(mesh);
  const ids = new Ids();
  const names = [...new Set([...mesh.clusters.keys(), ...[...reaches.values()].flatMap(({ exporters }) => exporters)])].sort();
  const imports = groupedReaches([...reaches.values()]);
  const lines = names.flatMap(cluster => {
    const namespaces = [...new Set(imports.filter(reach => reach.cluster === cluster).map(({ namespace }) => namespace))].sort();
    const hosts = [...opened.values()].filter(item => item.cluster === cluster).map(({ host }) => host).sort();
    const addresses = mesh.gatewayOwners.addressesOf(cluster);
    const sight = mesh.clusters.has(cluster) ? '' : ' (not in these folders)';
    return [
      `  subgraph ${ids.of(`cluster ${cluster}`)}[${label(cluster + sight)}]`,
      `    ${ids.of(`gateway ${cluster}`)}{{${label(['ingress gateway', ...addresses].join(' '))}}}`,
      ...namespaces.map(namespace => `    ${ids.of(`namespace ${cluster} ${namespace}`)}[${label(`namespace ${namespace}`)}]`),
      ...hosts.map(host => `    ${ids.of(`host ${cluster} ${host}`)}([${label(host)}])`),
      ...hosts.map(host => `    ${ids.of(`gateway ${cluster}`)} --> ${ids.of(`host ${cluster} ${host}`)}`),
      '  end',
    ];
  });
  const edges = imports.flatMap(reach => reach.exporters.map(exporter => {
    const from = ids.of(`namespace ${reach.cluster} ${reach.namespace}`);
    const arrow = reach.stopped === undefined ? reach.path === 'directly' ? '-->' : '==>' : '-.->';
    return `  ${from} ${arrow}|${label(edgeText(reach))}| ${ids.of(`gateway ${exporter}`)}`;
  }));
  return ['flowchart LR', ...lines, ...edges].join('\n');
}

/** Reaches of one host with several ports as one. */
function groupedReaches(reaches: Reach[]): (Reach & { readonly ports: number[] })[] {
  const groups = new Map<string, Reach & { readonly ports: number[] }>();
  for (const reach of reaches) {
    const key = JSON.stringify([reach.cluster, reach.namespace, reach.host, reach.path, reach.exporters, reach.stopped]);
    groups.set(key, { ...reach, ports: [...groups.get(key)?.ports ?? [], reach.port] });
  }
  return [...groups.values()];
}

function edgeText({ host, ports, vips, path, stopped }: Reach & { readonly ports: number[] }): string {
  const parts = [`${host}:${ports.join(',')}`, ...vips === '' ? [] : [vips], ...path === 'directly' ? [] : [path]];
  return [...parts, ...stopped === undefined ? [] : [`stops: ${stopped.slice(0, 7)}`]].join(', ');
}

/** Ids of nodes. They are numbers, so no name of a file can be syntax. */
class Ids {
  private readonly ids = new Map<string, string>();

  public of(key: string): string {
    const id = this.ids.get(key) ?? `n${this.ids.size + 1}`;
    this.ids.set(key, id);
    return id;
  }
}

/** A text in quotes. Mermaid reads `#34;` as the character with this number. */
function label(text: string): string {
  return `"${text.replace(/[^A-Za-z0-9 .,:/()-]/gu, character => `#${character.codePointAt(0)};`)}"`;
}
