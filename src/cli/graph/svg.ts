import { boxesOf, headings } from './boxes';
import { Edge, edgeLabel, HEIGHT, isCrowded, Picture, pictureOf, PlacedBox, PlacedRow } from './layout';
import { escaped } from './markup';
import type { GraphImport, GraphModel } from './model';
import { DARK, LIGHT, Palette } from './palette';
import { filtered } from './selection';
import { summaryOf, titleOf } from './words';

const WIDTHS = { column: 290, gap: 150 };
const MARGIN = 24;
const TOP = 64;
const LEGEND = 52;

/** Width of a character, on average. A text that could be too long is cut, and complete in the title of its line. */
const CHARACTER = 6.6;

/** Imports up to which the description of the drawing has a sentence for each. */
const MAX_SENTENCES = 60;

/** Exports up to which lines have the order and the shares of clusters. */
const MAX_LABELS = 60;

/** The mesh as a drawing that can be read by itself, in the light and in the dark. */
export function svg(model: GraphModel): string {
  const part = filtered(model, {});
  const picture = pictureOf(model, part, boxesOf(model, part, new Set()), WIDTHS);
  const [width, height] = [picture.width + 2 * MARGIN, picture.height + TOP + LEGEND + MARGIN];
  const kinds = ['export', 'direct', 'bow', 'egress'];
  const depth = ({ isStopped, kind }: Edge) => (isStopped ? kinds.length : 0) + kinds.indexOf(kind);
  const edges = [...picture.edges].sort((a, b) => depth(a) - depth(b));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" `
      + 'aria-labelledby="title desc">',
    `<title id="title">${escaped(titleOf(model))}</title>`,
    `<desc id="desc">${escaped(description(model))}</desc>`,
    `<style>${rules(LIGHT)}@media (prefers-color-scheme:dark){${rules(DARK)}}</style>`,
    `<rect class="canvas" width="${width}" height="${height}"/>`,
    text(MARGIN, 32, titleOf(model), 'title'),
    text(MARGIN, 52, summaryOf(model), 'soft'),
    `<g transform="translate(${MARGIN} ${TOP})">`,
    ...headings(model).map((heading, column) => text(column * (WIDTHS.column + WIDTHS.gap), HEIGHT.heading - 12, heading, 'heading')),
    `<g${isCrowded(edges) ? ' class="crowded"' : ''}>`,
    ...edges.map(({ d, kind, isStopped }) => `<path class="${edgeClass(kind, isStopped)}" d="${d}"/>`),
    '</g>',
    ...picture.boxes.flatMap(drawnBox),
    ...labels(model, picture),
    '</g>',
    legend(height - LEGEND / 2),
    '</svg>',
  ].join('\n');
}

function drawnBox({ x, y, width, height, label, note, mark, placed }: PlacedBox): string[] {
  return [
    '<g>',
    `<title>${escaped([label, note, ...mark === undefined ? [] : [mark]].join(', '))}</title>`,
    `<rect class="box" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>`,
    `<path class="head" d="${headPath(x, y, width, placed.length > 0)}"/>`,
    ...line(x, y + 22, width, label, mark === undefined ? note : `${mark} · ${note}`, 'name'),
    '</g>',
    ...placed.flatMap(row => drawnRow(row, x, width)),
  ];
}

function drawnRow({ y, label, note, kind }: PlacedRow, x: number, width: number): string[] {
  return [
    '<g>',
    `<title>${escaped(note === '' ? label : `${label}, ${note}`)}</title>`,
    ...line(x, y + 17, width, label, note, kind === 'egress' ? 'egress-name' : 'row'),
    '</g>',
  ];
}

/** The background of the head of a box, with round corners where the box has them. */
function headPath(x: number, y: number, width: number, isOpen: boolean): string {
  const h = HEIGHT.head;
  const bottom = isOpen ? `v${h - 6}h-${width}v-${h - 6}` : `v${h - 12}a6 6 0 0 1-6 6h-${width - 12}a6 6 0 0 1-6-6v-${h - 12}`;
  return `M${x} ${y + 6}a6 6 0 0 1 6-6h${width - 12}a6 6 0 0 1 6 6${bottom}z`;
}

