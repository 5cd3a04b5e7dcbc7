import { counted } from '../counted';
import type { GraphModel } from './model';
import type { Part, Selection } from './selection';

/** A line of a box. */
export interface Row {
  readonly id: string;
  readonly kind: 'namespace' | 'egress' | 'service' | 'gateway';
  readonly label: string;
  /** What stands at the end of the line. */
  readonly note: string;
  /** What a click selects; undefined for a line that is no subject of its own. */
  readonly selection?: Selection;
}

/** A box: a cluster that imports, a group of services, or a cluster that exports. */
export interface Box {
  readonly id: string;
  readonly column: 0 | 1 | 2;
  readonly label: string;
  readonly note: string;
  /** Whether something is wrong, or on its way, in the cluster. */
  readonly mark?: string;
  readonly selection: Selection;
  readonly rows: readonly Row[];
  readonly isOpen: boolean;
}

/** Lines of a column up to which all of its boxes are open. More of them would hide what matters. */
const MAX_OPEN_ROWS = 40;

/** Namespaces of services up to which each is a box. Beyond, each exporting cluster is one. */
const MAX_NAMESPACES = 80;

/** Answers for models, since each line of a drawing asks. */
const BY_NAMESPACE = new WeakMap<GraphModel, boolean>();

/** Ids of boxes and lines. */
export const ID = {
  importer: (cluster: number) => `i${cluster}`,
  namespace: (cluster: number, namespace: string) => `i${cluster} ${namespace}`,
  egress: (cluster: number) => `x${cluster}`,
  group: (name: string) => `g ${name}`,
  service: (service: number) => `s${service}`,
  exporter: (cluster: number) => `e${cluster}`,
  gateway: (cluster: number, number: number) => `e${cluster} ${number}`,
};

/** Whether services are grouped by namespace, and not by the first cluster that exports them. */
function isByNamespace(model: GraphModel): boolean {
  const known = BY_NAMESPACE.get(model) ?? new Set(model.services.map(({ namespace }) => namespace)).size <= MAX_NAMESPACES;
  BY_NAMESPACE.set(model, known);
  return known;
}

/** Headings of the columns. */
export function headings(model: GraphModel): string[] {
  return ['Importing clusters', `Services by ${isByNamespace(model) ? 'namespace' : 'exporter'}`, 'Exporting clusters'];
}

/** Id of the box of a service. */
export function groupIdOf(model: GraphModel, service: number): string {
  return ID.group(groupNameOf(model, service));
}

/**
 * The boxes of a part of a mesh, column by column.
 * @param toggled ids of the boxes that a user opened or closed
 */
export function boxesOf(model: GraphModel, part: Part, toggled: ReadonlySet<string>): Box[] {
  const boxes = [...importers(model, part), ...groups(model, part), ...exporters(model, part)];
  const places = new Map(model.order.map((id, place) => [id, place]));
  const columns = ([0, 1, 2] as const).map(column => {
    const inColumn = boxes.filter(box => box.column === column);
    const rows = inColumn.reduce((total, box) => total + box.rows.length, 0);
    const opened = inColumn.map(box => ({ ...box, isOpen: box.rows.length > 0 && rows <= MAX_OPEN_ROWS !== toggled.has(box.id) }));
    // The sort is stable: boxes without a place keep the order of their names.
    return opened.sort((a, b) => (places.get(a.id) ?? places.size) - (places.get(b.id) ?? places.size));
  });
  return columns.flat();
}

function importers(model: GraphModel, part: Part): Box[] {
  const byCluster = groupedBy([...part.imports], number => model.imports[number].cluster);
  return [...byCluster].sort(([a], [b]) => a - b).map(([cluster, numbers]) => {
    const byNamespace = groupedBy(numbers, number => model.imports[number].namespace);
    const throughEgress = numbers.filter(number => model.imports[number].path === 'egress').length;
    return {
      ...clusterBox(model, cluster),
      id: ID.importer(cluster),
      column: 0,
      note: counted(numbers.length, 'import'),
      rows: [
        ...[...byNamespace].map(([namespace, own]): Row => ({
          id: ID.namespace(cluster, namespace),
          kind: 'namespace',
          label: namespace,
          note: counted(own.length, 'import'),
          selection: { kind: 'namespace', cluster, namespace },
        })),
        ...throughEgress === 0 ? [] : [{
          id: ID.egress(cluster), kind: 'egress', label: 'egress gateway', note: counted(throughEgress, 'import'),
        } as const],
      ],
    };
  });
}

function groups(model: GraphModel, part: Part): Box[] {
  const services = [...part.services].sort((a, b) => a - b);
  return [...groupedBy(services, service => groupNameOf(model, service))].map(([name, numbers]) => ({
    id: ID.group(name),
    column: 1,
    label: name === '' ? 'no cluster' : name,
    note: counted(numbers.length, 'service'),
    isOpen: false,
    selection: { kind: 'group', services: numbers, title: name },
    rows: numbers.map((service): Row => {
      const { name: label, vips, hosts, namespace } = model.services[service];
      return {
        id: ID.service(service),
        kind: 'service',
        label: isByNamespace(model) ? label : `${label}.${namespace}`,
        note: vips[0] ?? (hosts.length > 0 ? 'own name' : 'not imported'),
        selection: { kind: 'service', service },
      };
    }),
  }));
}

function exporters(model: GraphModel, part: Part): Box[] {
  const services = new Map<number, number>();
  for (const key of part.exports) {
    const cluster = Number(key.split(' ')[1]);
    services.set(cluster, (services.get(cluster) ?? 0) + 1);
  }
  return [...services].sort(([a], [b]) => a - b).map(([cluster, count]) => ({
    ...clusterBox(model, cluster),
    id: ID.exporter(cluster),
    column: 2,
    note: counted(count, 'service'),
    rows: model.clusters[cluster].gateways.map((address, number): Row => ({
      id: ID.gateway(cluster, number), kind: 'gateway', label: address, note: '',
    })),
  }));
}

function clusterBox({ clusters }: GraphModel, cluster: number): Pick<Box, 'label' | 'mark' | 'selection' | 'isOpen'> {
  const { name, root, isInSight } = clusters[cluster];
  const mark = isInSight ? root && root.phase !== 'stable' ? `root ${root.phase}` : undefined : 'no folder';
  return { label: name, mark, selection: { kind: 'cluster', cluster }, isOpen: false };
}

function groupNameOf(model: GraphModel, service: number): string {
  const { namespace, exporters: [first] } = model.services[service];
  return isByNamespace(model) ? namespace : first === undefined ? '' : model.clusters[first].name;
}

/** Items by a key, in the order of their first appearance. */
function groupedBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const found = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = found.get(key);
    group ? group.push(item) : found.set(key, [item]);
  }
  return found;
}
