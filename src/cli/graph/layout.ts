import { Box, groupIdOf, ID, Row } from './boxes';
import type { GraphModel, GraphTurn } from './model';
import type { Part } from './selection';

/** Widths of a drawing, in pixels. */
export interface Widths {
  readonly column: number;
  /** Space between two columns, in which the lines are. */
  readonly gap: number;
}

/** Heights of a drawing, in pixels. */
export const HEIGHT = { heading: 36, head: 34, row: 26, foot: 6, gap: 12, smallGap: 6 };

/** Boxes of a column from which on they stand closer. */
const MANY_BOXES = 20;

/** Height up to which a shorter column stands in the middle of the others. */
const MAX_CENTERED = 900;

/** Lines from which on each is faint. */
const MANY_EDGES = 150;

/** How far the bow between a namespace and the egress gateway of its cluster reaches out of the box. */
const BOW = 22;

/** A line of a box, with its place. */
export interface PlacedRow extends Row {
  readonly y: number;
}

/** A box with its place. */
export interface PlacedBox extends Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Lines that are shown; none in a closed box. */
  readonly placed: readonly PlacedRow[];
}

/** A line between boxes, for all imports or exports that take it. */
export interface Edge {
  readonly kind: 'direct' | 'egress' | 'bow' | 'export';
  readonly isStopped: boolean;
  /** Path of SVG. */
  readonly d: string;
  /** Where a label stands. */
  readonly middle: readonly [number, number];
  /** Imports that take the line; those whose requests it carries on for an export. */
  readonly imports: readonly number[];
  /** Keys of the exports of the line. */
  readonly exports: readonly string[];
}

/** A drawing: boxes and lines with their places. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  readonly edges: readonly Edge[];
}

/** Places boxes in three columns, as a request travels: who imports, which service, which cluster answers. */
export function pictureOf(model: GraphModel, part: Part, boxes: readonly Box[], { column, gap }: Widths): Picture {
  const columns = [0, 1, 2].map(number => boxes.filter(box => box.column === number));
  const space = Math.max(...columns.map(({ length }) => length)) > MANY_BOXES ? HEIGHT.smallGap : HEIGHT.gap;
  const heights = columns.map(own => own.reduce((sum, box) => sum + heightOf(box) + space, -space));
  const tallest = Math.max(0, ...heights);
  const placed = columns.flatMap((own, number) => {
    let y = HEIGHT.heading + (tallest <= MAX_CENTERED ? (tallest - Math.max(0, heights[number])) / 2 : 0);
    return own.map((box): PlacedBox => {
      const [top, height] = [y, heightOf(box)];
      y += height + space;
      const rows = box.isOpen ? box.rows.map((row, i) => ({ ...row, y: top + HEIGHT.head + i * HEIGHT.row })) : [];
      return { ...box, x: number * (column + gap), y: top, width: column, height, placed: rows };
    });
  });
  return {
    width: 3 * column + 2 * gap,
    height: HEIGHT.heading + tallest,
    boxes: placed,
    edges: edgesOf(model, part, placed),
  };
}

function heightOf({ isOpen, rows }: Box): number {
  return HEIGHT.head + (isOpen ? rows.length * HEIGHT.row + HEIGHT.foot : 0);
}

/** Text of the turn of a cluster among those that answer an import; empty where all answer alike. */
export function turnText({ rank, share }: GraphTurn, turns: readonly GraphTurn[]): string {
  const ordered = turns.some(turn => turn.rank !== turns[0].rank);
  const ranks = [...new Set(turns.map(turn => turn.rank))].sort((a, b) => a - b);
  return [...ordered ? [`${ranks.indexOf(rank) + 1}.`] : [], ...share === undefined ? [] : [`${share}%`]].join(' ');
}

/** The turn of a cluster in the imports of a line; empty where they differ, or where all clusters answer alike. */
export function edgeLabel(model: GraphModel, { imports, exports: keys }: Edge): string {
  const clusters = keys.map(key => Number(key.split(' ')[1]));
  const texts = new Set(imports.flatMap(number => {
    const { turns } = model.imports[number];
    return turns.filter(({ cluster }) => clusters.includes(cluster)).map(turn => turnText(turn, turns));
  }));
  return texts.size === 1 ? [...texts][0] : '';
}