/** A name at the left, and a note at the right. The name gives way. */
function line(x: number, y: number, width: number, name: string, note: string, kind: string): string[] {
  const shown = cut(note, Math.floor((width - 24) * 0.6 / CHARACTER));
  return [
    text(x + 12, y, cut(name, Math.floor((width - 36 - shown.length * CHARACTER) / (CHARACTER * (kind === 'name' ? 1.08 : 1)))), kind),
    text(x + width - 12, y, shown, 'note'),
  ];
}

function cut(name: string, length: number): string {
  const characters = [...name];
  return characters.length <= length ? name : `${characters.slice(0, Math.max(1, length - 1)).join('')}…`;
}

function text(x: number, y: number, content: string, kind: string): string {
  return `<text class="${kind}" x="${x}" y="${y}">${escaped(content)}</text>`;
}

/** Order and shares of the clusters behind a service, where all of its imports agree. */
function labels(model: GraphModel, { edges }: Picture): string[] {
  const exporting = edges.filter(({ kind }) => kind === 'export');
  return exporting.length > MAX_LABELS ? [] : exporting.flatMap(edge => {
    const label = edgeLabel(model, edge);
    const [x, y] = edge.middle;
    const width = label.length * CHARACTER + 12;
    return label === '' ? [] : [
      `<rect class="pill" x="${x - width / 2}" y="${y - 9}" width="${width}" height="18" rx="9"/>`,
      text(x, y + 4, label, 'pill-text'),
    ];
  });
}

function edgeClass(kind: Edge['kind'], isStopped: boolean): string {
  return `edge ${kind}${isStopped ? ' stopped' : ''}`;
}

function legend(y: number): string {
  const items: [string, string][] = [
    ['direct', 'import, directly'], ['egress', 'import, through the egress gateway'], ['direct stopped', 'stops by the files'],
    ['export', 'answered by'],
  ];
  let x = MARGIN;
  return items.map(([kind, label]) => {
    const start = x;
    x += 58 + label.length * CHARACTER;
    return `<path class="edge ${kind}" d="M${start} ${y}h28"/>${text(start + 36, y + 4, label, 'soft')}`;
  }).join('\n');
}

function description(model: GraphModel): string {
  const sentences = model.imports.length > MAX_SENTENCES ? [] : model.imports.map(item => sentence(model, item));
  return [`${summaryOf(model)}.`, ...sentences].join(' ');
}

function sentence({ clusters }: GraphModel, { cluster, namespace, host, ports, path, turns, stopped }: GraphImport): string {
  return [
    `${clusters[cluster].name} imports ${host}${ports.length > 0 ? `:${ports.join(',')}` : ''} into ${namespace}`,
    path === 'egress' ? ', through its egress gateway' : '',
    turns.length > 0 ? `, from ${turns.map(turn => clusters[turn.cluster].name).join(', ')}` : '',
    stopped.length > 0 ? `; requests stop: ${stopped.join('; ')}` : '',
    '.',
  ].join('');
}

function rules(colours: Palette): string {
  return [
    'text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}',
    `.canvas{fill:${colours.canvas}}`,
    `.box{fill:${colours.box};stroke:${colours.border}}`,
    `.head{fill:${colours.head}}`,
    `.title{font-size:18px;font-weight:600;fill:${colours.ink}}`,
    `.name{font-weight:600;fill:${colours.ink}}`,
    `.row{fill:${colours.ink}}`,
    `.egress-name{fill:${colours.egress}}`,
    `.heading{font-weight:600;fill:${colours.soft}}`,
    `.soft{fill:${colours.soft}}`,
    `.note{fill:${colours.soft};text-anchor:end}`,
    '.edge{fill:none;stroke-width:1.5}',
    `.direct{stroke:${colours.direct}}`,
    `.egress{stroke:${colours.egress};stroke-width:2.5}`,
    `.bow{stroke:${colours.egress};stroke-width:1.5}`,
    `.export{stroke:${colours.export}}`,
    '.crowded .edge{stroke-width:1;stroke-opacity:.35}',
    `.stopped{stroke:${colours.stopped};stroke-dasharray:4 4}`,
    '.crowded .stopped{stroke-opacity:1}',
    `.pill{fill:${colours.canvas};stroke:${colours.border}}`,
    `.pill-text{fill:${colours.ink};text-anchor:middle;font-size:11px}`,
  ].join('');
}
