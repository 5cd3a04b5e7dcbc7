import { Box, boxesOf, groupIdOf, ID } from './boxes';
import type { GraphModel } from './model';
import { filtered } from './selection';

/** Boxes up to which their order follows the lines. In a larger mesh people look for a name, and dagre would take seconds. */
const MAX_BOXES = 40;

/** Orders the boxes of a small mesh so that few lines cross; none for a large one. */
export function orderOf(model: GraphModel): string[] {
  const part = filtered(model, {});
  const boxes = boxesOf(model, part, new Set());
  if (boxes.length > MAX_BOXES) {
    return [];
  }
  const { graphlib, layout } = dagre();
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: 'LR' });
  boxes.forEach(box => graph.setNode(box.id, { width: 1, height: 1 + box.rows.length }));
  const lines = new Map<string, { readonly from: string; readonly to: string; weight: number }>();
  const addLine = (from: string, to: string) => {
    const line = lines.get(`${from}\n${to}`) ?? { from, to, weight: 0 };
    line.weight++;
    lines.set(`${from}\n${to}`, line);
  };
  model.imports.forEach(({ cluster, service }) => addLine(ID.importer(cluster), groupIdOf(model, service)));
  model.services.forEach(({ exporters }, service) => exporters.forEach(
    exporter => addLine(groupIdOf(model, service), ID.exporter(exporter)),
  ));
  lines.forEach(({ from, to, weight }) => graph.setEdge(from, to, { weight }));
  layout(graph);
  const heightOf = ({ id }: Box) => graph.node(id).y ?? 0;
  return [...boxes].sort((a, b) => a.column - b.column || heightOf(a) - heightOf(b)).map(({ id }) => id);
}

/** The library, whose types are those of an ES module. */
function dagre(): typeof import('@dagrejs/dagre', { with: { 'resolution-mode': 'import' } }) {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('@dagrejs/dagre');
}