/** Whether a drawing has so many lines that each has to be faint. */
export function isCrowded(edges: readonly Edge[]): boolean {
  return edges.length > MANY_EDGES;
}

interface DraftEdge extends Pick<Edge, 'kind' | 'isStopped'> {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  readonly imports: number[];
  readonly exports: Set<string>;
}

/** Where lines leave and reach boxes: at the line of a subject, or at the head of its box where the box is closed. */
class Anchors {
  private readonly places = new Map<string, readonly [left: number, right: number, y: number]>();

  public constructor(boxes: readonly PlacedBox[]) {
    for (const { id, x, y, width, placed } of boxes) {
      this.places.set(id, [x, x + width, y + HEIGHT.head / 2]);
      placed.forEach(row => this.places.set(row.id, [x, x + width, row.y + HEIGHT.row / 2]));
    }
  }

  public has(id: string): boolean {
    return this.places.has(id);
  }

  public left(id: string): readonly [number, number] {
    const [left, , y] = this.places.get(id)!;
    return [left, y];
  }

  public right(id: string): readonly [number, number] {
    const [, right, y] = this.places.get(id)!;
    return [right, y];
  }
}

/** The lines of a part of a mesh between boxes that have places. */
export function edgesOf(model: GraphModel, part: Part, boxes: readonly PlacedBox[]): Edge[] {
  const anchors = new Anchors(boxes);
  const drafts = new Map<string, DraftEdge>();
  const add = (kind: Edge['kind'], isStopped: boolean, from: string, to: string): DraftEdge => {
    // No id has a line break: names are printable.
    const key = [kind, isStopped, from, to].join('\n');
    const [start, end] = [anchors.right(from), kind === 'bow' ? anchors.right(to) : anchors.left(to)];
    const draft = drafts.get(key) ?? { kind, isStopped, from: start, to: end, imports: [], exports: new Set() };
    drafts.set(key, draft);
    return draft;
  };
  const serviceAnchor = (service: number) => anchors.has(ID.service(service)) ? ID.service(service) : groupIdOf(model, service);
  const importsOf = new Map<string, number[]>();
  for (const number of part.imports) {
    const { cluster, namespace, service, path, stopped, turns } = model.imports[number];
    const isStopped = stopped.length > 0;
    const row = ID.namespace(cluster, namespace);
    const isOpen = anchors.has(row);
    if (path === 'egress' && isOpen) {
      add('bow', isStopped, row, ID.egress(cluster)).imports.push(number);
    }
    const from = !isOpen ? ID.importer(cluster) : path === 'egress' ? ID.egress(cluster) : row;
    add(path, isStopped, from, serviceAnchor(service)).imports.push(number);
    for (const turn of turns) {
      const key = `${service} ${turn.cluster}`;
      const numbers = importsOf.get(key);
      numbers ? numbers.push(number) : importsOf.set(key, [number]);
    }
  }
  for (const key of part.exports) {
    const [service, cluster] = key.split(' ').map(Number);
    if (part.services.has(service) && anchors.has(ID.exporter(cluster))) {
      const draft = add('export', false, serviceAnchor(service), ID.exporter(cluster));
      draft.imports.push(...importsOf.get(key) ?? []);
      draft.exports.add(key);
    }
  }
  return [...drafts.values()].map(edgeOf);
}

function edgeOf({ kind, isStopped, from, to, imports, exports: keys }: DraftEdge): Edge {
  const [[x1, y1], [x2, y2]] = [from, to];
  const bend = kind === 'bow' ? x1 + BOW : (x1 + x2) / 2;
  const points = [[x1, y1], [bend, y1], [bend, y2], [x2, y2]].map(point => point.map(rounded).join(' '));
  return {
    kind,
    isStopped,
    imports,
    exports: [...keys],
    d: `M${points[0]}C${points.slice(1).join(' ')}`,
    middle: [(x1 + x2) / 2, (y1 + y2) / 2],
  };
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
